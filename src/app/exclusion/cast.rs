//! Who is who on a signal, and what shutting somebody out comes to: who goes, who stays, who takes their place.

use crate::app::rekeying::Fate;
use crate::app::trust::{Holder, group_owner};
use crate::domain::exclusion::Excluded;
use crate::domain::ids::MemberId;
use crate::domain::role::{Group, Role};
use crate::domain::time::Day;
use crate::policy::member_grantee;
use crate::store::StoreError;
use crate::store::db::Db;
use crate::store::members::{self, RoleRow};
use crate::store::signals::{self, ExclusionRow, GrantRow, SignalRow};
use crate::vault::statement::Owner;
use std::collections::BTreeSet;

/// Somebody who can be shut out, and what that comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who, as the form sends it.
    pub who: Excluded,
    /// The name, or the role.
    pub name: String,
    /// The role of one person; empty for a role.
    pub role: String,
    /// Where the signal lies afterwards.
    pub then: Then,
}

/// Where a signal lies after an exclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Where it lay.
    Same,
    /// With the coordinators who are left, by name.
    Circle,
    /// With the vertrouwenspersonen: too few coordinators are left.
    Integrity,
}

/// Who is who on one signal.
pub(super) struct Cast {
    pub(super) signal: SignalRow,
    pub(super) people: Vec<(MemberId, String, Vec<RoleRow>)>,
    /// Coordinators who can read it now.
    pub(super) coordinators: Vec<MemberId>,
    pub(super) grants: Vec<GrantRow>,
    pub(super) exclusions: Vec<ExclusionRow>,
}

/// What an exclusion comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) shut: BTreeSet<MemberId>,
    pub(super) left: Vec<MemberId>,
    pub(super) then: Then,
    /// The groups of which somebody goes, each with those who stay: whoever was in it keeps its key, so that nothing
    /// of this signal may be sealed to it any more.
    pub(super) groups: Vec<(Group, Vec<MemberId>)>,
}

impl Plan {
    /// Those who stay of a group of which somebody goes.
    fn staying(&self, group: Group) -> Option<&[MemberId]> {
        self.groups.iter().find(|(known, _)| *known == group).map(|(_, left)| left.as_slice())
    }
}

impl Cast {
    pub(super) fn read(db: &mut Db, signal: SignalRow, today: Day) -> Result<Self, StoreError> {
        let grants = signals::grant_list(db, signal.id)?;
        let exclusions = signals::exclusion_list(db, signal.id)?;
        let mut people = Vec::new();
        for (member, roles) in members::member_list(db)? {
            let roles: Vec<_> = roles.into_iter().filter(|row| row.state != "proposed").collect();
            if member.state == "active" && !roles.is_empty() {
                // Whoever stands in on other days can be shut out as well, but takes no part today.
                let roles: Vec<_> = roles.into_iter().filter(|row| row.counts_on(today)).collect();
                people.push((member.id, member.name, roles));
            }
        }
        let group = format!("group:{}", Group::Coordinators.code());
        let reads = |grantee: &str| grants.iter().any(|row| row.what == "signal" && row.grantee == grantee);
        let coordinators = people
            .iter()
            .filter(|(id, _, roles)| holds(roles, Role::Coordinator) && (reads(&group) || reads(&member_grantee(*id))))
            .map(|(id, _, _)| *id)
            .collect();
        Ok(Self { signal, people, coordinators, grants, exclusions })
    }

    pub(super) fn with(&self, role: Role) -> Vec<MemberId> {
        self.people.iter().filter(|(_, _, roles)| holds(roles, role)).map(|(id, _, _)| *id).collect()
    }

    /// Privacy officers hold one half of every name given in confidence, which nobody else could give to those who stay.
    pub(super) fn guards_names(&self, member: MemberId) -> bool {
        self.with(Role::PrivacyOfficer).contains(&member)
    }

    pub(super) fn name_of(&self, member: MemberId) -> &str {
        self.people.iter().find(|(id, _, _)| *id == member).map_or("", |(_, name, _)| name)
    }

    pub(super) fn is_shut_already(&self, who: Excluded) -> bool {
        self.exclusions.iter().any(|row| match who {
            Excluded::Member(id) => row.member_id == Some(id),
            Excluded::Role(role) => row.member_id.is_none() && row.role == role,
            Excluded::Coordinators => false,
        })
    }

    /// Everybody who is meant. A role shuts out those who have no other role that may still read.
    pub(super) fn meant(&self, who: Excluded) -> BTreeSet<MemberId> {
        match who {
            Excluded::Member(id) => BTreeSet::from([id]),
            Excluded::Coordinators => self.coordinators.iter().copied().collect(),
            Excluded::Role(role) => {
                let shut = |held: Role| {
                    held == role || self.exclusions.iter().any(|row| row.member_id.is_none() && row.role == held)
                };
                let all_shut = |roles: &[RoleRow]| holds(roles, role) && roles.iter().all(|row| shut(row.role));
                self.people.iter().filter(|(_, _, roles)| all_shut(roles)).map(|(id, _, _)| *id).collect()
            }
        }
    }

    pub(super) fn plan(&self, who: Excluded, min_readers: usize) -> Plan {
        let mut shut = self.meant(who);
        let touched = self.coordinators.iter().any(|id| shut.contains(id));
        let left: Vec<MemberId> = self.coordinators.iter().copied().filter(|id| !shut.contains(id)).collect();
        let then = match (touched, left.len() < min_readers) {
            (false, _) => Then::Same,
            (true, false) => Then::Circle,
            (true, true) => Then::Integrity,
        };
        if then == Then::Integrity {
            shut.extend(self.coordinators.iter().copied());
        }
        let mut groups = Vec::new();
        // The coordinators are told by `then` and `left`; nobody of privacy can be shut out.
        for group in [Group::Integrity, Group::Trafficking, Group::Jurists] {
            let people = self.with(group.role());
            let goes = |id: &MemberId| shut.contains(id) || self.is_shut_already(Excluded::Member(*id));
            if who == Excluded::Role(group.role()) || people.iter().any(goes) {
                groups.push((group, people.into_iter().filter(|id| !goes(id)).collect()));
            }
        }
        Plan { shut, left, then, groups }
    }
}

fn holds(roles: &[RoleRow], role: Role) -> bool {
    roles.iter().any(|row| row.role == role)
}

/// The rights that go, and those that take their place.
#[derive(Clone)]
pub(super) struct Grants {
    pub(super) off: Vec<GrantRow>,
    pub(super) on: Vec<GrantRow>,
}

pub(super) fn rewritten(cast: &Cast, plan: &Plan) -> Grants {
    let group = |group: Group| format!("group:{}", group.code());
    let named = |id: &MemberId| member_grantee(*id);
    let coordinators = group(Group::Coordinators);
    let mut grants = Grants { off: Vec::new(), on: Vec::new() };
    for row in &cast.grants {
        let instead: Option<Vec<String>> = match plan.then {
            Then::Integrity if row.grantee == group(Group::Privacy) => None,
            Then::Integrity if matches!(row.what.as_str(), "signal" | "identity") => {
                let stay = plan.staying(Group::Integrity);
                Some(stay.map_or_else(|| vec![group(Group::Integrity)], |stay| stay.iter().map(named).collect()))
            }
            Then::Integrity => Some(Vec::new()),
            Then::Circle if row.grantee == coordinators => Some(plan.left.iter().map(named).collect()),
            _ if plan.shut.iter().any(|id| row.grantee == member_grantee(*id)) => Some(Vec::new()),
            _ if row.grantee == group(Group::Trafficking) => {
                plan.staying(Group::Trafficking).map(|stay| stay.iter().map(named).collect())
            }
            _ => None,
        };
        let Some(instead) = instead else { continue };
        grants.off.push(row.clone());
        grants.on.extend(instead.into_iter().map(|grantee| GrantRow { grantee, ..row.clone() }));
    }
    grants
}

/// Everything that takes the place of those who go.
pub(super) struct Heirs {
    pub(super) left: Vec<Holder>,
    /// Those who stay of each group of which somebody goes.
    pub(super) groups: Vec<(Group, Vec<Holder>)>,
    pub(super) integrity: Vec<Holder>,
}

pub(super) fn fate(plan: &Plan, heirs: &Heirs, owner: &Owner) -> Fate {
    let stays_with_integrity = [group_owner(Group::Privacy), group_owner(Group::Integrity), Owner::Recovery];
    let staying = heirs.groups.iter().find(|(group, _)| group_owner(*group) == *owner).map(|(_, stay)| stay.clone());
    match (plan.then, owner) {
        // What goes to the vertrouwenspersonen is theirs alone, as if it had come to them.
        (Then::Integrity, owner) if stays_with_integrity.contains(owner) => staying.map_or(Fate::Stays, Fate::Goes),
        (Then::Integrity, Owner::Group { name }) if name == Group::Trafficking.code() => Fate::Goes(Vec::new()),
        (Then::Integrity, Owner::Group { .. } | Owner::Member(_)) => Fate::Goes(heirs.integrity.clone()),
        (Then::Circle, Owner::Group { name }) if name == Group::Coordinators.code() => Fate::Goes(heirs.left.clone()),
        (_, Owner::Group { .. }) => staying.map_or(Fate::Stays, Fate::Goes),
        (_, Owner::Member(id)) if plan.shut.contains(&MemberId::new(*id)) => Fate::Goes(Vec::new()),
        _ => Fate::Stays,
    }
}

#[cfg(test)]
mod tests;
