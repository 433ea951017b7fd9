//! What must go: destructions proposed and agreed, and the signals whose term has passed.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{decisions, destructions, exclusions, grants, idempotency, records, sealed_keys, signals};
use super::signals::SignalRow;
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{DecisionId, DestructionId, MemberId, RecordId, SignalId};
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use diesel::prelude::*;

/// One destruction. What is left of it afterwards is the declaration: no content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = destructions, treat_none_as_null = true)]
pub struct DestructionRow {
    /// Which one.
    pub id: DestructionId,
    /// The signal.
    pub signal_id: SignalId,
    /// `proposed`, `returned` or `agreed`.
    pub state: String,
    /// Why the signal was kept.
    pub ground: String,
    /// Until when.
    pub kept_until: Day,
    /// Who proposed it.
    pub proposed_by: MemberId,
    /// When.
    pub proposed_on: Day,
    /// Ed25519 signature of whoever proposed.
    pub proposed_signature: Vec<u8>,
    /// Who agreed or returned it.
    pub decided_by: Option<MemberId>,
    /// When.
    pub decided_on: Option<Day>,
    /// Ed25519 signature of whoever agreed.
    pub decided_signature: Option<Vec<u8>>,
    /// The record with the sentence with which it was returned.
    pub record_id: Option<RecordId>,
    /// How many records went.
    pub records: i64,
    /// How many sealed keys went.
    pub keys: i64,
}

written!(DestructionRow, "destructions" named by id: [
    id,
    signal_id,
    state,
    ground,
    kept_until,
    proposed_by,
    proposed_on,
    proposed_signature,
    decided_by,
    decided_on,
    decided_signature,
    record_id,
    records,
    keys,
]);

impl Tx<'_> {
    /// Adds a destruction.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn destruction_insert(&mut self, row: &DestructionRow) -> Result<(), StoreError> {
        diesel::insert_into(destructions::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts a destruction in place, if it still waits.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody decided in between.
    pub fn destruction_update(&mut self, row: &DestructionRow) -> Result<(), StoreError> {
        let changed = diesel::update(destructions::table.find(row.id).filter(destructions::state.eq("proposed")))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Takes away what still tells of a destroyed signal beside its row: rights, exclusions, retries, names in
    /// decisions.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn signal_remains_clear(&mut self, signal: SignalId) -> Result<(), StoreError> {
        diesel::delete(grants::table.filter(grants::signal_id.eq(signal))).execute(self.db())?;
        diesel::delete(exclusions::table.filter(exclusions::signal_id.eq(signal))).execute(self.db())?;
        diesel::delete(idempotency::table.filter(idempotency::signal_id.eq(signal))).execute(self.db())?;
        diesel::update(decisions::table.filter(decisions::signal_id.eq(signal)))
            .set(decisions::owner_name.eq(None::<String>))
            .execute(self.db())?;
        let named: Vec<DecisionId> =
            decisions::table.filter(decisions::signal_id.eq(signal)).select(decisions::id).load(self.db())?;
        for decision in named {
            self.touch(Group::Decision(decision));
        }
        self.touch(Group::Rights(signal));
        Ok(())
    }
}

/// A destruction by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn destruction_fetch(db: &mut Db, id: DestructionId) -> Result<Option<DestructionRow>, StoreError> {
    Ok(destructions::table.find(id).select(DestructionRow::as_select()).first(db).optional()?)
}

/// The destruction of a signal that waits for the second person.
///
/// # Errors
/// When the database cannot be read.
pub fn destruction_waiting(db: &mut Db, signal: SignalId) -> Result<Option<DestructionRow>, StoreError> {
    Ok(destructions::table
        .filter(destructions::signal_id.eq(signal))
        .filter(destructions::state.eq("proposed"))
        .select(DestructionRow::as_select())
        .first(db)
        .optional()?)
}

/// Every destruction that was done, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn destruction_list_done(db: &mut Db) -> Result<Vec<DestructionRow>, StoreError> {
    Ok(destructions::table
        .filter(destructions::state.eq("agreed"))
        .order((destructions::decided_on.asc(), destructions::id.asc()))
        .select(DestructionRow::as_select())
        .load(db)?)
}

/// The destructions of a signal, the newest last.
///
/// # Errors
/// When the database cannot be read.
pub fn destruction_list(db: &mut Db, signal: SignalId) -> Result<Vec<DestructionRow>, StoreError> {
    Ok(destructions::table
        .filter(destructions::signal_id.eq(signal))
        .order((destructions::proposed_on.asc(), destructions::state.asc(), destructions::id.asc()))
        .select(DestructionRow::as_select())
        .load(db)?)
}

/// The destructions that wait for one of these grantees, with their signal, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn destruction_list_waiting(
    db: &mut Db,
    grantees: &[String],
) -> Result<Vec<(DestructionRow, SignalRow)>, StoreError> {
    let granted = grants::table
        .filter(grants::signal_id.eq(destructions::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("check"));
    Ok(destructions::table
        .inner_join(signals::table.on(signals::id.eq(destructions::signal_id)))
        .filter(destructions::state.eq("proposed"))
        .filter(diesel::dsl::exists(granted))
        .order((destructions::kept_until.asc(), destructions::id.asc()))
        .select((DestructionRow::as_select(), SignalRow::as_select()))
        .load(db)?)
}

/// Closed signals whose term has passed and that are on nobody's list yet.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_list_past_term(db: &mut Db, today: Day, limit: i64) -> Result<Vec<SignalRow>, StoreError> {
    Ok(signals::table
        .filter(signals::stage.eq(Stage::Closed))
        .filter(signals::kept_until.le(today))
        .filter(signals::due_on.is_null())
        .order((signals::kept_until.asc(), signals::id.asc()))
        .limit(limit)
        .select(SignalRow::as_select())
        .load(db)?)
}

/// Closed signals that stand so since this day or earlier and still have a readable record of this kind.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_list_closed_with(
    db: &mut Db,
    kind: &str,
    closed_by: Day,
    limit: i64,
) -> Result<Vec<SignalRow>, StoreError> {
    let readable = records::table
        .filter(records::signal_id.eq(signals::id))
        .filter(records::kind.eq(kind))
        .filter(diesel::dsl::exists(sealed_keys::table.filter(sealed_keys::subject.eq(records::key_id))));
    Ok(signals::table
        .filter(signals::stage.eq(Stage::Closed))
        .filter(signals::stage_since.le(closed_by))
        .filter(diesel::dsl::exists(readable))
        .order((signals::stage_since.asc(), signals::id.asc()))
        .limit(limit)
        .select(SignalRow::as_select())
        .load(db)?)
}
