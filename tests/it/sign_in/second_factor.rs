//! The second step of signing in, at the pages and in the API.

use super::{DONE, PLACE, Phone, knock, strict};
use crate::api::problem;
use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::routes;
use serde_json::{Value, json};

const PENDING: &str = "__Host-aanmelden";
const SESSION: &str = "__Host-sessie";

fn api(app: &TestApp, code: Option<&str>) -> Page {
    let mut body = json!({ "naam": "mirte", "wachtwoord": PASSWORD });
    if let Some(code) = code {
        body["code"] = Value::from(code);
    }
    app.anonymous().json("POST", "/api/v1/sessies", &[], Some(&body))
}

/// At the second step, with the password shown.
fn halfway(app: &TestApp) -> (Client, Page) {
    let mut client = app.anonymous();
    assert_eq!(knock(&mut client, "mirte", PASSWORD).location(), PLACE);
    let page = client.get(PLACE);
    (client, page)
}

fn give(app: &TestApp, code: &str) -> (Client, Page) {
    let (mut client, page) = halfway(app);
    let answer = client.submit(&page, PLACE, &[("code", code)]);
    (client, answer)
}

#[test]
fn whoever_has_no_app_adds_one_keeps_the_recovery_codes_and_is_in() {
    let app = strict();
    let mut client = app.anonymous();
    let (phone, shown) = Phone::add(&app, &mut client, "mirte");
    assert_eq!(phone.codes.len(), 10);
    assert!(client.cookie(SESSION).is_none(), "not before the codes are kept");
    let again = client.submit(&shown, DONE, &[]);
    assert_eq!(again.status, 400, "the box was not ticked");
    assert!(again.body.contains(&phone.codes[9]), "and the codes are still there");
    let inside = client.submit(&again, DONE, &[("bewaard", "ja")]);
    assert_eq!((inside.status, inside.location()), (303, "/werk"));
    assert_eq!(client.get("/werk").status, 200);
    let mut raw = Raw::open(&app.database);
    let kinds: Vec<String> =
        raw.events_of("factor.added").iter().map(|e| e["bijzonderheden"]["kind"].to_string()).collect();
    assert_eq!(kinds, ["\"totp\"", "\"recovery\""]);
    let stored = format!("{:?}", raw.everything());
    for code in &phone.codes {
        assert!(!stored.contains(code.as_str()) && !stored.contains(&code.replace('-', "")));
    }
    app.assert_log_is_whole();
}

#[test]
fn the_page_that_offers_an_app_goes_on_only_with_a_code_of_it() {
    let app = strict();
    let (mut client, page) = halfway(&app);
    for wrong in ["", "123", "000000"] {
        let answer = client.submit(&page, PLACE, &[("code", wrong)]);
        assert_eq!(answer.status, 400);
        assert_eq!(answer.hidden(PLACE, "geheim"), page.hidden(PLACE, "geheim"), "the same app is still offered");
    }
    let mut other = app.anonymous();
    knock(&mut other, "joost", PASSWORD);
    let theirs = other.get(PLACE);
    let swapped = [
        ("formulier", page.hidden(PLACE, "formulier")),
        ("factor", theirs.hidden(PLACE, "factor")),
        ("geheim", theirs.hidden(PLACE, "geheim")),
        ("code", Phone::scan(&theirs).code(&app)),
    ];
    let swapped: Vec<(&str, &str)> = swapped.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(client.post(PLACE, &swapped).status, 400, "an app that was offered to somebody else");
    assert_eq!(Raw::open(&app.database).count("member_factors"), 0);
}

#[test]
fn who_has_an_app_comes_in_with_a_code_and_without_it_gets_nothing() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let mut mirte = phone.sign_in(&app, "mirte");
    assert_eq!(mirte.get("/werk").status, 200);
    assert!(mirte.cookie(PENDING).is_none());
    app.clock.advance_seconds(60);
    let late = phone.code_in(&app, -90);
    for wrong in [late.as_str(), "", "abc"] {
        let (client, answer) = give(&app, wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(client.cookie(SESSION).is_none());
    }
}

#[test]
fn a_member_with_an_app_is_asked_for_it_where_others_are_not() {
    let app = TestApp::start();
    let phone = Phone::added_by(&app, "mirte");
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).location(), PLACE);
    assert_eq!(knock(&mut app.anonymous(), "joost", PASSWORD).location(), "/werk");
    phone.sign_in(&app, "mirte");
}

#[test]
fn a_code_is_accepted_once_wherever_it_was_used() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let beside = app.beside();
    assert_eq!(give(&app, &phone.code(&app)).1.status, 400, "the code that added the app");
    app.clock.advance_seconds(60);
    let code = phone.code(&app);
    assert_eq!(give(&app, &code).1.status, 303);
    problem(&api(&app, Some(&code)), 401);
    let (mut client, page) = halfway(&beside);
    assert_eq!(client.submit(&page, PLACE, &[("code", &code)]).status, 400, "by another process");
    let earlier = phone.code_in(&app, -30);
    assert_eq!(client.submit(&page, PLACE, &[("code", &earlier)]).status, 400, "of a step before it");
    let next = phone.code_in(&app, 30);
    assert_eq!(client.submit(&page, PLACE, &[("code", &next)]).status, 303);
}

#[test]
fn of_many_who_send_one_code_at_once_one_comes_in() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    app.clock.advance_seconds(60);
    let beside = app.beside();
    let code = phone.code(&app);
    let doors: Vec<(Client, Page)> = vec![halfway(&app), halfway(&beside), halfway(&app)];
    let sent: Vec<_> = doors
        .into_iter()
        .map(|(mut client, page)| {
            let code = code.clone();
            std::thread::spawn(move || client.submit(&page, PLACE, &[("code", &code)]).status)
        })
        .collect();
    let statuses: Vec<u16> = sent.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[test]
fn a_recovery_code_works_once_and_the_log_says_how_many_are_left() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let typed = phone.codes[3].to_lowercase().replace('-', " ");
    assert_eq!(give(&app, &typed).1.status, 303);
    assert_eq!(give(&app, &typed).1.status, 400);
    assert_eq!(api(&app, Some(&phone.codes[4])).status, 201);
    let used = Raw::open(&app.database).events_of("recovery_code.used");
    let left: Vec<&Value> = used.iter().map(|event| &event["bijzonderheden"]["left"]).collect();
    assert_eq!(left, ["9", "8"]);
    app.assert_log_is_whole();
}

#[test]
fn wrong_codes_slow_the_same_name_as_wrong_passwords() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    app.clock.advance_seconds(24 * 3600 + 1);
    let (mut client, page) = halfway(&app);
    for _ in 0..4 {
        assert_eq!(client.submit(&page, PLACE, &[("code", "000000")]).status, 400);
    }
    let slowed = client.submit(&page, PLACE, &[("code", &phone.code(&app))]);
    assert_eq!((slowed.status, slowed.headers["retry-after"].as_str()), (429, "2"));
    assert!(slowed.body.contains("Wacht 2 seconden"), "{}", slowed.body);
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).status, 429);
    app.clock.advance_seconds(2);
    assert_eq!(client.submit(&page, PLACE, &[("code", &phone.code(&app))]).status, 303);
    assert_eq!(Raw::open(&app.database).count("sign_in_attempts"), 0, "coming in forgets");
}

#[test]
fn the_session_after_the_second_step_is_another_than_before_it() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    app.clock.advance_seconds(60);
    let (mut client, page) = halfway(&app);
    let before = client.cookie(PENDING).unwrap().to_owned();
    client.set_cookie(SESSION, &before);
    let answer = client.submit(&page, PLACE, &[("code", &phone.code(&app))]);
    assert_eq!(answer.status, 303);
    let after = client.cookie(SESSION).unwrap().to_owned();
    assert_ne!(after, before);
    // What was known before the second step opens nothing after it, under either name.
    let mut planted = app.anonymous();
    planted.set_cookie(SESSION, &before);
    planted.set_cookie(PENDING, &before);
    assert_eq!(planted.get("/werk").status, 303);
    assert_eq!(planted.get(PLACE).location(), "/aanmelden?terug=%2Faanmelden%2Ftweede%2Dfactor");
    // And a session is no pending one.
    let mut reverse = app.anonymous();
    reverse.set_cookie(PENDING, &after);
    assert_eq!(reverse.get(PLACE).status, 303);
}

#[test]
fn a_pending_session_opens_no_address_but_the_second_step() {
    let app = strict();
    Phone::added_by(&app, "mirte");
    let (client, _) = halfway(&app);
    let token = client.cookie(PENDING).unwrap().to_owned();
    let open = ["/", "/melden", "/static", "/aanmelden", "/api/v1/openapi.json", "/api/v1/signalen", "/api/v1/sessies"];
    let mut asked = 0;
    for route in routes::all(&app) {
        let path = route.filled(&[]);
        let is_open = open.contains(&path.as_str()) || path.starts_with("/melden/") || path.starts_with("/static/");
        // Other systems come in with what they sign themselves: no session is looked at there.
        let of_machines = path.starts_with("/api/v1/toegangsbewijzen");
        let follows = path.starts_with("/aanmelden") || path == "/api/v1/meldingen/_volg" || of_machines;
        if follows || is_open && (!route.is_api() || route.method == "POST" || path.ends_with("openapi.json")) {
            continue;
        }
        asked += 1;
        let mut visitor = app.anonymous();
        visitor.set_cookie(SESSION, &token);
        visitor.set_cookie(PENDING, &token);
        let answer = if route.is_api() {
            let header = format!("Bearer {token}");
            visitor.json(&route.method, &path, &[("authorization", &header)], Some(&json!({})))
        } else if route.method == "GET" {
            visitor.get(&path)
        } else {
            visitor.post(&path, &[("formulier", "x")])
        };
        let shut = if route.is_api() { answer.status == 401 } else { answer.location().starts_with("/aanmelden") };
        assert!(shut, "{} {path}: {} {}", route.method, answer.status, answer.body);
    }
    assert!(asked > 60, "only {asked} addresses were asked");
}

#[test]
fn a_pending_session_ends_after_ten_minutes() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let (mut client, page) = halfway(&app);
    app.clock.advance_seconds(601);
    let answer = client.submit(&page, PLACE, &[("code", &phone.code(&app))]);
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with("/aanmelden"));
    assert!(client.cookie(SESSION).is_none());
}

#[test]
fn the_api_says_what_is_missing_and_takes_a_code() {
    let app = strict();
    let first = problem(&api(&app, None), 403);
    assert_eq!(first["type"], "urn:meldroute:probleem:tweede-factor-toevoegen");
    let phone = Phone::added_by(&app, "mirte");
    app.clock.advance_seconds(60);
    assert_eq!(problem(&api(&app, None), 401)["type"], "urn:meldroute:probleem:tweede-factor-nodig");
    assert_eq!(problem(&api(&app, Some("000000")), 401)["type"], "urn:meldroute:probleem:tweede-factor-mislukt");
    assert_eq!(api(&app, Some(&phone.code(&app))).status, 201);
}
