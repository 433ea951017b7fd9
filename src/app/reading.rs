//! Reading a signal: who looks, for which purpose, at which records. Nothing is opened before that stands in the log.

use super::following::FOLLOWED;
use super::keyring::{Session, holder_ids};
use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, RecordId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::signal::SignalContent;
use crate::ledger::event::Event;
use crate::policy::{Action, OpContext, Refusal, authorize};
use crate::store::contents::{self, RecordRow};
use crate::store::signals::{self, After, Filter, SignalRow};
use crate::store::{Closed, CommitToken, Disclosed, log, members};
use crate::vault::ring::KeyRing;
use std::collections::HashMap;

/// An opened signal: plaintext for one reader and one request.
pub struct Opened {
    /// The signal as it stands.
    pub signal: SignalRow,
    /// The records that were opened, oldest first.
    pub records: Vec<RecordRow>,
    /// Their plaintext, and where in the log it says so.
    pub disclosed: Disclosed,
}

impl Opened {
    /// The record of this kind, the newest when there are several.
    #[must_use]
    pub fn record(&self, kind: &str) -> Option<&RecordRow> {
        self.records.iter().rev().find(|row| row.kind == kind)
    }

    /// The record that belongs to this weighing, check, question, item or decision.
    #[must_use]
    pub fn record_of(&self, part: uuid::Uuid) -> Option<&RecordRow> {
        self.records.iter().find(|row| row.part_of.is_some_and(|id| id.uuid() == part))
    }

    /// A field that was sealed as JSON.
    #[must_use]
    pub fn json<T: serde::de::DeserializeOwned>(&self, record: RecordId, field: &str) -> Option<T> {
        serde_json::from_slice(self.disclosed.bytes(record, field)?).ok()
    }

    /// The report itself.
    #[must_use]
    pub fn report(&self) -> Option<SignalContent> {
        let id = self.record("report")?.id;
        let mut fields = serde_json::Map::new();
        for name in self.disclosed.names(id) {
            fields.insert(name.to_owned(), serde_json::from_slice(self.disclosed.bytes(id, name)?).ok()?);
        }
        for list in ["opgevallen", "hoeWeetU"] {
            fields.entry(list).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        }
        serde_json::from_value(serde_json::Value::Object(fields)).ok()
    }
}

/// One line of a signal's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Place in the log, from 0; `None` for what no member did, because the places of one's own readings, which have a
    /// clock, would tell between which moments a melder was there.
    pub index: Option<i64>,
    /// The day.
    pub day: crate::domain::time::Day,
    /// Who; `None` for the melder and the service.
    pub member: Option<MemberId>,
    /// The same, by name.
    pub who: Option<String>,
    /// What, as the stable word of the event.
    pub kind: String,
    /// The purpose given.
    pub purpose: Option<Purpose>,
    /// Codes that say more.
    pub details: std::collections::BTreeMap<String, String>,
}

impl App {
    /// Opens the records of these kinds that the reader holds a key for; the event names each field.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; [`AppError::Vault`] when something was changed by hand.
    pub async fn open_signal(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        kinds: &'static [&'static str],
    ) -> Result<Opened, AppError> {
        self.open_signal_as(op, session, id, kinds, Action::OpenSignal).await
    }

    /// Opens what was closed, now that the reading stands in the log. What does not open stands there, too: somebody
    /// changed the database.
    ///
    /// # Errors
    /// [`AppError::Vault`].
    pub(super) async fn opened(
        &self,
        op: &OpContext,
        closed: Closed,
        token: CommitToken,
        ring: &KeyRing,
    ) -> Result<Disclosed, AppError> {
        match closed.open(token, ring) {
            Ok(disclosed) => Ok(disclosed),
            Err(error) => Err(self.noted(op, "reading.fail", error.into()).await),
        }
    }

    /// The same for another act that reads, such as judging a privacy check.
    ///
    /// # Errors
    /// As [`App::open_signal`].
    pub async fn open_signal_as(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        kinds: &'static [&'static str],
        action: Action,
    ) -> Result<Opened, AppError> {
        self.open_parts(op, session, id, kinds, None, action).await
    }

    /// The same, where of the records that belong to a weighing, check, question, item or decision only those of the
    /// named `parts` are opened: what is not shown is not read.
    ///
    /// # Errors
    /// As [`App::open_signal`].
    pub async fn open_parts(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        kinds: &'static [&'static str],
        parts: Option<Vec<ObjectId>>,
        action: Action,
    ) -> Result<Opened, AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "reading.open", move |tx| {
                let op = tx.op().clone();
                let member = acting(&op)?;
                let Some((signal, facts)) = tx.signal_facts(id, member)? else {
                    return Err(AppError::refused(action.code(), Refusal::NotFound, None));
                };
                let permit =
                    authorize(&op, action, &facts).map_err(|why| AppError::refused(action.code(), why, Some(id)))?;
                let mut records = contents::records_openable(tx.reader(), id, kinds, &holders, op.at)?;
                if let Some(parts) = &parts {
                    records.retain(|row| row.part_of.is_none_or(|part| parts.contains(&part)));
                }
                let wanted: Vec<RecordId> = records.iter().map(|row| row.id).collect();
                let closed = tx.disclose(&permit, &holders, &wanted, None)?;
                Ok((signal, records, closed))
            })
            .await
            .map_err(AppError::as_absent)?;
        let (signal, records, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        Ok(Opened { signal, records, disclosed })
    }

    /// The signal as it stands, without content, for whoever was granted it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub fn signal_standing(&self, op: &OpContext, id: SignalId) -> Result<SignalRow, AppError> {
        let member = acting(op)?;
        let found = self.store().read(|db| signals::signal_facts(db, id, member))?;
        let (signal, facts) = found.ok_or_else(|| AppError::refused("open_signal", Refusal::NotFound, None))?;
        authorize(op, Action::SeeHistory, &facts).map_err(|why| AppError::refused("open_signal", why, Some(id)))?;
        Ok(signal)
    }

    /// A page of the signals the member may open. Discloses nothing.
    ///
    /// # Errors
    /// A refusal for roles that have no list.
    pub fn list_signals(
        &self,
        op: &OpContext,
        filter: Filter,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<SignalRow>, AppError> {
        let member = acting(op)?;
        authorize(op, Action::ListSignals, &crate::policy::Facts::default())
            .map_err(|why| AppError::refused(Action::ListSignals.code(), why, None))?;
        Ok(self.store().read(|db| signals::signal_page(db, member, filter, after, limit))?)
    }

    /// The newest lines of a signal's history, newest first, for whoever may open it. That the melder looked stands in
    /// the log and not here: between two lines of one's own it would have a moment.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub fn history(&self, op: &OpContext, id: SignalId, limit: i64) -> Result<Vec<HistoryLine>, AppError> {
        self.signal_standing(op, id)?;
        let (rows, names) = self.store().read(|db| {
            let rows = log::log_of_object(db, ObjectId::new(id.uuid()), limit)?;
            let names: HashMap<_, _> =
                members::member_list(db)?.into_iter().map(|(member, _)| (member.id, member.name)).collect();
            Ok::<_, AppError>((rows, names))
        })?;
        Ok(rows
            .into_iter()
            .filter(|row| row.kind != FOLLOWED)
            .filter_map(|row| {
                let (_, event) = Event::parse(&row.body).ok()?;
                Some(HistoryLine {
                    index: row.member_id.map(|_| row.idx),
                    day: row.day,
                    member: row.member_id,
                    who: row.member_id.and_then(|id| names.get(&id).cloned()),
                    kind: row.kind,
                    purpose: event.purpose.and_then(|code| code.parse().ok()),
                    details: event.details,
                })
            })
            .collect())
    }
}
