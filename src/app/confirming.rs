//! Showing once more who one is, before an act that cannot be taken back or that gives somebody more: an open session is
//! not enough for those. A code of the second factor, or the password where a member has no more.

use super::factor_proof::APP;
use super::keyring::Session;
use super::sessions::Proof;
use super::sign_in::open_with_password;
use super::{App, AppError};
use crate::domain::time::Moment;
use crate::policy::OpContext;
use crate::store::members::{self, MemberRow};
use crate::store::{StoreError, Trace};

/// So many seconds after showing it, nobody is asked again.
pub const CONFIRMED_SECONDS: i64 = 300;

/// What a member is asked to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A code of the second factor.
    Code,
    /// The password.
    Password,
}

/// Seconds that the clocks of two processes may differ.
const SKEW_SECONDS: i64 = 5;

/// Whether this was at most so many seconds ago. What lies ahead was not: a clock that is set back makes nothing last.
pub(super) fn is_recent(now: Moment, then: Moment, seconds: i64) -> bool {
    (-SKEW_SECONDS * 1_000_000..=seconds * 1_000_000).contains(&now.micros_since(then))
}

impl Session {
    /// Whether the member showed more than a cookie not long ago.
    #[must_use]
    pub fn is_confirmed(&self, now: Moment) -> bool {
        is_recent(now, self.factor_at, CONFIRMED_SECONDS)
    }
}

impl App {
    /// What this member is asked to show.
    ///
    /// # Errors
    /// [`AppError::FactorsNotProven`]; any store error.
    pub fn asked_of(&self, session: &Session) -> Result<Asked, AppError> {
        Ok(if self.factors_of(session.actor.id)?.any() { Asked::Code } else { Asked::Password })
    }

    /// Confirms a session with what [`App::asked_of`] names. A try counts as one of signing in, and a code is used up.
    /// Blocks for as long as a password takes.
    ///
    /// # Errors
    /// [`AppError::FactorFailed`] for a wrong or used code, [`AppError::SignInFailed`] for a wrong password;
    /// [`AppError::Slowed`] after too many tries; [`StoreError::Stale`] when the session has ended meanwhile.
    pub fn confirm_session(&self, op: &OpContext, session: &Session, shown: &str) -> Result<(), AppError> {
        let member = self.account(session)?;
        let attempt = self.count_attempt(op, &member.login)?;
        let factors = self.factors_of(member.id)?;
        let proof = if factors.any() {
            match factors.check(shown, &session.keys, member.id, op.at) {
                Some(proof) => proof,
                None => return self.refuse(op, AppError::FactorFailed),
            }
        } else {
            match open_with_password(&member, shown) {
                Some(_) => Proof::Password,
                None => return self.refuse(op, AppError::SignInFailed),
            }
        };
        let (id, with) = (session.actor.session, proof.kind());
        self.store().write_blocking::<_, AppError, _>(op, "session.confirm", move |tx| {
            proof.spend(tx)?;
            tx.session_confirm(id, tx.op().at)?;
            tx.attempts_forget(&attempt.account)?;
            tx.record(Trace::new("session.confirmed").object("session", id.uuid()).detail("kind", with))?;
            Ok(())
        })?;
        Ok(())
    }

    /// The account of whoever this session is of.
    pub(super) fn account(&self, session: &Session) -> Result<MemberRow, AppError> {
        let found = self.store().read(|db| members::member_fetch(db, session.actor.id))?;
        found.ok_or(AppError::Store(StoreError::Stale))
    }
}

impl Proof {
    /// What was shown, as the log calls it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Added | Self::App(..) => APP,
            Self::Code(..) => "recovery",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_ahead_was_not_a_moment_ago() {
        let at = |seconds: i64| Moment::from_micros(seconds * 1_000_000);
        let recent = |now: i64| is_recent(at(now), at(1000), 300);
        assert!(recent(1000) && recent(1300) && recent(996), "clocks differ a little");
        assert!(!recent(1301) && !recent(994));
    }
}
