//! The name of a melder, by machines of those who ask and of who judges.

use super::{Machine, places, problem};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received};
use serde_json::json;

const NAME: &str = "Kanarie Melder";
const ABSENT: &str = "00000000-0000-4000-8000-000000000000";

fn told(how: &str) -> (TestApp, String) {
    let app = TestApp::start();
    let field = if how == "bekend" { "naamBekend" } else { "naam" };
    let id = received(&app, &[("tekst", REPORT), ("wieBentU", how), (field, NAME)]);
    (app, id.to_string())
}

#[test]
fn a_name_that_was_given_openly_is_read_with_its_purpose() {
    let (app, id) = told("bekend");
    let mirte = Machine::of(&app, "mirte");
    let address = format!("/api/v1/signalen/{id}/naam");
    assert_eq!(places(&problem(&mirte.get(&address), 400)), ["doel"]);
    assert_eq!(places(&problem(&mirte.get(&format!("{address}?doel=intake")), 400)), ["doel"]);
    let read = mirte.get(&format!("{address}?doel=terugkoppeling"));
    assert_eq!((read.status, &read.json()["naam"]["naam"]), (200, &json!(NAME)), "{}", read.body);
    assert_eq!(read.json()["inzage"]["doel"], "terugkoppeling");
    for login in ["nadia", "vera", "sanne", "adam", "ivo"] {
        let machine = Machine::of(&app, login);
        let (theirs, absent) = (machine.get(&address_of(&id)), machine.get(&address_of(ABSENT)));
        problem(&theirs, 404);
        assert_eq!(theirs.body, absent.body, "{login}");
    }
    app.assert_log_is_whole();
}

fn address_of(id: &str) -> String {
    format!("/api/v1/signalen/{id}/naam?doel=terugkoppeling")
}

#[test]
fn a_name_in_confidence_is_asked_for_judged_and_read_by_the_one_who_asked() {
    let (app, id) = told("vertrouwelijk");
    let mirte = Machine::of(&app, "mirte");
    problem(&mirte.get(&address_of(&id)), 404);
    let ask = format!("/api/v1/signalen/{id}/naamverzoek");
    assert_eq!(places(&problem(&mirte.post(&ask, &json!({})), 400)), ["/waarom"]);
    let made = mirte.post(&ask, &json!({ "waarom": "Ik moet u waarschuwen." }));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(places(&problem(&mirte.post(&ask, &json!({ "waarom": "Nog eens." })), 409)), ["/waarom"]);
    let request = format!("/api/v1/ontzegelingen/{}", made.json()["id"].as_str().unwrap());
    let nadia = Machine::of(&app, "nadia");
    let shown = nadia.get(&request);
    assert_eq!((&shown.json()["waarom"], &shown.json()["stand"]), (&json!("Ik moet u waarschuwen."), &json!("asked")));
    assert!(!shown.body.contains(NAME) && !shown.body.contains("nooit klanten"), "{}", shown.body);
    let judge = format!("{request}/oordeel");
    assert_eq!(problem(&nadia.post(&judge, &json!({ "oordeel": "weigeren" })), 400)["status"], 400);
    for (login, path) in [("mirte", &request), ("vera", &request), ("adam", &request)] {
        problem(&Machine::of(&app, login).get(path), 404);
    }
    problem(&mirte.post(&judge, &json!({ "oordeel": "akkoord" })), 404);
    problem(&mirte.get(&format!("{request}/naam")), 404);
    assert_eq!(nadia.post(&judge, &json!({ "oordeel": "akkoord" })).status, 204);
    let name = mirte.get(&format!("{request}/naam"));
    assert_eq!(name.json()["naam"]["naam"], NAME, "{}", name.body);
    assert!(name.json()["leesbaarTot"].is_string(), "{}", name.body);
    for login in ["joost", "nadia", "ruben", "sanne"] {
        problem(&Machine::of(&app, login).get(&format!("{request}/naam")), 404);
    }
    app.clock.advance_seconds(31 * 60);
    problem(&Machine::of(&app, "mirte").get(&format!("{request}/naam")), 404);
    assert_eq!(Raw::open(&app.database).events_of("identity.opened").len(), 1);
    app.assert_log_is_whole();
}
