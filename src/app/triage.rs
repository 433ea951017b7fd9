//! The intake: weging 1, 2A and 2B; or the short road; or on to somebody else.

use super::judgements::{JUDGEMENT, Next, Number, Standing};
use super::sealing::RecordBuilder;
use super::steps::{Seen, acting};
use super::{App, AppError, outcomes};
use crate::domain::decision::DecisionCode;
use crate::domain::ids::{ObjectId, RecordId, WeighingId};
use crate::domain::protocol::Code;
use crate::domain::term::ClockCode;
use crate::domain::weighing::{
    IntakeAssessment, IntakeDraft, IntakeWay, NotTakenUp, NotTakenUpDraft, Referral, ReferralDraft, Urgency,
};
use crate::domain::words::{FieldError, YesNo};
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::OpContext;
use crate::store::signals::SignalRow;
use crate::store::weighings::WeighingRow;

/// The field with the short road's reason.
pub const NOT_TAKEN_UP: &str = "nietInBehandeling";
/// The field with the referral.
pub const REFERRAL: &str = "doorverwijzing";

/// How the intake ends, with what is sealed of it.
#[derive(Clone)]
struct Ending {
    step: StepEvent,
    kind: &'static str,
    outcome: &'static str,
    reason: Option<Code>,
    field: &'static str,
    words: Vec<u8>,
    judged: Option<IntakeAssessment>,
}

/// What a "nee" makes of the step: with one the signal does not go on to weighing.
fn all_yes(intake: &IntakeAssessment) -> Result<(), AppError> {
    if intake.way() == IntakeWay::Weigh {
        return Ok(());
    }
    let answers = [
        ("isOndermijning", intake.undermining, "Is dit geen ondermijning? Neem het dan niet in behandeling."),
        ("gemeentelijkeTaak", intake.municipal_task, "Is dit geen taak van de gemeente? Verwijs het dan door."),
        ("inGemeente", intake.territory, "Speelt dit niet in onze gemeente? Verwijs het dan door."),
    ];
    let no = answers.into_iter().filter(|(_, answer, _)| *answer == YesNo::No);
    Err(AppError::Invalid(no.map(|(field, _, message)| FieldError::new(field, message)).collect()))
}

fn sealed<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, AppError> {
    serde_json::to_vec(value).map_err(|e| AppError::Internal(e.to_string()))
}

impl App {
    /// Weging 1, 2A and 2B, all three with yes: the signal goes on to weighing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, or at each "nee"; what [`super::steps::Attempt::begin`] refuses.
    pub async fn complete_intake(
        &self,
        op: &OpContext,
        seen: Seen,
        draft: &IntakeDraft,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, Number::Intake)?;
        self.probe(op, seen.attempt(StepEvent::CompleteIntake), &[]).await?;
        let intake = IntakeAssessment::parse(draft, self.protocol())?;
        all_yes(&intake)?;
        let ending = Ending {
            step: StepEvent::CompleteIntake,
            kind: "intake.completed",
            outcome: IntakeWay::Weigh.code(),
            reason: None,
            field: JUDGEMENT,
            words: sealed(&intake)?,
            judged: None,
        };
        let urgency = intake.urgency;
        let due_on = self.protocol().due_on(ClockCode::Weighing3, op.today);
        self.end_intake(op, seen, &standing, ending, move |row| {
            "weighing3".clone_into(&mut row.waiting);
            row.turn_of = None;
            row.urgency = Some(urgency.code().to_owned());
            row.due_on = Some(due_on);
        })
        .await
    }

    /// The short road: one person, one reason. Half-filled answers do not count; a complete judgement that says why
    /// may come along.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; what [`super::steps::Attempt::begin`] refuses.
    pub async fn not_take_up(
        &self,
        op: &OpContext,
        seen: Seen,
        draft: &NotTakenUpDraft,
        judged: Option<&IntakeDraft>,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, Number::Intake)?;
        self.probe(op, seen.attempt(StepEvent::NotTakeUp), &[]).await?;
        let short = NotTakenUp::parse(draft, self.protocol())?;
        if short.duplicate_of == Some(standing.signal.reference) {
            return Err(AppError::field("dubbelVan", "Dit is het kenmerk van dit signaal zelf. Vul het andere in."));
        }
        let ending = Ending {
            step: StepEvent::NotTakeUp,
            kind: "signal.not_taken_up",
            outcome: IntakeWay::NotTakenUp.code(),
            reason: Some(short.reason.clone()),
            field: NOT_TAKEN_UP,
            words: sealed(&short)?,
            judged: judged.map(|judged| IntakeAssessment::parse(judged, self.protocol())).transpose()?,
        };
        let (protocol, today) = (self.protocol().clone(), op.today);
        self.end_intake(op, seen, &standing, ending, move |row| {
            outcomes::end(row, DecisionCode::NotTakenUp, Some(&short.reason), &protocol, today);
        })
        .await
    }

    /// To police, another municipality or the integrity box: the signal ends here.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; what [`super::steps::Attempt::begin`] refuses.
    pub async fn refer_on(
        &self,
        op: &OpContext,
        seen: Seen,
        draft: &ReferralDraft,
        judged: Option<&IntakeDraft>,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, Number::Intake)?;
        self.probe(op, seen.attempt(StepEvent::ReferOn), &[]).await?;
        let referral = Referral::parse(draft, self.protocol())?;
        let ending = Ending {
            step: StepEvent::ReferOn,
            kind: "signal.referred",
            outcome: IntakeWay::ReferOn.code(),
            reason: Some(referral.recipient.clone()),
            field: REFERRAL,
            words: sealed(&referral)?,
            judged: judged.map(|judged| IntakeAssessment::parse(judged, self.protocol())).transpose()?,
        };
        let (protocol, today) = (self.protocol().clone(), op.today);
        self.end_intake(op, seen, &standing, ending, move |row| {
            outcomes::end(row, DecisionCode::Referred, None, &protocol, today);
        })
        .await
    }

    async fn end_intake(
        &self,
        op: &OpContext,
        seen: Seen,
        standing: &Standing,
        ending: Ending,
        settle: impl Fn(&mut SignalRow) + Clone + Send + 'static,
    ) -> Result<SignalRow, AppError> {
        self.with_newest_keys(async || self.end_intake_once(op, seen, standing, ending.clone(), settle.clone()).await)
            .await
    }

    async fn end_intake_once(
        &self,
        op: &OpContext,
        seen: Seen,
        standing: &Standing,
        ending: Ending,
        settle: impl Fn(&mut SignalRow) + Send + 'static,
    ) -> Result<SignalRow, AppError> {
        let next = Next::after(standing, acting(op)?.id, WeighingId::new(self.random_id()?));
        let part = Some(ObjectId::new(next.id.uuid()));
        let mut record = RecordBuilder::new(self, seen.signal, Number::Intake.record_kind(), part, op.today)?
            .field(ending.field, &ending.words)?
            .holders(self.handling_holders(&standing.signal)?)?;
        if let Some(judged) = &ending.judged {
            record = record.json(JUDGEMENT, judged)?;
        }
        let record = record.finish();
        let row = intake_row(op, seen, &next, &ending, record.id())?;
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "intake.end", move |tx| {
                let begun = seen.attempt(ending.step).begin(tx, &[])?;
                record.put(tx)?;
                next.put(tx, &row)?;
                let moved = begun.advance(tx, Outcome::Plain, &settle)?;
                let mut trace = begun
                    .trace(ending.kind, &moved)
                    .object("weighing", row.id.uuid())
                    .detail("outcome", ending.outcome)
                    .fields(record.fields.iter().map(|field| format!("intake.{}", field.field)));
                if let Some(reason) = &ending.reason {
                    trace = trace.detail("reason", reason.to_string());
                }
                tx.record(trace)?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }
}

fn intake_row(
    op: &OpContext,
    seen: Seen,
    next: &Next,
    ending: &Ending,
    record: RecordId,
) -> Result<WeighingRow, AppError> {
    Ok(WeighingRow {
        id: next.id,
        signal_id: seen.signal,
        number: Number::Intake.code().to_owned(),
        version: next.version,
        state: "agreed".to_owned(),
        record_id: record,
        outcome: Some(ending.outcome.to_owned()),
        reason: ending.reason.as_ref().map(ToString::to_string),
        drafted_by: acting(op)?.id,
        drafted_on: op.today,
        cosigner: None,
        agreed_by: None,
        agreed_on: None,
        draft_signature: None,
        agree_signature: None,
    })
}

/// Whether somebody said that it cannot wait: then the urgent page comes first, whatever else is still open.
#[must_use]
pub fn is_immediate(draft: &IntakeDraft) -> bool {
    draft.urgency.as_deref() == Some(Urgency::Immediate.code())
}
