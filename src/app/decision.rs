//! The decision of the LIO, recorded and signed by the coordinator as its chair; and what both kinds of decision share:
//! who does it, what is sealed to whom, and what no longer waits once it is taken.

use super::acts::Act;
use super::cosigning::role_shut_out;
use super::decision_owner::let_owner_read;
use super::enrichment::take_answered_back;
use super::keyring::Session;
use super::lio::urgent_item::{cleared_item, wait_again};
use super::lio::{NOT_CLEARED, names_of};
use super::sealing::{RecordBuilder, SealedRecord};
use super::sharing::take_record_back;
use super::steps::Seen;
use super::trust::Holder;
use super::urgent::withdraw_proposed;
use super::{App, AppError, outcomes};
use crate::domain::decision::{Decision, DecisionDraft, Need};
use crate::domain::ids::{AgendaItemId, DecisionId, MemberId, ObjectId, SignalId};
use crate::domain::role::{Group, Role};
use crate::domain::sitting::ItemKind;
use crate::domain::source::QuestionState;
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::domain::workflow::{self, Outcome, StepEvent};
use crate::policy::{OpContext, member_grantee};
use crate::store::agenda::{self, AgendaItemRow};
use crate::store::checks;
use crate::store::decisions::{DecisionRow, DecisionSignatureRow};
use crate::store::signals::{self, SignalRow};
use crate::store::{Tx, members, weighings};

/// The field of a record that holds the decision itself.
pub const DECISION: &str = "besluit";

/// A decision that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The decision.
    pub decision: DecisionId,
    /// The signal as it stands now.
    pub signal: SignalRow,
}

/// Somebody who can be named as the one who does what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// What the form sends: the id of a member, or the code of a department.
    pub code: String,
    /// Their name, or the department's.
    pub name: String,
    /// The role of a member; none for a department.
    pub role: Option<Role>,
}

/// Who does what was decided, as it goes into the record and the row.
#[derive(Debug, Clone, Default)]
pub(super) struct Owner {
    pub(super) member: Option<MemberId>,
    pub(super) department: Option<String>,
}

/// A decision that is complete, with who does it.
#[derive(Clone)]
pub(super) struct Drafted {
    pub(super) decision: Decision,
    pub(super) owner: Owner,
    /// The decision as it is sealed and signed.
    pub(super) words: Vec<u8>,
}

impl App {
    /// Members and departments that can be named as the one who does what was decided; nobody who was shut out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn doers(&self, signal: SignalId) -> Result<Vec<Doer>, AppError> {
        let may = workflow::transition(StepEvent::CompleteAction).map(|row| row.who).unwrap_or_default();
        let today = self.now().day();
        let mut found = self.store().read(|db| {
            let shut = signals::exclusion_list(db, signal)?;
            let mut found = Vec::new();
            for (member, roles) in members::member_list(db)? {
                let roles: Vec<_> = roles.into_iter().filter(|held| held.state != "proposed").collect();
                let counting = roles.iter().filter(|held| held.counts_on(today));
                let role = counting.map(|held| held.role).find(|role| may.contains(role));
                let themselves = shut.iter().any(|row| row.member_id == Some(member.id));
                let Some(role) = role.filter(|_| member.state == "active" && !themselves) else { continue };
                // Coordinators who are left in a circle hold the role that was shut out, and lead the signal.
                if role != Role::Coordinator && role_shut_out(&shut, &roles) {
                    continue;
                }
                found.push(Doer { code: member.id.to_string(), name: member.name, role: Some(role) });
            }
            Ok::<_, AppError>(found)
        })?;
        found.extend(self.protocol().departments.iter().map(|department| Doer {
            code: department.code.to_string(),
            name: department.label.clone(),
            role: None,
        }));
        Ok(found)
    }

    /// Parses a decision and finds out who does it: a member by id, a department by code, or somebody in words.
    pub(super) fn drafted(&self, op: &OpContext, signal: SignalId, draft: &DecisionDraft) -> Result<Drafted, AppError> {
        let mut named = draft.clone();
        let mut owner = Owner::default();
        let mut strangers = Vec::new();
        let needed =
            draft.code.as_deref().and_then(|code| code.parse().ok()).and_then(|code| self.protocol().decision(code));
        if needed.is_some_and(|rule| rule.needs.contains(&Need::Owner))
            && let Some(typed) = draft.owner.as_deref()
        {
            match self.doers(signal)?.into_iter().find(|doer| doer.code == typed) {
                Some(doer) => {
                    owner.member = doer.role.and_then(|_| typed.parse().ok());
                    owner.department = doer.role.is_none().then(|| doer.name.clone());
                    named.owner = Some(doer.name);
                }
                None if typed.parse::<MemberId>().is_ok() => {
                    strangers.push(FieldError::new(
                        "wieDoetHet",
                        "Deze persoon kan dit niet doen. Kies iemand van de lijst.",
                    ));
                }
                None => {}
            }
        }
        let decision = match Decision::parse(&named, self.protocol(), op.today) {
            Ok(decision) if strangers.is_empty() => decision,
            Ok(_) => return Err(strangers.into()),
            Err(mut errors) => {
                errors.extend(strangers);
                return Err(errors.into());
            }
        };
        let words = serde_json::to_vec(&decision).map_err(|e| AppError::Internal(e.to_string()))?;
        Ok(Drafted { decision, owner, words })
    }

    /// The record of a decision: for those who lead the signal, the jurists, whoever does it, and `more`.
    pub(super) fn seal_decision(
        &self,
        op: &OpContext,
        signal: &SignalRow,
        id: DecisionId,
        drafted: &Drafted,
        more: &[Holder],
    ) -> Result<SealedRecord, AppError> {
        let jurists = match self.holders_within(signal.id, Group::Jurists) {
            Err(AppError::RoadClosed(_)) => Vec::new(),
            other => other?,
        };
        let mut record = RecordBuilder::new(self, signal.id, "decision", Some(ObjectId::new(id.uuid())), op.today)?
            .field(DECISION, &drafted.words)?
            .holders(self.handling_holders(signal)?)?
            .holders(more.iter().copied())?
            .holders(jurists)?;
        if let Some(owner) = drafted.owner.member
            && let Some(holder) = self.member_holder(owner)?
        {
            record = record.holder(holder)?;
        }
        Ok(record.finish())
    }

    /// Records what the LIO decided, signed by the coordinator as its chair.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; [`AppError::NotNow`] when privacycheck 2A was not cleared; those of
    /// every step.
    pub async fn decide(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &DecisionDraft,
    ) -> Result<Decided, AppError> {
        self.probe(op, seen.attempt(StepEvent::Decide), &[]).await.map_err(AppError::as_absent)?;
        let signal = self.signal_standing(op, seen.signal)?;
        let today = op.today;
        if self.store().look(move |db| cleared_item(db, seen.signal, StepEvent::Decide, today)).await?.is_none() {
            return self.refuse_now(op, StepEvent::Decide, NOT_CLEARED).await;
        }
        let drafted = self.drafted(op, seen.signal, draft)?;
        self.with_newest_keys(async || self.decide_once(op, session, seen, &signal, drafted.clone()).await).await
    }

    async fn decide_once(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        signal: &SignalRow,
        drafted: Drafted,
    ) -> Result<Decided, AppError> {
        let id = DecisionId::new(self.random_id()?);
        let record = self.seal_decision(op, signal, id, &drafted, &[])?;
        let act = Act::on(StepEvent::Decide, seen.signal, drafted.decision.code.code(), &drafted.words);
        let signature = act.sign(session);
        let chair = session.actor.id;
        let protocol = self.protocol().clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "decision.record", move |tx| {
                let begun = seen.attempt(StepEvent::Decide).begin(tx, &[])?;
                let today = tx.today();
                let item = settle_item(tx, seen.signal)?;
                if item.is_none() {
                    return Err(AppError::NotNow(StepEvent::Decide, NOT_CLEARED));
                }
                record.put(tx)?;
                tx.decision_insert(&DecisionRow {
                    item_id: item,
                    state: "taken".to_owned(),
                    kind: ItemKind::Regular.code().to_owned(),
                    taken_on: Some(today),
                    ..decision_row(id, seen.signal, &drafted, record.id(), chair, today)
                })?;
                tx.signature_insert(&DecisionSignatureRow {
                    decision_id: id,
                    member_id: chair,
                    role: Role::Coordinator,
                    signature: signature.clone(),
                    signed_on: today,
                })?;
                let dropped = drop_what_waited(tx, seen.signal)? + withdraw_proposed(tx, seen.signal)?;
                let outcome = Outcome::Decided(drafted.decision.code);
                let next = begun.advance(tx, outcome, |row| {
                    outcomes::after_decision(&drafted.decision, row, &protocol, today);
                })?;
                let_owner_read(tx, &next, drafted.owner.member)?;
                let trace = begun
                    .trace("decision.taken", &next)
                    .object("decision", id.uuid())
                    .fields(names_of(&[&record]))
                    .signature(signature.clone())
                    .detail("outcome", drafted.decision.code.code())
                    .detail("words", act.words_hex())
                    .detail("dropped", dropped.to_string());
                tx.record(trace)?;
                Ok(Decided { decision: id, signal: next })
            })
            .await?;
        Ok(committed.value)
    }
}

/// The row of a decision, proposed today.
pub(super) fn decision_row(
    id: DecisionId,
    signal: SignalId,
    drafted: &Drafted,
    record: crate::domain::ids::RecordId,
    by: MemberId,
    today: Day,
) -> DecisionRow {
    let decision = &drafted.decision;
    DecisionRow {
        id,
        signal_id: signal,
        item_id: None,
        code: decision.code.code().to_owned(),
        power: decision.power.as_ref().map(ToString::to_string),
        owner_id: drafted.owner.member,
        owner_name: drafted.owner.department.clone(),
        due_on: decision.term.or(decision.until),
        record_id: record,
        state: "proposed".to_owned(),
        kind: ItemKind::Urgent.code().to_owned(),
        proposed_by: by,
        proposed_on: today,
        taken_on: None,
    }
}

/// The item on the agenda that privacycheck 2A cleared is decided, none when there is no such item; its copies stay
/// readable until their window closes.
fn settle_item(tx: &mut Tx<'_>, signal: SignalId) -> Result<Option<AgendaItemId>, AppError> {
    let mut decided = None;
    for item in agenda::item_list(tx.reader(), signal)? {
        if item.kind == ItemKind::Regular.code() && matches!(item.state.as_str(), "checked" | "published") {
            decided = Some(item.id);
            tx.item_update(&item.state, &AgendaItemRow { state: "decided".to_owned(), ..item.clone() })?;
        }
    }
    Ok(decided)
}

/// Takes back what waited for others and means nothing any more: proposals to judge, questions to answer, a weighing to
/// agree with. Says how many there were.
pub(super) fn drop_what_waited(tx: &mut Tx<'_>, signal: SignalId) -> Result<usize, AppError> {
    let mut dropped = 0;
    for check in checks::check_list(tx.reader(), signal)? {
        if check.state == "proposed" {
            dropped += 1;
            let returned = checks::PrivacyCheckRow { state: "returned".to_owned(), ..check };
            tx.check_update("proposed", &returned)?;
            wait_again(tx, signal, returned.id)?;
        }
    }
    for question in checks::question_list(tx.reader(), signal)? {
        if question.state == QuestionState::Open {
            dropped += 1;
            let withdrawn = checks::SourceQuestionRow { state: QuestionState::Withdrawn, ..question.clone() };
            tx.question_update(QuestionState::Open, &withdrawn)?;
            take_record_back(tx, question.record_id, question.holder_id)?;
            tx.grant_delete(signal, &member_grantee(question.holder_id), "question")?;
        }
    }
    take_answered_back(tx, signal)?;
    for weighing in weighings::weighing_list(tx.reader(), signal)? {
        if weighing.state == "proposed" {
            dropped += 1;
            let returned = weighings::WeighingRow { state: "returned".to_owned(), ..weighing };
            tx.weighing_update("proposed", &returned)?;
        }
    }
    Ok(dropped)
}

/// Whether an urgent decision still waits for signatures.
pub(super) fn waits_for_signatures(row: &DecisionRow) -> bool {
    row.kind == ItemKind::Urgent.code() && row.state == "proposed"
}
