//! The clocks of keeping: what lets go by itself when its day has come. Runs as the service itself, which holds no keys
//! and reads nothing. A whole signal is never destroyed here: that takes two people.

use super::destruction::DUE;
use super::{App, AppError};
use crate::domain::retention::RetentionGround;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::policy::OpContext;
use crate::store::signals::SignalRow;
use crate::store::{StoreError, Trace, destructions};

/// How many signals one round takes on per clock.
const ROUND: i64 = 200;

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TermsKept {
    /// Names of melders that were destroyed.
    pub names: usize,
    /// Messages with melders that were destroyed; following with the receipt ends with them.
    pub mailboxes: usize,
    /// Signals whose destruction must now be proposed.
    pub due: usize,
}

impl TermsKept {
    /// How much was done in all.
    #[must_use]
    pub fn count(self) -> usize {
        self.names + self.mailboxes + self.due
    }
}

impl App {
    /// One round: destroys the name of a melder when the signal is closed, the messages with a melder when their term
    /// has passed, and puts signals whose term has passed on the list of whoever leads their box.
    ///
    /// # Errors
    /// Any store error; what was done before it stands.
    pub async fn keep_terms(&self, op: &OpContext) -> Result<TermsKept, AppError> {
        let mut kept = TermsKept::default();
        // The name goes at closing, or at the latest its term after the last message: closing ends the messages.
        for signal in self.closed_with("identity", op.today).await? {
            kept.names += self.let_go(op, signal, "identity", RetentionGround::MelderIdentity).await?;
        }
        if let Some(rule) = self.protocol().retention(RetentionGround::Mailbox) {
            for signal in self.closed_with("mailbox", op.today).await? {
                if rule.from(signal.stage_since, &self.protocol().calendar).destroy_on <= op.today {
                    kept.mailboxes += self.let_go(op, signal, "mailbox", RetentionGround::Mailbox).await?;
                }
            }
        }
        let today = op.today;
        let past = self.store().look(move |db| destructions::signal_list_past_term(db, today, ROUND)).await?;
        for signal in past {
            kept.due += self.put_on_list(op, signal).await?;
        }
        if kept.names + kept.mailboxes > 0 {
            self.forget().await;
        }
        Ok(kept)
    }

    async fn closed_with(&self, kind: &'static str, closed_by: Day) -> Result<Vec<SignalRow>, StoreError> {
        self.store().look(move |db| destructions::signal_list_closed_with(db, kind, closed_by, ROUND)).await
    }

    async fn let_go(
        &self,
        op: &OpContext,
        signal: SignalRow,
        kind: &'static str,
        ground: RetentionGround,
    ) -> Result<usize, AppError> {
        let done = self
            .store()
            .write::<_, AppError, _>(op, "retention.let_go", move |tx| {
                for record in tx.record_list(signal.id, kind)? {
                    tx.record_destroy(record.id)?;
                }
                if kind == "identity" {
                    for grant in tx.grant_list(signal.id)?.iter().filter(|grant| grant.what == "identity") {
                        tx.grant_delete(signal.id, &grant.grantee, "identity")?;
                    }
                }
                // Without messages there is nothing to follow: the receipt opens nothing any more.
                let lookup_id = if kind == "mailbox" { None } else { signal.lookup_id.clone() };
                let next = SignalRow { version: signal.version + 1, lookup_id, ..signal.clone() };
                tx.signal_advance(&[Stage::Closed], &next)?;
                tx.record(
                    Trace::new("record.destroyed")
                        .signal(signal.id)
                        .detail("kind", kind)
                        .detail("ground", ground.code()),
                )?;
                Ok(())
            })
            .await;
        counted(done.map(|_| ()))
    }

    async fn put_on_list(&self, op: &OpContext, signal: SignalRow) -> Result<usize, AppError> {
        let done = self
            .store()
            .write::<_, AppError, _>(op, "retention.put_on_list", move |tx| {
                let next = SignalRow {
                    version: signal.version + 1,
                    waiting: DUE.to_owned(),
                    due_on: signal.kept_until,
                    ..signal.clone()
                };
                tx.signal_advance(&[Stage::Closed], &next)?;
                tx.record(Trace::new("destruction.due").signal(signal.id))?;
                Ok(())
            })
            .await;
        counted(done.map(|_| ()))
    }
}

/// One that somebody else moved meanwhile is for the next round.
fn counted(done: Result<(), AppError>) -> Result<usize, AppError> {
    match done {
        Ok(()) => Ok(1),
        Err(AppError::Store(StoreError::Stale)) => Ok(0),
        Err(error) => Err(error),
    }
}
