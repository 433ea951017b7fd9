//! What members read.

use super::super::schema::{Fields, Shape, choice, choices, day, id, named, number, several, string};
use super::anything;
use crate::domain::privacy_check::CheckKind;
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::signal::{Channel, Confidentiality, SourceType};
use crate::domain::source::{DetailsState, HitAge, QuestionState};
use crate::domain::stage::Stage;
use utoipa::openapi::schema::ArrayBuilder;

pub(super) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("SignaalStand", standing()),
        ("Signalenlijst", list()),
        ("Signaal", opened()),
        ("Geschiedenis", history()),
        ("Inzage", reading()),
        ("Takenlijst", tasks()),
        ("Privacycheck", check()),
        ("Bronvraag", question()),
        ("Medeondertekenaars", cosigners()),
    ]
}

fn standing() -> Shape {
    Fields::of("Waar een signaal staat. Zonder inhoud.")
        .needs("id", id("Het nummer van het signaal."))
        .needs("kenmerk", string("Hoe mensen het noemen."))
        .needs("fase", choice::<Stage>("De fase."))
        .needs("versie", number("Telt elke stap. Noem hem bij de volgende stap.", 1, i32::MAX))
        .needs("wachtOp", string("Welke stap nu aan de beurt is; leeg als er niets wacht."))
        .needs("kanaal", choice::<Channel>("Hoe het binnenkwam."))
        .needs("bron", choice::<SourceType>("Soort bron."))
        .needs("melder", choice::<Confidentiality>("Hoe de melder bekend wil zijn."))
        .needs("ontvangenDatum", day("Wanneer het binnenkwam."))
        .needs("faseDatum", day("Sinds wanneer het in deze fase staat."))
        .may("termijnDatum", day("Wanneer de stap uiterlijk gezet moet zijn."))
        .may("urgentie", string("Hoe snel, volgens de intake."))
        .may("uitkomst", string("De laatste uitkomst."))
        .may("reden", string("De reden bij de uitkomst."))
        .may("monitorenTotDatum", day("Tot wanneer het alleen gevolgd wordt."))
        .may("bewarenTotDatum", day("Wanneer het vernietigd wordt."))
        .done()
}

fn list() -> Shape {
    let next = Fields::of("Waar de volgende bladzijde begint: geef beide mee.")
        .needs("na", id("Het laatste signaal van deze bladzijde."))
        .needs("naDatum", day("De dag waarop dat binnenkwam."))
        .done();
    Fields::of("Een bladzijde, nieuwste dag eerst. Er is niets ontsleuteld.")
        .needs("signalen", several("De signalen.", 0, 100, named("SignaalStand")))
        .may("volgende", next)
        .done()
}

fn opened() -> Shape {
    let record = Fields::of("Eén stuk met zijn velden.")
        .needs("soort", string("Wat het is: `report` is de melding."))
        .needs("datum", day("Van welke dag."))
        .needs("velden", anything("De velden, onder hun eigen naam."))
        .done();
    Fields::of("Een geopend signaal.")
        .needs("stand", named("SignaalStand"))
        .needs("stukken", ArrayBuilder::new().description(Some("Wat u mag lezen.")).items(record).max_items(Some(100)))
        .needs("inzage", named("Inzage"))
        .done()
}

fn history() -> Shape {
    let line = Fields::of("Eén regel.")
        .may("logregel", number("Welke regel van het logboek; niet bij de melder en de dienst zelf.", 0, i32::MAX))
        .needs("datum", day("De dag."))
        .may("wie", string("Wie; niet bij de melder en de dienst zelf."))
        .needs("gebeurtenis", string("Wat, als vast woord."))
        .may("doel", choice::<Purpose>("Waarvoor."))
        .needs("bijzonderheden", anything("Codes die meer zeggen."))
        .done();
    let lines = ArrayBuilder::new().description(Some("De regels, nieuwste eerst.")).items(line).max_items(Some(100));
    Fields::of("Wie wat deed met dit signaal.").needs("regels", lines).done()
}

fn reading() -> Shape {
    Fields::of("Hoe deze inzage in het logboek staat.")
        .needs("doel", choice::<Purpose>("Waarvoor."))
        .needs("logregel", number("Welke regel van het logboek.", 0, i32::MAX))
        .done()
}

fn tasks() -> Shape {
    let task = Fields::of("Iets wat wacht.")
        .needs("soort", string("Wat: een stap (zoals `wachtOp` van een signaal), een vraag, een stuk of een besluit."))
        .needs("id", id("Het nummer van het signaal, de vraag, het stuk of het besluit."))
        .needs("kenmerk", string("Hoe mensen het noemen."))
        .needs("beurt", string("Wie aan de beurt is: `u`, een `ander`, of `later`."))
        .may("termijnDatum", day("Tot wanneer."))
        .done();
    let list = ArrayBuilder::new().description(Some("De taken, eerste termijn eerst.")).items(task);
    Fields::of("Wat wacht.").needs("taken", list).done()
}

fn check() -> Shape {
    Fields::of("Een privacycheck.")
        .needs("id", id("Het nummer."))
        .needs("soort", choice::<CheckKind>("Welke."))
        .needs("voorgelegdDatum", day("Wanneer het voorstel kwam."))
        .needs("voorstel", anything("Het voorstel."))
        .may("oordeel", anything("Het oordeel."))
        .needs("inzage", named("Inzage"))
        .done()
}

fn question() -> Shape {
    Fields::of("Een bronvraag.")
        .needs("id", id("Het nummer."))
        .needs("kenmerk", string("Hoe de bronhouder haar noemt; zegt niets over het signaal."))
        .needs("stand", choice::<QuestionState>("Waar zij staat."))
        .needs("inhoud", choice::<DetailsState>("Of meer dan hit of geen hit is gevraagd."))
        .needs("gesteldDatum", day("Wanneer zij is gesteld."))
        .needs("termijnDatum", day("Tot wanneer u kunt antwoorden."))
        .may("vraag", anything("De vraag, zolang er iets te lezen is."))
        .may("leeftijden", choices::<HitAge>("Waaruit u kiest bij een hit."))
        .may("inzage", named("Inzage"))
        .done()
}

fn cosigners() -> Shape {
    let one = Fields::of("Een medewerker.")
        .needs("id", id("Het nummer."))
        .needs("naam", string("De naam."))
        .needs("rol", choice::<Role>("De rol."))
        .done();
    let list = ArrayBuilder::new().description(Some("Wie kan meetekenen.")).items(one);
    Fields::of("Wie kan meetekenen.").needs("medeondertekenaars", list).done()
}
