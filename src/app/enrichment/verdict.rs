//! The privacy officer's verdict on privacycheck 1: one signed act for all sources, or back with a question.

use super::sources::{Nobody, is_shut_out};
use super::{CHECK1_RECORD, OpenedCheck1, QUESTION_RECORD, Round, SourceHolder, as_absent, begin_on, waiting};
use crate::app::acts::Act;
use crate::app::keyring::Session;
use crate::app::sealing::{RecordBuilder, SealedRecord};
use crate::app::steps::acting;
use crate::app::trust::Holder;
use crate::app::{App, AppError};
use crate::domain::fields::Fields;
use crate::domain::ids::{ObjectId, PrivacyCheckId, SourceQuestionId};
use crate::domain::privacy_check::{ClearedQuestion, SourcesProposal, SourcesVerdict, SourcesVerdictDraft};
use crate::domain::reference::QuestionReference;
use crate::domain::role::{Group, Role};
use crate::domain::source::{DetailsState, QuestionState};
use crate::domain::term::ClockCode;
use crate::domain::text::ShortText;
use crate::domain::words::{FieldError, YesNo};
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{OpContext, member_grantee};
use crate::store::checks::{PrivacyCheckRow, SourceQuestionRow};
use crate::store::signals::{GrantRow, exclusion_list};
use crate::store::{Trace, Tx};
use serde::Serialize;

/// What the privacy officer puts their name to: which check, what was proposed, what they decided.
#[derive(Serialize)]
struct Signed<'a> {
    #[serde(rename = "privacycheck")]
    check: PrivacyCheckId,
    #[serde(rename = "voorstel")]
    proposal: &'a SourcesProposal,
    #[serde(rename = "oordeel")]
    verdict: &'a SourcesVerdict,
}

/// A cleared question with the one who will answer it.
struct Addressed {
    cleared: ClearedQuestion,
    to: SourceHolder,
    key: Holder,
}

/// A question sealed and ready to go out.
#[derive(Clone)]
struct Outgoing {
    record: SealedRecord,
    row: SourceQuestionRow,
    role: Role,
}

impl App {
    /// Judges a privacycheck 1 in one signed act. Each cleared or narrowed question goes to the one member who answers
    /// for its source; with everything refused the signal goes back to the coordinator. Opens the proposal once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field that is wrong; a refusal; [`AppError::Changed`] when it was judged
    /// meanwhile.
    pub async fn decide_check1(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
        draft: &SourcesVerdictDraft,
    ) -> Result<SourcesVerdict, AppError> {
        let opened = self.open_check1(op, session, id).await?;
        if opened.check.state != "proposed" {
            return Err(AppError::Changed { seen: opened.check.version, now: opened.check.version });
        }
        let verdict = SourcesVerdict::parse(draft, &opened.proposal)?;
        self.with_newest_keys(async || self.send_verdict(op, session, &opened, &verdict).await).await?;
        Ok(verdict)
    }

    async fn send_verdict(
        &self,
        op: &OpContext,
        session: &Session,
        opened: &OpenedCheck1,
        verdict: &SourcesVerdict,
    ) -> Result<(), AppError> {
        let check = opened.check.clone();
        let addressed = self.address(op, opened, verdict)?;
        let words = serde_json::to_vec(&Signed { check: check.id, proposal: &opened.proposal, verdict })
            .map_err(|e| AppError::Internal(e.to_string()))?;
        let outcome = if addressed.is_empty() { "refused" } else { "cleared" };
        let act = Act::on(StepEvent::DecideCheck1, check.signal_id, outcome, &words);
        let signature = act.sign(session);
        let mut readers = self.handling_holders(&opened.signal)?;
        readers.push(self.group_holder(Group::Privacy)?);
        let record = RecordBuilder::new(self, check.signal_id, CHECK1_RECORD, Some(part_of(check.id)), op.today)?
            .json("oordeel", verdict)?
            .holders(readers.iter().copied())?
            .finish();
        let outgoing = addressed
            .iter()
            .map(|question| self.seal_question(op, &check, question, &readers))
            .collect::<Result<Vec<_>, _>>()?;
        let decided_by = acting(op)?.id;
        let app = self.clone();
        self.store()
            .write::<_, AppError, _>(op, "enrichment.decide_check1", move |tx| {
                let begun = begin_on(tx, check.signal_id, StepEvent::DecideCheck1, &[check.proposed_by])?;
                record.put(tx)?;
                let row = PrivacyCheckRow {
                    state: "decided".to_owned(),
                    decided_by: Some(decided_by),
                    decided_on: Some(tx.today()),
                    signature: Some(signature.clone()),
                    cleared: i64::try_from(outgoing.len()).unwrap_or(i64::MAX),
                    ..check.clone()
                };
                tx.check_update("proposed", &row)?;
                for question in &outgoing {
                    question.put(tx, begun.signal.received_on)?;
                }
                // With everything refused it goes back, also when an earlier round brought answers.
                let round = if outgoing.is_empty() { Round::Empty } else { Round::of(tx, &begun.signal)? };
                let today = tx.today();
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    if row.waiting == waiting::CHECK1_DECIDE {
                        round.settle(row, app.protocol(), today);
                    }
                })?;
                tx.record(
                    begun
                        .trace("check1.decided", &next)
                        .object("check", check.id.uuid())
                        .fields(["check1.oordeel"])
                        .detail("outcome", act.outcome.clone())
                        .detail("cleared", row.cleared.to_string())
                        .detail("words", act.words_hex())
                        .signature(signature.clone()),
                )?;
                for question in &outgoing {
                    tx.record(question.trace())?;
                }
                Ok(())
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }

    /// Finds for each cleared question the first who may answer it now.
    fn address(
        &self,
        op: &OpContext,
        opened: &OpenedCheck1,
        verdict: &SourcesVerdict,
    ) -> Result<Vec<Addressed>, AppError> {
        let (mut addressed, mut errors) = (Vec::new(), Vec::new());
        for cleared in verdict.cleared(&opened.proposal, self.protocol()) {
            let code = &cleared.question.source;
            let Some(source) = self.protocol().source(code.as_str()) else { continue };
            let found = self.source_holders_or_why(opened.signal.id, source, op.today)?;
            let first = found.as_ref().ok().and_then(|holders| holders.first().cloned());
            let key = match &first {
                Some(holder) => self.member_holder(holder.member)?,
                None => None,
            };
            match (first, key) {
                (Some(to), Some(key)) => addressed.push(Addressed { cleared, to, key }),
                _ => {
                    let nobody = found.err().unwrap_or(Nobody::Appointed);
                    errors.push(FieldError::new(format!("oordelen.{code}.oordeel"), nobody.at_verdict(source)));
                }
            }
        }
        if errors.is_empty() { Ok(addressed) } else { Err(AppError::Invalid(errors)) }
    }

    fn seal_question(
        &self,
        op: &OpContext,
        check: &PrivacyCheckRow,
        question: &Addressed,
        readers: &[Holder],
    ) -> Result<Outgoing, AppError> {
        let id = SourceQuestionId::new(self.random_id()?);
        let mut bytes = [0; 6];
        self.entropy().fill(&mut bytes)?;
        let part = ObjectId::new(id.uuid());
        let record = RecordBuilder::new(self, check.signal_id, QUESTION_RECORD, Some(part), op.today)?
            .json("vraag", &question.cleared.question)?
            .holders(readers.iter().copied())?
            .holder(question.key)?
            .finish();
        let row = SourceQuestionRow {
            id,
            signal_id: check.signal_id,
            check_id: check.id,
            reference: QuestionReference::from_random(bytes),
            source_code: question.cleared.question.source.to_string(),
            holder_id: question.to.member,
            record_id: record.id(),
            state: QuestionState::Open,
            details: match question.cleared.details {
                YesNo::Yes => DetailsState::Cleared,
                YesNo::No => DetailsState::None,
            },
            asked_on: op.today,
            due_on: self.protocol().due_on(ClockCode::SourceAnswer, op.today),
            answered_on: None,
        };
        Ok(Outgoing { record, row, role: question.cleared.holder })
    }

    /// Gives a proposal back to the coordinator with a question.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a question; a refusal; [`AppError::Changed`] when it was judged meanwhile.
    pub async fn return_check1(
        &self,
        op: &OpContext,
        id: PrivacyCheckId,
        question: Option<&str>,
    ) -> Result<(), AppError> {
        let check = self.check_standing(op, id).await?;
        let mut fields = Fields::default();
        let question = fields.text::<ShortText>("vraag", question, "Schrijf uw vraag aan de coördinator.");
        let question = fields.finish(question)?;
        self.with_newest_keys(async || self.send_back(op, &check, &question).await).await
    }

    async fn send_back(&self, op: &OpContext, check: &PrivacyCheckRow, question: &ShortText) -> Result<(), AppError> {
        let standing = self.standing_for(op, check.signal_id, StepEvent::ReturnCheck1).await?;
        let part = ObjectId::new(check.id.uuid());
        let record = RecordBuilder::new(self, check.signal_id, CHECK1_RECORD, Some(part), op.today)?
            .json("vraag", question)?
            .holders(self.handling_holders(&standing)?)?
            .holder(self.group_holder(Group::Privacy)?)?
            .finish();
        let due = self.protocol().due_on(ClockCode::Check1, op.today);
        let decided_by = acting(op)?.id;
        let check = check.clone();
        self.store()
            .write::<_, AppError, _>(op, "enrichment.return_check1", move |tx| {
                let begun = begin_on(tx, check.signal_id, StepEvent::ReturnCheck1, &[check.proposed_by])?;
                record.put(tx)?;
                let row = PrivacyCheckRow {
                    state: "returned".to_owned(),
                    decided_by: Some(decided_by),
                    decided_on: Some(tx.today()),
                    ..check.clone()
                };
                tx.check_update("proposed", &row)?;
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    if row.waiting == waiting::CHECK1_DECIDE {
                        waiting::CHECK1.clone_into(&mut row.waiting);
                        row.turn_of = None;
                        row.due_on = Some(due);
                    }
                })?;
                let trace = begun.trace("check1.returned", &next).object("check", check.id.uuid());
                tx.record(trace.fields(["check1.vraag"]))?;
                Ok(())
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }
}

impl Outgoing {
    /// Writes the question and gives its holder, and nobody else, the right to answer it.
    fn put(&self, tx: &mut Tx<'_>, received_on: crate::domain::time::Day) -> Result<(), AppError> {
        refuse_excluded(tx, &self.row, self.role)?;
        self.record.put(tx)?;
        tx.question_insert(&self.row)?;
        tx.grant_put(&GrantRow {
            signal_id: self.row.signal_id,
            grantee: member_grantee(self.row.holder_id),
            what: "question".to_owned(),
            received_on,
        })?;
        Ok(())
    }

    fn trace(&self) -> Trace {
        Trace::new("question.asked")
            .signal(self.row.signal_id)
            .role(Some(Role::PrivacyOfficer))
            .object("question", self.row.id.uuid())
            .fields(["question.vraag"])
            .detail("source", self.row.source_code.clone())
            .detail("holder", self.row.holder_id.to_string())
            .detail("due", self.row.due_on.to_string())
    }
}

/// Somebody may have been shut out while the verdict was on its way.
fn refuse_excluded(tx: &mut Tx<'_>, row: &SourceQuestionRow, role: Role) -> Result<(), AppError> {
    if is_shut_out(&exclusion_list(tx.reader(), row.signal_id)?, row.holder_id, role) {
        let field = format!("oordelen.{}.oordeel", row.source_code);
        return Err(AppError::field(&field, format!("{} is bij dit signaal uitgesloten.", role.label())));
    }
    Ok(())
}

fn part_of(check: PrivacyCheckId) -> ObjectId {
    ObjectId::new(check.uuid())
}
