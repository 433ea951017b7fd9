//! What other systems send and get.

use super::super::schema::{Fields, Shape, choice, moment, number, patterned, several, string};
use crate::domain::machine::Scope;
use crate::vault::machine::RefreshToken;
use utoipa::openapi::schema::ArrayBuilder;

/// Three parts of base64url with points between: a JWT that is signed (RFC 7515, section 7.1).
const JWT_PATTERN: &str = r"^[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+$";
/// Far more than the fields of an assertion need.
const JWT_CHARS: usize = 2_048;
const REFRESH_PATTERN: &str = "^[0-9A-Za-z_-]{64}$";

pub(super) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![("Bewering", asserted()), ("Vernieuwing", refresh()), ("Toegangsbewijs", tokens()), ("Logboekbewijs", proof())]
}

fn scopes(about: &str) -> ArrayBuilder {
    several(about, 1, Scope::ALL.len(), choice::<Scope>("Een van:"))
}

fn asserted() -> Shape {
    Fields::of("Wie een toegangsbewijs vraagt.")
        .needs("bewering", patterned("De getekende bewering (JWT, EdDSA).", JWT_PATTERN, JWT_CHARS))
        .may("rechten", scopes("Alleen deze rechten. Zonder keuze: alle rechten van de koppeling."))
        .done()
}

fn refresh() -> Shape {
    let token = patterned("Het vernieuwingsbewijs uit het laatste antwoord.", REFRESH_PATTERN, RefreshToken::CHARS);
    Fields::of("Met welk vernieuwingsbewijs?").needs("vernieuwingsbewijs", token).done()
}

fn tokens() -> Shape {
    Fields::of("Een toegangsbewijs, met dat waarmee u het volgende haalt.")
        .needs("toegangsbewijs", string("Stuur het mee als `Authorization: Bearer`."))
        .needs("geldigTot", moment("Tot wanneer het geldt."))
        .needs("geldigSeconden", number("Hoe lang het geldt.", 1, 600))
        .needs("vernieuwingsbewijs", string("Telt één keer, bij `_vernieuw` of `_beeindig`."))
        .needs("rechten", scopes("Wat het toegangsbewijs mag."))
        .done()
}

fn proof() -> Shape {
    let hash = patterned("SHA-256, hexadecimaal.", "^[0-9a-f]{64}$", 64);
    Fields::of("Waarmee iemand buiten het logboek het logboek toetst.")
        .needs("controlepunt", string("Het nieuwste getekende controlepunt (C2SP tlog-checkpoint)."))
        .needs("regels", number("Hoeveel regels het telt.", 0, i32::MAX))
        .may(
            "bewijs",
            ArrayBuilder::new().description(Some("Het bewijs, van onder naar boven.")).items(hash).max_items(Some(64)),
        )
        .done()
}
