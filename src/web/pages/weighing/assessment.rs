//! Weging 3: an ordered word and a sentence per criterion, and a proposal.

use super::super::acting::{typed_day, written_day};
use super::super::conflict::Point;
use super::super::judged;
use super::WeighingPage;
use crate::app::drafts::DRAFT;
use crate::app::judgements::RETURNED;
use crate::app::reading::Opened;
use crate::domain::calendar;
use crate::domain::protocol::{Criterion as Configured, CriterionKind, Protocol, ReasonStep};
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, AssessmentDraft, CriterionDraft};
use crate::domain::words::Dutch;
use crate::domain::workflow::Weighing3Outcome;
use crate::web::form::Form;
use crate::web::views::fields::{Choice, Control, Field};
use crate::web::views::signal::Judged;
use crate::web::views::steps::Criterion;

fn choice_field(criterion: &Configured) -> String {
    format!("criteria.{}.keuze", criterion.code)
}

fn sentence_field(criterion: &Configured) -> String {
    format!("criteria.{}.waarom", criterion.code)
}

/// The fields of the proposal: they belong together, because one decides what the others mean.
const PROPOSAL: [&str; 6] = ["voorstel", "totDatum", "afdeling", "grondslag", "reden", "dubbelVan"];

fn chosen(value: &str, label: &str, form: &Form, field: &str) -> Choice {
    let choice = Choice::new(value, label);
    if form.text(field) == value { choice.chosen() } else { choice }
}

impl WeighingPage for Assessment {
    const TITLE: &'static str = "Weging 3";
    const PAGE: &'static str = "weging-3";
    const QUESTION: &'static str = "Hoe zwaar weegt dit signaal?";
    const EXPLANATION: &'static str =
        "Kies per punt wat past. Een zin is nodig, behalve bij “onbekend”. Er wordt niets opgeteld: u oordeelt zelf.";
    const READS: &'static [&'static str] = &["report", DRAFT, RETURNED];
    const READS_IMPROVING: &'static [&'static str] = &["report", "weighing3", RETURNED];

    fn draft_in(protocol: &Protocol, form: &Form) -> AssessmentDraft {
        let criteria = protocol.criteria.iter().filter_map(|criterion| {
            let choice = form.filled(&choice_field(criterion));
            let sentence = form.filled(&sentence_field(criterion));
            let typed = choice.is_some() || sentence.is_some();
            typed.then(|| (criterion.code.to_string(), CriterionDraft { choice, sentence }))
        });
        AssessmentDraft {
            criteria: criteria.collect(),
            outcome: form.filled("voorstel"),
            until: form.filled("totDatum").map(|typed| written_day(&typed)),
            department: form.filled("afdeling"),
            basis: form.filled("grondslag"),
            reason: form.filled("reden"),
            duplicate_of: form.filled("dubbelVan"),
        }
    }

    fn form_of(draft: &AssessmentDraft) -> Form {
        let mut pairs = Vec::new();
        let mut add = |name: String, value: &Option<String>| pairs.extend(value.clone().map(|value| (name, value)));
        for (code, typed) in &draft.criteria {
            add(format!("criteria.{code}.keuze"), &typed.choice);
            add(format!("criteria.{code}.waarom"), &typed.sentence);
        }
        add("voorstel".to_owned(), &draft.outcome);
        add("totDatum".to_owned(), &draft.until.as_deref().map(typed_day));
        add("afdeling".to_owned(), &draft.department);
        add("grondslag".to_owned(), &draft.basis);
        add("reden".to_owned(), &draft.reason);
        add("dubbelVan".to_owned(), &draft.duplicate_of);
        Form::of(pairs)
    }

    fn improved(&self) -> AssessmentDraft {
        AssessmentDraft::of(self)
    }

    fn blank(protocol: &Protocol, opened: &Opened) -> AssessmentDraft {
        let mut draft = AssessmentDraft::default();
        let computed = protocol.criteria.iter().filter(|criterion| criterion.computed.is_some());
        if let Some(report) = opened.report() {
            for criterion in computed {
                let choice = Some(report.concreteness().to_string());
                draft.criteria.insert(criterion.code.to_string(), CriterionDraft { choice, sentence: None });
            }
        }
        draft
    }

    fn points(protocol: &Protocol) -> Vec<Point> {
        let criteria = protocol.criteria.iter().map(|criterion| Point {
            code: criterion.code.to_string(),
            label: format!("{}. {}", criterion.number, criterion.label),
            fields: vec![choice_field(criterion), sentence_field(criterion)],
        });
        let proposal = Point {
            code: "voorstel".to_owned(),
            label: "Voorstel".to_owned(),
            fields: PROPOSAL.iter().map(|field| (*field).to_owned()).collect(),
        };
        criteria.chain([proposal]).collect()
    }

    fn words(protocol: &Protocol, point: &Point, form: &Form) -> String {
        let Some(criterion) = protocol.criterion(&point.code) else { return proposal_words(protocol, form) };
        let code = form.text(&choice_field(criterion)).to_owned();
        let word = match criterion.kind {
            CriterionKind::Theme => protocol.form(&code).map(|form| form.label.clone()),
            CriterionKind::Choice | CriterionKind::Text => criterion.option(&code).map(|option| option.label.clone()),
        };
        let sentence = form.text(&sentence_field(criterion)).trim();
        match (word, sentence.is_empty()) {
            (None, true) => "niet ingevuld".to_owned(),
            (Some(word), true) => word,
            (None, false) => format!("“{sentence}”"),
            (Some(word), false) => format!("{word}: “{sentence}”"),
        }
    }

    fn criteria(protocol: &Protocol, form: &Form) -> Vec<Criterion> {
        protocol.criteria.iter().map(|criterion| as_field(protocol, criterion, form)).collect()
    }

    fn proposal(_: &Protocol, form: &Form) -> Field {
        let ways = Weighing3Outcome::ALL.iter().map(|way| {
            let note = match way {
                Weighing3Outcome::Enrich => "naar privacycheck 1",
                Weighing3Outcome::Department => "de afdeling voert regie",
                Weighing3Outcome::Riec => "met doorgeefblad",
                Weighing3Outcome::Monitor => "tot een datum, hooguit 6 maanden",
                Weighing3Outcome::NotTakenUp => "met reden",
            };
            chosen(way.code(), way.label(), form, "voorstel").with_note(note)
        });
        Field::new("voorstel", "Wat stelt u voor?", Control::Radios(ways.collect()))
    }

    fn more(protocol: &Protocol, form: &Form, today: Day) -> Vec<Field> {
        let last = calendar::in_words_with_year(protocol.due_on(ClockCode::Monitoring, today));
        let departments =
            protocol.departments.iter().map(|entry| chosen(entry.code.as_str(), &entry.label, form, "afdeling"));
        let reasons = protocol
            .reasons_at(ReasonStep::Weighing3)
            .map(|reason| chosen(reason.code.as_str(), &reason.label, form, "reden"));
        vec![
            Field::new("totDatum", "Tot", Control::Day)
                .with_hint(&format!("Alleen bij monitoren. Uiterlijk {last}. Bijvoorbeeld 31-01-2027."))
                .with_value(form.text("totDatum"))
                .conditional(),
            Field::new("afdeling", "Afdeling", Control::Select(departments.collect()))
                .with_hint("Alleen bij een afdeling.")
                .conditional(),
            Field::new("grondslag", "Grondslag", Control::Text)
                .with_hint("Alleen bij afdeling of RIEC. Leeg: de grondslag uit het protocol.")
                .with_value(form.text("grondslag"))
                .conditional(),
            Field::new("reden", "Reden", Control::Select(reasons.collect()))
                .with_hint("Alleen bij niet in behandeling.")
                .conditional(),
            Field::new("dubbelVan", "Kenmerk van het andere signaal", Control::Text)
                .with_hint("Alleen bij dubbel. Bijvoorbeeld: S-K7Q4-M2.")
                .with_value(form.text("dubbelVan"))
                .conditional(),
        ]
    }

    fn judged(&self, protocol: &Protocol) -> Vec<Judged> {
        judged::assessment_points(protocol, self)
    }

    fn proposed(&self, protocol: &Protocol) -> Vec<Judged> {
        judged::proposal_points(protocol, &self.proposal)
    }
}

fn as_field(protocol: &Protocol, criterion: &Configured, form: &Form) -> Criterion {
    let (choice, sentence) = (choice_field(criterion), sentence_field(criterion));
    let (field, why) = match criterion.kind {
        CriterionKind::Choice => {
            let options = criterion.options.iter();
            let options = options.map(|option| chosen(option.code.as_str(), &option.label, form, &choice)).collect();
            let why = Field::new(&sentence, "Waarom", Control::Text).with_value(form.text(&sentence)).conditional();
            (Field::new(&choice, &criterion.label, Control::Radios(options)), Some(why))
        }
        CriterionKind::Text => {
            let text = Field::new(&sentence, &criterion.label, Control::Area).with_value(form.text(&sentence));
            (text.conditional(), None)
        }
        CriterionKind::Theme => {
            let forms = protocol.forms.iter().map(|kind| chosen(kind.code.as_str(), &kind.label, form, &choice));
            (Field::new(&choice, &criterion.label, Control::Select(forms.collect())).conditional(), None)
        }
    };
    Criterion { number: criterion.number, field: field.with_hint(&criterion.question), why }
}

fn proposal_words(protocol: &Protocol, form: &Form) -> String {
    let code = form.text("voorstel");
    let way = Weighing3Outcome::from_code(code).map_or("niet ingevuld", Weighing3Outcome::label);
    let details = [
        form.text("totDatum").to_owned(),
        protocol.department(form.text("afdeling")).map(|entry| entry.label.clone()).unwrap_or_default(),
        form.text("grondslag").to_owned(),
        protocol
            .reason_at(ReasonStep::Weighing3, form.text("reden"))
            .map(|reason| reason.label.clone())
            .unwrap_or_default(),
        form.text("dubbelVan").to_owned(),
    ];
    let details: Vec<&str> = details.iter().map(String::as_str).filter(|detail| !detail.trim().is_empty()).collect();
    if details.is_empty() { way.to_owned() } else { format!("{way} ({})", details.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> AssessmentDraft {
        let json = r#"{"criteria": {"ernst": {"keuze": "ernstig", "waarom": "Mensen zijn bang."},
            "lichter": {"waarom": "Nee."}, "thema": {"keuze": "onbekend"}}, "voorstel": "monitoren",
            "totDatum": "2027-01-31", "afdeling": "vth", "grondslag": "b", "reden": "te_vaag", "dubbelVan": "S-K7Q4-M2"}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_draft_comes_back_from_its_form_as_it_was() {
        let protocol = Protocol::bundled().unwrap();
        assert!(Assessment::draft_in(&protocol, &Assessment::form_of(&full())) == full());
    }

    #[test]
    fn every_field_of_the_form_belongs_to_one_point_that_can_be_said() {
        let protocol = Protocol::bundled().unwrap();
        let (points, form) = (Assessment::points(&protocol), Assessment::form_of(&full()));
        for (name, _) in form.pairs() {
            let of = points.iter().filter(|point| point.fields.contains(name));
            assert_eq!(of.count(), 1, "{name}");
        }
        let said = |code: &str| {
            let point = points.iter().find(|point| point.code == code).unwrap();
            Assessment::words(&protocol, point, &form)
        };
        assert_eq!(said("ernst"), "ernstig: “Mensen zijn bang.”");
        assert_eq!(said("bron"), "niet ingevuld");
        assert_eq!(
            said("voorstel"),
            "Monitoren (31-01-2027, Vergunningen, toezicht en handhaving, b, te vaag, S-K7Q4-M2)"
        );
    }
}
