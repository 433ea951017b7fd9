//! The JSON API by address.

mod description;
mod follow;
mod names;
mod papers;
mod protocol;
mod refusals;
mod report;
mod sessions;
mod sides;
mod signals;
mod steps;

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use serde_json::{Value, json};

/// A machine that works for a member: a token in the header and nothing else.
pub struct Machine {
    client: Client,
    token: String,
}

impl Machine {
    /// Signs in as this member.
    pub fn of(app: &TestApp, login: &str) -> Self {
        let client = app.anonymous();
        let body = json!({ "naam": login, "wachtwoord": PASSWORD });
        let answer = client.json("POST", "/api/v1/sessies", &[], Some(&body));
        assert_eq!(answer.status, 201, "signing in as {login}: {}", answer.body);
        Self { client, token: answer.json()["token"].as_str().unwrap().to_owned() }
    }

    /// The header with the token.
    pub fn header(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub fn get(&self, path: &str) -> Page {
        self.client.json("GET", path, &[("authorization", &self.header())], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Page {
        self.client.json("POST", path, &[("authorization", &self.header())], Some(body))
    }

    pub fn delete(&self, path: &str) -> Page {
        self.client.json("DELETE", path, &[("authorization", &self.header())], None)
    }

    /// The id of the only signal this member sees.
    pub fn only_signal(&self) -> String {
        let list = self.get("/api/v1/signalen");
        assert_eq!(list.status, 200, "{}", list.body);
        let signals = list.json()["signalen"].as_array().unwrap().clone();
        assert_eq!(signals.len(), 1, "{}", list.body);
        signals[0]["id"].as_str().unwrap().to_owned()
    }
}

/// Shares a signal without an account.
pub fn share(app: &TestApp, body: &Value) -> Page {
    app.anonymous().json("POST", "/api/v1/signalen", &[], Some(body))
}

/// An answer that must be a problem of this status; its body.
#[track_caller]
pub fn problem(answer: &Page, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.headers.get("content-type").map(String::as_str), Some("application/problem+json"));
    let body = answer.json();
    assert_eq!(body["status"], status, "{body}");
    for field in ["type", "title", "detail"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {body}");
    }
    body
}

/// Every place a problem names, in order.
pub fn places(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let place = |error: &Value| error["pointer"].as_str().or(error["parameter"].as_str()).map(ToOwned::to_owned);
    let mut places: Vec<String> = errors.iter().filter_map(place).collect();
    places.sort();
    places
}

/// The names of an object's fields.
pub fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}
