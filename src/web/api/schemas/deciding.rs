//! Bodies of deciding, and the facts that go to others.

use super::super::schema::{
    Fields, Shape, any_of, choice, codes, configured, day, id, is, needed_with, number, present, reference, several,
    step, text,
};
use super::enriching::seen;
use super::weighing::{entries, reason};
use crate::domain::decision::{DecisionCode, Need};
use crate::domain::fact::{Regime, Sharing};
use crate::domain::privacy_check::Verdict;
use crate::domain::protocol::{Protocol, ReasonStep};
use crate::domain::text::{LongText, NameText, ShortText};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};

/// More facts than a page of an agenda holds.
const FACTS: usize = 100;
/// More people than a sitting has.
const PEOPLE: usize = 50;

pub(super) fn shapes(protocol: &Protocol) -> Vec<(&'static str, Shape)> {
    vec![("Privacycheck2aStap", item()), ("OordeelDeelnemers", item_verdicts()), ("BesluitStap", decision(protocol))]
}

/// A fact; one that goes out has no regime that forbids that.
pub(super) fn facts(shared: Shared) -> Shape {
    let closed: Vec<&str> = match shared {
        Shared::Inside => Vec::new(),
        Shared::Outside => Regime::ALL.iter().filter(|r| r.sharing() == Sharing::Never).map(|r| r.code()).collect(),
    };
    let fact = Fields::of("Eén gegeven.")
        .needs("tekst", text::<ShortText>("Het gegeven, in neutrale woorden."))
        .needs("regime", super::super::schema::choice_besides::<Regime>("De regel waaronder het kwam.", &closed))
        .needs("herkomst", text::<ShortText>("Waar het vandaan komt."))
        .done();
    let list = utoipa::openapi::schema::ArrayBuilder::new();
    list.description(Some("De gegevens.")).items(fact).min_items(Some(1)).max_items(Some(FACTS)).into()
}

/// Where facts go.
#[derive(Clone, Copy)]
pub(super) enum Shared {
    /// To the agenda of the LIO.
    Inside,
    /// To somebody outside it.
    Outside,
}

fn numbers(least: usize) -> impl Into<Shape> {
    let number = number("Het nummer van een gegeven, vanaf 1.", 1, i32::try_from(FACTS).unwrap_or(i32::MAX));
    several("Nummers van gegevens.", least, FACTS, number)
}

fn item() -> Shape {
    let participant =
        Fields::of("Wie welke gegevens krijgt.").needs("wie", id("De medewerker.")).needs("feiten", numbers(1)).done();
    seen(step("Een agendapunt: titel, vraag, gegevens en deelnemers."))
        .needs("titel", text::<NameText>("Een neutrale titel."))
        .needs("vraagAanOverleg", text::<ShortText>("Wat u het overleg vraagt."))
        .needs("feiten", facts(Shared::Inside))
        .needs("deelnemers", several("De deelnemers, elk één keer.", 1, PEOPLE, participant))
        .done()
}

/// The fields of a verdict on facts.
pub(super) fn verdict(about: &str) -> Shape {
    let all = codes::<Verdict>();
    let why = "Schrijf bij versmallen en weigeren waarom.";
    Fields::of(about)
        .needs("oordeel", choice::<Verdict>("Het oordeel."))
        .may("feiten", numbers(0))
        .may("waarom", text::<ShortText>("Waarom, bij versmallen en weigeren."))
        .with([
            needed_with(why, "oordeel", &all, &["versmallen", "weigeren"], &["waarom"]),
            needed_with("Noem bij versmallen wat overblijft.", "oordeel", &all, &["versmallen"], &["feiten"]),
        ])
}

fn item_verdicts() -> Shape {
    let each = AdditionalProperties::RefOr(verdict("Het oordeel over één deelnemer."));
    let per_member: Shape = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Per deelnemer, onder het nummer van de medewerker."))
        .property_names(Some(id("Het nummer van de medewerker.")))
        .additional_properties(Some(each))
        .max_properties(Some(PEOPLE))
        .into();
    Fields::of("De oordelen.").needs("oordelen", per_member).done()
}

fn decision(protocol: &Protocol) -> Shape {
    let all = codes::<DecisionCode>();
    let (reasons, reason_codes, doubles) = reason(protocol, ReasonStep::Decision);
    let needed = [
        (Need::Reason, "reden"),
        (Need::Power, "bevoegdheid"),
        (Need::Owner, "wieDoetHet"),
        (Need::Term, "uiterlijk"),
        (Need::Recipient, "ontvanger"),
        (Need::Department, "afdeling"),
        (Need::Until, "totDatum"),
        (Need::Theme, "thema"),
    ];
    let with = |need: &Need| -> Vec<&str> {
        protocol.decisions.iter().filter(|rule| rule.needs.contains(need)).map(|rule| rule.code.code()).collect()
    };
    let mut rules: Vec<Shape> = needed
        .iter()
        .map(|(need, field)| {
            needed_with(&format!("Bij dit besluit is {field} nodig."), "besluit", &all, &with(need), &[field])
        })
        .collect();
    let with_reason = with(&Need::Reason);
    rules.push(any_of(
        "Geef bij dubbelVan het kenmerk van het signaal dat er al is.",
        [
            is("besluit", &all.iter().copied().filter(|code| !with_reason.contains(code)).collect::<Vec<_>>()),
            is("reden", &reason_codes.iter().copied().filter(|code| !doubles.contains(code)).collect::<Vec<_>>()),
            present(&["dubbelVan"]),
        ],
    ));
    let forms = protocol.forms.iter().map(|form| (&form.code, form.label.as_str()));
    let powers = protocol.powers.iter().map(|power| (&power.code, power.label.as_str()));
    step("Een besluit, met wat dat besluit nodig heeft.")
        .needs("besluit", choice::<DecisionCode>("Het besluit."))
        .needs("waarom", text::<LongText>("De motivering."))
        .may("bevoegdheid", configured("De bevoegdheid.", powers))
        .may("wieDoetHet", text::<NameText>("Wie het doet: het nummer van een medewerker, of een afdeling."))
        .may("uiterlijk", day("Uiterlijk wanneer."))
        .may("totDatum", day("Tot wanneer, bij monitoren."))
        .may("reden", reasons)
        .may("dubbelVan", reference("Het signaal dat er al is, bij dubbel."))
        .may("ontvanger", recipients(protocol))
        .may("afdeling", configured("De afdeling.", entries(&protocol.departments)))
        .may("thema", configured("Het thema.", forms))
        .with(rules)
}

/// Whom facts can go to.
pub(super) fn recipients(protocol: &Protocol) -> ObjectBuilder {
    configured("De ontvanger.", protocol.recipients.iter().map(|r| (&r.code, r.label.as_str())))
}
