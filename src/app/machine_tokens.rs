//! Coming in of other systems: an assertion for a token of ten minutes, the next token for the one before, and the end.
//!
//! Nothing is kept in memory: each request looks in the database whether the machine account works, and whether the
//! family of its token stands. So whatever ends, ends on every node at once. Whoever is refused is told nothing of why;
//! the log has it.

use super::attempts::Attempt;
use super::chain::Coupling;
use super::machines::Standing;
use super::{App, AppError};
use crate::domain::ids::{FamilyId, MachineId};
use crate::domain::machine::{Scope, Scopes};
use crate::domain::time::{Day, Moment};
use crate::ledger::event::Outcome;
use crate::policy::{MachineActor, OpContext};
use crate::store::db::Db;
use crate::store::machines::{self, FamilyRow};
use crate::store::{StoreError, Trace, Tx};
use crate::vault::machine::{
    ACCESS_SECONDS, AccessClaims, AccessKey, Assertion, RefreshToken, claimed_by, read_assertion,
};
use crate::vault::secret::Secret;

/// What another system gets.
pub struct Tokens {
    /// The access token, for `Authorization: Bearer`.
    pub access: Secret<String>,
    /// When it ends.
    pub ends_at: Moment,
    /// What the next is fetched with, once.
    pub refresh: Secret<String>,
    /// What it may.
    pub scopes: Scopes,
}

/// A family with the secret of its newest refresh token.
struct Begun {
    row: FamilyRow,
    refresh: RefreshToken,
}

fn seconds(moment: Moment) -> i64 {
    moment.micros().div_euclid(1_000_000)
}

fn refused(why: &'static str) -> AppError {
    AppError::MachineRefused(why)
}

/// Two that were at the same are told apart by the database: the second is as somebody who comes again.
fn once(error: StoreError, again: &'static str) -> AppError {
    match error {
        StoreError::Duplicate(_) | StoreError::Stale => refused(again),
        other => other.into(),
    }
}

impl App {
    /// For whom another system writes its assertions (`aud`): this installation, by the fingerprint of its set-up key, so
    /// that what was signed for one counts at no other.
    #[must_use]
    pub fn machine_audience(&self) -> String {
        format!("urn:meldroute:{}", data_encoding::HEXLOWER.encode(&self.setup_fingerprint()))
    }

    /// What the log proves of a machine account that works today.
    fn working(&self, db: &mut Db, id: MachineId, today: Day) -> Result<Coupling, AppError> {
        let row = machines::machine_fetch(db, id)?.ok_or_else(|| refused("unknown"))?;
        let (standing, known) = self.coupling_now(db, &row, today)?;
        known.ok_or_else(|| refused(standing.code()))
    }

    /// Gives tokens for an assertion (RFC 7523), with all rights of the machine account or those asked for. A try is
    /// counted before anything is checked, as with names. What names no machine account says nothing about anybody: it is
    /// neither counted nor written down, so that nobody fills the log from outside. Blocks.
    ///
    /// # Errors
    /// [`AppError::MachineRefused`]; [`AppError::Slowed`]; [`AppError::Invalid`] for a right that it does not have.
    pub fn machine_enter(&self, assertion: &str, asked: &[Scope]) -> Result<Tokens, AppError> {
        let nobody = self.as_anonymous()?;
        let id = claimed_by(assertion).map(MachineId::new).ok_or_else(|| refused("unreadable"))?;
        self.store().read(|db| machines::machine_fetch(db, id))?.ok_or_else(|| refused("unknown"))?;
        let attempt = self.count_attempt(&nobody, &format!("koppeling/{id}"))?;
        let known = match self.store().read(|db| self.working(db, id, nobody.today)) {
            Err(AppError::MachineRefused(why)) => return self.kept_out(&nobody, id, why),
            other => other?,
        };
        let audience = self.machine_audience();
        let read = read_assertion(assertion, id.uuid(), &known.key, &audience, seconds(nobody.at));
        let said = match read {
            Ok(said) => said,
            Err(fault) => return self.kept_out(&nobody, id, fault.code()),
        };
        let scopes = if asked.is_empty() { known.scopes.clone() } else { Scopes::of(asked) };
        let op = acting(&nobody, id, &scopes);
        if !scopes.are_within(&known.scopes) {
            self.note_kept_out(&op, id, "out_of_scope")?;
            return Err(AppError::field("rechten", "De koppeling heeft niet al deze rechten."));
        }
        let begun = self.new_family(&op, id, &scopes)?;
        match self.begin_family(&op, &begun, &attempt, &said) {
            Err(AppError::MachineRefused(why)) => self.kept_out(&op, id, why),
            other => {
                other?;
                self.printed(&op, &begun.row, &scopes, &begun.refresh)
            }
        }
    }

    fn new_family(&self, op: &OpContext, machine: MachineId, scopes: &Scopes) -> Result<Begun, AppError> {
        let id = FamilyId::new(self.random_id()?);
        let refresh = RefreshToken::random(id.uuid(), self.entropy().as_mut())?;
        let (scopes, ends_on) = (scopes.codes(), op.today.plus_days(1));
        let refresh_hash = refresh.kept(machine.uuid(), &scopes, &ends_on.to_string()).to_vec();
        Ok(Begun { row: FamilyRow { id, machine_id: machine, scopes, refresh_hash, ends_on }, refresh })
    }

    fn begin_family(&self, op: &OpContext, begun: &Begun, attempt: &Attempt, said: &Assertion) -> Result<(), AppError> {
        let (app, row, known_by) = (self.clone(), begun.row.clone(), said.known_by);
        let forgotten_after = Moment::from_micros(said.ends_at.saturating_mul(1_000_000)).day();
        let account = attempt.account.clone();
        self.store().write_blocking::<_, AppError, _>(op, "machine.enter", move |tx| {
            still_works(&app, tx, &row)?;
            if tx.assertion_used(&known_by)?.is_some() {
                return Err(refused("replayed"));
            }
            tx.assertion_use(&known_by, forgotten_after).map_err(|error| once(error, "replayed"))?;
            tx.family_insert(&row)?;
            tx.attempts_forget(&account)?;
            tx.record(given("machine.token_given", &row))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Gives the next tokens for a refresh token, which works no more. One that was used before ends its whole family:
    /// two have it, and only one of them should. Blocks.
    ///
    /// # Errors
    /// [`AppError::MachineRefused`].
    pub fn machine_renew(&self, refresh: &str) -> Result<Tokens, AppError> {
        let nobody = self.as_anonymous()?;
        let token = RefreshToken::parse(refresh).map_err(|_| refused("unreadable"))?;
        let family = FamilyId::new(token.family);
        let row = self.store().read(|db| machines::family_fetch(db, family))?.ok_or_else(|| refused("no_family"))?;
        let id = row.machine_id;
        let Some(scopes) = Scopes::parse(&row.scopes) else { return self.kept_out(&nobody, id, "not_proven") };
        let op = acting(&nobody, id, &scopes);
        if !is_newest(&token, &row) {
            return self.replayed(&op, &row);
        }
        if row.ends_on < op.today {
            return self.kept_out(&op, id, "family_expired");
        }
        let next = RefreshToken::random(token.family, self.entropy().as_mut())?;
        let hash = next.kept(id.uuid(), &row.scopes, &row.ends_on.to_string());
        let (app, was) = (self.clone(), row.clone());
        let written = self.store().write_blocking::<_, AppError, _>(&op, "machine.renew", move |tx| {
            still_works(&app, tx, &was)?;
            tx.family_next(&was, &hash).map_err(|error| once(error, "refresh_replayed"))?;
            tx.record(given("machine.token_renewed", &was))?;
            Ok(())
        });
        match written {
            Err(AppError::MachineRefused("refresh_replayed")) => self.replayed(&op, &row),
            Err(AppError::MachineRefused(why)) => self.kept_out(&op, id, why),
            other => {
                other?;
                self.printed(&op, &row, &scopes, &next)
            }
        }
    }

    /// Ends the family of a refresh token, with every access token of it. What is not known, or ended before, is as good
    /// as ended (RFC 7009, section 2.2). Blocks.
    ///
    /// # Errors
    /// Any store error.
    pub fn machine_revoke(&self, refresh: &str) -> Result<(), AppError> {
        let nobody = self.as_anonymous()?;
        let Ok(token) = RefreshToken::parse(refresh) else { return Ok(()) };
        let Some(row) = self.store().read(|db| machines::family_fetch(db, FamilyId::new(token.family)))? else {
            return Ok(());
        };
        let why = if is_newest(&token, &row) { "revoked" } else { "refresh_replayed" };
        let scopes = Scopes::parse(&row.scopes).unwrap_or_else(|| Scopes::of(&[]));
        self.end_family(&acting(&nobody, row.machine_id, &scopes), &row, why)
    }

    /// Another system behind an access token, as it asks for something that takes this right. Whether it has the right is
    /// for the policy to say. Blocks.
    ///
    /// # Errors
    /// [`AppError::MachineRefused`] when the token is none, has ended, or its account or family has.
    pub fn machine_at_the_door(&self, access: &str, asked: Scope) -> Result<OpContext, AppError> {
        let nobody = self.as_anonymous()?;
        let key = AccessKey::derive(&self.keys().server)?;
        // What was not issued here says nothing about anybody, and stands in no log, as a cookie that was made up.
        let claims = key.read(access, seconds(nobody.at)).map_err(|_| refused("not_ours"))?;
        let id = MachineId::new(claims.machine);
        let scopes = Scopes::parse(&claims.scopes).ok_or_else(|| refused("not_ours"))?;
        let op = asking(&nobody, id, &scopes, Some(asked));
        let standing = self.store().read(|db| {
            let family = machines::family_fetch(db, FamilyId::new(claims.family))?;
            let family = family.filter(|row| row.machine_id == id && row.scopes == claims.scopes);
            let family = family.ok_or_else(|| refused("no_family"))?;
            if family.ends_on < op.today {
                return Err(refused("family_expired"));
            }
            let known = self.working(db, id, op.today)?;
            if scopes.are_within(&known.scopes) { Ok(()) } else { Err(refused("not_proven")) }
        });
        match standing {
            Err(AppError::MachineRefused(why)) => self.kept_out(&op, id, why),
            other => other.map(|()| op),
        }
    }

    fn printed(
        &self,
        op: &OpContext,
        row: &FamilyRow,
        scopes: &Scopes,
        refresh: &RefreshToken,
    ) -> Result<Tokens, AppError> {
        let ends_at = seconds(op.at).saturating_add(ACCESS_SECONDS);
        let (machine, family) = (row.machine_id.uuid(), row.id.uuid());
        let claims = AccessClaims { machine, family, scopes: row.scopes.clone(), ends_at };
        let access = AccessKey::derive(&self.keys().server)?.issue(&claims, self.random_id()?)?;
        let ends_at = Moment::from_micros(ends_at.saturating_mul(1_000_000));
        Ok(Tokens { access, ends_at, refresh: refresh.printable(), scopes: scopes.clone() })
    }

    fn replayed<T>(&self, op: &OpContext, row: &FamilyRow) -> Result<T, AppError> {
        self.end_family(op, row, "refresh_replayed")?;
        Err(refused("refresh_replayed"))
    }

    fn end_family(&self, op: &OpContext, row: &FamilyRow, why: &'static str) -> Result<(), AppError> {
        let row = row.clone();
        let result = if why == "revoked" { Outcome::Ok } else { Outcome::Refused };
        self.store().write_blocking::<_, AppError, _>(op, "machine.end_family", move |tx| {
            tx.family_delete(row.id)?;
            let trace = Trace::new("machine.family_ended").object("machine", row.machine_id.uuid());
            tx.record(trace.detail("why", why).result(result))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Refuses, once the log has why.
    fn kept_out<T>(&self, op: &OpContext, id: MachineId, why: &'static str) -> Result<T, AppError> {
        self.note_kept_out(op, id, why)?;
        Err(refused(why))
    }

    fn note_kept_out(&self, op: &OpContext, id: MachineId, why: &'static str) -> Result<(), AppError> {
        self.store().write_blocking::<_, AppError, _>(op, "machine.refuse", move |tx| {
            let trace = Trace::new("machine.refused").object("machine", id.uuid());
            tx.record(trace.detail("why", why).result(Outcome::Refused))?;
            Ok(())
        })?;
        Ok(())
    }
}

fn acting(nobody: &OpContext, id: MachineId, scopes: &Scopes) -> OpContext {
    asking(nobody, id, scopes, None)
}

fn asking(nobody: &OpContext, id: MachineId, scopes: &Scopes, asked: Option<Scope>) -> OpContext {
    OpContext::machine(MachineActor { id, scopes: scopes.clone(), asked }, nobody.at, nobody.request)
}

fn is_newest(token: &RefreshToken, row: &FamilyRow) -> bool {
    token.kept(row.machine_id.uuid(), &row.scopes, &row.ends_on.to_string()).as_slice() == row.refresh_hash.as_slice()
}

/// Looks once more where it is written: what was ended a moment ago gets nothing.
fn still_works(app: &App, tx: &mut Tx<'_>, row: &FamilyRow) -> Result<(), AppError> {
    let today = tx.today();
    let known = app.working(tx.reader(), row.machine_id, today)?;
    let within = Scopes::parse(&row.scopes).is_some_and(|scopes| scopes.are_within(&known.scopes));
    if within { Ok(()) } else { Err(refused(Standing::NotProven.code())) }
}

/// Without the family: whoever knows it can end it.
fn given(kind: &'static str, row: &FamilyRow) -> Trace {
    Trace::new(kind).object("machine", row.machine_id.uuid()).detail("scopes", row.scopes.clone())
}
