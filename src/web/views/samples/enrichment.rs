//! Enriching: proposing, judging, answering, and the overview.

use super::super::Link;
use super::super::enrichment::{
    AsidePanel, Check1View, JudgedSource, OpenVerdict, OverviewView, PartListView, PartRow, ProposalView, QuestionActs,
    QuestionCard, RoundView, SourceCard,
};
use super::super::fields::{Act, Choice, Control, Errors, Field, FieldError, Tick};
use super::super::signal::{Fact, Judged, ReadingLine, Stage, StageState, StepContext, Tag, TagKind};
use super::super::staff::{Frame, MenuItem, SessionEnd, SignedIn};
use super::super::worklist::{Deadline, Urgency};
use super::staff::frame;
use super::steps::{context, form, stages};
use super::{Sample, pairs, sample, strings};

pub(super) fn all() -> Vec<Sample> {
    let mut pages = proposals();
    pages.extend(verdicts());
    pages.push(overview());
    pages.push(sample("privacychecks", &list()));
    pages
}

fn frame_of(name: &str, role: &str, menu: &[(&str, &str)], current: &str) -> Frame {
    let item = |(text, href): &(&str, &str)| MenuItem {
        text: (*text).to_owned(),
        href: (*href).to_owned(),
        current: Tick::from(*href == current),
    };
    Frame {
        menu: menu.iter().map(item).collect(),
        member: Some(SignedIn {
            name: name.to_owned(),
            role: role.to_owned(),
            formulier: "f.1766.c2FtcGxl".to_owned(),
            ends: SessionEnd::Unused { at: "14.05".to_owned(), last: "17.30".to_owned() },
        }),
        ..frame("")
    }
}

fn privacy_frame() -> Frame {
    let menu = [("Wat wacht op u", "/werk"), ("Privacychecks", "/privacychecks")];
    frame_of("Nadia Veldkers", "privacy officer", &menu, "/privacychecks")
}

pub(super) fn holder_frame() -> Frame {
    let menu = [("Wat wacht op u", "/werk"), ("Uw vragen", "/bronvragen")];
    frame_of("Thijs Wolkenaar", "bronhouder", &menu, "/bronvragen")
}

pub(super) fn reading(fields: &str, role: &str, purpose: &str) -> ReadingLine {
    ReadingLine {
        fields: fields.to_owned(),
        role: role.to_owned(),
        purpose: purpose.to_owned(),
        at: "vandaag 14.12 uur".to_owned(),
        line: "48.213".to_owned(),
    }
}

pub(super) fn choices(list: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let of = |(value, label): &(&str, &str)| {
        let choice = Choice::new(value, label);
        if *value == chosen { choice.chosen() } else { choice }
    };
    list.iter().map(of).collect()
}

const YES_NO: [(&str, &str); 2] = [("nee", "nee"), ("ja", "ja")];

fn card(code: &str, label: &str, team: &str, rule: Tag, chosen: Tick) -> SourceCard {
    let at = |field: &str| format!("bronnen.{code}.{field}");
    let area = |field: &str, label: &str, value: &str| {
        Field::new(&at(field), label, Control::Area).with_value(value).conditional()
    };
    SourceCard {
        id: at("bron"),
        code: code.to_owned(),
        label: label.to_owned(),
        team: team.to_owned(),
        rule,
        holder: "Thijs Wolkenaar".to_owned(),
        chosen,
        question: vec![
            area("vraag", "Vraag", "Is voor dit pand een vergunning aangevraagd, verleend of geweigerd?")
                .with_hint("Noem wat de bronhouder moet opzoeken, zoals het adres."),
            Field::new(&at("nietVoor"), "Niet verder terug dan", Control::Day)
                .with_hint("Bijvoorbeeld 1-11-2024.")
                .optional(),
        ],
        grounds: vec![
            area("verzameldVoor", "A. Waarvoor verzameld", "voor vergunningverlening, APV"),
            area("pastDaarbij", "B. Past dit gebruik daarbij", "zelfde taak, zelfde gemeente"),
            area("waaromNodig", "C. Waarom nodig", "staat nergens anders"),
        ],
        details: Some(
            Field::new(&at("inhoudBijHit"), "Na een hit ook inhoud vragen?", Control::Radios(choices(&YES_NO, "nee")))
                .conditional(),
        ),
    }
}

fn proposals() -> Vec<Sample> {
    let rule = || Tag::new("hit mag; inhoud mag bij dezelfde bevoegdheid", TagKind::Known);
    let forms = [("WIT", "Witwassen of malafide bedrijf"), ("VAS", "Vastgoed- of woonfraude"), ("DRH", "Drugshandel")];
    let subjects = [("pand", "een pand; geen personen"), ("persoon", "een persoon")];
    let begun = ProposalView {
        frame: frame("/signalen"),
        step: context("Bronvragen voorstellen", 2),
        form: form(Vec::new()),
        notice: String::new(),
        about: vec![
            Field::new("doel", "Doel", Control::Area).with_hint("Wat moet het antwoord duidelijk maken?"),
            Field::new("overWie", "Over wie of wat", Control::Radios(choices(&subjects, ""))),
            Field::new("soortSignaal", "Soort signaal", Control::Checks(choices(&forms, ""))),
        ],
        sources: vec![
            card("vergunningen", "Vergunningen", "VTH", rule(), Tick::On),
            card("handelsregister", "Handelsregister", "Economie", rule(), Tick::Off),
            card(
                "belastingen",
                "Belastingen",
                "Belastingen",
                Tag::new("hit mag niet zonder aparte grond", TagKind::Care),
                Tick::Off,
            ),
        ],
        term: "10 werkdagen".to_owned(),
        keep: None,
        primary: Some(Act::new("Leg voor aan de privacy officer", "leg_voor")),
    };
    let warned = ProposalView {
        form: form(vec![
            FieldError::new("doel", "Deze woorden staan ook in het signaal: “Sinds het voorjaar hangt de”"),
            FieldError::new("bronnen", "Kies minstens één bron"),
            FieldError::new("bronnen.belastingen.bron", "Voor deze bron is nu niemand aangewezen. Laat deze bron weg"),
        ]),
        notice: "Dit signaal is intussen veranderd. Uw tekst is bewaard.".to_owned(),
        keep: Some(Field::new(
            "erkend",
            "Uw voorstel herhaalt woorden uit het signaal",
            Control::Checks(choices(&[("ja", "Deze woorden moeten blijven staan")], "")),
        )),
        ..begun.clone()
    };
    vec![sample("bronvragen-voorstellen", &begun), sample("bronvragen-voorstellen-fouten", &warned)]
}

fn source(number: usize, label: &str, team: &str, rule: Tag, question: &str, chosen: &str) -> JudgedSource {
    let at = |field: &str| format!("oordelen.{number}.{field}");
    let verdicts = [("vrijgeven", "Vrijgeven"), ("versmallen", "Versmallen"), ("weigeren", "Weigeren")];
    JudgedSource {
        number,
        label: label.to_owned(),
        team: team.to_owned(),
        rule,
        question: question.to_owned(),
        period: String::new(),
        details: if number == 1 {
            "Na een hit wil de coördinator ook inhoud vragen.".to_owned()
        } else {
            String::new()
        },
        grounds: pairs(&[
            ("A. Waarvoor verzameld", "voor vergunningverlening, APV"),
            ("B. Past dit gebruik daarbij", "zelfde taak, zelfde gemeente"),
            ("C. Waarom nodig", "staat nergens anders"),
        ]),
        open: Some(OpenVerdict {
            verdict: Field::new(&at("oordeel"), "Uw oordeel", Control::Radios(choices(&verdicts, chosen))),
            sentence: Field::new(&at("vraag"), "Vraag zoals u die vrijgeeft", Control::Area)
                .with_hint("Dit is precies wat de bronhouder leest.")
                .with_value(question)
                .conditional(),
            narrow: vec![
                Field::new(&at("nietVoor"), "Niet verder terug dan", Control::Day).with_value("2024-11-01").optional(),
                Field::new(&at("waaromSmaller"), "Waarom smaller", Control::Text)
                    .with_value("Ouder zegt niets over de exploitant van nu.")
                    .conditional(),
            ],
            refuse: Field::new(&at("waaromGeweigerd"), "Waarom geweigerd", Control::Text)
                .with_value("Geheimhouding; geen grond voor ander gebruik.")
                .conditional(),
        }),
        settled: None,
    }
}

pub(super) fn panel(id: &str, heading: &str, text: &[&str], facts: &[(&str, &str)]) -> AsidePanel {
    AsidePanel { id: id.to_owned(), heading: heading.to_owned(), text: strings(text), facts: pairs(facts) }
}

fn bar() -> Vec<Stage> {
    let mut bar = stages(2);
    for (stage, note) in bar.iter_mut().zip(["klaar", "twee ondertekenaars", "nu bij u", "", ""]) {
        note.clone_into(&mut stage.note);
    }
    assert!(bar.iter().any(|stage| stage.state == StageState::Now));
    bar
}

fn verdicts() -> Vec<Sample> {
    let may = || Tag::new("hit mag; inhoud mag bij dezelfde bevoegdheid", TagKind::Known);
    let not = || Tag::new("hit mag niet zonder aparte grond", TagKind::Care);
    let sources = vec![
        source(1, "Vergunningen", "VTH", may(), "Is voor dit pand een vergunning aangevraagd?", "versmallen"),
        source(2, "Handelsregister", "Economie", may(), "Staat op dit adres een onderneming?", "vrijgeven"),
        source(3, "Belastingen en heffingen", "Belastingen", not(), "Zijn er betalingsachterstanden?", "weigeren"),
    ];
    let open = Check1View {
        frame: privacy_frame(),
        reference: "S-V8GC-2T".to_owned(),
        deadline: Some(Deadline::new("1 werkdag te laat", "termijn was vrijdag 20 november", Urgency::Late)),
        stages: bar(),
        form: form(Vec::new()),
        notice: String::new(),
        reading: reading("voorstel", "privacy officer", "privacycheck"),
        facts: vec![
            Fact::new("Soort signaal", "Witwassen of malafide bedrijf"),
            Fact::new("Doel", "vaststellen of er een vergunde exploitant is"),
            Fact::new("Over wie", "een pand; geen personen"),
            Fact::new("Begin met", "alleen hit of geen hit"),
            Fact::new("Antwoord binnen", "10 werkdagen; daarna vervalt de vraag"),
        ],
        sources,
        primary: Some(Act::new("Onderteken", "onderteken")),
        give_back: Field::new("vraag", "Uw vraag aan de coördinator", Control::Area).conditional(),
        give_back_act: Act::new("Geef terug met deze vraag", "terug"),
        aside: vec![
            panel(
                "zonder-tekst",
                "U ziet de tekst van het signaal niet",
                &[
                    "Dit voorstel is zonder tekst van het signaal geschreven. Meestal is dat genoeg om te oordelen.",
                    "Weet u niet genoeg? Geef het voorstel terug met een vraag.",
                ],
                &[],
            ),
            panel("eerder", "Eerder vrijgegeven", &["Voor dit signaal is nog geen bronvraag vrijgegeven."], &[]),
            panel(
                "wie-vraagt",
                "Wie vraagt",
                &[],
                &[
                    ("Voorgesteld door", "Joost Lindegaard, plv. coördinator"),
                    ("Op", "vrijdag 13 november"),
                    ("Weging 3", "getekend door 2 personen"),
                    ("Bent u er niet?", "Ook bevoegd: Ruben Zomerdijk"),
                ],
            ),
        ],
    };
    let mut unfinished = open.clone();
    unfinished.form = form(vec![
        FieldError::new("oordelen.1.oordeel", "Vergunningen: maak hier een keuze"),
        FieldError::new("oordelen.3.waaromGeweigerd", "Schrijf waarom u weigert"),
        FieldError::new("vraag", "Schrijf uw vraag aan de coördinator"),
    ]);
    let mut settled = open.clone();
    settled.primary = None;
    settled.deadline = None;
    settled.notice = "Iemand anders was u voor. Hieronder leest u het oordeel dat nu geldt.".to_owned();
    for source in &mut settled.sources {
        source.open = None;
        source.settled = Some(Judged::new("", "Geweigerd.", "Geheimhouding."));
    }
    vec![
        sample("privacycheck-1", &open),
        sample("privacycheck-1-fouten", &unfinished),
        sample("privacycheck-1-beoordeeld", &settled),
    ]
}

fn overview() -> Sample {
    let asked = |id: &str, reference: &str, source: &str, facts: Vec<Fact>, acts: QuestionActs| QuestionCard {
        id: id.to_owned(),
        reference: reference.to_owned(),
        source: source.to_owned(),
        question: "Is voor Proefstraat 14 een vergunning aangevraagd?".to_owned(),
        facts,
        details: String::new(),
        acts,
    };
    let others = Control::Select(choices(&[("1", "Ruben Zomerdijk, plaatsvervanger")], ""));
    let view = OverviewView {
        frame: frame("/signalen"),
        step: StepContext { signal: None, overlap: None, ..context("Bronvragen", 2) },
        form: form(Vec::new()),
        notice: String::new(),
        reading: Some(reading("voorstel, oordeel, vraag, antwoord", "coördinator", "verrijking")),
        rounds: vec![RoundView {
            title: "Privacycheck 1 van vrijdag 13 november".to_owned(),
            state: "1 vrij, 1 smaller, 1 geweigerd. Ondertekend door Nadia Veldkers, maandag 23 november.".to_owned(),
            returned: String::new(),
            verdicts: vec![Judged::new("Belastingen", "Geweigerd", "Geheimhouding.")],
            questions: vec![
                asked(
                    "q-1",
                    "V-2QHM-81",
                    "Vergunningen",
                    vec![
                        Fact::new("Bronhouder", "Thijs Wolkenaar"),
                        Fact::new("Stand", "maandag 23 november").with_tag("beantwoord", TagKind::Plain),
                        Fact::new("Antwoord", "Hit: er is iets bekend, jongste gegeven: korter dan 1 jaar geleden."),
                    ],
                    QuestionActs {
                        details: Some(Act::new("Vraag inhoud bij deze hit", "inhoud")),
                        ..QuestionActs::default()
                    },
                ),
                asked(
                    "q-2",
                    "V-9RBH-3F",
                    "Handelsregister",
                    vec![Fact::new("Stand", "termijn 7 dec").with_tag("wacht op antwoord", TagKind::Known)],
                    QuestionActs {
                        withdraw: Some(Act::new("Trek deze vraag in", "intrekken")),
                        to: Some(Field::new("naar-q-2", "Aan een ander voor deze bron", others)),
                        details: None,
                    },
                ),
            ],
        }],
        onward: Some(Link::new("Weging 4 opstellen", "/signalen/S-K7Q4-M2/weging-4")),
        others: vec![Link::new("Naar het signaal", "/signalen/S-K7Q4-M2")],
        errors: Errors::default(),
    };
    sample("bronvragen-overzicht", &view)
}

fn list() -> PartListView {
    PartListView {
        frame: privacy_frame(),
        heading: "Privacychecks".to_owned(),
        done: "Uw oordeel is ondertekend.".to_owned(),
        intro: "Deze lijst toont geen inhoud.".to_owned(),
        open_heading: "Wacht op uw oordeel".to_owned(),
        open: vec![PartRow {
            what: Link::new("Privacycheck 1", "/privacychecks/1"),
            reference: "S-V8GC-2T".to_owned(),
            deadline: Deadline::new("1 werkdag te laat", "20 nov", Urgency::Late),
        }],
        empty: "Er wacht geen privacycheck op u.".to_owned(),
        closed_heading: "Beoordeeld".to_owned(),
        closed: vec![PartRow {
            what: Link::new("Privacycheck 1", ""),
            reference: "S-9RBH-3F".to_owned(),
            deadline: Deadline::new("Maandag 23 november", "", Urgency::Calm),
        }],
    }
}
