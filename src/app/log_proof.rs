//! What somebody outside holds the log against: the newest signed checkpoint, and the proof that the log of an earlier
//! one is its beginning. Holds hashes only. Whether the log is whole the service does not say of itself: that is what
//! the export and the checkpoint are for.

use super::{App, AppError};
use crate::ledger::merkle::{Hash, consistency_proof};
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::{Trace, log};

/// Dutch: *bewijs van het logboek*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The newest signed checkpoint.
    pub note: String,
    /// How many entries it covers.
    pub size: u64,
    /// The proof (RFC 6962, 2.1.2) from the size that was asked for; absent when none was.
    pub consistency: Option<Vec<Hash>>,
}

impl App {
    /// The newest signed checkpoint, with the proof that the first `since` entries are the beginning of its log; `None`
    /// when nothing was ever signed. Blocks.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] when `since` lies beyond the checkpoint; any store error.
    pub fn log_proof(&self, op: &OpContext, since: Option<u64>) -> Result<Option<LogProof>, AppError> {
        let action = Action::SeeLogProof;
        let permit =
            authorize(op, action, &Facts::default()).map_err(|why| AppError::refused(action.code(), why, None))?;
        let role = permit.role();
        self.store().write_blocking::<_, AppError, _>(op, "log.prove", move |tx| {
            tx.record(Trace::new("checkpoint.read").role(role))?;
            Ok(())
        })?;
        self.store().read(|db| {
            let Some((size, note)) = log::checkpoint_newest(db)? else { return Ok(None) };
            let beyond = || AppError::field("vanaf", format!("Het nieuwste controlepunt telt {size} regels."));
            let consistency = match since {
                None => None,
                Some(since) if since == 0 || since > size => return Err(beyond()),
                Some(since) => {
                    let leaves = log::leaves_before(db, size)?;
                    Some(consistency_proof(&leaves, since, size).map_err(|e| AppError::Internal(e.to_string()))?)
                }
            };
            Ok(Some(LogProof { note, size, consistency }))
        })
    }
}
