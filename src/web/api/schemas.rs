//! Every schema of the API by name. Bodies are held at the gate; answers are promises that the tests check.

mod deciding;
mod enriching;
mod following_up;
mod machine;
mod names;
mod papers;
mod reading;
mod report;
mod roles;
mod weighing;

use super::schema::{Fields, Shape, number, string};
use crate::domain::protocol::Protocol;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Type};

/// All of them, under the municipality's own lists.
pub(super) fn all(protocol: &Protocol) -> BTreeMap<String, Shape> {
    let mut shapes = vec![("Beschrijving", anything("Een document volgens OpenAPI 3.1.")), ("Probleem", problem())];
    shapes.extend(report::shapes());
    shapes.extend(reading::shapes());
    shapes.extend(machine::shapes());
    shapes.extend(names::shapes());
    shapes.extend(papers::shapes());
    shapes.extend(weighing::shapes(protocol));
    shapes.extend(enriching::shapes(protocol));
    shapes.extend(deciding::shapes(protocol));
    shapes.extend(following_up::shapes(protocol));
    shapes.extend(roles::shapes(protocol));
    shapes.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect()
}

/// An object of which nothing more is said.
fn anything(about: &str) -> Shape {
    let open = AdditionalProperties::FreeForm(true);
    ObjectBuilder::new().schema_type(Type::Object).description(Some(about)).additional_properties(Some(open)).into()
}

fn problem() -> Shape {
    let fault = Fields::of("Eén fout, met de plek waar hij zit.")
        .may("pointer", string("Waar in de body: een JSON Pointer (RFC 6901)."))
        .may("parameter", string("Welke parameter of header."))
        .needs("detail", string("Wat u kunt doen, in één zin."))
        .done();
    Fields::of("Wat er misging (RFC 9457).")
        .needs("type", string("De soort, als vaste naam. Er is op dit adres niets op te halen."))
        .needs("title", string("De soort in woorden."))
        .needs("status", number("De HTTP-status.", 400, 599))
        .needs("detail", string("Wat u kunt doen."))
        .may(
            "errors",
            ArrayBuilder::new().description(Some("Alle fouten tegelijk.")).items(fault).max_items(Some(1000)),
        )
        .may("versie", number("De versie die het signaal nu heeft.", 1, i32::MAX))
        .done()
}
