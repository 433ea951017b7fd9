//! Machine accounts, the families of their tokens, and the assertions that were used.

use super::db::Db;
use super::error::StoreError;
use super::schema::{events, machine_assertions, machine_families, machines};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{FamilyId, MachineId, MemberId, ObjectId};
use crate::domain::machine::MachineState;
use crate::domain::time::Day;
use diesel::prelude::*;
use std::collections::HashMap;

/// Another system that may ask the API by itself.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = machines)]
pub struct MachineRow {
    /// Which.
    pub id: MachineId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Its public key: Ed25519.
    pub public_key: Vec<u8>,
    /// Its rights, in their written form.
    pub scopes: String,
    /// Its last day.
    pub expires_on: Day,
    /// Whether it works.
    pub state: MachineState,
    /// Who proposed it; absent for a command on the server.
    pub proposed_by: Option<MemberId>,
    /// Who agreed to it.
    pub agreed_by: Option<MemberId>,
    /// Since when it stands so.
    pub since_on: Day,
}

written!(
    MachineRow,
    "machines" named by id:
    [id, name, purpose, public_key, scopes, expires_on, state, proposed_by, agreed_by, since_on]
);

/// A row of tokens, each the next of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = machine_families)]
pub struct FamilyRow {
    /// Which.
    pub id: FamilyId,
    /// Whose.
    pub machine_id: MachineId,
    /// What its tokens may, in the written form of rights.
    pub scopes: String,
    /// The only refresh token that works now, as a hash.
    pub refresh_hash: Vec<u8>,
    /// Its last day. No moment: it would tell when a signal came in.
    pub ends_on: Day,
}

impl Tx<'_> {
    /// Adds a machine account.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when another one has, or had, this key.
    pub fn machine_insert(&mut self, row: &MachineRow) -> Result<(), StoreError> {
        diesel::insert_into(machines::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Lets a machine account stand differently, if it stands as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody changed it in between.
    pub fn machine_turn(&mut self, seen: &MachineRow, to: &MachineRow) -> Result<(), StoreError> {
        let changed = diesel::update(machines::table.find(seen.id).filter(machines::state.eq(seen.state)))
            .set((
                machines::state.eq(to.state),
                machines::agreed_by.eq(to.agreed_by),
                machines::since_on.eq(to.since_on),
            ))
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(to);
        Ok(())
    }

    /// Begins a family.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn family_insert(&mut self, row: &FamilyRow) -> Result<(), StoreError> {
        diesel::insert_into(machine_families::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// Puts the next refresh token in the place of the one that was used; the condition stands in the statement, so that
    /// of two processes one is first.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was used before.
    pub fn family_next(&mut self, row: &FamilyRow, next: &[u8]) -> Result<(), StoreError> {
        let unused = machine_families::table.find(row.id).filter(machine_families::refresh_hash.eq(&row.refresh_hash));
        let changed = diesel::update(unused).set(machine_families::refresh_hash.eq(next)).execute(self.db())?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Ends a family.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn family_delete(&mut self, id: FamilyId) -> Result<(), StoreError> {
        diesel::delete(machine_families::table.find(id)).execute(self.db())?;
        Ok(())
    }

    /// Ends every family of a machine account.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn families_delete_of(&mut self, machine: MachineId) -> Result<(), StoreError> {
        diesel::delete(machine_families::table.filter(machine_families::machine_id.eq(machine))).execute(self.db())?;
        Ok(())
    }

    /// Keeps that an assertion was used; `ends_on` is the day after which it has ended anyway.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it was used before, by whichever process.
    pub fn assertion_use(&mut self, known_by: &[u8], ends_on: Day) -> Result<(), StoreError> {
        diesel::insert_into(machine_assertions::table)
            .values((machine_assertions::known_by.eq(known_by), machine_assertions::ends_on.eq(ends_on)))
            .execute(self.db())?;
        Ok(())
    }

    /// Whether an assertion was used before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn assertion_used(&mut self, known_by: &[u8]) -> Result<Option<Day>, StoreError> {
        let found = machine_assertions::table.find(known_by).select(machine_assertions::ends_on);
        Ok(found.first(self.db()).optional()?)
    }

    /// Clears families and assertions that ended before this day.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn machine_tokens_clear(&mut self, before: Day) -> Result<(), StoreError> {
        diesel::delete(machine_families::table.filter(machine_families::ends_on.lt(before))).execute(self.db())?;
        diesel::delete(machine_assertions::table.filter(machine_assertions::ends_on.lt(before))).execute(self.db())?;
        Ok(())
    }
}

/// A machine account.
///
/// # Errors
/// When the database cannot be read.
pub fn machine_fetch(db: &mut Db, id: MachineId) -> Result<Option<MachineRow>, StoreError> {
    Ok(machines::table.find(id).select(MachineRow::as_select()).first(db).optional()?)
}

/// Every machine account, by name.
///
/// # Errors
/// When the database cannot be read.
pub fn machine_list(db: &mut Db) -> Result<Vec<MachineRow>, StoreError> {
    Ok(machines::table.order((machines::name.asc(), machines::id.asc())).select(MachineRow::as_select()).load(db)?)
}

/// A family of tokens.
///
/// # Errors
/// When the database cannot be read.
pub fn family_fetch(db: &mut Db, id: FamilyId) -> Result<Option<FamilyRow>, StoreError> {
    Ok(machine_families::table.find(id).select(FamilyRow::as_select()).first(db).optional()?)
}

/// The last day on which each machine account got a token.
///
/// # Errors
/// When the database cannot be read.
pub fn machines_last_used(db: &mut Db, kinds: &[&str]) -> Result<HashMap<MachineId, Day>, StoreError> {
    let rows: Vec<(Option<ObjectId>, Option<String>)> = events::table
        .filter(events::kind.eq_any(kinds))
        .group_by(events::object_id)
        .select((events::object_id, diesel::dsl::max(events::day)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, day)| Some((MachineId::new(id?.uuid()), day?.parse().ok()?))).collect())
}
