//! A signal and its steps.

use super::super::Link;
use super::super::fields::{Act, Choice, Control, Errors, Field, FieldError, Tick};
use super::super::signal::{
    Fact, HistoryLine, Judged, NextAct, Overlap, ReaderGroup, ReadersPanel, ReadingLine, Record, SignalPanel,
    SignalView, Stage, StageState, StepContext, TagKind,
};
use super::super::steps::{
    ActForm, Changed, ChangedPoint, Criterion, FieldGroup, IntakeQuestion, IntakeView, SecondSignatureView, ShortRoad,
    StepView, WeighingView,
};
use super::super::worklist::{Deadline, Urgency};
use super::staff::frame;
use super::{Sample, sample};

pub(super) fn all() -> Vec<Sample> {
    let mut pages = vec![signal()];
    pages.extend(intakes());
    pages.extend(weighings());
    pages.extend(others());
    pages
}

pub(super) fn stages(now: usize) -> Vec<Stage> {
    let names = ["ontvangen", "wegen", "verrijken", "besluiten", "opvolgen"];
    let state = |place: usize| match place.cmp(&now) {
        std::cmp::Ordering::Less => (StageState::Done, "klaar 19 nov"),
        std::cmp::Ordering::Equal => (StageState::Now, "nu bij u"),
        std::cmp::Ordering::Greater => (StageState::Ahead, ""),
    };
    names
        .iter()
        .enumerate()
        .map(|(place, name)| Stage { name: (*name).to_owned(), note: state(place).1.to_owned(), state: state(place).0 })
        .collect()
}

pub(super) fn context(title: &str, now: usize) -> StepContext {
    let line = |day: &str, text: &str| HistoryLine { day: day.to_owned(), text: text.to_owned() };
    StepContext {
        title: title.to_owned(),
        reference: "S-K7Q4-M2".to_owned(),
        deadline: Some(Deadline::new("Termijn", "morgen, dinsdag 24 november", Urgency::Soon)),
        stages: stages(now),
        signal: Some(SignalPanel {
            reading: ReadingLine {
                fields: "tekst, plaats en tijd".to_owned(),
                role: "coördinator".to_owned(),
                purpose: "weging".to_owned(),
                at: "vandaag 14.12 uur".to_owned(),
                line: "48.213".to_owned(),
            },
            note: "zoals ontvangen".to_owned(),
            text: "Bij deze winkel zie ik nooit klanten. Sinds het voorjaar hangt de derde naam op de deur.".to_owned(),
            facts: vec![
                Fact::new("Waar", "Proefstraat, Demodorp (straat)"),
                Fact::new("Wanneer", "vanaf april 2026, nog bezig"),
                Fact::new("Melder", "via de meldpagina").with_tag("anoniem", TagKind::Plain),
                Fact::new("Regels", "gebruik alleen na privacycheck 1").with_tag("BRP", TagKind::Care),
                Fact::new("Bron", "geen bijzonder regime").with_tag("open", TagKind::Open),
                Fact::new("Ontvangen door", "balie Burgerzaken").with_tag("met naam", TagKind::Known),
            ],
            links: vec![Link::new("Maak een doorgeefblad", "/signalen/S-K7Q4-M2/doorgeefblad")],
        }),
        overlap: Some(Overlap::Found {
            open: vec![(Link::new("S-9RBH-3F", "/signalen/S-9RBH-3F"), "verrijken".to_owned())],
            closed: vec!["Burgerzaken".to_owned()],
        }),
        readers: Some(ReadersPanel {
            groups: vec![ReaderGroup {
                heading: "Coördinatoren".to_owned(),
                names: "Mirte Korenblik (u), Joost Lindegaard".to_owned(),
            }],
            not: "Niet: LIO, privacy officer, beheer, bestuur.".to_owned(),
            exclude: "/signalen/S-K7Q4-M2/uitsluiten".to_owned(),
        }),
        history: vec![
            line("23 nov", "U opende het signaal. Doel: weging"),
            line("18 nov", "Ontvangen via de meldpagina. Melder kreeg een code"),
        ],
        history_all: "/signalen/S-K7Q4-M2/geschiedenis".to_owned(),
        ..StepContext::default()
    }
}

pub(super) fn form(errors: Vec<FieldError>) -> ActForm {
    ActForm {
        action: "/signalen/S-K7Q4-M2/stap".to_owned(),
        formulier: "f.1766.c2FtcGxl".to_owned(),
        versie: "4".to_owned(),
        errors: Errors(errors),
    }
}

fn radios(labels: &[&str], chosen: usize) -> Control {
    Control::Radios(list(labels, chosen))
}

fn list(labels: &[&str], chosen: usize) -> Vec<Choice> {
    labels
        .iter()
        .enumerate()
        .map(|(place, label)| {
            let choice = Choice::new(&place.to_string(), label);
            if place == chosen { choice.chosen() } else { choice }
        })
        .collect()
}

const NONE: usize = usize::MAX;

fn points() -> Vec<Judged> {
    vec![
        Judged::new("1. Bron", "X niet te beoordelen", "Anoniem gemeld, dus niet te beoordelen."),
        Judged::new("5. Ernst", "onbekend", ""),
    ]
}

fn changed() -> Changed {
    let point = |label: &str, field: &str, theirs: &str, mine: &str| ChangedPoint {
        label: label.to_owned(),
        field: field.to_owned(),
        theirs: theirs.to_owned(),
        mine: mine.to_owned(),
    };
    Changed {
        who: "Joost Lindegaard".to_owned(),
        first_name: "Joost".to_owned(),
        what: "deze weging".to_owned(),
        at: "14.20 uur".to_owned(),
        points: vec![
            point(
                "5. Ernst",
                "keuze-ernst",
                "ernstig: “Derde naam in acht maanden.”",
                "merkbaar: “Omvang niet bekend.”",
            ),
            point("8. Evenredig", "", "niet gewijzigd", "alleen beperkt: “Alleen hit of geen hit.”"),
        ],
        rest: "De andere acht punten zijn gelijk.".to_owned(),
    }
}

fn signal() -> Sample {
    let act = |text: &str, note: &str, mine: Tick| NextAct {
        link: Link::new(text, "/signalen/S-K7Q4-M2/stap"),
        note: note.to_owned(),
        mine,
    };
    let record = Record {
        title: "Weging 3".to_owned(),
        signed: "Mirte Korenblik en Joost Lindegaard, 24 november".to_owned(),
        points: points(),
    };
    let view = SignalView {
        frame: frame("/signalen"),
        step: StepContext {
            saved: "De intake is afgerond. Weging 3 wacht op u.".to_owned(),
            records: vec![record],
            ..context("Signaal", 1)
        },
        acts: vec![
            act("Stel weging 3 op", "termijn morgen", Tick::On),
            act("Verwijs door", "naar een andere instantie", Tick::Off),
        ],
    };
    sample("signaal", &view)
}

fn intake(errors: Vec<FieldError>) -> IntakeView {
    let question = |code: &str, name: &str, label: &str, beside: Vec<Field>, below: Vec<Field>| IntakeQuestion {
        code: code.to_owned(),
        answer: Field::new(name, label, radios(&["ja", "nee"], 0)),
        beside,
        below,
        last: Vec::new(),
    };
    let marks = ["Schaadt gezag van instellingen", "Schaadt gezag van de overheid", "Schaadt de openbare orde"];
    let roots = ["Gelegenheid: bestuurlijk", "Een werkwijze die dit mogelijk maakt"];
    let mut step = context("Intake", 0);
    step.deadline = Some(Deadline::new("2 werkdagen te laat", "termijn was donderdag 19 november", Urgency::Late));
    step.overlap = Some(Overlap::Nothing);
    IntakeView {
        frame: frame("/signalen"),
        step,
        form: form(errors),
        basis: "{}".to_owned(),
        changed: None,
        questions: vec![
            question(
                "1",
                "ondermijning",
                "Is dit ondermijning?",
                vec![
                    Field::new("kenmerken", "Kenmerk (minstens één)", Control::Checks(list(&marks, 2))),
                    Field::new("verankering", "Lokale verankering (minstens één)", Control::Checks(list(&roots, 1))),
                    Field::new(
                        "verschijningsvorm",
                        "Waar lijkt het op?",
                        Control::Select(list(&["Witwassen", "Adresfraude"], 1)),
                    ),
                    Field::new("waarom", "Waarom", Control::Text).with_value("Negen mensen op 60 m², onbekenden."),
                ],
                vec![
                    Field::new(
                        "signalering",
                        "Signalering",
                        Control::Checks(list(&["iets klopt niet", "verborgen"], 0)),
                    )
                    .optional(),
                ],
            ),
            question(
                "2A",
                "taak",
                "Is het een taak van de gemeente?",
                Vec::new(),
                vec![Field::new("bevoegdheid", "Bevoegdheid", Control::Select(list(&["Wet BRP", "APV"], 0)))],
            ),
            question("2B", "grondgebied", "Speelt het in onze gemeente?", Vec::new(), Vec::new()),
        ],
        urgency: Field::new(
            "urgentie",
            "Hoe snel moet het?",
            radios(&["kan wachten", "eerstvolgende LIO", "binnen 1 week", "direct: bel 112 of politie"], 1),
        ),
        primary: Act::new("Rond de intake af: door naar wegen", "afronden"),
        others: vec![Act::new("Bewaar als concept", "bewaren")],
        refer: Some(Link::new("Doorverwijzen", "/signalen/S-K7Q4-M2/doorverwijzen")),
        short: Some(ShortRoad {
            reason: Field::new("reden", "Reden", radios(&["geen ondermijning", "te vaag", "dubbel"], NONE)),
            more: vec![
                Field::new("dubbelVan", "Kenmerk van het andere signaal", Control::Text)
                    .with_hint("Alleen bij dubbel.")
                    .conditional(),
            ],
            kept_for: "1 jaar".to_owned(),
            destroyed_on: "23 november 2027".to_owned(),
            act: Act::new("Neem niet in behandeling", "niet-in-behandeling"),
        }),
    }
}

fn intakes() -> Vec<Sample> {
    let errors = vec![
        FieldError::new("grondgebied", "Kies ja of nee bij vraag 2B"),
        FieldError::new("waarom", "Schrijf in één zin waarom"),
        FieldError::new("kenmerken", "Kies minstens één kenmerk"),
    ];
    vec![sample("intake", &intake(Vec::new())), sample("intake-fouten", &intake(errors))]
}

fn weighing(errors: Vec<FieldError>) -> WeighingView {
    let criterion = |number: u8, name: &str, label: &str, hint: &str, options: &[&str], why: &str| Criterion {
        number,
        field: Field::new(name, label, radios(options, 1)).with_hint(hint),
        why: Some(Field::new(&format!("{name}Waarom"), "Waarom", Control::Text).with_value(why).conditional()),
    };
    let plain = |number: u8, field: Field| Criterion { number, field, why: None };
    let way = |value: &str, label: &str, note: &str| Choice::new(value, label).with_note(note);
    WeighingView {
        frame: frame("/signalen"),
        step: context("Weging 3", 1),
        form: form(errors),
        basis: "{}".to_owned(),
        changed: None,
        question: "Hoe zwaar weegt dit signaal?".to_owned(),
        explanation: "Kies per punt wat past. Een zin is nodig, behalve bij “onbekend”. Er wordt niets opgeteld: u oordeelt zelf.".to_owned(),
        criteria: vec![
            criterion(1, "bron", "Bron", "Hoe betrouwbaar is de bron?", &["A altijd", "B meestal", "C meestal niet", "X niet te beoordelen"], "Anoniem gemeld."),
            criterion(5, "ernst", "Ernst", "Schade voor mensen, instellingen of orde?", &["beperkt", "merkbaar", "ernstig", "zeer ernstig", "onbekend"], ""),
            plain(9, Field::new("lichter", "Lichter kan niet", Control::Area).with_hint("Is er een lichtere weg?").conditional()),
            plain(10, Field::new("thema", "Thema", Control::Select(list(&["Witwassen", "Mensenhandel"], 0))).with_hint("Past het bij een gekozen thema?")),
        ],
        proposal: Field::new(
            "voorstel",
            "Wat stelt u voor?",
            Control::Radios(vec![
                way("verrijken", "Verrijken", "naar privacycheck 1").chosen(),
                way("afdeling", "Naar een afdeling", "de afdeling voert regie"),
                way("monitoren", "Monitoren", "tot een datum, hooguit 6 maanden"),
            ]),
        ),
        more: vec![Field::new("totEnMet", "Tot en met", Control::Day).with_hint("Alleen bij monitoren. Bijvoorbeeld 31-3-2027.").conditional()],
        signer: Field::new(
            "medeondertekenaar",
            "Wie tekent mee?",
            Control::Radios(vec![
                way("a", "Joost Lindegaard, plaatsvervangend coördinator", "aanwezig").chosen(),
                way("b", "Sanne Appelhof, jurist OOV", "schreef mee en kan daarom niet meetekenen").closed(),
            ]),
        ),
        primary: Act::new("Onderteken en leg voor aan Joost Lindegaard", "ondertekenen"),
        others: vec![Act::new("Bewaar als concept", "bewaren")],
    }
}

fn weighings() -> Vec<Sample> {
    let errors = vec![
        FieldError::new("bron", "Kies bij punt 1 hoe betrouwbaar de bron is"),
        FieldError::new("ernstWaarom", "Schrijf bij punt 5 een zin, of kies onbekend"),
        FieldError::new("medeondertekenaar", "Kies wie meetekent"),
    ];
    let second = SecondSignatureView {
        frame: frame("/signalen"),
        step: context("Weging 3 meeondertekenen", 1),
        form: form(Vec::new()),
        author: "Mirte Korenblik".to_owned(),
        signed_on: "23 november".to_owned(),
        points: points(),
        proposal: vec![Judged::new("Voorstel", "Verrijken", "")],
        sentence: Field::new("zin", "Wat klopt er niet?", Control::Area)
            .with_hint("Alleen bij teruggeven. Eén zin is genoeg.")
            .conditional(),
        sign: Act::new("Onderteken", "ondertekenen"),
        give_back: Act::new("Geef terug met een zin", "teruggeven"),
    };
    let returned = SecondSignatureView {
        form: form(vec![FieldError::new("zin", "Schrijf in één zin wat er niet klopt")]),
        ..second.clone()
    };
    vec![
        sample("weging", &weighing(Vec::new())),
        sample("weging-fouten", &weighing(errors)),
        sample("weging-gewijzigd", &WeighingView { changed: Some(changed()), ..weighing(Vec::new()) }),
        sample("meeondertekenen", &second),
        sample("meeondertekenen-fout", &returned),
    ]
}

fn others() -> Vec<Sample> {
    let decision = StepView {
        frame: frame("/signalen"),
        step: context("Besluit", 3),
        form: form(Vec::new()),
        changed: None,
        question: String::new(),
        explanation: String::new(),
        groups: vec![FieldGroup {
            heading: "Wat besluit u?".to_owned(),
            intro: "Kies één uitkomst.".to_owned(),
            fields: vec![
                Field::new("besluit", "Uitkomst", Control::Select(list(&["Monitoren", "Naar de politie"], NONE))),
                Field::new("waarom", "Waarom", Control::Area).with_hint("In één of twee zinnen."),
                Field::new("datum", "Datum", Control::Day).optional(),
            ],
        }],
        consequence: "Na vastleggen leest de melder “opgepakt”.".to_owned(),
        primary: Act::new("Leg besluit vast", "vastleggen"),
        others: Vec::new(),
        leave: Some(Link::new("Terug naar het signaal", "/signalen/S-K7Q4-M2")),
    };
    let question = StepView {
        step: StepContext {
            title: "Vraag aan uw bron".to_owned(),
            reference: "V-2KQ7-9D".to_owned(),
            ..StepContext::default()
        },
        form: form(vec![FieldError::new("antwoord", "Kies een antwoord")]),
        question: "Is er sinds april 2026 een exploitatievergunning aangevraagd voor Proefstraat 9?".to_owned(),
        explanation: "Kijk alleen in uw eigen bron.".to_owned(),
        groups: vec![FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: vec![Field::new(
                "antwoord",
                "Uw antwoord",
                radios(&["Nee, niets bekend", "Ja, er is iets bekend", "Ik kan of mag dit niet beantwoorden"], NONE),
            )],
        }],
        consequence: "Na het versturen kunt u uw antwoord niet meer inzien.".to_owned(),
        primary: Act::new("Verstuur uw antwoord", "antwoorden"),
        leave: Some(Link::new("Deze vraag is niet voor mij", "/bronvragen/V-2KQ7-9D/niet-voor-mij")),
        ..decision.clone()
    };
    let raced = StepView { changed: Some(Changed { what: "dit besluit".to_owned(), ..changed() }), ..decision.clone() };
    vec![sample("besluit", &decision), sample("besluit-gewijzigd", &raced), sample("bronvraag", &question)]
}
