//! Coming in with a password, and going. A member's keys are opened here and nowhere else; they are made at the first
//! sign-in (`app/enrolment.rs`).

use super::attempts::Attempt;
use super::keyring::Session;
use super::second_step::{FirstStep, Stage};
use super::sessions::{Begin, Known, Proof};
use super::{App, AppError};
use crate::policy::{OpContext, Refusal};
use crate::store::Failure as _;
use crate::store::members::{self, MemberRow};
use crate::vault::member::MemberKeys;
use crate::vault::password::{PasswordRecord, dummy_unlock, unlock};
use crate::vault::session::SessionToken;

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// The pages.
    Web,
    /// The JSON API.
    Api,
}

impl SessionKind {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
        }
    }
}

/// A login as it was typed, without spaces around it and in lower case, as accounts are named. One that no account can
/// have becomes the empty one, which none has: the attempt then takes the road, the time and the line in the log of any
/// unknown name.
pub(super) fn as_login(name: &str) -> String {
    if super::members::is_login(name) { name.to_owned() } else { String::new() }
}

impl App {
    /// Signs in with name and password alone; blocks for as long as the password takes, also for names that do not exist.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`], the same for an unknown name, a wrong password and an account that is not active;
    /// [`AppError::Slowed`] after too many tries; [`AppError::FactorNeeded`] and [`AppError::FactorFirst`] when the
    /// password was right and is not enough.
    /// [`AppError::NotLetIn`] for the right password of somebody whom no colleague has let in yet.
    pub fn sign_in(
        &self,
        op: &OpContext,
        login: &str,
        password: &str,
        kind: SessionKind,
    ) -> Result<(SessionToken, Session), AppError> {
        self.sign_in_with(op, self.count_attempt(op, login)?, password, None, kind)
    }

    /// The same for a try that was counted already, with the code of a second factor if there is one. Waiting for one's
    /// turn comes after counting, so that a name that has to wait holds nobody up.
    ///
    /// # Errors
    /// As [`App::sign_in`], but for the wait; [`AppError::FactorFailed`] for a wrong or used code.
    pub fn sign_in_with(
        &self,
        op: &OpContext,
        attempt: Attempt,
        password: &str,
        code: Option<&str>,
        kind: SessionKind,
    ) -> Result<(SessionToken, Session), AppError> {
        let known = self.known_by_password(op, &attempt, password)?;
        let proof = match (known.stage(self.sign_in_terms().second_factor), code) {
            (Stage::Enough, _) => Proof::Password,
            (Stage::Code, Some(code)) => match known.factors.check(code, &known.keys, known.member.id, op.at) {
                Some(proof) => proof,
                None => return self.refuse(op, AppError::FactorFailed),
            },
            (Stage::Code, None) => return self.refuse(op, AppError::FactorNeeded),
            (Stage::Enrol, _) => return self.refuse(op, AppError::FactorFirst),
        };
        self.begin_session(op, Begin { known, kind, account: attempt.account, proof, pending: None })
    }

    /// The first step at the pages: the password leads to a session, or to a pending one that is good for nothing but
    /// the second step.
    ///
    /// # Errors
    /// As [`App::sign_in`], but for the wait and for the second factor.
    pub fn first_step(&self, op: &OpContext, attempt: Attempt, password: &str) -> Result<FirstStep, AppError> {
        let known = self.known_by_password(op, &attempt, password)?;
        if known.stage(self.sign_in_terms().second_factor) == Stage::Enough {
            let (account, proof) = (attempt.account, Proof::Password);
            let begin = Begin { known, kind: SessionKind::Web, account, proof, pending: None };
            return self.begin_session(op, begin).map(|(token, session)| FirstStep::In(token, session.actor));
        }
        self.begin_pending(op, &known).map(FirstStep::Half)
    }

    /// Looks the name up and tries the password. The same road and time for every name.
    pub(super) fn known_by_password(
        &self,
        op: &OpContext,
        attempt: &Attempt,
        password: &str,
    ) -> Result<Known, AppError> {
        let found = self.store().read(|db| members::member_by_login(db, &attempt.login))?;
        let opened = match &found {
            Some(member) if ["active", "waiting"].contains(&member.state.as_str()) => {
                open_with_password(member, password)
            }
            _ => {
                dummy_unlock(password, self.kdf_cost());
                None
            }
        };
        let (Some(member), Some(keys)) = (found, opened) else {
            return self.refuse(op, AppError::SignInFailed);
        };
        if member.state == "waiting" {
            let waits = self.waits(&member, &keys)?;
            return self.refuse(op, AppError::NotLetIn(Box::new(waits)));
        }
        match self.factors_of(member.id) {
            Ok(factors) => Ok(Known { member, keys, factors }),
            Err(AppError::FactorsNotProven) => self.refuse(op, AppError::FactorsNotProven),
            Err(error) => Err(error),
        }
    }

    /// Writes the refusal down and gives it back: what was refused stands in the log before anyone is answered.
    pub(super) fn refuse<T: Send + 'static>(&self, op: &OpContext, error: AppError) -> Result<T, AppError> {
        let Some(refused) = error.refused() else { return Err(error) };
        let written = self.store().write_blocking::<(), AppError, _>(op, "session.refuse", move |_| {
            // Only its trace counts here; the error itself goes back to whoever asked.
            Err(AppError::Refused(refused.clone(), Refusal::SignInFirst))
        });
        match written {
            Ok(_) | Err(AppError::Refused(..)) => Err(error),
            Err(unwritten) => Err(unwritten),
        }
    }
}

pub(super) fn open_with_password(member: &MemberRow, password: &str) -> Option<MemberKeys> {
    let record = std::str::from_utf8(member.password.as_deref()?).ok()?;
    let record = PasswordRecord::from_json(record).ok()?;
    let wrapping = unlock(password, &record).ok()?;
    MemberKeys::open(&wrapping, member.id.uuid(), member.keys_sealed.as_deref()?).ok()
}

#[cfg(test)]
mod tests;
