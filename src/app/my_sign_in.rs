//! One's own signing in: sessions, second factors, recovery codes and the password. Only one's own, and what lets one in
//! is changed only by whoever has just shown once more who they are (`app/confirming.rs`).

use super::factor_proof::{APP, CODES};
use super::keyring::Session;
use super::second_step::{NewCodes, Offer, Owner, changed};
use super::sign_in::{SessionKind, open_with_password};
use super::{App, AppError, SecondFactor, passwords};
use crate::domain::ids::{FactorId, SessionId};
use crate::domain::time::Moment;
use crate::policy::{OpContext, Refusal};
use crate::store::factors::FactorRow;
use crate::store::members::MemberRow;
use crate::store::sessions::{SessionRow, session_list};
use crate::store::{Trace, Tx};
use crate::vault::password::enrol;
use std::collections::BTreeSet;

/// A session of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// At the pages or through the API. More of a device is not known: nothing of it is kept.
    pub kind: SessionKind,
    /// Since when.
    pub since: Moment,
    /// When it was last used, to the minute.
    pub seen: Moment,
}

/// What lets a member in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MySignIn {
    /// Open sessions, the newest first.
    pub sessions: Vec<OwnSession>,
    /// Apps, oldest first, with the moment since when.
    pub apps: Vec<(FactorId, Moment)>,
    /// Recovery codes that were not used.
    pub codes: usize,
    /// Whether the last app has to stay.
    pub second_factor: SecondFactor,
}

impl Session {
    /// Whose keys a new factor is sealed under.
    #[must_use]
    pub fn owner(&self) -> Owner<'_> {
        Owner { member: self.actor.id, keys: &self.keys }
    }
}

impl App {
    /// What lets this member in.
    ///
    /// # Errors
    /// [`AppError::FactorsNotProven`]; any store error.
    pub fn my_sign_in(&self, session: &Session) -> Result<MySignIn, AppError> {
        let (member, now) = (session.actor.id, self.now());
        let idle_before = now.plus_seconds(-self.session_terms().idle_seconds);
        let rows = self.store().read(|db| session_list(db, member, now, idle_before))?;
        let factors = self.factors_of(member)?;
        Ok(MySignIn {
            sessions: rows.iter().map(shown).collect(),
            apps: factors.apps.iter().map(|row| (row.id, row.added_at)).collect(),
            codes: factors.codes.len(),
            second_factor: self.sign_in_terms().second_factor,
        })
    }

    /// The name this member signs in with.
    ///
    /// # Errors
    /// Any store error.
    pub fn login_of(&self, session: &Session) -> Result<String, AppError> {
        Ok(self.account(session)?.login)
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// The refusal of what does not exist, also for a session of somebody else; any store error.
    pub async fn end_session(&self, op: &OpContext, which: SessionId) -> Result<(), AppError> {
        let member = op.as_member().map(|member| member.id);
        self.store()
            .write::<_, AppError, _>(op, "session.end", move |tx| {
                let nothing = || AppError::refused("end_session", Refusal::NotFound, None);
                let member = member.ok_or_else(nothing)?;
                if tx.session_delete_of(member, which)? == 0 {
                    return Err(nothing());
                }
                tx.record(Trace::new("session.ended").object("session", which.uuid()))?;
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// Ends all of one's own sessions but this one.
    ///
    /// # Errors
    /// Any store error.
    pub async fn end_other_sessions(&self, op: &OpContext) -> Result<(), AppError> {
        let Some(actor) = op.as_member().cloned() else { return Ok(()) };
        self.store()
            .write::<_, AppError, _>(op, "session.end_others", move |tx| {
                let ended = tx.sessions_delete_besides(actor.id, actor.session)?;
                tx.record(Trace::new("session.others_ended").detail("count", ended.to_string()))?;
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// Adds an app beside what there is, proven by a code of it; gives recovery codes when there were none. Blocks.
    ///
    /// # Errors
    /// [`AppError::FactorFailed`] for a wrong code; [`AppError::Slowed`]; any store error.
    pub fn factor_add(
        &self,
        op: &OpContext,
        session: &Session,
        offer: &Offer,
        code: &str,
    ) -> Result<NewCodes, AppError> {
        let attempt = self.count_attempt(op, &self.account(session)?.login)?;
        let Some(step) = offer.secret.step_of(code, op.at.micros().div_euclid(1_000_000)) else {
            return self.refuse(op, AppError::FactorFailed);
        };
        let (member, signer) = (session.actor.id, &session.keys.signing);
        let row = FactorRow {
            id: offer.factor,
            member_id: member,
            kind: APP.to_owned(),
            part_of: offer.factor,
            sealed: offer.sealed.clone(),
            last_step: step,
            added_at: op.at,
        };
        let added = changed("factor.added", signer, member, row.id, APP);
        let (shown, codes) = match self.factors_of(member)?.codes.is_empty() {
            true => self.new_codes(session.owner(), op)?,
            false => (Vec::new(), Vec::new()),
        };
        let codes_added = codes.first().map(|first| changed("factor.added", signer, member, first.part_of, CODES));
        self.store().write_blocking::<_, AppError, _>(op, "factor.add", move |tx| {
            tx.factor_insert(&row)?;
            tx.record(added.clone())?;
            put_codes(tx, &codes, codes_added.as_ref())?;
            tx.attempts_forget(&attempt.account)?;
            Ok(())
        })?;
        Ok(shown)
    }

    /// Takes one of one's own apps away; with the last, the recovery codes too. Blocks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `app` for the last while a second factor is required; the refusal of what does not exist.
    pub fn factor_remove(&self, op: &OpContext, session: &Session, which: FactorId) -> Result<(), AppError> {
        let member = session.actor.id;
        let factors = self.factors_of(member)?;
        let Some(row) = factors.apps.iter().find(|row| row.id == which).cloned() else {
            return Err(AppError::refused("remove_factor", Refusal::NotFound, None));
        };
        let gone = changed("factor.removed", &session.keys.signing, member, row.id, APP);
        let codes = if factors.apps.len() == 1 { factors.codes } else { Vec::new() };
        let sets = self.sets_removed(session, &codes);
        let (app, required) = (self.clone(), self.sign_in_terms().second_factor);
        self.store().write_blocking::<_, AppError, _>(op, "factor.remove", move |tx| {
            // Two at once must not each take the last but one.
            if required == SecondFactor::Required && app.factors_in(tx.reader(), member)?.apps.len() < 2 {
                let text = "Dit is uw laatste app, en zonder app komt u niet binnen. Voeg eerst een andere toe.";
                return Err(AppError::field("app", text));
            }
            tx.factor_delete(&row)?;
            tx.record(gone.clone())?;
            take_codes(tx, &codes, &sets)
        })?;
        Ok(())
    }

    /// Gives a fresh set of recovery codes; those of before end. Blocks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `app` for whoever has no app: a code is for who lost one.
    pub fn codes_renew(&self, op: &OpContext, session: &Session) -> Result<NewCodes, AppError> {
        let factors = self.factors_of(session.actor.id)?;
        if !factors.any() {
            return Err(AppError::field("app", "Voeg eerst een app toe."));
        }
        let sets = self.sets_removed(session, &factors.codes);
        let (shown, codes) = self.new_codes(session.owner(), op)?;
        let (member, signer) = (session.actor.id, &session.keys.signing);
        let added = codes.first().map(|first| changed("factor.added", signer, member, first.part_of, CODES));
        let old = factors.codes;
        self.store().write_blocking::<_, AppError, _>(op, "factor.renew_codes", move |tx| {
            take_codes(tx, &old, &sets)?;
            put_codes(tx, &codes, added.as_ref())
        })?;
        Ok(shown)
    }

    /// The events that end the sets these codes are of.
    fn sets_removed(&self, session: &Session, codes: &[FactorRow]) -> Vec<Trace> {
        let sets: BTreeSet<FactorId> = codes.iter().map(|row| row.part_of).collect();
        let (member, signer) = (session.actor.id, &session.keys.signing);
        sets.into_iter().map(|set| changed("factor.removed", signer, member, set, CODES)).collect()
    }

    /// Chooses another password: the member's own keys, which stay the same, go under it, and every other session ends.
    /// Blocks for as long as two passwords take.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`] for a wrong old password, which counts as a try; [`AppError::Slowed`];
    /// [`AppError::Invalid`] at `wachtwoord` for one that may not be chosen.
    pub fn password_change(&self, op: &OpContext, session: &Session, old: &str, new: &str) -> Result<(), AppError> {
        let member = self.account(session)?;
        passwords::may_be_chosen("wachtwoord", new, &[&member.login, &member.name])?;
        let attempt = self.count_attempt(op, &member.login)?;
        let Some(keys) = open_with_password(&member, old) else {
            return self.refuse(op, AppError::SignInFailed);
        };
        if old == new {
            return Err(AppError::field("wachtwoord", "Dit is uw oude wachtwoord. Kies een ander."));
        }
        let mut entropy = self.entropy();
        let (record, wrapping) = enrol(new, self.kdf_cost(), entropy.as_mut())?;
        let row = MemberRow {
            password: Some(record.to_json()?.into_bytes()),
            keys_sealed: Some(keys.wrap(&wrapping, member.id.uuid(), entropy.as_mut())?),
            version: member.version + 1,
            ..member
        };
        let own = session.actor.session;
        self.store().write_blocking::<_, AppError, _>(op, "password.change", move |tx| {
            tx.member_update(&row)?;
            let ended = tx.sessions_delete_besides(row.id, own)?;
            tx.attempts_forget(&attempt.account)?;
            let trace = Trace::new("password.changed").object("member", row.id.uuid());
            tx.record(trace.detail("sessions_ended", ended.to_string()))?;
            Ok(())
        })?;
        Ok(())
    }
}

fn shown(row: &SessionRow) -> OwnSession {
    let kind = if row.kind == SessionKind::Api.code() { SessionKind::Api } else { SessionKind::Web };
    OwnSession { id: row.id, kind, since: row.created_at, seen: row.seen_at }
}

fn put_codes(tx: &mut Tx<'_>, codes: &[FactorRow], added: Option<&Trace>) -> Result<(), AppError> {
    for code in codes {
        tx.factor_insert(code)?;
    }
    if let Some(added) = added {
        tx.record(added.clone())?;
    }
    Ok(())
}

fn take_codes(tx: &mut Tx<'_>, codes: &[FactorRow], sets: &[Trace]) -> Result<(), AppError> {
    for code in codes {
        tx.factor_delete(code)?;
    }
    for set in sets {
        tx.record(set.clone())?;
    }
    Ok(())
}
