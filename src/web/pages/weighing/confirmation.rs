//! Weging 4: do the answers of the sources confirm the signal, and where does it go then.

use super::super::conflict::Point;
use super::super::judged;
use super::WeighingPage;
use crate::app::drafts::DRAFT;
use crate::app::judgements::RETURNED;
use crate::app::reading::Opened;
use crate::domain::protocol::Protocol;
use crate::domain::time::Day;
use crate::domain::weighing::{Confirmation, ConfirmationDraft, Confirms};
use crate::domain::words::Dutch;
use crate::domain::workflow::Weighing4Outcome;
use crate::web::form::Form;
use crate::web::views::fields::{Choice, Control, Field};
use crate::web::views::signal::Judged;
use crate::web::views::steps::Criterion;

fn chosen(value: &str, label: &str, form: &Form, field: &str) -> Choice {
    let choice = Choice::new(value, label);
    if form.text(field) == value { choice.chosen() } else { choice }
}

impl WeighingPage for Confirmation {
    const TITLE: &'static str = "Weging 4";
    const PAGE: &'static str = "weging-4";
    const QUESTION: &'static str = "Bevestigen de bronnen dit signaal?";
    const EXPLANATION: &'static str =
        "Kijk naar wat de bronnen antwoordden. Eén hit is geen bewijs, geen hit is geen onschuld: u oordeelt zelf.";
    const READS: &'static [&'static str] = &["report", "weighing3", DRAFT, RETURNED];
    const READS_IMPROVING: &'static [&'static str] = &["report", "weighing3", "weighing4", RETURNED];

    fn draft_in(_: &Protocol, form: &Form) -> ConfirmationDraft {
        ConfirmationDraft {
            confirms: form.filled("bevestigd"),
            motivation: form.filled("waarom"),
            outcome: form.filled("voorstel"),
            department: form.filled("afdeling"),
            basis: form.filled("grondslag"),
        }
    }

    fn form_of(draft: &ConfirmationDraft) -> Form {
        let pairs = [
            ("bevestigd", &draft.confirms),
            ("waarom", &draft.motivation),
            ("voorstel", &draft.outcome),
            ("afdeling", &draft.department),
            ("grondslag", &draft.basis),
        ];
        let filled = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        Form::of(filled.collect())
    }

    fn improved(&self) -> ConfirmationDraft {
        ConfirmationDraft::of(self)
    }

    fn blank(_: &Protocol, _: &Opened) -> ConfirmationDraft {
        ConfirmationDraft::default()
    }

    fn points(_: &Protocol) -> Vec<Point> {
        let point = |code: &str, label: &str, fields: &[&str]| Point {
            code: code.to_owned(),
            label: label.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        };
        vec![
            point("bevestigd", "1. Bevestigd", &["bevestigd", "waarom"]),
            point("voorstel", "Voorstel", &["voorstel", "afdeling", "grondslag"]),
        ]
    }

    fn words(protocol: &Protocol, point: &Point, form: &Form) -> String {
        let detail = |text: &str| text.trim().to_owned();
        let (word, details) = if point.code == "bevestigd" {
            let word = Confirms::from_code(form.text("bevestigd")).map(Confirms::label).ok();
            (word, vec![detail(form.text("waarom"))])
        } else {
            let word = Weighing4Outcome::from_code(form.text("voorstel")).map(Weighing4Outcome::label).ok();
            let department = protocol.department(form.text("afdeling")).map(|entry| entry.label.clone());
            (word, vec![department.unwrap_or_default(), detail(form.text("grondslag"))])
        };
        let details: Vec<String> =
            details.iter().filter(|text| !text.is_empty()).map(|text| format!("“{text}”")).collect();
        let word = word.unwrap_or("niet ingevuld");
        if details.is_empty() { word.to_owned() } else { format!("{word}: {}", details.join(", ")) }
    }

    fn criteria(_: &Protocol, form: &Form) -> Vec<Criterion> {
        let options = Confirms::ALL.iter().map(|word| chosen(word.code(), word.label(), form, "bevestigd"));
        vec![Criterion {
            number: 1,
            field: Field::new("bevestigd", "Bevestigd", Control::Radios(options.collect()))
                .with_hint("Bij nee stopt het signaal hier."),
            why: Some(Field::new("waarom", "Waarom", Control::Area).with_value(form.text("waarom"))),
        }]
    }

    fn proposal(_: &Protocol, form: &Form) -> Field {
        let ways = Weighing4Outcome::ALL.iter().map(|way| {
            let note = match way {
                Weighing4Outcome::Lio => "naar privacycheck 2A",
                Weighing4Outcome::Department => "de afdeling voert regie",
                Weighing4Outcome::Riec => "met doorgeefblad",
                Weighing4Outcome::NoHit => "het signaal eindigt",
            };
            chosen(way.code(), way.label(), form, "voorstel").with_note(note)
        });
        Field::new("voorstel", "Wat stelt u voor?", Control::Radios(ways.collect()))
    }

    fn more(protocol: &Protocol, form: &Form, _: Day) -> Vec<Field> {
        let departments =
            protocol.departments.iter().map(|entry| chosen(entry.code.as_str(), &entry.label, form, "afdeling"));
        vec![
            Field::new("afdeling", "Afdeling", Control::Select(departments.collect()))
                .with_hint("Alleen bij een afdeling.")
                .conditional(),
            Field::new("grondslag", "Grondslag", Control::Text)
                .with_hint("Alleen bij afdeling of RIEC. Leeg: de grondslag uit het protocol.")
                .with_value(form.text("grondslag"))
                .conditional(),
        ]
    }

    fn judged(&self, _: &Protocol) -> Vec<Judged> {
        judged::confirmation_points(self)
    }

    fn proposed(&self, protocol: &Protocol) -> Vec<Judged> {
        judged::confirmation_proposal_points(protocol, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_from_its_form_as_it_was_and_every_field_has_its_point() {
        let protocol = Protocol::bundled().unwrap();
        let json =
            r#"{"bevestigd": "deels", "waarom": "a", "voorstel": "afdeling", "afdeling": "vth", "grondslag": "b"}"#;
        let draft: ConfirmationDraft = serde_json::from_str(json).unwrap();
        let form = Confirmation::form_of(&draft);
        assert!(Confirmation::draft_in(&protocol, &form) == draft);
        let points = Confirmation::points(&protocol);
        assert!(form.pairs().iter().all(|(name, _)| points.iter().any(|point| point.fields.contains(name))));
        let said: Vec<_> = points.iter().map(|point| Confirmation::words(&protocol, point, &form)).collect();
        assert_eq!(said, ["deels: “a”", "Naar een afdeling: “Vergunningen, toezicht en handhaving”, “b”"]);
    }
}
