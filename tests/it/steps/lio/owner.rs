//! Whoever does what was decided: the decision on their list, the page where they read it, and when that ends.

use super::*;
use crate::api::{Machine, problem};
use crate::support::road::{received, run, seen, session};
use meldroute::domain::decision::DecisionDraft;
use meldroute::domain::exclusion::ExclusionDraft;
use meldroute::ledger::event::Event;
use meldroute::store::{decisions, log, signals};

const WHY: &str = "De vergunning klopt niet.";
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

/// A case file that this member leads.
fn case_file(app: &TestApp, owner: &str) -> DecisionDraft {
    let owner = member_id(app, owner);
    let json =
        format!(r#"{{"besluit": "CAS", "waarom": "{WHY}", "wieDoetHet": "{owner}", "uiterlijk": "2027-02-01"}}"#);
    serde_json::from_str(&json).unwrap()
}

/// The LIO decided, and this member is to do it.
fn decided(app: &TestApp, id: SignalId, owner: &str) {
    published(app, id, &[("vera", &["1"])]);
    let (op, mirte) = session(app, "mirte");
    run(app.app.decide(&op, &mirte, seen(app, id), &case_file(app, owner))).unwrap();
    assert_eq!(standing(app, id).stage.code(), "opvolgen");
}

fn signed_urgently(app: &TestApp, id: SignalId, draft: &DecisionDraft, between: impl FnOnce()) {
    let (op, mirte) = session(app, "mirte");
    run(app.app.urgent_propose(&op, &mirte, seen(app, id), draft)).unwrap();
    between();
    for login in ["mirte", "sanne", "bea"] {
        let (op, who) = session(app, login);
        run(app.app.urgent_sign(&op, &who, seen(app, id))).unwrap();
    }
}

/// A decision in haste that ends the signal.
fn ended() -> DecisionDraft {
    serde_json::from_str(r#"{"besluit": "NIB", "waarom": "Te oud.", "reden": "te_oud"}"#).unwrap()
}

/// Nothing of this signal reaches this member any more.
fn shut_out(app: &TestApp, id: SignalId, login: &str) {
    let who = format!("lid:{}", member_id(app, login));
    let draft = ExclusionDraft { who: Some(who) };
    let (op, mirte) = session(app, "mirte");
    run(app.app.exclude_reader(&op, &mirte, seen(app, id), &draft)).unwrap();
}

fn on_the_list(app: &TestApp, login: &str) -> Vec<String> {
    app.member(login).get("/werk").links("/besluiten/")
}

/// The address of the decision, from the database.
fn address(app: &TestApp, id: SignalId) -> String {
    let row = app.app.store().read(|db| decisions::decision_list(db, id)).unwrap().remove(0);
    format!("/besluiten/{}", row.id)
}

/// How many were given the right to read a decision of this signal.
fn given(app: &TestApp, id: SignalId) -> usize {
    let all = app.app.store().read(|db| signals::grant_list(db, id)).unwrap();
    all.iter().filter(|grant| grant.what == "decision").count()
}

/// For these people the decision is what does not exist, to the last byte, on the page and through the API.
fn absent_for(app: &TestApp, logins: &[&str], address: &str) {
    for login in logins {
        let mut member = app.member(login);
        let (there, nowhere) = (member.get(address), member.get(&format!("/besluiten/{NOWHERE}")));
        assert_eq!((there.status, &there.body), (404, &nowhere.body), "{login}");
        let machine = Machine::of(app, login);
        let (there, nowhere) =
            (machine.get(&format!("/api/v1{address}")), machine.get(&format!("/api/v1/besluiten/{NOWHERE}")));
        problem(&there, 404);
        assert_eq!(there.body, nowhere.body, "{login}");
    }
}

#[test]
fn whoever_is_to_do_what_was_decided_finds_it_on_their_list_and_reads_the_decision_and_nothing_else() {
    let (app, id) = start();
    decided(&app, id, "bram");
    let mut bram = app.member("bram");
    let work = bram.get("/werk");
    assert!(work.body.contains("Besluit uitvoeren") && work.body.contains("1 feb"), "{}", work.body);
    let place = address(&app, id);
    assert_eq!(work.links("/besluiten/"), [place.as_str()]);
    let disclosed = || app.app.store().read(|db| log::log_of_kinds(db, &["content.disclosed"])).unwrap();
    let before = disclosed().len();
    let page = bram.get(&place);
    assert_eq!(page.status, 200, "{}", page.body);
    let reference = standing(&app, id).reference.to_string();
    for shown in [WHY, "Dossier met regie", "Bram Proef", "1 februari 2027", "Mirte Proef", reference.as_str()] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    for hidden in ["nooit klanten", "Proefstraat", "Winkelpand"] {
        assert!(!page.body.contains(hidden), "{hidden} reached the owner");
    }
    let after = disclosed();
    assert_eq!(after.len(), before + 1, "one disclosure");
    let (index, read) = Event::parse(&after.last().unwrap().body).unwrap();
    assert_eq!(read.fields, ["decision.besluit"]);
    assert_eq!((read.role.as_deref(), read.details["act"].as_str()), (Some("burgerzaken"), "read_decision"));
    assert_eq!(read.purpose.as_deref(), Some("uitvoering_maatregel"));
    assert!(page.body.contains(&format!("regel {index}")), "{}", page.body);
    for closed in [format!("/signalen/{id}"), format!("/signalen/{id}/opvolging")] {
        assert_eq!(bram.get(&closed).status, 404, "{closed}");
    }
    app.assert_log_is_whole();
}

#[test]
fn a_machine_finds_and_reads_the_decision_of_its_member() {
    let (app, id) = start();
    decided(&app, id, "bram");
    let bram = Machine::of(&app, "bram");
    let tasks = bram.get("/api/v1/taken").json();
    let task = tasks["taken"].as_array().unwrap().iter().find(|task| task["soort"] == "besluit").unwrap();
    assert_eq!((task["termijnDatum"].as_str(), task["beurt"].as_str()), (Some("2027-02-01"), Some("u")));
    let read = bram.get(&format!("/api/v1/besluiten/{}", task["id"].as_str().unwrap()));
    assert_eq!(read.status, 200, "{}", read.body);
    let body = read.json();
    assert_eq!((&body["kenmerk"], &body["id"]), (&task["kenmerk"], &task["id"]));
    assert_eq!((body["besluit"]["besluit"].as_str(), body["besluit"]["waarom"].as_str()), (Some("CAS"), Some(WHY)));
    assert_eq!(
        (body["uiterlijkDatum"].as_str(), body["genomenDatum"].as_str()),
        (Some("2027-02-01"), Some("2026-11-24"))
    );
    assert_eq!(
        (body["aanspreekpunt"].as_str(), body["inzage"]["doel"].as_str()),
        (Some("Mirte Proef"), Some("uitvoering_maatregel"))
    );
    assert!(!read.body.contains("nooit klanten"));
}

#[test]
fn for_everybody_else_the_decision_does_not_exist_and_those_who_lead_read_it_where_they_follow_up() {
    let (app, id) = start();
    decided(&app, id, "bram");
    absent_for(
        &app,
        &["mirte", "joost", "sanne", "nadia", "vera", "evert", "bea", "adam", "fenna"],
        &address(&app, id),
    );
    assert!(app.member("joost").get(&format!("/signalen/{id}/opvolging")).body.contains(WHY));
    assert_eq!(on_the_list(&app, "mirte"), Vec::<String>::new());
}

#[test]
fn once_the_signal_is_closed_there_is_nothing_to_carry_out_any_more() {
    let (app, id) = start();
    decided(&app, id, "bram");
    let mut mirte = app.member("mirte");
    for (page, typed) in
        [("bericht", vec![("status", "opgepakt")]), ("afsluiten", vec![("maatregel", "nee"), ("noemtNiemand", "ja")])]
    {
        let place = format!("/signalen/{id}/{page}");
        assert_eq!((given(&app, id), on_the_list(&app, "bram").len()), (1, 1), "before {page}");
        let form = mirte.get(&place);
        let sent = mirte.submit(&form, &place, &typed);
        assert_eq!(sent.status, 303, "{page}: {}", sent.body);
    }
    assert_eq!(standing(&app, id).stage.code(), "afgesloten");
    assert_eq!((given(&app, id), on_the_list(&app, "bram").len()), (0, 0));
    absent_for(&app, &["bram"], &address(&app, id));
    app.assert_log_is_whole();
}

#[test]
fn an_urgent_decision_comes_to_its_owner_with_the_third_signature() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    signed_urgently(&app, id, &case_file(&app, "vera"), || {
        assert_eq!((given(&app, id), on_the_list(&app, "vera").len()), (0, 0), "nothing was decided yet");
        absent_for(&app, &["vera"], &address(&app, id));
    });
    assert_eq!(on_the_list(&app, "vera"), [address(&app, id)]);
    let page = app.member("vera").get(&address(&app, id));
    assert!(page.body.contains(WHY) && page.body.contains("Mirte Proef"), "{}", page.body);
    assert!(!page.body.contains("nooit klanten"));
    absent_for(&app, &["wim", "sanne", "bea", "nadia"], &address(&app, id));
    app.assert_log_is_whole();
}

#[test]
fn a_decision_that_ends_the_signal_ends_what_was_to_be_carried_out_before() {
    let (app, id) = start();
    decided(&app, id, "bram");
    let place = address(&app, id);
    signed_urgently(&app, id, &ended(), || assert_eq!(on_the_list(&app, "bram"), [place.as_str()]));
    assert_eq!(standing(&app, id).stage.code(), "afgesloten");
    assert_eq!((given(&app, id), on_the_list(&app, "bram").len()), (0, 0));
    absent_for(&app, &["bram"], &place);
}

#[test]
fn whoever_is_shut_out_reads_no_decision_of_before_and_gets_none_after() {
    let (app, id) = start();
    decided(&app, id, "bram");
    shut_out(&app, id, "bram");
    assert_eq!((given(&app, id), on_the_list(&app, "bram").len()), (0, 0));
    absent_for(&app, &["bram"], &address(&app, id));

    let second = received(&app, &[("tekst", "Er liggen vaten.")]);
    signed_urgently(&app, second, &case_file(&app, "bram"), || shut_out(&app, second, "bram"));
    assert_eq!(standing(&app, second).stage.code(), "opvolgen");
    assert_eq!((given(&app, second), on_the_list(&app, "bram").len()), (0, 0));
    absent_for(&app, &["bram"], &address(&app, second));
    app.assert_log_is_whole();
}
