//! Whole tables walked in pages, for those who hold the database against the log.

use super::db::Db;
use super::error::StoreError;
use super::schema::{events, log_head};
use crate::ledger::merkle::{Frontier, Hash, root_of};
use diesel::prelude::*;

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

fn head(db: &mut Db) -> Result<(i64, Vec<u8>), StoreError> {
    Ok(log_head::table.find(1).select((log_head::size, log_head::frontier)).first(db)?)
}
