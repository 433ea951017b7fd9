//! An invitation, a first sign-in, a colleague who lets in, a second person who agrees.

use super::{agree, events, invitation, invited, let_in, waits};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, member_id, received, session};
use data_encoding::HEXLOWER;
use meldroute::app::AppError;
use meldroute::app::joining::{Proof, ProofNeeded};
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::role::{Group, Reach, Role};
use meldroute::store::joinings::joining_fetch;
use meldroute::vault::MemberKeys;
use meldroute::vault::OsEntropy;
use meldroute::vault::joining::{CHECK_KIND, vouch};
use meldroute::vault::ring::KeyRing;
use meldroute::vault::seal::SealPurpose;

fn coordinator(login: &str) -> meldroute::app::setup::Invitation {
    invitation(login, Role::Coordinator, "")
}

#[test]
fn without_the_set_up_key_somebody_is_invited_let_in_agreed_to_and_reads_a_signal() {
    let app = TestApp::without_setup_key();
    let id = received(&app, &[("tekst", REPORT)]);
    let code = invited(&app, "mirte", coordinator("noor"));
    let seen = waits(&app, "noor", &code);
    assert_eq!(seen.by, [Role::Coordinator, Role::PrivacyOfficer]);
    let refused = app.app.sign_in(&app.app.as_anonymous().unwrap(), "noor", PASSWORD, SessionKind::Web);
    let Err(AppError::NotLetIn(again)) = refused else { panic!("not let in yet") };
    assert_eq!(*again, seen);
    assert!(matches!(agree(&app, "joost", "noor", Role::Coordinator, "", Reach::Start), Err(AppError::Invalid(_))));

    let_in(&app, "mirte", "noor", &Proof::Code).unwrap();
    assert!(session(&app, "noor").1.actor.roles.is_empty(), "letting in gives no role");
    assert_eq!(app.member("noor").get(&format!("/signalen/{id}")).status, 404);
    let own = agree(&app, "mirte", "noor", Role::Coordinator, "", Reach::Start);
    assert!(matches!(own, Err(AppError::Refused(..))), "whoever proposed does not agree: {own:?}");
    agree(&app, "joost", "noor", Role::Coordinator, "", Reach::Start).unwrap();

    let mut noor = app.member("noor");
    assert_eq!(noor.get("/signalen").links("/signalen/").len(), 1);
    assert!(app.app.ring(&session(&app, "noor").1).unwrap().ids().len() > 1, "with the group's key");
    assert_eq!(noor.get(&format!("/signalen/{id}")).status, 200);
    assert_eq!(events(&app, "member.let_in"), 1);
    app.assert_log_is_whole();
}

#[test]
fn who_may_not_invite_or_let_in_sees_nobody() {
    let app = TestApp::without_setup_key();
    for (by, role, source) in [
        ("sanne", Role::Coordinator, ""),
        ("vera", Role::Flexible, "vergunningen"),
        ("ivo", Role::Flexible, "vergunningen"),
        ("mirte", Role::Administrator, ""),
    ] {
        let (op, _) = session(&app, by);
        let refused = app.app.member_invite(&op, invitation("noor", role, source));
        assert!(matches!(refused, Err(AppError::Refused(..))), "{by} invites a {}", role.code());
    }
    let code = invited(&app, "mirte", coordinator("noor"));
    let absent = let_in(&app, "mirte", "noor", &Proof::Code);
    assert!(matches!(absent, Err(AppError::Refused(..))), "not before the first sign-in: {absent:?}");
    waits(&app, "noor", &code);
    for by in ["adam", "vera", "sanne", "fenna", "imke", "bea"] {
        assert!(matches!(let_in(&app, by, "noor", &Proof::Code), Err(AppError::Refused(..))), "{by}");
    }
    let code = invited(&app, "mirte", invitation("piet", Role::Flexible, "vergunningen"));
    waits(&app, "piet", &code);
    let_in(&app, "joost", "piet", &Proof::Code).unwrap();
    agree(&app, "nadia", "piet", Role::Flexible, "vergunningen", Reach::Start).unwrap();
    assert!(session(&app, "piet").1.actor.holds(Role::Flexible));
}

/// Puts other keys in the place of those the newcomer made, vouched for with the check key of the code, by a thief who has
/// the database and these keys. Gives whether the thief could open the check key.
pub(super) fn swap_vouched(app: &TestApp, login: &str, thief: &KeyRing) -> bool {
    let member = member_id(app, login);
    let row = app.app.store().read(|db| joining_fetch(db, member)).unwrap().unwrap();
    let holder = row.check_holder.unwrap().uuid();
    let purpose = SealPurpose { what: member.uuid(), holder, kind: CHECK_KIND, until: None };
    let Some(Ok(check)) = thief.open(&purpose, &row.check_sealed.unwrap()) else { return false };
    let publics = MemberKeys::generate(&mut OsEntropy).unwrap().publics().unwrap();
    let mac = vouch(&check, member.uuid(), &publics).unwrap();
    let mut raw = Raw::open(&app.database);
    let id = raw.id(&member.uuid().simple().to_string());
    let [exchange, signing, mac] =
        [publics.exchange.0, publics.signing.0, mac].map(|bytes| raw.blob(&HEXLOWER.encode(&bytes)));
    raw.run(&format!(
        "UPDATE joinings SET exchange = {exchange}, signing = {signing}, mac = {mac} WHERE member_id = {id}"
    ));
    true
}

/// What is needed to let somebody in, for this colleague.
pub(super) fn needed(app: &TestApp, by: &str, login: &str) -> ProofNeeded {
    let (op, session) = session(app, by);
    app.app.newcomer(&op, &session, member_id(app, login)).unwrap().proof
}

#[test]
fn a_code_whose_check_key_lies_under_a_key_that_a_leaver_knows_vouches_for_nothing() {
    let app = TestApp::without_setup_key();
    let code = invited(&app, "mirte", coordinator("noor"));
    let seen = waits(&app, "noor", &code);
    assert_eq!(needed(&app, "mirte", "noor"), ProofNeeded::Nothing);
    let thief = app.app.ring(&session(&app, "joost").1).unwrap();
    app.app.member_disable(&app.app.as_operator("test").unwrap(), "joost").unwrap();
    assert!(swap_vouched(&app, "noor", &thief), "the leaver knows the key");
    assert_eq!(needed(&app, "mirte", "noor"), ProofNeeded::Typed);
    let refused = let_in(&app, "mirte", "noor", &Proof::Code);
    assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
    let read_out = let_in(&app, "mirte", "noor", &Proof::Fingerprint(seen.fingerprint));
    assert!(matches!(read_out, Err(AppError::Invalid(_))), "{read_out:?}");
    let mut mirte = app.member("mirte");
    let page = mirte.get(&format!("/leden/{}/binnenlaten", member_id(&app, "noor")));
    assert!(page.status == 200 && page.body.contains("name=\"vingerafdruk\""), "{}", page.body);
}

/// Puts other keys in the place of those the newcomer made.
fn swap(app: &TestApp, login: &str) {
    let publics = MemberKeys::generate(&mut OsEntropy).unwrap().publics().unwrap();
    let mut raw = Raw::open(&app.database);
    let member = raw.id(&member_id(app, login).uuid().simple().to_string());
    let (exchange, signing) =
        (raw.blob(&HEXLOWER.encode(&publics.exchange.0)), raw.blob(&HEXLOWER.encode(&publics.signing.0)));
    raw.run(&format!("UPDATE joinings SET exchange = {exchange}, signing = {signing} WHERE member_id = {member}"));
}

#[test]
fn keys_that_were_swapped_in_the_database_are_not_let_in() {
    let app = TestApp::without_setup_key();
    let code = invited(&app, "mirte", coordinator("noor"));
    let seen = waits(&app, "noor", &code);
    swap(&app, "noor");
    // The newcomer reads the fingerprint of their own keys, whatever the database says.
    let again = app.app.sign_in(&app.app.as_anonymous().unwrap(), "noor", PASSWORD, SessionKind::Web);
    assert!(matches!(again, Err(AppError::NotLetIn(waits)) if waits.fingerprint == seen.fingerprint));
    for proof in [Proof::Code, Proof::Fingerprint(seen.fingerprint.clone())] {
        let before = events(&app, "access.failed");
        let refused = let_in(&app, "mirte", "noor", &proof);
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{proof:?}: {refused:?}");
        assert_eq!(events(&app, "access.failed"), before + 1, "{proof:?} stands in the log");
    }
    assert_eq!(events(&app, "member.let_in"), 0);
}

#[test]
fn a_code_made_by_administration_vouches_for_nothing_and_the_fingerprint_is_typed() {
    let app = TestApp::without_setup_key();
    let codes = [
        invited(&app, "adam", coordinator("noor")),
        app.app.member_add(&app.app.as_operator("test").unwrap(), coordinator("piet")).unwrap().code.expose().clone(),
    ];
    for (login, code) in ["noor", "piet"].into_iter().zip(codes) {
        let seen = waits(&app, login, &code);
        assert!(matches!(let_in(&app, "mirte", login, &Proof::Code), Err(AppError::Invalid(_))), "{login}");
        let wrong = Proof::Fingerprint("000 000 000 000 000 000".to_owned());
        assert!(matches!(let_in(&app, "mirte", login, &wrong), Err(AppError::Invalid(_))), "{login}");
        let_in(&app, "mirte", login, &Proof::Fingerprint(seen.fingerprint.to_lowercase())).unwrap();
        agree(&app, "mirte", login, Role::Coordinator, "", Reach::Start).unwrap();
        assert!(session(&app, login).1.actor.holds(Role::Coordinator), "{login}");
    }
    app.assert_log_is_whole();
}

#[test]
fn who_reads_from_today_gets_a_new_key_of_the_group_and_none_of_before() {
    let app = TestApp::without_setup_key();
    let before = app.app.group_holder(Group::Coordinators).unwrap().key;
    let code = invited(&app, "mirte", coordinator("noor"));
    waits(&app, "noor", &code);
    let_in(&app, "mirte", "noor", &Proof::Code).unwrap();
    agree(&app, "joost", "noor", Role::Coordinator, "", Reach::Today).unwrap();
    let now = app.beside().app.group_holder(Group::Coordinators).unwrap().key;
    assert_ne!(now, before);
    let ring = |login: &str| app.app.ring(&session(&app, login).1).unwrap().ids();
    assert!(ring("noor").contains(&now.uuid()) && !ring("noor").contains(&before.uuid()));
    for login in ["mirte", "joost"] {
        assert!(ring(login).contains(&now.uuid()) && ring(login).contains(&before.uuid()), "{login}");
    }
    let recovery = app.app.recovery_holder().unwrap().key;
    let mut raw = Raw::open(&app.database);
    let (subject, holder) = (now.uuid().simple().to_string(), recovery.uuid().simple().to_string());
    let (subject, holder) = (raw.id(&subject), raw.id(&holder));
    let copies = raw.rows_where("sealed_keys", &format!("subject = {subject} AND holder = {holder}"));
    assert_eq!(copies.len(), 1, "the paper key opens it, too");

    // Somebody who reads from the start gets both.
    let code = invited(&app, "joost", coordinator("piet"));
    waits(&app, "piet", &code);
    let_in(&app, "joost", "piet", &Proof::Code).unwrap();
    agree(&app, "nadia", "piet", Role::Coordinator, "", Reach::Start).unwrap();
    drop(session(&app, "joost"));
    assert!(ring("piet").contains(&now.uuid()) && ring("piet").contains(&before.uuid()));
    let id = received(&app, &[("tekst", REPORT)]);
    for login in ["noor", "piet", "mirte"] {
        assert_eq!(app.member(login).get(&format!("/signalen/{id}")).status, 200, "{login}");
    }
    app.assert_log_is_whole();
}

#[test]
fn who_agrees_without_the_groups_key_leaves_the_new_one_to_a_member_of_the_group() {
    let app = TestApp::without_setup_key();
    let before = app.app.group_holder(Group::Coordinators).unwrap().key;
    let code = invited(&app, "mirte", coordinator("noor"));
    waits(&app, "noor", &code);
    let_in(&app, "nadia", "noor", &Proof::Fingerprint(fingerprint_of(&app, "noor"))).unwrap();
    agree(&app, "nadia", "noor", Role::Coordinator, "", Reach::Today).unwrap();
    assert_eq!(app.app.ring(&session(&app, "noor").1).unwrap().ids().len(), 1);
    drop(session(&app, "joost"));
    let now = app.app.group_holder(Group::Coordinators).unwrap().key;
    let ring = app.app.ring(&session(&app, "noor").1).unwrap().ids();
    assert!(now != before && ring.contains(&now.uuid()) && !ring.contains(&before.uuid()));
}

/// What the newcomer reads out.
fn fingerprint_of(app: &TestApp, login: &str) -> String {
    match app.app.sign_in(&app.app.as_anonymous().unwrap(), login, PASSWORD, SessionKind::Web) {
        Err(AppError::NotLetIn(waits)) => waits.fingerprint,
        _ => panic!("{login} does not wait"),
    }
}
