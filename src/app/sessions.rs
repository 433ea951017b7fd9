//! Sessions: pending ones, that wait for the second factor and open nothing, and open ones. The second is never the first
//! with another state: it has an id and a token of its own, so that who planted the first has nothing of the second.

use super::factor_proof::Factors;
use super::keyring::Session;
use super::second_step::{Halfway, Stage};
use super::sign_in::SessionKind;
use super::{App, AppError, SecondFactor};
use crate::domain::ids::SessionId;
use crate::policy::OpContext;
use crate::store::factors::FactorRow;
use crate::store::members::MemberRow;
use crate::store::sessions::{SessionRow, session_by_token};
use crate::store::{StoreError, Trace, Tx};
use crate::vault::member::MemberKeys;
use crate::vault::session::{SessionToken, open_member_keys, seal_member_keys};

/// After so many seconds a password that was right counts no more.
pub const PENDING_SECONDS: i64 = 600;

/// Somebody whose password was right.
pub(super) struct Known {
    pub(super) member: MemberRow,
    pub(super) keys: MemberKeys,
    pub(super) factors: Factors,
}

impl Known {
    /// What they have to show now.
    pub(super) fn stage(&self, second_factor: SecondFactor) -> Stage {
        match (self.factors.any(), second_factor) {
            (true, _) => Stage::Code,
            (false, SecondFactor::Required) => Stage::Enrol,
            (false, SecondFactor::Off) => Stage::Enough,
        }
    }
}

/// What somebody showed beside the password.
#[derive(Debug, Clone)]
pub(super) enum Proof {
    /// Nothing: the installation asks no more, and the member has no more.
    Password,
    /// A factor that was added just now, with a code of it.
    Added,
    /// A code of this app, of this time step.
    App(FactorRow, i64),
    /// This recovery code, after which so many are left.
    Code(FactorRow, usize),
}

impl Proof {
    /// Uses it up, inside the write that counts on it.
    pub(super) fn spend(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        let (spent, trace) = match self {
            Self::Password | Self::Added => return Ok(()),
            Self::App(row, step) => {
                let trace = Trace::new("factor.used").object("factor", row.part_of.uuid());
                (tx.factor_step(row, *step), trace.detail("kind", row.kind.clone()))
            }
            Self::Code(row, left) => {
                let trace = Trace::new("recovery_code.used").object("recovery_code", row.id.uuid());
                (tx.factor_delete(row), trace.detail("left", left.to_string()))
            }
        };
        // Somebody was first with the same code.
        spent
            .map_err(|error| if matches!(error, StoreError::Stale) { AppError::FactorFailed } else { error.into() })?;
        tx.record(trace)?;
        Ok(())
    }
}

/// What a session begins with.
pub(super) struct Begin {
    pub(super) known: Known,
    pub(super) kind: SessionKind,
    pub(super) account: String,
    pub(super) proof: Proof,
    pub(super) pending: Option<SessionId>,
}

impl App {
    /// Begins an open session: a new id, a new token, and the tries before it forgotten.
    pub(super) fn begin_session(&self, op: &OpContext, begin: Begin) -> Result<(SessionToken, Session), AppError> {
        let Begin { known: Known { member, keys, .. }, kind, account, proof, pending } = begin;
        let ends_at = op.at.plus_seconds(self.session_terms().absolute_seconds);
        let (token, row) = self.session_row(op, &member, &keys, kind, "open")?;
        let row = SessionRow { ends_at, factor_at: Some(op.at), ..row };
        let actor = self
            .store()
            .read(|db| self.proven_actor(db, &member, row.id))?
            .ok_or_else(|| AppError::Internal("an active member without a key".to_owned()))?;
        let session = Session { actor, keys, seen_at: op.at, ends_at, factor_at: op.at };
        let op = OpContext::member(session.actor.clone(), op.at, op.request);
        self.store().write_blocking::<_, AppError, _>(&op, "session.begin", move |tx| {
            if let Some(pending) = pending {
                tx.session_pending_end(pending)?;
            }
            proof.spend(tx)?;
            tx.session_insert(&row)?;
            tx.attempts_forget(&account)?;
            tx.record(Trace::new("session.begun").object("session", row.id.uuid()).detail("kind", row.kind.clone()))?;
            Ok(())
        })?;
        self.settle_groups(&op, &session)?;
        Ok((token, session))
    }

    /// Begins a pending session.
    pub(super) fn begin_pending(&self, op: &OpContext, known: &Known) -> Result<SessionToken, AppError> {
        let (token, row) = self.session_row(op, &known.member, &known.keys, SessionKind::Web, "pending")?;
        let row = SessionRow { ends_at: op.at.plus_seconds(PENDING_SECONDS), factor_at: None, ..row };
        let actor = self.store().read(|db| self.proven_actor(db, &known.member, row.id))?;
        let actor = actor.ok_or_else(|| AppError::Internal("an active member without a key".to_owned()))?;
        let op = OpContext::member(actor, op.at, op.request);
        self.store().write_blocking::<_, AppError, _>(&op, "session.await", move |tx| {
            tx.session_insert(&row)?;
            tx.record(Trace::new("password.accepted").object("session", row.id.uuid()))?;
            Ok(())
        })?;
        Ok(token)
    }

    fn session_row(
        &self,
        op: &OpContext,
        member: &MemberRow,
        keys: &MemberKeys,
        kind: SessionKind,
        state: &str,
    ) -> Result<(SessionToken, SessionRow), AppError> {
        let mut entropy = self.entropy();
        let token = SessionToken::random(entropy.as_mut())?;
        let id = SessionId::new(self.random_id()?);
        let keys_sealed = seal_member_keys(keys, &token, &self.keys().server, id.uuid(), entropy.as_mut())?;
        let row = SessionRow {
            id,
            token_hash: token.token_hash().to_vec(),
            member_id: member.id,
            kind: kind.code().to_owned(),
            state: state.to_owned(),
            keys_sealed,
            created_at: op.at,
            seen_at: op.at,
            ends_at: op.at,
            factor_at: None,
        };
        Ok((token, row))
    }

    /// The pending session a token belongs to; `None` when it has ended. Never an open one, nor the reverse.
    ///
    /// # Errors
    /// [`AppError::FactorsNotProven`]; [`AppError::Vault`] when the row was changed by hand; any store error.
    pub fn halfway(&self, token: &SessionToken) -> Result<Option<Halfway>, AppError> {
        let now = self.now();
        let idle_before = now.plus_seconds(-PENDING_SECONDS);
        let hash = token.token_hash();
        let found = self.store().read(|db| session_by_token(db, &hash, "pending", now, idle_before))?;
        let Some((row, member)) = found else { return Ok(None) };
        let keys = open_member_keys(&row.keys_sealed, token, &self.keys().server, row.id.uuid())?;
        let factors = self.factors_of(member.id)?;
        let Some(actor) = self.store().read(|db| self.proven_actor(db, &member, row.id))? else { return Ok(None) };
        let known = Known { member, keys, factors };
        let stage = if row.factor_at.is_some() { Stage::Enough } else { known.stage(SecondFactor::Required) };
        Ok(Some(Halfway { actor, stage, known }))
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
            let Some((row, member)) = session_by_token(db, &hash, "open", now, idle_before)? else {
                return Ok::<_, AppError>(None);
            };
            let actor = self.proven_actor(db, &member, row.id)?;
            Ok(actor.map(|actor| (row, actor)))
        })?;
        let Some((row, actor)) = found.filter(|(row, _)| row.kind == kind.code()) else { return Ok(None) };
        let keys = open_member_keys(&row.keys_sealed, token, &self.keys().server, row.id.uuid())?;
        let factor_at = row.factor_at.unwrap_or(row.created_at);
        Ok(Some(Session { actor, keys, seen_at: row.seen_at, ends_at: row.ends_at, factor_at }))
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
}
