//! What the service does by itself, round after round, for as long as it runs: the clocks of keeping, and clearing what
//! has ended. Several processes may do it on one database: what one has done, the next does not find any more.

use super::attempts::FORGOTTEN_AFTER_SECONDS;
use super::idempotency::IDEMPOTENCY_DAYS;
use super::retention::TermsKept;
use super::{App, AppError};
use crate::policy::OpContext;
use std::time::Duration;

/// How long the service rests between two rounds. Terms count in days, so that an hour is soon enough.
pub const BETWEEN_ROUNDS: Duration = Duration::from_secs(3600);

impl App {
    /// One round: ends the roles whose last day has been, lets go of what has had its day, then of sessions, sending keys and counted tries that ended, which leave no event:
    /// they mean nothing by themselves.
    ///
    /// # Errors
    /// The first that occurred; the other half was tried all the same.
    pub async fn round(&self) -> Result<TermsKept, AppError> {
        let op = self.as_system()?;
        let ended = self.end_roles_of_before(&op).await;
        let kept = self.keep_terms(&op).await;
        if let Err(error) = self.end_emergencies(&op).await {
            tracing::error!("what was lent out of hours cannot be taken back: {error}");
        }
        let idle_before = op.at.plus_seconds(-self.session_terms().idle_seconds);
        let (now, today, forgotten) = (op.at, op.today, op.today.plus_days(-IDEMPOTENCY_DAYS));
        let cleared = self.store().tend(&op, "round.clear", move |tx| {
            tx.sessions_clear(now, idle_before)?;
            tx.attempts_clear(now.plus_seconds(-FORGOTTEN_AFTER_SECONDS))?;
            tx.idempotency_forget(forgotten)?;
            tx.machine_tokens_clear(today)?;
            Ok(())
        });
        cleared.await?;
        self.list_what_was_destroyed().await;
        ended.and(kept)
    }

    async fn end_roles_of_before(&self, op: &OpContext) -> Result<(), AppError> {
        let ended = self.end_roles(op).await?;
        if ended > 0 {
            tracing::info!(ended, "roles whose last day has been were ended");
        }
        Ok(())
    }

    /// Puts on the list outside the database what a power cut or a full disk kept from it.
    async fn list_what_was_destroyed(&self) {
        let Some(list) = self.destroyed().cloned() else { return };
        let completed = self.store().look(move |db| list.complete(db)).await;
        if let Err(error) = completed {
            tracing::error!("the list of destructions cannot be completed: {error}");
        }
    }

    /// Rounds without end, the first at once. What one round could not do is for the next.
    pub async fn keep_rounds(self, between: Duration) {
        loop {
            match self.round().await {
                Ok(kept) if kept.count() == 0 => {}
                Ok(kept) => tracing::info!(
                    names = kept.names,
                    mailboxes = kept.mailboxes,
                    due = kept.due,
                    "what has had its day was let go"
                ),
                Err(error) => tracing::error!("a round of the clocks of keeping failed: {error}"),
            }
            tokio::time::sleep(between).await;
        }
    }
}
