//! Tries of signing in, counted by name until one succeeds. In the database only, so that they hold after a restart and
//! for every process.

use super::error::StoreError;
use super::schema::sign_in_attempts;
use super::tx::Tx;
use crate::domain::time::Moment;
use diesel::prelude::*;

/// The tries for one name.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_attempts)]
pub struct AttemptsRow {
    /// A keyed hash of the name as typed.
    pub account: String,
    /// How many, since the last that succeeded.
    pub counted: i64,
    /// When the last of them began.
    pub last_at: Moment,
}

impl Tx<'_> {
    /// The tries for a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn attempts_fetch(&mut self, account: &str) -> Result<Option<AttemptsRow>, StoreError> {
        Ok(sign_in_attempts::table.find(account).select(AttemptsRow::as_select()).first(self.db()).optional()?)
    }

    /// Puts the tries for a name in place.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn attempts_put(&mut self, row: &AttemptsRow) -> Result<(), StoreError> {
        self.attempts_forget(&row.account)?;
        diesel::insert_into(sign_in_attempts::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// Forgets the tries for a name: somebody came in.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn attempts_forget(&mut self, account: &str) -> Result<(), StoreError> {
        diesel::delete(sign_in_attempts::table.find(account)).execute(self.db())?;
        Ok(())
    }

    /// Clears what was last tried before this moment.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn attempts_clear(&mut self, before: Moment) -> Result<usize, StoreError> {
        Ok(diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::last_at.lt(before))).execute(self.db())?)
    }
}
