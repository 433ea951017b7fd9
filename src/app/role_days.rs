//! Dutch: *vervanging voor een tijd*. Roles that count on some days only: which days can be given, how other days take their
//! place, and how a role ends after its last day.

use super::members::{role_trace, take_group_copies};
use super::setup::RoleGiven;
use super::steps::acting;
use super::{App, AppError};
use crate::domain::role::Seat;
use crate::domain::time::Day;
use crate::policy::OpContext;
use crate::store::StoreError;
use crate::store::members::{self, MemberRow, RoleRow};

/// Whether a role can be given for these days: only a deputy's, in the right order, and not for days that are over.
///
/// # Errors
/// [`AppError::Invalid`] with the reason.
pub fn check_days(given: &RoleGiven, today: Day) -> Result<(), AppError> {
    let dates = given.dates;
    let refuse = |text: &str| Err(AppError::field("laatsteDag", text));
    if dates.are_set() && given.seat != Seat::Deputy {
        return Err(AppError::field("eersteDag", "Dagen horen alleen bij een plaatsvervanger."));
    }
    if dates.first.zip(dates.last).is_some_and(|(first, last)| last < first) {
        return refuse("De laatste dag ligt voor de eerste.");
    }
    if dates.ended_before(today) {
        return refuse("De laatste dag is al geweest.");
    }
    Ok(())
}

/// Whether a role can be proposed beside the ones somebody has: the same role only with other days, when it had days.
pub(super) fn check_beside(held: &[RoleRow], given: &RoleGiven, login: &str, today: Day) -> Result<(), AppError> {
    for row in held.iter().filter(|row| row.is_same_as(given.role, &given.source)) {
        if row.state == "proposed" || !row.dates().are_set() {
            let text = format!("{login} heeft de rol {} al, of zij is al voorgesteld.", given.role.label());
            return Err(AppError::field("rol", text));
        }
        // Between the old days and the new ones the role would be gone for a while, with the keys known.
        if row.counts_on(today) && !given.dates.hold_on(today) {
            let text = "De nieuwe dagen komen in de plaats van de oude. Laat ze niet later beginnen dan vandaag.";
            return Err(AppError::field("eersteDag", text));
        }
    }
    Ok(())
}

impl App {
    /// The roles of whoever acts that count on some days only, those that still have to begin among them.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn standing_in(&self, op: &OpContext) -> Result<Vec<RoleRow>, AppError> {
        let member = acting(op)?.id;
        let mut rows = self.store().read(|db| members::roles_of(db, member))?;
        rows.retain(|row| row.dates().are_set() && !row.dates().ended_before(op.today));
        Ok(rows)
    }

    /// Ends every role whose last day has been, as if it were taken away: the copies of the group's key go, and the group
    /// gets a new one in the next session of somebody who is left. Gives how many that were.
    ///
    /// # Errors
    /// Any store error; what was done before it stands.
    pub async fn end_roles(&self, op: &OpContext) -> Result<usize, AppError> {
        let today = op.today;
        let over = self.store().look(move |db| members::roles_ended(db, today)).await?;
        let mut count = 0;
        for (member, row) in over {
            count += self.end_role(op, member, row).await?;
        }
        Ok(count)
    }

    async fn end_role(&self, op: &OpContext, member: MemberRow, row: RoleRow) -> Result<usize, AppError> {
        let done = self
            .store()
            .write::<_, AppError, _>(op, "members.end_role", move |tx| {
                let today = tx.today();
                if tx.role_end(&row, today)? == 0 {
                    return Err(StoreError::Stale.into());
                }
                let held = members::roles_of(tx.reader(), row.member_id)?;
                let goes_on = held.iter().any(|other| other.role == row.role);
                if let Some(group) = row.role.group().filter(|_| !goes_on) {
                    take_group_copies(tx, &member, Some(group.code()))?;
                }
                tx.record(role_trace("role.ended", &row))?;
                Ok(())
            })
            .await;
        match done {
            Ok(_) => Ok(1),
            // Another process did it before.
            Err(AppError::Store(StoreError::Stale)) => Ok(0),
            Err(other) => Err(other),
        }
    }
}
