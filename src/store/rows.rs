//! Whole tables walked in pages, for those who hold the database against the log.

pub use super::bound::each_committed_row;

use super::db::Db;
use super::error::StoreError;
use super::log::{EventRow, checkpoint_insert, log_page};
use super::schema::{events, log_head};
use super::tx::Tx;
use crate::domain::time::Moment;
use crate::ledger::canonical::scan;
use crate::ledger::merkle::{Frontier, Hash, root_of};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;

/// How many entries to look back for one with a moment.
const LOOKED_BACK: i64 = 200;

/// How many rows are in memory at a time.
const PAGE: i64 = 1_000;

/// The last complete subtree is recomputed at start when it has at most this many leaves; a larger one waits for the
/// verifier.
const TAIL_LEAVES: u64 = 4096;

/// Whether the end of the log is where its head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEnd {
    /// It is.
    Fits,
    /// It is not: entries or the head were touched from outside.
    Differs,
}

/// Holds the stored head against the last entries: cheap, at every start. The whole log is the verifier's work.
///
/// # Errors
/// When the database cannot be read.
pub fn log_end(db: &mut Db) -> Result<LogEnd, StoreError> {
    let (size, bytes) = head(db)?;
    let Ok(frontier) = (if bytes.is_empty() { Ok(Frontier::new()) } else { Frontier::from_bytes(&bytes) }) else {
        return Ok(LogEnd::Differs);
    };
    if i64::try_from(frontier.size()) != Ok(size) {
        return Ok(LogEnd::Differs);
    }
    let tail = if frontier.size() == 0 { 0 } else { 1 << frontier.size().trailing_zeros() };
    let looked_at = if tail > TAIL_LEAVES { 1 } else { tail };
    let from = size.saturating_sub(i64::try_from(looked_at).unwrap_or(i64::MAX));
    let leaves: Vec<Vec<u8>> = events::table
        .filter(events::idx.ge(from))
        .filter(events::idx.lt(size))
        .order(events::idx.asc())
        .select(events::leaf_hash)
        .load(db)?;
    let leaves: Vec<Hash> = leaves.into_iter().filter_map(|leaf| leaf.try_into().ok()).collect();
    if u64::try_from(leaves.len()) != Ok(looked_at) {
        return Ok(LogEnd::Differs);
    }
    let peak = bytes.rchunks(32).next().unwrap_or_default();
    if looked_at > 0 && looked_at == tail && root_of(&leaves).as_slice() != peak {
        return Ok(LogEnd::Differs);
    }
    // Read last: another process may have added entries meanwhile, and its head with them.
    let last: Option<i64> = events::table.select(diesel::dsl::max(events::idx)).first(db)?;
    let (size, _) = head(db)?;
    Ok(if last.is_some_and(|last| last >= size) { LogEnd::Differs } else { LogEnd::Fits })
}

/// The moment of the newest entry that names one; entries of melders have only a day.
///
/// # Errors
/// When the database cannot be read.
pub fn last_event(db: &mut Db) -> Result<Option<Moment>, StoreError> {
    let newest: Vec<Vec<u8>> =
        events::table.order(events::idx.desc()).limit(LOOKED_BACK).select(events::body).load(db)?;
    Ok(newest.iter().find_map(|body| scan(body).ok()?.filing.at.parse().ok()))
}

/// The number of entries as it stands beside the head.
///
/// # Errors
/// When the database cannot be read.
pub fn head_size(db: &mut Db) -> Result<i64, StoreError> {
    Ok(head(db)?.0)
}

fn head(db: &mut Db) -> Result<(i64, Vec<u8>), StoreError> {
    Ok(log_head::table.find(1).select((log_head::size, log_head::frontier)).first(db)?)
}

/// Reads the database as it stands at one moment, however long it takes: what others write meanwhile is not seen.
///
/// # Errors
/// Whatever the closure returns, or when the database cannot be read.
pub fn at_one_moment<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    let begun = match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
        Db::Pg(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    };
    begun.map_err(StoreError::from)?;
    let result = f(db);
    let ended = <Db as Connection>::TransactionManager::rollback_transaction(db).map_err(StoreError::from);
    let value = result?;
    ended?;
    Ok(value)
}

/// Writes all of it or nothing, outside the writer: only into a database that no service uses yet.
///
/// # Errors
/// Whatever the closure returns, or when the database cannot be written.
pub(super) fn whole<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    let begun = match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Db::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
    };
    begun.map_err(StoreError::from)?;
    match f(db) {
        Ok(value) => {
            <Db as Connection>::TransactionManager::commit_transaction(db).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            // The first failure is the one to tell.
            drop(<Db as Connection>::TransactionManager::rollback_transaction(db));
            Err(error)
        }
    }
}

/// Hands over every entry of the log, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn each_event(db: &mut Db, mut f: impl FnMut(&EventRow)) -> Result<(), StoreError> {
    let mut from = None;
    loop {
        // The first page also takes numbers below zero, which the service never writes.
        let page = match from {
            None => first_events(db)?,
            Some(from) => log_page(db, from, PAGE)?,
        };
        page.iter().for_each(&mut f);
        match page.last() {
            Some(last) => from = Some(u64::try_from(last.idx.saturating_add(1)).unwrap_or(0)),
            None => return Ok(()),
        }
    }
}

fn first_events(db: &mut Db) -> Result<Vec<EventRow>, StoreError> {
    Ok(events::table.order(events::idx.asc()).limit(PAGE).select(EventRow::as_select()).load(db)?)
}

impl Tx<'_> {
    /// Keeps a signed checkpoint; the same size twice is one checkpoint.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn checkpoint_put(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
        let at = self.op().at;
        checkpoint_insert(self.db(), size, note, at)
    }
}
