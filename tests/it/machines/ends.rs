//! What ends ends at once, on every node; and by itself when its time has come.

use super::refusals;
use crate::api::problem;
use crate::support::app::TestApp;
use crate::support::coupled::{Coupled, LAST_DAY, proof, renew, tokens_in};
use crate::support::road;
use meldroute::app::AppError;
use meldroute::domain::machine::Scope;
use serde_json::json;

#[test]
fn a_machine_that_was_ended_is_refused_at_once_on_every_node_and_for_ever() {
    let app = TestApp::start();
    let other = app.beside();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (access, refresh) = coupled.tokens(&app);
    problem(&proof(&other, &access), 404);
    app.app.machine_end(&road::session(&app, "nadia").0, coupled.id).unwrap();
    for node in [&app, &other] {
        problem(&proof(node, &access), 401);
        problem(&renew(node, &refresh), 401);
        problem(&coupled.enter(node), 401);
    }
    let (op, session) = road::session(&app, "nadia");
    assert!(matches!(app.app.machine_agree(&op, &session, coupled.id), Err(AppError::Invalid(_))));
    assert!(matches!(app.app.machine_end(&op, coupled.id), Err(AppError::Invalid(_))));
    let refused = super::last(&app, "machine.refused");
    assert_eq!(refused["object"]["id"], coupled.id.to_string());
    assert_eq!(refused["bijzonderheden"]["why"], "ended");
    app.assert_log_is_whole();
}

#[test]
fn a_token_that_was_revoked_ends_with_its_family_on_every_node() {
    let app = TestApp::start();
    let other = app.beside();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (access, refresh) = coupled.tokens(&app);
    let (another, _) = coupled.tokens(&app);
    let revoke = || {
        let body = json!({ "vernieuwingsbewijs": refresh });
        app.anonymous().json("POST", "/api/v1/toegangsbewijzen/_beeindig", &[], Some(&body)).status
    };
    assert_eq!(revoke(), 204);
    problem(&proof(&other, &access), 401);
    problem(&renew(&other, &refresh), 401);
    problem(&proof(&other, &another), 404);
    assert_eq!(super::last(&app, "machine.family_ended")["bijzonderheden"]["why"], "revoked");
    assert_eq!(revoke(), 204, "what has ended is as good as ended");
}

#[test]
fn an_access_token_lives_ten_minutes_and_its_family_until_the_end_of_the_next_day() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let answer = coupled.enter(&app);
    assert_eq!(answer.json()["geldigTot"], "2026-11-24T08:10:00.000Z");
    let (access, mut refresh) = tokens_in(&answer);
    app.clock.advance_seconds(599);
    problem(&proof(&app, &access), 404);
    app.clock.advance_seconds(1);
    problem(&proof(&app, &access), 401);
    refresh = tokens_in(&renew(&app, &refresh)).1;
    // Wednesday 25 November, 23:59 in Amsterdam.
    app.clock.advance_seconds(39 * 3600 - 600 - 60);
    let (last, refresh) = tokens_in(&renew(&app, &refresh));
    app.clock.advance_seconds(60);
    problem(&proof(&app, &last), 401);
    problem(&renew(&app, &refresh), 401);
    assert_eq!(refusals(&app), ["family_expired", "family_expired"]);
    road::run(app.app.round()).unwrap();
    let mut raw = app.inside().raw();
    assert_eq!((raw.count("machine_families"), raw.count("machine_assertions")), (0, 0));
}

#[test]
fn a_machine_works_through_its_last_day_and_no_longer() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let days = LAST_DAY.parse::<meldroute::domain::time::Day>().unwrap().days_since(app.app.now().day());
    // 31 March 2027, 23:55 in Amsterdam, where summer time has begun.
    app.clock.advance_seconds(days * 86_400 + (13 * 3600 + 55 * 60));
    let (access, refresh) = coupled.tokens(&app);
    problem(&proof(&app, &access), 404);
    app.clock.advance_seconds(300);
    problem(&proof(&app, &access), 401);
    problem(&renew(&app, &refresh), 401);
    problem(&coupled.enter(&app), 401);
    assert_eq!(refusals(&app), ["expired", "expired", "expired"]);
}
