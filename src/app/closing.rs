//! Afsluiten: everything is done and told, and it is written down how long the signal is kept and who was informed.

use super::decision_owner::take_decisions_back;
use super::follow_up::member_names;
use super::resealing::json_bytes;
use super::sealing::RecordBuilder;
use super::sharing_out::{SheetNeed, decision_of, needs_sheet};
use super::steps::Seen;
use super::{App, AppError};
use crate::domain::closing::{Closing, ClosingDraft};
use crate::domain::decision::DecisionCode;
use crate::domain::ids::SignalId;
use crate::domain::protocol::Protocol;
use crate::domain::retention::{Measure, Retention, RetentionGround};
use crate::domain::stage::{Answering, MelderStatus, Stage, Told};
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::OpContext;
use crate::store::db::Db;
use crate::store::decisions;
use crate::store::signals::SignalRow;
use crate::store::{StoreError, Tx};

/// The field with the closing.
pub const CLOSING: &str = "afsluiting";

/// What stands in the way of closing, and what closing would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingStanding {
    /// The signal as it stands.
    pub signal: SignalRow,
    /// The decision it rests on.
    pub decision: DecisionCode,
    /// Actions that are not done: who owns each, and until when.
    pub open_actions: Vec<(String, Day)>,
    /// Checks that wait for the privacy officer.
    pub open_checks: usize,
    /// The word that was told here, when one was.
    pub told: Option<MelderStatus>,
    /// Whether something still has to be handed over.
    pub sheet: SheetNeed,
    /// How long it is kept, for each answer to "was a measure taken".
    pub kept: Vec<(Measure, Retention)>,
}

impl ClosingStanding {
    /// Everything that stands in the way, as mistakes of the form.
    #[must_use]
    pub fn obstacles(&self) -> Vec<FieldError> {
        let mut found = Vec::new();
        if !self.open_actions.is_empty() {
            let names: Vec<&str> = self.open_actions.iter().map(|(name, _)| name.as_str()).collect();
            found.push(FieldError::new(
                "acties",
                format!("Eerst moeten alle acties klaar zijn. Open bij: {}.", names.join(", ")),
            ));
        }
        if self.open_checks > 0 {
            found.push(FieldError::new("acties", "Eerst moet de privacy officer de open privacycheck beoordelen."));
        }
        if self.sheet == SheetNeed::Needed {
            found.push(FieldError::new("doorgeefblad", "Maak eerst het doorgeefblad voor wie dit overneemt."));
        }
        if self.told.is_none_or(|word| word.answers() == Answering::Waits) {
            found.push(FieldError::new("melder", "Geef eerst de melder bericht: opgepakt of niet opgepakt."));
        }
        found
    }
}

impl App {
    /// What closing would come to, for whoever may read the signal. Discloses nothing.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn closing_standing(&self, op: &OpContext, id: SignalId) -> Result<ClosingStanding, AppError> {
        let signal = self.signal_standing(op, id)?;
        let protocol = self.protocol();
        Ok(self.store().read(|db| standing(db, signal, protocol, op.today))?)
    }

    /// Closes a signal: ground, term and source of keeping, and per betrokkene whether they were informed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake and everything that must be done first; what
    /// [`super::steps::Attempt::begin`] refuses.
    pub async fn close(&self, op: &OpContext, seen: Seen, draft: &ClosingDraft) -> Result<SignalRow, AppError> {
        self.probe(op, seen.attempt(StepEvent::Close), &[]).await?;
        let before = self.closing_standing(op, seen.signal)?;
        let mut obstacles = before.obstacles();
        let closing = match Closing::parse(draft, before.decision, self.protocol(), op.today) {
            Ok(closing) if obstacles.is_empty() => closing,
            Ok(_) => return Err(AppError::Invalid(obstacles)),
            Err(errors) => {
                obstacles.extend(errors);
                return Err(AppError::Invalid(obstacles));
            }
        };
        self.with_newest_keys(async || self.close_once(op, seen, &before.signal, &closing).await).await
    }

    async fn close_once(
        &self,
        op: &OpContext,
        seen: Seen,
        signal: &SignalRow,
        closing: &Closing,
    ) -> Result<SignalRow, AppError> {
        let record = RecordBuilder::new(self, seen.signal, "closing", None, op.today)?
            .field(CLOSING, &json_bytes(closing)?)?
            .holders(self.handling_holders(signal)?)?
            .finish();
        let (protocol, closing) = (self.protocol().clone(), closing.clone());
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "closing.close", move |tx| {
                let begun = seen.attempt(StepEvent::Close).begin(tx, &[])?;
                let today = tx.today();
                let obstacles = standing(tx.reader(), begun.signal.clone(), &protocol, today)?.obstacles();
                if !obstacles.is_empty() {
                    return Err(AppError::Invalid(obstacles));
                }
                record.put(tx)?;
                let moved = begun.advance(tx, Outcome::Plain, |row| {
                    row.waiting = String::new();
                    row.turn_of = None;
                    row.due_on = None;
                    row.retention_ground = Some(closing.retention.ground.code().to_owned());
                    row.kept_until = Some(closing.retention.destroy_on);
                })?;
                take_actions_back(tx, seen.signal)?;
                take_decisions_back(tx, seen.signal)?;
                tx.record(
                    begun
                        .trace("signal.closed", &moved)
                        .detail("ground", closing.retention.ground.code())
                        .detail("kept_until", closing.retention.destroy_on.to_string())
                        .detail("duties", closing.duties.len().to_string())
                        .fields([format!("closing.{CLOSING}")]),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }
}

/// Owners of actions read nothing any more once a signal is closed.
fn take_actions_back(tx: &mut Tx<'_>, signal: SignalId) -> Result<(), StoreError> {
    for grant in tx.grant_list(signal)?.iter().filter(|grant| grant.what == "action") {
        tx.grant_delete(signal, &grant.grantee, "action")?;
    }
    Ok(())
}

fn standing(db: &mut Db, signal: SignalRow, protocol: &Protocol, today: Day) -> Result<ClosingStanding, StoreError> {
    // A signal that is followed up ended with a decision; should that be lost, the longer term counts.
    let decision = decision_of(&signal).unwrap_or(DecisionCode::CaseFile);
    let names = member_names(db)?;
    let open_actions = decisions::action_list(db, signal.id)?
        .into_iter()
        .filter(|row| row.state == "open")
        .map(|row| (names.get(&row.owner_id).cloned().unwrap_or_default(), row.due_on))
        .collect();
    let checks = crate::store::checks::check_list(db, signal.id)?;
    let open_checks = checks.iter().filter(|row| row.kind != "1" && row.state == "proposed").count();
    let sheet = match needs_sheet(decision, protocol) {
        SheetNeed::Needed if decisions::handoff_list(db, signal.id)?.is_empty() => SheetNeed::Needed,
        SheetNeed::Needed | SheetNeed::Free => SheetNeed::Free,
    };
    let kept = Measure::ALL
        .iter()
        .filter_map(|measure| {
            let rule = protocol.retention(RetentionGround::for_ending(decision, *measure))?;
            Some((*measure, rule.from(today, &protocol.calendar)))
        })
        .collect();
    let told = told_of(&signal).filter(|told| told.stage == Stage::FollowUp).map(|told| told.status);
    Ok(ClosingStanding { signal, decision, open_actions, open_checks, told, sheet, kept })
}

/// The word that was last told to the melder.
#[must_use]
pub fn told_of(signal: &SignalRow) -> Option<Told> {
    let status = signal.told_status.as_deref()?.parse().ok()?;
    Some(Told { status, stage: signal.told_stage? })
}
