//! Privacycheck 2A: the verdict.

use super::*;
use meldroute::app::acts::{Act, Signed};
use meldroute::domain::workflow::StepEvent;
use meldroute::ledger::event::Event;
use meldroute::store::{checks, log};
use meldroute::vault::statement::Owner;

#[test]
fn every_participant_needs_a_verdict_and_all_that_is_missing_is_said_at_once() {
    let (app, id) = start();
    let people: [(&str, &[&str]); 3] = [("bram", &["1", "2"]), ("sanne", &["1"]), ("vera", &["2"])];
    let check = proposed(&app, id, &proposal(&app, &people));
    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    let typed = [
        (about(&app, "bram", "oordeel"), "versmallen".to_owned()),
        (about(&app, "bram", "feiten"), "1".to_owned()),
        (about(&app, "bram", "feiten"), "2".to_owned()),
        (about(&app, "vera", "oordeel"), "weigeren".to_owned()),
    ];
    let sent = nadia.submit(&page, &check, &borrowed(&typed));
    assert_eq!(sent.status, 400);
    for sentence in [
        "Bram Proef: kies minder gegevens dan zijn voorgesteld",
        "Bram Proef: schrijf waarom u versmalt",
        "maak hier een keuze",
        "Vera Proef: schrijf waarom u weigert",
    ] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("4 punten kloppen nog niet") && sent.body.contains("value=\"versmallen\" checked"));
    assert_eq!(standing(&app, id).waiting, "check2a_decide");
}

#[test]
fn with_everything_refused_the_item_returns_to_the_coordinator() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    let refused = [
        (about(&app, "bram", "oordeel"), "weigeren".to_owned()),
        (about(&app, "bram", "waarom"), "Niet nodig voor deze vraag.".to_owned()),
    ];
    judged(&app, &check, &refused);
    assert_eq!(standing(&app, id).waiting, "check2a");
    let mut mirte = app.member("mirte");
    let page = mirte.get(&publish_page(id));
    assert_eq!(page.status, 409);
    assert!(page.body.contains("Privacycheck 2A is nog niet vrijgegeven."), "{}", page.body);
    cleared(&app, id, &[("vera", &["1"])]);
    assert_eq!(standing(&app, id).waiting, "publish");
}

#[test]
fn the_second_privacy_officer_learns_what_was_decided_and_signs_nothing() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    let mut ruben = app.member("ruben");
    let page = ruben.get(&check);
    assert_eq!(page.status, 200, "the deputy has the same page");
    let clear = [(about(&app, "bram", "oordeel"), "vrijgeven".to_owned())];
    judged(&app, &check, &clear);
    let late = ruben.submit(&page, &check, &borrowed(&clear));
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Er is niets ondertekend.") || late.body.contains("niet ondertekend"), "{}", late.body);
    assert!(late.body.contains("Nadia Proef"), "who judged it stands beside it");
    let events = app.app.store().read(|db| log::log_of_kinds(db, &["check2a.decided"])).unwrap();
    assert_eq!(events.len(), 1);
}

#[test]
fn a_proposal_that_was_replaced_can_no_longer_be_judged() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    let other = proposed(&app, id, &proposal(&app, &[("vera", &["1"])]));
    assert_ne!(other, check);
    let late = nadia.submit(&page, &check, &[(&about(&app, "bram", "oordeel"), "vrijgeven")]);
    assert_eq!(late.status, 409);
    assert_eq!(standing(&app, id).waiting, "check2a_decide");
}

#[test]
fn a_privacy_check_is_for_the_privacy_officers_and_does_not_exist_for_others() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&app, &[("bram", &["1"]), ("sanne", &["1"])]));
    let absent = "/privacychecks/00000000-0000-4000-8000-000000000000";
    for other in ["mirte", "sanne", "bram", "vera", "adam", "fenna", "bea"] {
        let mut member = app.member(other);
        let (seen, missing) = (member.get(&check), member.get(absent));
        assert_eq!((seen.status, missing.status), (404, 404), "{other}");
        assert_eq!(seen.body, missing.body, "{other}");
    }
}

#[test]
fn a_verdict_is_signed_with_the_privacy_officers_own_key() {
    let (app, id) = start();
    cleared(&app, id, &[("bram", &["1"])]);
    let row = app.app.store().read(|db| checks::check_list(db, id)).unwrap().into_iter().find(|c| c.kind == "2A");
    let events = app.app.store().read(|db| log::log_of_kinds(db, &["check2a.decided"])).unwrap();
    let (_, event) = Event::parse(&events[0].body).unwrap();
    let words = data_encoding::HEXLOWER.decode(event.details["words"].as_bytes()).unwrap();
    let act = |outcome: &str| Act {
        step: StepEvent::DecideCheck2a,
        signal: id,
        outcome: outcome.to_owned(),
        words: words.clone().try_into().unwrap(),
    };
    let signature = row.unwrap().signature.unwrap();
    let key = |login| {
        let owner = Owner::Member(member_id(&app, login).uuid());
        app.app.trusted().unwrap().current(&owner).unwrap().signing.unwrap()
    };
    assert_eq!(act("cleared").is_signed_by(&key("nadia"), &signature), Signed::Yes);
    assert_eq!(act("refused").is_signed_by(&key("nadia"), &signature), Signed::No);
    assert_eq!(act("cleared").is_signed_by(&key("ruben"), &signature), Signed::No);
}
