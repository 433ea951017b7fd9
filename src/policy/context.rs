//! Who acts, why, and when: the first argument of every use case.

use crate::domain::ids::{CircleId, KeyId, MachineId, MemberId, SessionId};
use crate::domain::machine::{Scope, Scopes};
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::time::{Day, Moment};
use uuid::Uuid;

/// How precisely the moment of an act may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// To the millisecond: everything that members do.
    Moment,
    /// The day only: everything that an anonymous melder does, so that no clock points to a person.
    Day,
}

/// One role as a member holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// The role.
    pub role: Role,
    /// Whether as the holder or the deputy.
    pub deputy: bool,
    /// The source this member answers for (catalogue code), empty for other roles.
    pub source: String,
}

/// A signed-in member.
#[derive(Debug, Clone)]
pub struct MemberActor {
    /// Who.
    pub id: MemberId,
    /// Their key.
    pub key: KeyId,
    /// The name shown to colleagues.
    pub name: String,
    /// The session they act in.
    pub session: SessionId,
    /// Every role they hold.
    pub roles: Vec<RoleHeld>,
    /// The circles they belong to.
    pub circles: Vec<CircleId>,
}

impl MemberActor {
    /// Whether this member holds the role.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.roles.iter().any(|held| held.role == role)
    }

    /// The names under which rights may have been given to this member: see the table `grants`.
    #[must_use]
    pub fn grantees(&self) -> Vec<String> {
        let mut names = vec![member_grantee(self.id)];
        for held in &self.roles {
            if let Some(group) = held.role.group() {
                let name = format!("group:{}", group.code());
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.extend(self.circles.iter().map(|circle| format!("circle:{circle}")));
        names
    }
}

/// The grantee name of a single member.
#[must_use]
pub fn member_grantee(member: MemberId) -> String {
    format!("member:{member}")
}

/// Another system, with a machine account that works now.
#[derive(Debug, Clone)]
pub struct MachineActor {
    /// Which.
    pub id: MachineId,
    /// What its token carries.
    pub scopes: Scopes,
    /// The right that is asked for in this act; none where it asks for tokens.
    pub asked: Option<Scope>,
}

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Somebody at the public pages: never a name, an address or a session.
    Anonymous,
    /// A signed-in member.
    Member(MemberActor),
    /// Another system.
    Machine(MachineActor),
    /// The service itself.
    System,
    /// Whoever runs a command on the machine, by the name of the operating system's account.
    Operator(String),
}

/// The context of one act.
#[derive(Debug, Clone)]
pub struct OpContext {
    /// Who acts.
    pub actor: Actor,
    /// Doelcode; with [`Purpose::Other`] a sentence is kept in `purpose_note`.
    pub purpose: Option<Purpose>,
    /// Random id of the request, joining log lines of one act.
    pub request: Uuid,
    /// When, by the clock of this process.
    pub at: Moment,
    /// The same, as the day in the municipality.
    pub today: Day,
    /// How much of the moment is kept.
    pub precision: Precision,
}

impl OpContext {
    /// An act of somebody at the public pages.
    #[must_use]
    pub fn anonymous(at: Moment, request: Uuid) -> Self {
        Self { actor: Actor::Anonymous, purpose: None, request, at, today: at.day(), precision: Precision::Day }
    }

    /// An act of the service itself.
    #[must_use]
    pub fn system(at: Moment, request: Uuid) -> Self {
        Self { actor: Actor::System, purpose: None, request, at, today: at.day(), precision: Precision::Moment }
    }

    /// An act on the command line.
    #[must_use]
    pub fn operator(name: &str, at: Moment, request: Uuid) -> Self {
        let actor = Actor::Operator(name.to_owned());
        Self { actor, purpose: None, request, at, today: at.day(), precision: Precision::Moment }
    }

    /// An act of a signed-in member.
    #[must_use]
    pub fn member(member: MemberActor, at: Moment, request: Uuid) -> Self {
        let actor = Actor::Member(member);
        Self { actor, purpose: None, request, at, today: at.day(), precision: Precision::Moment }
    }

    /// An act of another system. One that shares signals or follows them leaves the day only, in everything it does: a
    /// moment at which it fetched a token would point to a melder as well as the moment of the report itself.
    #[must_use]
    pub fn machine(machine: MachineActor, at: Moment, request: Uuid) -> Self {
        let near_melders = machine.scopes.has(Scope::ShareSignals) || machine.scopes.has(Scope::FollowReports);
        let precision = if near_melders { Precision::Day } else { Precision::Moment };
        let actor = Actor::Machine(machine);
        Self { actor, purpose: None, request, at, today: at.day(), precision }
    }

    /// The same act, with its purpose.
    #[must_use]
    pub fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// The member who acts, if one does.
    #[must_use]
    pub fn as_member(&self) -> Option<&MemberActor> {
        match &self.actor {
            Actor::Member(member) => Some(member),
            Actor::Anonymous | Actor::Machine(_) | Actor::System | Actor::Operator(_) => None,
        }
    }

    /// The machine account that acts, if one does.
    #[must_use]
    pub fn as_machine(&self) -> Option<&MachineActor> {
        if let Actor::Machine(machine) = &self.actor { Some(machine) } else { None }
    }
}
