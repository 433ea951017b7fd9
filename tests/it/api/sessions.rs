//! `POST /api/v1/sessies` and `DELETE /api/v1/sessies/huidig`

use super::{Machine, names, problem};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use serde_json::json;

#[test]
fn a_member_comes_in_with_a_token_and_without_a_cookie() {
    let app = TestApp::start();
    let body = json!({ "naam": "mirte", "wachtwoord": PASSWORD });
    let answer = app.anonymous().json("POST", "/api/v1/sessies", &[], Some(&body));
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(names(&answer.json()), ["geldigTot", "token"]);
    assert_eq!(answer.json()["geldigTot"], "2026-11-24T16:00:00.000Z");
    assert!(!answer.headers.contains_key("set-cookie"));
    assert_eq!(answer.location(), "/api/v1/sessies/huidig");
}

#[test]
fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start();
    let enter = |naam: &str, wachtwoord: &str| {
        let body = json!({ "naam": naam, "wachtwoord": wachtwoord });
        app.anonymous().json("POST", "/api/v1/sessies", &[], Some(&body))
    };
    let (wrong, unknown) = (enter("mirte", "een andere zin"), enter("niemand", PASSWORD));
    let told = problem(&wrong, 401);
    assert_eq!(told["type"], "urn:meldroute:probleem:aanmelden-mislukt");
    assert_eq!(wrong.body, unknown.body);
    assert!(wrong.headers["www-authenticate"].starts_with("Bearer"));
}

#[test]
fn a_token_ends_when_its_member_signs_out() {
    let app = TestApp::start();
    let machine = Machine::of(&app, "mirte");
    assert_eq!(machine.get("/api/v1/signalen").status, 200);
    assert_eq!(machine.delete("/api/v1/sessies/huidig").status, 204);
    problem(&machine.get("/api/v1/signalen"), 401);
    problem(&machine.delete("/api/v1/sessies/huidig"), 401);
}

#[test]
fn a_token_ends_without_use_and_at_its_last_moment() {
    let app = TestApp::start();
    let idle = Machine::of(&app, "mirte");
    app.clock.advance_seconds(901);
    problem(&idle.get("/api/v1/signalen"), 401);
    let busy = Machine::of(&app, "mirte");
    for _ in 0..(8 * 6) {
        app.clock.advance_seconds(599);
        assert_eq!(busy.get("/api/v1/signalen").status, 200);
    }
    app.clock.advance_seconds(8 * 3600 - 8 * 6 * 599);
    problem(&busy.get("/api/v1/signalen"), 401);
}

#[test]
fn the_pages_cookie_opens_no_api_and_the_token_opens_no_page() {
    let app = TestApp::start();
    let browser = app.member("mirte");
    let cookie = browser.cookie("__Host-sessie").unwrap().to_owned();
    let header = format!("__Host-sessie={cookie}");
    problem(&browser.json("GET", "/api/v1/signalen", &[("cookie", &header)], None), 401);
    problem(&browser.json("GET", "/api/v1/signalen", &[("authorization", &format!("Bearer {cookie}"))], None), 401);
    let machine = Machine::of(&app, "mirte");
    assert_eq!(machine.get("/signalen").status, 303, "the page asks to sign in");
}

#[test]
fn a_changed_token_or_another_scheme_is_refused() {
    let app = TestApp::start();
    let machine = Machine::of(&app, "mirte");
    let token = machine.header();
    let client = app.anonymous();
    let changed = format!("{}x", &token[..token.len() - 1]);
    for wrong in [changed.as_str(), &token.replace("Bearer", "Basic"), "Bearer", "Bearer ", ""] {
        problem(&client.json("GET", "/api/v1/signalen", &[("authorization", wrong)], None), 401);
    }
    assert_eq!(
        client.json("GET", "/api/v1/signalen", &[("authorization", &token.replace("Bearer", "bearer"))], None).status,
        200
    );
}
