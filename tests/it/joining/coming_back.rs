//! A lost password: nobody learns one, and what was theirs comes back as far as somebody can open it.

use super::coming_in::{needed, swap_vouched};
use super::{agree, events, let_in, waits};
use crate::sign_in::Phone;
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::road::{REPORT, asked, enriching, member_id, received, session};
use meldroute::app::AppError;
use meldroute::app::joining::{Proof, ProofNeeded};
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::role::{Reach, Role};

fn restored(app: &TestApp, by: &str, login: &str) -> Result<String, AppError> {
    let (op, _) = session(app, by);
    app.app.access_restore(&op, member_id(app, login)).map(|code| code.code.expose().clone())
}

#[test]
fn a_colleague_restores_access_and_everything_of_before_ends_at_once() {
    let app = TestApp::without_setup_key();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut open = app.member("joost");
    let (token, old) = app.app.sign_in(&app.app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Api).unwrap();
    let code = restored(&app, "mirte", "joost").unwrap();
    assert_eq!(open.get("/werk").status, 303, "the session of before ended");
    assert!(app.app.session(&token, SessionKind::Api).unwrap().is_none());
    let refused = app.app.sign_in(&app.app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Web);
    assert!(matches!(refused, Err(AppError::SignInFailed)));
    assert!(app.app.member_holder(member_id(&app, "joost")).unwrap().is_none());
    assert!(app.app.trusted().unwrap().key(old.actor.key.uuid()).is_some(), "what it signed stays checkable");

    waits(&app, "joost", &code);
    let_in(&app, "mirte", "joost", &Proof::Code).unwrap();
    assert!(session(&app, "joost").1.actor.roles.is_empty());
    let own = agree(&app, "mirte", "joost", Role::Coordinator, "", Reach::Start);
    assert!(matches!(own, Err(AppError::Refused(..))), "whoever restored access does not agree: {own:?}");
    agree(&app, "nadia", "joost", Role::Coordinator, "", Reach::Start).unwrap();
    drop(session(&app, "mirte"));
    let joost = session(&app, "joost").1;
    assert_ne!(joost.actor.key, old.actor.key);
    assert_eq!(app.member("joost").get(&format!("/signalen/{id}")).status, 200);
    assert_eq!(events(&app, "member.reset"), 1);
    app.assert_log_is_whole();
}

/// Whoever stole a password has every key that came with it, and perhaps the database, too.
#[test]
fn the_code_for_coming_back_is_checked_with_nothing_that_the_lost_password_opens() {
    let app = TestApp::without_setup_key();
    let thief = app.app.ring(&session(&app, "joost").1).unwrap();
    let code = restored(&app, "mirte", "joost").unwrap();
    waits(&app, "joost", &code);
    assert!(!swap_vouched(&app, "joost", &thief), "the thief makes keys that the code seems to vouch for");
    assert_eq!(needed(&app, "mirte", "joost"), ProofNeeded::Nothing);
    assert_eq!(needed(&app, "nadia", "joost"), ProofNeeded::Typed, "only whoever restored access checks the code");
    let operator = app.app.as_operator("test").unwrap();
    let mirte = session(&app, "mirte").1;
    app.app.member_disable(&operator, "mirte").unwrap();
    let left = app.app.ring(&mirte).unwrap();
    assert!(swap_vouched(&app, "joost", &left), "whoever restored access could");
    assert_eq!(needed(&app, "nadia", "joost"), ProofNeeded::Typed);
}

/// A factor is sealed under the keys of before: whoever comes back adds one anew, and the old one is nobody's.
#[test]
fn whoever_comes_back_has_no_second_factor_of_before_and_adds_one_anew() {
    let app = TestApp::start();
    let lost = Phone::added_by(&app, "joost");
    let refused = app.app.sign_in(&app.app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Api);
    assert!(matches!(refused, Err(AppError::FactorNeeded)), "joost shows a second factor");
    let code = restored(&app, "mirte", "joost").unwrap();
    waits(&app, "joost", &code);
    let_in(&app, "mirte", "joost", &Proof::Code).unwrap();
    drop(session(&app, "joost"));
    let found = Phone::added_by(&app, "joost");
    assert_ne!(found.codes, lost.codes);
    assert_eq!(found.sign_in(&app, "joost").get("/werk").status, 200);
    app.assert_log_is_whole();
}

#[test]
fn only_who_shares_a_group_restores_access_and_an_administrator_where_no_group_is() {
    let app = TestApp::without_setup_key();
    for (by, login) in [
        ("adam", "joost"),
        ("sanne", "joost"),
        ("nadia", "joost"),
        ("joost", "joost"),
        ("mirte", "vera"),
        ("vera", "wim"),
    ] {
        let refused = restored(&app, by, login);
        assert!(matches!(refused, Err(AppError::Refused(..))), "{by} restores {login}");
    }
    assert!(app.app.sign_in(&app.app.as_anonymous().unwrap(), "joost", PASSWORD, SessionKind::Web).is_ok());
    let code = restored(&app, "adam", "vera").unwrap();
    let seen = waits(&app, "vera", &code);
    assert!(matches!(let_in(&app, "adam", "vera", &Proof::Code), Err(AppError::Refused(..))));
    let_in(&app, "mirte", "vera", &Proof::Fingerprint(seen.fingerprint)).unwrap();
    agree(&app, "nadia", "vera", Role::Flexible, "vergunningen", Reach::Start).unwrap();
    assert!(session(&app, "vera").1.actor.holds(Role::Flexible));
}

#[test]
fn what_was_sealed_to_somebody_comes_back_when_a_colleague_who_can_open_it_signs_in() {
    let app = TestApp::without_setup_key();
    let signal = enriching(&app, &[("tekst", REPORT)]);
    let question = asked(&app, signal);
    let page = format!("/bronvragen/{question}");
    assert_eq!(app.member("vera").get(&page).status, 200);
    let code = restored(&app, "adam", "vera").unwrap();
    let seen = waits(&app, "vera", &code);
    let_in(&app, "mirte", "vera", &Proof::Fingerprint(seen.fingerprint)).unwrap();
    assert_eq!(app.app.not_given_back(member_id(&app, "vera")).unwrap(), 1);
    agree(&app, "nadia", "vera", Role::Flexible, "vergunningen", Reach::Start).unwrap();
    drop(session(&app, "mirte"));
    assert_eq!(app.app.not_given_back(member_id(&app, "vera")).unwrap(), 0);
    assert!(app.member("vera").get("/werk").links("/bronvragen/").contains(&page), "the work stayed theirs");
    assert_eq!(app.member("vera").get(&page).status, 200);
    app.assert_log_is_whole();
}
