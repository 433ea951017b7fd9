//! Every step from every stage, on a real signal in a real database: the table decides, the `WHERE` of the `UPDATE`
//! decides again, and both say the same.

use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road;
use crate::support::snapshot::assert_current;
use meldroute::app::AppError;
use meldroute::app::steps::Attempt;
use meldroute::domain::ids::SignalId;
use meldroute::domain::role::Role;
use meldroute::domain::stage::Stage;
use meldroute::domain::workflow::{StepEvent, allowed_from, transition};
use meldroute::policy::{OpContext, member_grantee};
use meldroute::store::StoreError;
use meldroute::store::signals::SignalRow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One member for each role that takes steps.
const STEPPERS: [(Role, &str); 9] = [
    (Role::Coordinator, "mirte"),
    (Role::Jurist, "sanne"),
    (Role::PrivacyOfficer, "nadia"),
    (Role::IntegrityContact, "ivo"),
    (Role::TraffickingContact, "tamar"),
    (Role::Mayor, "bea"),
    (Role::CivilRegistry, "bram"),
    (Role::Bibob, "bibi"),
    (Role::Flexible, "vera"),
];

/// A signal on which everybody was given everything, so that only the protocol still says no.
fn open_to_all(app: &TestApp) -> (SignalId, BTreeMap<Role, OpContext>) {
    let id = road::received(app, &[("tekst", road::REPORT)]);
    let mut raw = Raw::open(&app.database);
    let mut people = BTreeMap::new();
    for (role, login) in STEPPERS {
        let (op, session) = road::session(app, login);
        let grantee = member_grantee(session.actor.id);
        for what in ["signal", "check", "question", "item", "identity", "action"] {
            let signal = raw.id(&id.uuid().simple().to_string());
            raw.run(&format!(
                "INSERT INTO grants (signal_id, grantee, what, received_on)
                 VALUES ({signal}, '{grantee}', '{what}', '2026-11-24')"
            ));
        }
        people.insert(role, op);
    }
    (id, people)
}

fn put_at(raw: &mut Raw, id: SignalId, stage: Stage) {
    let signal = raw.id(&id.uuid().simple().to_string());
    raw.run(&format!("UPDATE signals SET stage = '{}' WHERE id = {signal}", stage.code()));
}

/// Begins a step and stops there, so that nothing changes.
fn begins(app: &TestApp, op: &OpContext, signal: SignalId, event: StepEvent) -> AppError {
    app.app
        .store()
        .write_blocking::<(), AppError, _>(op, "test.begin", move |tx| {
            let seen = tx.signal_fetch(signal)?.map_or(0, |row| row.version);
            Attempt { signal, seen, event }.begin(tx, &[])?;
            Err(AppError::Internal("it began".to_owned()))
        })
        .unwrap_err()
}

/// Moves the signal without asking anybody; what only the database can refuse.
fn moves(app: &TestApp, op: &OpContext, signal: SignalId, event: StepEvent) -> AppError {
    app.app
        .store()
        .write_blocking::<(), AppError, _>(op, "test.move", move |tx| {
            let Some(row) = tx.signal_fetch(signal)? else { return Err(AppError::Internal("gone".to_owned())) };
            tx.signal_advance(allowed_from(event), &SignalRow { version: row.version + 1, ..row })?;
            Err(AppError::Internal("it moved".to_owned()))
        })
        .unwrap_err()
}

#[test]
fn every_step_from_every_stage_is_allowed_by_the_table_or_by_nobody() {
    let app = TestApp::start();
    let (signal, people) = open_to_all(&app);
    let mut raw = Raw::open(&app.database);
    let mut page = String::from(
        "# Elke stap vanuit elke fase\n\nGemaakt door tests/it/workflow.rs: wat de database en de use cases toelaten.\n\n| stap |",
    );
    for stage in Stage::ALL {
        write!(page, " {} |", stage.code()).unwrap();
    }
    write!(page, "\n|---|{}\n", "---|".repeat(Stage::ALL.len())).unwrap();
    let mut allowed = BTreeMap::new();
    for stage in Stage::ALL {
        put_at(&mut raw, signal, *stage);
        for event in StepEvent::ALL {
            let who = transition(*event).unwrap().who;
            let op = who.iter().find_map(|role| people.get(role)).expect("somebody takes this step");
            let (begun, moved) = (begins(&app, op, signal, *event), moves(&app, op, signal, *event));
            let began = match (&begun, &moved) {
                (AppError::Internal(_), AppError::Internal(_)) => true,
                (AppError::NotAllowed(_), AppError::Store(StoreError::Stale)) => false,
                (begun, moved) => panic!("{event:?} from {stage:?}: {begun:?}, but the database says {moved:?}"),
            };
            assert_eq!(began, allowed_from(*event).contains(stage), "{event:?} from {stage:?}");
            allowed.insert((*event, *stage), began);
        }
    }
    for event in StepEvent::ALL {
        write!(page, "| {} |", event.code()).unwrap();
        for stage in Stage::ALL {
            page.push_str(if allowed[&(*event, *stage)] { " ja |" } else { " · |" });
        }
        page.push('\n');
    }
    assert_current("workflow.md", &page);
}

#[test]
fn a_step_is_taken_by_the_roles_of_the_table_and_by_no_other() {
    let app = TestApp::start();
    let (signal, people) = open_to_all(&app);
    let mut raw = Raw::open(&app.database);
    for event in StepEvent::ALL {
        let row = transition(*event).unwrap();
        put_at(&mut raw, signal, *row.from.first().unwrap());
        for (role, op) in &people {
            let begun = begins(&app, op, signal, *event);
            match (row.who.contains(role), &begun) {
                (true, AppError::Internal(_)) | (false, AppError::Refused(..)) => {}
                _ => panic!("{role:?} takes {event:?}: {begun:?}"),
            }
        }
    }
}

#[test]
fn a_step_on_a_signal_that_moved_is_told_so_and_changes_nothing() {
    let app = TestApp::start();
    let (signal, people) = open_to_all(&app);
    let mut raw = Raw::open(&app.database);
    for event in StepEvent::ALL {
        let row = transition(*event).unwrap();
        put_at(&mut raw, signal, *row.from.first().unwrap());
        let op = row.who.iter().find_map(|role| people.get(role)).unwrap();
        let before = raw.rows("signals");
        let event = *event;
        let refused = app
            .app
            .store()
            .write_blocking::<(), AppError, _>(op, "test.stale", move |tx| {
                let seen = tx.signal_fetch(signal)?.map_or(0, |row| row.version) - 1;
                Attempt { signal, seen, event }.begin(tx, &[]).map(|_| ())
            })
            .unwrap_err();
        assert!(matches!(refused, AppError::Changed { .. }), "{event:?}: {refused:?}");
        assert_eq!(raw.rows("signals"), before);
    }
}
