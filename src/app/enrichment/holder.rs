//! A question as its holder meets it: read it, answer it, give it back, or give the content that was asked after a hit.
//! Nothing else of the signal reaches them.

use super::{ANSWER_RECORD, Lapse, Round, as_absent, begin_on, lapse, take_back, waiting};
use crate::app::keyring::{Session, holder_ids};
use crate::app::sealing::{RecordBuilder, SealedRecord};
use crate::app::sharing::take_record_back;
use crate::app::steps::acting;
use crate::app::{App, AppError};
use crate::domain::ids::{ObjectId, SourceQuestionId};
use crate::domain::source::{
    DetailsState, HitAge, QuestionState, SourceAnswer, SourceAnswerDraft, SourceDetails, SourceQuestion,
};
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, MemberActor, OpContext, Permit, Refusal, authorize};
use crate::store::checks::{self, SourceQuestionRow};
use crate::store::signals::SignalRow;
use crate::store::{Tx, checks::question_fetch};

/// An answer takes up a multiple of so many bytes before it is sealed, so that its length tells nothing.
const ANSWER_ROOM: usize = 128;

/// A question as its holder may see it now.
pub struct OpenedQuestion {
    /// Where it stands.
    pub row: SourceQuestionRow,
    /// What is asked; `None` when there is nothing left to read: it was answered, or it lapsed.
    pub question: Option<SourceQuestion>,
    /// The ages to choose from with a hit.
    pub steps: Vec<HitAge>,
    /// Where in the log this reading stands, from 0.
    pub event_index: Option<u64>,
}

/// What a holder sends.
#[derive(Clone)]
struct Reply {
    step: StepEvent,
    kind: &'static str,
    /// What is sealed: which field and its bytes.
    sealed: Option<(&'static str, Vec<u8>)>,
}

impl App {
    /// The questions that wait for the acting member, and the last ones they are done with. Discloses nothing.
    ///
    /// # Errors
    /// When nobody is signed in, or the database cannot be read.
    pub fn questions_of(
        &self,
        op: &OpContext,
        done: i64,
    ) -> Result<(Vec<SourceQuestionRow>, Vec<SourceQuestionRow>), AppError> {
        let member = acting(op)?.id;
        self.store().read(|db| {
            let open = checks::question_list_open_for(db, member)?;
            Ok((open, checks::question_list_done_for(db, member, done)?))
        })
    }

    /// Opens a question for its holder, or lets it lapse when its term has passed.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist, was taken back or belongs to somebody else.
    pub async fn open_question(
        &self,
        op: &OpContext,
        session: &Session,
        id: SourceQuestionId,
    ) -> Result<OpenedQuestion, AppError> {
        let row = self.own_question(op, id).await?;
        if !is_readable(&row) {
            return Ok(OpenedQuestion { row, question: None, steps: Vec::new(), event_index: None });
        }
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let app = self.clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "enrichment.open_question", move |tx| {
                let op = tx.op().clone();
                let (row, signal, permit) = question_in(tx, acting(&op)?, id, StepEvent::AnswerQuestion)?;
                let (_, lapsed) = lapse(&app, tx, &signal)?;
                let row = tx.question_fetch(id)?.unwrap_or(row);
                match (is_readable(&row), lapsed) {
                    (true, _) => {
                        let closed = tx.disclose(&permit, &holders, &[row.record_id], None)?;
                        Ok((row, Some(closed)))
                    }
                    (false, Lapse::Some) => Ok((row, None)),
                    (false, Lapse::None) => Err(AppError::Changed { seen: 0, now: 0 }),
                }
            })
            .await
            .map_err(as_absent)?;
        let (row, closed) = committed.value;
        let Some(closed) = closed else {
            return Ok(OpenedQuestion { row, question: None, steps: Vec::new(), event_index: None });
        };
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let bytes = disclosed.bytes(row.record_id, "vraag").unwrap_or_default();
        let question: SourceQuestion = serde_json::from_slice(bytes).map_err(|e| AppError::Internal(e.to_string()))?;
        let steps = HitAge::steps(question.not_before, op.today);
        Ok(OpenedQuestion { row, question: Some(question), steps, event_index: Some(disclosed.event_index) })
    }

    /// Where a question stands, for its holder. Discloses nothing.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist, was taken back or belongs to somebody else.
    pub async fn question_standing(&self, op: &OpContext, id: SourceQuestionId) -> Result<SourceQuestionRow, AppError> {
        self.own_question(op, id).await
    }

    /// Answers a question: hit, no hit, or why not. Whatever the answer, the same is written.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field that is wrong; a refusal; [`AppError::Changed`] when the question does
    /// not wait for an answer any more.
    pub async fn answer_question(
        &self,
        op: &OpContext,
        id: SourceQuestionId,
        draft: &SourceAnswerDraft,
    ) -> Result<(), AppError> {
        self.own_question(op, id).await?;
        let (answer, age, reason) = (draft.answer.as_deref(), draft.age.as_deref(), draft.reason.as_deref());
        // The page offers only ages that fit the period. The question is not opened to hold them against it: an
        // opening that happens with a hit alone would tell the answer to whoever reads the log.
        let answer = SourceAnswer::parse(answer, age, reason, HitAge::ALL, self.protocol())?;
        let step = StepEvent::AnswerQuestion;
        let reply = Reply { step, kind: "question.answered", sealed: Some(("antwoord", in_equal_room(&answer)?)) };
        self.with_newest_keys(async || self.reply(op, id, &reply).await).await
    }

    /// "Deze vraag is niet voor mij": back to the coordinator, out of the holder's hands.
    ///
    /// # Errors
    /// As [`App::answer_question`].
    pub async fn pass_back_question(&self, op: &OpContext, id: SourceQuestionId) -> Result<(), AppError> {
        let reply = Reply { step: StepEvent::PassBackQuestion, kind: "question.passed_back", sealed: None };
        self.reply(op, id, &reply).await
    }

    /// Gives the content that was asked after a hit.
    ///
    /// # Errors
    /// As [`App::answer_question`].
    pub async fn answer_details(
        &self,
        op: &OpContext,
        id: SourceQuestionId,
        details: Option<&str>,
    ) -> Result<(), AppError> {
        self.own_question(op, id).await?;
        let details = serde_json::to_vec(&SourceDetails::parse(details)?);
        let details = details.map_err(|e| AppError::Internal(e.to_string()))?;
        let step = StepEvent::AnswerDetails;
        let reply = Reply { step, kind: "question.details_given", sealed: Some(("inhoud", details)) };
        self.with_newest_keys(async || self.reply(op, id, &reply).await).await
    }

    /// The question, when it is the acting member's; a refusal goes to the log.
    async fn own_question(&self, op: &OpContext, id: SourceQuestionId) -> Result<SourceQuestionRow, AppError> {
        let member = acting(op)?.id;
        match self.store().look(move |db| question_fetch(db, id)).await? {
            Some(row) if is_theirs(&row, member) => {
                self.standing_for(op, row.signal_id, StepEvent::AnswerQuestion).await?;
                Ok(row)
            }
            other => {
                let signal = other.map(|row| row.signal_id);
                let absent = AppError::refused(StepEvent::AnswerQuestion.code(), Refusal::NotFound, signal);
                self.refuse_in_log(op, absent).await
            }
        }
    }

    async fn reply(&self, op: &OpContext, id: SourceQuestionId, reply: &Reply) -> Result<(), AppError> {
        let row = self.own_question(op, id).await?;
        let signal = self.standing_for(op, row.signal_id, StepEvent::AnswerQuestion).await?;
        let record = match &reply.sealed {
            Some((field, bytes)) => Some(self.seal_reply(op, &signal, &row, field, bytes)?),
            None => None,
        };
        let (app, reply) = (self.clone(), reply.clone());
        self.store()
            .write::<_, AppError, _>(op, "enrichment.reply", move |tx| {
                let op = tx.op().clone();
                let begun = begin_on(tx, row.signal_id, reply.step, &[])?;
                let (row, ..) = question_in(tx, acting(&op)?, id, reply.step)?;
                let next = after(&row, reply.step, &op).ok_or(AppError::Changed { seen: 0, now: 0 })?;
                if let Some(record) = &record {
                    record.put(tx)?;
                }
                tx.question_update(row.state, &next)?;
                match (reply.step, next.details) {
                    (StepEvent::PassBackQuestion, _) => take_back(tx, &row)?,
                    // The question may be needed once more, to give its content.
                    (_, DetailsState::Cleared) => {}
                    _ => take_record_back(tx, row.record_id, row.holder_id)?,
                }
                let round = Round::of(tx, &begun.signal)?;
                let today = tx.today();
                let signal = begun.advance(tx, Outcome::Plain, |row| {
                    if row.waiting == waiting::ANSWERS {
                        round.settle(row, app.protocol(), today);
                    }
                })?;
                let mut trace = begun.trace(reply.kind, &signal).object("question", id.uuid());
                if let Some((field, _)) = &reply.sealed {
                    trace = trace.fields([format!("{ANSWER_RECORD}.{field}")]);
                }
                tx.record(trace)?;
                Ok(())
            })
            .await
            .map_err(as_absent)?;
        Ok(())
    }

    fn seal_reply(
        &self,
        op: &OpContext,
        signal: &SignalRow,
        row: &SourceQuestionRow,
        field: &str,
        bytes: &[u8],
    ) -> Result<SealedRecord, AppError> {
        let part = ObjectId::new(row.id.uuid());
        let builder = RecordBuilder::new(self, signal.id, ANSWER_RECORD, Some(part), op.today)?;
        Ok(builder.field(field, bytes)?.holders(self.handling_holders(signal)?)?.finish())
    }
}

/// Whether there is something for its holder to read.
fn is_readable(row: &SourceQuestionRow) -> bool {
    row.state == QuestionState::Open || (row.state == QuestionState::Answered && row.details == DetailsState::Asked)
}

/// Whether the question lies with this member. What was given or taken back does not.
fn is_theirs(row: &SourceQuestionRow, member: crate::domain::ids::MemberId) -> bool {
    row.holder_id == member && !matches!(row.state, QuestionState::PassedBack | QuestionState::Withdrawn)
}

/// The question, its signal and the permission, for its holder in this transaction.
fn question_in(
    tx: &mut Tx<'_>,
    member: &MemberActor,
    id: SourceQuestionId,
    step: StepEvent,
) -> Result<(SourceQuestionRow, SignalRow, Permit), AppError> {
    let absent = |signal| AppError::refused(step.code(), Refusal::NotFound, signal);
    let row = tx.question_fetch(id)?.ok_or_else(|| absent(None))?;
    let (signal, facts) = tx.signal_facts(row.signal_id, member)?.ok_or_else(|| absent(None))?;
    if !is_theirs(&row, member.id) {
        return Err(absent(Some(signal.id)));
    }
    let op = tx.op().clone();
    let permit = authorize(&op, Action::Step(step), &facts)
        .map_err(|why| AppError::refused(step.code(), why, Some(signal.id)))?;
    Ok((row, signal, permit))
}

/// The question after this act; `None` when it does not wait for it, or its term has passed.
fn after(row: &SourceQuestionRow, step: StepEvent, op: &OpContext) -> Option<SourceQuestionRow> {
    if row.due_on < op.today {
        return None;
    }
    match (step, row.state, row.details) {
        (StepEvent::AnswerQuestion, QuestionState::Open, _) => {
            Some(SourceQuestionRow { state: QuestionState::Answered, answered_on: Some(op.today), ..row.clone() })
        }
        (StepEvent::PassBackQuestion, QuestionState::Open, _) => {
            Some(SourceQuestionRow { state: QuestionState::PassedBack, ..row.clone() })
        }
        (StepEvent::AnswerDetails, QuestionState::Answered, DetailsState::Asked) => {
            Some(SourceQuestionRow { details: DetailsState::Given, ..row.clone() })
        }
        _ => None,
    }
}

/// The answer as bytes whose number is the same for every answer; blanks at the end mean nothing in JSON.
fn in_equal_room(answer: &SourceAnswer) -> Result<Vec<u8>, AppError> {
    let mut bytes = serde_json::to_vec(answer).map_err(|e| AppError::Internal(e.to_string()))?;
    bytes.resize(bytes.len().next_multiple_of(ANSWER_ROOM), b' ');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::protocol::Protocol;

    #[test]
    fn every_answer_takes_the_same_room_and_reads_back() {
        let protocol = Protocol::bundled().unwrap();
        let mut answers = vec![SourceAnswer::NoHit];
        answers.extend(HitAge::ALL.iter().map(|age| SourceAnswer::Hit { age: *age }));
        answers.extend(
            protocol.cannot_answer.iter().map(|entry| SourceAnswer::CannotAnswer { reason: entry.code.clone() }),
        );
        for answer in answers {
            let bytes = in_equal_room(&answer).unwrap();
            assert_eq!(bytes.len(), ANSWER_ROOM, "{answer:?}");
            assert_eq!(serde_json::from_slice::<SourceAnswer>(&bytes).unwrap(), answer);
        }
    }
}
