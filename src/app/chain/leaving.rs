//! Dutch: *vertrokkenen*. Which keys of groups are known to somebody who is in the group no longer. It follows from the log
//! alone, so nobody can take it back by changing a row; and whoever leaves needs to sign nothing for it.

use super::Chain;
use crate::app::trust::group_owner;
use crate::domain::role::Group;
use crate::vault::statement::{Owner, TrustedKey};
use std::collections::HashMap;
use uuid::Uuid;

/// What one person knew when they left: the keys that are read as of some epoch, up to the newest of that moment.
#[derive(Debug, Clone, Copy)]
struct Left {
    from: u32,
    /// The first epoch that came after.
    before: u32,
}

/// Who left which group.
#[derive(Debug, Default)]
pub(in crate::app) struct Leavers(HashMap<Group, Vec<Left>>);

impl Leavers {
    /// Somebody left whose role came with the keys from this epoch on; the group's next key has number `before`.
    pub(super) fn note(&mut self, group: Group, from: u32, before: u32) {
        self.0.entry(group).or_default().push(Left { from, before });
    }

    fn know(&self, group: Group, key: &TrustedKey) -> bool {
        let left = self.0.get(&group).into_iter().flatten();
        left.into_iter().any(|who| who.from <= key.reach && key.epoch < who.before)
    }
}

impl Chain {
    /// Whether somebody who left the group knows the key in force, so that the group needs a new one.
    pub(in crate::app) fn needs_new_key(&self, group: Group) -> bool {
        self.keys.current(&group_owner(group)).is_some_and(|key| self.leavers.know(group, key))
    }

    /// The group's keys that somebody who left knows, oldest first.
    pub(in crate::app) fn known_to_leavers(&self, group: Group) -> Vec<&TrustedKey> {
        let mut keys: Vec<_> = self.keys_of(group).filter(|key| self.leavers.know(group, key)).collect();
        keys.sort_by_key(|key| key.epoch);
        keys
    }

    /// Whether somebody who left knows this key, of whichever group it is.
    pub(in crate::app) fn is_known_to_leavers(&self, key: Uuid) -> bool {
        let group = |owner: &Owner| if let Owner::Group { name } = owner { name.parse().ok() } else { None };
        let known = self.keys.all().filter(|known| known.key_id == key);
        known.into_iter().any(|known| group(&known.owner).is_some_and(|group| self.leavers.know(group, known)))
    }

    /// Whether a group lacks a key that somebody can make whose role comes with the keys from `own` on: the one in force,
    /// or one for what only they and others read who read as far back.
    pub(in crate::app) fn lacks_key(&self, group: Group, own: u32) -> bool {
        let stuck = |key: &&TrustedKey| key.reach >= own && self.successor(group, key).is_none();
        self.needs_new_key(group) || self.known_to_leavers(group).iter().any(stuck)
    }

    /// The first of the group's keys that comes with a member's role; `None` for whoever does not hold it.
    pub(in crate::app) fn first_of(&self, member: Uuid, group: Group) -> Option<u32> {
        self.roles.first_from(member, group.role())
    }

    /// The key to which what lies under this one goes: one that nobody who left knows, and that nobody reads who did not
    /// read this one. `None` while there is none.
    pub(in crate::app) fn successor(&self, group: Group, key: &TrustedKey) -> Option<&TrustedKey> {
        let fit = self.keys_of(group).filter(|next| next.reach <= key.reach && !self.leavers.know(group, next));
        fit.max_by_key(|next| (next.reach, next.epoch))
    }

    /// How far back the keys must reach that are to be made now for people whose roles come with these epochs: one for
    /// each class of readers that may not read what another may, and last the one that comes in force. Empty when the
    /// group needs no new key. Whoever makes them reads from `own` on, and leaves what reaches further back to others:
    /// they would hold a key to what they may not read.
    pub(in crate::app) fn keys_to_make(&self, group: Group, people: &[u32], own: u32) -> Vec<u32> {
        let owner = group_owner(group);
        let next = self.keys.next_epoch(&owner);
        let current = self.keys.current(&owner).map_or(0, |key| key.reach);
        if !self.lacks_key(group, own) {
            let wanted = own <= next && people.iter().any(|from| *from > current);
            return if wanted { vec![next] } else { Vec::new() };
        }
        let all_read = |reach: u32| people.iter().all(|from| *from <= reach);
        let mut reaches: Vec<u32> = self.known_to_leavers(group).iter().map(|key| key.reach).collect();
        reaches.retain(|reach| *reach >= own);
        reaches.sort_unstable();
        reaches.dedup();
        let in_force = reaches.iter().copied().find(|reach| all_read(*reach));
        let there = |reach: u32| self.keys_of(group).any(|key| key.reach == reach && !self.leavers.know(group, key));
        let apart = reaches.into_iter().filter(|reach| !all_read(*reach) && !there(*reach));
        let mut made: Vec<u32> = apart.collect();
        let newest = next.saturating_add(u32::try_from(made.len()).unwrap_or(u32::MAX));
        made.push(in_force.unwrap_or(newest));
        made
    }

    fn keys_of(&self, group: Group) -> impl Iterator<Item = &TrustedKey> {
        let owner = group_owner(group);
        self.keys.all().filter(move |key| key.owner == owner)
    }
}
