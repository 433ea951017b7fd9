//! Which roles are proven: given at the ceremony under the set-up key, or agreed to by a second person under their own,
//! as the log tells it. Where a key is about to be sealed, the table `member_roles` alone is not believed: whoever can
//! write SQL could otherwise name themselves and wait until a colleague signs in. Nor does a role count in a session that
//! the log does not prove.

use super::chain::ProvenRoles;
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId, SessionId};
use crate::domain::role::{Role, Seat};
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

/// What somebody signs who agrees to a role. The proposal stands in it, so that an old agreement cannot be used again
/// after the role was taken away, and the key, so that it counts for nobody who comes later under the same name.
pub(super) fn agreement(
    member: MemberId,
    key: KeyId,
    role: Role,
    seat: Seat,
    source: &str,
    from: u32,
    proposal: i64,
) -> Vec<u8> {
    format!("{member}\n{key}\n{}\n{}\n{source}\n{from}\n{proposal}\n", role.code(), seat.code()).into_bytes()
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
    /// The active members with this role, first holders first, as far as the log proves that they hold it so.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain of keys does not hold; any store error.
    pub fn proven_members(&self, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        self.store().read(|db| self.proven_members_in(db, role))
    }

    /// The same inside a reading that is already going on.
    pub(super) fn proven_members_in(&self, db: &mut Db, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        let chain = self.chain_now(db)?;
        let mut people = members::members_with(db, role)?;
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

    /// The member as the policy knows them. A role that the log does not prove does not count, and while the chain of
    /// keys does not hold no role with content does.
    pub(super) fn proven_actor(
        &self,
        db: &mut Db,
        member: &MemberRow,
        session: SessionId,
    ) -> Result<Option<MemberActor>, AppError> {
        let Some(mut actor) = members::actor_of(db, member, session)? else { return Ok(None) };
        let none = ProvenRoles::default();
        let chain = match self.chain_now(db) {
            Err(AppError::KeyNotProven(why)) => {
                tracing::error!("no role is proven: {why}");
                None
            }
            other => Some(other?),
        };
        let proven = chain.as_ref().map_or(&none, |chain| &chain.roles);
        actor.roles.retain(|held| {
            let seat = if held.deputy { Seat::Deputy } else { Seat::Holder };
            proven.prove(member.id, held.role, seat, &held.source)
        });
        Ok(Some(actor))
    }
}
