//! `GET /api/v1/openapi.json`, and every address it describes.

use super::{Machine, problem};
use crate::support::app::TestApp;
use crate::support::client::Page;
use meldroute::domain::protocol::Protocol;
use meldroute::web::api::{ApiOptions, description};
use serde_json::{Value, json};
use std::path::Path;

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

/// One address with one method, as described.
struct Described {
    method: String,
    path: String,
    operation: Value,
}

impl Described {
    fn is_for_members(&self) -> bool {
        self.asks_for("bearer")
    }

    /// Whether nobody may without a token of this kind.
    fn asks_for(&self, scheme: &str) -> bool {
        let security = self.operation["security"].as_array();
        security.is_some_and(|all| all.iter().all(|one| one.get(scheme).is_some()))
    }

    fn takes_a_body(&self) -> bool {
        self.operation.get("requestBody").is_some()
    }
}

fn described(document: &Value) -> Vec<Described> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path = format!("/api/v1{}", path.replace("{id}", NOWHERE));
            all.push(Described { method: method.to_uppercase(), path, operation: operation.clone() });
        }
    }
    all
}

fn document(app: &TestApp) -> Value {
    app.anonymous().json("GET", "/api/v1/openapi.json", &[], None).json()
}

/// What every answer of the API carries.
#[track_caller]
fn carries_the_headers(answer: &Page) {
    let expected = [
        ("api-version", "1.0.0"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
    for name in ["server", "set-cookie", "x-powered-by"] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
}

#[test]
fn the_committed_description_is_the_one_that_is_served() {
    let made = description(&Protocol::bundled().unwrap(), &ApiOptions::default()).unwrap() + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "docs/openapi.json is not what the code says; run this test with UPDATE_DOCS=1 and look");
    let app = TestApp::start();
    let served = app.anonymous().json("GET", "/api/v1/openapi.json", &[], None);
    assert_eq!(served.status, 200);
    assert_eq!(served.headers["content-type"], "application/json");
    assert_eq!(served.headers["access-control-allow-origin"], "*");
    carries_the_headers(&served);
    assert_eq!(served.json(), serde_json::from_str::<Value>(&kept).unwrap());
}

#[test]
fn every_described_address_has_its_headers_and_refuses_as_a_problem() {
    let app = TestApp::start();
    let client = app.anonymous();
    let all = described(&document(&app));
    assert!(all.len() > 5);
    for one in &all {
        let body = one.takes_a_body().then(|| json!({}));
        let plain = client.json(&one.method, &one.path, &[], body.as_ref());
        carries_the_headers(&plain);
        if one.is_for_members() || one.asks_for("koppeling") {
            problem(&plain, 401);
        } else if one.takes_a_body() {
            problem(&plain, 400);
        }
        let slashed = client.json(&one.method, &format!("{}/", one.path), &[], body.as_ref());
        problem(&slashed, 404);
        carries_the_headers(&slashed);
        for method in ["PATCH", "OPTIONS", "TRACE"] {
            let wrong = client.json(method, &one.path, &[], None);
            problem(&wrong, 405);
            carries_the_headers(&wrong);
            assert!(wrong.headers["allow"].contains(&one.method), "{method} {}", one.path);
        }
    }
}

#[test]
fn nobody_takes_a_step_with_a_wrong_role_or_on_what_is_not_there() {
    let app = TestApp::start();
    let all = described(&document(&app));
    for login in ["adam", "mirte"] {
        let machine = Machine::of(&app, login);
        for one in all.iter().filter(|one| one.is_for_members() && one.path.contains(NOWHERE)) {
            let body = json!({ "versie": 1 });
            let answer = match one.method.as_str() {
                "POST" => machine.post(&one.path, &body),
                _ => machine.get(&format!("{}?doel=intake", one.path)),
            };
            assert!([400, 404].contains(&answer.status), "{login} {} {}: {}", one.method, one.path, answer.body);
            problem(&answer, answer.status);
            carries_the_headers(&answer);
        }
    }
}

#[test]
fn every_body_that_cannot_be_read_is_refused_the_same_everywhere() {
    let app = TestApp::start();
    let machine = Machine::of(&app, "mirte");
    let token = machine.header();
    let client = app.anonymous();
    let large = format!("{{\"tekst\": \"{}\"}}", "x".repeat(600_000));
    for one in described(&document(&app)).iter().filter(|one| one.takes_a_body()) {
        let send = |kind: &str, body: &[u8]| {
            // A member's token opens nothing where another system's would count.
            let known = one.is_for_members().then_some(("authorization", token.as_str()));
            let headers: Vec<(&str, &str)> = known.into_iter().chain([("content-type", kind)]).collect();
            client.json_raw(&one.path, &headers, body)
        };
        for unreadable in ["", "{", "{\"tekst\": \"\\ud800\"}", "\u{feff}{}", "{\"a\": 1e999}", "{} {}"] {
            problem(&send("application/json", unreadable.as_bytes()), 400);
        }
        problem(&send("application/json", b"{\"tekst\": \"\xff\xfe\"}"), 400);
        for not_an_object in ["null", "[]", "\"tekst\"", "1", "true"] {
            problem(&send("application/json", not_an_object.as_bytes()), 400);
        }
        problem(&send("application/json", large.as_bytes()), 413);
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""] {
            problem(&send(kind, b"{}"), 415);
        }
        problem(&send("Application/JSON; charset=\"UTF-8\"", b"{\"zomaar\": 1}"), 400);
    }
}
