//! `POST /api/v1/signalen`

use super::{Machine, names, places, problem, share};
use crate::support::app::TestApp;
use serde_json::{Value, json};

const KEY: &str = "0190f3a4-6f6e-4f0e-9d5b-1c2d3e4f5a6b";

fn share_with_key(app: &TestApp, key: &str, body: &Value) -> crate::support::client::Page {
    app.anonymous().json("POST", "/api/v1/signalen", &[("idempotency-key", key)], Some(body))
}

#[test]
fn a_text_is_enough_and_the_answer_has_reference_and_code_and_no_id() {
    let app = TestApp::start();
    let answer = share(&app, &json!({ "tekst": "Elke nacht busjes bij de loods." }));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let body = answer.json();
    assert_eq!(names(&body), ["kenmerk", "ontvangstcode"]);
    assert_eq!(body["ontvangstcode"].as_str().unwrap().replace(' ', "").len(), 21);
    assert_eq!(answer.location(), "/api/v1/meldingen/_volg");
    let coordinator = Machine::of(&app, "mirte");
    let id = coordinator.only_signal();
    assert!(!answer.body.contains(&id));
    let opened = coordinator.get(&format!("/api/v1/signalen/{id}?doel=intake")).json();
    assert_eq!(opened["stukken"][0]["velden"]["tekst"], "Elke nacht busjes bij de loods.");
    assert_eq!(opened["stand"]["kanaal"], "api");
    assert_eq!(opened["stand"]["kenmerk"], body["kenmerk"]);
}

#[test]
fn every_field_of_a_signal_arrives() {
    let app = TestApp::start();
    let sent = json!({
        "tekst": "Steeds andere auto's.\nOok 's nachts.", "opgevallen": ["busjes", "contant_geld"], "waar": "Proefweg",
        "plek": "straat", "wanneer": "deze_week", "wieOfWat": "Een witte bus", "hoeWeetU": ["zelf"],
        "melder": "bekend", "naam": "Kim Proef", "bereikbaar": "kim@proefstad.example", "bangVoorHerkenning": "ja",
    });
    assert_eq!(share(&app, &sent).status, 201);
    let coordinator = Machine::of(&app, "mirte");
    let opened = coordinator.get(&format!("/api/v1/signalen/{}?doel=intake", coordinator.only_signal())).json();
    assert_eq!(opened["stand"]["melder"], "bekend");
    let fields = &opened["stukken"][0]["velden"];
    for name in ["tekst", "opgevallen", "waar", "plek", "wanneer", "wieOfWat", "hoeWeetU", "bangVoorHerkenning"] {
        assert_eq!(fields[name], sent[name], "{name}");
    }
    assert!(!opened.to_string().contains("Kim Proef"), "the name is another record");
}

#[test]
fn all_mistakes_come_together_each_at_its_pointer() {
    let app = TestApp::start();
    let sent = json!({
        "tekst": "  ", "opgevallen": ["busjes", "raket"], "plek": 3, "waar": "a\u{0}b", "onbekend/veld": 1,
        "wanneer": "ooit", "wieOfWat": "é".repeat(4001),
    });
    let problem = problem(&share(&app, &sent), 400);
    assert_eq!(problem["type"], "urn:meldroute:probleem:ongeldig");
    let expected = ["/onbekend~1veld", "/opgevallen/1", "/plek", "/plek", "/tekst", "/waar", "/wanneer", "/wieOfWat"];
    assert_eq!(places(&problem), expected, "{problem}");
    assert!(problem.to_string().contains("hier passen 4000 tekens"));
    let list = Machine::of(&app, "mirte").get("/api/v1/signalen").json();
    assert_eq!(list["signalen"], json!([]), "nothing was stored");
}

#[test]
fn whoever_is_not_anonymous_is_asked_for_a_name_in_words() {
    let app = TestApp::start();
    for known in ["bekend", "vertrouwelijk"] {
        let problem = problem(&share(&app, &json!({ "tekst": "x", "melder": known })), 400);
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("uw naam"), "{problem}");
        assert_eq!(share(&app, &json!({ "tekst": "x", "melder": known, "naam": "Kim" })).status, 201);
    }
}

#[test]
fn the_same_key_with_the_same_signal_gives_the_same_answer_and_one_signal() {
    let app = TestApp::start();
    let first = share_with_key(&app, KEY, &json!({ "tekst": "Vaten.", "plek": "adres" }));
    assert_eq!(first.status, 201, "{}", first.body);
    // Another order and other blanks are the same signal.
    let again = app.anonymous().json_raw(
        "/api/v1/signalen",
        &[("idempotency-key", KEY)],
        b"{ \"plek\":\"adres\",\n\"tekst\": \"Vaten.\"}",
    );
    assert_eq!((again.status, again.json()), (201, first.json()));
    Machine::of(&app, "mirte").only_signal();
    let other = share_with_key(&app, &format!("{KEY}-2"), &json!({ "tekst": "Vaten.", "plek": "adres" }));
    assert_ne!(other.json()["ontvangstcode"], first.json()["ontvangstcode"]);
}

#[test]
fn the_same_key_with_another_signal_is_a_conflict_and_stores_nothing() {
    let app = TestApp::start();
    assert_eq!(share_with_key(&app, KEY, &json!({ "tekst": "Vaten." })).status, 201);
    let problem = problem(&share_with_key(&app, KEY, &json!({ "tekst": "Andere vaten." })), 409);
    assert_eq!(problem["type"], "urn:meldroute:probleem:sleutel-hergebruikt");
    Machine::of(&app, "mirte").only_signal();
}

#[test]
fn a_key_is_forgotten_after_its_days() {
    let app = TestApp::start();
    let first = share_with_key(&app, KEY, &json!({ "tekst": "Vaten." }));
    app.clock.advance_seconds(9 * 24 * 3600);
    let later = share_with_key(&app, KEY, &json!({ "tekst": "Andere vaten." }));
    assert_eq!((first.status, later.status), (201, 201), "{}", later.body);
}

#[test]
fn a_hundred_retries_at_once_make_one_signal() {
    let app = TestApp::start();
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let each: Vec<_> =
            (0..100).map(|_| scope.spawn(|| share_with_key(&app, KEY, &json!({ "tekst": "Vaten." })).json())).collect();
        each.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer["kenmerk"].is_string()), "{answers:?}");
    Machine::of(&app, "mirte").only_signal();
}

#[test]
fn a_key_that_is_too_short_or_not_visible_is_refused() {
    let app = TestApp::start();
    for key in ["kort", "vijftien tekens!", "met een spatie erin", &"x".repeat(256)] {
        let problem = problem(&share_with_key(&app, key, &json!({ "tekst": "x" })), 400);
        assert_eq!(places(&problem), ["Idempotency-Key"], "{key}");
    }
}

#[test]
fn the_receipt_of_a_kept_answer_stands_nowhere_in_the_database() {
    let app = TestApp::start();
    let answer = share_with_key(&app, KEY, &json!({ "tekst": "Kanarie in de schuur." })).json();
    let code = answer["ontvangstcode"].as_str().unwrap().to_owned();
    let Some(folder) = app.folder() else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [code.as_str(), &code.replace(' ', ""), KEY, "Kanarie in de schuur"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }
}

#[test]
fn exclusion_leaves_the_signal_out_of_the_excluded_readers_list() {
    let app = TestApp::start();
    let sent = json!({ "tekst": "Over de coördinator.", "nietLezen": ["coordinator"], "gaatOver": "collega" });
    assert_eq!(share(&app, &sent).status, 201);
    assert_eq!(Machine::of(&app, "mirte").get("/api/v1/signalen").json()["signalen"], json!([]));
    Machine::of(&app, "ivo").only_signal();
}
