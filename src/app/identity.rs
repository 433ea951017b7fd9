//! Ontzegelen: reading the name of a melder. A name that was given openly is read by the readers of the report. A name
//! given in confidence takes two: the one who asks with a reason, and a privacy officer who agrees.
//!
//! The key of such a name is split. The readers hold one share, privacy the other. Agreeing opens the share of privacy in
//! the privacy officer's own session and seals it to the one member who asked, until a set time. Neither side ever holds
//! both, and the service holds none.

use super::follow_up::member_names;
use super::keyring::{Session, holder_ids};
use super::reading::Opened;
use super::resealing::json_bytes;
use super::sealing::{RecordBuilder, SealedRecord};
use super::steps::acting;
use super::{App, AppError};
use crate::domain::follow_up::ReasonDraft;
use crate::domain::ids::{IdentityOpeningId, MemberId, ObjectId, SignalId};
use crate::domain::role::{Group, Role};
use crate::domain::signal::{Confidentiality, ReporterIdentity};
use crate::domain::text::ShortText;
use crate::domain::time::Moment;
use crate::policy::{Action, OpContext, Permit, Refusal, authorize};
use crate::store::contents::{self, ContentRow};
use crate::store::identities::{self, IdentityOpeningRow};
use crate::store::signals::{self, SignalRow};
use crate::store::{StoreError, Trace, Tx};

/// The field with the name.
pub const NAME: &str = "melder";
/// The field with the reason of a request.
pub const REASON: &str = "waarom";

/// The field of the mailbox that tells the melder why their name was opened.
#[must_use]
pub fn told_field(id: IdentityOpeningId) -> String {
    format!("ontzegeling.{id}")
}

/// Where the name of a melder stands, for whoever may ask for it. Discloses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameStanding {
    /// The signal.
    pub signal: SignalRow,
    /// Whether it can still be read at all.
    pub name: NameState,
    /// Requests so far, oldest first, each with the names of who asked and who judged.
    pub requests: Vec<(IdentityOpeningRow, String, String)>,
}

/// Whether there is a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameState {
    /// The melder gave none.
    None,
    /// It can be read by the readers of the report.
    Open,
    /// It is behind two shares.
    Sealed,
    /// Its keys were destroyed.
    Gone,
}

/// A name, opened for one reader.
pub struct OpenedName {
    /// The signal as it stands.
    pub signal: SignalRow,
    /// The name.
    pub name: ReporterIdentity,
    /// Until when it may be read; `None` for a name that was given openly.
    pub until: Option<Moment>,
    /// The event that tells of this reading, from 0.
    pub event_index: u64,
}

impl App {
    /// Where the name stands, for whoever may ask for it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn name_standing(&self, op: &OpContext, id: SignalId) -> Result<NameStanding, AppError> {
        let (action, member) = (Action::AskIdentity, acting(op)?.clone());
        let found = self.store().look(move |db| signals::signal_facts(db, id, &member)).await?;
        let Some((signal, _)) = found.filter(|(_, facts)| authorize(op, action, facts).is_ok()) else {
            return self.refuse_absent(op, action.code()).await;
        };
        self.store().read(|db| {
            let readable = match contents::record_list(db, id, "identity")?.last() {
                Some(record) => !contents::sealed_keys_of_subject(db, record.key_id)?.is_empty(),
                None => false,
            };
            let name = match (signal.confidentiality, readable) {
                (Confidentiality::Anonymous, _) => NameState::None,
                (_, false) => NameState::Gone,
                (Confidentiality::Confidential, true) => NameState::Sealed,
                (Confidentiality::Named, true) => NameState::Open,
            };
            let names = member_names(db)?;
            let called = |id: MemberId| names.get(&id).cloned().unwrap_or_default();
            let requests = identities::opening_list(db, id)?
                .into_iter()
                .map(|row| {
                    let (asked, judged) = (called(row.asked_by), row.decided_by.map(called).unwrap_or_default());
                    (row, asked, judged)
                })
                .collect();
            Ok(NameStanding { signal, name, requests })
        })
    }

    /// Opens a name that was given openly, for a purpose that stands in the log.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist and for a name that was given in confidence.
    pub async fn open_name(&self, op: &OpContext, session: &Session, id: SignalId) -> Result<OpenedName, AppError> {
        let standing = self.name_standing(op, id).await?;
        if standing.name != NameState::Open {
            return self.refuse_absent(op, Action::ReadIdentity.code()).await;
        }
        let opened = self.open_signal_as(op, session, id, &["identity"], Action::ReadIdentity).await?;
        name_of(opened, None)
    }

    /// Asks to open a name that was given in confidence.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, when there is no such name, or when a request waits already; a refusal,
    /// the same for what does not exist.
    pub async fn ask_name(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        draft: &ReasonDraft,
    ) -> Result<IdentityOpeningId, AppError> {
        let standing = self.name_standing(op, id).await?;
        let reason = draft.parse("Schrijf in één zin waarom u de naam nodig hebt.")?;
        if standing.name != NameState::Sealed {
            return Err(AppError::field(REASON, "Bij dit signaal is geen naam die u kunt laten openen."));
        }
        self.with_newest_keys(async || self.ask_name_once(op, session, &standing.signal, &reason).await).await
    }

    async fn ask_name_once(
        &self,
        op: &OpContext,
        session: &Session,
        signal: &SignalRow,
        reason: &ShortText,
    ) -> Result<IdentityOpeningId, AppError> {
        let (signal_id, id) = (signal.id, IdentityOpeningId::new(self.random_id()?));
        let privacy = self.group_holder(Group::Privacy)?;
        let words = json_bytes(reason)?;
        let record = RecordBuilder::new(self, signal_id, "opening", Some(ObjectId::new(id.uuid())), op.today)?
            .field(REASON, &words)?
            .holders(self.handling_holders(signal)?)?
            .holder(privacy)?
            .finish();
        // The melder was promised to read why. Only their code and the readers open the mailbox.
        let told = self.tell_later(session, signal_id, &told_field(id), &words)?;
        let asked_by = acting(op)?.id;
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "identity.ask", move |tx| {
                let (_, permit) = permitted(tx, signal_id, Action::AskIdentity, &[])?;
                let waits = identities::opening_list(tx.reader(), signal_id)?.iter().any(|row| row.state == "asked");
                if waits {
                    return Err(AppError::field(REASON, "Er ligt al een verzoek bij de privacy officer."));
                }
                record.put(tx)?;
                if let Some(told) = &told {
                    tx.content_put(told)?;
                }
                tx.opening_insert(&asked(tx, id, &record, asked_by))?;
                tx.record(
                    Trace::new("identity.asked")
                        .signal(signal_id)
                        .role(permit.role())
                        .object("opening", id.uuid())
                        .fields([format!("opening.{REASON}")]),
                )?;
                Ok(id)
            })
            .await?;
        Ok(committed.value)
    }

    fn tell_later(
        &self,
        session: &Session,
        signal: SignalId,
        field: &str,
        words: &[u8],
    ) -> Result<Option<ContentRow>, AppError> {
        let mailbox = self.store().read(|db| contents::record_list(db, signal, "mailbox"))?;
        let Some(mailbox) = mailbox.last() else { return Ok(None) };
        let key = self.record_key(session, mailbox)?;
        Ok(Some(self.seal_beside(mailbox, &key, field, 1, words)?))
    }

    /// Reads the name that was opened for this member, within the time that was set.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist, for what was opened for somebody else and for when the time is over.
    pub async fn read_name(
        &self,
        op: &OpContext,
        session: &Session,
        id: IdentityOpeningId,
    ) -> Result<OpenedName, AppError> {
        let action = Action::ReadIdentity;
        let member = acting(op)?.id;
        let row = self.store().look(move |db| identities::opening_fetch(db, id)).await?;
        let mine = |row: &IdentityOpeningRow| {
            row.asked_by == member && row.state == "granted" && row.until_at.is_some_and(|until| until > op.at)
        };
        let Some(row) = row.filter(mine) else { return self.refuse_absent(op, action.code()).await };
        let (until, ring) = (row.until_at, self.ring(session)?);
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "identity.read", move |tx| {
                let (signal, permit) = permitted(tx, row.signal_id, action, &[])?;
                let record = tx.record_list(row.signal_id, "identity")?.pop().ok_or(StoreError::NoKey)?;
                let now = tx.op().at;
                if row.opened_at.is_none() {
                    tx.opening_update("granted", &IdentityOpeningRow { opened_at: Some(now), ..row.clone() })?;
                }
                tx.record(
                    Trace::new("identity.opened")
                        .signal(row.signal_id)
                        .role(permit.role())
                        .object("opening", row.id.uuid()),
                )?;
                let closed = tx.disclose(&permit, &holders, &[record.id], None)?;
                Ok((signal, record, closed))
            })
            .await?;
        let (signal, record, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        name_of(Opened { signal, records: vec![record], disclosed }, until)
    }
}

/// The signal and the permission, inside the transaction.
pub(super) fn permitted(
    tx: &mut Tx<'_>,
    id: SignalId,
    action: Action,
    authors: &[MemberId],
) -> Result<(SignalRow, Permit), AppError> {
    let op = tx.op().clone();
    let Some((signal, mut facts)) = tx.signal_facts(id, acting(&op)?)? else {
        return Err(AppError::refused(action.code(), Refusal::NotFound, None));
    };
    facts.authors = authors.to_vec();
    let permit = authorize(&op, action, &facts).map_err(|why| AppError::refused(action.code(), why, Some(id)))?;
    Ok((signal, permit))
}

fn asked(tx: &Tx<'_>, id: IdentityOpeningId, record: &SealedRecord, by: MemberId) -> IdentityOpeningRow {
    IdentityOpeningRow {
        id,
        signal_id: record.record.signal_id,
        record_id: record.id(),
        asked_by: by,
        asked_at: tx.op().at,
        state: "asked".to_owned(),
        decided_by: None,
        decided_at: None,
        until_at: None,
        opened_at: None,
    }
}

fn name_of(opened: Opened, until: Option<Moment>) -> Result<OpenedName, AppError> {
    let record = opened.record("identity").map(|row| row.id).ok_or(StoreError::NoKey)?;
    let name = opened.json(record, NAME).ok_or(StoreError::NoKey)?;
    Ok(OpenedName { name, until, event_index: opened.disclosed.event_index, signal: opened.signal })
}

/// The role that opened a name, with its article, as the melder reads it.
#[must_use]
pub fn role_that_opens(signal: &SignalRow) -> &'static str {
    if signal.box_ == Group::Integrity.code() { "een vertrouwenspersoon" } else { "de coördinator" }
}

/// The role that agrees, with its article.
#[must_use]
pub fn role_that_agrees() -> String {
    format!("de {}", Role::PrivacyOfficer.label())
}
