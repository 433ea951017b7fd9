//! The coordinator's view of the questions: where each stands, what was answered, and what can still be done.

use super::check1::field_in;
use super::{
    ANSWER_RECORD, CHECK1_RECORD, QUESTION_RECORD, Round, SourceHolder, as_absent, expect_waiting, lapse, take_back,
    waiting,
};
use crate::app::keyring::{Session, holder_ids};
use crate::app::reading::Opened;
use crate::app::steps::{Attempt, Begun, acting};
use crate::app::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, RecordId, SignalId, SourceQuestionId};
use crate::domain::privacy_check::{CheckKind, SourcesProposal, SourcesVerdict};
use crate::domain::source::{DetailsState, QuestionState, SourceAnswer, SourceDetails, SourceQuestion};
use crate::domain::term::ClockCode;
use crate::domain::text::ShortText;
use crate::domain::words::YesNo;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext, Refusal, authorize, member_grantee};
use crate::store::checks::{PrivacyCheckRow, SourceQuestionRow, check_list, question_list};
use crate::store::signals::{GrantRow, SignalRow};
use crate::store::{Tx, contents, members};
use std::collections::HashMap;

/// Everything the handlers of a signal may know of its enriching.
pub struct Enrichment {
    /// The signal as it stands.
    pub signal: SignalRow,
    /// Each privacycheck 1 with its questions, the newest first.
    pub rounds: Vec<CheckRound>,
    /// The names of the fields that were read; empty when nothing was.
    pub fields: Vec<String>,
    /// Where in the log this reading stands, from 0.
    pub event_index: Option<u64>,
}

/// One privacycheck 1 and what came of it.
pub struct CheckRound {
    /// The check.
    pub check: PrivacyCheckRow,
    /// Who judged it.
    pub decided_by: Option<String>,
    /// The proposal; `None` when the reader holds no key to it.
    pub proposal: Option<SourcesProposal>,
    /// The verdict.
    pub verdict: Option<SourcesVerdict>,
    /// The question with which it went back.
    pub returned_with: Option<ShortText>,
    /// The questions that went out.
    pub questions: Vec<AskedQuestion>,
}

/// One question and where it stands.
pub struct AskedQuestion {
    /// Where it stands.
    pub row: SourceQuestionRow,
    /// Its holder's name.
    pub holder: String,
    /// What was asked.
    pub question: Option<SourceQuestion>,
    /// What was answered.
    pub answer: Option<SourceAnswer>,
    /// The content that followed.
    pub details: Option<SourceDetails>,
    /// Who else could answer.
    pub others: Vec<SourceHolder>,
}

impl AskedQuestion {
    /// Whether content may be asked now: it was cleared, and there is a hit that is not too old.
    #[must_use]
    pub fn may_ask_details(&self) -> YesNo {
        match &self.answer {
            Some(SourceAnswer::Hit { age })
                if self.row.details == DetailsState::Cleared && age.ends_the_asking() == YesNo::No =>
            {
                YesNo::Yes
            }
            _ => YesNo::No,
        }
    }
}

impl App {
    /// Opens proposals, verdicts, questions and answers of a signal, after letting lapse what is over its term.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_enrichment(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
    ) -> Result<Enrichment, AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let app = self.clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "enrichment.open", move |tx| {
                let op = tx.op().clone();
                let (action, code) = (Action::OpenSignal, Action::OpenSignal.code());
                let Some((signal, facts)) = tx.signal_facts(id, acting(&op)?)? else {
                    return Err(AppError::refused(code, Refusal::NotFound, None));
                };
                let permit = authorize(&op, action, &facts).map_err(|why| AppError::refused(code, why, Some(id)))?;
                let (signal, _) = lapse(&app, tx, &signal)?;
                let kinds = &[CHECK1_RECORD, QUESTION_RECORD, ANSWER_RECORD];
                let records = contents::records_openable(tx.reader(), id, kinds, &holders, op.at)?;
                let wanted: Vec<RecordId> = records.iter().map(|row| row.id).collect();
                let closed = tx.disclose(&permit, &holders, &wanted, None)?;
                Ok((signal, records, closed))
            })
            .await
            .map_err(as_absent)?;
        let (signal, records, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let opened = Opened { signal, records, disclosed };
        let rounds = self.rounds_of(op, &opened)?;
        let names = opened.records.iter().flat_map(|row| opened.disclosed.names(row.id)).map(ToOwned::to_owned);
        let mut fields: Vec<String> = names.collect();
        fields.sort();
        fields.dedup();
        let event_index = (!fields.is_empty()).then_some(opened.disclosed.event_index);
        Ok(Enrichment { signal: opened.signal, rounds, fields, event_index })
    }

    fn rounds_of(&self, op: &OpContext, opened: &Opened) -> Result<Vec<CheckRound>, AppError> {
        let id = opened.signal.id;
        let (checks, questions, names) = self.store().read(|db| {
            let names: HashMap<MemberId, String> =
                members::member_list(db)?.into_iter().map(|(member, _)| (member.id, member.name)).collect();
            Ok::<_, AppError>((check_list(db, id)?, question_list(db, id)?, names))
        })?;
        let mut rounds = Vec::new();
        for check in checks.into_iter().rev().filter(|row| row.kind == CheckKind::Check1.code()) {
            let part = ObjectId::new(check.id.uuid());
            let mut asked = Vec::new();
            for row in questions.iter().filter(|row| row.check_id == check.id) {
                asked.push(self.asked(op, opened, row, &names)?);
            }
            rounds.push(CheckRound {
                decided_by: check.decided_by.and_then(|id| names.get(&id).cloned()),
                proposal: field_in(opened, part, "voorstel"),
                verdict: field_in(opened, part, "oordeel"),
                returned_with: field_in(opened, part, "vraag"),
                questions: asked,
                check,
            });
        }
        Ok(rounds)
    }

    fn asked(
        &self,
        op: &OpContext,
        opened: &Opened,
        row: &SourceQuestionRow,
        names: &HashMap<MemberId, String>,
    ) -> Result<AskedQuestion, AppError> {
        let part = ObjectId::new(row.id.uuid());
        let mut others = match self.protocol().source(&row.source_code) {
            Some(source) => self.source_holders(row.signal_id, source, op.today)?,
            None => Vec::new(),
        };
        others.retain(|other| other.member != row.holder_id);
        Ok(AskedQuestion {
            holder: names.get(&row.holder_id).cloned().unwrap_or_default(),
            question: field_in(opened, part, "vraag"),
            answer: field_in(opened, part, "antwoord"),
            details: field_in(opened, part, "inhoud"),
            row: row.clone(),
            others,
        })
    }

    /// Takes a question back that was not answered; for its holder it does not exist any more.
    ///
    /// # Errors
    /// A refusal; [`AppError::Changed`] when it was answered meanwhile.
    pub async fn withdraw_question(
        &self,
        op: &OpContext,
        signal: SignalId,
        seen: i64,
        question: SourceQuestionId,
    ) -> Result<(), AppError> {
        let attempt = Attempt { signal, seen, event: StepEvent::WithdrawQuestion };
        let app = self.clone();
        self.store()
            .write::<_, AppError, _>(op, "enrichment.withdraw_question", move |tx| {
                let (begun, row) = unanswered(tx, attempt, question)?;
                let next = SourceQuestionRow { state: QuestionState::Withdrawn, ..row.clone() };
                tx.question_update(row.state, &next)?;
                take_back(tx, &row)?;
                finish(&app, tx, &begun, "question.withdrawn", &next)
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }

    /// Gives a question that was not answered to another holder of the same source, under a new term. What was cleared
    /// stays as it was cleared, so no new privacy check is needed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `naar` for somebody who does not answer for the source; a refusal;
    /// [`AppError::Changed`] when it was answered meanwhile.
    pub async fn reassign_question(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        seen: i64,
        question: SourceQuestionId,
        to: Option<MemberId>,
    ) -> Result<(), AppError> {
        self.with_newest_keys(async || self.hand_question(op, session, signal, seen, question, to).await).await
    }

    async fn hand_question(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        seen: i64,
        question: SourceQuestionId,
        to: Option<MemberId>,
    ) -> Result<(), AppError> {
        let attempt = Attempt { signal, seen, event: StepEvent::ReassignQuestion };
        self.standing_for(op, signal, attempt.event).await?;
        let row = self.question_of(op, signal, question).await?;
        let source = self.protocol().source(&row.source_code);
        let candidates = match source {
            Some(source) => self.source_holders(signal, source, op.today)?,
            None => Vec::new(),
        };
        let chosen = candidates.iter().find(|one| Some(one.member) == to && one.member != row.holder_id);
        let key = match chosen {
            Some(chosen) => self.member_holder(chosen.member)?,
            None => None,
        };
        let (Some(chosen), Some(key)) = (chosen, key) else {
            return Err(AppError::field("naar", "Kies iemand anders die voor deze bron antwoordt."));
        };
        let record = self.store().look(move |db| contents::record_list(db, signal, QUESTION_RECORD)).await?;
        let record = record.into_iter().find(|record| record.id == row.record_id);
        let record = record.ok_or_else(|| AppError::Internal("a question without its record".to_owned()))?;
        let shared = self.share_record_key(op, session, &record, key)?;
        let (app, member) = (self.clone(), chosen.member);
        let due_on = self.protocol().due_on(ClockCode::SourceAnswer, op.today);
        self.store()
            .write::<_, AppError, _>(op, "enrichment.reassign_question", move |tx| {
                let (begun, row) = unanswered(tx, attempt, question)?;
                let next = SourceQuestionRow { state: QuestionState::Open, holder_id: member, due_on, ..row.clone() };
                tx.question_update(row.state, &next)?;
                take_back(tx, &row)?;
                shared.put(tx)?;
                tx.grant_put(&GrantRow {
                    signal_id: signal,
                    grantee: member_grantee(member),
                    what: "question".to_owned(),
                    received_on: begun.signal.received_on,
                })?;
                finish(&app, tx, &begun, "question.reassigned", &next)
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }

    /// Asks a source for content after a hit, where privacycheck 1 cleared that. Opens the answer once, to see that
    /// there is a hit.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `vraag` when content was not cleared, there is no hit, or it is too old; a refusal;
    /// [`AppError::Changed`].
    pub async fn request_details(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        seen: i64,
        question: SourceQuestionId,
    ) -> Result<(), AppError> {
        let attempt = Attempt { signal, seen, event: StepEvent::RequestDetails };
        self.standing_for(op, signal, attempt.event).await?;
        let row = self.question_of(op, signal, question).await?;
        if (row.state, row.details) != (QuestionState::Answered, DetailsState::Cleared) {
            return Err(AppError::field("vraag", "Bij deze vraag kan nu geen inhoud worden gevraagd."));
        }
        let part = ObjectId::new(question.uuid());
        let (opened, _) = self.open_part(op, session, signal, attempt.event, &[ANSWER_RECORD], part).await?;
        match field_in::<SourceAnswer>(&opened, part, "antwoord") {
            Some(SourceAnswer::Hit { age }) if age.ends_the_asking() == YesNo::No => {}
            Some(SourceAnswer::Hit { .. }) => {
                return Err(AppError::field("vraag", "Het gegeven is te oud: er wordt niet verder gevraagd."));
            }
            _ => return Err(AppError::field("vraag", "Er is geen hit: er kan geen inhoud worden gevraagd.")),
        }
        let app = self.clone();
        let due_on = self.protocol().due_on(ClockCode::SourceAnswer, op.today);
        self.store()
            .write::<_, AppError, _>(op, "enrichment.request_details", move |tx| {
                let begun = attempt.begin(tx, &[])?;
                expect_waiting(&begun, attempt.event, &[waiting::ANSWERS, waiting::WEIGHING4])?;
                let row = tx.question_fetch(question)?.ok_or(crate::store::StoreError::Stale)?;
                if (row.state, row.details) != (QuestionState::Answered, DetailsState::Cleared) {
                    return Err(AppError::Changed { seen, now: begun.signal.version });
                }
                let next = SourceQuestionRow { details: DetailsState::Asked, due_on, ..row.clone() };
                tx.question_update(row.state, &next)?;
                finish(&app, tx, &begun, "question.details_requested", &next)
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }

    /// A question of this very signal; a refusal goes to the log.
    async fn question_of(
        &self,
        op: &OpContext,
        signal: SignalId,
        question: SourceQuestionId,
    ) -> Result<SourceQuestionRow, AppError> {
        let rows = self.store().look(move |db| question_list(db, signal)).await?;
        match rows.into_iter().find(|row| row.id == question) {
            Some(row) => Ok(row),
            None => self.refuse_in_log(op, AppError::refused("question", Refusal::NotFound, Some(signal))).await,
        }
    }
}

/// Begins a step on a question of this signal that still waits for its first answer.
fn unanswered(
    tx: &mut Tx<'_>,
    attempt: Attempt,
    question: SourceQuestionId,
) -> Result<(Begun, SourceQuestionRow), AppError> {
    let begun = attempt.begin(tx, &[])?;
    let row = tx.question_fetch(question)?.filter(|row| row.signal_id == attempt.signal);
    let row = row.ok_or_else(|| AppError::refused(attempt.event.code(), Refusal::NotFound, Some(attempt.signal)))?;
    match row.state {
        QuestionState::Open | QuestionState::PassedBack => Ok((begun, row)),
        QuestionState::Answered | QuestionState::Lapsed | QuestionState::Withdrawn => {
            Err(AppError::Changed { seen: attempt.seen, now: begun.signal.version })
        }
    }
}

/// Moves the signal to what it waits for now, and writes down what was done with the question.
fn finish(
    app: &App,
    tx: &mut Tx<'_>,
    begun: &Begun,
    kind: &'static str,
    row: &SourceQuestionRow,
) -> Result<(), AppError> {
    let round = Round::of(tx, &begun.signal)?;
    let today = tx.today();
    let next = begun.advance(tx, Outcome::Plain, |signal| {
        if [waiting::ANSWERS, waiting::WEIGHING4].contains(&signal.waiting.as_str()) {
            round.settle(signal, app.protocol(), today);
        }
    })?;
    tx.record(
        begun
            .trace(kind, &next)
            .object("question", row.id.uuid())
            .detail("source", row.source_code.clone())
            .detail("holder", row.holder_id.to_string()),
    )?;
    Ok(())
}
