//! Coming in: the first time with a one-time code, afterwards with a password. A member's keys are made here and are
//! opened nowhere else.

use super::attempts::Attempt;
use super::keyring::Session;
use super::second_step::{FirstStep, Stage};
use super::sessions::{Begin, Known, Proof};
use super::setup::NewGroupKey;
use super::trust::{Holder, NewPublicKey, StatementSigner, group_owner};
use super::{App, AppError};
use crate::app::sealing::Sealing;
use crate::domain::ids::{KeyId, MemberId};
use crate::policy::{OpContext, Refusal};
use crate::store::members::{self, MemberRow};
use crate::store::{Failure as _, Trace, contents};
use crate::vault::member::MemberKeys;
use crate::vault::password::{PasswordRecord, dummy_unlock, enrol, unlock};
use crate::vault::receipt::Receipt;
use crate::vault::session::SessionToken;
use crate::vault::statement::Owner;

/// The shortest password, in characters (NIST SP 800-63B-4, section 3.1.1.2: length before rules).
pub const PASSWORD_MIN_CHARS: usize = 15;

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

/// A login as it was typed, without spaces around it and in lower case, as accounts are named. One that no account can have becomes the empty one, which none has:
/// the attempt then takes the road, the time and the line in the log of any unknown name.
pub(super) fn as_login(name: &str) -> String {
    if super::members::is_login(name) { name.to_owned() } else { String::new() }
}

impl App {
    /// The first sign-in: takes the one-time code, makes the member's keys, and the keys of groups that have none yet.
    /// Blocks for as long as the password takes.
    ///
    /// # Errors
    /// [`AppError::EnrolmentFailed`] for a wrong or used code, [`AppError::Invalid`] for a password that is too short,
    /// [`AppError::Slowed`] after too many tries.
    pub fn enrol(&self, op: &OpContext, login: &str, code: &str, password: &str) -> Result<(), AppError> {
        if password.chars().count() < PASSWORD_MIN_CHARS {
            return Err(AppError::field(
                "wachtwoord",
                format!("Kies een wachtwoord van minstens {PASSWORD_MIN_CHARS} tekens. Een zin mag ook."),
            ));
        }
        let Attempt { login, account } = self.count_attempt(op, login)?;
        let hash = Receipt::parse(code).ok().and_then(|code| code.lookup_id().ok());
        let found = self.store().read(|db| members::member_by_login(db, &login))?;
        let member = match (found, hash) {
            (Some(member), Some(hash))
                if member.state == "invited" && member.enrol_hash.as_deref() == Some(hash.as_slice()) =>
            {
                member
            }
            _ => return self.refuse(op, AppError::EnrolmentFailed),
        };
        let mut entropy = self.entropy();
        let keys = MemberKeys::generate(entropy.as_mut())?;
        let (record, wrapping) = enrol(password, self.kdf_cost(), entropy.as_mut())?;
        let sealed = keys.wrap(&wrapping, member.id.uuid(), entropy.as_mut())?;
        let by = StatementSigner::setup(self.setup_signer()?);
        let publics = keys.publics()?;
        let key_id = KeyId::new(self.random_id()?);
        let owner = Owner::Member(member.id.uuid());
        let own = NewPublicKey::stated(key_id, owner, 1, Some(publics.exchange), Some(publics.signing), &by);
        let groups = self.first_group_keys(op, member.id, Holder { key: key_id, public: publics.exchange }, &by)?;
        let row = MemberRow {
            state: "active".to_owned(),
            enrol_hash: None,
            password: Some(record.to_json()?.into_bytes()),
            keys_sealed: Some(sealed),
            key_id: Some(key_id),
            version: member.version + 1,
            ..member
        };
        self.store().write_blocking::<_, AppError, _>(op, "members.enrol", move |tx| {
            own.put(tx)?;
            tx.member_update(&row)?;
            for group in &groups {
                group.key.put(tx)?;
                for copy in &group.copies {
                    tx.sealed_key_insert(copy)?;
                }
            }
            tx.attempts_forget(&account)?;
            tx.record(Trace::new("member.enrolled").object("member", row.id.uuid()))?;
            Ok(())
        })?;
        self.reload_trust()?;
        Ok(())
    }

    fn first_group_keys(
        &self,
        op: &OpContext,
        member: MemberId,
        first: Holder,
        by: &StatementSigner<'_>,
    ) -> Result<Vec<NewGroupKey>, AppError> {
        let roles = self.store().read(|db| self.proven_roles_of(db, member))?;
        let trusted = self.reload_trust()?;
        let mut made = Vec::new();
        for group in roles.iter().filter_map(|row| row.role.group()) {
            if trusted.current(&group_owner(group)).is_none() {
                made.push(self.make_group_key(op, group, first, by)?);
            }
        }
        Ok(made)
    }

    /// Signs in with name and password alone; blocks for as long as the password takes, also for names that do not exist.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`], the same for an unknown name, a wrong password and an account that is not active;
    /// [`AppError::Slowed`] after too many tries; [`AppError::FactorNeeded`] and [`AppError::FactorFirst`] when the
    /// password was right and is not enough.
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
            return self.begin_session(op, begin).map(|(token, _)| FirstStep::In(token));
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
            Some(member) if member.state == "active" => open_with_password(member, password),
            _ => {
                dummy_unlock(password, self.kdf_cost());
                None
            }
        };
        let (Some(member), Some(keys)) = (found, opened) else {
            return self.refuse(op, AppError::SignInFailed);
        };
        match self.factors_of(member.id) {
            Ok(factors) => Ok(Known { member, keys, factors }),
            Err(AppError::FactorsNotProven) => self.refuse(op, AppError::FactorsNotProven),
            Err(error) => Err(error),
        }
    }

    /// Seals the keys of this member's groups to colleagues who were let in and have no copy yet. Runs in a member's
    /// session, because only there are the keys.
    ///
    /// # Errors
    /// Any store error, or a key that is not genuine.
    pub fn settle_groups(&self, op: &OpContext, session: &Session) -> Result<usize, AppError> {
        let trusted = self.reload_trust()?;
        let ring = self.ring(session)?;
        let mut entropy = self.entropy();
        let mut copies = Vec::new();
        for group in session.actor.roles.iter().filter_map(|held| held.role.group()) {
            let Some(key) = trusted.current(&group_owner(group)) else { continue };
            let Some(private) = ring.private(key.key_id) else { continue };
            let subject = KeyId::new(key.key_id);
            let (people, there) = self.store().read(|db| {
                let people = self.proven_members_in(db, group.role())?;
                Ok::<_, AppError>((people, contents::sealed_keys_of_subject(db, subject)?))
            })?;
            for (member, _) in people {
                // Somebody whose roles were written by hand gets nothing, and does not keep others from signing in.
                let Ok(Some(holder)) = self.member_holder(member.id) else { continue };
                if there.iter().any(|row| row.holder == holder.key) {
                    continue;
                }
                let sealing = Sealing { subject, kind: "group", signal: None, until: None, today: op.today };
                copies.push((member.id, sealing.to(holder, private.expose(), entropy.as_mut())?));
            }
        }
        let count = copies.len();
        if count > 0 {
            self.store().write_blocking::<_, AppError, _>(op, "members.settle", move |tx| {
                for (member, copy) in &copies {
                    tx.sealed_key_insert(copy)?;
                    tx.record(Trace::new("key.shared").object("member", member.uuid()))?;
                }
                Ok(())
            })?;
        }
        Ok(count)
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
