//! The roles that follow from the log, while it is read.

use crate::domain::role::{Role, RoleDates, Seat};
use crate::domain::time::Day;
use crate::store::members::RoleRow;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Member, role and source.
pub(super) type Held = (Uuid, String, String);

/// As what a role was given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    /// First holder or deputy.
    pub(super) seat: Seat,
    /// The days on which it counts.
    pub(super) dates: RoleDates,
    /// The first of the group's keys that comes with it.
    pub(super) from: u32,
}

/// A role that somebody had, and as what.
pub(super) type Lost = (Role, Given);

/// Where in the log a role was last named for somebody, and by whom; a command on the machine is nobody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) index: i64,
    pub(super) by: Option<Uuid>,
    /// As what and for which days it was named; nothing when that cannot be read.
    pub(super) said: Option<(Seat, RoleDates)>,
}

/// The proven roles.
#[derive(Debug, Default)]
pub(in crate::app) struct ProvenRoles {
    held: HashMap<Held, Given>,
    named: HashMap<Held, Named>,
    /// Where roles were last taken away: one role, or all.
    taken: HashMap<(Uuid, Option<String>), i64>,
    met: HashSet<Uuid>,
}

impl ProvenRoles {
    /// Whether this is the first time the log speaks of the member.
    pub(super) fn meet(&mut self, member: Uuid) -> bool {
        self.met.insert(member)
    }

    pub(super) fn name(&mut self, held: Held, named: Named) {
        self.named.insert(held, named);
    }

    /// Gives a role; gives back what the member had of it before, with other days or as something else.
    pub(super) fn give(&mut self, held: Held, given: Given) -> Option<Given> {
        self.held.insert(held, given)
    }

    /// Ends one role for one source, as its days say; what is proposed for it goes on waiting.
    pub(super) fn finish(&mut self, held: &Held) -> Vec<Lost> {
        self.lose(|one| one == held)
    }

    /// The newest naming of a role, when it is the one at this place and the role was not taken away since.
    pub(super) fn waiting(&self, held: &Held, index: i64) -> Option<Named> {
        let last = |role: Option<String>| self.taken.get(&(held.0, role)).copied();
        let taken = last(None).max(last(Some(held.1.clone())));
        self.named.get(held).copied().filter(|named| named.index == index && Some(index) > taken)
    }

    /// Takes a role away; gives what the member had of it.
    pub(super) fn withdraw(&mut self, member: Uuid, role: &str, index: i64) -> Vec<Lost> {
        self.taken.insert((member, Some(role.to_owned())), index);
        self.lose(|(whose, held, _)| *whose == member && held == role)
    }

    /// Takes every role away; gives what the member had.
    pub(super) fn end(&mut self, member: Uuid, index: i64) -> Vec<Lost> {
        self.taken.insert((member, None), index);
        self.lapse(member)
    }

    /// Nothing counts any more until it is agreed to again; gives what the member had.
    pub(super) fn lapse(&mut self, member: Uuid) -> Vec<Lost> {
        self.lose(|(whose, ..)| *whose == member)
    }

    fn lose(&mut self, which: impl Fn(&Held) -> bool) -> Vec<Lost> {
        let lost = self.held.extract_if(|held, _| which(held));
        lost.filter_map(|((_, role, _), given)| Some((role.parse().ok()?, given))).collect()
    }

    /// Whether the member has this role on a day, in whatever seat and for whatever source.
    pub(super) fn has(&self, member: Uuid, role: Role, day: Day) -> bool {
        let counts = |((whose, held, _), given): (&Held, &Given)| {
            *whose == member && held == role.code() && given.dates.hold_on(day)
        };
        self.held.iter().any(counts)
    }

    /// The first of the group's keys that comes with this role of the member, for whatever source.
    pub(super) fn first_from(&self, member: Uuid, role: Role) -> Option<u32> {
        let mine = self.held.iter().filter(|((whose, held, _), _)| *whose == member && held == role.code());
        mine.map(|(_, given)| given.from).min()
    }

    /// The first of the group's keys that comes with the member's role.
    pub(in crate::app) fn first_epoch(&self, row: &RoleRow) -> u32 {
        let key = (row.member_id.uuid(), row.role.code().to_owned(), row.source_code.clone());
        self.held.get(&key).map_or(u32::MAX, |given| given.from)
    }

    /// Whether the log proves the role as the row has it, with the very same days. Whether it counts today is another
    /// question.
    pub(in crate::app) fn holds(&self, row: &RoleRow) -> bool {
        // Administration gives no keys: nobody needs to agree to it, and nothing proves it.
        let key = (row.member_id.uuid(), row.role.code().to_owned(), row.source_code.clone());
        let fits = |known: &Given| (known.seat, known.dates) == (row.seat, row.dates());
        let proven = row.role == Role::Administrator || self.held.get(&key).is_some_and(fits);
        if !proven {
            tracing::error!(
                member = %row.member_id,
                role = row.role.code(),
                "a role in the database has no proof in the log"
            );
        }
        proven
    }
}
