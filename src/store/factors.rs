//! What members show besides their password.

use super::db::Db;
use super::error::StoreError;
use super::schema::member_factors;
use super::tx::Tx;
use super::written::{NamedRow as _, written};
use crate::domain::ids::{FactorId, MemberId};
use crate::domain::time::Moment;
use diesel::prelude::*;

/// One app, or one recovery code.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = member_factors)]
pub struct FactorRow {
    /// Which.
    pub id: FactorId,
    /// Whose.
    pub member_id: MemberId,
    /// `totp`, `recovery` or `passkey`.
    pub kind: String,
    /// The factor this is part of, as the log knows it: itself for an app, the set for a recovery code.
    pub part_of: FactorId,
    /// An app's secret under the member's own keys; a recovery code as a hash that only those keys can make.
    pub sealed: Vec<u8>,
    /// The last time step of which a code was accepted; none after it is accepted again.
    pub last_step: i64,
    /// Since when.
    pub added_at: Moment,
}

written!(FactorRow, "member_factors" named by id: [id, member_id, kind, part_of, sealed, last_step, added_at]);

impl Tx<'_> {
    /// Adds a factor.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn factor_insert(&mut self, row: &FactorRow) -> Result<(), StoreError> {
        diesel::insert_into(member_factors::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Accepts a time step, once: only one that is later than every step accepted before (RFC 6238, section 5.2). The
    /// condition stands in the statement, so that two processes cannot both accept it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it, or a later one, was accepted before.
    pub fn factor_step(&mut self, row: &FactorRow, step: i64) -> Result<(), StoreError> {
        let fresh = member_factors::table.find(row.id).filter(member_factors::last_step.lt(step));
        if diesel::update(fresh).set(member_factors::last_step.eq(step)).execute(self.db())? != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(&FactorRow { last_step: step, ..row.clone() });
        Ok(())
    }

    /// Takes a factor, or a used recovery code, away.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was gone already.
    pub fn factor_delete(&mut self, row: &FactorRow) -> Result<(), StoreError> {
        if diesel::delete(member_factors::table.find(row.id)).execute(self.db())? != 1 {
            return Err(StoreError::Stale);
        }
        self.unbind(row.name());
        Ok(())
    }
}

/// What the table says a member has, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn factor_list(db: &mut Db, member: MemberId) -> Result<Vec<FactorRow>, StoreError> {
    Ok(member_factors::table
        .filter(member_factors::member_id.eq(member))
        .order((member_factors::added_at.asc(), member_factors::id.asc()))
        .select(FactorRow::as_select())
        .load(db)?)
}
