//! Whoever owns the database and drops its triggers can change what they like, and is named.

use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::received;
use meldroute::app::oversight::first_finding;
use meldroute::ledger::report::Verdict;

/// A municipality with two signals, one of them read.
fn start() -> TestApp {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", "Vaten achter de loods."), ("plaats", "Proefstraat")]);
    received(&app, &[("tekst", "Elke nacht busjes."), ("plaats", "Demodorp")]);
    assert_eq!(app.member("mirte").get(&format!("/signalen/{id}")).status, 200);
    assert_eq!(app.app.prove_log().unwrap().verdict(), Verdict::Whole, "whole before anybody touched it");
    app
}

/// Changes the database by hand and gives what the verifier says first.
fn named(change: impl FnOnce(&mut Raw)) -> String {
    let app = start();
    let mut raw = Raw::open(&app.database);
    raw.unlock_log();
    change(&mut raw);
    let proof = app.app.prove_log().unwrap();
    assert_eq!(proof.verdict(), Verdict::Broken, "{proof}");
    first_finding(&proof).unwrap_or_else(|| panic!("nothing was named: {proof}"))
}

#[test]
fn a_changed_entry_is_named() {
    let found = named(|raw| {
        let body = raw.rows_where("events", "idx = 3").remove(0)["body"].clone();
        let flipped = format!("{}00", &body[..body.len() - 2]);
        let literal = raw.blob(&flipped);
        raw.run(&format!("UPDATE events SET body = {literal} WHERE idx = 3"));
    });
    assert!(found.contains("regel 3"), "{found}");
}

#[test]
fn a_dropped_entry_is_named() {
    let found = named(|raw| raw.run("DELETE FROM events WHERE idx = 5"));
    assert!(found.contains("regel 5"), "{found}");
}

#[test]
fn two_swapped_entries_are_named() {
    let found = named(|raw| {
        raw.run("UPDATE events SET idx = -1 WHERE idx = 4");
        raw.run("UPDATE events SET idx = 4 WHERE idx = 6");
        raw.run("UPDATE events SET idx = 6 WHERE idx = -1");
    });
    assert!(found.contains("regel 4"), "{found}");
}

#[test]
fn a_dropped_tail_is_named() {
    let found = named(|raw| raw.run("DELETE FROM events WHERE idx = (SELECT MAX(idx) FROM events)"));
    assert!(found.contains("regel") || found.contains("kop"), "{found}");
}

#[test]
fn a_text_put_in_the_place_of_another_is_named() {
    named(|raw| {
        let texts = raw.rows_where("contents", "field = 'tekst'");
        let (one, other) = (&texts[0], &texts[1]);
        let (sealed, record) = (raw.blob(&other["sealed"]), raw.id(&one["record_id"]));
        raw.run(&format!("UPDATE contents SET sealed = {sealed} WHERE record_id = {record} AND field = 'tekst'"));
    });
}

#[test]
fn a_sealed_key_that_was_changed_or_taken_away_is_named() {
    named(|raw| {
        let key = raw.rows_where("sealed_keys", "subject_kind = 'record'").remove(0);
        let (sealed, id) = (raw.blob(&format!("00{}", &key["sealed"][2..])), raw.id(&key["id"]));
        raw.run(&format!("UPDATE sealed_keys SET sealed = {sealed} WHERE id = {id}"));
    });
    named(|raw| {
        let id = raw.rows_where("sealed_keys", "subject_kind = 'record'").remove(0)["id"].clone();
        let id = raw.id(&id);
        raw.run(&format!("DELETE FROM sealed_keys WHERE id = {id}"));
    });
}

#[test]
fn a_signal_moved_by_hand_is_named() {
    named(|raw| raw.run("UPDATE signals SET stage = 'afgesloten'"));
}

#[test]
fn an_index_column_that_says_something_else_than_its_entry_is_named() {
    named(|raw| raw.run("UPDATE events SET kind = 'status.followed' WHERE kind = 'content.disclosed'"));
}

#[test]
fn a_swapped_public_key_is_named_and_stops_intake_instead_of_misdirecting_it() {
    let app = start();
    let mut raw = Raw::open(&app.database);
    let mine = raw.blob(&"07".repeat(32));
    raw.run(&format!("UPDATE public_keys SET exchange = {mine} WHERE owner_kind = 'group'"));
    assert_eq!(app.app.prove_log().unwrap().verdict(), Verdict::Broken);
    let before = raw.count("signals");
    let page = app.anonymous().report_page(&[("tekst", "Dit mag niemand anders lezen.")]);
    assert_eq!(page.status, 503, "{}", page.body);
    assert_eq!(raw.count("signals"), before, "nothing was sealed to the wrong key");
}
