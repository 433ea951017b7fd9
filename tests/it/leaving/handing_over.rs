//! What waited for whoever left goes to somebody else, with its keys, and tells an administrator nothing.

use super::{disable, events, kept_by};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{
    REPORT, asked, enriching, following_up, member_id, run, seen, session, standing, towards_enriching, weighing,
};
use meldroute::domain::ids::{ActionId, SignalId};
use meldroute::domain::protocol::Protocol;
use meldroute::domain::role::Role;
use meldroute::domain::weighing::Assessment;
use meldroute::store::contents::sealed_keys_of_subject;
use meldroute::store::{StoreError, contents, decisions};

fn action_for(app: &TestApp, signal: SignalId, owner: &str) -> ActionId {
    let (op, _) = session(app, "mirte");
    let draft = serde_json::json!({"watTeDoen": "De vergunning nalopen.", "eigenaar": member_id(app, owner).to_string(),
        "uiterlijk": "2026-12-01"});
    run(app.app.add_action(&op, seen(app, signal), &serde_json::from_value(draft).unwrap())).unwrap()
}

#[test]
fn an_open_action_goes_to_somebody_else_with_its_keys_and_the_leaver_keeps_none() {
    let app = TestApp::start();
    let signal = following_up(&app, &[("tekst", REPORT)], "afdeling");
    let action = action_for(&app, signal, "bas");
    let page = format!("/acties/{action}");
    assert_eq!(app.member("bas").get(&page).status, 200);
    let old = kept_by(&app, "bas");
    disable(&app, "bas");

    let mut mirte = app.member("mirte");
    let work = mirte.get("/werk");
    assert!(work.body.contains("Over te dragen") && work.body.contains("Bas Proef"), "{}", work.body);
    let place = format!("/overdragen/actie/{action}");
    assert!(work.links("/overdragen/").contains(&place));
    let asked = mirte.get(&place);
    assert_eq!(mirte.submit(&asked, &place, &[]).wrong_fields(), ["wie"]);
    let to = member_id(&app, "bas").to_string();
    assert_eq!(mirte.submit(&asked, &place, &[("wie", &to)]).wrong_fields(), ["wie"], "not back to who left");
    let to = member_id(&app, "vera").to_string();
    assert_eq!(mirte.submit(&asked, &place, &[("wie", &to)]).location(), "/werk?klaar=overgedragen");

    assert_eq!(app.member("vera").get(&page).status, 200);
    assert!(app.member("vera").get("/werk").links("/acties/").contains(&page));
    assert!(!mirte.get("/werk").body.contains("Over te dragen"));
    assert_eq!(mirte.get(&place).status, 404, "it is nobody's to give on any more");
    let record = app.app.store().read::<_, StoreError>(|db| {
        let row = decisions::action_fetch(db, action)?.unwrap();
        let record = contents::record_fetch(db, row.record_id)?.unwrap();
        sealed_keys_of_subject(db, record.key_id)
    });
    let opens = record.unwrap().iter().filter(|row| old.open(&row.purpose(), &row.sealed).is_some()).count();
    assert_eq!(opens, 0);
    assert_eq!(events(&app, "work.handed_over"), 1);
    app.assert_log_is_whole();
}

#[test]
fn whoever_was_to_sign_along_is_replaced_and_the_other_signs_on_what_it_rests_on() {
    let app = TestApp::start();
    let id = weighing(&app, &[("tekst", REPORT)]);
    let (op, mirte) = session(&app, "mirte");
    let draft = towards_enriching(&Protocol::bundled().unwrap());
    let second = member_id(&app, "jelle").to_string();
    run(app.app.propose_weighing::<Assessment>(&op, &mirte, seen(&app, id), &draft, Some(&second))).unwrap();
    let old = kept_by(&app, "jelle");
    app.app.role_withdraw(&app.app.as_operator("test").unwrap(), "jelle", Role::Jurist).unwrap();

    let mut coordinator = app.member("mirte");
    let place = format!("/overdragen/beurt/{id}");
    let page = coordinator.get(&place);
    let own = member_id(&app, "mirte").to_string();
    assert_eq!(coordinator.submit(&page, &place, &[("wie", &own)]).wrong_fields(), ["wie"], "who wrote does not sign");
    let to = member_id(&app, "sanne").to_string();
    assert_eq!(coordinator.submit(&page, &place, &[("wie", &to)]).status, 303);
    assert_eq!(standing(&app, id).turn_of, Some(member_id(&app, "sanne")));
    assert_eq!(super::opened_of_kind(&app, &old, id, "report"), 0, "what was lent for the signature is taken back");
    assert_eq!(app.member("jelle").get(&format!("/signalen/{id}")).status, 404);
    let (op, sanne) = session(&app, "sanne");
    run(app.app.agree_weighing::<Assessment>(&op, &sanne, seen(&app, id))).unwrap();
    assert_eq!(standing(&app, id).waiting, "check1");
    app.assert_log_is_whole();
}

#[test]
fn an_open_question_of_whoever_left_is_shown_where_it_can_be_given_on() {
    let app = TestApp::start();
    let id = enriching(&app, &[("tekst", REPORT)]);
    let question = asked(&app, id);
    disable(&app, "vera");
    let mut mirte = app.member("mirte");
    let row = app.app.left_behind(&session(&app, "mirte").0).unwrap();
    assert_eq!(row.len(), 1);
    let place = format!("/signalen/{id}/bronvragen");
    assert!(mirte.get("/werk").links("/signalen/").contains(&place));
    let (op, own) = session(&app, "mirte");
    let to = Some(member_id(&app, "wim"));
    run(app.app.reassign_question(&op, &own, id, standing(&app, id).version, question, to)).unwrap();
    assert!(app.app.left_behind(&op).unwrap().is_empty());
    assert_eq!(app.member("wim").get(&format!("/bronvragen/{question}")).status, 200);
    app.assert_log_is_whole();
}

#[test]
fn only_whoever_leads_the_signal_sees_what_was_left_and_an_administrator_sees_numbers() {
    let app = TestApp::start();
    let signal = following_up(&app, &[("tekst", REPORT)], "afdeling");
    let reference = standing(&app, signal).reference.to_string();
    let action = action_for(&app, signal, "bas");
    let place = format!("/leden/{}/uitschakelen", member_id(&app, "bas"));
    for login in ["mirte", "nadia", "bas"] {
        assert_eq!(app.member(login).get(&place).status, 404, "{login}");
    }
    let mut adam = app.member("adam");
    assert!(adam.get("/leden").links("/leden/").contains(&place));
    let page = adam.get(&place);
    assert!(page.body.contains("één actie"), "{}", page.body);
    assert!(!page.body.contains(&reference) && !page.body.contains(&signal.to_string()));
    let own = format!("/leden/{}/uitschakelen", member_id(&app, "adam"));
    assert_eq!(adam.get(&own).status, 404, "nobody shuts themselves out");
    let mut bas = app.member("bas");
    assert_eq!(bas.get("/werk").status, 200);
    assert_eq!(adam.submit(&page, &place, &[]).location(), "/leden?klaar=uitgeschakeld");
    assert_eq!(bas.get("/werk").status, 303, "the session ended at once");

    let give_on = format!("/overdragen/actie/{action}");
    for login in ["sanne", "nadia", "ivo", "vera", "adam"] {
        let mut other = app.member(login);
        assert!(!other.get("/werk").body.contains("Over te dragen"), "{login}");
        assert_eq!(other.get(&give_on).status, 404, "{login}");
    }
    assert_eq!(app.member("mirte").get(&give_on).status, 200);
    app.assert_log_is_whole();
}

#[test]
fn what_lay_sealed_to_somebody_by_name_goes_when_they_leave_and_the_last_copy_stays() {
    for others in ["there", "gone"] {
        let app = TestApp::start();
        let signal = following_up(&app, &[("tekst", REPORT)], "afdeling");
        action_for(&app, signal, "bas");
        let mut raw = Raw::open(&app.database);
        let key = raw.id(&session(&app, "bas").1.actor.key.uuid().simple().to_string());
        let own = format!("holder = {key} AND subject_kind = 'record'");
        let subject = raw.rows_where("sealed_keys", &own)[0]["subject"].clone();
        if others == "gone" {
            let subject = raw.id(&subject);
            raw.run(&format!("DELETE FROM sealed_keys WHERE subject = {subject} AND holder <> {key}"));
        }
        disable(&app, "bas");
        let left = raw.rows_where("sealed_keys", &own).len();
        assert_eq!(left, usize::from(others == "gone"), "leaving destroys nothing");
    }
}
