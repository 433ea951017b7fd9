//! What is not an address of the API, and what is said about it.

use super::problem;
use crate::support::app::TestApp;
use serde_json::json;

#[test]
fn an_unknown_address_under_the_api_is_a_problem_and_never_a_page() {
    let app = TestApp::start();
    let client = app.anonymous();
    for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/signalen", "/api/v1/onbekend", "/api/v1//signalen"] {
        for method in ["GET", "POST"] {
            let answer = client.json(method, path, &[], None);
            problem(&answer, 404);
            assert_eq!(answer.headers["api-version"], "1.0.0");
        }
    }
    assert_ne!(client.json("GET", "/apix", &[], None).headers["content-type"], "application/problem+json");
}

#[test]
fn no_other_website_may_read_answers_or_send_along_what_a_browser_keeps() {
    let app = TestApp::start();
    let from = [("origin", "https://kwaad.example"), ("sec-fetch-site", "cross-site")];
    let answer = app.anonymous().json("POST", "/api/v1/signalen", &from, Some(&json!({ "tekst": "x" })));
    assert_eq!(answer.status, 201);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    let asked = app.anonymous().json("OPTIONS", "/api/v1/signalen", &from, None);
    problem(&asked, 405);
    assert!(!asked.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn nothing_that_was_sent_comes_back_except_the_names_of_fields() {
    let app = TestApp::start();
    let sent = json!({ "tekst": 5, "plek": "kanarie", "waar": "kanarie\u{1}", "naam": "kanarie".repeat(40) });
    let answer = app.anonymous().json("POST", "/api/v1/signalen", &[], Some(&sent));
    problem(&answer, 400);
    assert!(!answer.body.contains("kanarie"), "{}", answer.body);
}
