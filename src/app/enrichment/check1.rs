//! Privacycheck 1 as the privacy officer reads it, and what stands beside it.

use super::CHECK1_RECORD;
use crate::app::keyring::Session;
use crate::app::reading::Opened;
use crate::app::steps::acting;
use crate::app::{App, AppError};
use crate::domain::ids::{ObjectId, PrivacyCheckId};
use crate::domain::privacy_check::{CheckKind, SourcesProposal, SourcesVerdict};
use crate::domain::role::{Role, Seat};
use crate::domain::term::ClockCode;
use crate::domain::text::ShortText;
use crate::domain::time::Day;
use crate::domain::workflow::StepEvent;
use crate::policy::{OpContext, Refusal};
use crate::store::checks::{PrivacyCheckRow, check_fetch, check_list, check_list_open};
use crate::store::signals::{SignalRow, signal_fetch};
use crate::store::{members, weighings};

/// A privacycheck 1 as the privacy officer reads it.
pub struct OpenedCheck1 {
    /// The check.
    pub check: PrivacyCheckRow,
    /// The signal as it stands; none of its content.
    pub signal: SignalRow,
    /// The proposal.
    pub proposal: SourcesProposal,
    /// The verdict, once there is one.
    pub verdict: Option<SourcesVerdict>,
    /// The question with which it went back.
    pub returned_with: Option<ShortText>,
    /// The names of the fields that were read.
    pub fields: Vec<String>,
    /// Where in the log this reading stands, from 0.
    pub event_index: u64,
}

/// A privacy check of any kind that waits for a judgement; no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCheck {
    /// Which one.
    pub id: PrivacyCheckId,
    /// `1`, `2A` or `2B`.
    pub kind: String,
    /// The signal's reference.
    pub reference: String,
    /// Until when.
    pub due_on: Day,
}

/// What stands beside a privacycheck 1; no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check1Context {
    /// Who proposed it.
    pub proposed_by: String,
    /// In which role and seat, in words.
    pub proposed_as: String,
    /// Who judged it.
    pub decided_by: Option<String>,
    /// How many people signed weging 3.
    pub weighing_signers: usize,
    /// How many questions were cleared for this signal before.
    pub cleared_before: i64,
    /// The other privacy officers, holder first.
    pub colleagues: Vec<String>,
    /// The first holder for whom a deputy acts.
    pub on_behalf_of: Option<String>,
}

impl App {
    /// The privacy checks that wait for the acting privacy officer, oldest first. Discloses nothing.
    ///
    /// # Errors
    /// A refusal for other roles, the same as for what does not exist.
    pub fn open_checks(&self, op: &OpContext) -> Result<Vec<OpenCheck>, AppError> {
        let member = acting(op)?;
        if !member.holds(Role::PrivacyOfficer) {
            return Err(AppError::refused("list_checks", Refusal::NotFound, None));
        }
        self.store().read(|db| {
            let mut open = Vec::new();
            for check in check_list_open(db, &member.grantees())? {
                let Some(signal) = signal_fetch(db, check.signal_id)? else { continue };
                open.push(OpenCheck {
                    id: check.id,
                    kind: check.kind,
                    reference: signal.reference.to_string(),
                    due_on: self.protocol().due_on(ClockCode::Check1, check.proposed_on),
                });
            }
            Ok(open)
        })
    }

    /// Which privacy check this is and where it stands, for whoever may judge it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn check_standing(&self, op: &OpContext, id: PrivacyCheckId) -> Result<PrivacyCheckRow, AppError> {
        let Some(check) = self.store().look(move |db| check_fetch(db, id)).await? else {
            let absent = AppError::refused(StepEvent::DecideCheck1.code(), Refusal::NotFound, None);
            return self.refuse_in_log(op, absent).await;
        };
        let judge = match check.kind.parse::<CheckKind>() {
            Ok(CheckKind::Check2a) => StepEvent::DecideCheck2a,
            Ok(CheckKind::Check2b) => StepEvent::DecideCheck2b,
            Ok(CheckKind::Check1) | Err(_) => StepEvent::DecideCheck1,
        };
        self.standing_for(op, check.signal_id, judge).await?;
        Ok(check)
    }

    /// Opens a privacycheck 1 for the privacy officer: the proposal, and the verdict once there is one.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_check1(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
    ) -> Result<OpenedCheck1, AppError> {
        let check = self.check_standing(op, id).await?;
        if check.kind != CheckKind::Check1.code() {
            let other = AppError::refused(StepEvent::DecideCheck1.code(), Refusal::NotFound, Some(check.signal_id));
            return self.refuse_in_log(op, other).await;
        }
        let (step, part) = (StepEvent::DecideCheck1, ObjectId::new(id.uuid()));
        let (opened, event_index) = self.open_part(op, session, check.signal_id, step, &[CHECK1_RECORD], part).await?;
        let proposal = field_in(&opened, part, "voorstel");
        let fields = opened.records.iter().flat_map(|row| opened.disclosed.names(row.id)).map(ToOwned::to_owned);
        Ok(OpenedCheck1 {
            proposal: proposal.ok_or_else(|| AppError::Internal("a check without its proposal".to_owned()))?,
            verdict: field_in(&opened, part, "oordeel"),
            returned_with: field_in(&opened, part, "vraag"),
            fields: fields.collect(),
            check,
            signal: opened.signal,
            event_index,
        })
    }

    /// What stands beside a privacycheck 1: who asks, who signed before, who else may judge.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn check1_context(&self, op: &OpContext, check: &PrivacyCheckRow) -> Result<Check1Context, AppError> {
        let (reader, today) = (acting(op)?.id, op.today);
        self.store().read(|db| {
            let proposer = members::member_fetch(db, check.proposed_by)?;
            let roles = members::roles_of(db, check.proposed_by)?;
            let as_role = roles.iter().find(|row| row.role == Role::Coordinator);
            let decider = match check.decided_by {
                Some(id) => members::member_fetch(db, id)?.map(|member| member.name),
                None => None,
            };
            let weighings = weighings::weighing_list(db, check.signal_id)?;
            let weighing = weighings.iter().rev().find(|row| row.number == "3" && row.agreed_by.is_some());
            let earlier = check_list(db, check.signal_id)?;
            let officers = members::members_with(db, Role::PrivacyOfficer, today)?;
            let first = officers.iter().find(|(_, role)| role.seat == Seat::Holder);
            let is_deputy = officers.iter().any(|(member, role)| member.id == reader && role.seat == Seat::Deputy);
            Ok(Check1Context {
                proposed_by: proposer.map(|member| member.name).unwrap_or_default(),
                proposed_as: as_role.map_or_else(String::new, seat_in_words),
                decided_by: decider,
                weighing_signers: weighing.map_or(0, |_| 2),
                cleared_before: earlier
                    .iter()
                    .filter(|row| row.kind == CheckKind::Check1.code() && row.id != check.id)
                    .map(|row| row.cleared)
                    .sum(),
                colleagues: officers
                    .iter()
                    .filter(|(member, _)| member.id != reader)
                    .map(|(member, _)| member.name.clone())
                    .collect(),
                on_behalf_of: first.filter(|_| is_deputy).map(|(member, _)| member.name.clone()),
            })
        })
    }
}

fn seat_in_words(row: &members::RoleRow) -> String {
    match row.seat {
        Seat::Holder => row.role.label().to_owned(),
        Seat::Deputy => format!("plv. {}", row.role.label()),
    }
}

/// A field of the records that belong to one part.
pub(super) fn field_in<T: serde::de::DeserializeOwned>(opened: &Opened, part: ObjectId, field: &str) -> Option<T> {
    opened.records.iter().filter(|row| row.part_of == Some(part)).find_map(|row| opened.json(row.id, field))
}
