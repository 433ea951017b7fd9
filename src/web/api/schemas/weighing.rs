//! Bodies of receiving and weighing.

use super::super::schema::{
    Fields, Shape, any_of, choice, codes, configured, day, id, is, needed_with, present, reference, several, step,
    text, yes_no,
};
use crate::domain::protocol::{Criterion, CriterionKind, Entry, Protocol, ReasonStep};
use crate::domain::text::{LongText, ShortText};
use crate::domain::weighing::{Confirms, Urgency};
use crate::domain::words::YesNo;
use crate::domain::workflow::{Weighing3Outcome, Weighing4Outcome};
use utoipa::openapi::schema::{ObjectBuilder, Type};

pub(super) fn shapes(protocol: &Protocol) -> Vec<(&'static str, Shape)> {
    vec![
        ("VersieStap", step("Een stap zonder woorden.").done()),
        ("TeruggaveStap", step("Teruggeven, met een zin.").needs("zin", text::<ShortText>("Waarom.")).done()),
        ("RedenStap", step("Een stap met een reden.").needs("waarom", text::<ShortText>("Waarom.")).done()),
        ("Reden", Fields::of("Een reden.").needs("waarom", text::<ShortText>("Waarom.")).done()),
        ("Leeg", Fields::of("Niets.").done()),
        ("IntakeStap", intake_step(protocol)),
        ("Intake", intake(protocol)),
        ("NietInBehandelingStap", not_taken_up(protocol)),
        ("Weging3Stap", weighing3(protocol)),
        ("Weging4Stap", weighing4(protocol)),
    ]
}

pub(super) fn entries(list: &[Entry]) -> impl Iterator<Item = (&crate::domain::protocol::Code, &str)> {
    list.iter().map(|entry| (&entry.code, entry.label.as_str()))
}

fn answers(fields: Fields, protocol: &Protocol) -> Fields {
    let lists = &protocol.intake;
    let list = |about: &str, list: &[Entry]| several(about, 0, list.len(), configured("Een van:", entries(list)));
    let forms = protocol.forms.iter().map(|form| (&form.code, form.label.as_str()));
    let powers = protocol.powers.iter().map(|power| (&power.code, power.label.as_str()));
    fields
        .may("kenmerken", list("Kenmerken van ondermijning.", &lists.traits))
        .may("verankering", list("Lokale verankering.", &lists.anchors))
        .may("signalering", list("Signalering.", &lists.signs))
        .may("lijktOp", configured("Waar het op lijkt.", forms))
        .may("waarom", text::<ShortText>("Waarom."))
        .may("bevoegdheid", configured("De bevoegdheid van de gemeente.", powers))
        .needs("hoeSnel", choice::<Urgency>("Hoe snel moet er iets gebeuren?"))
}

/// Only three times yes goes on to weighing.
fn intake_step(protocol: &Protocol) -> Shape {
    let yes =
        |about: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(about)).enum_values(Some(["ja"]));
    let lists = &protocol.intake;
    let some = |about: &str, list: &[Entry]| several(about, 1, list.len(), configured("Een van:", entries(list)));
    answers(step("Weging 1, 2A en 2B, alle drie met ja."), protocol)
        .needs("isOndermijning", yes("Weging 1. Is het nee: neem niet in behandeling."))
        .needs("gemeentelijkeTaak", yes("Weging 2A. Is het nee: verwijs door."))
        .needs("inGemeente", yes("Weging 2B. Is het nee: verwijs door."))
        .needs("kenmerken", some("Kenmerken van ondermijning.", &lists.traits))
        .needs("verankering", some("Lokale verankering.", &lists.anchors))
        .requires("bevoegdheid")
        .done()
}

fn intake(protocol: &Protocol) -> Shape {
    answers(Fields::of("Weging 1, 2A en 2B zoals beoordeeld."), protocol)
        .needs("isOndermijning", yes_no("Weging 1: is dit ondermijning?"))
        .needs("gemeentelijkeTaak", yes_no("Weging 2A: is dit een taak van de gemeente?"))
        .needs("inGemeente", yes_no("Weging 2B: speelt dit in onze gemeente?"))
        .with([
            needed_with(
                "Kies bij ondermijning minstens één kenmerk en één vorm van lokale verankering.",
                "isOndermijning",
                &codes::<YesNo>(),
                &["ja"],
                &["kenmerken", "verankering"],
            ),
            needed_with(
                "Kies bij een taak van de gemeente de bevoegdheid.",
                "gemeentelijkeTaak",
                &codes::<YesNo>(),
                &["ja"],
                &["bevoegdheid"],
            ),
        ])
}

/// A reason that is offered at this step, and with "dubbel" the signal it doubles.
pub(super) fn reason(protocol: &Protocol, at: ReasonStep) -> (ObjectBuilder, Vec<&str>, Vec<&str>) {
    let offered: Vec<_> = protocol.reasons_at(at).collect();
    let shape = configured("De reden.", offered.iter().map(|reason| (&reason.code, reason.label.as_str())));
    let all = offered.iter().map(|reason| reason.code.as_str()).collect();
    let doubles = offered.iter().filter(|reason| reason.asks_reference()).map(|reason| reason.code.as_str()).collect();
    (shape, all, doubles)
}

const DOUBLE: &str = "Geef bij dubbelVan het kenmerk van het signaal dat er al is.";

fn not_taken_up(protocol: &Protocol) -> Shape {
    let (reasons, all, doubles) = reason(protocol, ReasonStep::Intake);
    step("De korte weg.")
        .needs("reden", reasons)
        .may("dubbelVan", reference("Het signaal dat er al is, bij dubbel."))
        .may("intake", super::super::schema::named("Intake"))
        .with([needed_with(DOUBLE, "reden", &all, &doubles, &["dubbelVan"])])
}

fn second(fields: Fields) -> Fields {
    fields.needs("medeondertekenaar", id("Wie meetekent: een medewerker die niet meeschreef."))
}

fn departments(protocol: &Protocol) -> ObjectBuilder {
    configured("De afdeling.", entries(&protocol.departments))
}

fn weighing3(protocol: &Protocol) -> Shape {
    let outcomes = codes::<Weighing3Outcome>();
    let (reasons, all, doubles) = reason(protocol, ReasonStep::Weighing3);
    let mut rules = vec![
        needed_with("Kies bij afdeling de afdeling.", "voorstel", &outcomes, &["afdeling"], &["afdeling"]),
        needed_with("Geef bij monitoren een datum.", "voorstel", &outcomes, &["monitoren"], &["totDatum"]),
        needed_with("Geef de reden.", "voorstel", &outcomes, &["niet_in_behandeling"], &["reden"]),
        any_of(
            DOUBLE,
            [
                is("voorstel", &outcomes.iter().copied().filter(|o| *o != "niet_in_behandeling").collect::<Vec<_>>()),
                super::super::schema::absent_or(
                    "reden",
                    &all.iter().copied().filter(|code| !doubles.contains(code)).collect::<Vec<_>>(),
                ),
                present(&["dubbelVan"]),
            ],
        ),
    ];
    rules.extend(protocol.criteria.iter().filter(|c| c.kind == CriterionKind::Text).filter_map(words_needed));
    second(step("Weging 3: per criterium een woord en een zin, en een voorstel."))
        .needs("criteria", criteria(protocol))
        .needs("voorstel", choice::<Weighing3Outcome>("Wat u voorstelt."))
        .may("totDatum", day("Tot wanneer, bij monitoren."))
        .may("afdeling", departments(protocol))
        .may(
            "grondslag",
            text::<ShortText>("Op welke grond gegevens worden doorgegeven. Zonder: die van het protocol."),
        )
        .may("reden", reasons)
        .may("dubbelVan", reference("Het signaal dat er al is, bij dubbel."))
        .with(rules)
}

fn criteria(protocol: &Protocol) -> Shape {
    protocol
        .criteria
        .iter()
        .fold(Fields::of("Per criterium."), |fields, criterion| {
            let shape = judged(protocol, criterion);
            match criterion.kind {
                CriterionKind::Choice => fields.needs(criterion.code.as_str(), shape),
                CriterionKind::Text | CriterionKind::Theme => fields.may(criterion.code.as_str(), shape),
            }
        })
        .done()
}

fn judged(protocol: &Protocol, criterion: &Criterion) -> Shape {
    let sentence = text::<ShortText>("Waarom.");
    let fields = Fields::of(&criterion.question);
    match criterion.kind {
        CriterionKind::Text => fields.may("waarom", sentence).done(),
        CriterionKind::Theme => {
            let forms = protocol.forms.iter().map(|form| (&form.code, form.label.as_str()));
            fields.may("keuze", configured("Het thema.", forms)).may("waarom", sentence).done()
        }
        CriterionKind::Choice => {
            let options = || criterion.options.iter();
            let all: Vec<&str> = options().map(|option| option.code.as_str()).collect();
            let known: Vec<&str> = options().filter(|o| !o.is_unknown()).map(|option| option.code.as_str()).collect();
            fields
                .needs("keuze", configured("Het woord.", options().map(|o| (&o.code, o.label.as_str()))))
                .may("waarom", sentence)
                .with([needed_with("Schrijf in een zin waarom.", "keuze", &all, &known, &["waarom"])])
        }
    }
}

/// The proposals for which a criterion in words is needed.
fn words_needed(criterion: &Criterion) -> Option<Shape> {
    if criterion.required_for.is_empty() {
        return None;
    }
    let others: Vec<&str> = Weighing3Outcome::ALL
        .iter()
        .filter(|outcome| !criterion.required_for.contains(outcome))
        .map(|outcome| outcome.code())
        .collect();
    let code = criterion.code.as_str();
    let answered = ObjectBuilder::new().schema_type(Type::Object).property(code, present(&["waarom"])).required(code);
    let within = ObjectBuilder::new().schema_type(Type::Object).property("criteria", answered).required("criteria");
    Some(any_of("Schrijf waarom een lichtere weg niet kan.", [is("voorstel", &others), within.into()]))
}

fn weighing4(protocol: &Protocol) -> Shape {
    let outcomes = codes::<Weighing4Outcome>();
    second(step("Weging 4: bevestigen de bronnen het signaal?"))
        .needs("bevestigd", choice::<Confirms>("Bevestigen de bronnen het signaal?"))
        .needs("waarom", text::<LongText>("Waarom."))
        .needs("voorstel", choice::<Weighing4Outcome>("Wat u voorstelt."))
        .may("afdeling", departments(protocol))
        .may(
            "grondslag",
            text::<ShortText>("Op welke grond gegevens worden doorgegeven. Zonder: die van het protocol."),
        )
        .with([
            needed_with("Kies bij afdeling de afdeling.", "voorstel", &outcomes, &["afdeling"], &["afdeling"]),
            any_of(
                "Bevestigen de bronnen het signaal niet, dan stopt het hier: kies geen_hit.",
                [is("bevestigd", &["ja", "deels", "onbekend"]), is("voorstel", &["geen_hit"])],
            ),
        ])
}
