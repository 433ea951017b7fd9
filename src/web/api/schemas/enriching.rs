//! Bodies of enriching.

use super::super::schema::{
    Fields, Shape, choice, codes, configured, day, id, needed_with, several, step, text, yes_no,
};
use super::weighing::entries;
use crate::domain::privacy_check::{SubjectKind, Verdict};
use crate::domain::protocol::Protocol;
use crate::domain::source::{AnswerKind, DetailsRule, HitAge, SourceEntry};
use crate::domain::text::{LongText, ShortText};
use utoipa::openapi::schema::AnyOfBuilder;

pub(super) fn shapes(protocol: &Protocol) -> Vec<(&'static str, Shape)> {
    vec![
        ("Privacycheck1Stap", proposal(protocol)),
        ("OordeelBronnen", verdicts(protocol)),
        ("TeruggaveVraag", Fields::of("Een vraag terug.").needs("vraag", text::<ShortText>("De vraag.")).done()),
        ("Bronantwoord", answer(protocol)),
        ("Broninhoud", Fields::of("Wat er bekend is.").needs("inhoud", text::<LongText>("De inhoud.")).done()),
        ("BronvraagStap", which().done()),
        ("OverdrachtStap", which().needs("naar", id("Aan wie.")).done()),
    ]
}

fn which() -> Fields {
    step("Een stap op één bronvraag.").needs("vraag", id("Welke bronvraag."))
}

/// Words that were looked at go through although the report has them too.
pub(super) fn seen(fields: Fields) -> Fields {
    fields.may("woordenBekeken", yes_no("Ja: de herhaalde woorden zijn bekeken en blijven staan."))
}

fn proposal(protocol: &Protocol) -> Shape {
    let forms = || protocol.forms.iter().map(|form| (&form.code, form.label.as_str()));
    let (silent, open): (Vec<_>, Vec<_>) =
        protocol.sources.iter().partition(|source| source.details == DetailsRule::Never);
    let each = [(silent, ["nee"].as_slice()), (open, ["ja", "nee"].as_slice())]
        .into_iter()
        .filter(|(sources, _)| !sources.is_empty())
        .fold(AnyOfBuilder::new().description(Some("Deze bron mag geen inhoud geven.")), |any, (sources, details)| {
            any.item(source(&sources, details))
        });
    seen(step("Vraag en bronnen, zonder woorden van het signaal."))
        .needs("soortSignaal", several("Waar het op lijkt.", 1, forms().count(), configured("Een van:", forms())))
        .needs("doel", text::<ShortText>("Wat u wilt vaststellen."))
        .needs("overWie", choice::<SubjectKind>("Over wie of wat de vraag gaat."))
        .needs("bronnen", several("De bronnen, elk één keer.", 1, protocol.sources.len(), each))
        .done()
}

fn source(sources: &[&SourceEntry], details: &[&str]) -> Shape {
    let known = sources.iter().map(|source| (&source.code, source.label.as_str()));
    let details = super::super::schema::string("Mag na een hit ook inhoud worden gevraagd? Zonder keuze: nee.")
        .enum_values(Some(details.iter().copied()));
    Fields::of("Eén bron.")
        .needs("bron", configured("De bron.", known))
        .needs("vraag", text::<ShortText>("De vraag."))
        .may("nietVoor", day("Niet verder terug dan deze dag."))
        .needs("verzameldVoor", text::<ShortText>("A: waarvoor is het verzameld?"))
        .needs("pastDaarbij", text::<ShortText>("B: past dit gebruik daarbij?"))
        .needs("waaromNodig", text::<ShortText>("C: waarom is het nodig?"))
        .may("inhoudBijHit", details)
        .done()
}

const WHY: &str = "Schrijf bij versmallen en weigeren waarom.";

fn verdicts(protocol: &Protocol) -> Shape {
    let all = codes::<Verdict>();
    let each = || {
        Fields::of("Het oordeel over één bron.")
            .needs("oordeel", choice::<Verdict>("Het oordeel."))
            .may("vraag", text::<ShortText>("De vraag zoals de bronhouder haar leest, bij versmallen."))
            .may("nietVoor", day("Niet verder terug dan deze dag, bij versmallen."))
            .may("inhoudBijHit", yes_no("Mag na een hit ook inhoud worden gevraagd, bij versmallen."))
            .may("waarom", text::<ShortText>("Waarom, bij versmallen en weigeren."))
            .with([
                needed_with(WHY, "oordeel", &all, &["versmallen", "weigeren"], &["waarom"]),
                needed_with("Schrijf bij versmallen de vraag.", "oordeel", &all, &["versmallen"], &["vraag"]),
            ])
    };
    let per_source = protocol
        .sources
        .iter()
        .fold(Fields::of("Per voorgestelde bron."), |fields, source| fields.may(source.code.as_str(), each()));
    Fields::of("De oordelen.").needs("oordelen", per_source.done()).done()
}

fn answer(protocol: &Protocol) -> Shape {
    let all = codes::<AnswerKind>();
    let (hit, cannot) = (AnswerKind::Hit.code(), AnswerKind::CannotAnswer.code());
    Fields::of("Het antwoord. Zonder vrije tekst, want vrije tekst lekt.")
        .needs("antwoord", choice::<AnswerKind>("Is er iets bekend?"))
        .may("leeftijd", choice::<HitAge>("Hoe oud het jongste gegeven is, bij een hit."))
        .may("reden", configured("Waarom niet, bij kan_niet.", entries(&protocol.cannot_answer)))
        .with([
            needed_with("Kies bij een hit hoe oud het gegeven is.", "antwoord", &all, &[hit], &["leeftijd"]),
            needed_with("Kies een reden.", "antwoord", &all, &[cannot], &["reden"]),
        ])
}
