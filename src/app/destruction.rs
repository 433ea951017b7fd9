//! Vernietigen: one proposes, a second person agrees, and the keys go first. What stays is a declaration without content.

use super::acts::Act;
use super::backup::destroyed::Destroyed;
use super::follow_up::now;
use super::resealing::json_bytes;
use super::sealing::RecordBuilder;
use super::steps::{Attempt, Seen, acting};
use super::{App, AppError};
use crate::app::keyring::Session;
use crate::domain::calendar;
use crate::domain::follow_up::ReasonDraft;
use crate::domain::ids::{DestructionId, ObjectId, SignalId};
use crate::domain::role::Group;
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::destructions::{self, DestructionRow};
use crate::store::signals::{self, GrantRow, SignalRow};
use crate::store::{StoreError, Trace};

/// The field with the sentence with which a destruction was returned.
pub const RETURNED: &str = "teruggegeven";
/// What a signal waits for when its term has passed and nobody proposed yet.
pub const DUE: &str = "destruction_due";
/// What it waits for once somebody did.
pub const PROPOSED: &str = "destruction";

/// A signal whose destruction is looked at. Holds no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestructionStanding {
    /// The signal.
    pub signal: SignalRow,
    /// The proposal that waits, when one does.
    pub waiting: Option<DestructionRow>,
    /// What this member may do about it.
    pub turn: DestructionTurn,
}

/// What a member may do about a destruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DestructionTurn {
    /// Propose it.
    Propose,
    /// Agree to what another proposed, or return it.
    Judge,
    /// Nothing now: it waits for somebody else, or the term has not passed.
    Wait,
}

/// What remains of a destroyed signal: who, when, on which ground. No content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The destruction.
    pub row: DestructionRow,
    /// The signal as it stands now.
    pub signal: SignalRow,
    /// Who proposed, by name.
    pub proposed_by: String,
    /// Who agreed, by name.
    pub agreed_by: String,
}

/// What is signed for a destruction: the signal, its ground and its day.
fn words_of(signal: &SignalRow, kept_until: Day) -> Vec<u8> {
    let ground = signal.retention_ground.as_deref().unwrap_or_default();
    format!("{}\n{ground}\n{kept_until}\n", signal.reference).into_bytes()
}

/// The day until which a signal was kept, once that has passed.
fn term_passed(signal: &SignalRow, today: Day) -> Result<Day, AppError> {
    match signal.kept_until {
        Some(day) if day <= today => Ok(day),
        Some(day) => Err(AppError::field(
            "termijn",
            format!("Dit signaal wordt bewaard tot {}. Vernietigen kan pas daarna.", calendar::in_words_with_year(day)),
        )),
        None => Err(AppError::field("termijn", "Bij dit signaal staat geen bewaartermijn. Het wordt niet vernietigd.")),
    }
}

impl App {
    /// Where the destruction of a closed signal stands, for whoever proposes or judges it. Discloses nothing.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn destruction_standing(&self, op: &OpContext, id: SignalId) -> Result<DestructionStanding, AppError> {
        let member = acting(op)?.clone();
        let me = member.id;
        let found = self.store().look(move |db| {
            let Some((signal, facts)) = signals::signal_facts(db, id, &member)? else { return Ok(None) };
            Ok::<_, StoreError>(Some((signal, facts, destructions::destruction_waiting(db, id)?)))
        });
        let found = found.await?;
        let Some((signal, facts, waiting)) = found else {
            return self.refuse_absent(op, StepEvent::ProposeDestruction.code()).await;
        };
        let may = |event| authorize(op, Action::Step(event), &facts).is_ok();
        let (judges, proposes) = (may(StepEvent::AgreeDestruction), may(StepEvent::ProposeDestruction));
        if !judges && !proposes {
            return self.refuse_absent(op, StepEvent::ProposeDestruction.code()).await;
        }
        let open = signal.stage == Stage::Closed;
        let turn = match &waiting {
            Some(row) if open && judges && row.proposed_by != me => DestructionTurn::Judge,
            None if open && proposes && term_passed(&signal, op.today).is_ok() => DestructionTurn::Propose,
            _ => DestructionTurn::Wait,
        };
        Ok(DestructionStanding { signal, waiting, turn })
    }

    /// Proposes to destroy a signal whose term has passed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the term has not passed; [`AppError::NotNow`] when it was proposed already; what
    /// [`Attempt::begin`] refuses.
    pub async fn propose_destruction(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
    ) -> Result<DestructionId, AppError> {
        let step = StepEvent::ProposeDestruction;
        self.probe(op, seen.attempt(step), &[]).await?;
        let signal = self.signal_standing(op, seen.signal)?;
        let kept_until = term_passed(&signal, op.today)?;
        let id = DestructionId::new(self.random_id()?);
        let ground = signal.retention_ground.clone().unwrap_or_default();
        let act = Act::on(step, seen.signal, &ground, &words_of(&signal, kept_until));
        let signature = act.sign(session);
        let member = acting(op)?.id;
        let due_on = self.protocol().due_on(ClockCode::Check1, op.today);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "destruction.propose", move |tx| {
                let begun = seen.attempt(step).begin(tx, &[])?;
                term_passed(&begun.signal, tx.today())?;
                if destructions::destruction_waiting(tx.reader(), seen.signal)?.is_some() {
                    return Err(AppError::NotNow(
                        step,
                        "De vernietiging is al voorgesteld en wacht op de privacy officer.",
                    ));
                }
                let today = tx.today();
                tx.destruction_insert(&DestructionRow {
                    id,
                    signal_id: seen.signal,
                    state: "proposed".to_owned(),
                    ground: ground.clone(),
                    kept_until,
                    proposed_by: member,
                    proposed_on: today,
                    proposed_signature: signature.clone(),
                    decided_by: None,
                    decided_on: None,
                    decided_signature: None,
                    record_id: None,
                    records: 0,
                    keys: 0,
                })?;
                tx.grant_put(&GrantRow {
                    signal_id: seen.signal,
                    grantee: format!("group:{}", Group::Privacy.code()),
                    what: "check".to_owned(),
                    received_on: begun.signal.received_on,
                })?;
                let moved = begun.advance(tx, Outcome::Plain, |row| {
                    PROPOSED.clone_into(&mut row.waiting);
                    row.due_on = Some(due_on);
                })?;
                tx.record(
                    begun
                        .trace("destruction.proposed", &moved)
                        .object("destruction", id.uuid())
                        .detail("ground", act.outcome.clone())
                        .detail("kept_until", kept_until.to_string())
                        .detail("words", act.words_hex())
                        .signature(signature.clone()),
                )?;
                Ok(id)
            })
            .await?;
        Ok(committed.value)
    }

    /// The second person returns a destruction: the signal must be kept longer, and the sentence says why.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a sentence; [`AppError::NotNow`] when nothing was proposed; what
    /// [`Attempt::begin`] refuses, own work included.
    pub async fn return_destruction(
        &self,
        op: &OpContext,
        id: SignalId,
        draft: &ReasonDraft,
    ) -> Result<SignalRow, AppError> {
        let step = StepEvent::ReturnDestruction;
        let (signal, waiting) = self.proposed_destruction(op, id, step).await?;
        let reason = draft.parse("Schrijf in één zin waarom dit signaal langer bewaard moet worden.")?;
        let privacy = self.group_holder(Group::Privacy)?;
        let part = Some(ObjectId::new(waiting.id.uuid()));
        let record = RecordBuilder::new(self, id, "note", part, op.today)?
            .field(RETURNED, &json_bytes(&reason)?)?
            .holders(self.handling_holders(&signal)?)?
            .holder(privacy)?
            .finish();
        let member = acting(op)?.id;
        let due_on = self.protocol().due_on(ClockCode::LioCycle, op.today);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "destruction.return", move |tx| {
                let begun = now(tx, id, step)?.begin(tx, &[waiting.proposed_by])?;
                record.put(tx)?;
                let today = tx.today();
                tx.destruction_update(&DestructionRow {
                    state: "returned".to_owned(),
                    decided_by: Some(member),
                    decided_on: Some(today),
                    record_id: Some(record.id()),
                    ..waiting.clone()
                })?;
                let moved = begun.advance(tx, Outcome::Plain, |row| {
                    DUE.clone_into(&mut row.waiting);
                    row.due_on = Some(due_on);
                })?;
                tx.record(
                    begun
                        .trace("destruction.returned", &moved)
                        .object("destruction", waiting.id.uuid())
                        .fields([format!("note.{RETURNED}")]),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    /// The second person agrees: the keys are destroyed, then what they opened, then what still points to it. What was
    /// destroyed is pushed out of the live files at once.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when nothing was proposed; what [`Attempt::begin`] refuses, own work included.
    pub async fn agree_destruction(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
    ) -> Result<DestructionId, AppError> {
        let step = StepEvent::AgreeDestruction;
        let (signal, waiting) = self.proposed_destruction(op, id, step).await?;
        let act = Act::on(step, id, &waiting.ground, &words_of(&signal, waiting.kept_until));
        let signature = act.sign(session);
        let member = acting(op)?.id;
        let destruction = waiting.id;
        self.store()
            .write::<_, AppError, _>(op, "destruction.agree", move |tx| {
                let begun = now(tx, id, step)?.begin(tx, &[waiting.proposed_by])?;
                term_passed(&begun.signal, tx.today())?;
                let gone = tx.signal_content_destroy(id)?;
                let today = tx.today();
                tx.destruction_update(&DestructionRow {
                    state: "agreed".to_owned(),
                    decided_by: Some(member),
                    decided_on: Some(today),
                    decided_signature: Some(signature.clone()),
                    records: gone.records,
                    keys: gone.keys,
                    ..waiting.clone()
                })?;
                let moved = begun.advance(tx, Outcome::Plain, lay_bare)?;
                tx.signal_remains_clear(id)?;
                tx.record(
                    declared(begun.trace("signal.destroyed", &moved), &waiting, gone.records, gone.keys)
                        .detail("words", act.words_hex())
                        .signature(signature.clone()),
                )?;
                Ok(())
            })
            .await?;
        self.list_destroyed(Destroyed { destruction, signal: id, on: op.today }).await;
        self.forget().await;
        Ok(destruction)
    }

    /// Pushes destroyed bytes out of the live files. What cannot be done now is done by the next round of
    /// [`App::keep_terms`], and at the next start.
    pub(super) async fn forget(&self) {
        let store = self.store().clone();
        match tokio::task::spawn_blocking(move || store.forget()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("destroyed bytes are still in the write-ahead log: {error}"),
            Err(error) => tracing::warn!("destroyed bytes are still in the write-ahead log: {error}"),
        }
    }

    /// Writes the destruction where a restore looks for it. What cannot be written now, the next round and the next
    /// backup write.
    async fn list_destroyed(&self, one: Destroyed) {
        let Some(list) = self.destroyed().cloned() else { return };
        let added = tokio::task::spawn_blocking(move || list.add(&one).map_err(|error| error.to_string())).await;
        if let Err(error) = added.unwrap_or_else(|error| Err(error.to_string())) {
            tracing::error!("a destruction is not on the list outside the database yet: {error}");
        }
    }

    async fn proposed_destruction(
        &self,
        op: &OpContext,
        id: SignalId,
        step: StepEvent,
    ) -> Result<(SignalRow, DestructionRow), AppError> {
        let found = self.store().look(move |db| {
            Ok::<_, StoreError>((signals::signal_fetch(db, id)?, destructions::destruction_waiting(db, id)?))
        });
        let found = found.await?;
        let (Some(signal), waiting) = found else { return self.refuse_absent(op, step.code()).await };
        let authors: Vec<_> = waiting.iter().map(|row| row.proposed_by).collect();
        self.probe(op, Attempt { signal: id, seen: signal.version, event: step }, &authors).await?;
        let waiting =
            waiting.ok_or(AppError::NotNow(step, "Er ligt nu geen voorstel om dit signaal te vernietigen."))?;
        Ok((signal, waiting))
    }

    /// The declaration of a destruction, for those who oversee: no content, and nothing that points to any.
    ///
    /// # Errors
    /// A refusal for anybody else, the same for what does not exist.
    pub async fn declaration(&self, op: &OpContext, id: DestructionId) -> Result<Declaration, AppError> {
        let action = Action::SeeLogProof;
        if authorize(op, action, &Facts::default()).is_err() {
            return self.refuse_absent(op, action.code()).await;
        }
        let found = self.store().read(|db| {
            let Some(row) = destructions::destruction_fetch(db, id)?.filter(|row| row.state == "agreed") else {
                return Ok(None);
            };
            let names = super::follow_up::member_names(db)?;
            let name = |id| names.get(&id).cloned().unwrap_or_default();
            let (proposed_by, agreed_by) = (name(row.proposed_by), row.decided_by.map(name).unwrap_or_default());
            let signal = signals::signal_fetch(db, row.signal_id)?;
            Ok::<_, StoreError>(signal.map(|signal| Declaration { row, signal, proposed_by, agreed_by }))
        })?;
        match found {
            Some(declaration) => Ok(declaration),
            None => self.refuse_absent(op, action.code()).await,
        }
    }
}

/// Takes from a destroyed signal's row what still points to somebody.
pub(super) fn lay_bare(row: &mut SignalRow) {
    row.waiting = String::new();
    row.turn_of = None;
    row.due_on = None;
    row.lookup_id = None;
    row.told_status = None;
    row.told_stage = None;
    row.told_on = None;
}

/// The declaration as the log keeps it.
fn declared(trace: Trace, row: &DestructionRow, records: i64, keys: i64) -> Trace {
    trace
        .object("destruction", row.id.uuid())
        .detail("ground", row.ground.clone())
        .detail("kept_until", row.kept_until.to_string())
        .detail("proposed_by", row.proposed_by.to_string())
        .detail("proposed_on", row.proposed_on.to_string())
        .detail("records", records.to_string())
        .detail("keys", keys.to_string())
}
