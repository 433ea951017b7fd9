//! What the log answers for: every row that carries rights, terms, authorship, signatures or state.
//!
//! A write tells the running [`Tx`] which rows it changed; the next event binds them by their hash. Rows that belong
//! to another row (the roles of a member, the authors of a weighing) are bound together with it, and everything that
//! says who may read a signal is bound as one: `rights/ID`. So an entry of the log says neither how many were shut out
//! nor how many may read.
//!
//! The log leaves the house and is kept for ever, and what a row says can often be guessed: one of a dozen roles, one of
//! a hundred colleagues. So a hash in the log is salted with 16 random bytes that stand in `row_salts` only, are new
//! with every change and go when the row goes: whoever has the log without the database learns nothing from a hash, and
//! after a destruction nobody does. Three kinds of rows hold enough that cannot be guessed by themselves and cost no
//! salt: `contents` and `sealed_keys` (ciphertext), and `records` (the random id of a key that stands nowhere in the
//! log). The salt is no secret from whoever has the database, and needs none: a changed row has another hash under any
//! salt.

mod groups;
mod walk;

pub(super) use groups::Group;
pub use walk::each_committed_row;

use super::db::Db;
use super::error::StoreError;
use super::schema::row_salts;
use super::tx::Tx;
use super::written::{Form, NamedRow};
use crate::ledger::event::RowCommit;
use crate::vault::entropy::Entropy;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Bytes of a salt.
const SALT: usize = 16;

/// Whether the hash of a row is salted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Salting {
    Salted,
    /// For rows that nobody can guess.
    Plain,
}

/// Tables whose rows hold enough that cannot be guessed.
const UNGUESSABLE: [&str; 3] = ["contents", "sealed_keys", "records"];

fn salting(name: &str) -> Salting {
    let table = name.split('/').next().unwrap_or_default();
    if UNGUESSABLE.contains(&table) { Salting::Plain } else { Salting::Salted }
}

/// The hash by which the log knows a row.
fn commit(name: String, salt: &[u8], form: &Form) -> RowCommit {
    RowCommit::stands(name, &[salt, form.bytes()].concat())
}

/// The rows a write changed since its last event.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Rows by name; `None` when they are gone.
    rows: Vec<(String, Option<Form>)>,
    /// Rows with what belongs to them, written down when the event is.
    groups: BTreeSet<Group>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.groups.is_empty()
    }

    fn put(&mut self, name: String, form: Option<Form>) {
        // Only how the row stands in the end counts, and one event names it once.
        self.rows.retain(|(known, _)| *known != name);
        self.rows.push((name, form));
    }

    /// The commitments of the next event, with their salts kept beside the rows.
    pub(super) fn bind(self, db: &mut Db, entropy: &mut dyn Entropy) -> Result<Vec<RowCommit>, StoreError> {
        let mut rows = self.rows;
        for group in self.groups {
            rows.push((group.name(), group.form(db)?));
        }
        let mut commits = Vec::with_capacity(rows.len());
        for (name, form) in rows {
            let salted = salting(&name) == Salting::Salted;
            match form {
                Some(form) if salted => {
                    let mut salt = [0; SALT];
                    entropy.fill(&mut salt).map_err(|error| StoreError::Log(error.to_string()))?;
                    salt_put(db, &name, &salt)?;
                    commits.push(commit(name, &salt, &form));
                }
                Some(form) => commits.push(commit(name, &[], &form)),
                None => {
                    if salted {
                        diesel::delete(row_salts::table.find(&name)).execute(db)?;
                    }
                    commits.push(RowCommit::removed(name));
                }
            }
        }
        Ok(commits)
    }
}

fn salt_put(db: &mut Db, name: &str, salt: &[u8]) -> Result<(), StoreError> {
    let new = diesel::insert_into(row_salts::table).values((row_salts::row_name.eq(name), row_salts::salt.eq(salt)));
    // Said to each database by itself: the two together know no ON CONFLICT.
    let again = row_salts::salt.eq(salt);
    match db {
        Db::Pg(c) => new.on_conflict(row_salts::row_name).do_update().set(again).execute(c)?,
        Db::Sqlite(c) => new.on_conflict(row_salts::row_name).do_update().set(again).execute(c)?,
    };
    Ok(())
}

impl Tx<'_> {
    /// Notes how a row stands now; bound into the next event.
    pub(super) fn bind(&mut self, row: &impl NamedRow) {
        self.changes().put(row.name(), Some(row.form()));
    }

    /// Notes that a row is gone; bound into the next event.
    pub(super) fn unbind(&mut self, name: String) {
        self.changes().put(name, None);
    }

    /// Notes that a row or something that belongs to it changed; how they stand is read when the next event is written.
    pub(super) fn touch(&mut self, group: Group) {
        self.changes().groups.insert(group);
    }
}
