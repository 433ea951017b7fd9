//! The name of a melder.

use super::super::schema::{Fields, Shape, choice, codes, day, id, moment, named, needed_with, string, text};
use super::anything;
use crate::domain::identity::{OpeningChoice, OpeningState};
use crate::domain::text::ShortText;

pub(super) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("NaamMelder", name()),
        ("Naamverzoek", asked()),
        ("NaamverzoekGedaan", Fields::of("Een verzoek.").needs("id", id("Het nummer van het verzoek.")).done()),
        ("NaamverzoekOpen", request()),
        ("OordeelNaam", verdict()),
    ]
}

fn name() -> Shape {
    Fields::of("De naam van een melder.")
        .needs("naam", anything("De naam, en hoe de melder bereikbaar is."))
        .may("leesbaarTot", moment("Tot wanneer u haar kunt lezen; alleen na een verzoek."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn asked() -> Shape {
    Fields::of("Een verzoek om een naam te openen.")
        .needs("waarom", text::<ShortText>("Waarom u de naam nodig hebt. De melder leest dit na het openen."))
        .done()
}

fn request() -> Shape {
    Fields::of("Een verzoek om een naam.")
        .needs("id", id("Het nummer."))
        .needs("kenmerk", string("Hoe mensen het signaal noemen."))
        .needs("stand", choice::<OpeningState>("Waar het verzoek staat."))
        .needs("gevraagdDoor", string("Wie het vroeg."))
        .needs("gevraagdDatum", day("Wanneer."))
        .needs("waarom", string("De reden."))
        .may("oordeel", anything("Het oordeel, als dat er is."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn verdict() -> Shape {
    let refuse = [OpeningChoice::Refuse.code()];
    Fields::of("Een oordeel over een verzoek om een naam.")
        .needs("oordeel", choice::<OpeningChoice>("Akkoord of niet."))
        .may("waarom", text::<ShortText>("Waarom niet."))
        .with([needed_with("Schrijf waarom niet.", "oordeel", &codes::<OpeningChoice>(), &refuse, &["waarom"])])
}
