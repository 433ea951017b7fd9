//! The decision of the LIO: what it asks, where it leads, who can read it.

use super::*;
use crate::support::road::{run, seen, session, settled};
use meldroute::app::acts::{Act, Signed};
use meldroute::app::decision::DECISION;
use meldroute::app::keyring::holder_ids;
use meldroute::domain::decision::DecisionDraft;
use meldroute::domain::ids::KeyId;
use meldroute::domain::role::{Group, Role};
use meldroute::domain::weighing::{Confirmation, ConfirmationDraft};
use meldroute::domain::workflow::StepEvent;
use meldroute::store::{agenda, contents, decisions};
use meldroute::vault::statement::Owner;
use std::collections::BTreeSet;

fn decided(app: &TestApp, id: SignalId, json: &str) {
    let draft: DecisionDraft = serde_json::from_str(json).unwrap();
    let (op, mirte) = session(app, "mirte");
    run(app.app.decide(&op, &mirte, seen(app, id), &draft)).unwrap();
}

#[test]
fn each_decision_leads_where_the_table_says() {
    let app = TestApp::start();
    let cases = [
        (r#"{"besluit": "NIB", "waarom": "Te oud.", "reden": "te_oud"}"#, "afgesloten", "", Some("2027-11-24")),
        (r#"{"besluit": "MON", "waarom": "Later.", "totDatum": "2027-03-01"}"#, "monitoren", "monitoring", None),
        (r#"{"besluit": "VRK", "waarom": "Meer weten."}"#, "verrijken", "check1", None),
        (
            r#"{"besluit": "CAS", "waarom": "Regie.", "wieDoetHet": "Mirte", "uiterlijk": "2027-02-01"}"#,
            "opvolgen",
            "follow_up",
            None,
        ),
    ];
    for (number, (json, stage, waiting, kept)) in cases.into_iter().enumerate() {
        let text = format!("Signaal nummer {number}: {REPORT}");
        let id = deciding(&app, &[("tekst", &text)]);
        published(&app, id, &[("bram", &["1"])]);
        decided(&app, id, json);
        let row = standing(&app, id);
        assert_eq!((row.stage.code(), row.waiting.as_str()), (stage, waiting), "{json}");
        assert_eq!(row.kept_until.map(|day| day.to_string()).as_deref(), kept, "{json}");
        let items = app.app.store().read(|db| agenda::item_list(db, id)).unwrap();
        assert_eq!(items[0].state, "decided", "{json}");
    }
}

#[test]
fn all_mistakes_of_a_decision_come_together_and_nothing_is_lost() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"])]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&decide_page(id));
    assert!(page.body.contains("Derde exploitant in een jaar"), "the facts stand beside the form");
    let sent = mirte.submit(&page, &decide_page(id), &[("besluit", "BST"), ("uiterlijk", "gisteren")]);
    assert_eq!(sent.status, 400);
    for sentence in ["Schrijf waarom", "Kies de bevoegdheid", "Vul in wie het doet", "Schrijf een datum"] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("value=\"BST\" checked") && sent.body.contains("value=\"gisteren\""));
    assert_eq!(standing(&app, id).waiting, "decision");
}

#[test]
fn a_decision_waits_for_privacycheck_2a() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&decide_page(id));
    assert_eq!(page.status, 409);
    assert!(page.body.contains("Privacycheck 2A is nog niet vrijgegeven."), "{}", page.body);
    let draft: DecisionDraft = serde_json::from_str(r#"{"besluit": "VRK", "waarom": "Meer weten."}"#).unwrap();
    let (op, session) = session(&app, "mirte");
    assert!(run(app.app.decide(&op, &session, seen(&app, id), &draft)).is_err());
    assert_eq!(standing(&app, id).stage.code(), "besluiten");
}

#[test]
fn whoever_comes_second_is_told_and_keeps_their_decision() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"])]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&decide_page(id));
    let mut joost = app.member("joost");
    let other = joost.get(&propose_page(id));
    assert_eq!(joost.submit(&other, &propose_page(id), &borrowed(&proposal(&app, &[("vera", &["1"])]))).status, 303);
    let sent = mirte.submit(&page, &decide_page(id), &[("besluit", "VRK"), ("waarom", "Mijn eigen reden.")]);
    // The item was taken back: nothing is cleared any more, and what was typed is not signed.
    assert_eq!(sent.status, 409);
    assert_eq!(standing(&app, id).waiting, "check2a_decide");
}

#[test]
fn a_decision_is_signed_by_the_chair_and_sealed_to_those_who_need_it() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"]), ("vera", &["1"])]);
    let owner = member_id(&app, "bram");
    let decision =
        format!(r#"{{"besluit": "CAS", "waarom": "Regie.", "wieDoetHet": "{owner}", "uiterlijk": "2027-02-01"}}"#);
    decided(&app, id, &decision);
    let row = app.app.store().read(|db| decisions::decision_list(db, id)).unwrap().remove(0);
    assert_eq!((row.owner_id, row.owner_name.as_deref(), row.state.as_str()), (Some(owner), None, "taken"));
    let signed = app.app.store().read(|db| decisions::signature_list(db, row.id)).unwrap().remove(0);
    assert_eq!((signed.role, signed.member_id), (Role::Coordinator, member_id(&app, "mirte")));

    let (op, mirte) = session(&app, "mirte");
    let opened = run(app.app.open_signal(&op, &mirte, id, &["decision"])).unwrap();
    let record = opened.record_of(row.id.uuid()).unwrap();
    let words = opened.disclosed.bytes(record.id, DECISION).unwrap();
    let act = Act::on(StepEvent::Decide, id, "CAS", words);
    let chair = Owner::Member(member_id(&app, "mirte").uuid());
    let key = app.app.trusted().unwrap().current(&chair).unwrap().signing.unwrap();
    assert_eq!(act.is_signed_by(&key, &signed.signature), Signed::Yes);

    let copies = app.app.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id)).unwrap();
    let holders: BTreeSet<KeyId> = copies.into_iter().map(|copy| copy.holder).collect();
    let group = |group| app.app.group_holder(group).unwrap().key;
    let owners_key = app.app.member_holder(owner).unwrap().unwrap().key;
    assert_eq!(holders, BTreeSet::from([group(Group::Coordinators), group(Group::Jurists), owners_key]));
}

#[test]
fn whoever_was_shut_out_cannot_be_named_as_the_one_who_does_it_nor_read_the_decision() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "jurist")];
    let id = deciding(&app, &fields);
    published(&app, id, &[("bram", &["1"])]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&decide_page(id));
    assert!(!page.body.contains("Sanne Proef"), "{}", page.body);
    let sanne = member_id(&app, "sanne").to_string();
    let decision = [("besluit", "CAS"), ("waarom", "Regie."), ("wieDoetHet", &*sanne), ("uiterlijk", "1-2-2027")];
    let sent = mirte.submit(&page, &decide_page(id), &decision);
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Deze persoon kan dit niet doen"), "{}", sent.body);
    decided(&app, id, r#"{"besluit": "CAS", "waarom": "Regie.", "wieDoetHet": "Iemand", "uiterlijk": "2027-02-01"}"#);
    let jurists = app.app.group_holder(Group::Jurists).unwrap().key;
    let record = app.app.store().read(|db| contents::record_list(db, id, "decision")).unwrap().remove(0);
    let copies = app.app.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id)).unwrap();
    assert!(copies.iter().all(|copy| copy.holder != jurists));
}

#[test]
fn participants_read_on_after_the_decision_until_the_window_closes_but_not_when_the_signal_ended() {
    let app = TestApp::start();
    for (json, status) in [
        (r#"{"besluit": "CAS", "waarom": "a", "wieDoetHet": "M", "uiterlijk": "2027-02-01"}"#, 200),
        (r#"{"besluit": "NIB", "waarom": "a", "reden": "te_oud"}"#, 404),
    ] {
        let id = deciding(&app, &[("tekst", &format!("{status} {REPORT}"))]);
        published(&app, id, &[("bram", &["1"])]);
        decided(&app, id, json);
        let item = app.app.store().read(|db| agenda::item_list(db, id)).unwrap().remove(0).id;
        days_later(&app, 37);
        assert_eq!(app.member("bram").get(&format!("/lio/{item}")).status, status, "{json}");
        days_later(&app, -37);
    }
}

#[test]
fn what_was_given_to_sign_an_urgent_proposal_goes_back_when_the_lio_decides_and_a_second_signer_reads_on() {
    let app = TestApp::start();
    let id = settled(&app, &[("tekst", REPORT)]);
    let confirmed = r#"{"bevestigd": "ja", "waarom": "Er is een hit.", "voorstel": "lio"}"#;
    let confirmed: ConfirmationDraft = serde_json::from_str(confirmed).unwrap();
    let (op, mirte) = session(&app, "mirte");
    let second = member_id(&app, "sanne").to_string();
    run(app.app.propose_weighing::<Confirmation>(&op, &mirte, seen(&app, id), &confirmed, Some(&second))).unwrap();
    let (op, sanne) = session(&app, "sanne");
    run(app.app.agree_weighing::<Confirmation>(&op, &sanne, seen(&app, id))).unwrap();
    published(&app, id, &[("bram", &["1"])]);
    let urgent = r#"{"besluit": "NIB", "waarom": "Te oud.", "reden": "te_oud"}"#;
    let (op, mirte) = session(&app, "mirte");
    run(app.app.urgent_propose(&op, &mirte, seen(&app, id), &serde_json::from_str(urgent).unwrap())).unwrap();

    let kinds: &[&str] = &["report", "decision"];
    let held = |login: &str| -> Vec<String> {
        let (op, who) = session(&app, login);
        let holders = holder_ids(&app.app.ring(&who).unwrap());
        let rows = app.app.store().read(|db| contents::records_openable(db, id, kinds, &holders, op.at)).unwrap();
        let mut kinds: Vec<String> = rows.into_iter().map(|row| row.kind).collect();
        kinds.sort();
        kinds
    };
    let signal = format!("/signalen/{id}");
    for login in ["sanne", "jelle", "bea"] {
        assert_eq!(held(login), ["decision", "report"], "{login} may sign");
        assert_eq!(app.member(login).get(&signal).status, 200, "{login}");
    }
    decided(&app, id, r#"{"besluit": "MON", "waarom": "Later.", "totDatum": "2027-03-01"}"#);
    // The jurists, as a group, hold what was really decided.
    assert_eq!(held("sanne"), ["decision", "report"], "she signed weging 4, and reads on");
    assert_eq!(held("jelle"), ["decision"]);
    assert!(held("bea").is_empty());
    for (login, status) in [("sanne", 200), ("jelle", 404), ("bea", 404)] {
        assert_eq!(app.member(login).get(&signal).status, status, "{login}");
    }
    app.assert_log_is_whole();
}
