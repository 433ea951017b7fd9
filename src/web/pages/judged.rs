//! A judgement that stands, as points that people read: label, choice, and why.

use crate::domain::protocol::{Code, CriterionKind, Entry, Protocol};
use crate::domain::text::BoundedText;
use crate::domain::weighing::{Assessment, Confirmation, IntakeAssessment, NotTakenUp, Proposal, Referral};
use crate::domain::workflow::Weighing4Outcome;
use crate::web::views::signal::Judged;

fn label_of<'a>(entries: &'a [Entry], code: &'a Code) -> &'a str {
    entries.iter().find(|entry| entry.code == *code).map_or_else(|| code.as_str(), |entry| entry.label.as_str())
}

fn form_of<'a>(protocol: &'a Protocol, code: &'a Code) -> &'a str {
    protocol.form(code.as_str()).map_or_else(|| code.as_str(), |form| form.label.as_str())
}

fn department_of<'a>(protocol: &'a Protocol, code: &'a Code) -> &'a str {
    protocol.department(code.as_str()).map_or_else(|| code.as_str(), |entry| entry.label.as_str())
}

fn reason_of<'a>(protocol: &'a Protocol, code: &'a Code) -> &'a str {
    let found = protocol.reasons.iter().find(|reason| reason.code == *code);
    found.map_or_else(|| code.as_str(), |reason| reason.label.as_str())
}

/// Weging 1, 2A and 2B.
#[must_use]
pub fn intake_points(protocol: &Protocol, intake: &IntakeAssessment) -> Vec<Judged> {
    let list = |entries: &[Entry], codes: &[Code]| {
        codes.iter().map(|code| label_of(entries, code)).collect::<Vec<_>>().join(", ")
    };
    let why = intake.motive.as_ref().map_or("", |motive| motive.as_str());
    let mut points = vec![Judged::new("1. Ondermijning", intake.undermining.label(), why)];
    let lists = [
        ("Kenmerk", list(&protocol.intake.traits, &intake.traits)),
        ("Lokale verankering", list(&protocol.intake.anchors, &intake.anchors)),
        ("Signalering", list(&protocol.intake.signs, &intake.signs)),
        ("Lijkt op", intake.form.as_ref().map(|code| form_of(protocol, code).to_owned()).unwrap_or_default()),
    ];
    points
        .extend(lists.iter().filter(|(_, words)| !words.is_empty()).map(|(name, words)| Judged::new(name, words, "")));
    let power = intake.power.as_ref().and_then(|code| protocol.power(code.as_str()));
    points.push(Judged::new(
        "2A. Taak van de gemeente",
        intake.municipal_task.label(),
        power.map_or("", |power| power.label.as_str()),
    ));
    points.push(Judged::new("2B. In onze gemeente", intake.territory.label(), ""));
    points.push(Judged::new("Hoe snel", intake.urgency.label(), ""));
    points
}

/// The short road.
#[must_use]
pub fn not_taken_up_points(protocol: &Protocol, short: &NotTakenUp) -> Vec<Judged> {
    let other = short.duplicate_of.map(|other| other.to_string()).unwrap_or_default();
    vec![Judged::new("Niet in behandeling", reason_of(protocol, &short.reason), &other)]
}

/// A referral.
#[must_use]
pub fn referral_points(protocol: &Protocol, referral: &Referral) -> Vec<Judged> {
    let recipient = protocol.recipient(referral.recipient.as_str());
    let recipient = recipient.map_or_else(|| referral.recipient.as_str(), |found| found.label.as_str());
    let attention = referral.attention.as_ref().map_or("", |name| name.as_str());
    vec![Judged::new("Doorverwezen naar", recipient, attention), Judged::new("Grondslag", referral.basis.as_str(), "")]
}

/// The criteria of weging 3, in their order.
#[must_use]
pub fn assessment_points(protocol: &Protocol, assessment: &Assessment) -> Vec<Judged> {
    let points = protocol.criteria.iter().filter_map(|criterion| {
        let answer = assessment.criteria.get(&criterion.code)?;
        let sentence = answer.sentence.as_ref().map_or("", |sentence| sentence.as_str());
        let label = format!("{}. {}", criterion.number, criterion.label);
        let choice = answer.choice.as_ref();
        Some(match criterion.kind {
            CriterionKind::Choice => {
                let words = choice.map_or("", |code| {
                    criterion.option(code.as_str()).map_or_else(|| code.as_str(), |option| option.label.as_str())
                });
                Judged::new(&label, words, sentence)
            }
            CriterionKind::Theme => Judged::new(&label, choice.map_or("", |code| form_of(protocol, code)), sentence),
            CriterionKind::Text => Judged::new(&label, "", sentence),
        })
    });
    points.collect()
}

/// What weging 3 proposes.
#[must_use]
pub fn proposal_points(protocol: &Protocol, proposal: &Proposal) -> Vec<Judged> {
    let mut points = vec![Judged::new("Voorstel", proposal.outcome().label(), "")];
    match proposal {
        Proposal::Enrich => {}
        Proposal::Department { department, basis } => {
            points.push(Judged::new("Afdeling", department_of(protocol, department), ""));
            points.push(Judged::new("Grondslag", basis.as_str(), ""));
        }
        Proposal::Riec { basis } => points.push(Judged::new("Grondslag", basis.as_str(), "")),
        Proposal::Monitor { until } => {
            points.push(Judged::new("Tot", &crate::domain::calendar::in_words_with_year(*until), ""));
        }
        Proposal::NotTakenUp { reason, duplicate_of } => {
            let other = duplicate_of.map(|other| other.to_string()).unwrap_or_default();
            points.push(Judged::new("Reden", reason_of(protocol, reason), &other));
        }
    }
    points
}

/// Weging 4.
#[must_use]
pub fn confirmation_points(confirmation: &Confirmation) -> Vec<Judged> {
    vec![Judged::new("Bevestigd", confirmation.confirms.label(), confirmation.motivation.as_str())]
}

/// What weging 4 proposes.
#[must_use]
pub fn confirmation_proposal_points(protocol: &Protocol, confirmation: &Confirmation) -> Vec<Judged> {
    let mut points = vec![Judged::new("Voorstel", confirmation.outcome.label(), "")];
    if let (Weighing4Outcome::Department, Some(department)) = (confirmation.outcome, &confirmation.department) {
        points.push(Judged::new("Afdeling", department_of(protocol, department), ""));
    }
    if let Some(basis) = &confirmation.basis {
        points.push(Judged::new("Grondslag", basis.as_str(), ""));
    }
    points
}
