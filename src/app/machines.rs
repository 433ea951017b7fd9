//! Machine accounts: another system that may ask the API by itself, with rights that two people gave it.
//!
//! One proposes it, another agrees and signs what it may, until when, and by which key it is known. What works is what
//! the log proves ([`super::chain`]): a row that says something else works for nobody.

use super::chain::{Coupling, MACHINE_AGREED};
use super::keyring::Session;
use super::{App, AppError};
use crate::domain::ids::{MachineId, MemberId};
use crate::domain::machine::{MachineDraft, MachineState, NewMachine};
use crate::domain::role::Role;
use crate::domain::text::BoundedText as _;
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::policy::{Action, Facts, OpContext, Refusal, authorize};
use crate::store::db::Db;
use crate::store::machines::{self, MachineRow};
use crate::store::{StoreError, Trace, Tx, members};
use crate::vault::error::VaultError;
use crate::vault::signing::VerifyKey;
use std::collections::HashMap;

/// The entries that tell that a machine account got a token.
pub(super) const TOKENS_GIVEN: [&str; 2] = ["machine.token_given", "machine.token_renewed"];

/// Dutch: *koppeling*. A machine account, as people see it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The row.
    pub row: MachineRow,
    /// How it stands.
    pub standing: Standing,
    /// Who proposed it; empty for a command on the server.
    pub proposed_by: String,
    /// Who agreed to it; empty for nobody yet.
    pub agreed_by: String,
    /// The last day on which it got a token.
    pub used_on: Option<Day>,
    /// Whether whoever looks may agree to it.
    pub agree: Care,
    /// Whether whoever looks may end it.
    pub end: Care,
}

/// Whether something is for whoever looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// It is.
    Mine,
    /// It is not.
    NotMine,
}

/// How a machine account stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waits for a second person.
    Proposed,
    /// Works.
    Works,
    /// Its last day has passed.
    Expired,
    /// Ended, or never agreed to.
    Ended,
    /// The table says something that the log does not prove: it works for nobody.
    NotProven,
}

impl Standing {
    /// The word that stands in the log for one that does not work.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Works => "works",
            Self::Expired => "expired",
            Self::Ended => "ended",
            Self::NotProven => "not_proven",
        }
    }
}

fn allowed(op: &OpContext, action: Action, facts: &Facts) -> Result<Option<Role>, AppError> {
    let permit = authorize(op, action, facts).map_err(|why| AppError::refused(action.code(), why, None))?;
    Ok(permit.role())
}

fn absent(action: Action) -> AppError {
    AppError::refused(action.code(), Refusal::NotFound, None)
}

fn facts_of(row: &MachineRow) -> Facts {
    Facts { authors: row.proposed_by.into_iter().collect(), ..Facts::default() }
}

fn trace_of(kind: &'static str, row: &MachineRow) -> Trace {
    Trace::new(kind).object("machine", row.id.uuid())
}

impl App {
    /// How a row of the table stands today, as far as the log proves it; with what it proves when it works.
    pub(super) fn coupling_now(
        &self,
        db: &mut Db,
        row: &MachineRow,
        today: Day,
    ) -> Result<(Standing, Option<Coupling>), AppError> {
        let standing = match row.state {
            MachineState::Proposed if self.chain_now(db)?.machines.proposes(row) => Standing::Proposed,
            MachineState::Proposed => Standing::NotProven,
            MachineState::Ended => Standing::Ended,
            MachineState::Active => {
                let chain = self.chain_now(db)?;
                match chain.machines.proves(row) {
                    Some(known) if known.expires_on < today => Standing::Expired,
                    Some(known) => return Ok((Standing::Works, Some(known.clone()))),
                    None => Standing::NotProven,
                }
            }
        };
        Ok((standing, None))
    }

    /// Every machine account: those that wait first, then those that work, then the rest, each by name.
    ///
    /// # Errors
    /// A refusal for whoever has nothing to do with them; any store error. Blocks.
    pub fn machines(&self, op: &OpContext) -> Result<Vec<Machine>, AppError> {
        allowed(op, Action::SeeMachines, &Facts::default())?;
        self.store().read(|db| {
            let rows = machines::machine_list(db)?;
            let used = machines::machines_last_used(db, &TOKENS_GIVEN)?;
            let accounts = members::member_list(db)?;
            let names: HashMap<MemberId, String> = accounts.into_iter().map(|(row, _)| (row.id, row.name)).collect();
            let name = |who: Option<MemberId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
            let care = |yes: bool| if yes { Care::Mine } else { Care::NotMine };
            let mut all = Vec::with_capacity(rows.len());
            for row in rows {
                let (standing, _) = self.coupling_now(db, &row, op.today)?;
                let agrees = authorize(op, Action::AgreeMachine, &facts_of(&row)).is_ok();
                let ends = authorize(op, Action::EndMachine, &Facts::default()).is_ok();
                all.push(Machine {
                    standing,
                    proposed_by: name(row.proposed_by),
                    agreed_by: name(row.agreed_by),
                    used_on: used.get(&row.id).copied(),
                    agree: care(agrees && row.state == MachineState::Proposed),
                    end: care(ends && row.state != MachineState::Ended),
                    row,
                });
            }
            all.sort_by_key(|machine| match machine.standing {
                Standing::NotProven => 0,
                Standing::Proposed => 1,
                Standing::Works => 2,
                Standing::Expired => 3,
                Standing::Ended => 4,
            });
            Ok(all)
        })
    }

    /// One machine account; for whoever has nothing to do with them it does not exist. Blocks.
    ///
    /// # Errors
    /// The same as [`App::machines`]; a refusal when there is none.
    pub fn machine(&self, op: &OpContext, id: MachineId) -> Result<Machine, AppError> {
        let found = self.machines(op)?.into_iter().find(|machine| machine.row.id == id);
        found.ok_or_else(|| absent(Action::SeeMachines))
    }

    /// One machine account, for whoever may end it. Blocks.
    ///
    /// # Errors
    /// A refusal, also when there is none.
    pub fn machine_to_end(&self, op: &OpContext, id: MachineId) -> Result<Machine, AppError> {
        allowed(op, Action::EndMachine, &Facts::default())?;
        self.machine(op, id)
    }

    /// Whether whoever asks may propose a machine account.
    ///
    /// # Errors
    /// A refusal when not.
    pub fn may_propose_machine(&self, op: &OpContext) -> Result<(), AppError> {
        allowed(op, Action::ProposeMachine, &Facts::default()).map(|_| ())
    }

    /// Proposes a machine account. It works when somebody else has agreed. Blocks.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] with everything that is wrong, also for a key that another one has or had.
    pub fn machine_propose(&self, op: &OpContext, draft: &MachineDraft) -> Result<MachineId, AppError> {
        let role = allowed(op, Action::ProposeMachine, &Facts::default())?;
        let (new, key) = parsed(draft, op.today)?;
        let row = MachineRow {
            id: MachineId::new(self.random_id()?),
            name: new.name.as_str().to_owned(),
            purpose: new.purpose.as_str().to_owned(),
            public_key: key.0.to_vec(),
            scopes: new.scopes.codes(),
            expires_on: new.expires_on,
            state: MachineState::Proposed,
            proposed_by: op.as_member().map(|member| member.id),
            agreed_by: None,
            since_on: op.today,
        };
        let coupling = Coupling { key, scopes: new.scopes, expires_on: new.expires_on };
        let id = row.id;
        let written = self.store().write_blocking::<_, AppError, _>(op, "machines.propose", move |tx| {
            tx.machine_insert(&row)?;
            let trace = trace_of("machine.proposed", &row).role(role);
            tx.record(coupling.details().into_iter().fold(trace, |trace, (name, value)| trace.detail(name, value)))?;
            Ok(())
        });
        match written {
            Err(AppError::Store(StoreError::Duplicate(_))) => {
                let sentence = "Deze sleutel hoort al bij een koppeling. Maak voor elke koppeling een eigen paar.";
                Err(AppError::field("sleutel", sentence))
            }
            other => other.map(|_| id),
        }
    }

    /// Agrees to a machine account that somebody else proposed, signed by whoever agrees: from now on it works. Blocks.
    ///
    /// # Errors
    /// A refusal, also for one's own proposal; [`AppError::Invalid`] when it waits no longer.
    pub fn machine_agree(&self, op: &OpContext, session: &Session, id: MachineId) -> Result<(), AppError> {
        let seen =
            self.store().read(|db| machines::machine_fetch(db, id))?.ok_or_else(|| absent(Action::AgreeMachine))?;
        let coupling = Coupling::of(&seen).ok_or_else(waits_no_more)?;
        // What was compared on the page was what was proposed, or it was not: a row changed since is not signed either.
        let as_proposed = self.store().read(|db| Ok::<_, AppError>(self.chain_now(db)?.machines.proposes(&seen)))?;
        if seen.state == MachineState::Proposed && !as_proposed {
            return self.refuse_changed(op);
        }
        let signature = session.keys.signing.sign(MACHINE_AGREED, &coupling.words(id)).0.to_vec();
        let by = session.actor.id;
        self.store().write_blocking::<_, AppError, _>(op, "machines.agree", move |tx| {
            let (row, role) = waiting(tx, id)?;
            if row != seen {
                return Err(waits_no_more());
            }
            let to =
                MachineRow { state: MachineState::Active, agreed_by: Some(by), since_on: tx.today(), ..row.clone() };
            tx.machine_turn(&row, &to)?;
            let trace = trace_of("machine.agreed", &row).role(role).signature(signature.clone());
            tx.record(coupling.details().into_iter().fold(trace, |trace, (name, value)| trace.detail(name, value)))?;
            Ok(())
        })?;
        Ok(())
    }

    /// A proposal that was changed by hand stands in the log before anybody is told.
    fn refuse_changed(&self, op: &OpContext) -> Result<(), AppError> {
        allowed(op, Action::AgreeMachine, &Facts::default())?;
        match self.refuse(op, AppError::Vault(VaultError::NotGenuine)) {
            Err(AppError::Vault(_)) | Ok(()) => Err(AppError::field(
                "koppeling",
                "Wat hier staat, is niet wat er is voorgesteld: iemand heeft het in de database veranderd. Stem er niet \
                 mee in en waarschuw de beheerder.",
            )),
            Err(other) => Err(other),
        }
    }

    /// Says no to a machine account that somebody else proposed. Blocks.
    ///
    /// # Errors
    /// The same as [`App::machine_agree`].
    pub fn machine_decline(&self, op: &OpContext, id: MachineId) -> Result<(), AppError> {
        self.store().write_blocking::<_, AppError, _>(op, "machines.decline", move |tx| {
            let (row, role) = waiting(tx, id)?;
            end(tx, &row, trace_of("machine.ended", &row).role(role).detail("reason", "declined"))
        })?;
        Ok(())
    }

    /// Ends a machine account: on every node it works no more from the next request on, and never again. Blocks.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] when it had ended.
    pub fn machine_end(&self, op: &OpContext, id: MachineId) -> Result<(), AppError> {
        let role = allowed(op, Action::EndMachine, &Facts::default())?;
        self.store().write_blocking::<_, AppError, _>(op, "machines.end", move |tx| {
            let row = machines::machine_fetch(tx.reader(), id)?.ok_or_else(|| absent(Action::EndMachine))?;
            if row.state == MachineState::Ended {
                return Err(AppError::field("koppeling", "Deze koppeling is al beëindigd."));
            }
            end(tx, &row, trace_of("machine.ended", &row).role(role).detail("reason", "ended"))
        })?;
        Ok(())
    }
}

fn end(tx: &mut Tx<'_>, row: &MachineRow, trace: Trace) -> Result<(), AppError> {
    let to = MachineRow { state: MachineState::Ended, since_on: tx.today(), ..row.clone() };
    tx.machine_turn(row, &to)?;
    tx.families_delete_of(row.id)?;
    tx.record(trace)?;
    Ok(())
}

/// The machine account that waits, for whoever may judge it.
fn waiting(tx: &mut Tx<'_>, id: MachineId) -> Result<(MachineRow, Option<Role>), AppError> {
    let row = machines::machine_fetch(tx.reader(), id)?.ok_or_else(|| absent(Action::AgreeMachine))?;
    let role = allowed(tx.op(), Action::AgreeMachine, &facts_of(&row))?;
    if row.state == MachineState::Proposed { Ok((row, role)) } else { Err(waits_no_more()) }
}

fn waits_no_more() -> AppError {
    AppError::field("koppeling", "Deze koppeling wacht niet meer op een tweede persoon.")
}

/// The machine accounts that wait for the yes or no of whoever asks; inside a reading that is already going on.
pub(super) fn machines_for(db: &mut Db, op: &OpContext) -> Result<Vec<MachineRow>, StoreError> {
    let mine = |facts: &Facts| authorize(op, Action::AgreeMachine, facts).is_ok();
    if !mine(&Facts::default()) {
        return Ok(Vec::new());
    }
    let mut rows = machines::machine_list(db)?;
    rows.retain(|row| row.state == MachineState::Proposed && mine(&facts_of(row)));
    Ok(rows)
}

fn parsed(draft: &MachineDraft, today: Day) -> Result<(NewMachine, VerifyKey), AppError> {
    let new = draft.parse(today);
    let key = VerifyKey::from_printed(&draft.public_key);
    match (new, key) {
        (Ok(new), Ok(key)) => Ok((new, key)),
        (new, key) => {
            let mut errors = new.err().unwrap_or_default();
            errors.extend(key.err().map(|fault| FieldError::new("sleutel", fault.to_string())));
            Err(AppError::Invalid(errors))
        }
    }
}
