//! Roles that wait for a second person.

use super::super::schema::{Fields, Shape, choice, codes, configured, day, id, needed_with, string};
use crate::domain::protocol::Protocol;
use crate::domain::role::{DeclineReason, Reach, Role, RoleVerdict, Seat};
use utoipa::openapi::schema::ArrayBuilder;

pub(super) fn shapes(protocol: &Protocol) -> Vec<(&'static str, Shape)> {
    vec![("Rolvoorstellen", proposals()), ("OordeelRol", verdict(protocol))]
}

fn proposals() -> Shape {
    let one = Fields::of("Een rol die wacht.")
        .needs("lid", id("Van wie de rol zou zijn."))
        .needs("naam", string("De naam."))
        .needs("rol", choice::<Role>("De rol."))
        .needs("plaats", choice::<Seat>("De plaats."))
        .may("bron", string("De bron waarvoor deze persoon antwoordt."))
        .may("eersteDag", day("De eerste dag waarop de rol zou tellen; zonder: meteen."))
        .may("laatsteDag", day("De laatste dag waarop de rol zou tellen; zonder: tot zij wordt weggenomen."))
        .needs("voorgesteldDatum", day("Wanneer de rol is voorgesteld."))
        .done();
    let list = ArrayBuilder::new().description(Some("De voorstellen, oudste eerst.")).items(one);
    Fields::of("Rollen die op u wachten.").needs("voorstellen", list).done()
}

fn verdict(protocol: &Protocol) -> Shape {
    let sources = protocol.sources.iter().map(|source| (&source.code, source.label.as_str()));
    Fields::of("Een oordeel over een rol.")
        .needs("lid", id("Van wie de rol zou zijn."))
        .needs("rol", choice::<Role>("De rol."))
        .may("bron", configured("De bron, bij een rol met een bron.", sources))
        .needs("oordeel", choice::<RoleVerdict>("Akkoord of niet."))
        .may("waarom", choice::<DeclineReason>("Waarom niet."))
        .may(
            "vanaf",
            choice::<Reach>("Vanaf wanneer deze persoon meeleest, bij een rol met een groep; zonder: vanaf het begin."),
        )
        .with([needed_with(
            "Kies waarom u niet akkoord gaat.",
            "oordeel",
            &codes::<RoleVerdict>(),
            &[RoleVerdict::Decline.code()],
            &["waarom"],
        )])
}
