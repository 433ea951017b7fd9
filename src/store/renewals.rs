//! Sealed copies that lie under keys of groups of before: found in pieces, and put under the key that takes its place.

use super::contents::SealedKeyRow;
use super::db::Db;
use super::error::StoreError;
use super::schema::{joinings, sealed_keys};
use super::tx::Tx;
use crate::domain::ids::{KeyId, SealedKeyId};
use diesel::prelude::*;

/// What content is sealed with: keys of records, and shares of a name.
const OF_CONTENT: [&str; 2] = ["record", "share"];

/// What became of a copy that was to be put under another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It lies under the other key now.
    Done,
    /// Somebody else was first, or it was destroyed.
    Gone,
}

impl Tx<'_> {
    /// Puts a sealed copy in the place of another, or takes the other away where the place is taken. Nothing happens when
    /// the other is not there any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sealed_key_move(&mut self, old: SealedKeyId, new: Option<&SealedKeyRow>) -> Result<Moved, StoreError> {
        let gone = diesel::delete(sealed_keys::table.find(old)).execute(self.db())?;
        if gone != 1 {
            return Ok(Moved::Gone);
        }
        self.unbind(format!("sealed_keys/{old}"));
        if let Some(row) = new {
            self.sealed_key_insert(row)?;
        }
        Ok(Moved::Done)
    }
}

/// Up to `limit` copies of keys of content under these keys, in the order of their ids, beyond this one. Before all of them
/// is the id of nothing but zeros.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_under(
    db: &mut Db,
    holders: &[KeyId],
    beyond: SealedKeyId,
    limit: i64,
) -> Result<Vec<SealedKeyRow>, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::holder.eq_any(holders))
        .filter(sealed_keys::subject_kind.eq_any(OF_CONTENT))
        .filter(sealed_keys::id.gt(beyond))
        .order(sealed_keys::id.asc())
        .limit(limit)
        .select(SealedKeyRow::as_select())
        .load(db)?)
}

/// Who has a copy of which of these keys of groups, but for one holder: key, and the key it is sealed to.
///
/// # Errors
/// When the database cannot be read.
pub fn copies_but_of(db: &mut Db, keys: &[KeyId], but: KeyId) -> Result<Vec<(KeyId, KeyId)>, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::subject.eq_any(keys))
        .filter(sealed_keys::subject_kind.eq("group"))
        .filter(sealed_keys::holder.ne(but))
        .select((sealed_keys::subject, sealed_keys::holder))
        .load(db)?)
}

/// How many copies of keys of content lie under these keys.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_under_count(db: &mut Db, holders: &[KeyId]) -> Result<i64, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::holder.eq_any(holders))
        .filter(sealed_keys::subject_kind.eq_any(OF_CONTENT))
        .count()
        .get_result(db)?)
}

/// The copies of these keys that lie under one of the holders already.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_already(db: &mut Db, subjects: &[KeyId], holders: &[KeyId]) -> Result<Vec<SealedKeyRow>, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::subject.eq_any(subjects))
        .filter(sealed_keys::holder.eq_any(holders))
        .select(SealedKeyRow::as_select())
        .load(db)?)
}

/// How much is sealed under a key, of whatever kind.
///
/// # Errors
/// When the database cannot be read.
pub fn uses_of(db: &mut Db, key: KeyId) -> Result<i64, StoreError> {
    let copies: i64 = sealed_keys::table.filter(sealed_keys::holder.eq(key)).count().get_result(db)?;
    let codes: i64 = joinings::table.filter(joinings::check_holder.eq(key)).count().get_result(db)?;
    Ok(copies + codes)
}
