//! The doorgeefblad: what leaves this house goes on a sheet of chosen facts, with recipient and ground, and without the
//! melder. Every way out to others makes one: referring on, to a department, to the RIEC, to the police, to anyone.

use super::keyring::{Session, holder_ids};
use super::outcomes;
use super::reading::Opened;
use super::sealing::{RecordBuilder, SealedRecord};
use super::steps::{Seen, acting};
use super::{App, AppError};
use crate::domain::decision::{DecisionCode, Ending, Need};
use crate::domain::fact::{Fact, Sharing};
use crate::domain::handoff::{Handoff, HandoffDraft, HandoffKind};
use crate::domain::ids::{HandoffId, ObjectId, PrivacyCheckId, SignalId};
use crate::domain::overlap;
use crate::domain::protocol::Protocol;
use crate::domain::text::BoundedText;
use crate::domain::words::FieldError;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext, Refusal, authorize};
use crate::store::decisions::{self, HandoffRow};
use crate::store::signals::SignalRow;
use crate::store::{StoreError, Trace, contents};

/// The field with the sheet.
pub const SHEET: &str = "doorgeefblad";
/// The field of a form that says the repeated words were seen.
pub const SEEN_WORDS: &str = "woordenBekeken";
/// The kind of record.
const KIND: &str = "handoff";

/// Whether facts that repeat the report's words go out without a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatedWords {
    /// They are named first, so that somebody looks at them.
    Ask,
    /// Somebody looked, and they stay.
    Seen,
}

/// A doorgeefblad, opened.
pub struct OpenedSheet {
    /// The row.
    pub row: HandoffRow,
    /// The sheet.
    pub sheet: Handoff,
    /// What was opened, with the event of this reading.
    pub opened: Opened,
}

/// Names each fact that repeats the report's words, with what to do.
///
/// # Errors
/// [`AppError::Invalid`] at those facts and at [`SEEN_WORDS`]; nothing when there are none.
pub fn refuse_repeated(report: &Opened, facts: &[Fact]) -> Result<(), AppError> {
    let Some(content) = report.report() else { return Ok(()) };
    let mut told: Vec<&str> = vec![content.narrative.as_str()];
    told.extend(content.place.as_ref().map(BoundedText::as_str));
    told.extend(content.subject.as_ref().map(BoundedText::as_str));
    let told = told.join("\n");
    let mut errors: Vec<FieldError> = (1..)
        .zip(facts)
        .filter_map(|(number, fact): (usize, _)| {
            let warning = overlap::warning(&told, fact.text.as_str())?;
            Some(FieldError::new(format!("feiten.{number}.tekst"), warning))
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    errors.push(FieldError::new(SEEN_WORDS, "Verander de woorden, of kruis aan dat u ze hebt bekeken."));
    Err(AppError::Invalid(errors))
}

/// Whether a signal that ended with this decision must have a doorgeefblad before it is closed.
#[must_use]
pub fn needs_sheet(decision: DecisionCode, protocol: &Protocol) -> SheetNeed {
    let asks_recipient = protocol.decision(decision).is_some_and(|rule| rule.needs.contains(&Need::Recipient));
    if decision.ending() == Ending::AfterHandover || asks_recipient { SheetNeed::Needed } else { SheetNeed::Free }
}

/// Whether something goes to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetNeed {
    /// It does.
    Needed,
    /// It need not.
    Free,
}

impl App {
    /// Makes a doorgeefblad for somebody who does something with it. `check` is the privacycheck 2B that cleared facts
    /// of a special regime, when there are such facts.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, at a fact that was not cleared, and at each fact that repeats the
    /// report's words until they were seen; what [`super::steps::Attempt::begin`] refuses.
    pub async fn hand_over(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &HandoffDraft,
        check: Option<PrivacyCheckId>,
        words: RepeatedWords,
    ) -> Result<HandoffId, AppError> {
        self.probe(op, seen.attempt(StepEvent::HandOver), &[]).await?;
        let sheet = Handoff::parse(HandoffKind::Handover, draft, check, self.protocol())?;
        if let Some(check) = check {
            self.refuse_uncleared(op, session, seen.signal, &sheet, check).await?;
        }
        self.look_at_words(op, session, seen, &sheet, words).await?;
        self.with_newest_keys(async || {
            let (row, record) = self.seal_sheet(op, seen, &sheet)?;
            let committed = self
                .store()
                .write::<_, AppError, _>(op, "sharing.hand_over", move |tx| {
                    let begun = seen.attempt(StepEvent::HandOver).begin(tx, &[])?;
                    record.put(tx)?;
                    tx.handoff_insert(&row)?;
                    let moved = begun.advance(tx, Outcome::Plain, |_| {})?;
                    tx.record(sheet_trace(begun.trace("signal.handed_over", &moved), &row))?;
                    Ok(row.id)
                })
                .await?;
            Ok(committed.value)
        })
        .await
    }

    /// Refers an intake on to somebody who takes referrals, with the doorgeefblad that goes there: the signal ends.
    ///
    /// # Errors
    /// As [`App::hand_over`].
    pub async fn refer_with_sheet(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &HandoffDraft,
        words: RepeatedWords,
    ) -> Result<HandoffId, AppError> {
        self.probe(op, seen.attempt(StepEvent::ReferOn), &[]).await?;
        let sheet = Handoff::parse(HandoffKind::Referral, draft, None, self.protocol())?;
        self.look_at_words(op, session, seen, &sheet, words).await?;
        self.with_newest_keys(async || {
            let (row, record) = self.seal_sheet(op, seen, &sheet)?;
            let protocol = self.protocol().clone();
            let committed = self
                .store()
                .write::<_, AppError, _>(op, "sharing.refer", move |tx| {
                    let begun = seen.attempt(StepEvent::ReferOn).begin(tx, &[])?;
                    record.put(tx)?;
                    tx.handoff_insert(&row)?;
                    let today = tx.today();
                    let moved = begun.advance(tx, Outcome::Plain, |signal| {
                        outcomes::end(signal, DecisionCode::Referred, None, &protocol, today);
                    })?;
                    tx.record(sheet_trace(begun.trace("signal.referred", &moved), &row))?;
                    Ok(row.id)
                })
                .await?;
            Ok(committed.value)
        })
        .await
    }

    async fn look_at_words(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        sheet: &Handoff,
        words: RepeatedWords,
    ) -> Result<(), AppError> {
        if words == RepeatedWords::Seen {
            return Ok(());
        }
        let report = self.open_signal(op, session, seen.signal, &["report"]).await?;
        refuse_repeated(&report, &sheet.facts)
    }

    /// Facts of a special regime go out only as they were cleared, and only to whom they were cleared for.
    async fn refuse_uncleared(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        sheet: &Handoff,
        check: PrivacyCheckId,
    ) -> Result<(), AppError> {
        let check = self.open_cleared(op, session, signal, check).await?;
        let mut errors = Vec::new();
        if check.proposal.recipient != sheet.recipient {
            errors.push(FieldError::new("ontvanger", "De privacycheck geldt voor een andere ontvanger."));
        }
        let cleared = check.cleared();
        for (number, fact) in (1usize..).zip(&sheet.facts) {
            let known = cleared.iter().any(|one| one.text == fact.text && one.regime == fact.regime);
            if fact.regime.sharing() == Sharing::OnlyCleared && !known {
                let message = "Dit gegeven is in de privacycheck niet zo vrijgegeven. Neem het letterlijk over.";
                errors.push(FieldError::new(format!("feiten.{number}.tekst"), message));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
    }

    fn seal_sheet(&self, op: &OpContext, seen: Seen, sheet: &Handoff) -> Result<(HandoffRow, SealedRecord), AppError> {
        let signal = self.signal_standing(op, seen.signal)?;
        let id = HandoffId::new(self.random_id()?);
        let record = RecordBuilder::new(self, seen.signal, KIND, Some(ObjectId::new(id.uuid())), op.today)?
            .json(SHEET, sheet)?
            .holders(self.handling_holders(&signal)?)?
            .finish();
        // The ground itself is sealed; the row only tells whether it is the one that was proposed.
        let proposed = self.protocol().recipient(sheet.recipient.as_str()).map(|recipient| recipient.basis.as_str());
        let basis = if proposed == Some(sheet.basis.as_str()) { "voorgesteld" } else { "eigen" };
        let row = HandoffRow {
            id,
            signal_id: seen.signal,
            check_id: sheet.check,
            record_id: record.id(),
            recipient_kind: sheet.recipient.to_string(),
            basis: basis.to_owned(),
            made_by: acting(op)?.id,
            made_on: op.today,
        };
        Ok((row, record))
    }

    /// The doorgeefbladen of a signal, without content.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub fn sheets(&self, op: &OpContext, signal: SignalId) -> Result<Vec<HandoffRow>, AppError> {
        self.signal_standing(op, signal)?;
        Ok(self.store().read(|db| decisions::handoff_list(db, signal))?)
    }

    /// Opens a doorgeefblad by its own id; the rest is [`App::open_sheet`].
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_sheet_alone(
        &self,
        op: &OpContext,
        session: &Session,
        id: HandoffId,
    ) -> Result<OpenedSheet, AppError> {
        let Some(row) = self.store().look(move |db| decisions::handoff_fetch(db, id)).await? else {
            return self.refuse_absent(op, Action::OpenSignal.code()).await;
        };
        self.open_sheet(op, session, row.signal_id, id).await
    }

    /// Opens a doorgeefblad to read or print it. Every view stands in the log, with the sheet's id.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_sheet(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        id: HandoffId,
    ) -> Result<OpenedSheet, AppError> {
        let found =
            self.store().look(move |db| decisions::handoff_fetch(db, id)).await?.filter(|row| row.signal_id == signal);
        let action = Action::OpenSignal;
        let Some(row) = found else { return self.refuse_absent(op, action.code()).await };
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let record_id = row.record_id;
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "sharing.open_sheet", move |tx| {
                let op = tx.op().clone();
                let Some((standing, facts)) = tx.signal_facts(signal, acting(&op)?)? else {
                    return Err(AppError::refused(action.code(), Refusal::NotFound, None));
                };
                let permit = authorize(&op, action, &facts)
                    .map_err(|why| AppError::refused(action.code(), why, Some(signal)))?;
                let records = contents::records_openable(tx.reader(), signal, &[KIND], &holders, op.at)?;
                let records: Vec<_> = records.into_iter().filter(|row| row.id == record_id).collect();
                tx.record(
                    Trace::new("handoff.viewed").signal(signal).role(permit.role()).object("handoff", id.uuid()),
                )?;
                let closed = tx.disclose(&permit, &holders, &[record_id], None)?;
                Ok((standing, records, closed))
            })
            .await?;
        let (standing, records, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let opened = Opened { signal: standing, records, disclosed };
        let sheet = opened.json(row.record_id, SHEET).ok_or(StoreError::NoKey)?;
        Ok(OpenedSheet { row, sheet, opened })
    }
}

/// What the log keeps of a sheet: to what kind of party, and which check cleared it.
fn sheet_trace(trace: Trace, row: &HandoffRow) -> Trace {
    let trace = trace
        .object("handoff", row.id.uuid())
        .detail("recipient", row.recipient_kind.clone())
        .detail("basis", row.basis.clone())
        .fields([format!("{KIND}.{SHEET}")]);
    match row.check_id {
        Some(check) => trace.detail("check", check.to_string()),
        None => trace,
    }
}

/// What may be said of a signal that ended: the decision it ended with, when it is one of the list.
#[must_use]
pub fn decision_of(signal: &SignalRow) -> Option<DecisionCode> {
    signal.outcome.as_deref().and_then(|code| code.parse().ok())
}
