//! Enriching: the question to a source in each state, the overview, and a list of parts.

use super::super::Link;
use super::super::enrichment::{
    OverviewView, PartListView, PartRow, QuestionActs, QuestionCard, QuestionDoneView, QuestionStep, QuestionView,
    RoundView,
};
use super::super::fields::{Act, Choice, Control, Errors, Field, FieldError};
use super::super::signal::{Fact, Judged, StepContext, TagKind};
use super::super::staff::Frame;
use super::super::worklist::{Deadline, Urgency};
use super::enrichment::{choices, frame_of, panel, privacy_frame, reading};
use super::staff::frame;
use super::steps::{context, form};
use super::{Sample, sample};

pub(super) fn all() -> Vec<Sample> {
    let mut pages = questions();
    pages.push(overview());
    pages.push(sample("privacychecks", &list()));
    pages
}

fn holder_frame() -> Frame {
    let menu = [("Wat wacht op u", "/werk"), ("Uw vragen", "/bronvragen")];
    frame_of("Thijs Wolkenaar", "bronhouder", &menu, "/bronvragen")
}

fn questions() -> Vec<Sample> {
    let answers = vec![
        Choice::new("geen_hit", "Nee, niets bekend").with_note("Geen hit. Hiermee is de vraag klaar."),
        Choice::new("hit", "Ja, er is iets bekend").with_note("Hit. Geef nog geen inhoud.").chosen(),
        Choice::new("kan_niet", "Ik kan of mag dit niet beantwoorden")
            .with_note("U kiest op de volgende pagina een reden."),
    ];
    let ages = [("1", "korter dan 1 jaar geleden"), ("2", "1 tot 2 jaar geleden"), ("onbekend", "weet ik niet")];
    let answer = QuestionView {
        frame: holder_frame(),
        reference: "V-2QHM-81".to_owned(),
        due: "maandag 7 december".to_owned(),
        deadline: Deadline::new("Maandag 7 december", "7 dec", Urgency::Calm),
        form: form(Vec::new()),
        source: "Vergunningen (VTH)".to_owned(),
        question: "Is voor Proefstraat 14 in Demodorp sinds 1 november 2024 een vergunning aangevraagd, verleend of \
                   geweigerd?"
            .to_owned(),
        period: String::new(),
        step: QuestionStep::Answer {
            answer: Field::new("antwoord", "Uw antwoord", Control::Radios(answers)),
            age: Field::new(
                "leeftijd",
                "Alleen bij “ja”: van wanneer is het jongste gegeven?",
                Control::Radios(choices(&ages, "1")),
            )
            .with_hint("Is het oud, dan wordt er niet verder gevraagd.")
            .conditional(),
            pass_back: Act::new("Deze vraag is niet voor mij", "niet_voor_mij"),
        },
        primary: Act::new("Verstuur antwoord", "verstuur"),
        aside: vec![
            panel(
                "waarom",
                "Waarom krijg ik deze vraag?",
                &[
                    "De privacy officer gaf deze vraag vrij op maandag 23 november (privacycheck 1).",
                    "Grond: eigen taak vergunningverlening, APV. Alleen “ja” of “nee” mag.",
                    "U ziet niet wat er gemeld is en door wie.",
                ],
                &[],
            ),
            panel(
                "wie-ziet",
                "Wie ziet mijn antwoord?",
                &["De coördinator ziet uw antwoord, uw naam en uw team."],
                &[],
            ),
        ],
        reading: Some(reading("de vraag", "bronhouder", "verrijking")),
    };
    let reasons = [("geheimhouding", "Ik heb een wettelijke geheimhouding"), ("betrokken", "Ik ben zelf betrokken")];
    let reason = QuestionView {
        question: String::new(),
        form: form(vec![FieldError::new("reden", "Kies een reden")]),
        step: QuestionStep::Reason {
            reason: Field::new(
                "reden",
                "Waarom kunt of mag u dit niet beantwoorden?",
                Control::Radios(choices(&reasons, "")),
            ),
        },
        aside: Vec::new(),
        reading: None,
        ..answer.clone()
    };
    let details = QuestionView {
        step: QuestionStep::Details { details: Field::new("watBekend", "Wat is er bekend?", Control::Area) },
        primary: Act::new("Verstuur inhoud", "inhoud"),
        ..answer.clone()
    };
    let done = QuestionDoneView {
        frame: holder_frame(),
        reference: "V-2QHM-81".to_owned(),
        heading: "Uw antwoord is verstuurd".to_owned(),
        sentence: "U kunt het niet meer inzien.".to_owned(),
    };
    vec![
        sample("bronvraag-beantwoorden", &answer),
        sample("bronvraag-reden", &reason),
        sample("bronvraag-inhoud", &details),
        sample("bronvraag-verstuurd", &done),
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
