//! Coming in: the first time with a one-time code, afterwards with a password. A member's keys are made here and are
//! opened nowhere else.

use super::keyring::Session;
use super::setup::NewGroupKey;
use super::trust::{Holder, NewPublicKey, StatementSigner, group_owner};
use super::{App, AppError};
use crate::app::attempts::Attempt;
use crate::app::sealing::Sealing;
use crate::domain::ids::{KeyId, MemberId, SessionId};
use crate::policy::OpContext;
use crate::store::members::{self, MemberRow, SessionRow};
use crate::store::{Trace, contents};
use crate::vault::member::MemberKeys;
use crate::vault::password::{PasswordRecord, dummy_unlock, enrol, unlock};
use crate::vault::receipt::Receipt;
use crate::vault::session::{SessionToken, open_member_keys, seal_member_keys};
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
    fn code(self) -> &'static str {
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

    /// Signs in with name and password; blocks for as long as the password takes, also for names that do not exist.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`], the same for an unknown name, a wrong password and an account that is not active;
    /// [`AppError::Slowed`] after too many tries.
    pub fn sign_in(
        &self,
        op: &OpContext,
        login: &str,
        password: &str,
        kind: SessionKind,
    ) -> Result<(SessionToken, Session), AppError> {
        self.sign_in_with(op, self.count_attempt(op, login)?, password, kind)
    }

    /// The same for a try that was counted already: waiting for one's turn comes after that, so that a name that has to
    /// wait holds nobody up.
    ///
    /// # Errors
    /// As [`App::sign_in`], but for the wait.
    pub fn sign_in_with(
        &self,
        op: &OpContext,
        attempt: Attempt,
        password: &str,
        kind: SessionKind,
    ) -> Result<(SessionToken, Session), AppError> {
        let Attempt { login, account } = attempt;
        let found = self.store().read(|db| members::member_by_login(db, &login))?;
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
        let mut entropy = self.entropy();
        let token = SessionToken::random(entropy.as_mut())?;
        let id = SessionId::new(self.random_id()?);
        let keys_sealed = seal_member_keys(&keys, &token, &self.keys().server, id.uuid(), entropy.as_mut())?;
        let row = SessionRow {
            id,
            token_hash: token.token_hash().to_vec(),
            member_id: member.id,
            kind: kind.code().to_owned(),
            keys_sealed,
            created_at: op.at,
            seen_at: op.at,
            ends_at: op.at.plus_seconds(self.session_terms().absolute_seconds),
        };
        let actor = self
            .store()
            .read(|db| self.proven_actor(db, &member, id))?
            .ok_or_else(|| AppError::Internal("an active member without a key".to_owned()))?;
        let session = Session { actor, keys, seen_at: op.at };
        let op = OpContext::member(session.actor.clone(), op.at, op.request);
        self.store().write_blocking::<_, AppError, _>(&op, "session.begin", move |tx| {
            tx.session_insert(&row)?;
            tx.attempts_forget(&account)?;
            tx.record(Trace::new("session.begun").object("session", row.id.uuid()).detail("kind", row.kind.clone()))?;
            Ok(())
        })?;
        self.settle_groups(&op, &session)?;
        Ok((token, session))
    }

    /// The session a token belongs to, with the member's keys opened for this request; `None` when it has ended.
    ///
    /// # Errors
    /// [`AppError::Vault`] when the session row was changed by hand; any store error.
    pub fn session(&self, token: &SessionToken, kind: SessionKind) -> Result<Option<Session>, AppError> {
        let now = self.now();
        let idle_before = now.plus_seconds(-self.session_terms().idle_seconds);
        let hash = token.token_hash();
        let found = self.store().read(|db| {
            let Some((row, member)) = members::session_by_token(db, &hash, now, idle_before)? else {
                return Ok::<_, AppError>(None);
            };
            let actor = self.proven_actor(db, &member, row.id)?;
            Ok(actor.map(|actor| (row, actor)))
        })?;
        let Some((row, actor)) = found.filter(|(row, _)| row.kind == kind.code()) else { return Ok(None) };
        let keys = open_member_keys(&row.keys_sealed, token, &self.keys().server, row.id.uuid())?;
        Ok(Some(Session { actor, keys, seen_at: row.seen_at }))
    }

    /// Notes that a session is in use. Leaves no event: it says nothing that the acts themselves do not.
    ///
    /// # Errors
    /// Any store error.
    pub async fn session_seen(&self, session: SessionId) -> Result<(), AppError> {
        let op = self.as_system()?;
        let now = op.at;
        self.store().tend(&op, "session.seen", move |tx| tx.session_seen(session, now)).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Any store error.
    pub async fn sign_out(&self, op: &OpContext) -> Result<(), AppError> {
        let Some(member) = op.as_member() else { return Ok(()) };
        let id = member.session;
        self.store()
            .write::<_, AppError, _>(op, "session.end", move |tx| {
                tx.session_delete(id)?;
                tx.record(Trace::new("session.ended").object("session", id.uuid()))?;
                Ok(())
            })
            .await?;
        Ok(())
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
    fn refuse<T: Send + 'static>(&self, op: &OpContext, error: AppError) -> Result<T, AppError> {
        let failed = matches!(error, AppError::SignInFailed);
        self.store()
            .write_blocking::<T, AppError, _>(op, "session.refuse", move |_| {
                Err(if failed { AppError::SignInFailed } else { AppError::EnrolmentFailed })
            })
            .map(|committed| committed.value)
    }
}

fn open_with_password(member: &MemberRow, password: &str) -> Option<MemberKeys> {
    let record = std::str::from_utf8(member.password.as_deref()?).ok()?;
    let record = PasswordRecord::from_json(record).ok()?;
    let wrapping = unlock(password, &record).ok()?;
    MemberKeys::open(&wrapping, member.id.uuid(), member.keys_sealed.as_deref()?).ok()
}
