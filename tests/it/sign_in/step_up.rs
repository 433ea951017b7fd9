//! Showing once more who one is, before what cannot be taken back or gives somebody more.

use super::{Phone, strict};
use crate::api::{Machine, problem};
use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::routes::{self, Route};
use serde_json::json;

/// What asks: an export, destruction, a change of roles or of who is let in, a name, a change of what lets one in.
const ASKS: &[(&str, &str)] = &[
    ("POST", "/koppelingen/nieuw"),
    ("POST", "/koppelingen/{koppeling}"),
    ("POST", "/leden/nieuw"),
    ("POST", "/leden/{lid}/binnenlaten"),
    ("POST", "/leden/{lid}/herstel"),
    ("POST", "/leden/{lid}/uitschakelen"),
    ("POST", "/mijn-aanmelding/apps/{id}"),
    ("POST", "/mijn-aanmelding/herstelcodes"),
    ("GET", "/mijn-aanmelding/nieuwe-app"),
    ("POST", "/mijn-aanmelding/nieuwe-app"),
    ("GET", "/mijn-aanmelding/wachtwoord"),
    ("POST", "/mijn-aanmelding/wachtwoord"),
    ("POST", "/noodinzage"),
    ("POST", "/ontzegelingen/{opening}"),
    ("POST", "/rollen/{lid}/{rol}"),
    ("POST", "/rollen/{lid}/{rol}/{bron}"),
    ("POST", "/signalen/{id}/doorgeefblad"),
    ("POST", "/signalen/{id}/naam"),
    ("GET", "/signalen/{id}/naam/{opening}"),
    ("POST", "/signalen/{id}/vernietigen"),
    ("GET", "/api/v1/ontzegelingen/{id}/naam"),
    ("POST", "/api/v1/ontzegelingen/{id}/oordeel"),
    ("POST", "/api/v1/rolvoorstellen/_beoordeel"),
    ("POST", "/api/v1/signalen/{id}/doorgeefblad"),
    ("GET", "/api/v1/signalen/{id}/naam"),
    ("POST", "/api/v1/signalen/{id}/naamverzoek"),
    ("POST", "/api/v1/signalen/{id}/vernietiging"),
    ("POST", "/api/v1/signalen/{id}/vernietiging/akkoord"),
];

/// What changes something and does not ask: the steps of the protocol that a colleague still judges or that can be
/// taken again, and the way out.
const DOES_NOT_ASK: &[(&str, &str)] = &[
    ("POST", "/acties/{id}"),
    ("POST", "/api/v1/acties/{id}/afronding"),
    ("POST", "/api/v1/bronvragen/{id}/antwoord"),
    ("POST", "/api/v1/bronvragen/{id}/inhoud"),
    ("POST", "/api/v1/bronvragen/{id}/teruggave"),
    ("POST", "/api/v1/privacychecks/{id}/oordeel-bronnen"),
    ("POST", "/api/v1/privacychecks/{id}/oordeel-deelnemers"),
    ("POST", "/api/v1/privacychecks/{id}/oordeel-verstrekking"),
    ("POST", "/api/v1/privacychecks/{id}/teruggave"),
    ("POST", "/api/v1/signalen/{id}/acties"),
    ("POST", "/api/v1/signalen/{id}/afsluiting"),
    ("POST", "/api/v1/signalen/{id}/bericht"),
    ("POST", "/api/v1/signalen/{id}/besluit"),
    ("POST", "/api/v1/signalen/{id}/bronvraag-intrekking"),
    ("POST", "/api/v1/signalen/{id}/bronvraag-overdracht"),
    ("POST", "/api/v1/signalen/{id}/doorverwijzing"),
    ("POST", "/api/v1/signalen/{id}/hervatting"),
    ("POST", "/api/v1/signalen/{id}/inhoudsvraag"),
    ("POST", "/api/v1/signalen/{id}/intake"),
    ("POST", "/api/v1/signalen/{id}/niet-in-behandeling"),
    ("POST", "/api/v1/signalen/{id}/privacycheck-1"),
    ("POST", "/api/v1/signalen/{id}/privacycheck-2a"),
    ("POST", "/api/v1/signalen/{id}/privacycheck-2b"),
    ("POST", "/api/v1/signalen/{id}/publicatie"),
    ("POST", "/api/v1/signalen/{id}/spoedbesluit"),
    ("POST", "/api/v1/signalen/{id}/spoedbesluit/handtekening"),
    ("POST", "/api/v1/signalen/{id}/uitsluiting"),
    ("POST", "/api/v1/signalen/{id}/vernietiging/teruggave"),
    ("POST", "/api/v1/signalen/{id}/weging-3"),
    ("POST", "/api/v1/signalen/{id}/weging-3/akkoord"),
    ("POST", "/api/v1/signalen/{id}/weging-3/teruggave"),
    ("POST", "/api/v1/signalen/{id}/weging-4"),
    ("POST", "/api/v1/signalen/{id}/weging-4/akkoord"),
    ("POST", "/api/v1/signalen/{id}/weging-4/teruggave"),
    ("POST", "/bronvragen/{id}"),
    ("POST", "/koppelingen/{koppeling}/einde"),
    ("POST", "/mijn-aanmelding/langer"),
    ("POST", "/mijn-aanmelding/sessies"),
    ("POST", "/mijn-aanmelding/sessies/{id}"),
    ("POST", "/noodinzage/{opening}/oordeel"),
    ("POST", "/overdragen/{soort}/{werk}"),
    ("POST", "/privacychecks/{id}"),
    ("POST", "/signalen/{id}"),
    ("POST", "/signalen/{id}/afsluiten"),
    ("POST", "/signalen/{id}/bericht"),
    ("POST", "/signalen/{id}/besluit"),
    ("POST", "/signalen/{id}/bronvragen"),
    ("POST", "/signalen/{id}/doorverwijzen"),
    ("POST", "/signalen/{id}/intake"),
    ("POST", "/signalen/{id}/monitoren"),
    ("POST", "/signalen/{id}/opvolging"),
    ("POST", "/signalen/{id}/privacycheck-1"),
    ("POST", "/signalen/{id}/privacycheck-2a"),
    ("POST", "/signalen/{id}/privacycheck-2b"),
    ("POST", "/signalen/{id}/publiceren"),
    ("POST", "/signalen/{id}/spoed"),
    ("POST", "/signalen/{id}/uitsluiten"),
    ("POST", "/signalen/{id}/weging-3"),
    ("POST", "/signalen/{id}/weging-3/meetekenen"),
    ("POST", "/signalen/{id}/weging-4"),
    ("POST", "/signalen/{id}/weging-4/meetekenen"),
];

/// Words in an address that tell of an act that asks.
const WORDS: [&str; 10] = [
    "koppeling",
    "noodinzage",
    "vernietig",
    "rol",
    "leden",
    "naam",
    "ontzegel",
    "herstel",
    "doorgeefblad",
    "mijn-aanmelding",
];
/// Addresses with such a word that need not ask, with the reason.
const DESPITE: &[(&str, &str)] = &[
    ("/noodinzage/{opening}/oordeel", "a judgement opens nothing"),
    ("/koppelingen/{koppeling}/einde", "ending one gives nothing, and is what somebody in a hurry needs"),
    ("/mijn-aanmelding/langer", "staying signed in gives nothing"),
    ("/mijn-aanmelding/sessies", "ending sessions gives nothing, and is what somebody in a hurry needs"),
    ("/mijn-aanmelding/sessies/{id}", "the same"),
    ("/api/v1/signalen/{id}/vernietiging/teruggave", "what is given back stays"),
];

fn named(route: &Route) -> (&str, &str) {
    (route.method.as_str(), route.path.as_str())
}

/// Whether somebody who signed in more than five minutes ago is asked.
fn is_asked(answer: &Page, route: &Route) -> bool {
    if route.is_api() {
        return answer.status == 403 && answer.json()["type"] == "urn:meldroute:probleem:bevestiging-nodig";
    }
    // Pages that are read, and forms with passwords and codes, which are not kept.
    let led = answer.status == 303 && answer.location().starts_with("/bevestigen?terug=");
    led || answer.status == 403 && answer.body.contains("Bevestig dat u het bent")
}

fn call(app: &TestApp, member: &mut Client, token: &str, machine: &Machine, route: &Route) -> Page {
    let path = route.filled(&[]);
    match (route.is_api(), route.method.as_str()) {
        (true, method) => {
            let header = machine.header();
            app.anonymous().json(method, &path, &[("authorization", &header)], Some(&json!({})))
        }
        (false, "GET") => member.get(&path),
        (false, _) => member.post(&path, &[("formulier", token), ("versie", "1"), ("waarom", "Een eigen zin.")]),
    }
}

#[test]
fn every_address_that_asks_is_on_the_list_and_no_address_that_changes_something_was_forgotten() {
    let app = TestApp::start();
    let mut member = app.member("mirte");
    let token = member.get("/werk").hidden("/afmelden", "formulier");
    let machine = Machine::of(&app, "mirte");
    let routes = routes::all(&app);
    let open = ["/melden", "/aanmelden", "/api/v1/sessies", "/api/v1/meldingen", "/api/v1/toegangsbewijzen", "/static"];
    let is_door = |path: &str| open.iter().any(|front| path.starts_with(front)) || path == "/api/v1/signalen";
    let mut forgotten = Vec::new();
    // These end sessions, this one or the machine's; none of them asks.
    let ends = |route: &&Route| {
        !["/afmelden", "/bevestigen", "/mijn-aanmelding/sessies"].contains(&route.path.as_str())
            && !is_door(&route.path)
    };
    for late in [false, true] {
        app.clock.advance_seconds(if late { 1 } else { 300 });
        for route in routes.iter().filter(ends) {
            let answer = call(&app, &mut member, &token, &machine, route);
            let asks = ASKS.contains(&named(route));
            assert_eq!(is_asked(&answer, route), asks && late, "{route:?}: {} {}", answer.status, answer.body);
            if route.method != "GET" && !asks && !DOES_NOT_ASK.contains(&named(route)) {
                forgotten.push(named(route));
            }
        }
    }
    forgotten.sort_unstable();
    forgotten.dedup();
    assert!(forgotten.is_empty(), "does this ask, or not? {forgotten:#?}");
    for (method, path) in ASKS.iter().chain(DOES_NOT_ASK) {
        let listed = Route { path: (*path).to_owned(), method: (*method).to_owned() };
        assert!(routes.contains(&listed), "{method} {path} is on the list and does not exist");
    }
}

#[test]
fn an_address_with_a_word_of_what_asks_does_ask() {
    for (method, path) in DOES_NOT_ASK.iter().filter(|(_, path)| !DESPITE.iter().any(|(known, _)| known == path)) {
        assert!(!WORDS.iter().any(|word| path.contains(word)), "{method} {path} sounds as if it should ask");
    }
}

/// A member who signed in a while ago sends a role's verdict; the page that asks.
fn asked(app: &TestApp, client: &mut Client) -> (Page, String) {
    let place = "/rollen/00000000-0000-4000-8000-000000000000/jurist".to_owned();
    let token = client.get("/werk").hidden("/afmelden", "formulier");
    app.clock.advance_seconds(301);
    let answer = client.post(&place, &[("formulier", &token), ("waarom", "een & <eigen> zin"), ("daad", "akkoord")]);
    assert_eq!(answer.status, 403, "{}", answer.body);
    (answer, place)
}

fn confirm(client: &mut Client, page: &Page, shown: &str) -> Page {
    client.submit(page, "/bevestigen", &[("bewijs", shown)])
}

#[test]
fn without_a_second_factor_the_password_is_asked_and_the_form_goes_on() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let (page, place) = asked(&app, &mut mirte);
    assert!(page.body.contains("type=\"password\"") && !page.body.contains("eigen"), "{}", page.body);
    for wrong in ["", "een andere zin"] {
        assert_eq!(confirm(&mut mirte, &page, wrong).status, 400, "{wrong:?}");
    }
    let on = confirm(&mut mirte, &page, PASSWORD);
    assert_eq!(on.status, 200, "{}", on.body);
    assert_eq!(on.hidden(&place, "waarom"), "een & <eigen> zin");
    // There is no such role: that is told only now.
    assert_eq!(mirte.submit(&on, &place, &[]).status, 404);
    let confirmed = Raw::open(&app.database).events_of("session.confirmed");
    assert_eq!(confirmed.len(), 1);
    assert_eq!(confirmed[0]["bijzonderheden"]["kind"], "password");
    app.clock.advance_seconds(300);
    assert_eq!(mirte.submit(&on, &place, &[]).status, 404, "for five minutes");
    app.clock.advance_seconds(1);
    assert_eq!(mirte.submit(&on, &place, &[]).status, 403, "and no longer");
    app.assert_log_is_whole();
}

#[test]
fn with_a_second_factor_a_code_is_asked_which_works_once() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let mut mirte = phone.sign_in(&app, "mirte");
    let (page, place) = asked(&app, &mut mirte);
    assert!(page.body.contains("name=\"bewijs\" autocomplete=\"one-time-code\""), "{}", page.body);
    assert_eq!(confirm(&mut mirte, &page, PASSWORD).status, 400, "the password is not enough");
    let code = phone.code(&app);
    let on = confirm(&mut mirte, &page, &code);
    assert_eq!(mirte.submit(&on, &place, &[]).status, 404);
    let again = mirte.get("/bevestigen");
    assert_eq!(confirm(&mut mirte, &again, &code).status, 400, "a code confirms once");
    app.clock.advance_seconds(301);
    let other = confirm(&mut mirte, &page, &phone.codes[0]);
    assert_eq!(other.status, 200, "a recovery code does too: {}", other.body);
    assert_eq!(Raw::open(&app.database).events_of("recovery_code.used").len(), 1);
}

#[test]
fn a_wrong_confirmation_counts_as_a_try_of_signing_in() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let (page, _) = asked(&app, &mut mirte);
    for _ in 0..5 {
        assert_eq!(confirm(&mut mirte, &page, "een andere zin").status, 400);
    }
    let slowed = confirm(&mut mirte, &page, PASSWORD);
    assert_eq!((slowed.status, slowed.headers["retry-after"].as_str()), (429, "2"));
    let refused = Raw::open(&app.database).events_of("access.refused");
    let why: Vec<&str> = refused.iter().map(|event| event["bijzonderheden"]["why"].as_str().unwrap()).collect();
    assert_eq!(why, [["wrong_name_or_password"; 5].as_slice(), &["slowed"]].concat());
    app.clock.advance_seconds(2);
    assert_eq!(confirm(&mut mirte, &page, PASSWORD).status, 200);
}

#[test]
fn the_api_asks_too_and_takes_what_confirms() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    app.clock.advance_seconds(60);
    let body = json!({ "naam": "mirte", "wachtwoord": PASSWORD, "code": phone.code(&app) });
    let token = app.anonymous().json("POST", "/api/v1/sessies", &[], Some(&body)).json()["token"].clone();
    let header = format!("Bearer {}", token.as_str().unwrap());
    let send = |path: &str, body: &serde_json::Value| {
        app.anonymous().json("POST", path, &[("authorization", &header)], Some(body))
    };
    let verdict = json!({ "lid": "00000000-0000-4000-8000-000000000000", "rol": "jurist", "oordeel": "akkoord" });
    const JUDGE: &str = "/api/v1/rolvoorstellen/_beoordeel";
    const CONFIRM: &str = "/api/v1/sessies/huidig/_bevestig";
    problem(&send(JUDGE, &verdict), 409);
    app.clock.advance_seconds(301);
    assert_eq!(problem(&send(JUDGE, &verdict), 403)["type"], "urn:meldroute:probleem:bevestiging-nodig");
    problem(&send(CONFIRM, &json!({ "bewijs": PASSWORD })), 401);
    problem(&send(CONFIRM, &json!({})), 400);
    let code = phone.code(&app);
    assert_eq!(send(CONFIRM, &json!({ "bewijs": code })).status, 204);
    problem(&send(JUDGE, &verdict), 409);
    problem(&send(CONFIRM, &json!({ "bewijs": code })), 401);
    for _ in 0..3 {
        problem(&send(CONFIRM, &json!({ "bewijs": "000000" })), 401);
    }
    assert_eq!(send(CONFIRM, &json!({ "bewijs": "000000" })).status, 401);
    problem(&send(CONFIRM, &json!({ "bewijs": "000000" })), 429);
}

#[test]
fn a_page_that_asks_leads_back_to_itself_and_to_no_other_site() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let place = "/signalen/00000000-0000-4000-8000-000000000000/naam/00000000-0000-4000-8000-000000000000";
    app.clock.advance_seconds(301);
    let asked = mirte.get(place);
    let page = mirte.get(asked.location());
    let on = confirm(&mut mirte, &page, PASSWORD);
    assert_eq!((on.status, on.location()), (303, place));
    for elsewhere in ["https://kwaad.example", "//kwaad.example", "/\\kwaad.example"] {
        let page = mirte.get("/bevestigen");
        let typed = [("bewijs", PASSWORD), ("terug", elsewhere)];
        assert_eq!(mirte.submit(&page, "/bevestigen", &typed).location(), "/werk", "{elsewhere}");
    }
}

#[test]
fn a_form_of_another_session_is_not_kept_on_the_way_to_confirming() {
    let app = TestApp::start();
    let mut joost = app.member("joost");
    let theirs = joost.get("/werk").hidden("/afmelden", "formulier");
    let mut mirte = app.member("mirte");
    let page = mirte.get("/bevestigen");
    app.clock.advance_seconds(301);
    let place = "/rollen/00000000-0000-4000-8000-000000000000/jurist";
    for token in [theirs.as_str(), "", "x"] {
        let answer = mirte.post(place, &[("formulier", token), ("waarom", "een eigen zin")]);
        assert_eq!(answer.status, 400, "{token}");
        assert!(!answer.body.contains("name=\"wachtend\""));
    }
    let foreign = mirte.post("/bevestigen", &[("formulier", theirs.as_str()), ("bewijs", PASSWORD)]);
    assert_eq!(foreign.status, 400);
    // What mirte was asked to confirm with is nothing that joost is shown.
    let (asked, _) = asked(&app, &mut mirte);
    let kept = asked.hidden("/bevestigen", "wachtend");
    let own = joost.get("/bevestigen");
    let shown = joost.submit(&own, "/bevestigen", &[("bewijs", PASSWORD), ("wachtend", &kept)]);
    assert!(shown.body.contains("Deze tekst is van iemand anders"), "{}", shown.body);
    assert_eq!(confirm(&mut mirte, &page, PASSWORD).status, 303);
}
