//! Roles that wait for a second person: who may judge them, and what a no looks like. Saying yes is
//! [`App::role_agree`].

use super::members::{RoleOf, authors_of, proposals_about, role_trace};
use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::MemberId;
use crate::domain::role::{DeclineReason, Seat};
use crate::domain::time::Day;
use crate::policy::{Action, Facts, OpContext, Refusal, authorize};
use crate::store::StoreError;
use crate::store::db::Db;
use crate::store::log::EventRow;
use crate::store::members::{self, RoleRow};
use std::collections::HashMap;

/// Dutch: *voorgestelde rol*. A role that waits for whoever looks to say yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedRole {
    /// Whose it would be, which role, for which source.
    pub wanted: RoleOf,
    /// The name colleagues read.
    pub name: String,
    /// First holder or deputy.
    pub seat: Seat,
    /// Since when it waits.
    pub since_on: Day,
    /// Who proposed it; empty for a command on the machine.
    pub proposed_by: String,
}

impl App {
    /// The proposed roles this member may agree to, oldest first: never one's own, nor what one proposed oneself.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn roles_to_judge(&self, op: &OpContext) -> Result<Vec<ProposedRole>, AppError> {
        acting(op)?;
        Ok(self.store().read(|db| proposals_for(db, op))?)
    }

    /// One proposed role that this member may agree to; a refusal that looks like absence for any other.
    ///
    /// # Errors
    /// The same as [`App::roles_to_judge`].
    pub fn role_to_judge(&self, op: &OpContext, wanted: &RoleOf) -> Result<ProposedRole, AppError> {
        self.roles_to_judge(op)?
            .into_iter()
            .find(|one| one.wanted == *wanted)
            .ok_or_else(|| AppError::refused(Action::AgreeRole.code(), Refusal::NotFound, None))
    }

    /// Says no to a proposed role; it waits no longer. Whoever keeps accounts can propose it again.
    ///
    /// # Errors
    /// A refusal, also for one's own role or proposal; [`AppError::Invalid`] when nothing was proposed any more.
    pub async fn role_decline(&self, op: &OpContext, wanted: RoleOf, reason: DeclineReason) -> Result<(), AppError> {
        self.store()
            .write::<_, AppError, _>(op, "members.decline_role", move |tx| {
                let held = members::role_list(tx.reader(), wanted.member)?;
                let found = held.iter().find(|row| of_row(row) == wanted && row.state == "proposed");
                let row = found.ok_or_else(waits_no_more)?;
                let facts = facts_of(row, &proposals_about(tx.reader(), row.member_id)?);
                let permit = authorize(tx.op(), Action::AgreeRole, &facts)
                    .map_err(|why| AppError::refused(Action::AgreeRole.code(), why, None))?;
                tx.role_decline(row)?;
                tx.record(role_trace("role.declined", row).role(permit.role()).detail("reason", reason.code()))?;
                Ok(())
            })
            .await?;
        Ok(())
    }
}

/// The sentence for whoever comes after another.
pub(super) fn waits_no_more() -> AppError {
    AppError::field("rol", "Deze rol wacht niet meer op een tweede persoon.")
}

fn of_row(row: &RoleRow) -> RoleOf {
    RoleOf { member: row.member_id, role: row.role, source: row.source_code.clone() }
}

/// What a rule looks at: who may not agree to this role, by the events that named it.
pub(super) fn facts_of(row: &RoleRow, named: &[EventRow]) -> Facts {
    Facts { authors: authors_of(row, named), granting: Some(row.role), ..Facts::default() }
}

/// The same as [`App::roles_to_judge`], inside a reading that is already going on.
pub(super) fn proposals_for(db: &mut Db, op: &OpContext) -> Result<Vec<ProposedRole>, StoreError> {
    let accounts = members::member_list(db)?;
    let names: HashMap<MemberId, String> =
        accounts.iter().map(|(account, _)| (account.id, account.name.clone())).collect();
    let mut found = Vec::new();
    for (account, roles) in accounts.into_iter().filter(|(account, _)| account.state != "disabled") {
        for row in roles.iter().filter(|row| row.state == "proposed") {
            let named = proposals_about(db, row.member_id)?;
            if authorize(op, Action::AgreeRole, &facts_of(row, &named)).is_ok() {
                // The newest named it last; a command on the machine has no member.
                let proposer = named.first().and_then(|event| event.member_id).and_then(|who| names.get(&who).cloned());
                found.push(ProposedRole {
                    wanted: of_row(row),
                    name: account.name.clone(),
                    seat: row.seat,
                    since_on: row.since_on,
                    proposed_by: proposer.unwrap_or_default(),
                });
            }
        }
    }
    found.sort_by(|a, b| (a.since_on, &a.name, a.wanted.role).cmp(&(b.since_on, &b.name, b.wanted.role)));
    Ok(found)
}
