//! Bodies of following up, handing over and closing.

use super::super::schema::{
    Fields, Shape, any_of, choice, choice_besides, codes, configured, day, id, is, needed_with, present, step, text,
    yes_no,
};
use super::deciding::{Shared, facts, recipients, verdict};
use super::enriching::seen;
use crate::domain::closing::{InformKind, PostponeGround};
use crate::domain::protocol::Protocol;
use crate::domain::retention::{Measure, RetentionGround};
use crate::domain::stage::MelderStatus;
use crate::domain::text::{LongText, NameText, ShortText};
use utoipa::openapi::schema::ArrayBuilder;

/// More betrokkenen than a signal names.
const SUBJECTS: usize = 100;

pub(super) fn shapes(protocol: &Protocol) -> Vec<(&'static str, Shape)> {
    vec![
        ("ActieStap", action()),
        ("Afronding", Fields::of("Klaar.").needs("watIsGedaan", text::<LongText>("Wat er is gedaan.")).done()),
        ("Privacycheck2bStap", sharing(protocol)),
        ("OordeelVerstrekking", verdict("Het oordeel over wat naar buiten gaat.")),
        ("DoorgeefbladStap", sheet(protocol)),
        ("DoorverwijzingStap", referral(protocol)),
        ("BerichtStap", told()),
        ("AfsluitingStap", closing()),
    ]
}

fn action() -> Shape {
    step("Een actie.")
        .needs("watTeDoen", text::<LongText>("Wat er gedaan moet worden."))
        .needs("eigenaar", id("Wie het doet."))
        .needs("uiterlijk", day("Voor wanneer."))
        .done()
}

fn sharing(protocol: &Protocol) -> Shape {
    seen(step("Gegevens delen met wie ze nog niet had."))
        .needs("ontvanger", recipients(protocol))
        .needs("feiten", facts(Shared::Outside))
        .needs("grondslag", text::<ShortText>("Op welke grond u deelt."))
        .needs("waarom", text::<ShortText>("Waarom delen nodig is."))
        .done()
}

fn sheet_fields(fields: Fields) -> Fields {
    seen(fields)
        .may("terAttentieVan", text::<NameText>("Welke persoon of welk team daar."))
        .needs("feiten", facts(Shared::Outside))
        .needs("grondslag", text::<ShortText>("Op welke grond u deelt."))
        .may("verzoek", text::<LongText>("Wat u de ontvanger vraagt."))
}

fn sheet(protocol: &Protocol) -> Shape {
    let check = id("De privacycheck 2B die gegevens met een bijzondere regel vrijgaf.");
    sheet_fields(step("Een doorgeefblad.")).needs("ontvanger", recipients(protocol)).may("privacycheck", check).done()
}

fn referral(protocol: &Protocol) -> Shape {
    let takers = protocol.recipients.iter().filter(|recipient| recipient.takes_referrals());
    let takers = configured("De ontvanger.", takers.map(|r| (&r.code, r.label.as_str())));
    sheet_fields(step("Een doorverwijzing, met het blad dat daarheen gaat.")).needs("ontvanger", takers).done()
}

fn told() -> Shape {
    step("Een woord voor de melder.")
        .needs("status", choice_besides::<MelderStatus>("Het woord; wat past, hangt van de fase af.", &["ontvangen"]))
        .done()
}

fn closing() -> Shape {
    let kinds = codes::<InformKind>();
    let duty = Fields::of("Wat u besloot voor één betrokkene.")
        .needs("betrokkene", text::<NameText>("Om wie het gaat."))
        .needs("besluit", choice::<InformKind>("Wat u besloot."))
        .may("datum", day("Wanneer het is verteld, of wanneer u er opnieuw naar kijkt."))
        .may("uitzondering", choice::<PostponeGround>("De grond van uitstel (UAVG art. 41)."))
        .may("waarom", text::<ShortText>("Waarom, bij uitstel en bij niet nodig."))
        .with([
            needed_with("Vul de dag in.", "besluit", &kinds, &["geinformeerd"], &["datum"]),
            needed_with(
                "Geef bij uitstel grond, reden en dag.",
                "besluit",
                &kinds,
                &["uitgesteld"],
                &["uitzondering", "waarom", "datum"],
            ),
            needed_with("Schrijf waarom niet.", "besluit", &kinds, &["niet_nodig"], &["waarom"]),
        ]);
    let grounds = [RetentionGround::NotTakenUp, RetentionGround::WithoutMeasure, RetentionGround::WithMeasure];
    let other: Vec<&str> = codes::<RetentionGround>()
        .into_iter()
        .filter(|code| grounds.iter().all(|ground| ground.code() != *code))
        .collect();
    let duties = ArrayBuilder::new().description(Some("Per betrokkene.")).items(duty).max_items(Some(SUBJECTS));
    step("De afsluiting.")
        .needs("maatregel", choice::<Measure>("Is er een maatregel genomen?"))
        .may("grond", choice_besides::<RetentionGround>("Een andere grond van bewaren dan volgt.", &other))
        .may("waarom", text::<ShortText>("Waarom een andere grond."))
        .may("informatieplicht", duties)
        .may("noemtNiemand", yes_no("Ja: het signaal noemt niemand."))
        .with([any_of(
            "Vul per betrokkene in wat u besloot, of zeg dat het signaal niemand noemt.",
            [is("noemtNiemand", &["ja"]), present(&["informatieplicht"])],
        )])
}
