//! The keys of groups: made in the session of a member, sealed to those who hold the role, passed on to who comes later.

use super::chain::TELLING;
use super::keyring::Session;
use super::sealing::Sealing;
use super::trust::{Epoch, Holder, NewPublicKey, StatementSigner, Trusted, group_owner, owner_columns};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Group;
use crate::domain::time::Day;
use crate::policy::OpContext;
use crate::store::contents::{self, SealedKeyRow};
use crate::store::{StoreError, Trace, Tx, log};
use crate::vault::ring::KeyRing;
use crate::vault::seal::generate_pair;
use crate::vault::statement::TrustedKey;

/// How often somebody may be first before this gives up.
const TRIES: usize = 5;

/// A group's new key: the public half with its statement, the private half sealed to the members and to recovery.
#[derive(Clone)]
pub struct NewGroupKey {
    /// The public key and its statement.
    pub key: NewPublicKey,
    /// The private half, sealed.
    pub copies: Vec<SealedKeyRow>,
}

impl NewGroupKey {
    /// Writes it.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.key.put(tx)?;
        self.copies.iter().try_for_each(|copy| tx.sealed_key_insert(copy))
    }
}

/// A member who holds a group's role, with the first of its keys that is theirs.
struct Entitled {
    member: MemberId,
    holder: Holder,
    from: u32,
}

/// What one session has to write.
#[derive(Clone, Default)]
struct Settling {
    made: Vec<NewGroupKey>,
    copies: Vec<(MemberId, SealedKeyRow)>,
}

impl App {
    /// Makes a key of a group, sealed to these holders and to recovery.
    ///
    /// # Errors
    /// When a holder cannot be sealed to.
    pub fn make_group_key(
        &self,
        today: Day,
        group: Group,
        epoch: Epoch,
        holders: &[Holder],
        by: &StatementSigner<'_>,
    ) -> Result<NewGroupKey, AppError> {
        let mut entropy = self.entropy();
        let (public, private) = generate_pair(entropy.as_mut())?;
        let id = KeyId::new(self.random_id()?);
        let key = NewPublicKey::reaching(id, group_owner(group), epoch, Some(public), None, by);
        let sealing = Sealing { subject: id, kind: "group", signal: None, until: None, today };
        let mut copies = Vec::new();
        for holder in holders.iter().copied().chain([self.recovery_holder()?]) {
            copies.push(sealing.to(holder, private.expose(), entropy.as_mut())?);
        }
        Ok(NewGroupKey { key, copies })
    }

    /// Gives the keys of this member's groups to colleagues who have the role and no copy yet: every key from the one on
    /// that was agreed to. Makes the next key first when somebody left who knows the one in force, or somebody reads only
    /// from today on, and the first one when the group has none; then seals a first piece of what lies under keys of
    /// before again. Runs in a member's session, because only there are the keys.
    ///
    /// # Errors
    /// Any store error, or a key that is not genuine; [`StoreError::Stale`] when others kept changing who is in the group.
    pub fn settle_groups(&self, op: &OpContext, session: &Session) -> Result<usize, AppError> {
        let count = self.renew_keys(op, session)?;
        self.give_back(op, session)?;
        self.reseal_or_tell(op, session);
        Ok(count)
    }

    /// The keys alone: made where one is needed, and passed on.
    ///
    /// # Errors
    /// As [`App::settle_groups`].
    pub fn renew_keys(&self, op: &OpContext, session: &Session) -> Result<usize, AppError> {
        let mut tries = 0;
        loop {
            match self.settle_once(op, session) {
                // A colleague who signed in at the same moment was first, or somebody left meanwhile: look again.
                Err(AppError::Store(StoreError::Stale)) if tries < TRIES => tries += 1,
                other => return other,
            }
        }
    }

    fn settle_once(&self, op: &OpContext, session: &Session) -> Result<usize, AppError> {
        let read_to = self.store().read(|db| log::newest_of_kinds(db, &TELLING))?;
        let trusted = self.reload_trust()?;
        let ring = self.ring(session)?;
        let mut work = Settling::default();
        for group in session.actor.roles.iter().filter_map(|held| held.role.group()) {
            self.settle(op.today, session, group, &trusted, &ring, &mut work)?;
        }
        let count = work.copies.len() + work.made.len();
        if count > 0 {
            let app = self.clone();
            self.store().write_blocking::<_, AppError, _>(op, "members.settle", move |tx| {
                // Nothing is sealed to somebody who left between the look and the write.
                if log::newest_of_kinds(tx.reader(), &TELLING)? != read_to {
                    return Err(StoreError::Stale.into());
                }
                for made in &work.made {
                    let (_, owner) = owner_columns(&made.key.owner);
                    app.put_admitted(tx, &made.key)?;
                    made.copies.iter().try_for_each(|copy| tx.sealed_key_insert(copy))?;
                    tx.record(Trace::new("key.renewed").detail("group", owner))?;
                }
                for (member, copy) in &work.copies {
                    tx.sealed_key_insert(copy)?;
                    tx.record(Trace::new("key.shared").object("member", member.uuid()))?;
                }
                Ok(())
            })?;
            self.reload_trust()?;
        }
        Ok(count)
    }

    fn settle(
        &self,
        today: Day,
        session: &Session,
        group: Group,
        trusted: &Trusted,
        ring: &KeyRing,
        work: &mut Settling,
    ) -> Result<(), AppError> {
        let owner = group_owner(group);
        let people = self.entitled(group)?;
        let current = trusted.current(&owner);
        if current.is_some_and(|key| ring.private(key.key_id).is_none()) {
            return Ok(());
        }
        let Some(own) = trusted.chain().first_of(session.actor.id.uuid(), group) else { return Ok(()) };
        let froms: Vec<u32> = people.iter().map(|person| person.from).collect();
        let first = trusted.next_epoch(&owner);
        for (epoch, reach) in (first..).zip(trusted.chain().keys_to_make(group, &froms, own)) {
            let by = StatementSigner { id: session.actor.key.uuid(), signer: &session.keys.signing };
            let readers = people.iter().filter(|person| person.from <= reach);
            let holders: Vec<Holder> = readers.map(|person| person.holder).collect();
            work.made.push(self.make_group_key(today, group, Epoch { epoch, reach }, &holders, &by)?);
        }
        for key in trusted.all().filter(|key| key.owner == owner) {
            self.pass_on(today, key, &people, ring, work)?;
        }
        Ok(())
    }

    /// Who holds the group's role. Somebody whose roles were written by hand is none, and does not keep others from
    /// signing in.
    fn entitled(&self, group: Group) -> Result<Vec<Entitled>, AppError> {
        let people = self.store().read(|db| {
            let chain = self.chain_now(db)?;
            let people = self.proven_members_in(db, group.role())?;
            let with = |row| chain.roles.first_epoch(row);
            Ok::<_, AppError>(people.iter().map(|(member, row)| (member.id, with(row))).collect::<Vec<_>>())
        })?;
        let known = people.into_iter().filter_map(|(member, from)| match self.member_holder(member) {
            Ok(Some(holder)) => Some(Entitled { member, holder, from }),
            Ok(None) | Err(_) => None,
        });
        Ok(known.collect())
    }

    fn pass_on(
        &self,
        today: Day,
        key: &TrustedKey,
        people: &[Entitled],
        ring: &KeyRing,
        work: &mut Settling,
    ) -> Result<(), AppError> {
        let Some(private) = ring.private(key.key_id) else { return Ok(()) };
        let subject = KeyId::new(key.key_id);
        let there = self.store().read(|db| contents::sealed_keys_of_subject(db, subject))?;
        let mut entropy = self.entropy();
        for person in people.iter().filter(|person| person.from <= key.reach) {
            if there.iter().all(|row| row.holder != person.holder.key) {
                let sealing = Sealing { subject, kind: "group", signal: None, until: None, today };
                work.copies.push((person.member, sealing.to(person.holder, private.expose(), entropy.as_mut())?));
            }
        }
        Ok(())
    }
}
