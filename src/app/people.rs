//! Dutch: *leden*. The accounts as a colleague sees them: who is here, who is on their way in, and what one may do about it.

use super::joining::facts_about;
use super::{App, AppError};
use crate::domain::ids::MemberId;
use crate::domain::role::Role;
use crate::domain::time::Day;
use crate::policy::{Action, Facts, OpContext, Refusal, authorize};
use crate::store::joinings::last_signed_in;
use crate::store::members::{self, MemberRow, RoleRow};

/// What a colleague may do about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Let them in.
    LetIn,
    /// Give them a new one-time code.
    Restore,
    /// Shut their account, because they leave.
    Disable,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub account: MemberRow,
    /// Roles, also those that wait.
    pub roles: Vec<RoleRow>,
    /// The last day they signed in.
    pub signed_in_on: Option<Day>,
    /// Pieces that could not be given back after a lost password.
    pub lacks: usize,
    /// What whoever looks may do.
    pub care: Vec<Care>,
}

impl App {
    /// Everybody with an account, by name.
    ///
    /// # Errors
    /// A refusal for whoever may not see them.
    pub fn people(&self, op: &OpContext) -> Result<Vec<Person>, AppError> {
        let accounts = self.accounts(op)?;
        let days = self.store().read(last_signed_in)?;
        let mut lacking = self.lacking()?;
        let mut people = Vec::with_capacity(accounts.len());
        for (account, roles) in accounts {
            let facts = facts_about(account.id, &roles);
            let may = |action| authorize(op, action, &facts).is_ok();
            let mut care = Vec::new();
            if account.state == "waiting" && may(Action::LetIn) {
                care.push(Care::LetIn);
            }
            if account.state != "disabled" && may(Action::RestoreAccess) {
                care.push(Care::Restore);
            }
            let own = op.as_member().is_some_and(|actor| actor.id == account.id);
            if account.state != "disabled" && !own && may(Action::ManageMembers) {
                care.push(Care::Disable);
            }
            let (signed_in_on, lacks) = (days.get(&account.id).copied(), lacking.remove(&account.id).unwrap_or(0));
            people.push(Person { account, roles, signed_in_on, lacks, care });
        }
        Ok(people)
    }

    /// One person whose access this member may restore; a refusal that looks like absence for any other.
    ///
    /// # Errors
    /// The refusal; any store error.
    pub fn person_to_restore(&self, op: &OpContext, member: MemberId) -> Result<MemberRow, AppError> {
        let absent = || AppError::refused(Action::RestoreAccess.code(), Refusal::NotFound, None);
        let (account, roles) = self
            .store()
            .read(|db| Ok::<_, AppError>((members::member_fetch(db, member)?, members::role_list(db, member)?)))?;
        let account = account.filter(|account| account.state != "disabled").ok_or_else(absent)?;
        match authorize(op, Action::RestoreAccess, &facts_about(member, &roles)) {
            Ok(_) => Ok(account),
            Err(_) => Err(absent()),
        }
    }

    /// The roles with which this member may invite somebody; a refusal that looks like absence when there are none.
    ///
    /// # Errors
    /// The refusal.
    pub fn roles_to_invite(&self, op: &OpContext) -> Result<Vec<Role>, AppError> {
        let may = |role: &Role| {
            authorize(op, Action::InviteMember, &Facts { roles: vec![*role], ..Facts::default() }).is_ok()
        };
        let roles: Vec<Role> = Role::ALL.iter().copied().filter(may).collect();
        if roles.is_empty() {
            return Err(AppError::refused(Action::InviteMember.code(), Refusal::NotFound, None));
        }
        Ok(roles)
    }
}
