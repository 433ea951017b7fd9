//! Sharing a signal by a machine that may send it twice: the same idempotency key gives the same answer again.

use super::intake::{Again, Arrival, Received, write_signal};
use super::{App, AppError};
use crate::domain::signal::NewSignal;
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::idempotency::IdempotencyRow;
use crate::store::{StoreError, Trace, signals};
use crate::vault::idempotency::IdempotencyKey;
use crate::vault::receipt::Receipt;

/// For how many days a key gives the same answer again.
pub const IDEMPOTENCY_DAYS: i64 = 7;

/// A submission with its receipt, which the melder does not hold yet.
pub struct Acknowledged {
    /// What came in, now or before.
    pub received: Received,
    /// The receipt of the first answer.
    pub receipt: Receipt,
}

/// What the transaction found.
enum Outcome {
    New(Received),
    Earlier(Received, Vec<u8>),
}

impl App {
    /// Stores a signal once for this key, with a receipt made here; `submitted` are the bytes of the draft. The row that
    /// remembers the answer lands in the same transaction as the signal: there is never one without the other.
    ///
    /// # Errors
    /// [`AppError::KeyReused`] when the key came with another draft before; further as [`App::submit`].
    pub async fn submit_once_for_key(
        &self,
        op: &OpContext,
        new: &NewSignal,
        arrival: Arrival,
        key: &IdempotencyKey,
        submitted: &[u8],
    ) -> Result<Acknowledged, AppError> {
        match self.submit_for_key(op, new, arrival, key, submitted).await {
            Err(AppError::KeyMoved) => {
                self.newest_or_noted(op).await?;
                let last = self.submit_for_key(op, new, arrival, key, submitted).await;
                self.noted_if_superseded(op, last).await
            }
            // Another process used the key a moment earlier: its answer is there now.
            Err(AppError::Store(StoreError::Duplicate(_))) => {
                self.submit_for_key(op, new, arrival, key, submitted).await
            }
            other => other,
        }
    }

    async fn submit_for_key(
        &self,
        op: &OpContext,
        new: &NewSignal,
        arrival: Arrival,
        key: &IdempotencyKey,
        submitted: &[u8],
    ) -> Result<Acknowledged, AppError> {
        let permit = authorize(op, Action::Submit, &Facts::default())
            .map_err(|why| AppError::refused(Action::Submit.code(), why, None))?;
        let receipt = Receipt::random(self.entropy().as_mut())?;
        let sealed = match self.seal_signal(op, new, &receipt, arrival) {
            Ok(sealed) => sealed,
            Err(error) => return Err(self.noted(op, "intake.seal", error).await),
        };
        let row = IdempotencyRow {
            key_hash: key.lookup().to_vec(),
            request_hash: key.request_hash(submitted)?.to_vec(),
            receipt_sealed: key.seal_receipt(&receipt, self.entropy().as_mut())?,
            signal_id: sealed.signal.id,
            created_on: op.today,
        };
        let before = op.today.plus_days(-IDEMPOTENCY_DAYS);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "intake.submit_once", move |tx| {
                tx.idempotency_forget(before)?;
                if let Some(earlier) = tx.idempotency_fetch(&row.key_hash)? {
                    if earlier.request_hash != row.request_hash {
                        return Err(AppError::KeyReused);
                    }
                    let found = signals::signal_fetch(tx.reader(), earlier.signal_id)?
                        .ok_or_else(|| AppError::Internal("an idempotency row without its signal".to_owned()))?;
                    tx.record(Trace::new("signal.repeated"))?;
                    let received = Received { id: found.id, reference: found.reference, again: Again::Repeated };
                    return Ok(Outcome::Earlier(received, earlier.receipt_sealed));
                }
                write_signal(tx, &sealed)?;
                tx.idempotency_insert(&row)?;
                tx.record(sealed.trace(&permit))?;
                let (id, reference) = (sealed.signal.id, sealed.signal.reference);
                Ok(Outcome::New(Received { id, reference, again: Again::First }))
            })
            .await?;
        match committed.value {
            Outcome::New(received) => Ok(Acknowledged { received, receipt }),
            Outcome::Earlier(received, kept) => Ok(Acknowledged { received, receipt: key.open_receipt(&kept)? }),
        }
    }
}
