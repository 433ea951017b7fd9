//! What holds at every address at once: forms from elsewhere, frames, and a session that somebody planted.

use super::knock;
use crate::support::app::TestApp;
use crate::support::client::encode;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::routes::{self, Route};

const SESSION: &str = "__Host-sessie";
const WHOSE: &str = "__Host-lid";

fn pages(app: &TestApp, method: &str) -> Vec<Route> {
    routes::all(app).into_iter().filter(|route| !route.is_api() && route.method == method).collect()
}

#[test]
fn no_form_of_a_member_is_read_without_its_token_or_from_another_site() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let own = mirte.get("/werk").hidden("/afmelden", "formulier");
    let theirs = app.member("joost").get("/werk").hidden("/afmelden", "formulier");
    let count = |raw: &mut Raw| raw.number("(SELECT count(*) FROM events WHERE kind <> 'access.refused')");
    let mut raw = Raw::open(&app.database);
    let before = count(&mut raw);
    let forms = pages(&app, "POST");
    assert!(forms.len() > 35, "{forms:?}");
    for route in forms {
        let path = route.filled(&[]);
        for token in ["", "x", &theirs] {
            let answer = mirte.post(&path, &[("formulier", token), ("versie", "1"), ("daad", "akkoord")]);
            let to_the_door = answer.status == 303 && answer.location().starts_with("/aanmelden");
            assert!(to_the_door || [400, 404].contains(&answer.status), "{path} {token}: {}", answer.status);
        }
        let body = encode(&[("formulier", own.as_str()), ("versie", "1"), ("daad", "akkoord")]);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        for elsewhere in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null")] {
            let answer = mirte.raw("POST", &path, &[kind, elsewhere], body.as_bytes()).unwrap();
            assert_eq!(answer.status, 400, "{path} {elsewhere:?}: {}", answer.body);
        }
    }
    assert_eq!(count(&mut raw), before, "nothing was done");
    assert_eq!(mirte.get("/werk").status, 200, "not even signed out");
}

#[test]
fn no_page_is_shown_inside_another_site() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let token = mirte.get("/werk").hidden("/afmelden", "formulier");
    let mut seen = 0;
    for late in [0, 301, 901] {
        app.clock.advance_seconds(late);
        for route in routes::all(&app).into_iter().filter(|route| !route.is_api() && route.path != "/afmelden") {
            let path = route.filled(&[]);
            let answer = match route.method.as_str() {
                "GET" => mirte.get(&path),
                _ => mirte.post(&path, &[("formulier", &token), ("versie", "1")]),
            };
            let named = format!("{} {path} {}", route.method, answer.status);
            assert_eq!(answer.headers["x-frame-options"], "DENY", "{named}");
            assert!(answer.headers["content-security-policy"].contains("frame-ancestors 'none'"), "{named}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn a_session_that_somebody_planted_is_not_the_one_that_begins() {
    let app = TestApp::start();
    let mut attacker = app.member("joost");
    let (session, whose) = (attacker.cookie(SESSION).unwrap().to_owned(), attacker.cookie(WHOSE).unwrap().to_owned());
    for planted in [session.as_str(), &"A".repeat(43)] {
        let mut mirte = app.anonymous();
        mirte.set_cookie(SESSION, planted);
        mirte.set_cookie(WHOSE, &whose);
        assert_eq!(knock(&mut mirte, "mirte", PASSWORD).status, 303);
        assert_ne!(mirte.cookie(SESSION), Some(planted));
        assert_ne!(mirte.cookie(WHOSE), Some(whose.as_str()));
        assert!(mirte.get("/werk").body.contains("Mirte Proef"));
    }
    assert!(attacker.get("/werk").body.contains("Joost Proef"), "whoever planted theirs has theirs");
    let mut made_up = app.anonymous();
    made_up.set_cookie(SESSION, &"A".repeat(43));
    assert_eq!(made_up.get("/werk").status, 303);
}
