//! Somebody who owns the database gives themselves rights and roles: none of them opens anything, and no key goes to
//! whoever the log does not name.

use super::{Crime, STORY, hex, scene};
use crate::support::app::TestApp;
use crate::support::raw::{Raw, bytes_of};
use crate::support::road;
use data_encoding::BASE64;
use meldroute::app::AppError;
use meldroute::app::members::RoleOf;
use meldroute::app::setup::RoleGiven;
use meldroute::domain::role::{Reach, Role, Seat};
use meldroute::store::{StoreError, Trace};

/// Writes a role beside the service.
fn give_by_hand(raw: &mut Raw, member: &str, role: &str, seat: &str) {
    let id = raw.id(member);
    raw.run(&format!(
        "INSERT INTO member_roles (member_id, role, seat, source_code, state, since_on)
         VALUES ({id}, '{role}', '{seat}', '', 'agreed', '2026-11-24')"
    ));
}

fn id_of(raw: &mut Raw, login: &str) -> String {
    raw.rows_where("members", &format!("login = '{login}'"))[0]["id"].clone()
}

pub(super) fn is_proven(app: &TestApp, login: &str, role: Role) -> bool {
    app.app.proven_members(role).unwrap().iter().any(|(member, _)| member.login == login)
}

#[test]
fn rights_and_roles_written_by_hand_open_nothing() {
    let mut crime = scene();
    let signals = crime.raw.rows("signals");
    let grantees = ["sanne", "adam", "vera", "bea", "nadia", "imke"];
    for login in grantees {
        let member = crime.raw.rows_where("members", &format!("login = '{login}'"))[0]["id"].clone();
        let grantee = format!("member:{}", uuid::Uuid::parse_str(&member).unwrap());
        for signal in &signals {
            let id = crime.raw.id(&signal["id"]);
            for what in ["signal", "identity", "item", "check"] {
                crime.raw.run(&format!(
                    "INSERT INTO grants (signal_id, grantee, what, received_on)
                     VALUES ({id}, '{grantee}', '{what}', '2026-11-24')"
                ));
            }
        }
        let id = crime.raw.id(&member);
        crime.raw.run(&format!(
            "INSERT INTO member_roles (member_id, role, seat, source_code, state, since_on)
             VALUES ({id}, 'coordinator', 'plaatsvervanger', '', 'agreed', '2026-11-24')"
        ));
    }
    let reads_nothing = |crime: &Crime| {
        for login in grantees {
            let mut member = crime.app.member(login);
            for signal in &signals {
                let page = member.get(&format!("/signalen/{}", uuid::Uuid::parse_str(&signal["id"]).unwrap()));
                assert!(!page.body.contains(STORY) && !page.body.contains("Elke nacht"), "{login}: {}", page.body);
            }
        }
    };
    reads_nothing(&crime);
    // A colleague who signs in must not hand the key of the group to somebody whose role no log tells of.
    let copies = |crime: &mut Crime| crime.raw.rows_where("sealed_keys", "subject_kind = 'group'").len();
    let before = copies(&mut crime);
    drop(crime.app.member("joost"));
    assert_eq!(copies(&mut crime), before, "a group's key was sealed to somebody whose role was written by hand");
    reads_nothing(&crime);
    // Nor is a report that shuts one coordinator out sealed to them: one proven coordinator is left, which is too few.
    crime.app.anonymous().report(&[("tekst", "Niet voor de coördinator."), ("uitsluiten", "coordinator")]);
    assert_eq!(crime.raw.rows_where("signals", "box = 'circle'").len(), 0, "a circle of strangers");
    assert_eq!(crime.raw.rows_where("signals", "box = 'integriteit'").len(), 1);
}

#[test]
fn whoever_has_a_role_by_hand_is_sealed_nothing_in_any_other_role_either() {
    let app = TestApp::start();
    let mut raw = Raw::open(&app.database);
    let vera = road::member_id(&app, "vera");
    assert!(app.app.member_holder(vera).unwrap().is_some());
    let id = id_of(&mut raw, "vera");
    give_by_hand(&mut raw, &id, "jurist", "plaatsvervanger");
    let refused = app.app.member_holder(vera);
    assert!(matches!(refused, Err(AppError::KeyNotProven(_))), "{refused:?}");
}

#[test]
fn a_role_by_hand_does_not_count_in_a_session_and_the_others_go_on_counting() {
    let app = TestApp::start();
    let mut raw = Raw::open(&app.database);
    let before = app.member("vera").get("/signalen").status;
    let id = id_of(&mut raw, "vera");
    give_by_hand(&mut raw, &id, "coordinator", "plaatsvervanger");
    let mut vera = app.member("vera");
    assert_eq!((vera.get("/signalen").status, before), (404, 404));
    assert_eq!(vera.get("/werk").status, 200);
    assert_eq!(app.member("mirte").get("/signalen").status, 200);
    let (_, session) = road::session(&app, "vera");
    assert!(session.actor.roles.iter().all(|held| held.role != Role::Coordinator));
}

#[test]
fn another_seat_than_the_proven_one_proves_nothing() {
    let app = TestApp::start();
    assert!(is_proven(&app, "joost", Role::Coordinator));
    let mut raw = Raw::open(&app.database);
    raw.run("UPDATE member_roles SET seat = 'vast' WHERE role = 'coordinator'");
    assert!(is_proven(&app, "mirte", Role::Coordinator) && !is_proven(&app, "joost", Role::Coordinator));
}

#[test]
fn a_role_written_into_the_invitation_of_the_ceremony_is_not_proven() {
    let app = TestApp::start();
    let mut raw = Raw::open(&app.database);
    raw.unlock_log();
    let adam = id_of(&mut raw, "adam");
    let dashed = uuid::Uuid::parse_str(&adam).unwrap().to_string();
    give_by_hand(&mut raw, &adam, "coordinator", "vast");
    for row in raw.rows_where("events", "kind = 'member.invited'") {
        let body = String::from_utf8(bytes_of(&row["body"])).unwrap();
        if body.contains(&dashed) {
            let forged = body.replace("role.beheerder", "role.coordinator");
            assert_ne!(forged, body);
            let blob = raw.blob(&hex(forged.as_bytes()));
            raw.run(&format!("UPDATE events SET body = {blob} WHERE idx = {}", row["idx"]));
        }
    }
    // Also for a service that starts afterwards and never saw the true one.
    let beside = app.beside();
    assert!(is_proven(&beside, "mirte", Role::Coordinator) && !is_proven(&beside, "adam", Role::Coordinator));
}

/// Bram is proposed as jurist, and Sanne agrees.
pub(super) fn bram_becomes_jurist(app: &TestApp) -> RoleOf {
    let operator = app.app.as_operator("test").unwrap();
    let given = RoleGiven {
        role: Role::Jurist,
        seat: Seat::Deputy,
        source: String::new(),
        dates: meldroute::domain::role::RoleDates::default(),
    };
    app.app.role_propose(&operator, "bram", &given).unwrap();
    let wanted = RoleOf { member: road::member_id(app, "bram"), role: Role::Jurist, source: String::new() };
    assert!(!is_proven(app, "bram", Role::Jurist), "proposed is not held");
    let (op, sanne) = road::session(app, "sanne");
    app.app.role_agree(&op, &sanne, &wanted, Reach::Start).unwrap();
    wanted
}

#[test]
fn a_role_counts_from_the_second_persons_signature_until_it_is_taken_away() {
    let app = TestApp::start();
    let beside = app.beside();
    bram_becomes_jurist(&app);
    assert!(is_proven(&app, "bram", Role::Jurist) && is_proven(&beside, "bram", Role::Jurist));
    let operator = app.app.as_operator("test").unwrap();
    app.app.role_withdraw(&operator, "bram", Role::Jurist).unwrap();
    let bram = id_of(&mut Raw::open(&app.database), "bram");
    give_by_hand(&mut Raw::open(&app.database), &bram, "jurist", "plaatsvervanger");
    assert!(!is_proven(&app, "bram", Role::Jurist) && !is_proven(&beside, "bram", Role::Jurist));
}

/// Writes an entry of the log as its owner could: with the right hash, at the end.
pub(super) fn append(app: &TestApp, login: &str, trace: impl Fn() -> Trace + Send + Sync + 'static) {
    let (op, _) = road::session(app, login);
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "members.agree_role", move |tx| {
        tx.record(trace())?;
        Ok(())
    });
    written.unwrap();
}

#[test]
fn an_agreement_that_was_used_before_or_signed_by_nobody_else_proves_no_role() {
    let app = TestApp::start();
    let wanted = bram_becomes_jurist(&app);
    let operator = app.app.as_operator("test").unwrap();
    app.app.role_withdraw(&operator, "bram", Role::Jurist).unwrap();
    let mut raw = Raw::open(&app.database);
    let old = raw.events_of("role.agreed").remove(0);
    let bram = id_of(&mut raw, "bram");
    give_by_hand(&mut raw, &bram, "jurist", "plaatsvervanger");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let proposal = text(&old["bijzonderheden"]["proposal"]);
    let signature = BASE64.decode(text(&old["handtekening"]).as_bytes()).unwrap();
    let newer = raw.count("events").to_string();
    for (as_login, proposal, signature) in [
        // Word for word, and with another number.
        ("sanne", proposal.clone(), signature.clone()),
        ("sanne", newer.clone(), signature.clone()),
        // By somebody who signed something else, and by themselves.
        ("jelle", newer.clone(), signature.clone()),
        ("bram", newer, vec![7; 64]),
    ] {
        let member = wanted.member.uuid();
        append(&app, as_login, move || {
            Trace::new("role.agreed")
                .object("member", member)
                .detail("role", "jurist")
                .detail("seat", "plaatsvervanger")
                .detail("proposal", proposal.clone())
                .signature(signature.clone())
        });
        assert!(!is_proven(&app, "bram", Role::Jurist), "an agreement in the name of {as_login}");
    }
}
