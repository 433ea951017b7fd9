//! Following up, what goes out on paper, and the name of a melder.

use super::super::Link;
use super::super::fields::{Act, Control, Field, FieldError, Tick};
use super::super::follow_up::{ActionLine, FollowUpView, OutLine, PaperFact, PaperView};
use super::super::identity::{NameRequest, NameView, OpenName};
use super::super::signal::{Judged, NextAct, ReadingLine, Record, SignalView, StepContext};
use super::super::worklist::{Deadline, Urgency};
use super::staff::frame;
use super::steps::{context, form};
use super::{Sample, pairs, sample};

pub(super) fn all() -> Vec<Sample> {
    let wrong = || vec![FieldError::new("watTeDoen", "Schrijf wat er gedaan moet worden")];
    vec![
        sample("opvolging", &follow_up(Vec::new())),
        sample("opvolging-fout", &follow_up(wrong())),
        sample("besluit-uitvoeren", &decision()),
        sample("doorgeefblad-papier", &sheet()),
        sample("verklaring", &declaration()),
        sample("naam-vragen", &name(None)),
        sample("naam-open", &name(Some(open_name()))),
    ]
}

fn follow_up(errors: Vec<FieldError>) -> FollowUpView {
    let action = |what: &str, done: &str| ActionLine {
        what: what.to_owned(),
        owner: "Vera Spoelder".to_owned(),
        deadline: done.is_empty().then(|| Deadline::new("Morgen", "25 nov", Urgency::Soon)),
        done: done.to_owned(),
        result: if done.is_empty() { String::new() } else { "De vergunning klopt niet.".to_owned() },
        finish: if done.is_empty() { "/acties/a".to_owned() } else { String::new() },
    };
    FollowUpView {
        frame: frame("/signalen"),
        step: context("Opvolgen", 4),
        form: form(errors),
        actions: vec![
            action("Ga langs en kijk naar de vergunning.", ""),
            action("Bel de wijkagent.", "maandag 23 november"),
        ],
        out: vec![
            OutLine {
                link: Link::new("Doorgeefblad voor RIEC Noord-Nederland", "/signalen/S-K7Q4-M2/doorgeefblad/b"),
                note: "maandag 23 november, gemaakt door Mirte Korenblik".to_owned(),
            },
            OutLine { link: Link::new("Privacycheck 2B", ""), note: "wacht op de privacy officer".to_owned() },
        ],
        fields: vec![
            Field::new("watTeDoen", "Wat moet er gebeuren?", Control::Area).with_hint("De eigenaar leest alleen dit."),
            Field::new("uiterlijk", "Uiterlijk", Control::Day),
        ],
        primary: Act::new("Voeg de actie toe", "actie"),
        others: Vec::new(),
        ways: vec![NextAct {
            link: Link::new("Afsluiten", "/signalen/S-K7Q4-M2/afsluiten"),
            note: "als alles klaar is".to_owned(),
            mine: Tick::Off,
        }],
    }
}

fn decision() -> SignalView {
    let record = |title: &str, signed: &str, points: Vec<Judged>| Record {
        title: title.to_owned(),
        signed: signed.to_owned(),
        points,
    };
    SignalView {
        frame: frame("/werk"),
        step: StepContext {
            title: "Besluit".to_owned(),
            reference: "S-K7Q4-M2".to_owned(),
            deadline: Some(Deadline::new("Termijn", "maandag 1 februari", Urgency::Calm)),
            records: vec![
                record(
                    "Wat u gaat doen",
                    "U leest dit omdat u dit besluit uitvoert. Dit staat in het logboek, regel 48.213.",
                    vec![
                        Judged::new("Besluit", "Dossier met regie", "De vergunning klopt niet."),
                        Judged::new("Wie doet het", "Vera Spoelder", ""),
                        Judged::new("Uiterlijk", "maandag 1 februari 2027", ""),
                        Judged::new("Genomen", "dinsdag 24 november", ""),
                    ],
                ),
                record("Vragen?", "", vec![Judged::new("Coördinator", "Mirte Korenblik", "")]),
            ],
            ..StepContext::default()
        },
        acts: vec![NextAct {
            link: Link::new("Naar wat op u wacht", "/werk"),
            note: "Het besluit blijft daar staan tot het signaal is afgesloten.".to_owned(),
            mine: Tick::Off,
        }],
    }
}

fn reading(fields: &str) -> ReadingLine {
    ReadingLine {
        fields: fields.to_owned(),
        role: "coördinator".to_owned(),
        purpose: "uitvoering maatregel".to_owned(),
        at: "vandaag 14.12 uur".to_owned(),
        line: "48.213".to_owned(),
    }
}

fn sheet() -> PaperView {
    PaperView {
        frame: frame("/signalen"),
        title: "Doorgeefblad".to_owned(),
        reference: "S-K7Q4-M2".to_owned(),
        reading: Some(reading("dit doorgeefblad")),
        head: pairs(&[("Voor", "RIEC Noord-Nederland"), ("Grondslag", "Wgs"), ("Datum", "24 november 2026")]),
        facts: vec![PaperFact {
            text: "De exploitant wisselde drie keer.".to_owned(),
            label: "open".to_owned(),
            origin: "handelsregister, 18 november".to_owned(),
        }],
        request: "Pak dit integraal op.".to_owned(),
        notes: vec!["Wie het signaal meldde, staat hier niet.".to_owned()],
        back: Link::new("Terug naar opvolgen", "/signalen/S-K7Q4-M2/opvolging"),
    }
}

fn declaration() -> PaperView {
    PaperView {
        frame: frame("/werk"),
        title: "Verklaring van vernietiging".to_owned(),
        reading: None,
        head: pairs(&[("Kenmerk", "S-K7Q4-M2"), ("Vernietigd", "24 november 2031"), ("Sleutels", "12")]),
        facts: Vec::new(),
        request: String::new(),
        back: Link::new("Naar wat op u wacht", "/werk"),
        ..sheet()
    }
}

fn open_name() -> OpenName {
    OpenName {
        reading: reading("de naam"),
        name: "Voorbeeld Melder".to_owned(),
        reach: "06 0000 0000".to_owned(),
        until: "14.42 uur".to_owned(),
    }
}

fn name(open: Option<OpenName>) -> NameView {
    NameView {
        frame: frame("/signalen"),
        step: StepContext { signal: None, ..context("De melder", 1) },
        form: form(Vec::new()),
        intro: "De naam ligt achter slot.".to_owned(),
        requests: vec![NameRequest {
            text: "Mirte Korenblik vroeg het op maandag 23 november. Akkoord, leesbaar tot 14.42 uur.".to_owned(),
            read: if open.is_some() { String::new() } else { "/signalen/S-K7Q4-M2/naam/n".to_owned() },
        }],
        name: open,
        fields: vec![Field::new("waarom", "Waarom hebt u de naam nodig?", Control::Area)],
        consequence: "De melder leest dat de naam is geopend, door wie en waarom.".to_owned(),
        primary: Act::new("Vraag de privacy officer", "vragen"),
        others: Vec::new(),
        leave: Link::new("Terug naar het signaal", "/signalen/S-K7Q4-M2"),
    }
}
