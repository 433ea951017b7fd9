//! A form that came after the session had ended: its sender finds it again, and nobody else.

use super::{DONE, PLACE, Phone, knock, strict};
use crate::support::app::TestApp;
use crate::support::client::{Client, Page, encode};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received, standing};
use meldroute::domain::ids::SignalId;

/// What somebody typed.
const WORDS: &str = "De bakker zegt \"nee\" & <altijd>,\r\nook op de tweede regel.";
const KEPT: &str = "wachtend";
const WHOSE: &str = "__Host-lid";

/// An intake that mirte was typing when her session ended; the page, the address and the answer to sending it.
struct Late {
    mirte: Client,
    page: Page,
    place: String,
    id: SignalId,
}

fn late(app: &TestApp) -> Late {
    let id = received(app, &[("tekst", REPORT)]);
    late_of(app, app.member("mirte"), id)
}

fn late_of(app: &TestApp, mut mirte: Client, id: SignalId) -> Late {
    let place = format!("/signalen/{id}/intake");
    let page = mirte.get(&place);
    assert_eq!(page.status, 200, "{}", page.body);
    app.clock.advance_seconds(901);
    Late { mirte, page, place, id }
}

impl Late {
    fn send(&mut self) -> Page {
        self.mirte.submit(&self.page, &self.place, &[("waarom", WORDS), ("daad", "concept")])
    }
}

/// Signs in at the page that keeps a form.
fn sign_in_at(client: &mut Client, page: &Page, login: &str) -> Page {
    client.submit(page, "/aanmelden", &[("naam", login), ("wachtwoord", PASSWORD)])
}

fn is_unread(page: &Page) -> bool {
    !page.body.contains("bakker")
}

#[test]
fn what_was_typed_is_there_again_after_signing_in_and_goes_where_it_was_going() {
    let app = TestApp::start();
    let mut late = late(&app);
    let asked = late.send();
    assert_eq!(asked.status, 403);
    assert!(asked.body.contains("Uw tekst is bewaard"), "{}", asked.body);
    assert!(is_unread(&asked), "the sign-in page tells nobody what waits in it");
    assert_eq!(standing(&app, late.id).version, 1, "nothing was written");
    let wrong = late.mirte.submit(&asked, "/aanmelden", &[("naam", "mirte"), ("wachtwoord", "mis")]);
    assert_eq!(wrong.status, 400);
    let back = sign_in_at(&mut late.mirte, &wrong, "mirte");
    assert_eq!(back.status, 200, "{}", back.body);
    assert!(back.body.contains("Uw tekst is bewaard") && back.body.contains("ook op de tweede regel."));
    let fields = back.hidden_fields(&late.place);
    let typed = fields.iter().find(|(name, _)| name == "waarom").map(|(_, value)| value.as_str());
    assert_eq!(typed, Some(WORDS), "to the letter");
    assert_eq!(fields.iter().filter(|(name, _)| name == "formulier").count(), 1, "one form token, of now");
    let sent = late.mirte.submit(&back, &late.place, &[]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(late.mirte.get(&late.place).body.contains("ook op de tweede regel."));
}

#[test]
fn it_travels_through_the_second_step() {
    let app = strict();
    let id = received(&TestApp::unasking(&app), &[("tekst", REPORT)]);
    let mut client = app.anonymous();
    let (phone, shown) = Phone::add(&app, &mut client, "mirte");
    assert_eq!(client.submit(&shown, DONE, &[("bewaard", "ja")]).status, 303);
    let mut late = late_of(&app, client, id);
    let asked = late.send();
    let second = sign_in_at(&mut late.mirte, &asked, "mirte");
    assert_eq!(second.status, 200, "the page itself, for the form is in no address: {}", second.body);
    assert!(is_unread(&second));
    let wrong = late.mirte.submit(&second, PLACE, &[("code", "000000")]);
    assert_eq!(wrong.status, 400);
    let back = late.mirte.submit(&wrong, PLACE, &[("code", &phone.code(&app))]);
    assert!(back.body.contains("Uw tekst is bewaard"), "{}", back.body);
    assert_eq!(back.hidden(&late.place, "waarom"), WORDS);
}

#[test]
fn somebody_else_who_signs_in_there_is_not_shown_it() {
    let app = TestApp::start();
    let mut late = late(&app);
    let asked = late.send();
    let other = sign_in_at(&mut late.mirte, &asked, "joost");
    assert_eq!(other.status, 200);
    assert!(other.body.contains("Deze tekst is van iemand anders"), "{}", other.body);
    assert!(is_unread(&other) && !other.body.contains(&late.place));
}

#[test]
fn a_form_is_kept_for_whom_the_browser_and_the_form_both_name() {
    let app = TestApp::start();
    let refused = |page: &Page, why: &str| {
        assert_eq!(page.status, 303, "{why}: {}", page.body);
        assert!(page.location().ends_with("&reden=niet-bewaard"), "{why}: {}", page.location());
    };
    // Without the cookie nobody knows whose it is.
    let mut late = late(&app);
    let fields = late.page.hidden_fields(&late.place);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let own = late.mirte.cookie(WHOSE).unwrap().to_owned();
    let mut bare = app.anonymous();
    refused(&bare.post(&late.place, &fields), "no cookie");
    // The cookie of another session does not fit the form, nor does one that was made up.
    let joost = app.member("joost").cookie(WHOSE).unwrap().to_owned();
    let parts: Vec<&str> = own.split('.').collect();
    let theirs: Vec<&str> = joost.split('.').collect();
    for cookie in [&joost, &format!("{}.{}.{}", parts[0], theirs[1], parts[2]), "onzin"] {
        bare.set_cookie(WHOSE, cookie);
        refused(&bare.post(&late.place, &fields), cookie);
    }
    let told = bare.get("/aanmelden?terug=%2Fwerk&reden=niet-bewaard");
    assert!(told.body.contains("konden uw tekst niet bewaren"), "{}", told.body);
    // A form that was made up, from the browser whose it is.
    refused(&late.mirte.post(&late.place, &[("formulier", "x"), ("waarom", WORDS)]), "no form of ours");
    assert!(late.send().body.contains("Uw tekst is bewaard"));
}

#[test]
fn a_form_from_another_site_is_refused_and_not_kept() {
    let app = TestApp::start();
    let mut late = late(&app);
    let mut fields = late.page.hidden_fields(&late.place);
    fields.push(("waarom".to_owned(), WORDS.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = encode(&fields);
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for elsewhere in [("origin", "https://kwaad.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let answer = late.mirte.raw("POST", &late.place, &[kind, elsewhere], body.as_bytes()).unwrap();
        assert_eq!(answer.status, 400, "{elsewhere:?}");
        assert!(!answer.body.contains("name=\"wachtend\""), "{elsewhere:?}: {}", answer.body);
    }
}

#[test]
fn what_is_no_kept_form_of_ours_leads_nowhere() {
    let app = TestApp::start();
    let mut late = late(&app);
    let asked = late.send();
    let sealed = asked.hidden("/aanmelden", KEPT);
    let changed = format!("{}AAAA", &sealed[..sealed.len() - 4]);
    let old = {
        let mut client = app.anonymous();
        let page = client.get("/aanmelden");
        app.clock.advance_seconds(12 * 3600 + 1);
        let typed = [("naam", "mirte"), ("wachtwoord", PASSWORD), (KEPT, sealed.as_str())];
        client.submit(&page, "/aanmelden", &typed)
    };
    assert!(old.body.contains("Uw tekst is er niet meer"), "{}", old.body);
    for made_up in [changed.as_str(), "onzin", "//kwaad.example", "eyJwbGFjZSI6Ii8vZXZpbCJ9"] {
        let mut client = app.anonymous();
        let page = client.get("/aanmelden");
        let typed = [("naam", "mirte"), ("wachtwoord", PASSWORD), (KEPT, made_up)];
        let answer = client.submit(&page, "/aanmelden", &typed);
        assert!(answer.body.contains("Uw tekst is er niet meer"), "{made_up}: {}", answer.body);
        assert!(!answer.body.contains("kwaad"), "{made_up}");
    }
}

#[test]
fn a_form_for_a_place_that_browsers_read_as_another_site_does_not_come_back() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let token = mirte.get("/werk").hidden("/afmelden", "formulier");
    app.clock.advance_seconds(901);
    let answer = mirte.post("//kwaad.example/signalen", &[("formulier", &token), ("waarom", WORDS)]);
    assert_eq!(answer.status, 404, "{}", answer.body);
    assert!(!answer.body.contains("name=\"wachtend\""), "{}", answer.body);
}

#[test]
fn forms_with_passwords_and_of_signing_out_are_never_kept() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let page = mirte.get("/werk");
    app.clock.advance_seconds(901);
    let token = page.hidden("/afmelden", "formulier");
    for place in ["/afmelden", "/aanmelden/tweede-factor", "/aanmelden/tweede-factor/klaar"] {
        let answer = mirte.post(place, &[("formulier", &token), ("waarom", WORDS)]);
        assert_eq!((answer.status, answer.body.as_str()), (303, ""), "{place}");
        assert!(!answer.location().contains("niet-bewaard"), "{place}");
    }
}

#[test]
fn what_is_too_large_to_keep_is_said_to_be_lost_and_the_service_lives_on() {
    let app = TestApp::start();
    let mut late = late(&app);
    let long = "lang ".repeat(60_000);
    let answer = late.mirte.submit(&late.page, &late.place, &[("waarom", &long)]);
    assert_eq!((answer.status, answer.location().ends_with("reden=niet-bewaard")), (303, true), "{}", answer.body);
    assert!(late.send().body.contains("Uw tekst is bewaard"));
}

#[test]
fn nothing_of_it_is_stored_in_an_address_or_at_the_service() {
    let app = TestApp::start();
    let mut late = late(&app);
    let asked = late.send();
    sign_in_at(&mut late.mirte, &asked, "mirte");
    let stored = format!("{:?}", Raw::open(&app.database).everything());
    assert!(!stored.contains("bakker") && !stored.contains(&asked.hidden("/aanmelden", KEPT)));
    assert!(!asked.headers.contains_key("location"));
    assert_eq!(asked.headers["cache-control"], "no-store");
}

#[test]
fn signing_out_takes_the_name_from_the_browser() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    assert!(mirte.cookie(WHOSE).is_some());
    let page = mirte.get("/werk");
    assert_eq!(mirte.submit(&page, "/afmelden", &[]).status, 303);
    assert!(mirte.cookie(WHOSE).is_none());
    assert_eq!(knock(&mut mirte, "mirte", PASSWORD).status, 303);
}
