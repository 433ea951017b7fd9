//! Breaking glass: the form, the refusal within office hours, what is read, and the judgement.

use super::super::Link;
use super::super::fields::{Act, Choice, Control, Field, FieldError};
use super::super::signal::{Judged, Record, SignalView, StepContext};
use super::super::steps::{ActForm, FieldGroup, StepView};
use super::staff::frame;
use super::steps::context;
use super::{Sample, sample};

pub(super) fn all() -> Vec<Sample> {
    let closed = StepView {
        question: "Nu kan er niets open".to_owned(),
        explanation: "Nu zijn er coördinatoren: bel hen. Noodinzage kan op werkdagen pas na 18.00 uur.".to_owned(),
        groups: Vec::new(),
        consequence: String::new(),
        primary: Act::none(),
        ..ask(Vec::new())
    };
    let nothing = FieldError::new("kenmerk", "Met dit kenmerk kan nu niets open");
    vec![
        sample("noodinzage", &ask(Vec::new())),
        sample("noodinzage-fout", &ask(vec![nothing])),
        sample("noodinzage-kantooruren", &closed),
        sample("noodinzage-lezen", &look()),
        sample("noodinzage-oordeel", &judgement()),
    ]
}

fn form(errors: Vec<FieldError>) -> ActForm {
    ActForm {
        action: "/noodinzage".to_owned(),
        formulier: "proef".to_owned(),
        versie: "0".to_owned(),
        errors: errors.into(),
    }
}

fn bare(title: &str, records: Vec<Record>) -> StepContext {
    StepContext { title: title.to_owned(), records, ..StepContext::default() }
}

fn ask(errors: Vec<FieldError>) -> StepView {
    let sure = Choice::new("ja", "Dit kan niet wachten tot een coördinator er is");
    StepView {
        frame: frame("/noodinzage"),
        step: bare("Noodinzage", Vec::new()),
        form: form(errors),
        changed: None,
        question: "Welk signaal moet nu open?".to_owned(),
        explanation: "Alleen als het niet kan wachten tot een coördinator er is.".to_owned(),
        groups: vec![FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: vec![
                Field::new("kenmerk", "Kenmerk van het signaal", Control::Text).with_hint("Zoals S-K7Q4-M2."),
                Field::new("waarom", "Waarom moet het nu open?", Control::Area).with_hint("Eén zin."),
                Field::new("kanNietWachten", "Kan het wachten?", Control::Checks(vec![sure])),
            ],
        }],
        consequence: "De privacy officer en de coördinatoren zien meteen dat u dit deed.".to_owned(),
        primary: Act::new("Onderteken en open het signaal", "openen"),
        others: Vec::new(),
        leave: Some(Link::new("Naar wat op u wacht", "/werk")),
    }
}

fn look() -> SignalView {
    SignalView {
        frame: frame("/noodinzage"),
        step: StepContext {
            saved: "U kunt dit lezen tot 23.12 uur. Elke keer dat u kijkt, staat in het logboek.".to_owned(),
            readers: None,
            history: Vec::new(),
            ..context("Noodinzage", 1)
        },
        acts: Vec::new(),
    }
}

fn judgement() -> StepView {
    let opened = Record {
        title: "Buiten kantooruren geopend".to_owned(),
        signed: "U ziet dit als privacy officer, doel privacycheck.".to_owned(),
        points: vec![
            Judged::new("Wie", "Sanne Proef", ""),
            Judged::new("Waarom", "", "De politie staat voor de deur en vraagt wat wij weten."),
        ],
    };
    let choices = vec![Choice::new("terecht", "Terecht"), Choice::new("niet_terecht", "Niet terecht")];
    StepView {
        step: bare("Noodinzage", vec![opened]),
        question: "Was het terecht dat dit signaal openging?".to_owned(),
        groups: vec![FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: vec![
                Field::new("oordeel", "Uw oordeel", Control::Radios(choices)),
                Field::new("waarom", "Waarom?", Control::Area).with_hint("Eén zin."),
            ],
        }],
        primary: Act::new("Onderteken uw oordeel", "onderteken"),
        ..ask(Vec::new())
    }
}
