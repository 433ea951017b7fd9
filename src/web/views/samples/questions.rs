//! What the holder of a source sees.

use super::super::enrichment::{QuestionDoneView, QuestionStep, QuestionView};
use super::super::fields::{Act, Choice, Control, Field, FieldError};
use super::super::worklist::{Deadline, Urgency};
use super::enrichment::{choices, holder_frame, panel, reading};
use super::steps::form;
use super::{Sample, sample};

pub(super) fn all() -> Vec<Sample> {
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
        step: QuestionStep::Details { details: Field::new("inhoud", "Wat is er bekend?", Control::Area) },
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
