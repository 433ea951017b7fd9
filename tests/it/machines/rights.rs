//! What a machine account may: what two people gave it, and of that what its token carries.

use super::last;
use crate::api::{Machine, problem};
use crate::support::app::TestApp;
use crate::support::coupled::{Coupled, ask, enter, jwt, proof, tokens_in};
use crate::support::road;
use meldroute::app::AppError;
use meldroute::app::oversight::sign_checkpoint;
use meldroute::domain::machine::Scope;
use meldroute::ledger::checkpoint::Checkpoint;
use meldroute::ledger::merkle::{Proof, root_of, verify_consistency};
use meldroute::policy::Refusal;
use serde_json::{Value, json};

fn share(app: &TestApp, token: &str, key: &str) -> crate::support::client::Page {
    let headers = [("authorization", &*format!("Bearer {token}")), ("idempotency-key", key)];
    app.anonymous().json("POST", "/api/v1/signalen", &headers, Some(&json!({ "tekst": road::REPORT })))
}

#[test]
fn a_machine_shares_signals_for_people_and_the_log_has_its_number_and_the_day_only() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::ShareSignals]);
    let (access, _) = coupled.tokens(&app);
    let answer = share(&app, &access, "een-eigen-sleutel-1");
    assert_eq!(answer.status, 201, "{}", answer.body);
    let again = share(&app, &access, "een-eigen-sleutel-1");
    assert_eq!(again.json(), answer.json());
    let received = last(&app, "signal.received");
    assert_eq!(received["actor"], json!({ "koppeling": { "id": coupled.id } }));
    assert_eq!(received["bijzonderheden"]["scope"], "signalen_delen");
    for kind in ["signal.received", "signal.repeated", "machine.token_given"] {
        let event = last(&app, kind);
        assert_eq!(event["tijdstip"], "2026-11-24", "{event}");
        assert!(event.get("verzoek").is_none(), "{event}");
    }
    assert_eq!(app.member("mirte").get("/signalen").links("/signalen/").len(), 1);
    // With a receipt that its melder gave, it may ask nothing: that is another right.
    let receipt = answer.json()["ontvangstcode"].clone();
    let follow =
        |token: &str| ask(&app, token, "POST", "/api/v1/meldingen/_volg", Some(&json!({ "ontvangstcode": receipt })));
    assert_eq!(problem(&follow(&access), 403)["type"], "urn:meldroute:probleem:buiten-rechten");
    let follower = Coupled::with(&app, &[Scope::FollowReports]);
    let (access, _) = follower.tokens(&app);
    assert_eq!(follow(&access).status, 200);
    assert_eq!(last(&app, "status.followed")["actor"]["koppeling"]["id"], follower.id.to_string());
    app.assert_log_is_whole();
}

#[test]
fn a_right_that_was_not_given_is_refused_and_stands_in_the_log_with_the_machine() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (access, _) = coupled.tokens(&app);
    for key in ["een-eigen-sleutel-1", "een-eigen-sleutel-2"] {
        problem(&share(&app, &access, key), 403);
    }
    let bare = ask(&app, &access, "POST", "/api/v1/signalen", Some(&json!({ "tekst": road::REPORT })));
    problem(&bare, 403);
    let refused = app.inside().raw().events_of("access.refused");
    assert_eq!(refused.len(), 3);
    for event in refused {
        assert_eq!(event["actor"], json!({ "koppeling": { "id": coupled.id } }));
        assert_eq!(
            event["bijzonderheden"],
            json!({ "action": "submit", "why": "out_of_scope", "scope": "signalen_delen" })
        );
    }
    assert_eq!(app.inside().raw().count("signals"), 0);
}

#[test]
fn a_token_carries_what_was_asked_and_never_more_than_was_given() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof, Scope::ShareSignals]);
    let asked = |scopes: &Value| {
        let body = json!({ "bewering": coupled.signed(&coupled.claims(&app)), "rechten": scopes });
        app.anonymous().json("POST", "/api/v1/toegangsbewijzen", &[], Some(&body))
    };
    let answer = asked(&json!(["logboek_bewijs"]));
    assert_eq!(answer.json()["rechten"], json!(["logboek_bewijs"]));
    let (access, _) = tokens_in(&answer);
    problem(&proof(&app, &access), 404);
    problem(&share(&app, &access, "een-eigen-sleutel-1"), 403);
    let told = problem(&asked(&json!(["meldingen_volgen"])), 400);
    assert_eq!(crate::api::places(&told), ["/rechten"]);
    for wrong in [json!([]), json!(["alles"]), json!(["logboek_bewijs", "logboek_bewijs"])] {
        problem(&asked(&wrong), 400);
    }
    assert_eq!(enter(&app, &jwt(&json!({}), &json!({}), |_| Vec::new())).status, 400, "no signature is no assertion");
    assert_eq!(coupled.enter(&app).json()["rechten"], json!(["signalen_delen", "logboek_bewijs"]));
}

#[test]
fn a_token_that_counts_for_nothing_is_not_taken_for_none() {
    let app = TestApp::start();
    for header in ["Bearer onzin", "Basic eDp5", "", &Machine::of(&app, "mirte").header()] {
        let body = json!({ "tekst": road::REPORT });
        let answer = app.anonymous().json("POST", "/api/v1/signalen", &[("authorization", header)], Some(&body));
        problem(&answer, 401);
    }
    assert_eq!(app.inside().raw().count("signals"), 0);
}

#[test]
fn an_outsider_holds_the_log_against_the_checkpoints_it_fetched() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (access, _) = coupled.tokens(&app);
    problem(&proof(&app, &access), 404);
    let sign = || {
        let (op, whole) = (app.app.as_operator("test").unwrap(), app.app.prove_log().unwrap());
        sign_checkpoint(app.app.store(), &op, &app.app.keys().ledger, &whole).unwrap();
    };
    let key = app.app.keys().ledger.verifier();
    let fetch = |path: &str| ask(&app, &access, "GET", path, None);
    sign();
    let first = fetch("/api/v1/logboek/bewijs").json();
    assert!(first.get("bewijs").is_none());
    let first = Checkpoint::parse_and_verify(first["controlepunt"].as_str().unwrap(), &key).unwrap();
    road::received(&app, &[("tekst", road::REPORT)]);
    sign();
    let second = fetch(&format!("/api/v1/logboek/bewijs?vanaf={}", first.size)).json();
    let hashes: Vec<[u8; 32]> = second["bewijs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hash| data_encoding::HEXLOWER.decode(hash.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap())
        .collect();
    let second = Checkpoint::parse_and_verify(second["controlepunt"].as_str().unwrap(), &key).unwrap();
    let held = |older: &[u8; 32]| verify_consistency(first.size, second.size, older, &second.root, &hashes);
    assert_eq!(held(&first.root), Proof::Holds);
    assert_ne!(held(&root_of(&[[7; 32]])), Proof::Holds);
    for wrong in ["0", "-1", "x", "999999999", "1&vanaf=2"] {
        problem(&fetch(&format!("/api/v1/logboek/bewijs?vanaf={wrong}")), 400);
    }
    problem(&fetch("/api/v1/logboek/bewijs?tot=1"), 400);
    assert_eq!(last(&app, "checkpoint.read")["actor"]["koppeling"]["id"], coupled.id.to_string());
}

#[test]
fn a_machine_takes_an_administrator_and_a_privacy_officer_who_are_not_the_same() {
    let app = TestApp::start();
    let waits = Coupled::proposed(&app, &[Scope::LogProof]);
    problem(&waits.enter(&app), 401);
    for login in ["adam", "mirte", "fenna", "bea"] {
        let (op, session) = road::session(&app, login);
        let agreed = app.app.machine_agree(&op, &session, waits.id);
        assert!(
            matches!(agreed, Err(AppError::Refused(_, Refusal::NotFound | Refusal::OwnWork))),
            "{login}: {agreed:?}"
        );
    }
    let (op, session) = road::session(&app, "nadia");
    app.app.machine_agree(&op, &session, waits.id).unwrap();
    tokens_in(&waits.enter(&app));
    app.assert_log_is_whole();
}
