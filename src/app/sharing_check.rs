//! Privacycheck 2B: what an act shares more than was cleared before. Proposed by the coordinator, judged by the privacy
//! officer, who reads the proposal and nothing else of the signal.

use super::acts::Act;
use super::follow_up::now;
use super::keyring::Session;
use super::resealing::json_bytes;
use super::sealing::RecordBuilder;
use super::sharing_out::{RepeatedWords, refuse_repeated};
use super::steps::{Seen, acting};
use super::{App, AppError};
use crate::domain::fact::Fact;
use crate::domain::ids::{ObjectId, PrivacyCheckId, SignalId};
use crate::domain::privacy_check::{CheckKind, FactsVerdict, FactsVerdictDraft, SharingProposal, SharingProposalDraft};
use crate::domain::role::Group;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext};
use crate::store::checks::{self, PrivacyCheckRow};
use crate::store::signals::{GrantRow, SignalRow};
use crate::store::{StoreError, contents};
use std::collections::BTreeSet;

/// The field with the proposal.
pub const PROPOSAL: &str = "voorstel";
/// The field with the verdict.
pub const VERDICT: &str = "oordeel";
/// The kind of record.
const KIND: &str = "check2b";

/// A privacycheck 2B, opened.
pub struct OpenedCheck {
    /// The row.
    pub row: PrivacyCheckRow,
    /// The signal as it stands.
    pub signal: SignalRow,
    /// What was proposed.
    pub proposal: SharingProposal,
    /// The verdict, once there is one.
    pub verdict: Option<FactsVerdict>,
    /// The event that tells of this reading, from 0.
    pub event_index: u64,
}

impl OpenedCheck {
    /// The facts that were cleared; none before there is a verdict.
    #[must_use]
    pub fn cleared(&self) -> Vec<&Fact> {
        let all: BTreeSet<usize> = (1..=self.proposal.facts.len()).collect();
        let numbers = self.verdict.as_ref().map(|verdict| verdict.cleared(&all)).unwrap_or_default();
        (1..).zip(&self.proposal.facts).filter(|(number, _)| numbers.contains(number)).map(|(_, fact)| fact).collect()
    }
}

impl App {
    /// Proposes to share facts with somebody who did not get them before.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, and at each fact that repeats the report's words until they were seen;
    /// what [`super::steps::Attempt::begin`] refuses.
    pub async fn propose_check2b(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &SharingProposalDraft,
        words: RepeatedWords,
    ) -> Result<PrivacyCheckId, AppError> {
        self.probe(op, seen.attempt(StepEvent::ProposeCheck2b), &[]).await?;
        let proposal = SharingProposal::parse(draft, self.protocol())?;
        if words == RepeatedWords::Ask {
            let report = self.open_signal(op, session, seen.signal, &["report"]).await?;
            refuse_repeated(&report, &proposal.facts)?;
        }
        self.with_newest_keys(async || self.propose_check2b_once(op, seen, &proposal).await).await
    }

    async fn propose_check2b_once(
        &self,
        op: &OpContext,
        seen: Seen,
        proposal: &SharingProposal,
    ) -> Result<PrivacyCheckId, AppError> {
        let signal = self.signal_standing(op, seen.signal)?;
        let id = PrivacyCheckId::new(self.random_id()?);
        let privacy = self.group_holder(Group::Privacy)?;
        let record = RecordBuilder::new(self, seen.signal, KIND, Some(ObjectId::new(id.uuid())), op.today)?
            .json(PROPOSAL, proposal)?
            .holders(self.handling_holders(&signal)?)?
            .holder(privacy)?
            .finish();
        let (member, recipient) = (acting(op)?.id, proposal.recipient.to_string());
        let count = proposal.facts.len();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "sharing.propose_check2b", move |tx| {
                let begun = seen.attempt(StepEvent::ProposeCheck2b).begin(tx, &[])?;
                record.put(tx)?;
                let before = checks::check_list(tx.reader(), seen.signal)?;
                let version = before.iter().filter(|row| row.kind == CheckKind::Check2b.code()).count();
                let today = tx.today();
                tx.check_insert(&PrivacyCheckRow {
                    id,
                    signal_id: seen.signal,
                    kind: CheckKind::Check2b.code().to_owned(),
                    version: i64::try_from(version).unwrap_or(i64::MAX - 1) + 1,
                    state: "proposed".to_owned(),
                    record_id: record.id(),
                    proposed_by: member,
                    proposed_on: today,
                    decided_by: None,
                    decided_on: None,
                    signature: None,
                    cleared: 0,
                })?;
                tx.grant_put(&GrantRow {
                    signal_id: seen.signal,
                    grantee: format!("group:{}", Group::Privacy.code()),
                    what: "check".to_owned(),
                    received_on: begun.signal.received_on,
                })?;
                let moved = begun.advance(tx, Outcome::Plain, |_| {})?;
                tx.record(
                    begun
                        .trace("check2b.proposed", &moved)
                        .object("check", id.uuid())
                        .detail("recipient", recipient.clone())
                        .detail("facts", count.to_string())
                        .fields([format!("{KIND}.{PROPOSAL}")]),
                )?;
                Ok(id)
            })
            .await?;
        Ok(committed.value)
    }

    /// Opens one check for whoever judges it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_check2b(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
    ) -> Result<OpenedCheck, AppError> {
        let step = StepEvent::DecideCheck2b;
        let Some(row) = self.check2b_row(id)? else { return self.refuse_absent(op, step.code()).await };
        self.open_check2b_as(op, session, row, Action::Step(step)).await
    }

    /// Opens one check of a signal for whoever reads the signal, to make a doorgeefblad from it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_cleared(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        id: PrivacyCheckId,
    ) -> Result<OpenedCheck, AppError> {
        let row = self.check2b_row(id)?.filter(|row| row.signal_id == signal);
        let Some(row) = row else { return self.refuse_absent(op, StepEvent::HandOver.code()).await };
        self.open_check2b_as(op, session, row, Action::OpenSignal).await
    }

    fn check2b_row(&self, id: PrivacyCheckId) -> Result<Option<PrivacyCheckRow>, AppError> {
        let row = self.store().read(|db| checks::check_fetch(db, id))?;
        Ok(row.filter(|row| row.kind == CheckKind::Check2b.code()))
    }

    async fn open_check2b_as(
        &self,
        op: &OpContext,
        session: &Session,
        row: PrivacyCheckRow,
        action: Action,
    ) -> Result<OpenedCheck, AppError> {
        let part = Some(vec![ObjectId::new(row.id.uuid())]);
        let opened = self.open_parts(op, session, row.signal_id, &[KIND], part, action).await?;
        let proposal = opened.json(row.record_id, PROPOSAL).ok_or(StoreError::NoKey)?;
        let verdict = opened.json(row.record_id, VERDICT);
        let event_index = opened.disclosed.event_index;
        Ok(OpenedCheck { row, signal: opened.signal, proposal, verdict, event_index })
    }

    /// Clears, narrows or refuses what was proposed. Not for whoever proposed it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; [`StoreError::Stale`] when somebody judged it before; what
    /// [`super::steps::Attempt::begin`] refuses.
    pub async fn decide_check2b(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
        draft: &FactsVerdictDraft,
    ) -> Result<FactsVerdict, AppError> {
        let OpenedCheck { row, proposal, .. } = self.open_check2b(op, session, id).await?;
        let verdict = FactsVerdict::parse(draft, &proposal)?;
        let record = self
            .store()
            .look(move |db| contents::record_fetch(db, row.record_id))
            .await?
            .ok_or_else(|| AppError::Internal("a check without its record".to_owned()))?;
        let key = self.record_key(session, &record)?;
        let words = json_bytes(&verdict)?;
        let field = self.seal_beside(&record, &key, VERDICT, 1, &words)?;
        let rests_on = [json_bytes(&proposal)?, b"\n".to_vec(), words].concat();
        let act = Act::on(StepEvent::DecideCheck2b, row.signal_id, verdict.kind().code(), &rests_on);
        let signature = act.sign(session);
        let all: BTreeSet<usize> = (1..=proposal.facts.len()).collect();
        let cleared = verdict.cleared(&all).len();
        let judge = acting(op)?.id;
        self.store()
            .write::<_, AppError, _>(op, "sharing.decide_check2b", move |tx| {
                let step = StepEvent::DecideCheck2b;
                let begun = now(tx, row.signal_id, step)?.begin(tx, &[row.proposed_by])?;
                if row.state != "proposed" {
                    return Err(StoreError::Stale.into());
                }
                tx.content_put(&field)?;
                let today = tx.today();
                let after = PrivacyCheckRow {
                    state: "decided".to_owned(),
                    decided_by: Some(judge),
                    decided_on: Some(today),
                    signature: Some(signature.clone()),
                    cleared: i64::try_from(cleared).unwrap_or(i64::MAX),
                    ..row.clone()
                };
                tx.check_update("proposed", &after)?;
                let moved = begun.advance(tx, Outcome::Plain, |_| {})?;
                tx.record(
                    begun
                        .trace("check2b.decided", &moved)
                        .object("check", id.uuid())
                        .detail("outcome", act.outcome.clone())
                        .detail("cleared", cleared.to_string())
                        .detail("words", act.words_hex())
                        .fields([format!("{KIND}.{VERDICT}")])
                        .signature(signature.clone()),
                )?;
                Ok(())
            })
            .await?;
        Ok(verdict)
    }
}
