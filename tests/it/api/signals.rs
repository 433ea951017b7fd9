//! `GET /api/v1/signalen`, one signal, and its history

use super::{Machine, names, places, problem, share};
use crate::support::app::TestApp;
use serde_json::json;

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn a_list_shows_no_content_and_only_what_one_may_open() {
    let app = TestApp::start();
    share(&app, &json!({ "tekst": "Vaten achter de loods." }));
    let list = Machine::of(&app, "mirte").get("/api/v1/signalen");
    assert_eq!(list.status, 200);
    assert!(!list.body.contains("Vaten"));
    let row = &list.json()["signalen"][0];
    let expected = [
        "bron",
        "fase",
        "faseDatum",
        "id",
        "kanaal",
        "kenmerk",
        "melder",
        "ontvangenDatum",
        "termijnDatum",
        "versie",
        "wachtOp",
    ];
    assert_eq!(names(row), expected);
    assert_eq!((&row["fase"], &row["versie"], &row["wachtOp"]), (&json!("ontvangen"), &json!(1), &json!("intake")));
    assert_eq!(Machine::of(&app, "ivo").get("/api/v1/signalen").json(), json!({ "signalen": [] }));
    problem(&Machine::of(&app, "adam").get("/api/v1/signalen"), 404);
}

#[test]
fn pages_follow_on_each_other_without_gaps_or_doubles() {
    let app = TestApp::start();
    for day in 0..4 {
        for number in 0..3 {
            assert_eq!(share(&app, &json!({ "tekst": format!("Signaal {day}.{number}") })).status, 201);
        }
        app.clock.advance_seconds(24 * 3600);
    }
    let machine = Machine::of(&app, "mirte");
    let (mut address, mut seen) = ("/api/v1/signalen?aantal=5".to_owned(), Vec::new());
    for size in [5, 5, 2] {
        let page = machine.get(&address).json();
        let rows = page["signalen"].as_array().unwrap();
        assert_eq!(rows.len(), size);
        seen.extend(rows.iter().map(|row| (row["ontvangenDatum"].to_string(), row["id"].to_string())));
        if size == 5 {
            let next = &page["volgende"];
            let text = |name: &str| next[name].as_str().unwrap().to_owned();
            address = format!("/api/v1/signalen?aantal=5&na={}&naDatum={}", text("na"), text("naDatum"));
            // The id alone is enough.
            let alone = machine.get(&format!("/api/v1/signalen?aantal=5&na={}", text("na")));
            assert_eq!(alone.json(), machine.get(&address).json());
        } else {
            assert!(page.get("volgende").is_none());
        }
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 12);
    sorted.reverse();
    assert_eq!(sorted, seen, "newest day first");
    let earlier = machine.get("/api/v1/signalen?naDatum=2026-11-25").json();
    assert_eq!(earlier["signalen"].as_array().unwrap().len(), 3, "after a day: the days before it");
}

#[test]
fn a_filter_shows_one_stage() {
    let app = TestApp::start();
    share(&app, &json!({ "tekst": "x" }));
    let machine = Machine::of(&app, "mirte");
    assert_eq!(machine.get("/api/v1/signalen?fase=ontvangen").json()["signalen"].as_array().unwrap().len(), 1);
    assert_eq!(machine.get("/api/v1/signalen?fase=wegen").json()["signalen"], json!([]));
}

#[test]
fn wrong_parameters_are_told_together() {
    let app = TestApp::start();
    let machine = Machine::of(&app, "mirte");
    let told =
        problem(&machine.get("/api/v1/signalen?fase=ooit&na=1&naDatum=2026-02-30&aantal=101&iets=1&fase=wegen"), 400);
    assert_eq!(places(&told), ["aantal", "fase", "fase", "iets", "na", "naDatum"]);
    for wrong in ["aantal=", "aantal=0", "aantal=+5", "aantal=5.0", "na=", "naDatum=", "fase="] {
        problem(&machine.get(&format!("/api/v1/signalen?{wrong}")), 400);
    }
    problem(&machine.get(&format!("/api/v1/signalen?na={NOWHERE}")), 404);
}

#[test]
fn opening_asks_for_a_purpose_and_stands_in_the_history() {
    let app = TestApp::start();
    share(&app, &json!({ "tekst": "Vaten." }));
    let machine = Machine::of(&app, "mirte");
    let id = machine.only_signal();
    for wrong in ["", "?doel=", "?doel=nieuwsgierig", "?doel=overig", "?doel=intake&doel=weging"] {
        let told = problem(&machine.get(&format!("/api/v1/signalen/{id}{wrong}")), 400);
        assert!(places(&told).contains(&"doel".to_owned()), "{wrong}: {told}");
    }
    let opened = machine.get(&format!("/api/v1/signalen/{id}?doel=weging"));
    assert_eq!(opened.status, 200, "{}", opened.body);
    let body = opened.json();
    assert_eq!(names(&body), ["inzage", "stand", "stukken"]);
    assert_eq!(body["inzage"]["doel"], "weging");
    let history = machine.get(&format!("/api/v1/signalen/{id}/geschiedenis")).json();
    let line = &history["regels"][0];
    assert_eq!((&line["gebeurtenis"], &line["doel"]), (&json!("content.disclosed"), &json!("weging")));
    assert_eq!((&line["wie"], &line["logregel"]), (&json!("Mirte Proef"), &body["inzage"]["logregel"]));
    let last = history["regels"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["gebeurtenis"], last.get("wie")), (&json!("signal.received"), None));
    assert_eq!(
        machine.get(&format!("/api/v1/signalen/{id}/geschiedenis?aantal=1")).json()["regels"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn absent_and_forbidden_look_the_same() {
    let app = TestApp::start();
    share(&app, &json!({ "tekst": "Vaten." }));
    let id = Machine::of(&app, "mirte").only_signal();
    for login in ["nadia", "adam", "sanne", "ivo", "vera", "bea", "fenna"] {
        let machine = Machine::of(&app, login);
        for rest in ["?doel=intake", "/geschiedenis"] {
            let forbidden = machine.get(&format!("/api/v1/signalen/{id}{rest}"));
            problem(&forbidden, 404);
            assert_eq!(forbidden.body, machine.get(&format!("/api/v1/signalen/{NOWHERE}{rest}")).body, "{login}");
        }
    }
    let mirte = Machine::of(&app, "mirte");
    for no_id in ["1", "%00", "..%2f", &id.replace('-', ""), &format!("{{{id}}}")] {
        problem(&mirte.get(&format!("/api/v1/signalen/{no_id}?doel=intake")), 404);
    }
}
