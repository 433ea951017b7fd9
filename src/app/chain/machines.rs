//! The machine accounts that follow from the log, while it is read.

use crate::domain::ids::MachineId;
use crate::domain::machine::{MachineState, Scopes};
use crate::domain::time::Day;
use crate::ledger::event::{Actor, Event};
use crate::store::machines::MachineRow;
use crate::vault::signing::VerifyKey;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was agreed to: signed as one, so that no part of it can be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Coupling {
    /// The other system's key.
    pub(in crate::app) key: VerifyKey,
    /// What it may.
    pub(in crate::app) scopes: Scopes,
    /// Its last day.
    pub(in crate::app) expires_on: Day,
}

impl Coupling {
    /// What a row of the table says of it; `None` when that cannot be read.
    pub(in crate::app) fn of(row: &MachineRow) -> Option<Self> {
        let key = VerifyKey(row.public_key.as_slice().try_into().ok()?);
        Some(Self { key, scopes: Scopes::parse(&row.scopes)?, expires_on: row.expires_on })
    }

    /// As it stands in the details of an entry.
    pub(in crate::app) fn details(&self) -> [(&'static str, String); 3] {
        let key = data_encoding::BASE64.encode(&self.key.0);
        [("key", key), ("scopes", self.scopes.codes()), ("expires", self.expires_on.to_string())]
    }

    fn told(event: &Event) -> Option<Self> {
        let detail = |name: &str| event.details.get(name).map(String::as_str);
        let key = data_encoding::BASE64.decode(detail("key")?.as_bytes()).ok()?;
        let key = VerifyKey(key.as_slice().try_into().ok()?);
        Some(Self { key, scopes: Scopes::parse(detail("scopes")?)?, expires_on: detail("expires")?.parse().ok()? })
    }

    /// What somebody signs who agrees to it.
    pub(in crate::app) fn words(&self, id: MachineId) -> Vec<u8> {
        let parts = self.details().map(|(name, value)| format!("{name}={value}\n")).concat();
        format!("{id}\n{parts}").into_bytes()
    }
}

/// The proven machine accounts.
#[derive(Debug, Default)]
pub(in crate::app) struct ProvenMachines {
    /// Who proposed each, and what; a command on the machine is nobody.
    proposed: HashMap<Uuid, (Option<Uuid>, Option<Coupling>)>,
    given: HashMap<Uuid, Coupling>,
    ended: HashSet<Uuid>,
}

impl ProvenMachines {
    pub(super) fn propose(&mut self, id: Uuid, event: &Event) {
        let by = if let Actor::Member { id } = event.actor { Some(id) } else { None };
        // The first counts: neither who proposed it nor what can become another afterwards.
        self.proposed.entry(id).or_insert_with(|| (by, Coupling::told(event)));
    }

    /// Whether a row says what was proposed.
    pub(in crate::app) fn proposes(&self, row: &MachineRow) -> bool {
        let known = self.proposed.get(&row.id.uuid()).and_then(|(_, coupling)| coupling.as_ref());
        known.is_some() && Coupling::of(row).as_ref() == known
    }

    /// What an agreement by this member would give; `None` when they proposed it themselves, or nobody proposed just this.
    pub(super) fn agreed(&self, id: Uuid, by: Uuid, event: &Event) -> Option<Coupling> {
        let (_, coupling) = self.proposed.get(&id).filter(|(proposer, _)| *proposer != Some(by))?;
        Coupling::told(event).filter(|told| coupling.as_ref() == Some(told))
    }

    pub(super) fn give(&mut self, id: Uuid, coupling: Coupling) {
        self.given.insert(id, coupling);
    }

    /// Ends one, for ever.
    pub(super) fn end(&mut self, id: Uuid) {
        self.ended.insert(id);
    }

    /// What the log proves of a row that says it works; `None` when it proves something else, or nothing.
    pub(in crate::app) fn proves(&self, row: &MachineRow) -> Option<&Coupling> {
        let id = row.id.uuid();
        let known = self.given.get(&id).filter(|_| !self.ended.contains(&id) && row.state == MachineState::Active)?;
        (Coupling::of(row).as_ref() == Some(known)).then_some(known)
    }
}
