//! Coming in without the set-up key, reading from the start or from today, and coming back after a lost password.

mod coming_back;
mod coming_in;
mod pages;

use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{member_id, session};
use meldroute::app::AppError;
use meldroute::app::enrolment::{Enrolled, Waits};
use meldroute::app::joining::Proof;
use meldroute::app::members::RoleOf;
use meldroute::app::setup::{Invitation, RoleGiven};
use meldroute::domain::role::{Reach, Role, Seat};

/// Somebody's roles on an invitation.
pub fn invitation(login: &str, role: Role, source: &str) -> Invitation {
    let roles = vec![RoleGiven {
        role,
        seat: Seat::Deputy,
        source: source.to_owned(),
        dates: meldroute::domain::role::RoleDates::default(),
    }];
    Invitation { login: login.to_owned(), name: format!("{login} Proef"), roles }
}

/// `by` invites somebody; returns the code.
pub fn invited(app: &TestApp, by: &str, person: Invitation) -> String {
    let (op, _) = session(app, by);
    app.app.member_invite(&op, person).unwrap().code.expose().clone()
}

/// The first sign-in; the newcomer waits.
pub fn waits(app: &TestApp, login: &str, code: &str) -> Waits {
    match app.app.enrol(&app.app.as_anonymous().unwrap(), login, code, PASSWORD).unwrap() {
        Enrolled::Waits(waits) => waits,
        Enrolled::In => panic!("{login} is in already"),
    }
}

pub fn let_in(app: &TestApp, by: &str, login: &str, proof: &Proof) -> Result<(), AppError> {
    let (op, session) = session(app, by);
    app.app.let_in(&op, &session, member_id(app, login), proof)
}

pub fn agree(app: &TestApp, by: &str, login: &str, role: Role, source: &str, reach: Reach) -> Result<(), AppError> {
    let (op, session) = session(app, by);
    let wanted = RoleOf { member: member_id(app, login), role, source: source.to_owned() };
    app.app.role_agree(&op, &session, &wanted, reach)
}

/// What happened, by kind.
fn events(app: &TestApp, kind: &str) -> usize {
    Raw::open(&app.database).events_of(kind).len()
}
