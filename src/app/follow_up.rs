//! Opvolgen: actions with an owner and a term, the word to the melder, and going on after monitoring.

use super::cosigning::role_shut_out;
use super::keyring::Session;
use super::lio::drop_where_unjudged;
use super::reading::Opened;
use super::resealing::json_bytes;
use super::sealing::RecordBuilder;
use super::steps::{Attempt, Seen, acting};
use super::{App, AppError};
use crate::domain::follow_up::{
    ActionDraft, Completion, CompletionDraft, FollowUpAction, ReasonDraft, ToldDraft, parse_told,
};
use crate::domain::ids::{ActionId, MemberId, ObjectId, SignalId};
use crate::domain::role::Role;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::workflow::{self, Outcome, StepEvent};
use crate::policy::{Action, OpContext, member_grantee};
use crate::store::checks::{self, PrivacyCheckRow};
use crate::store::db::Db;
use crate::store::decisions::{self, ActionRow, HandoffRow};
use crate::store::signals::{self, ExclusionRow, GrantRow, SignalRow};
use crate::store::{StoreError, Tx, contents, members};
use std::collections::HashMap;

/// The field with the action.
pub const ACTION: &str = "actie";
/// The field with what was done.
pub const DONE: &str = "afronding";
/// The field with the sentence at going on after monitoring.
pub const RESUMED: &str = "hervatten";
/// The records that following up shows.
const SHOWN: &[&str] = &["report", "decision", "action", "check2b", "handoff"];

/// Everything about following up one signal.
pub struct FollowUp {
    /// What was opened.
    pub opened: Opened,
    /// Actions, by due day.
    pub actions: Vec<ActionRow>,
    /// Privacychecks 2B, oldest first.
    pub checks: Vec<PrivacyCheckRow>,
    /// Doorgeefbladen, oldest first.
    pub handoffs: Vec<HandoffRow>,
    /// Names of members, by id.
    pub names: HashMap<MemberId, String>,
}

/// Somebody who may own an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// The role in which they would.
    pub role: Role,
}

/// One action, opened for its owner.
pub struct OpenedAction {
    /// The row.
    pub row: ActionRow,
    /// What was opened.
    pub opened: Opened,
}

impl App {
    /// Opens what following up shows.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; [`AppError::Vault`] when something was changed by hand.
    pub async fn open_follow_up(&self, op: &OpContext, session: &Session, id: SignalId) -> Result<FollowUp, AppError> {
        let opened = self.open_signal(op, session, id, SHOWN).await?;
        self.store().read(|db| {
            let checks = checks::check_list(db, id)?.into_iter().filter(|row| row.kind == "2B").collect();
            Ok(FollowUp {
                actions: decisions::action_list(db, id)?,
                checks,
                handoffs: decisions::handoff_list(db, id)?,
                names: member_names(db)?,
                opened,
            })
        })
    }

    /// Who may own an action of this signal: the roles of the table, less those who were shut out, by name.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn action_owners(&self, op: &OpContext, signal: SignalId) -> Result<Vec<Owner>, AppError> {
        self.signal_standing(op, signal)?;
        self.store().read(|db| {
            let grants = signals::grant_list(db, signal)?;
            let exclusions = signals::exclusion_list(db, signal)?;
            let mut owners = Vec::new();
            for (member, roles) in members::member_list(db)? {
                let counting: Vec<_> = roles.into_iter().filter(|row| row.state != "proposed").collect();
                let today = |role: &Role| counting.iter().any(|held| held.role == *role && held.counts_on(op.today));
                let role = owning_roles().iter().copied().find(today);
                let Some(role) = role else { continue };
                if member.state == "active" && !is_shut_out(member.id, &counting, &exclusions, &grants) {
                    owners.push(Owner { id: member.id, name: member.name, role });
                }
            }
            Ok(owners)
        })
    }

    /// Somebody does something by a day. The owner reads the action and nothing else of the signal.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, an owner who may not read this signal included; what
    /// [`Attempt::begin`] refuses.
    pub async fn add_action(&self, op: &OpContext, seen: Seen, draft: &ActionDraft) -> Result<ActionId, AppError> {
        self.probe(op, seen.attempt(StepEvent::AddAction), &[]).await?;
        let action = self.parse_action(op, seen.signal, draft)?;
        self.with_newest_keys(async || self.add_action_once(op, seen, &action).await).await
    }

    fn parse_action(&self, op: &OpContext, signal: SignalId, draft: &ActionDraft) -> Result<FollowUpAction, AppError> {
        let action = FollowUpAction::parse(draft, op.today)?;
        let known = self.action_owners(op, signal)?.iter().any(|owner| owner.id == action.owner);
        let key = self.member_holder(action.owner)?;
        if known && key.is_some() { Ok(action) } else { Err(AppError::field("eigenaar", "Kies wie dit doet.")) }
    }

    async fn add_action_once(&self, op: &OpContext, seen: Seen, action: &FollowUpAction) -> Result<ActionId, AppError> {
        let signal = self.signal_standing(op, seen.signal)?;
        let id = ActionId::new(self.random_id()?);
        let record = RecordBuilder::new(self, seen.signal, "action", Some(ObjectId::new(id.uuid())), op.today)?
            .json(ACTION, action)?
            .holders(self.handling_holders(&signal)?)?
            .holders(self.member_holder(action.owner)?)?
            .finish();
        let (owner, due_on, protocol) = (action.owner, action.due_on, self.protocol().clone());
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "follow_up.add_action", move |tx| {
                let begun = seen.attempt(StepEvent::AddAction).begin(tx, &[])?;
                refuse_shut_out(tx, seen.signal, owner, "eigenaar")?;
                record.put(tx)?;
                let decision = decisions::decision_list(tx.reader(), seen.signal)?
                    .into_iter()
                    .rev()
                    .find(|row| row.state == "taken")
                    .map(|row| row.id);
                tx.action_insert(&ActionRow {
                    id,
                    signal_id: seen.signal,
                    decision_id: decision,
                    record_id: record.id(),
                    owner_id: owner,
                    due_on,
                    state: "open".to_owned(),
                    done_on: None,
                })?;
                tx.grant_put(&GrantRow {
                    signal_id: seen.signal,
                    grantee: member_grantee(owner),
                    what: "action".to_owned(),
                    received_on: begun.signal.received_on,
                })?;
                let due = follow_up_due(
                    tx,
                    &begun.signal,
                    protocol.due_on(ClockCode::MelderFeedback, begun.signal.received_on),
                )?;
                let moved = begun.advance(tx, Outcome::Plain, |row| row.due_on = Some(due))?;
                tx.record(
                    begun
                        .trace("action.added", &moved)
                        .object("action", id.uuid())
                        .detail("owner", owner.to_string())
                        .detail("due", due_on.to_string())
                        .fields([format!("action.{ACTION}")]),
                )?;
                Ok(id)
            })
            .await?;
        Ok(committed.value)
    }

    /// Opens one action for its owner: the action alone.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist and for what somebody else owns.
    pub async fn open_action(&self, op: &OpContext, session: &Session, id: ActionId) -> Result<OpenedAction, AppError> {
        let row = self.own_action(op, id).await?;
        let part = Some(vec![ObjectId::new(id.uuid())]);
        let action = Action::Step(StepEvent::CompleteAction);
        let opened = self.open_parts(op, session, row.signal_id, &["action"], part, action).await?;
        Ok(OpenedAction { row, opened })
    }

    /// The owner has done it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a word on what was done; [`StoreError::Stale`] when it was done before; a refusal
    /// for anybody but the owner.
    pub async fn complete_action(
        &self,
        op: &OpContext,
        session: &Session,
        id: ActionId,
        draft: &CompletionDraft,
    ) -> Result<SignalRow, AppError> {
        let row = self.own_action(op, id).await?;
        let done = Completion::parse(draft)?;
        let record = self
            .store()
            .look(move |db| contents::record_fetch(db, row.record_id))
            .await?
            .ok_or_else(|| AppError::Internal("an action without its record".to_owned()))?;
        let key = self.record_key(session, &record)?;
        let field = self.seal_beside(&record, &key, DONE, 1, &json_bytes(&done)?)?;
        let protocol = self.protocol().clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "follow_up.complete_action", move |tx| {
                let begun = now(tx, row.signal_id, StepEvent::CompleteAction)?.begin(tx, &[])?;
                if row.state != "open" {
                    return Err(StoreError::Stale.into());
                }
                tx.content_put(&field)?;
                let today = tx.today();
                let after = ActionRow { state: "done".to_owned(), done_on: Some(today), ..row.clone() };
                tx.action_update("open", &after)?;
                let due = follow_up_due(
                    tx,
                    &begun.signal,
                    protocol.due_on(ClockCode::MelderFeedback, begun.signal.received_on),
                )?;
                let moved = begun.advance(tx, Outcome::Plain, |signal| signal.due_on = Some(due))?;
                tx.record(
                    begun.trace("action.done", &moved).object("action", id.uuid()).fields([format!("action.{DONE}")]),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    async fn own_action(&self, op: &OpContext, id: ActionId) -> Result<ActionRow, AppError> {
        let member = acting(op)?.id;
        match self.store().look(move |db| decisions::action_fetch(db, id)).await? {
            Some(row) if row.owner_id == member => Ok(row),
            _ => self.refuse_absent(op, StepEvent::CompleteAction.code()).await,
        }
    }

    /// Tells the melder a word of the closed list; the follow page shows it for as long as the signal stands here.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a word that does not fit the stage; what [`Attempt::begin`] refuses.
    pub async fn tell_melder(&self, op: &OpContext, seen: Seen, draft: &ToldDraft) -> Result<SignalRow, AppError> {
        self.probe(op, seen.attempt(StepEvent::TellMelder), &[]).await?;
        let stage = self.signal_standing(op, seen.signal)?.stage;
        let word = parse_told(draft, stage)?;
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "follow_up.tell_melder", move |tx| {
                let begun = seen.attempt(StepEvent::TellMelder).begin(tx, &[])?;
                let today = tx.today();
                let moved = begun.advance(tx, Outcome::Plain, |row| {
                    row.told_status = Some(word.code().to_owned());
                    row.told_stage = Some(stage);
                    row.told_on = Some(today);
                })?;
                tx.record(begun.trace("melder.told", &moved).detail("status", word.code()))?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    /// The date of monitoring has come, or something new did: the signal is weighed again.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a sentence; what [`Attempt::begin`] refuses.
    pub async fn resume_monitoring(
        &self,
        op: &OpContext,
        seen: Seen,
        draft: &ReasonDraft,
    ) -> Result<SignalRow, AppError> {
        self.probe(op, seen.attempt(StepEvent::ResumeMonitoring), &[]).await?;
        let reason = draft.parse("Schrijf in één zin waarom u nu opnieuw weegt.")?;
        self.with_newest_keys(async || {
            let signal = self.signal_standing(op, seen.signal)?;
            let record = RecordBuilder::new(self, seen.signal, "note", None, op.today)?
                .json(RESUMED, &reason)?
                .holders(self.handling_holders(&signal)?)?
                .finish();
            let due_on = self.protocol().due_on(ClockCode::Weighing3, op.today);
            let committed = self
                .store()
                .write::<_, AppError, _>(op, "follow_up.resume_monitoring", move |tx| {
                    let begun = seen.attempt(StepEvent::ResumeMonitoring).begin(tx, &[])?;
                    record.put(tx)?;
                    let moved = begun.advance(tx, Outcome::Plain, |row| {
                        "weighing3".clone_into(&mut row.waiting);
                        row.turn_of = None;
                        row.due_on = Some(due_on);
                        row.monitor_until = None;
                        row.outcome = None;
                        row.reason = None;
                    })?;
                    drop_where_unjudged(tx, &moved)?;
                    tx.record(begun.trace("monitoring.resumed", &moved).fields([format!("note.{RESUMED}")]))?;
                    Ok(moved)
                })
                .await?;
            Ok(committed.value)
        })
        .await
    }
}

/// The roles that may own an action, from the table.
pub(super) fn owning_roles() -> &'static [Role] {
    workflow::transition(StepEvent::CompleteAction).map(|row| row.who).unwrap_or_default()
}

/// A step on the signal as it stands now: for acts that are guarded by the state of their own row, such as an action
/// or a check, so that work of others on the same signal does not stand in their way.
///
/// # Errors
/// When the database cannot be read.
pub fn now(tx: &mut Tx<'_>, signal: SignalId, event: StepEvent) -> Result<Attempt, StoreError> {
    let seen = tx.signal_fetch(signal)?.map_or(0, |row| row.version);
    Ok(Attempt { signal, seen, event })
}

/// When following up is due: the first open action, else the word to the melder; never a day that has passed already
/// without anybody being late.
fn follow_up_due(tx: &mut Tx<'_>, signal: &SignalRow, told_by: Day) -> Result<Day, StoreError> {
    let open = decisions::action_list(tx.reader(), signal.id)?.into_iter().find(|row| row.state == "open");
    Ok(open.map_or_else(|| told_by.max(tx.today()), |row| row.due_on))
}

/// Whether somebody was shut out, by name or by role. A coordinator of the circle that is left was granted by name.
fn is_shut_out(member: MemberId, roles: &[members::RoleRow], exclusions: &[ExclusionRow], grants: &[GrantRow]) -> bool {
    let named = member_grantee(member);
    let in_circle = grants.iter().any(|grant| grant.grantee == named && grant.what == "signal");
    exclusions.iter().any(|row| row.member_id == Some(member)) || (!in_circle && role_shut_out(exclusions, roles))
}

/// Refuses to give anything to somebody who was shut out; `field` is where the form says so.
///
/// # Errors
/// [`AppError::Invalid`]; any store error.
pub fn refuse_shut_out(tx: &mut Tx<'_>, signal: SignalId, member: MemberId, field: &str) -> Result<(), AppError> {
    if may_be_given(tx, signal, member)? {
        return Ok(());
    }
    Err(AppError::field(field, "Deze persoon mag dit signaal niet lezen. Kies iemand anders."))
}

/// Whether something of a signal may be given to somebody: not to whom was shut out of it.
///
/// # Errors
/// When the database cannot be read.
pub fn may_be_given(tx: &mut Tx<'_>, signal: SignalId, member: MemberId) -> Result<bool, StoreError> {
    let exclusions = tx.exclusion_list(signal)?;
    let grants = tx.grant_list(signal)?;
    let roles = members::roles_of(tx.reader(), member)?;
    Ok(!is_shut_out(member, &roles, &exclusions, &grants))
}

/// The names of all members.
///
/// # Errors
/// When the database cannot be read.
pub fn member_names(db: &mut Db) -> Result<HashMap<MemberId, String>, StoreError> {
    Ok(members::member_list(db)?.into_iter().map(|(member, _)| (member.id, member.name)).collect())
}
