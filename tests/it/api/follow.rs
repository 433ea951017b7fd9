//! `POST /api/v1/meldingen/_volg`

use super::{Machine, names, problem, share};
use crate::support::app::TestApp;
use crate::support::client::Page;
use serde_json::json;

fn follow(app: &TestApp, code: &str) -> Page {
    app.anonymous().json("POST", "/api/v1/meldingen/_volg", &[], Some(&json!({ "ontvangstcode": code })))
}

#[test]
fn the_code_tells_where_the_signal_stands_however_it_is_typed() {
    let app = TestApp::start();
    let code = share(&app, &json!({ "tekst": "Vaten." })).json()["ontvangstcode"].as_str().unwrap().to_owned();
    let answer = follow(&app, &code);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(
        names(&body),
        ["berichtUiterlijkDatum", "naamGelezen", "ontvangenDatum", "status", "statusDatum", "uitleg"]
    );
    assert_eq!((&body["status"], &body["ontvangenDatum"]), (&json!("ontvangen"), &json!("2026-11-24")));
    for typed in [code.to_lowercase(), code.replace(' ', ""), code.replace(' ', "-")] {
        assert_eq!(follow(&app, &typed).json(), body, "{typed}");
    }
}

#[test]
fn a_known_and_an_unknown_code_weigh_the_same_and_leave_one_event_each() {
    let app = TestApp::start();
    let share_one = || share(&app, &json!({ "tekst": "Vaten." })).json()["ontvangstcode"].as_str().unwrap().to_owned();
    let known = share_one();
    let elsewhere = TestApp::start();
    let unknown = share(&elsewhere, &json!({ "tekst": "x" })).json()["ontvangstcode"].as_str().unwrap().to_owned();
    let (known, unknown) = (follow(&app, &known), follow(&app, &unknown));
    assert_eq!(known.status, 200);
    problem(&unknown, 404);
    assert_eq!(known.body.len(), unknown.body.len());
}

#[test]
fn what_is_no_code_at_all_is_not_found_or_faulty() {
    let app = TestApp::start();
    problem(&follow(&app, "0000 0000"), 404);
    problem(&follow(&app, "000 000 000 000 000 000 001"), 404);
    problem(&follow(&app, ""), 400);
    problem(&follow(&app, "<script>"), 400);
    problem(&follow(&app, &"A".repeat(65)), 400);
}

#[test]
fn what_becomes_of_a_signal_reaches_its_melder_in_one_word() {
    let app = TestApp::start();
    let code = share(&app, &json!({ "tekst": "Vaten." })).json()["ontvangstcode"].as_str().unwrap().to_owned();
    let coordinator = Machine::of(&app, "mirte");
    let id = coordinator.only_signal();
    let body = json!({ "versie": 1, "reden": "te_vaag" });
    let ended = coordinator.post(&format!("/api/v1/signalen/{id}/niet-in-behandeling"), &body);
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert_eq!(follow(&app, &code).json()["status"], "niet_opgepakt");
}
