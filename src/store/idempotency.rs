//! Submissions that came with an idempotency key, so that a retry finds the first answer again.
//!
//! A row opens only with the key that the client sent: neither the receipt nor what was submitted follows from it.

use super::error::StoreError;
use super::schema::idempotency;
use super::tx::Tx;
use crate::domain::ids::SignalId;
use crate::domain::time::Day;
use diesel::prelude::*;

/// One submission under a key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency)]
pub struct IdempotencyRow {
    /// What it is found by.
    pub key_hash: Vec<u8>,
    /// What was submitted, as a hash that only the key can repeat.
    pub request_hash: Vec<u8>,
    /// The receipt, sealed under the key.
    pub receipt_sealed: Vec<u8>,
    /// The signal that came of it.
    pub signal_id: SignalId,
    /// The day, after which it is forgotten in time.
    pub created_on: Day,
}

impl Tx<'_> {
    /// Keeps a submission.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the key was used before.
    pub fn idempotency_insert(&mut self, row: &IdempotencyRow) -> Result<(), StoreError> {
        diesel::insert_into(idempotency::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// The submission under a key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn idempotency_fetch(&mut self, key_hash: &[u8]) -> Result<Option<IdempotencyRow>, StoreError> {
        Ok(idempotency::table.find(key_hash).select(IdempotencyRow::as_select()).first(self.db()).optional()?)
    }

    /// Forgets what was kept before this day.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn idempotency_forget(&mut self, before: Day) -> Result<usize, StoreError> {
        Ok(diesel::delete(idempotency::table.filter(idempotency::created_on.lt(before))).execute(self.db())?)
    }
}
