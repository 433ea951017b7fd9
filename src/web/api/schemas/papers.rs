//! Items of the LIO, actions and doorgeefbladen as they are read, and who can be shut out.

use super::super::schema::{Fields, Shape, choice, day, id, named, patterned, several, step, string};
use super::anything;
use crate::domain::decision::DecisionCode;
use crate::domain::exclusion::Excluded;

/// More rows than a signal or a sitting has.
const ROWS: usize = 1000;

pub(super) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("Agenda", agenda()),
        ("Agendapunt", item()),
        ("Actie", action()),
        ("Besluit", decision()),
        ("Doorgeefbladen", sheets()),
        ("Doorgeefblad", sheet()),
        ("Lezers", readers()),
        ("UitsluitingStap", step("Een lezer uitsluiten.").needs("wie", who()).done()),
    ]
}

fn agenda() -> Shape {
    let led = Fields::of("Een stuk dat u leidt.")
        .needs("id", id("Het nummer van het stuk."))
        .needs("signaal", id("Het nummer van het signaal."))
        .needs("titel", string("De neutrale titel."))
        .needs("stand", string("Waar het stuk staat."))
        .needs("lezers", several("Wie een kopie kreeg.", 0, ROWS, string("Een naam.")))
        .may("zittingDatum", day("Op welke zitting."))
        .done();
    let mine = Fields::of("Een stuk dat u nu mag lezen.")
        .needs("id", id("Het nummer van het stuk."))
        .needs("titel", string("De neutrale titel."))
        .needs("leesbaarTotDatum", day("De laatste dag."))
        .may("zittingDatum", day("Op welke zitting."))
        .done();
    Fields::of("De agenda zoals u haar mag kennen.")
        .needs("geleid", several("Stukken die u leidt.", 0, ROWS, led))
        .needs("teLezen", several("Stukken die u nu mag lezen.", 0, ROWS, mine))
        .needs("inzage", named("Inzage"))
        .done()
}

fn item() -> Shape {
    let taken = Fields::of("Wat al is besloten, als het LIO alleen wordt ingelicht.")
        .needs("besluit", choice::<DecisionCode>("Wat."))
        .needs("genomenDatum", day("Op de dag van de derde handtekening."))
        .done();
    Fields::of("Uw eigen kopie van een stuk.")
        .needs("id", id("Het nummer van het stuk."))
        .needs("titel", string("De neutrale titel."))
        .needs("vraagAanOverleg", string("Wat het overleg gevraagd wordt."))
        .needs("feiten", several("Wat voor u is vrijgegeven.", 0, ROWS, anything("Een gegeven.")))
        .needs("leesbaarTotDatum", day("De laatste dag."))
        .may("spoedbesluit", taken)
        .may("zittingDatum", day("Op welke zitting."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn action() -> Shape {
    Fields::of("Een actie.")
        .needs("id", id("Het nummer."))
        .needs("stand", string("Waar zij staat."))
        .needs("uiterlijkDatum", day("Voor wanneer."))
        .needs("actie", anything("Wat er gedaan moet worden, door wie en voor wanneer."))
        .may("klaarDatum", day("Wanneer het is gedaan."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn decision() -> Shape {
    Fields::of("Een besluit, voor wie het uitvoert.")
        .needs("id", id("Het nummer."))
        .needs("kenmerk", string("Hoe mensen het signaal noemen."))
        .needs("besluit", anything("Wat is besloten, waarom, en wat daarbij hoort."))
        .may("genomenDatum", day("Wanneer het is genomen."))
        .may("uiterlijkDatum", day("Voor wanneer."))
        .may("aanspreekpunt", string("De coördinator bij wie u terechtkunt."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn sheets() -> Shape {
    let one = Fields::of("Een doorgeefblad, zonder inhoud.")
        .needs("id", id("Het nummer."))
        .needs("ontvanger", string("De soort ontvanger."))
        .needs("gemaaktDatum", day("Wanneer het is gemaakt."))
        .done();
    Fields::of("De doorgeefbladen van een signaal.").needs("doorgeefbladen", several("De bladen.", 0, ROWS, one)).done()
}

fn sheet() -> Shape {
    Fields::of("Een doorgeefblad.")
        .needs("id", id("Het nummer."))
        .needs("signaal", id("Het nummer van het signaal."))
        .needs("gemaaktDatum", day("Wanneer het is gemaakt."))
        .needs("blad", anything("Wat erop staat."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn readers() -> Shape {
    let one = Fields::of("Een lezer.")
        .needs("wie", who())
        .needs("naam", string("De naam of de rol."))
        .needs("daarna", string("Waar het signaal dan ligt: `zelfde`, `kring` of `integriteit`."))
        .done();
    Fields::of("Wie u kunt uitsluiten.").needs("lezers", several("De lezers.", 0, ROWS, one)).done()
}

/// A member, a role or all coordinators, as the domain writes them.
fn who() -> Shape {
    let roles: Vec<&str> = Excluded::ROLES.iter().map(|role| role.code()).collect();
    let member = "lid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let pattern = format!("^({member}|rol:({})|coordinatoren)$", roles.join("|"));
    patterned("Wie: `lid:` met een nummer, `rol:` met een rol, of `coordinatoren`.", &pattern, 60).into()
}
