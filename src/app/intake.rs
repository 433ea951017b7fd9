//! Sharing a signal.

mod readers;

use super::sealing::{RecordBuilder, SealedRecord, Sealing};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{ExclusionId, KeyId, SignalId};
use crate::domain::reference::SignalReference;
use crate::domain::role::{Group, Role};
use crate::domain::signal::{Channel, NewSignal, Reporter, SourceType};
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::policy::{Action, Facts, OpContext, Permit, authorize};
use crate::store::contents::SealedKeyRow;
use crate::store::signals::{self, ExclusionRow, GrantRow, SignalRow};
use crate::store::{StoreError, Trace};
use crate::vault::digest::labelled_id;
use crate::vault::identity;
use crate::vault::receipt::Receipt;
use crate::vault::secret::Key32;
use readers::Readers;

/// The field of the mailbox with the melder's public key.
pub const MELDER_KEY: &str = "sleutelMelder";

/// How often storing a signal is tried again when something moved that the next try settles.
const RETRIES: usize = 2;

/// How a signal came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The channel.
    pub channel: Channel,
    /// The kind of source.
    pub source: SourceType,
}

/// A stored signal, as the melder may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Which signal.
    pub id: SignalId,
    /// Its reference.
    pub reference: SignalReference,
    /// Whether this very receipt was stored before: a retry.
    pub again: Again,
}

/// Whether a submission was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Stored now.
    First,
    /// Stored before; nothing was stored now.
    Repeated,
}

/// A signal of which everything is sealed: nothing but opaque bytes and ids, ready to be written.
#[derive(Clone)]
pub struct SealedSignal {
    pub(super) signal: SignalRow,
    records: Vec<SealedRecord>,
    shares: Vec<(SealedKeyRow, Holder)>,
    grantees: Vec<String>,
    identity_grantees: Vec<String>,
    exclusions: Vec<Role>,
}

impl SealedSignal {
    /// Its records.
    #[must_use]
    pub fn records(&self) -> &[SealedRecord] {
        &self.records
    }

    /// The shares of the key of a confidential name.
    pub fn shares(&self) -> impl Iterator<Item = &SealedKeyRow> {
        self.shares.iter().map(|(share, _)| share)
    }
}

impl App {
    /// Stores a signal under a receipt that the melder already holds. The same receipt twice is one signal.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when nobody could read it; any store error, and then nothing was stored.
    pub async fn submit(
        &self,
        op: &OpContext,
        new: &NewSignal,
        receipt: &Receipt,
        arrival: Arrival,
    ) -> Result<Received, AppError> {
        for _ in 0..RETRIES {
            match self.submit_once(op, new, receipt, arrival).await {
                // A group got a new key between sealing and writing: seal again to that one.
                Err(AppError::KeyMoved) => self.newest_or_noted(op).await?,
                // By chance another signal has this reference, or another process just stored this receipt: the next
                // try draws a new reference, and finds what stands.
                Err(AppError::Store(StoreError::Duplicate(_))) => {}
                other => return other,
            }
        }
        let last = self.submit_once(op, new, receipt, arrival).await;
        self.noted_if_superseded(op, last).await
    }

    /// Reads the keys anew. What does not hold then stands in the log before anybody is answered.
    pub(super) async fn newest_or_noted(&self, op: &OpContext) -> Result<(), AppError> {
        match self.reload_trust() {
            Ok(_) => Ok(()),
            Err(error) => Err(self.noted(op, "intake.seal", error).await),
        }
    }

    /// The table goes on naming a newer key of which the log knows nothing: somebody wrote it there by hand.
    pub(super) async fn noted_if_superseded<T>(
        &self,
        op: &OpContext,
        result: Result<T, AppError>,
    ) -> Result<T, AppError> {
        match result {
            Err(AppError::KeyMoved) => {
                let error = AppError::KeyNotProven("a newer key that no statement introduces".to_owned());
                Err(self.noted(op, "intake.seal", error).await)
            }
            other => other,
        }
    }

    async fn submit_once(
        &self,
        op: &OpContext,
        new: &NewSignal,
        receipt: &Receipt,
        arrival: Arrival,
    ) -> Result<Received, AppError> {
        match self.seal_signal(op, new, receipt, arrival) {
            Ok(sealed) => self.store_signal(op, sealed).await,
            Err(error) => Err(self.noted(op, "intake.seal", error).await),
        }
    }

    /// Writes a sealed signal, unless one with its receipt stands already. The half of [`App::submit`] that needs the
    /// database.
    ///
    /// # Errors
    /// [`AppError::KeyMoved`] when a holder got a new key since it was sealed; any store error.
    pub async fn store_signal(&self, op: &OpContext, sealed: SealedSignal) -> Result<Received, AppError> {
        let permit = authorize(op, Action::Submit, &Facts::default())
            .map_err(|why| AppError::refused(Action::Submit.code(), why, None))?;
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "intake.submit", move |tx| {
                if let Some(lookup) = &sealed.signal.lookup_id
                    && let Some(found) = signals::signal_by_lookup(tx.reader(), lookup)?
                {
                    tx.record(Trace::new("signal.repeated"))?;
                    return Ok(Received { id: found.id, reference: found.reference, again: Again::Repeated });
                }
                write_signal(tx, &sealed)?;
                tx.record(sealed.trace(&permit))?;
                Ok(Received { id: sealed.signal.id, reference: sealed.signal.reference, again: Again::First })
            })
            .await?;
        Ok(committed.value)
    }

    /// Seals a signal to whoever may read it. The half of [`App::submit`] that needs keys and no database.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when nobody could read it.
    pub fn seal_signal(
        &self,
        op: &OpContext,
        new: &NewSignal,
        receipt: &Receipt,
        arrival: Arrival,
    ) -> Result<SealedSignal, AppError> {
        let id = SignalId::new(self.random_id()?);
        let readers = self.readers_of(new)?;
        let mut records = vec![self.seal_report(op, id, new, &readers)?];
        let (melder_public, _) = receipt.mailbox_pair()?;
        let melder = Holder { key: melder_key_id(&melder_public.0), public: melder_public };
        // The melder's key stands nowhere else, and is needed when the mailbox gets a new key after an exclusion.
        let mailbox = RecordBuilder::new(self, id, "mailbox", None, op.today)?
            .field(MELDER_KEY, &melder_public.0)?
            .holders(readers.holders.iter().copied())?
            .holder(melder)?;
        records.push(mailbox.finish());
        let mut shares = Vec::new();
        let mut identity_grantees = Vec::new();
        match &new.reporter {
            Reporter::Anonymous => {}
            Reporter::Named(known) => {
                let record = RecordBuilder::new(self, id, "identity", None, op.today)?
                    .json("melder", known)?
                    .holders(readers.holders.iter().copied())?;
                records.push(record.finish());
                identity_grantees.clone_from(&readers.grantees);
            }
            Reporter::Confidential(known) => {
                let builder = RecordBuilder::new(self, id, "identity", None, op.today)?.json("melder", known)?;
                let (record, key) = builder.finish_with_key();
                shares = self.seal_shares(op, id, &record, &Key32::copy_of(key.expose()), &readers)?;
                records.push(record);
                identity_grantees.push(format!("group:{}", Group::Privacy.code()));
            }
        }
        let signal = self.new_signal_row(op, id, new, receipt, arrival, &readers)?;
        let exclusions = new.exclusions.iter().map(|shut| shut.role()).collect();
        Ok(SealedSignal { signal, records, shares, grantees: readers.grantees, identity_grantees, exclusions })
    }

    fn seal_report(
        &self,
        op: &OpContext,
        id: SignalId,
        new: &NewSignal,
        readers: &Readers,
    ) -> Result<SealedRecord, AppError> {
        let content = &new.content;
        let mut report = RecordBuilder::new(self, id, "report", None, op.today)?
            .json("tekst", &content.narrative)?
            .json("wanneer", &content.period)?
            .json("plek", &content.precision)?
            .json("bangVoorHerkenning", &content.fear)?;
        if !content.observations.is_empty() {
            report = report.json("opgevallen", &content.observations)?;
        }
        if !content.known_by.is_empty() {
            report = report.json("hoeWeetU", &content.known_by)?;
        }
        if let Some(place) = &content.place {
            report = report.json("waar", place)?;
        }
        if let Some(subject) = &content.subject {
            report = report.json("wieOfWat", subject)?;
        }
        Ok(report.holders(readers.holders.iter().copied())?.finish())
    }

    /// The key of a confidential name, in two shares: one for the readers of the report, one for privacy.
    fn seal_shares(
        &self,
        op: &OpContext,
        id: SignalId,
        record: &SealedRecord,
        key: &Key32,
        readers: &Readers,
    ) -> Result<Vec<(SealedKeyRow, Holder)>, AppError> {
        let mut entropy = self.entropy();
        let privacy = self.group_holder(Group::Privacy)?;
        let halves = identity::split(key, entropy.as_mut())?;
        let sealing =
            Sealing { subject: record.record.key_id, kind: "share", signal: Some(id), until: None, today: op.today };
        let mut shares = vec![(sealing.to(privacy, halves.privacy.expose(), entropy.as_mut())?, privacy)];
        for holder in &readers.identity_holders {
            shares.push((sealing.to(*holder, halves.holders.expose(), entropy.as_mut())?, *holder));
        }
        Ok(shares)
    }

    fn new_signal_row(
        &self,
        op: &OpContext,
        id: SignalId,
        new: &NewSignal,
        receipt: &Receipt,
        arrival: Arrival,
        readers: &Readers,
    ) -> Result<SignalRow, AppError> {
        let mut bytes = [0; 6];
        self.entropy().fill(&mut bytes)?;
        Ok(SignalRow {
            id,
            reference: SignalReference::from_random(bytes),
            box_: readers.box_.clone(),
            stage: Stage::Received,
            version: 1,
            waiting: "intake".to_owned(),
            turn_of: None,
            channel: arrival.channel.code().to_owned(),
            source_type: arrival.source.code().to_owned(),
            confidentiality: new.reporter.confidentiality(),
            urgency: None,
            received_on: op.today,
            stage_since: op.today,
            due_on: Some(self.protocol().due_on(ClockCode::Intake, op.today)),
            outcome: None,
            reason: None,
            protocol_version: self.protocol().version.to_string(),
            lookup_id: Some(receipt.lookup_id()?.to_vec()),
            monitor_until: None,
            retention_ground: None,
            kept_until: None,
            told_status: None,
            told_stage: None,
            told_on: None,
        })
    }

    /// Whose box a signal will lie in, as the review page must say before it is sent.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when nobody could read it.
    pub fn box_for(&self, new: &NewSignal) -> Result<String, AppError> {
        Ok(self.readers_of(new)?.box_)
    }
}

impl SealedSignal {
    /// The event of a signal that came in: which fields were sealed, never what is in them.
    pub(super) fn trace(&self, permit: &Permit) -> Trace {
        Trace::new("signal.received")
            .signal(self.signal.id)
            .role(permit.role())
            .detail("channel", self.signal.channel.clone())
            .detail("stage", self.signal.stage.code())
            .fields(self.records.iter().flat_map(|r| {
                let kind = r.record.kind.clone();
                r.fields.iter().map(move |f| format!("{kind}.{}", f.field))
            }))
    }
}

pub(super) fn write_signal(tx: &mut crate::store::Tx<'_>, sealed: &SealedSignal) -> Result<(), AppError> {
    let signal = &sealed.signal;
    tx.signal_insert(signal)?;
    // Before the records: what may be opened out of hours depends on it.
    for (place, role) in sealed.exclusions.iter().enumerate() {
        let id = exclusion_id(signal.id, place);
        tx.exclusion_insert(&ExclusionRow {
            id,
            signal_id: signal.id,
            role: *role,
            set_by: "melder".to_owned(),
            member_id: None,
            since_on: signal.received_on,
        })?;
    }
    super::sealing::put_all(tx, &sealed.records)?;
    for (share, holder) in &sealed.shares {
        super::sealing::confirm(tx, *holder)?;
        tx.sealed_key_insert(share)?;
    }
    let grant = |grantee: &String, what: &str| GrantRow {
        signal_id: signal.id,
        grantee: grantee.clone(),
        what: what.to_owned(),
        received_on: signal.received_on,
    };
    for grantee in &sealed.grantees {
        tx.grant_put(&grant(grantee, "signal"))?;
    }
    for grantee in &sealed.identity_grantees {
        tx.grant_put(&grant(grantee, "identity"))?;
    }
    Ok(())
}

/// An id that follows from the signal's, so that a closure that runs twice writes the same row.
fn exclusion_id(signal: SignalId, place: usize) -> ExclusionId {
    let mut bytes = signal.uuid().as_bytes().to_vec();
    bytes.extend(place.to_be_bytes());
    ExclusionId::from_random(labelled_id("meldroute/exclusion/v1", &bytes))
}

/// The id of a melder's key: it follows from the key itself, so that nothing about it needs to be stored.
#[must_use]
pub fn melder_key_id(public: &[u8; 32]) -> KeyId {
    KeyId::from_random(labelled_id("meldroute/melder-key/v1", public))
}
