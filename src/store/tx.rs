//! One write: everything a use case may do to the database, and the trace it leaves.

use super::bound::Changes;
use super::db::Db;
use super::error::StoreError;
use super::log::{self, EventRow, Head};
use crate::domain::ids::{MemberId, ObjectId, SignalId};
use crate::domain::role::Role;
use crate::domain::time::Day;
use crate::ledger::event::{self, At, Event, ObjectRef, Outcome};
use crate::ledger::merkle::leaf_hash;
use crate::policy::{Actor, OpContext, Precision, Refusal};
use crate::vault::entropy::Entropy;
use std::collections::BTreeMap;

/// What the log says about an act that was refused or failed.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What was tried, as a stable word.
    pub action: String,
    /// Why not, as a stable word.
    pub why: String,
    /// On which signal, if one was named and exists.
    pub signal: Option<SignalId>,
    /// Whether somebody said no, or something broke.
    pub result: Outcome,
    /// Whether the log has it.
    pub written: Written,
}

/// Whether a refusal stands in the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Written {
    /// Not by itself: a reading found it, and whoever answers writes it down first.
    #[default]
    NotYet,
    /// The writer put it there, in place of what was tried.
    InLog,
}

impl Refused {
    /// A refusal by the policy.
    #[must_use]
    pub fn by_policy(action: &str, refusal: Refusal, signal: Option<SignalId>) -> Self {
        Self {
            action: action.to_owned(),
            why: refusal.code().to_owned(),
            signal,
            result: Outcome::Refused,
            written: Written::NotYet,
        }
    }
}

/// One audit event in the making. Holds codes and ids, never content.
#[derive(Debug, Clone)]
pub struct Trace {
    kind: &'static str,
    object: Option<(&'static str, uuid::Uuid)>,
    subject_signal: Option<SignalId>,
    role: Option<Role>,
    fields: Vec<String>,
    details: BTreeMap<String, String>,
    statement: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    result: Outcome,
}

impl Trace {
    /// An event of this kind (`noun.past`, stable for ever).
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            object: None,
            subject_signal: None,
            role: None,
            fields: Vec::new(),
            details: BTreeMap::new(),
            statement: None,
            signature: None,
            result: Outcome::Ok,
        }
    }

    /// The signal it is about; the signal's history shows it.
    #[must_use]
    pub fn signal(mut self, id: SignalId) -> Self {
        self.subject_signal = Some(id);
        self
    }

    /// The thing it is about, when that is not the signal itself.
    #[must_use]
    pub fn object(mut self, kind: &'static str, id: uuid::Uuid) -> Self {
        self.object = Some((kind, id));
        self
    }

    /// The role acted in.
    #[must_use]
    pub fn role(mut self, role: Option<Role>) -> Self {
        self.role = role;
        self
    }

    /// The names of the fields read or written.
    #[must_use]
    pub fn fields<I: IntoIterator<Item = S>, S: Into<String>>(mut self, names: I) -> Self {
        self.fields.extend(names.into_iter().map(Into::into));
        self
    }

    /// A code worth keeping, such as an outcome.
    #[must_use]
    pub fn detail(mut self, name: &str, code: impl Into<String>) -> Self {
        self.details.insert(name.to_owned(), code.into());
        self
    }

    /// The statement of a public key.
    #[must_use]
    pub fn statement(mut self, bytes: Vec<u8>) -> Self {
        self.statement = Some(bytes);
        self
    }

    /// The signature of the member who acted.
    #[must_use]
    pub fn signature(mut self, bytes: Vec<u8>) -> Self {
        self.signature = Some(bytes);
        self
    }

    /// A result other than "done".
    #[must_use]
    pub fn result(mut self, result: Outcome) -> Self {
        self.result = result;
        self
    }
}

/// What a write left in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Traces {
    /// An event, and every changed row in one.
    Complete,
    /// No event, and no row that the log answers for was changed.
    NothingToTell,
    /// Rows were changed of which no event tells.
    Missing,
}

/// A running write. Row changes collect as commitments, and the next [`Tx::record`] binds them into its event; a
/// write that ends with commitments nobody recorded is rolled back.
pub struct Tx<'w> {
    db: &'w mut Db,
    head: &'w mut Head,
    op: &'w OpContext,
    name: &'static str,
    entropy: &'w mut dyn Entropy,
    changes: Changes,
    events: Vec<u64>,
}

impl<'w> Tx<'w> {
    pub(super) fn new(
        db: &'w mut Db,
        head: &'w mut Head,
        entropy: &'w mut dyn Entropy,
        op: &'w OpContext,
        name: &'static str,
    ) -> Self {
        Self { db, head, op, name, entropy, changes: Changes::default(), events: Vec::new() }
    }

    pub(super) fn db(&mut self) -> &mut Db {
        self.db
    }

    /// The same connection, for the reading functions of this room.
    pub fn reader(&mut self) -> &mut Db {
        self.db
    }

    /// Who acts, why and when.
    #[must_use]
    pub fn op(&self) -> &OpContext {
        self.op
    }

    /// The day in the municipality.
    #[must_use]
    pub fn today(&self) -> Day {
        self.op.today
    }

    pub(super) fn last_event(&self) -> Option<u64> {
        self.events.last().copied()
    }

    /// What this write left in the log.
    pub(super) fn traces(&self) -> Traces {
        if !self.changes.is_empty() {
            Traces::Missing
        } else if self.events.is_empty() {
            Traces::NothingToTell
        } else {
            Traces::Complete
        }
    }

    /// The rows that changed since the last event.
    pub(super) fn changes(&mut self) -> &mut Changes {
        &mut self.changes
    }

    /// Appends an audit event; returns its place in the log.
    ///
    /// # Errors
    /// When the database refuses the entry.
    pub fn record(&mut self, trace: Trace) -> Result<u64, StoreError> {
        let member = self.op.as_member().map(|m| m.id);
        let object = trace.subject_signal.map(|id| ("signal", id.uuid())).or(trace.object);
        let mut details = trace.details;
        if let (Some(_), Some((kind, id))) = (trace.subject_signal, trace.object) {
            details.insert(kind.to_owned(), id.to_string());
        }
        let at = match self.op.precision {
            Precision::Moment => At::try_from(self.op.at.in_millis()),
            Precision::Day => At::try_from(self.op.today.to_string()),
        };
        let at = at.map_err(|e| StoreError::Log(e.to_string()))?;
        let actor = match &self.op.actor {
            Actor::Anonymous => event::Actor::Anonymous,
            Actor::System => event::Actor::System,
            Actor::Operator(name) => event::Actor::Operator { name: name.clone() },
            Actor::Member(member) => event::Actor::Member { id: member.id.uuid() },
            Actor::Machine(machine) => event::Actor::Machine { id: machine.id.uuid() },
        };
        if let Some(scope) = self.op.as_machine().and_then(|machine| machine.asked) {
            details.insert("scope".to_owned(), scope.code().to_owned());
        }
        let mut event = Event::new(trace.kind, self.name, actor, at);
        event.role = trace.role.or_else(|| self.only_role()).map(|role| role.code().to_owned());
        event.purpose = self.op.purpose.map(|purpose| purpose.code().to_owned());
        // An anonymous request carries no id either: it would join the log to a line of a web server.
        event.request = member.map(|_| self.op.request);
        event.object = object.map(|(kind, id)| ObjectRef { kind: kind.to_owned(), id: id.to_string() });
        event.fields = trace.fields;
        event.outcome = trace.result;
        event.details = details;
        event.commits = std::mem::take(&mut self.changes).bind(self.db, self.entropy)?;
        event.statement = trace.statement.map(|bytes| data_encoding::BASE64.encode(&bytes));
        event.signature = trace.signature.map(|bytes| data_encoding::BASE64.encode(&bytes));
        self.append(event, object.map(|(_, id)| ObjectId::new(id)), member)
    }

    pub(super) fn record_refusal(&mut self, refused: &Refused) -> Result<u64, StoreError> {
        self.changes = Changes::default();
        let kind = if refused.result == Outcome::Failed { "access.failed" } else { "access.refused" };
        let mut trace = Trace::new(kind)
            .detail("action", refused.action.clone())
            .detail("why", refused.why.clone())
            .result(refused.result);
        if let Some(signal) = refused.signal {
            trace = trace.signal(signal);
        }
        self.record(trace)
    }

    fn only_role(&self) -> Option<Role> {
        let roles = &self.op.as_member()?.roles;
        if let [held] = roles.as_slice() { Some(held.role) } else { None }
    }

    fn append(&mut self, event: Event, object: Option<ObjectId>, member: Option<MemberId>) -> Result<u64, StoreError> {
        let index = self.head.size();
        let body = event.canonical_bytes(index).map_err(|e| StoreError::Log(e.to_string()))?;
        let leaf = leaf_hash(&body);
        let row = EventRow {
            idx: log::signed(index)?,
            leaf_hash: leaf.to_vec(),
            body,
            kind: event.kind.into_owned(),
            object_id: object,
            member_id: member,
            day: self.op.today,
        };
        log::event_insert(self.db, &row)?;
        self.head.push(leaf);
        self.events.push(index);
        Ok(index)
    }
}
