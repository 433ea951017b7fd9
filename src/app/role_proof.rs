//! Which roles are proven: given at the ceremony under the set-up key, or agreed to by a second person under their own,
//! as the log tells it. Where a key is about to be sealed, the table `member_roles` alone is not believed: whoever can
//! write SQL could otherwise name themselves and wait until a colleague signs in. Nor does a role count in a session that
//! the log does not prove.

use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId, SessionId};
use crate::domain::role::{Role, RoleDates, Seat};
use crate::ledger::event::Event;
use crate::policy::MemberActor;
use crate::store::db::Db;
use crate::store::members::{self, MemberRow, RoleRow};
use std::collections::BTreeMap;

/// The context that separates the signature under an agreement from others.
pub(super) const ROLE_AGREED: &str = "meldroute/role-agreed/v2";
/// The context that separates the signature under an invitation at the ceremony from others.
pub(super) const ROLES_GIVEN: &str = "meldroute/roles-given/v1";
/// The detail of an agreement that says which proposal it answers, by its place in the log.
pub(super) const PROPOSAL: &str = "proposal";

/// The detail of an agreement that says which of the group's keys is the first that comes with the role.
pub(super) const FROM: &str = "from";

/// The detail of a proposal and of an agreement that says on which days the role counts, when it is not always.
pub(super) const DAYS: &str = "days";

/// What somebody agrees to.
pub(super) struct Agreed<'a> {
    pub(super) member: MemberId,
    /// The member's key, so that it counts for nobody who comes later under the same name.
    pub(super) key: KeyId,
    pub(super) role: Role,
    pub(super) seat: Seat,
    pub(super) dates: RoleDates,
    pub(super) source: &'a str,
    /// The first of the group's keys that comes with it.
    pub(super) from: u32,
    /// The proposal, so that an old agreement cannot be used again after the role was taken away.
    pub(super) proposal: i64,
}

impl Agreed<'_> {
    /// What is signed. Days are a line more, which no number or source can be read as.
    pub(super) fn words(&self) -> Vec<u8> {
        let Self { member, key, role, seat, dates, source, from, proposal } = self;
        let days = if dates.are_set() { format!("{}\n", dates.code()) } else { String::new() };
        let (role, seat) = (role.code(), seat.code());
        format!("{member}\n{key}\n{role}\n{seat}\n{source}\n{from}\n{proposal}\n{days}").into_bytes()
    }
}

/// How an invitation says as what, and for which days, somebody gets a role: `plaatsvervanger:2026-12-01/2026-12-31`.
pub(super) fn seat_given(seat: Seat, dates: RoleDates) -> String {
    if dates.are_set() { format!("{}:{}", seat.code(), dates.code()) } else { seat.code().to_owned() }
}

/// Reads what [`seat_given`] wrote.
pub(super) fn seat_said(text: &str) -> Option<(Seat, RoleDates)> {
    let (seat, days) = text.split_once(':').unwrap_or((text, ""));
    Some((seat.parse().ok()?, days.parse().ok()?))
}

/// As what, and for which days, a proposal or an agreement names a role.
pub(super) fn said_in(event: &Event) -> Option<(Seat, RoleDates)> {
    let detail = |name: &str| event.details.get(name).map_or("", String::as_str);
    Some((detail("seat").parse().ok()?, detail(DAYS).parse().ok()?))
}

/// The detail under which an invitation names a role; its value is the seat.
pub(super) fn invited_as(role: Role, source: &str) -> String {
    if source.is_empty() { format!("role.{}", role.code()) } else { format!("role.{}.{source}", role.code()) }
}

/// What the set-up key signs at the ceremony: the member and every role, as the details of the invitation name them.
pub(super) fn invitation(member: MemberId, details: &BTreeMap<String, String>) -> Vec<u8> {
    let roles = details.iter().filter(|(name, _)| name.starts_with("role."));
    let lines: String = roles.map(|(name, seat)| format!("{name}={seat}\n")).collect();
    format!("{member}\n{lines}").into_bytes()
}

impl App {
    /// The active members with this role today, first holders first, as far as the log proves that they hold it so.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain of keys does not hold; any store error.
    pub fn proven_members(&self, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        self.store().read(|db| self.proven_members_in(db, role))
    }

    /// The same inside a reading that is already going on.
    pub(super) fn proven_members_in(&self, db: &mut Db, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        let chain = self.chain_now(db)?;
        let mut people = members::members_with(db, role, self.now().day())?;
        people.retain(|(_, row)| chain.roles.holds(row));
        Ok(people)
    }

    /// The roles of a member, when the log proves all of them.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the table gives the member a role of which the log does not know: somebody wrote
    /// it there by hand, and nothing is sealed to them until it is gone.
    pub(super) fn proven_roles_of(&self, db: &mut Db, member: MemberId) -> Result<Vec<RoleRow>, AppError> {
        let chain = self.chain_now(db)?;
        let roles = members::roles_of(db, member)?;
        if roles.iter().all(|row| chain.roles.holds(row)) {
            Ok(roles)
        } else {
            Err(AppError::KeyNotProven(format!("a role of member {member} that the log does not prove")))
        }
    }

    /// The member as the policy knows them. A role that the log does not prove does not count, nor one whose days have not
    /// begun or have ended; and while the chain of keys does not hold no role with content does.
    pub(super) fn proven_actor(
        &self,
        db: &mut Db,
        member: &MemberRow,
        session: SessionId,
    ) -> Result<Option<MemberActor>, AppError> {
        let today = self.now().day();
        let mut counting = members::roles_of(db, member.id)?;
        counting.retain(|row| row.counts_on(today));
        match self.chain_now(db) {
            Err(AppError::KeyNotProven(why)) => {
                tracing::error!("no role is proven: {why}");
                counting.retain(|row| row.role == Role::Administrator);
            }
            other => {
                let chain = other?;
                counting.retain(|row| chain.roles.holds(row));
            }
        }
        Ok(members::actor_of(db, member, session, counting)?)
    }
}
