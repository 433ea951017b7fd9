//! The intake's questions as fields, and what was typed into them as a draft.

use super::super::conflict::Point;
use crate::domain::calendar;
use crate::domain::protocol::{Entry, Protocol, ReasonStep};
use crate::domain::retention::RetentionGround;
use crate::domain::time::Day;
use crate::domain::weighing::{IntakeDraft, Urgency};
use crate::domain::words::{Dutch, YesNo};
use crate::web::form::Form;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::steps::{IntakeQuestion, ShortRoad};

/// What was typed, as a draft.
pub(super) fn draft_in(form: &Form) -> IntakeDraft {
    IntakeDraft {
        undermining: form.filled("isOndermijning"),
        traits: form.all("kenmerken"),
        anchors: form.all("verankering"),
        signs: form.all("signalering"),
        form: form.filled("lijktOp"),
        motive: form.filled("waarom"),
        municipal_task: form.filled("gemeentelijkeTaak"),
        power: form.filled("bevoegdheid"),
        territory: form.filled("inGemeente"),
        urgency: form.filled("hoeSnel"),
    }
}

/// A draft, as the form that would send it.
pub(super) fn form_of(draft: &IntakeDraft) -> Form {
    let one = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
    let many = |name: &'static str, values: &[String]| -> Vec<(String, String)> {
        values.iter().map(|value| (name.to_owned(), value.clone())).collect()
    };
    let mut pairs: Vec<(String, String)> = [
        one("isOndermijning", &draft.undermining),
        one("lijktOp", &draft.form),
        one("waarom", &draft.motive),
        one("gemeentelijkeTaak", &draft.municipal_task),
        one("bevoegdheid", &draft.power),
        one("inGemeente", &draft.territory),
        one("hoeSnel", &draft.urgency),
    ]
    .into_iter()
    .flatten()
    .collect();
    pairs.extend(many("kenmerken", &draft.traits));
    pairs.extend(many("verankering", &draft.anchors));
    pairs.extend(many("signalering", &draft.signs));
    Form::of(pairs)
}

const POINTS: [(&str, &str); 10] = [
    ("isOndermijning", "1. Is dit ondermijning?"),
    ("kenmerken", "1. Kenmerk"),
    ("verankering", "1. Lokale verankering"),
    ("signalering", "1. Signalering"),
    ("lijktOp", "1. Waar lijkt het op?"),
    ("waarom", "1. Waarom"),
    ("gemeentelijkeTaak", "2A. Is het een taak van de gemeente?"),
    ("bevoegdheid", "2A. Bevoegdheid"),
    ("inGemeente", "2B. Speelt het in onze gemeente?"),
    ("hoeSnel", "Hoe snel moet het?"),
];

/// The points on which two people can differ: one per field.
pub(super) fn points() -> Vec<Point> {
    POINTS
        .iter()
        .map(|(field, label)| Point {
            code: (*field).to_owned(),
            label: (*label).to_owned(),
            fields: vec![(*field).to_owned()],
        })
        .collect()
}

/// A point of a form as people read it.
pub(super) fn words(protocol: &Protocol, point: &Point, form: &Form) -> String {
    let values = form.all(&point.code);
    let named = |entries: &[Entry]| -> Vec<String> {
        let label = |value: &String| {
            let found = entries.iter().find(|entry| entry.code.as_str() == value);
            found.map_or_else(|| value.clone(), |entry| entry.label.clone())
        };
        values.iter().map(label).collect()
    };
    let said = match point.code.as_str() {
        "kenmerken" => named(&protocol.intake.traits),
        "verankering" => named(&protocol.intake.anchors),
        "signalering" => named(&protocol.intake.signs),
        "lijktOp" => values.iter().map(|code| protocol.form(code).map_or(code.clone(), |f| f.label.clone())).collect(),
        "bevoegdheid" => {
            values.iter().map(|code| protocol.power(code).map_or(code.clone(), |p| p.label.clone())).collect()
        }
        "hoeSnel" => values
            .iter()
            .map(|code| Urgency::from_code(code).map_or_else(|_| code.clone(), |urgency| urgency.label().to_owned()))
            .collect(),
        _ => values,
    };
    if said.is_empty() { "niet ingevuld".to_owned() } else { said.join(", ") }
}

fn choice(value: &str, label: &str, chosen: &[String]) -> Choice {
    let choice = Choice::new(value, label);
    if chosen.iter().any(|code| code == value) { choice.chosen() } else { choice }
}

fn dutch<T: Dutch>(all: &[T], chosen: &[String]) -> Vec<Choice> {
    all.iter().map(|value| choice(value.code(), value.label(), chosen)).collect()
}

fn entries(all: &[Entry], chosen: &[String]) -> Vec<Choice> {
    all.iter().map(|entry| choice(entry.code.as_str(), &entry.label, chosen)).collect()
}

/// Questions 1, 2A and 2B.
pub(super) fn questions(protocol: &Protocol, form: &Form) -> Vec<IntakeQuestion> {
    let yes_no = |name: &str, label: &str| Field::new(name, label, Control::Radios(dutch(YesNo::ALL, &form.all(name))));
    let lists = &protocol.intake;
    let forms = protocol.forms.iter().map(|kind| choice(kind.code.as_str(), &kind.label, &form.all("lijktOp")));
    let powers = protocol.powers.iter().map(|power| {
        choice(power.code.as_str(), &format!("{} ({})", power.label, power.article), &form.all("bevoegdheid"))
    });
    let checks = |name: &str, label: &str, all: &[Entry]| {
        Field::new(name, label, Control::Checks(entries(all, &form.all(name))))
    };
    vec![
        IntakeQuestion {
            code: "1".to_owned(),
            answer: yes_no("isOndermijning", "Is dit ondermijning?"),
            beside: vec![
                checks("kenmerken", "Kenmerk (minstens één)", &lists.traits),
                checks("verankering", "Lokale verankering (minstens één)", &lists.anchors),
            ],
            below: vec![checks("signalering", "Signalering (kruis aan wat u in het signaal leest)", &lists.signs)],
            last: vec![
                Field::new("lijktOp", "Waar lijkt het op?", Control::Select(forms.collect())).optional(),
                Field::new("waarom", "Waarom", Control::Text).with_value(form.text("waarom")).optional(),
            ],
        },
        IntakeQuestion {
            code: "2A".to_owned(),
            answer: yes_no("gemeentelijkeTaak", "Is het een taak van de gemeente?"),
            beside: Vec::new(),
            below: vec![
                Field::new("bevoegdheid", "Bevoegdheid", Control::Select(powers.collect()))
                    .with_hint("Alleen bij ja.")
                    .conditional(),
            ],
            last: Vec::new(),
        },
        IntakeQuestion {
            code: "2B".to_owned(),
            answer: yes_no("inGemeente", "Speelt het in onze gemeente?"),
            beside: Vec::new(),
            below: Vec::new(),
            last: Vec::new(),
        },
    ]
}

/// How fast.
pub(super) fn urgency(form: &Form) -> Field {
    Field::new("hoeSnel", "Hoe snel moet het?", Control::Radios(dutch(Urgency::ALL, &form.all("hoeSnel"))))
}

/// In place of a question that is not asked.
pub(super) fn no_answers() -> Field {
    Field::new("hoeSnel", "", Control::Radios(Vec::new()))
}

/// The short road, with what it comes to.
pub(super) fn short_road(protocol: &Protocol, form: &Form, today: Day) -> Option<ShortRoad> {
    let rule = protocol.retention(RetentionGround::NotTakenUp)?;
    let reasons = protocol
        .reasons_at(ReasonStep::Intake)
        .map(|reason| choice(reason.code.as_str(), &reason.label, &form.all("reden")))
        .collect();
    Some(ShortRoad {
        reason: Field::new("reden", "Reden", Control::Radios(reasons)),
        more: vec![
            Field::new("dubbelVan", "Kenmerk van het andere signaal", Control::Text)
                .with_hint("Alleen bij dubbel. Bijvoorbeeld: S-K7Q4-M2.")
                .with_value(form.text("dubbelVan"))
                .conditional(),
        ],
        kept_for: rule.term.in_words(),
        destroyed_on: calendar::in_words_with_year(rule.from(today, &protocol.calendar).destroy_on),
        act: Act::new("Neem niet in behandeling", "niet-oppakken"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_from_its_form_as_it_was() {
        let draft = IntakeDraft {
            undermining: Some("ja".to_owned()),
            traits: vec!["onrecht".to_owned(), "structuren".to_owned()],
            motive: Some("Omdat.".to_owned()),
            urgency: Some("direct".to_owned()),
            ..IntakeDraft::default()
        };
        assert!(draft_in(&form_of(&draft)) == draft);
    }

    #[test]
    fn every_field_of_the_form_belongs_to_one_point() {
        let full = r#"{"isOndermijning": "a", "kenmerken": ["a"], "verankering": ["a"], "signalering": ["a"],
            "lijktOp": "a", "waarom": "a", "gemeentelijkeTaak": "a", "bevoegdheid": "a", "inGemeente": "a", "hoeSnel": "a"}"#;
        let form = form_of(&serde_json::from_str(full).unwrap());
        let known: Vec<String> = points().into_iter().flat_map(|point| point.fields).collect();
        assert_eq!(form.pairs().len(), known.len());
        assert!(form.pairs().iter().all(|(name, _)| known.contains(name)));
    }
}
