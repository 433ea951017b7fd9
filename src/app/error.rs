//! How a use case fails, with two messages: what people are told and what operators note.

use super::App;
use super::enrolment::Waits;
use crate::domain::ids::SignalId;
use crate::domain::role::Group;
use crate::domain::words::FieldError;
use crate::domain::workflow::{NotAllowed, StepEvent};
use crate::ledger::event::Outcome;
use crate::policy::{OpContext, Refusal};
use crate::store::{Failure, Refused, StoreError, Trace, Written};
use crate::vault::entropy::EntropyError;
use crate::vault::error::VaultError;

/// A failure of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// A key or a sealed field.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
    /// The policy said no.
    #[error("refused: {}", .0.why)]
    Refused(Refused, Refusal),
    /// The protocol does not know this step here.
    #[error("{0}")]
    NotAllowed(NotAllowed),
    /// The step belongs to this stage, but what it needs is not there now; the sentence is for the person who tried.
    #[error("{}: not now", .0.code())]
    NotNow(StepEvent, &'static str),
    /// The form or body has mistakes: all of them together.
    #[error("{} invalid field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// Somebody moved the signal since the page was opened.
    #[error("signal changed since version {seen}")]
    Changed {
        /// The version the person saw.
        seen: i64,
        /// The version now.
        now: i64,
    },
    /// A group has no key yet, or none that is proven: its road is closed.
    #[error("no proven key for group {}", .0.code())]
    RoadClosed(Group),
    /// A public key in the database is not the one the log proves.
    #[error("a public key is not proven by the log: {0}")]
    KeyNotProven(String),
    /// A newer key was stated while this was being sealed; trying again uses it.
    #[error("a newer key was stated meanwhile")]
    KeyMoved,
    /// The name or the password is wrong, or the account is not active.
    #[error("sign-in refused")]
    SignInFailed,
    /// The password was right; a code of the second factor is asked for.
    #[error("second factor needed")]
    FactorNeeded,
    /// The password was right; a second factor has to be added first, on the pages.
    #[error("a second factor must be added first")]
    FactorFirst,
    /// The code of the second factor is wrong or was used.
    #[error("second factor refused")]
    FactorFailed,
    /// The second factors in the database are not those that the log proves.
    #[error("second factors are not proven by the log")]
    FactorsNotProven,
    /// Too many tries for this name: it has to wait. Nothing was looked at.
    #[error("sign-in slowed for {seconds} s")]
    Slowed {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// Name and password are right, but no colleague has let this person in yet.
    #[error("not let in yet")]
    NotLetIn(Box<Waits>),
    /// Another system is not let in. Why stands in the log, and is told to nobody.
    #[error("machine refused: {0}")]
    MachineRefused(&'static str),
    /// The one-time code is wrong or was used.
    #[error("enrolment refused")]
    EnrolmentFailed,
    /// The same idempotency key came with another body.
    #[error("idempotency key reused for another body")]
    KeyReused,
    /// Something that must hold inside the service does not.
    #[error("internal: {0}")]
    Internal(String),
}

impl AppError {
    /// A refusal, as it goes to the log and to the person.
    #[must_use]
    pub fn refused(action: &str, why: Refusal, signal: Option<SignalId>) -> Self {
        Self::Refused(Refused::by_policy(action, why, signal), why)
    }

    /// The same for whoever was given another part of the signal: what is not theirs does not exist for them.
    #[must_use]
    pub fn as_absent(self) -> Self {
        match self {
            Self::Refused(refused, Refusal::NotYourRole) => Self::Refused(refused, Refusal::NotFound),
            other => other,
        }
    }

    /// One mistake at one field.
    #[must_use]
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(name, message)])
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<EntropyError> for AppError {
    fn from(_: EntropyError) -> Self {
        Self::Internal("no random bytes".to_owned())
    }
}

impl From<NotAllowed> for AppError {
    fn from(error: NotAllowed) -> Self {
        Self::NotAllowed(error)
    }
}

impl From<Vec<FieldError>> for AppError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl Failure for AppError {
    fn store_error(&self) -> Option<&StoreError> {
        if let Self::Store(error) = self { Some(error) } else { None }
    }

    fn refused(&self) -> Option<Refused> {
        let say = |action: &str, why: &str, result| {
            Some(Refused {
                action: action.to_owned(),
                why: why.to_owned(),
                signal: None,
                result,
                written: Written::NotYet,
            })
        };
        match self {
            Self::Refused(refused, _) => Some(refused.clone()),
            Self::NotAllowed(step) => say(step.event.code(), "not_in_this_stage", Outcome::Refused),
            Self::NotNow(step, _) => say(step.code(), "not_now", Outcome::Refused),
            Self::RoadClosed(group) => say("seal", &format!("no_key.{}", group.code()), Outcome::Failed),
            Self::KeyNotProven(_) => say("seal", "key_not_proven", Outcome::Failed),
            Self::Vault(_) => say("open", "not_genuine", Outcome::Failed),
            Self::Store(StoreError::NoKey) => say("open", "no_key", Outcome::Failed),
            Self::SignInFailed => say("sign_in", "wrong_name_or_password", Outcome::Refused),
            Self::FactorNeeded => say("sign_in", "second_factor_needed", Outcome::Refused),
            Self::FactorFirst => say("sign_in", "second_factor_first", Outcome::Refused),
            Self::FactorFailed => say("second_factor", "wrong_code", Outcome::Refused),
            Self::FactorsNotProven => say("sign_in", "factors_not_proven", Outcome::Failed),
            Self::Slowed { .. } => say("sign_in", "slowed", Outcome::Refused),
            Self::NotLetIn(_) => say("sign_in", "not_let_in", Outcome::Refused),
            Self::EnrolmentFailed => say("enrol", "wrong_code", Outcome::Refused),
            Self::Store(_)
            | Self::Invalid(_)
            | Self::Changed { .. }
            | Self::KeyMoved
            | Self::KeyReused
            // Written down with whose it was, by whoever refuses.
            | Self::MachineRefused(_)
            | Self::Internal(_) => None,
        }
    }

    fn written(&mut self) {
        if let Self::Refused(refused, _) = self {
            refused.written = Written::InLog;
        }
    }
}

impl App {
    /// Writes a refusal down that a reading found, before anybody is answered: whoever tries doors stands in the log
    /// for each. One that stands there already is not written again.
    ///
    /// # Errors
    /// When it cannot be written; then that is the answer.
    pub async fn write_refusal(&self, op: &OpContext, refused: Refused, why: Refusal) -> Result<(), AppError> {
        if refused.written == Written::InLog {
            return Ok(());
        }
        let written = self
            .store()
            .write::<(), AppError, _>(op, "access.refuse", move |_| Err(AppError::Refused(refused.clone(), why)))
            .await;
        match written {
            Ok(_) | Err(AppError::Refused(..)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes down a failure that came outside any write, and gives it back: what failed stands in the log like what
    /// was done. When even that cannot be written, that is the failure.
    pub async fn noted(&self, op: &OpContext, name: &'static str, error: AppError) -> AppError {
        let Some(refused) = error.refused() else { return error };
        let written = self
            .store()
            .write::<_, StoreError, _>(op, name, move |tx| {
                let trace = Trace::new("access.failed").detail("action", refused.action.clone());
                let trace = trace.detail("why", refused.why.clone()).result(refused.result);
                tx.record(if let Some(signal) = refused.signal { trace.signal(signal) } else { trace })
            })
            .await;
        written.map_or_else(AppError::from, |_| error)
    }
}
