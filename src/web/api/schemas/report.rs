//! What melders send and get.

use super::super::schema::{
    Fields, Shape, absent_or, any_of, choice, choices, day, moment, patterned, present, several, string, text,
};
use crate::domain::signal::{About, Confidentiality, Exclusion, Fear, KnownBy, Observation, Period, Precision};
use crate::domain::stage::MelderStatus;
use crate::domain::text::{LongText, NameText, Narrative, ShortText};
use crate::vault::password::PASSWORD_MAX_BYTES;

/// A code as people type it: letters and digits, with blanks and dashes between.
pub(super) const RECEIPT_PATTERN: &str = "^[0-9A-Za-z -]+$";
/// A password: anything but control characters.
const PASSWORD_PATTERN: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";

pub(super) fn shapes() -> Vec<(&'static str, Shape)> {
    vec![
        ("NieuwSignaal", new_signal()),
        ("Ontvangst", received()),
        ("Volgvraag", follow_question()),
        ("Volgstand", follow_answer()),
        ("Aanmelding", sign_in()),
        ("Sessie", session()),
        ("Bevestiging", confirmation()),
    ]
}

fn new_signal() -> Shape {
    Fields::of("Een signaal. Alleen de tekst is nodig.")
        .needs("tekst", text::<Narrative>("Wat zag of hoorde u?"))
        .may("opgevallen", choices::<Observation>("Wat viel op?"))
        .may("waar", text::<ShortText>("Waar, in uw eigen woorden."))
        .may("plek", choice::<Precision>("Hoe precies is de plek?"))
        .may("wanneer", choice::<Period>("Wanneer?"))
        .may("wieOfWat", text::<LongText>("Wie of wat."))
        .may("hoeWeetU", choices::<KnownBy>("Hoe weet u dit?"))
        .may("melder", choice::<Confidentiality>("Hoe wilt u bekend zijn? Zonder keuze: anoniem."))
        .may("naam", text::<NameText>("Uw naam. Nodig bij vertrouwelijk en bij bekend; bij anoniem nooit bewaard."))
        .may("bereikbaar", text::<NameText>("Telefoon of e-mail. Bij anoniem nooit bewaard."))
        .may("nietLezen", choices::<Exclusion>("Wie mag dit niet lezen?"))
        .may("bangVoorHerkenning", choice::<Fear>("Bent u bang dat iemand u herkent?"))
        .may("gaatOver", choice::<About>("Over wie gaat het? Zonder keuze: buiten."))
        .with([any_of(
            "Vul bij naam uw naam in, of kies bij melder anoniem.",
            [absent_or("melder", &[Confidentiality::Anonymous.code()]), present(&["naam"])],
        )])
}

fn received() -> Shape {
    Fields::of("Het signaal is bewaard.")
        .needs("kenmerk", string("Hoe medewerkers het signaal noemen."))
        .needs("ontvangstcode", string("Hiermee volgt de melder het signaal. Wij kunnen de code niet opnieuw geven."))
        .done()
}

fn follow_question() -> Shape {
    let about = "De code, met of zonder spaties en streepjes, hoofdletters of niet.";
    Fields::of("Met welke code?").needs("ontvangstcode", patterned(about, RECEIPT_PATTERN, 64)).done()
}

fn follow_answer() -> Shape {
    let reading = Fields::of("Eén keer dat de naam van de melder werd gelezen.")
        .needs("datum", day("Wanneer."))
        .needs("reden", string("Waarom."))
        .done();
    Fields::of("Waar het signaal staat.")
        .needs("status", choice::<MelderStatus>("De stand."))
        .needs("uitleg", string("De stand in een zin."))
        .needs("naamGelezen", several("Wanneer en waarom uw naam werd gelezen.", 0, 100, reading))
        .needs("ontvangenDatum", day("Wanneer het binnenkwam."))
        .needs("statusDatum", day("Sinds wanneer het zo staat."))
        .needs("berichtUiterlijkDatum", day("Tot wanneer u hier leest, of wanneer u uiterlijk meer leest."))
        .done()
}

fn sign_in() -> Shape {
    let password = patterned("Het wachtwoord.", PASSWORD_PATTERN, PASSWORD_MAX_BYTES / 4);
    Fields::of("Wie meldt zich aan?")
        .needs("naam", text::<NameText>("De aanmeldnaam."))
        .needs("wachtwoord", password)
        .may("code", text::<NameText>("De zes cijfers van uw app, of een herstelcode. Nodig voor wie er een heeft."))
        .done()
}

fn confirmation() -> Shape {
    let about = "Een code van uw tweede factor of een herstelcode; hebt u die niet, dan het wachtwoord.";
    Fields::of("Dat u het nog steeds bent.")
        .needs("bewijs", patterned(about, PASSWORD_PATTERN, PASSWORD_MAX_BYTES / 4))
        .done()
}

fn session() -> Shape {
    Fields::of("Een sessie. Zij eindigt ook na een tijd zonder gebruik.")
        .needs("token", string("Stuur dit mee als `Authorization: Bearer`."))
        .needs("geldigTot", moment("Daarna is opnieuw aanmelden nodig."))
        .done()
}
