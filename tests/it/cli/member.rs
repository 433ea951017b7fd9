//! Accounts after the ceremony.

use crate::support::people::PASSWORD;
use crate::support::served::Installation;
use meldroute::app::enrolment::Enrolled;
use meldroute::app::joining::Proof;
use meldroute::app::keyring::Session;
use meldroute::app::members::RoleOf;
use meldroute::app::sign_in::SessionKind;
use meldroute::app::{App, AppError};
use meldroute::domain::role::{Group, Reach, Role};
use meldroute::store::members::member_by_login;

pub(super) fn code_in(out: &str) -> &str {
    out.split_once("Eenmalige code: ").unwrap().1.lines().next().unwrap()
}

pub(super) fn session(app: &App, login: &str) -> Session {
    app.sign_in(&app.as_anonymous().unwrap(), login, PASSWORD, SessionKind::Web).unwrap().1
}

pub(super) fn agree(app: &App, login: &str, wanted: &RoleOf) -> Result<(), AppError> {
    let session = session(app, login);
    let op = app.as_member(session.actor.clone()).unwrap();
    app.role_agree(&op, &session, wanted, Reach::Start)
}

pub(super) fn id_of(app: &App, login: &str) -> meldroute::domain::ids::MemberId {
    app.store().read(|db| member_by_login(db, login)).unwrap().unwrap().id
}

#[test]
fn a_role_with_content_counts_only_after_a_second_person_agreed() {
    let place = Installation::new();
    let out = place
        .run(&["member", "add", "pieter", "--name", "Pieter Proef", "--role", "coordinator:plaatsvervanger"])
        .well();
    let app = place.app();
    let enrolled = app.enrol(&app.as_anonymous().unwrap(), "pieter", code_in(&out), PASSWORD).unwrap();
    let Enrolled::Waits(waits) = enrolled else { panic!("a code from the command line vouches for nothing") };
    assert!(place.run(&["member", "list"]).well().contains("wacht op binnenlaten"));
    let mirte = session(&app, "mirte");
    let op = app.as_member(mirte.actor.clone()).unwrap();
    app.let_in(&op, &mirte, id_of(&app, "pieter"), &Proof::Fingerprint(waits.fingerprint)).unwrap();
    assert!(
        place.run(&["member", "list"]).well().contains("coördinator, plaatsvervanger, wacht op een tweede persoon")
    );
    assert!(session(&app, "pieter").actor.roles.is_empty());
    assert_eq!(app.ring(&session(&app, "pieter")).unwrap().ids().len(), 1);

    let wanted = RoleOf { member: id_of(&app, "pieter"), role: Role::Coordinator, source: String::new() };
    for login in ["pieter", "adam", "bas"] {
        assert!(matches!(agree(&app, login, &wanted), Err(AppError::Refused(..))), "{login}");
    }
    agree(&app, "mirte", &wanted).unwrap();
    assert!(matches!(agree(&app, "joost", &wanted), Err(AppError::Invalid(_))));

    let pieter = session(&app, "pieter");
    assert!(pieter.actor.holds(Role::Coordinator));
    let key = app.group_holder(Group::Coordinators).unwrap().key;
    assert!(app.ring(&pieter).unwrap().ids().contains(&key.uuid()), "the group's key was passed on");
    let agreed = place.look_inside().raw().events_of("role.agreed");
    assert_eq!(agreed.len(), 1);
    assert!(agreed[0]["handtekening"].is_string(), "{}", agreed[0]);
    place.look_inside().assert_log_is_whole();
}

#[test]
fn administration_needs_no_second_person_and_never_joins_content() {
    let place = Installation::new();
    place.run(&["member", "add", "ada", "--name", "Ada Proef", "--role", "beheerder"]).well();
    assert!(!place.run(&["member", "list"]).well().contains("wacht op een tweede persoon"));
    place
        .run(&["member", "role", "ada", "coordinator"])
        .badly(2, &["Een beheerder leest geen inhoud", "Er is niets veranderd."]);
    place.run(&["member", "role", "nadia", "coordinator"]).badly(2, &["gaan niet samen"]);
    place.run(&["member", "role", "mirte", "bronhouder"]).badly(2, &["hoort een bron"]);
    place.run(&["member", "role", "mirte", "coordinator"]).badly(2, &["heeft de rol coördinator al"]);
    place.run(&["member", "role", "niemand", "fg"]).badly(2, &["niemand met de aanmeldnaam"]);
    place.run(&["member", "add", "mirte", "--name", "M", "--role", "fg"]).badly(2, &["bestaat al"]);
    place.run(&["member", "add", "Ada!", "--name", " ", "--role", "fg"]).badly(2, &["kleine letters", "Vul hier"]);
}

#[test]
fn a_role_that_is_withdrawn_takes_its_key_along() {
    let place = Installation::new();
    let app = place.app();
    let key = app.group_holder(Group::Jurists).unwrap().key.uuid();
    assert!(app.ring(&session(&app, "jelle")).unwrap().ids().contains(&key));
    place.run(&["member", "role", "jelle", "--withdraw", "jurist"]).well();
    let jelle = session(&app, "jelle");
    assert!(!jelle.actor.holds(Role::Jurist));
    assert!(!app.ring(&jelle).unwrap().ids().contains(&key));
    place.run(&["member", "role", "jelle", "--withdraw", "jurist"]).badly(2, &["heeft de rol jurist niet"]);
    place.look_inside().assert_log_is_whole();
}

#[test]
fn a_disabled_account_signs_in_no_more_and_its_key_is_retired() {
    let place = Installation::new();
    let app = place.app();
    let (token, _) = app.sign_in(&app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Web).unwrap();
    assert!(app.session(&token, SessionKind::Web).unwrap().is_some());
    let id = id_of(&app, "joost");
    assert!(app.member_holder(id).unwrap().is_some());

    place.run(&["member", "disable", "joost"]).well();
    assert!(app.session(&token, SessionKind::Web).unwrap().is_none());
    let refused = app.sign_in(&app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Web);
    assert!(matches!(refused, Err(AppError::SignInFailed)));
    app.reload_trust().unwrap();
    assert!(app.member_holder(id).unwrap().is_none(), "nothing is sealed to the key any more");
    assert!(place.run(&["member", "list"]).well().contains("uitgeschakeld"));
    place.run(&["member", "disable", "joost"]).badly(2, &["al uitgeschakeld"]);
    assert!(place.run(&["audit", "verify"]).well().contains("elk hun verklaring"));
}
