//! Public keys of members, groups and circles; circles themselves; settings of the installation.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{circle_members, circles, public_keys, settings};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{CircleId, KeyId, MemberId, SignalId};
use crate::domain::time::Day;
use diesel::prelude::*;

/// A public key. It counts only with the statement in the log that proves it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = public_keys)]
pub struct PublicKeyRow {
    /// Which key.
    pub id: KeyId,
    /// `setup`, `member`, `group`, `circle`, `recovery` or `ledger`.
    pub owner_kind: String,
    /// The owner: an id, or the name of a group.
    pub owner: String,
    /// Counts up with every new key of the same owner.
    pub epoch: i64,
    /// X25519, for sealing.
    pub exchange: Option<Vec<u8>>,
    /// Ed25519, for signatures.
    pub signing: Option<Vec<u8>>,
    /// The event with its statement.
    pub event_index: i64,
    /// The day it came to be.
    pub created_on: Day,
    /// The day it stopped to count.
    pub retired_on: Option<Day>,
}

written!(PublicKeyRow, "public_keys" named by id: [
    id,
    owner_kind,
    owner,
    epoch,
    exchange,
    signing,
    event_index,
    created_on,
    retired_on,
]);

/// A setting of this installation.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = settings)]
pub(super) struct SettingRow {
    pub(super) name: String,
    pub(super) value: String,
}

written!(SettingRow, "settings" named by name: [name, value]);

impl Tx<'_> {
    /// Adds a public key.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the owner has this epoch already.
    pub fn public_key_insert(&mut self, row: &PublicKeyRow) -> Result<(), StoreError> {
        diesel::insert_into(public_keys::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// A public key as the table has it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn public_key_state(&mut self, id: KeyId) -> Result<Option<PublicKeyRow>, StoreError> {
        Ok(public_keys::table.find(id).select(PublicKeyRow::as_select()).first(self.db()).optional()?)
    }

    /// Whether the owner of a key has a newer one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn public_key_superseded(&mut self, row: &PublicKeyRow) -> Result<bool, StoreError> {
        let newer: i64 = public_keys::table
            .filter(public_keys::owner_kind.eq(&row.owner_kind))
            .filter(public_keys::owner.eq(&row.owner))
            .filter(public_keys::epoch.gt(row.epoch))
            .count()
            .get_result(self.db())?;
        Ok(newer > 0)
    }

    /// Notes that a key stopped to count.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn public_key_retire(&mut self, id: KeyId, on: Day) -> Result<(), StoreError> {
        diesel::update(public_keys::table.find(id)).set(public_keys::retired_on.eq(on)).execute(self.db())?;
        if let Some(row) = self.public_key_state(id)? {
            self.bind(&row);
        }
        Ok(())
    }

    /// Adds a circle with its members.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn circle_insert(&mut self, id: CircleId, signal: SignalId, who: &[MemberId]) -> Result<(), StoreError> {
        let today = self.today();
        diesel::insert_into(circles::table)
            .values((circles::id.eq(id), circles::signal_id.eq(signal), circles::created_on.eq(today)))
            .execute(self.db())?;
        for member in who {
            diesel::insert_into(circle_members::table)
                .values((circle_members::circle_id.eq(id), circle_members::member_id.eq(*member)))
                .execute(self.db())?;
        }
        self.touch(Group::Rights(signal));
        Ok(())
    }

    /// Keeps a setting of this installation, once.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it is set already.
    pub fn setting_insert(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let row = SettingRow { name: name.to_owned(), value: value.to_owned() };
        diesel::insert_into(settings::table).values(&row).execute(self.db())?;
        self.bind(&row);
        Ok(())
    }
}

/// Every public key, in the order in which they were stated.
///
/// # Errors
/// When the database cannot be read.
pub fn public_key_list(db: &mut Db) -> Result<Vec<PublicKeyRow>, StoreError> {
    Ok(public_keys::table.order(public_keys::event_index.asc()).select(PublicKeyRow::as_select()).load(db)?)
}

/// A setting of this installation.
///
/// # Errors
/// When the database cannot be read.
pub fn setting(db: &mut Db, name: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(name).select(settings::value).first(db).optional()?)
}
