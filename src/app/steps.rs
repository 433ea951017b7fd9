//! What every step of the protocol has in common: who may, from where, in which version, to where.

use super::{App, AppError};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::workflow::{self, NotAllowed, Outcome, StepEvent};
use crate::policy::{Action, Facts, MemberActor, OpContext, Permit, Refusal, authorize};
use crate::store::signals::{self, SignalRow};
use crate::store::{Trace, Tx};

/// A signal as somebody saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The signal.
    pub signal: SignalId,
    /// The version on their page.
    pub version: i64,
}

impl Seen {
    /// A step on what was seen.
    #[must_use]
    pub fn attempt(self, event: StepEvent) -> Attempt {
        Attempt { signal: self.signal, seen: self.version, event }
    }
}

/// A step somebody wants to take on the signal as they saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The signal.
    pub signal: SignalId,
    /// The version on their page.
    pub seen: i64,
    /// The step.
    pub event: StepEvent,
}

/// A step that may be taken now.
pub struct Begun {
    /// The signal as it stands.
    pub signal: SignalRow,
    /// The permission.
    pub permit: Permit,
    event: StepEvent,
}

/// The member who acts.
///
/// # Errors
/// A refusal when nobody is signed in.
pub fn acting(op: &OpContext) -> Result<&MemberActor, AppError> {
    op.as_member().ok_or_else(|| AppError::refused("step", Refusal::SignInFirst, None))
}

impl Attempt {
    /// Looks at the signal inside the transaction: whether this person may take this step on it (`authors` wrote along
    /// on what is to be signed or judged), whether it moved since their page, and whether the protocol knows the step
    /// here.
    ///
    /// # Errors
    /// [`AppError::Refused`], [`AppError::Changed`], [`AppError::NotAllowed`]; any store error.
    pub fn begin(self, tx: &mut Tx<'_>, authors: &[MemberId]) -> Result<Begun, AppError> {
        let op = tx.op().clone();
        let member = acting(&op)?;
        let code = self.event.code();
        let Some((signal, mut facts)) = tx.signal_facts(self.signal, member)? else {
            return Err(AppError::refused(code, Refusal::NotFound, None));
        };
        facts.authors = authors.to_vec();
        let permit = authorize(&op, Action::Step(self.event), &facts)
            .map_err(|why| AppError::refused(code, why, Some(self.signal)))?;
        if signal.version != self.seen {
            return Err(AppError::Changed { seen: self.seen, now: signal.version });
        }
        if !workflow::allowed_from(self.event).contains(&signal.stage) {
            return Err(AppError::NotAllowed(NotAllowed { event: self.event, stage: signal.stage }));
        }
        Ok(Begun { signal, permit, event: self.event })
    }
}

impl App {
    /// Looks whether a step may be taken before its form is judged, so that "not here" is never answered with the
    /// mistakes of a form that could not count. A refusal stands in the log; permission is asked again when the step is
    /// taken.
    ///
    /// # Errors
    /// As [`Attempt::begin`].
    pub async fn probe(&self, op: &OpContext, attempt: Attempt, authors: &[MemberId]) -> Result<(), AppError> {
        let member = acting(op)?.clone();
        let found = self.store().look(move |db| signals::signal_facts(db, attempt.signal, &member)).await?;
        let fine = found.is_some_and(|(signal, facts)| {
            let facts = Facts { authors: authors.to_vec(), ..facts };
            authorize(op, Action::Step(attempt.event), &facts).is_ok()
                && signal.version == attempt.seen
                && workflow::allowed_from(attempt.event).contains(&signal.stage)
        });
        if fine {
            return Ok(());
        }
        let authors = authors.to_vec();
        self.store()
            .write::<(), AppError, _>(op, "step.refuse", move |tx| {
                let begun = attempt.begin(tx, &authors)?;
                Err(AppError::Changed { seen: attempt.seen, now: begun.signal.version })
            })
            .await?;
        Ok(())
    }
}

impl App {
    /// The signal as it stands, for whoever may take this step on it now: asked before anything is opened for the
    /// page of the step. A refusal stands in the log.
    ///
    /// # Errors
    /// As [`Attempt::begin`].
    pub async fn step_ready(&self, op: &OpContext, id: SignalId, event: StepEvent) -> Result<SignalRow, AppError> {
        let found = self.store().look(move |db| signals::signal_fetch(db, id)).await?;
        let seen = found.as_ref().map_or(0, |signal| signal.version);
        self.probe(op, Attempt { signal: id, seen, event }, &[]).await.map_err(AppError::as_absent)?;
        found.ok_or_else(|| AppError::refused(event.code(), Refusal::NotFound, None))
    }
}

impl Begun {
    /// Moves the signal to where the table says this outcome leads; `change` sets what else the step decides (whose
    /// turn, what it waits for, until when).
    ///
    /// # Errors
    /// [`AppError::NotAllowed`] for an outcome that does not belong to the step; [`crate::store::StoreError::Stale`]
    /// when somebody was faster.
    pub fn advance(
        &self,
        tx: &mut Tx<'_>,
        outcome: Outcome,
        change: impl FnOnce(&mut SignalRow),
    ) -> Result<SignalRow, AppError> {
        let stage = workflow::next(self.signal.stage, self.event, outcome)?;
        let mut next = SignalRow { stage, version: self.signal.version + 1, ..self.signal.clone() };
        if stage != self.signal.stage {
            next.stage_since = tx.today();
        }
        change(&mut next);
        tx.signal_advance(workflow::allowed_from(self.event), &next)?;
        Ok(next)
    }

    /// Keeps the signal where it is and counts its version up: for a draft of the step, which others must notice.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Stale`] when somebody was faster.
    pub fn stay(&self, tx: &mut Tx<'_>) -> Result<SignalRow, AppError> {
        let next = SignalRow { version: self.signal.version + 1, ..self.signal.clone() };
        tx.signal_advance(workflow::allowed_from(self.event), &next)?;
        Ok(next)
    }

    /// The event of this step, with what every step has: the signal, the role, and from where to where.
    #[must_use]
    pub fn trace(&self, kind: &'static str, next: &SignalRow) -> Trace {
        Trace::new(kind)
            .signal(self.signal.id)
            .role(self.permit.role())
            .detail("step", self.event.code())
            .detail("from", self.signal.stage.code())
            .detail("to", next.stage.code())
            .detail("version", next.version.to_string())
    }
}
