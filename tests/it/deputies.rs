//! A deputy for some days: before the first and after the last the role does not count, the days are what the log says, and
//! other days take a second person.

use crate::joining::{agree, invitation};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, member_id, received, session};
use meldroute::app::AppError;
use meldroute::app::members::RoleOf;
use meldroute::app::setup::RoleGiven;
use meldroute::app::trust::group_owner;
use meldroute::domain::ids::SignalId;
use meldroute::domain::role::{Group, Reach, Role, RoleDates, Seat};
use meldroute::ledger::report::Verdict;
use meldroute::store::contents::sealed_keys_of_signal;
use meldroute::vault::ring::KeyRing;

/// The first moment of 1 December in Amsterdam, and the last.
const FIRST: &str = "2026-11-30T23:00:00Z";
const BEFORE: &str = "2026-11-30T22:59:59Z";
/// The last moment of 3 December in Amsterdam, and the first of the next day.
const LAST: &str = "2026-12-03T22:59:59Z";
const AFTER: &str = "2026-12-03T23:00:00Z";

const DAYS: &str = "2026-12-01/2026-12-03";

fn given(role: Role, days: &str) -> RoleGiven {
    RoleGiven { role, seat: Seat::Deputy, source: String::new(), dates: days.parse().unwrap() }
}

fn propose(app: &TestApp, login: &str, role: Role, days: &str) -> Result<(), AppError> {
    app.app.role_propose(&app.app.as_operator("test").unwrap(), login, &given(role, days)).map(|_| ())
}

/// Vera stands in for the coordinator on these days.
fn stands_in(app: &TestApp, days: &str) {
    propose(app, "vera", Role::Coordinator, days).unwrap();
    agree(app, "mirte", "vera", Role::Coordinator, "", Reach::Start).unwrap();
}

fn at(app: &TestApp, moment: &str) {
    app.clock.set(moment.parse().unwrap());
}

fn coordinates(app: &TestApp) -> bool {
    let proven = app.app.proven_members(Role::Coordinator).unwrap();
    let counts = session(app, "vera").1.actor.holds(Role::Coordinator);
    assert_eq!(proven.iter().any(|(member, _)| member.login == "vera"), counts, "sealing and policy say the same");
    counts
}

fn round(app: &TestApp) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(app.app.round()).unwrap();
}

fn epoch(app: &TestApp) -> u32 {
    app.app.reload_trust().unwrap().current(&group_owner(Group::Coordinators)).unwrap().epoch
}

fn opens(app: &TestApp, ring: &KeyRing, signal: SignalId) -> bool {
    let copies = app.app.store().read(|db| sealed_keys_of_signal(db, signal)).unwrap();
    copies.iter().any(|row| ring.open(&row.purpose(), &row.sealed).is_some_and(|key| key.is_ok()))
}

fn events(app: &TestApp, kind: &str) -> usize {
    Raw::open(&app.database).events_of(kind).len()
}

fn wrong(done: Result<(), AppError>) -> String {
    match done {
        Err(AppError::Invalid(errors)) => {
            errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deputy_counts_from_the_first_day_to_the_last_and_reads_nothing_outside_them() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let page = format!("/signalen/{id}");
    stands_in(&app, DAYS);
    for moment in ["2026-11-24T08:00:00Z", BEFORE] {
        at(&app, moment);
        drop(session(&app, "mirte"));
        assert!(!coordinates(&app), "{moment}");
        assert!(!opens(&app, &app.app.ring(&session(&app, "vera").1).unwrap(), id), "no key comes before the day");
        let mut vera = app.member("vera");
        assert_eq!(vera.get(&page).status, 404, "{moment}");
        let mine = vera.get("/mijn-aanmelding").body;
        let said =
            "U vervangt als coördinator van dinsdag 1 december tot en met donderdag 3 december. De rol telt nog niet.";
        assert!(mine.contains(said), "{mine}");
    }
    for moment in [FIRST, LAST] {
        at(&app, moment);
        drop(session(&app, "mirte"));
        assert!(coordinates(&app), "{moment}");
        round(&app);
        let mut vera = app.member("vera");
        assert_eq!(vera.get(&page).status, 200, "{moment}");
        assert!(!vera.get("/mijn-aanmelding").body.contains("telt nog niet"));
    }
    let list = app.member("mirte").get("/leden").body;
    assert!(list.contains("vervangt van dinsdag 1 december tot en met donderdag 3 december"), "{list}");
    at(&app, AFTER);
    assert!(!coordinates(&app), "before any round");
    assert_eq!(app.member("vera").get(&page).status, 404);
    assert!(!app.member("vera").get("/mijn-aanmelding").body.contains("U vervangt"));
    app.assert_log_is_whole();
}

#[test]
fn a_session_that_was_open_on_the_last_day_reads_nothing_after_it() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    stands_in(&app, DAYS);
    at(&app, LAST);
    drop(session(&app, "mirte"));
    let mut vera = app.member("vera");
    assert_eq!(vera.get(&format!("/signalen/{id}")).status, 200);
    at(&app, AFTER);
    assert_eq!(vera.get(&format!("/signalen/{id}")).status, 404);
}

#[test]
fn a_round_after_the_last_day_ends_the_role_and_the_next_session_makes_a_new_key() {
    let app = TestApp::start();
    stands_in(&app, DAYS);
    at(&app, FIRST);
    drop(session(&app, "mirte"));
    let kept = app.app.ring(&session(&app, "vera").1).unwrap();
    let before = received(&app, &[("tekst", REPORT)]);
    assert!(opens(&app, &kept, before));
    at(&app, LAST);
    round(&app);
    assert_eq!((events(&app, "role.ended"), epoch(&app)), (0, 1));
    at(&app, AFTER);
    round(&app);
    round(&app);
    assert_eq!((events(&app, "role.ended"), epoch(&app)), (1, 1), "once, and the service makes no key");
    drop(session(&app, "vera"));
    assert_eq!(epoch(&app), 1, "nor does whoever left");
    let mut mirte = app.member("mirte");
    assert_eq!(epoch(&app), 2);
    mirte.get("/werk");
    let after = received(&app, &[("tekst", REPORT)]);
    for signal in [before, after] {
        assert!(!opens(&app, &kept, signal), "what is stored now lies under the new key");
        assert_eq!(mirte.get(&format!("/signalen/{signal}")).status, 200);
    }
    assert!(!mirte.get("/leden").body.contains("vervangt van"));
    assert_eq!(Raw::open(&app.database).rows_where("member_roles", "last_on IS NOT NULL").len(), 0);
    app.assert_log_is_whole();
    // As any role that was taken away, it can be given again.
    stands_in(&app, "2026-12-04/2026-12-05");
    drop(session(&app, "mirte"));
    assert!(coordinates(&app));
}

#[test]
fn other_days_written_in_the_row_prove_nothing_and_the_proof_names_the_row() {
    let app = TestApp::start();
    stands_in(&app, DAYS);
    for (row, moment) in [
        ("last_on = '2027-12-31'", AFTER),
        ("first_on = '2026-11-01'", BEFORE),
        ("first_on = NULL, last_on = NULL", BEFORE),
    ] {
        let mut raw = Raw::open(&app.database);
        let by_hand = |raw: &mut Raw, set: &str| {
            raw.run(&format!("UPDATE member_roles SET {set} WHERE role = 'coordinator' AND state = 'agreed'"));
        };
        at(&app, moment);
        by_hand(&mut raw, row);
        assert!(!coordinates(&app), "{row}");
        let proof = app.inside().prove(&[]);
        assert_eq!(proof.verdict(), Verdict::Broken);
        assert!(proof.to_string().contains("De rij members/"), "{proof}");
        by_hand(&mut raw, "first_on = '2026-12-01', last_on = '2026-12-03'");
        app.assert_log_is_whole();
    }
    at(&app, FIRST);
    assert!(coordinates(&app));
}

#[test]
fn days_of_a_proposal_that_were_changed_by_hand_cannot_be_agreed_to() {
    let app = TestApp::start();
    propose(&app, "vera", Role::Coordinator, DAYS).unwrap();
    let page = format!("/rollen/{}/coordinator", member_id(&app, "vera"));
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page);
    assert!(form.body.contains("van dinsdag 1 december tot en met donderdag 3 december"), "{}", form.body);
    Raw::open(&app.database).run("UPDATE member_roles SET last_on = '2036-12-03' WHERE state = 'proposed'");
    assert_eq!(mirte.get(&page).status, 404);
    let fields = [("daad", "akkoord"), ("vanaf", "begin")];
    assert_ne!(mirte.submit(&form, &page, &fields).status, 303);
    Raw::open(&app.database).run("UPDATE member_roles SET last_on = '2026-12-03' WHERE state = 'proposed'");
    assert_eq!(mirte.submit(&form, &page, &fields).status, 303);
    let agreed = Raw::open(&app.database).events_of("role.agreed");
    assert_eq!(agreed[0]["bijzonderheden"]["days"], DAYS);
}

#[test]
fn other_days_are_a_new_proposal_that_waits_for_a_second_person() {
    let app = TestApp::start();
    stands_in(&app, DAYS);
    at(&app, FIRST);
    assert!(wrong(propose(&app, "vera", Role::Coordinator, "2026-12-02/2026-12-09")).contains("niet later beginnen"));
    propose(&app, "vera", Role::Coordinator, "/2026-12-09").unwrap();
    assert!(wrong(propose(&app, "vera", Role::Coordinator, "/2026-12-08")).contains("al voorgesteld"));
    assert!(coordinates(&app), "the days before go on");
    let refused = agree(&app, "vera", "vera", Role::Coordinator, "", Reach::Start);
    assert!(refused.is_err(), "never one's own");
    let page = format!("/rollen/{}/coordinator", member_id(&app, "vera"));
    let form = app.member("joost").get(&page);
    for said in ["tot en met woensdag 9 december", "nu van dinsdag 1 december tot en met donderdag 3 december"] {
        assert!(form.body.contains(said), "{said}: {}", form.body);
    }
    at(&app, AFTER);
    assert!(!coordinates(&app), "nobody agreed");
    round(&app);
    agree(&app, "mirte", "vera", Role::Coordinator, "", Reach::Start).unwrap();
    assert!(coordinates(&app), "the proposal outlived the end of the days before");
    at(&app, "2026-12-09T22:59:59Z");
    assert!(coordinates(&app));
    at(&app, "2026-12-09T23:00:00Z");
    assert!(!coordinates(&app));
    app.assert_log_is_whole();
}

#[test]
fn days_that_are_made_longer_in_time_leave_no_gap_and_ask_no_new_key() {
    let app = TestApp::start();
    stands_in(&app, DAYS);
    at(&app, FIRST);
    drop(session(&app, "mirte"));
    let kept = app.app.ring(&session(&app, "vera").1).unwrap();
    propose(&app, "vera", Role::Coordinator, "/2026-12-09").unwrap();
    agree(&app, "mirte", "vera", Role::Coordinator, "", Reach::Today).unwrap();
    at(&app, AFTER);
    round(&app);
    drop(session(&app, "mirte"));
    assert!(coordinates(&app));
    assert_eq!((events(&app, "role.ended"), epoch(&app)), (0, 1));
    at(&app, "2026-12-09T23:00:00Z");
    round(&app);
    drop(session(&app, "mirte"));
    // Whoever agreed to the longer days said "from today", but the older keys are known all the same.
    let signal = received(&app, &[("tekst", REPORT)]);
    assert!(!opens(&app, &kept, signal));
    app.assert_log_is_whole();
}

#[test]
fn what_a_deputy_agreed_to_on_their_days_stays_and_afterwards_they_agree_to_nothing() {
    let app = TestApp::start();
    stands_in(&app, DAYS);
    at(&app, FIRST);
    let operator = app.app.as_operator("test").unwrap();
    app.app.role_propose(&operator, "bram", &given(Role::Coordinator, "")).unwrap();
    agree(&app, "vera", "bram", Role::Coordinator, "", Reach::Start).unwrap();
    propose(&app, "bibi", Role::Coordinator, "").unwrap();
    at(&app, AFTER);
    round(&app);
    let holds = |login: &str| session(&app, login).1.actor.holds(Role::Coordinator);
    assert!(holds("bram"));
    let (op, vera) = session(&app, "vera");
    let wanted = RoleOf { member: member_id(&app, "bibi"), role: Role::Coordinator, source: String::new() };
    assert!(app.app.role_agree(&op, &vera, &wanted, Reach::Start).is_err());
    assert!(!holds("bibi"));
}

#[test]
fn a_proposal_that_took_the_place_of_the_one_that_was_shown_is_not_agreed_to() {
    let app = TestApp::start();
    propose(&app, "vera", Role::Coordinator, DAYS).unwrap();
    let page = format!("/rollen/{}/coordinator", member_id(&app, "vera"));
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page);
    app.app.role_withdraw(&app.app.as_operator("test").unwrap(), "vera", Role::Coordinator).unwrap();
    propose(&app, "vera", Role::Coordinator, "2026-12-01/2036-12-03").unwrap();
    let sent = mirte.submit(&form, &page, &[("daad", "akkoord"), ("vanaf", "begin")]);
    assert_eq!((sent.status, events(&app, "role.agreed")), (400, 0), "{}", sent.body);
}

#[test]
fn days_are_asked_on_the_invitation_for_deputies_only_and_in_order() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let form = mirte.get("/leden/nieuw");
    let mut send = |seat: &str, first: &str, last: &str| {
        let fields = [
            ("naam", "Noor Proef"),
            ("aanmeldnaam", "noor"),
            ("rol", "coordinator"),
            ("plaats", seat),
            ("eersteDag", first),
            ("laatsteDag", last),
        ];
        mirte.submit(&form, "/leden/nieuw", &fields)
    };
    for (seat, first, last, field) in [
        ("vast", "2026-12-01", "", "eersteDag"),
        ("plaatsvervanger", "1 december", "", "eersteDag"),
        ("plaatsvervanger", "2026-12-03", "2026-12-01", "laatsteDag"),
        ("plaatsvervanger", "", "2026-11-23", "laatsteDag"),
    ] {
        let sent = send(seat, first, last);
        assert_eq!((sent.status, sent.wrong_fields()), (400, vec![field.to_owned()]), "{first} {last}");
    }
    assert_eq!(send("plaatsvervanger", "2026-12-01", "2026-12-03").status, 200);
    let list = mirte.get("/leden").body;
    assert!(list.contains("vervangt van dinsdag 1 december tot en met donderdag 3 december"), "{list}");
    let dated = RoleGiven { dates: RoleDates { first: None, last: None }, ..given(Role::Coordinator, DAYS) };
    assert_eq!(dated, invitation("noor", Role::Coordinator, "").roles[0], "no days is always");
    let invited = Raw::open(&app.database).events_of("member.invited").pop().unwrap();
    assert_eq!(invited["bijzonderheden"]["role.coordinator"], format!("plaatsvervanger:{DAYS}"));
}
