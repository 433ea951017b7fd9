//! Enriching (verrijken): which sources may be asked what, who answers, and when everything is in.
//!
//! The coordinator proposes questions without the words of the report; the privacy officer clears, narrows or refuses
//! each (privacycheck 1); a cleared question becomes a record of its own, sealed to whoever handles the signal, to
//! privacy and to the one member who answers for that source. An answer is sealed to whoever handles the signal. Its
//! value stands in no column and no event, and takes the same room whatever it says.
//!
//! A question guards itself: its own state says whether somebody was faster, not the version of a signal that its
//! holder knows nothing of. Its term is looked at whenever somebody reads or answers; no clock runs by itself.

mod check1;
mod holder;
mod overview;
mod proposal;
mod sources;
mod verdict;

pub use check1::{Check1Context, OpenCheck, OpenedCheck1};
pub use holder::OpenedQuestion;
pub use overview::{AskedQuestion, CheckRound, Enrichment};
pub use proposal::{Proposed, Wording};
pub use sources::SourceHolder;

use super::keyring::{Session, holder_ids};
use super::reading::Opened;
use super::sharing::take_record_back;
use super::steps::{Attempt, Begun, acting};
use super::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, RecordId, SignalId};
use crate::domain::protocol::Protocol;
use crate::domain::source::{DetailsState, QuestionState};
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::workflow::{self, StepEvent};
use crate::policy::{Action, OpContext, Refusal, authorize, member_grantee};
use crate::store::checks::{SourceQuestionRow, question_list};
use crate::store::contents;
use crate::store::signals::{SignalRow, signal_facts};
use crate::store::{Trace, Tx};

/// What a signal waits for while it is enriched, as the column `signals.waiting` has it.
pub mod waiting {
    /// The coordinator proposes questions.
    pub const CHECK1: &str = "check1";
    /// The privacy officer judges them.
    pub const CHECK1_DECIDE: &str = "check1_decide";
    /// The holders of the sources answer.
    pub const ANSWERS: &str = "answers";
    /// Everything is in: weging 4.
    pub const WEIGHING4: &str = "weighing4";
}

/// The kind of record that holds a proposal or a verdict of privacycheck 1.
const CHECK1_RECORD: &str = "check1";
/// The kind of record that holds a question as its holder reads it.
const QUESTION_RECORD: &str = "question";
/// The kind of record that holds an answer, or the content that followed a hit.
const ANSWER_RECORD: &str = "answer";

impl App {
    /// The signal, for whoever may take this step on it; a refusal goes to the log. Discloses nothing.
    async fn standing_for(&self, op: &OpContext, id: SignalId, event: StepEvent) -> Result<SignalRow, AppError> {
        let code = event.code();
        let member = acting(op)?.clone();
        let found = self.store().look(move |db| signal_facts(db, id, &member)).await?;
        let refusal = match found {
            None => AppError::refused(code, Refusal::NotFound, None),
            Some((signal, facts)) => match authorize(op, Action::Step(event), &facts) {
                Ok(_) => return Ok(signal),
                Err(why) => AppError::refused(code, why, Some(id)),
            },
        };
        self.refuse_in_log(op, refusal).await
    }

    /// Writes a refusal down before anyone is answered, and gives it back.
    async fn refuse_in_log<T>(&self, op: &OpContext, error: AppError) -> Result<T, AppError> {
        let AppError::Refused(refused, why) = error else { return Err(error) };
        let answered = self
            .store()
            .write::<(), AppError, _>(op, "enrichment.refuse", move |_| Err(AppError::Refused(refused.clone(), why)))
            .await;
        match answered {
            Err(error) => Err(as_absent(error)),
            Ok(_) => Err(AppError::Internal("a refusal was not refused".to_owned())),
        }
    }

    /// Opens the records of these kinds that belong to one part of a signal.
    async fn open_part(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        step: StepEvent,
        kinds: &'static [&'static str],
        part: ObjectId,
    ) -> Result<(Opened, u64), AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "enrichment.open_part", move |tx| {
                let op = tx.op().clone();
                let code = step.code();
                let Some((signal, facts)) = tx.signal_facts(id, acting(&op)?)? else {
                    return Err(AppError::refused(code, Refusal::NotFound, None));
                };
                let permit =
                    authorize(&op, Action::Step(step), &facts).map_err(|why| AppError::refused(code, why, Some(id)))?;
                let mut records = contents::records_openable(tx.reader(), id, kinds, &holders, op.at)?;
                records.retain(|record| record.part_of == Some(part));
                let wanted: Vec<RecordId> = records.iter().map(|row| row.id).collect();
                let closed = tx.disclose(&permit, &holders, &wanted, None)?;
                Ok((signal, records, closed))
            })
            .await
            .map_err(as_absent)?;
        let (signal, records, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let event_index = disclosed.event_index;
        Ok((Opened { signal, records, disclosed }, event_index))
    }
}

/// Whoever may not take a step on a part does not learn that the part exists.
fn as_absent(error: AppError) -> AppError {
    match error {
        AppError::Refused(refused, Refusal::NotYourRole) => AppError::Refused(refused, Refusal::NotFound),
        other => other,
    }
}

/// Begins a step on a part whose own state guards it, on the signal as it stands in this transaction.
fn begin_on(tx: &mut Tx<'_>, signal: SignalId, event: StepEvent, authors: &[MemberId]) -> Result<Begun, AppError> {
    let seen = tx.signal_fetch(signal)?.map_or(0, |row| row.version);
    Attempt { signal, seen, event }.begin(tx, authors)
}

/// Refuses a step while the signal waits for another one.
fn expect_waiting(begun: &Begun, event: StepEvent, for_what: &[&str]) -> Result<(), AppError> {
    let sentence = match begun.signal.waiting.as_str() {
        now if for_what.contains(&now) => return Ok(()),
        waiting::CHECK1 => "Stel eerst bronvragen voor.",
        waiting::CHECK1_DECIDE => "De bronvragen liggen bij de privacy officer.",
        waiting::ANSWERS => "De bronhouders zijn nog aan het antwoorden.",
        _ => "Het signaal wacht nu op een andere stap.",
    };
    Err(AppError::NotNow(event, sentence))
}

/// Where the questions of a signal stand together.
enum Round {
    /// Somebody still has to do something, at first by this day; the coordinator, when a question came back.
    Waits { due: Day, turn: Option<MemberId> },
    /// Every question is answered or lapsed.
    Settled,
    /// No question is left.
    Empty,
}

impl Round {
    /// Reads the questions of the present stay in this stage.
    fn of(tx: &mut Tx<'_>, signal: &SignalRow) -> Result<Self, AppError> {
        let mut rows = question_list(tx.reader(), signal.id)?;
        rows.retain(|row| row.asked_on >= signal.stage_since && row.state != QuestionState::Withdrawn);
        let due = rows.iter().filter(|row| waits(row)).map(|row| row.due_on).min();
        let Some(due) = due else { return Ok(if rows.is_empty() { Self::Empty } else { Self::Settled }) };
        let turn = match rows.iter().find(|row| row.state == QuestionState::PassedBack) {
            Some(back) => tx.check_fetch(back.check_id)?.map(|check| check.proposed_by),
            None => None,
        };
        Ok(Self::Waits { due, turn })
    }

    /// Writes down what the signal waits for next.
    fn settle(&self, row: &mut SignalRow, protocol: &Protocol, today: Day) {
        let (what, turn, due) = match self {
            Self::Waits { due, turn } => (waiting::ANSWERS, *turn, *due),
            Self::Settled => (waiting::WEIGHING4, None, protocol.due_on(ClockCode::Enriching, row.stage_since)),
            Self::Empty => (waiting::CHECK1, None, protocol.due_on(ClockCode::Check1, today)),
        };
        what.clone_into(&mut row.waiting);
        row.turn_of = turn;
        row.due_on = Some(due);
    }
}

/// Whether somebody still has to do something with this question.
fn waits(row: &SourceQuestionRow) -> bool {
    match row.state {
        QuestionState::Open | QuestionState::PassedBack => true,
        QuestionState::Answered => row.details == DetailsState::Asked,
        QuestionState::Lapsed | QuestionState::Withdrawn => false,
    }
}

/// Takes a question out of its holder's hands: their copy of its key, and their right on the signal when no other
/// question of it is theirs.
fn take_back(tx: &mut Tx<'_>, row: &SourceQuestionRow) -> Result<(), AppError> {
    take_record_back(tx, row.record_id, row.holder_id)?;
    let others = question_list(tx.reader(), row.signal_id)?;
    let still_theirs = others.iter().any(|other| {
        other.id != row.id
            && other.holder_id == row.holder_id
            && !matches!(other.state, QuestionState::PassedBack | QuestionState::Withdrawn)
    });
    if !still_theirs {
        tx.grant_delete(row.signal_id, &member_grantee(row.holder_id), "question")?;
    }
    Ok(())
}

/// Takes the questions that were answered out of their holders' hands when the signal goes on: no content is asked any
/// more.
pub(super) fn take_answered_back(tx: &mut Tx<'_>, signal: SignalId) -> Result<(), AppError> {
    for row in question_list(tx.reader(), signal)? {
        if row.state == QuestionState::Answered {
            take_record_back(tx, row.record_id, row.holder_id)?;
        }
    }
    Ok(())
}

/// Whether looking at the terms changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lapse {
    /// At least one question lapsed, and the log says so.
    Some,
    /// Nothing was due.
    None,
}

/// Lets questions lapse whose term has passed, or whose signal went on without them.
fn lapse(app: &App, tx: &mut Tx<'_>, signal: &SignalRow) -> Result<(SignalRow, Lapse), AppError> {
    let today = tx.today();
    let gone_on = signal.stage != Stage::Enriching;
    let mut lapsed = Vec::new();
    for row in question_list(tx.reader(), signal.id)? {
        if !waits(&row) || (row.due_on >= today && !gone_on) {
            continue;
        }
        let next = match row.state {
            // The answer stands; only its content did not come.
            QuestionState::Answered => SourceQuestionRow { details: DetailsState::Cleared, ..row.clone() },
            _ => SourceQuestionRow { state: QuestionState::Lapsed, ..row.clone() },
        };
        tx.question_update(row.state, &next)?;
        if row.state != QuestionState::Answered {
            take_record_back(tx, row.record_id, row.holder_id)?;
        }
        lapsed.push(row);
    }
    if lapsed.is_empty() {
        return Ok((signal.clone(), Lapse::None));
    }
    let mut next = signal.clone();
    if !gone_on && signal.waiting == waiting::ANSWERS {
        next.version += 1;
        Round::of(tx, signal)?.settle(&mut next, app.protocol(), today);
        tx.signal_advance(workflow::allowed_from(StepEvent::AnswerQuestion), &next)?;
    }
    for row in lapsed {
        let asked = if row.state == QuestionState::Answered { "details" } else { "answer" };
        tx.record(
            Trace::new("question.lapsed").signal(signal.id).object("question", row.id.uuid()).detail("of", asked),
        )?;
    }
    Ok((next, Lapse::Some))
}
