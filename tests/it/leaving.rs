//! Somebody leaves a group: a new key at once, what lies under the old one sealed again piece by piece, and nothing that is
//! stored afterwards for whoever kept the old key.

mod damaged;
mod departures;
mod handing_over;
mod last_copy;
mod renewing;

use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::session;
use meldroute::app::keyring::Session;
use meldroute::app::trust::group_owner;
use meldroute::domain::ids::{KeyId, SignalId};
use meldroute::domain::role::Group;
use meldroute::store::contents::{SealedKeyRow, record_list, sealed_keys_of_signal};
use meldroute::vault::ring::KeyRing;

fn disable(app: &TestApp, login: &str) {
    app.app.member_disable(&app.app.as_operator("test").unwrap(), login).unwrap();
}

/// What somebody keeps: their own key and those of their groups, opened.
fn kept_by(app: &TestApp, login: &str) -> KeyRing {
    app.app.ring(&session(app, login).1).unwrap()
}

fn copies_of(app: &TestApp, signal: SignalId) -> Vec<SealedKeyRow> {
    app.app.store().read(|db| sealed_keys_of_signal(db, signal)).unwrap()
}

/// How many sealed copies of a signal these keys open.
fn opened(app: &TestApp, ring: &KeyRing, signal: SignalId) -> usize {
    let opens = |row: &&SealedKeyRow| ring.open(&row.purpose(), &row.sealed).is_some_and(|key| key.is_ok());
    copies_of(app, signal).iter().filter(opens).count()
}

/// The coordinators' key in force, with its number.
fn coordinators(app: &TestApp) -> (KeyId, u32) {
    let trusted = app.app.reload_trust().unwrap();
    let key = trusted.current(&group_owner(Group::Coordinators)).unwrap();
    (KeyId::new(key.key_id), key.epoch)
}

fn events(app: &TestApp, kind: &str) -> usize {
    Raw::open(&app.database).events_of(kind).len()
}

/// The new key of the coordinators, made by a service that stops before it seals anything again.
fn make_new_key_only(app: &TestApp, session: &Session) {
    app.app.renew_keys(&app.app.as_member(session.actor.clone()).unwrap(), session).unwrap();
}

/// How many of the signal's records of a kind these keys open.
fn opened_of_kind(app: &TestApp, ring: &KeyRing, signal: SignalId, kind: &str) -> usize {
    let records = app.app.store().read(|db| record_list(db, signal, kind)).unwrap();
    let own = |row: &&SealedKeyRow| records.iter().any(|record| record.key_id == row.subject);
    let opens = |row: &&SealedKeyRow| ring.open(&row.purpose(), &row.sealed).is_some_and(|key| key.is_ok());
    copies_of(app, signal).iter().filter(own).filter(opens).count()
}
