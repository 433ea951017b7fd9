//! Which steps stop when one person is away: the transition table against the people who are there.

use super::Finding;
use crate::domain::role::Role;
use crate::domain::workflow::{TRANSITIONS, Transition, TwoPeople};

/// Somebody who can take steps today.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// The name colleagues read.
    pub(super) name: String,
    /// Roles that count, with the source they answer for.
    pub(super) held: Vec<(Role, String)>,
}

impl Person {
    fn holds_one_of(&self, roles: &[Role]) -> bool {
        self.held.iter().any(|(role, _)| roles.contains(role))
    }
}

/// Everybody who is there, and the sources somebody must answer for.
#[derive(Debug, Clone)]
pub(super) struct Team {
    /// Those who are there.
    pub(super) people: Vec<Person>,
    /// Code, name and role of each source.
    pub(super) sources: Vec<(String, String, Role)>,
}

/// A step on one kind of box: each box has its own readers.
struct Step {
    row: &'static Transition,
    who: Vec<Role>,
    label: String,
    /// Who may have drafted what the second person agrees to.
    drafters: Vec<Role>,
}

/// Every step of the table, apart for the box of reports about colleagues.
fn steps() -> Vec<Step> {
    let mut drafting: &[Role] = &[];
    let mut steps = Vec::new();
    for row in TRANSITIONS {
        if row.two_people == TwoPeople::Drafts {
            drafting = row.who;
        }
        let integrity = |role: &&Role| **role == Role::IntegrityContact;
        for (colleagues, suffix) in [(false, ""), (true, " (meldingen over een collega)")] {
            let pick = |roles: &[Role]| roles.iter().filter(|role| integrity(role) == colleagues).copied().collect();
            let who: Vec<Role> = pick(row.who);
            if who.is_empty() {
                continue;
            }
            let drafters: Vec<Role> = pick(drafting);
            let drafters = if drafters.is_empty() { drafting.to_vec() } else { drafters };
            steps.push(Step { row, who, label: format!("{}{suffix}", row.event.label()), drafters });
        }
    }
    steps
}

impl Team {
    fn without(&self, place: usize) -> Self {
        let mut left = self.clone();
        if place < left.people.len() {
            left.people.remove(place);
        }
        left
    }

    fn with_one_of(&self, roles: &[Role]) -> Vec<usize> {
        (0..self.people.len())
            .filter(|place| self.people.get(*place).is_some_and(|person| person.holds_one_of(roles)))
            .collect()
    }

    /// Whether these people can take the step.
    fn can(&self, step: &Step) -> bool {
        let able = self.with_one_of(&step.who);
        match step.row.two_people {
            TwoPeople::One | TwoPeople::Drafts => !able.is_empty(),
            // The second is somebody else than whoever drafted.
            TwoPeople::Agrees => {
                let drafters = self.with_one_of(&step.drafters);
                able.iter().any(|second| drafters.iter().any(|first| first != second))
            }
            TwoPeople::Three => self.can_by_three(step.row.who),
        }
    }

    /// One person for each of the three roles, all different.
    fn can_by_three(&self, roles: &[Role]) -> bool {
        let [one, two, three] = roles else { return false };
        let with = |role: &Role| self.with_one_of(std::slice::from_ref(role));
        let (ones, twos, threes) = (with(one), with(two), with(three));
        ones.iter().any(|a| twos.iter().any(|b| a != b && threes.iter().any(|c| c != a && c != b)))
    }

    /// What these people cannot do: steps, and sources nobody answers for.
    fn lacks(&self, steps: &[Step]) -> Vec<String> {
        let mut lacking: Vec<String> =
            steps.iter().filter(|step| !self.can(step)).map(|step| step.label.clone()).collect();
        lacking.dedup();
        let answers = |code: &str, role: Role| {
            self.people.iter().any(|person| person.held.iter().any(|(held, source)| *held == role && source == code))
        };
        lacking.extend(
            self.sources
                .iter()
                .filter(|(code, _, role)| !answers(code, *role))
                .map(|(_, label, _)| format!("antwoord van de bron {label}")),
        );
        lacking
    }
}

/// Steps that nobody can take now, and for each person what stops when that person is away.
pub(super) fn findings(team: &Team) -> Vec<Finding> {
    let steps = steps();
    let now = team.lacks(&steps);
    let mut findings = Vec::new();
    if !now.is_empty() {
        findings.push(Finding::notice(
            format!("Dit kan nu al niemand: {}.", now.join("; ")),
            "Signalen blijven hier liggen.",
            "Geef de rollen die hiervoor nodig zijn aan mensen die er zijn.",
        ));
    }
    for (place, person) in team.people.iter().enumerate() {
        let stops: Vec<String> =
            team.without(place).lacks(&steps).into_iter().filter(|step| !now.contains(step)).collect();
        if !stops.is_empty() {
            findings.push(Finding::notice(
                format!("Als {} weg is, staat stil: {}.", person.name, stops.join("; ")),
                "Deze stappen hangen aan één persoon.",
                "Wijs een plaatsvervanger aan voor deze rol.",
            ));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::fine("Geen enkele stap hangt aan één persoon."));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Weight;
    use super::*;
    use crate::domain::workflow::StepEvent;

    fn team(people: &[(&str, Role, &str)]) -> Team {
        let people = people
            .iter()
            .map(|(name, role, source)| Person { name: (*name).to_owned(), held: vec![(*role, (*source).to_owned())] });
        Team { people: people.collect(), sources: vec![("brp".to_owned(), "BRP".to_owned(), Role::CivilRegistry)] }
    }

    fn full() -> Vec<(&'static str, Role, &'static str)> {
        vec![
            ("Marit", Role::Coordinator, ""),
            ("Joost", Role::Coordinator, ""),
            ("Femke", Role::Jurist, ""),
            ("Ruben", Role::Jurist, ""),
            ("Nadia", Role::PrivacyOfficer, ""),
            ("Bram", Role::PrivacyOfficer, ""),
            ("Gerda", Role::IntegrityContact, ""),
            ("Omar", Role::IntegrityContact, ""),
            ("Hanneke", Role::Mayor, ""),
            ("Peter", Role::Mayor, ""),
            ("Anneke", Role::CivilRegistry, "brp"),
            ("Tjeerd", Role::CivilRegistry, "brp"),
        ]
    }

    fn stops(people: &[(&str, Role, &str)], who: &str) -> String {
        let found = findings(&team(people));
        let start = format!("Als {who} weg is");
        found
            .into_iter()
            .find(|finding| finding.what.starts_with(&start))
            .map(|finding| finding.what)
            .unwrap_or_default()
    }

    #[test]
    fn with_a_deputy_for_everybody_nothing_hangs_on_one_person() {
        let found = findings(&team(&full()));
        assert_eq!(found.iter().map(|finding| finding.weight).collect::<Vec<_>>(), [Weight::Fine], "{found:?}");
    }

    #[test]
    fn a_second_signature_needs_somebody_besides_the_drafter() {
        let mut people = full();
        people.retain(|(name, ..)| !["Femke", "Ruben"].contains(name));
        // Two coordinators sign for one another; when one is away nobody can agree any more.
        let marit = stops(&people, "Marit");
        assert!(marit.contains(StepEvent::AgreeWeighing3.label()), "{marit}");
        assert!(!marit.contains(StepEvent::ProposeWeighing3.label()), "{marit}");
        let found = findings(&team(&people));
        assert!(found[0].what.contains(StepEvent::UrgentSign.label()), "{}", found[0].what);
    }

    #[test]
    fn the_only_privacy_officer_is_named_with_the_checks_that_wait() {
        let mut people = full();
        people.retain(|(name, ..)| *name != "Bram");
        let nadia = stops(&people, "Nadia");
        for step in [StepEvent::DecideCheck1, StepEvent::DecideCheck2a, StepEvent::AgreeDestruction] {
            assert!(nadia.contains(step.label()), "{nadia}");
        }
        assert_eq!(stops(&people, "Marit"), "");
    }

    #[test]
    fn coordinators_do_not_stand_in_for_the_box_of_colleagues() {
        let mut people = full();
        people.retain(|(name, ..)| *name != "Omar");
        let gerda = stops(&people, "Gerda");
        assert!(gerda.contains("niet in behandeling nemen (meldingen over een collega)"), "{gerda}");
        assert!(!gerda.contains("intake afronden"), "{gerda}");
    }

    #[test]
    fn a_source_with_one_to_answer_is_named() {
        let mut people = full();
        people.retain(|(name, ..)| *name != "Tjeerd");
        assert!(stops(&people, "Anneke").contains("antwoord van de bron BRP"));
        people.retain(|(name, ..)| *name != "Anneke");
        assert!(findings(&team(&people))[0].what.contains("antwoord van de bron BRP"));
    }

    #[test]
    fn three_signatures_are_by_three_different_people() {
        let three = TRANSITIONS.iter().find(|row| row.two_people == TwoPeople::Three).unwrap();
        let mut one = team(&[("Femke", Role::Jurist, ""), ("Hanneke", Role::Mayor, "")]);
        one.people[0].held.push((Role::Coordinator, String::new()));
        assert!(!one.can_by_three(three.who));
        one.people.push(Person { name: "Joost".to_owned(), held: vec![(Role::Coordinator, String::new())] });
        assert!(one.can_by_three(three.who));
    }
}
