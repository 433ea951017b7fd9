//! Requests to open the name of a confidential melder.

use super::db::Db;
use super::error::StoreError;
use super::schema::{grants, identity_openings};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{IdentityOpeningId, MemberId, RecordId, SignalId};
use crate::domain::time::Moment;
use diesel::prelude::*;

/// A request to open the name of a confidential melder.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = identity_openings, treat_none_as_null = true)]
pub struct IdentityOpeningRow {
    /// Which one.
    pub id: IdentityOpeningId,
    /// The signal.
    pub signal_id: SignalId,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// Who asked.
    pub asked_by: MemberId,
    /// When.
    pub asked_at: Moment,
    /// Where it stands.
    pub state: String,
    /// Who judged it.
    pub decided_by: Option<MemberId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// Until when the name may be read.
    pub until_at: Option<Moment>,
    /// When it was read first.
    pub opened_at: Option<Moment>,
}

written!(IdentityOpeningRow, "identity_openings" named by id: [
    id,
    signal_id,
    record_id,
    asked_by,
    asked_at,
    state,
    decided_by,
    decided_at,
    until_at,
    opened_at,
]);

impl Tx<'_> {
    /// Adds a request.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn opening_insert(&mut self, row: &IdentityOpeningRow) -> Result<(), StoreError> {
        diesel::insert_into(identity_openings::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts a request in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn opening_update(&mut self, state: &str, row: &IdentityOpeningRow) -> Result<(), StoreError> {
        let changed = diesel::update(identity_openings::table.find(row.id).filter(identity_openings::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Finds a request by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn opening_fetch(&mut self, id: IdentityOpeningId) -> Result<Option<IdentityOpeningRow>, StoreError> {
        opening_fetch(self.db(), id)
    }
}

/// Every request of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn opening_list(db: &mut Db, signal: SignalId) -> Result<Vec<IdentityOpeningRow>, StoreError> {
    Ok(identity_openings::table
        .filter(identity_openings::signal_id.eq(signal))
        .order((identity_openings::asked_at.asc(), identity_openings::id.asc()))
        .select(IdentityOpeningRow::as_select())
        .load(db)?)
}

/// A request by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn opening_fetch(db: &mut Db, id: IdentityOpeningId) -> Result<Option<IdentityOpeningRow>, StoreError> {
    Ok(identity_openings::table.find(id).select(IdentityOpeningRow::as_select()).first(db).optional()?)
}

/// The requests that wait for a judgement on signals whose name these grantees guard, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn opening_list_asked(db: &mut Db, grantees: &[String]) -> Result<Vec<IdentityOpeningRow>, StoreError> {
    let guarded = grants::table
        .filter(grants::signal_id.eq(identity_openings::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("identity"));
    Ok(identity_openings::table
        .filter(identity_openings::state.eq("asked"))
        .filter(diesel::dsl::exists(guarded))
        .order((identity_openings::asked_at.asc(), identity_openings::id.asc()))
        .select(IdentityOpeningRow::as_select())
        .load(db)?)
}
