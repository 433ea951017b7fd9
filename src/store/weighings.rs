//! Weighings and their two signatures. What they say is sealed; who signed what is not.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{weighing_authors, weighings};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{MemberId, RecordId, SignalId, WeighingId};
use crate::domain::time::Day;
use diesel::prelude::*;

/// A weighing (3 or 4), or the intake judgement (1, with 2A and 2B).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = weighings, treat_none_as_null = true)]
pub struct WeighingRow {
    /// Which one.
    pub id: WeighingId,
    /// The signal.
    pub signal_id: SignalId,
    /// `1`, `3` or `4`.
    pub number: String,
    /// Counts up with every new version of the same judgement.
    pub version: i64,
    /// Where it stands.
    pub state: String,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// The outcome chosen.
    pub outcome: Option<String>,
    /// The reason code with the outcome.
    pub reason: Option<String>,
    /// Who wrote it.
    pub drafted_by: MemberId,
    /// When.
    pub drafted_on: Day,
    /// Who was asked to sign along.
    pub cosigner: Option<MemberId>,
    /// Who signed along.
    pub agreed_by: Option<MemberId>,
    /// When.
    pub agreed_on: Option<Day>,
    /// Ed25519 signature of the writer.
    pub draft_signature: Option<Vec<u8>>,
    /// Ed25519 signature of the second person.
    pub agree_signature: Option<Vec<u8>>,
}

written!(
    WeighingRow,
    "weighings",
    [
        id,
        signal_id,
        number,
        version,
        state,
        record_id,
        outcome,
        reason,
        drafted_by,
        drafted_on,
        cosigner,
        agreed_by,
        agreed_on,
        draft_signature,
        agree_signature,
    ]
);

impl Tx<'_> {
    /// Adds a weighing.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn weighing_insert(&mut self, row: &WeighingRow) -> Result<(), StoreError> {
        diesel::insert_into(weighings::table).values(row).execute(self.db())?;
        self.touch(Group::Weighing(row.id));
        Ok(())
    }

    /// Puts a weighing in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn weighing_update(&mut self, state: &str, row: &WeighingRow) -> Result<(), StoreError> {
        let changed = diesel::update(weighings::table.find(row.id).filter(weighings::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Weighing(row.id));
        Ok(())
    }

    /// Notes that these people wrote along: none of them may agree.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn weighing_authors_put(&mut self, id: WeighingId, authors: &[MemberId]) -> Result<(), StoreError> {
        let there = weighing_authors(self.db(), id)?;
        for author in authors.iter().filter(|author| !there.contains(author)) {
            diesel::insert_into(weighing_authors::table)
                .values((weighing_authors::weighing_id.eq(id), weighing_authors::member_id.eq(*author)))
                .execute(self.db())?;
        }
        self.touch(Group::Weighing(id));
        Ok(())
    }

    /// Finds a weighing by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn weighing_fetch(&mut self, id: WeighingId) -> Result<Option<WeighingRow>, StoreError> {
        Ok(weighings::table.find(id).select(WeighingRow::as_select()).first(self.db()).optional()?)
    }
}

/// Every weighing of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn weighing_list(db: &mut Db, signal: SignalId) -> Result<Vec<WeighingRow>, StoreError> {
    Ok(weighings::table
        .filter(weighings::signal_id.eq(signal))
        .order((weighings::number.asc(), weighings::version.asc()))
        .select(WeighingRow::as_select())
        .load(db)?)
}

/// Who wrote along on a weighing: whoever drafted it, changed it, or wrote the version that it improves.
///
/// # Errors
/// When the database cannot be read.
pub fn weighing_authors(db: &mut Db, id: WeighingId) -> Result<Vec<MemberId>, StoreError> {
    Ok(weighing_authors::table
        .filter(weighing_authors::weighing_id.eq(id))
        .order(weighing_authors::member_id.asc())
        .select(weighing_authors::member_id)
        .load(db)?)
}
