//! Dutch: *sleutels vernieuwen*. After somebody left a group, what lies under the keys they knew is sealed again under the
//! one that took their place: piece by piece, in the sessions of members, because only there are the keys. Each piece is a
//! transaction of its own and finds its work in the database, so that it may stop anywhere, and two may do it at once.
//! No record gets another key by it, and no plaintext comes out here.

use super::chain::Chain;
use super::keyring::Session;
use super::resealing::opened_or_named;
use super::sealing::Sealing;
use super::steps::acting;
use super::trust::{Holder, group_owner};
use super::{App, AppError};
use crate::domain::ids::{KeyId, SealedKeyId};
use crate::domain::role::Group;
use crate::policy::OpContext;
use crate::store::contents::{self, SealedKeyRow};
use crate::store::renewals::{self, Moved};
use crate::store::{StoreError, Trace, Tx};
use crate::vault::ring::KeyRing;
use crate::vault::statement::TrustedKey;
use uuid::Uuid;

/// How many copies one request seals again: some hundredths of a second.
pub const BATCH: i64 = 200;

/// How far the keys of one group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// Which group.
    pub group: Group,
    /// Whether the new key itself is there.
    pub key: NewKeyIs,
    /// Copies under the new key.
    pub done: i64,
    /// Copies there are.
    pub all: i64,
}

/// Whether a group that somebody left has its new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewKeyIs {
    /// It has.
    Made,
    /// It comes with the first session of somebody who is left in the group.
    Awaited,
}

/// A key that somebody who left knows, and the one that takes its place.
#[derive(Clone, Copy)]
struct Turn {
    old: KeyId,
    next: Holder,
}

/// A copy, and what takes its place; nothing where the place is taken.
#[derive(Clone)]
struct Again {
    old: SealedKeyId,
    new: Option<SealedKeyRow>,
}

fn holder_of(key: &TrustedKey) -> Option<Holder> {
    key.exchange.map(|public| Holder { key: KeyId::new(key.key_id), public })
}

fn turns(chain: &Chain, group: Group) -> Vec<Turn> {
    let old = chain.known_to_leavers(group).into_iter();
    old.filter_map(|key| Some(Turn { old: KeyId::new(key.key_id), next: holder_of(chain.successor(group, key)?)? }))
        .collect()
}

impl App {
    /// What a session owes its groups before it does anything else: a new key where somebody left, at once, and then one
    /// piece of what must be sealed again.
    ///
    /// # Errors
    /// As [`App::settle_groups`].
    pub fn keep_up(&self, session: &Session) -> Result<(), AppError> {
        let own = session.actor.id.uuid();
        let groups: Vec<Group> = session.actor.roles.iter().filter_map(|held| held.role.group()).collect();
        if groups.is_empty() {
            return Ok(());
        }
        let chain = self.store().read(|db| self.chain_now(db))?;
        let op = self.as_member(session.actor.clone())?;
        let lacks = |group: &Group| chain.first_of(own, *group).is_some_and(|from| chain.lacks_key(*group, from));
        let awaited = groups.into_iter().filter(lacks);
        let due: Vec<KeyId> = awaited
            .filter_map(|group| chain.keys.current(&group_owner(group)).map(|key| KeyId::new(key.key_id)))
            .collect();
        // Whoever does not hold the key in force cannot make the one that follows it.
        let held = !due.is_empty() && self.held_copies(&due)?.iter().any(|(_, holder)| *holder == session.actor.key);
        if held {
            self.settle_groups(&op, session)?;
        } else {
            self.reseal_or_tell(&op, session);
        }
        Ok(())
    }

    /// The same after something that is done already: what fails is written down and tried again by the next request, so
    /// that nobody loses the answer to what they did.
    pub fn keep_up_or_tell(&self, session: &Session) {
        if let Err(error) = self.keep_up(session) {
            tracing::error!("what a session owes its groups waits for the next request: {error}");
        }
    }

    /// Seals one piece again; nobody waits for it, and the next request tries again what fails.
    pub(super) fn reseal_or_tell(&self, op: &OpContext, session: &Session) {
        if let Err(error) = self.reseal_some(op, session, BATCH) {
            tracing::error!("what lies under keys of before cannot be sealed again: {error}");
        }
    }

    /// Who has a copy of which of these keys of groups, beside the one on paper.
    fn held_copies(&self, keys: &[KeyId]) -> Result<Vec<(KeyId, KeyId)>, AppError> {
        let paper = self.recovery_holder()?.key;
        Ok(self.store().read(|db| renewals::copies_but_of(db, keys, paper))?)
    }

    /// Seals one piece again of what lies under keys that somebody who left knows, for each of the member's groups: at most
    /// so many copies. Gives how many that were.
    ///
    /// # Errors
    /// Any store error, or a copy of a group's key that is not genuine. A copy of content that does not open is named for
    /// whoever runs the service and stays where it is.
    pub fn reseal_some(&self, op: &OpContext, session: &Session, at_most: i64) -> Result<usize, AppError> {
        let chain = self.store().read(|db| self.chain_now(db))?;
        let mut count = 0;
        for group in session.actor.roles.iter().filter_map(|held| held.role.group()) {
            let turns = turns(&chain, group);
            if !turns.is_empty() {
                count += self.reseal_piece(op, session, (group, &turns), at_most)?;
            }
        }
        Ok(count)
    }

    /// How far the new keys of this member's groups are, for as long as they are not done.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn renewals(&self, op: &OpContext) -> Result<Vec<Renewal>, AppError> {
        let member = acting(op)?;
        let chain = self.store().read(|db| self.chain_now(db))?;
        let mut found = Vec::new();
        for group in member.roles.iter().filter_map(|held| held.role.group()) {
            found.extend(self.renewal(&chain, group)?);
        }
        Ok(found)
    }

    fn renewal(&self, chain: &Chain, group: Group) -> Result<Option<Renewal>, AppError> {
        let awaited = chain.needs_new_key(group);
        let turns = turns(chain, group);
        if !awaited && turns.is_empty() {
            return Ok(None);
        }
        let olds: Vec<KeyId> = turns.iter().map(|turn| turn.old).collect();
        let news: Vec<KeyId> = turns.iter().map(|turn| turn.next.key).collect();
        let (left, done) = self.store().read(|db| {
            Ok::<_, StoreError>((renewals::sealed_under_count(db, &olds)?, renewals::sealed_under_count(db, &news)?))
        })?;
        let key = if awaited { NewKeyIs::Awaited } else { NewKeyIs::Made };
        Ok((awaited || left > 0).then_some(Renewal { group, key, done, all: done + left }))
    }

    fn reseal_piece(
        &self,
        op: &OpContext,
        session: &Session,
        (group, turns): (Group, &[Turn]),
        at_most: i64,
    ) -> Result<usize, AppError> {
        let olds: Vec<KeyId> = turns.iter().map(|turn| turn.old).collect();
        // Of what somebody who left knew, only keys that members still hold give work: however many left before.
        let held = self.held_copies(&olds)?;
        let own = |turn: &&Turn| held.contains(&(turn.old, session.actor.key));
        let mine: Vec<Turn> = turns.iter().filter(own).copied().collect();
        let work = self.prepare(op, session, &mine, at_most)?;
        if work.is_empty() {
            let still = olds.into_iter().filter(|old| held.iter().any(|(key, _)| key == old));
            self.let_keys_go(op, &still.collect::<Vec<_>>())?;
            return Ok(0);
        }
        let moved = self.store().write_blocking::<_, AppError, _>(op, "members.reseal", move |tx| {
            for turn in &mine {
                confirm_public(tx, turn.next)?;
            }
            let mut count = 0_usize;
            for again in &work {
                count += usize::from(tx.sealed_key_move(again.old, again.new.as_ref())? == Moved::Done);
            }
            if count == 0 {
                return Err(StoreError::Stale.into());
            }
            tx.record(Trace::new("key.resealed").detail("group", group.code()).detail("count", count.to_string()))?;
            Ok(count)
        });
        match moved {
            // A colleague did the same piece.
            Err(AppError::Store(StoreError::Stale)) => Ok(0),
            other => Ok(other?.value),
        }
    }

    /// As much work as is wanted, past whatever does not open: else a piece of damage would stop all that comes after it.
    fn prepare(&self, op: &OpContext, session: &Session, mine: &[Turn], at_most: i64) -> Result<Vec<Again>, AppError> {
        let olds: Vec<KeyId> = mine.iter().map(|turn| turn.old).collect();
        let mut work = Vec::new();
        let next = |beyond, count| self.store().read(|db| renewals::sealed_under(db, &olds, beyond, count));
        let mut rows = if olds.is_empty() { Vec::new() } else { next(SealedKeyId::new(Uuid::nil()), at_most)? };
        if rows.is_empty() {
            return Ok(work);
        }
        let ring = self.ring(session)?;
        let proven: Vec<Turn> = mine.iter().filter(|turn| is_proven(&ring, turn)).copied().collect();
        while let Some(last) = rows.last().map(|row| row.id) {
            work.extend(self.prepare_rows(op, &ring, &proven, rows)?);
            rows = next(last, at_most.saturating_sub(i64::try_from(work.len()).unwrap_or(i64::MAX)))?;
        }
        Ok(work)
    }

    fn prepare_rows(
        &self,
        op: &OpContext,
        ring: &KeyRing,
        turns: &[Turn],
        rows: Vec<SealedKeyRow>,
    ) -> Result<Vec<Again>, AppError> {
        let news: Vec<KeyId> = turns.iter().map(|turn| turn.next.key).collect();
        let subjects: Vec<KeyId> = rows.iter().map(|row| row.subject).collect();
        let there = self.store().read(|db| renewals::sealed_already(db, &subjects, &news))?;
        let mut entropy = self.entropy();
        let mut work = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(turn) = turns.iter().find(|turn| turn.old == row.holder) else { continue };
            let Some(kind) = KINDS.into_iter().find(|kind| *kind == row.subject_kind) else { continue };
            let Some(key) = opened_or_named(ring, &row) else { continue };
            let place = |copy: &&SealedKeyRow| {
                copy.holder == turn.next.key && (copy.subject, &copy.subject_kind) == (row.subject, &row.subject_kind)
            };
            // A copy that somebody planted takes no place: only one that opens to the same key does.
            let same = |copy: &SealedKeyRow| {
                let opened = ring.open(&copy.purpose(), &copy.sealed);
                opened.is_some_and(|opened| opened.is_ok_and(|opened| opened.expose() == key.expose()))
            };
            let new = if there.iter().filter(place).any(same) {
                None
            } else {
                let (subject, signal, until) = (row.subject, row.signal_id, row.until_at);
                let sealing = Sealing { subject, kind, signal, until, today: op.today };
                Some(sealing.to(turn.next, key.expose(), entropy.as_mut())?)
            };
            work.push(Again { old: row.id, new });
        }
        Ok(work)
    }

    /// Takes the members' copies of keys away under which nothing lies any more. The copy for recovery stays: a backup of
    /// before may need it.
    fn let_keys_go(&self, op: &OpContext, olds: &[KeyId]) -> Result<(), AppError> {
        let paper = self.recovery_holder()?.key;
        let mut unused = Vec::new();
        for old in olds {
            unused.extend(self.store().read(|db| idle_copies(db, *old, paper))?);
        }
        if unused.is_empty() {
            return Ok(());
        }
        let olds = olds.to_vec();
        self.store()
            .write_blocking::<_, AppError, _>(op, "members.let_go", move |tx| {
                let mut gone = 0_usize;
                for old in &olds {
                    let copies = idle_copies(tx.reader(), *old, paper)?;
                    for copy in &copies {
                        tx.sealed_key_delete(copy.id)?;
                    }
                    if !copies.is_empty() {
                        tx.record(Trace::new("key.let_go").object("key", old.uuid()))?;
                    }
                    gone += copies.len();
                }
                if gone == 0 { Err(StoreError::Stale.into()) } else { Ok(()) }
            })
            .map(|_| ())
            .or_else(|error| match error {
                // A colleague did the same.
                AppError::Store(StoreError::Stale) => Ok(()),
                other => Err(other),
            })
    }
}

/// Whether both keys are on the ring, and the next one is the one that was stated: what is sealed to it then opens.
fn is_proven(ring: &KeyRing, turn: &Turn) -> bool {
    let next = ring.private(turn.next.key.uuid()).and_then(|private| private.public().ok());
    ring.private(turn.old.uuid()).is_some() && next == Some(turn.next.public)
}

/// What is sealed again, as [`Sealing`] names it.
const KINDS: [&str; 2] = ["record", "share"];

/// The copies of a group's key, but the one on paper, when nothing lies under the key.
fn idle_copies(db: &mut crate::store::db::Db, key: KeyId, paper: KeyId) -> Result<Vec<SealedKeyRow>, StoreError> {
    if renewals::uses_of(db, key)? > 0 {
        return Ok(Vec::new());
    }
    let mut copies = contents::sealed_keys_of_subject(db, key)?;
    copies.retain(|copy| copy.subject_kind == "group" && copy.holder != paper);
    Ok(copies)
}

/// Whether the key that was sealed to stands in the database as the log proves it; a newer one is no trouble here: what
/// lies under this one is then found again.
fn confirm_public(tx: &mut Tx<'_>, holder: Holder) -> Result<(), AppError> {
    let stands = tx.public_key_state(holder.key)?.and_then(|row| row.exchange);
    if stands.as_deref() == Some(holder.public.0.as_slice()) {
        Ok(())
    } else {
        Err(AppError::KeyNotProven("group".to_owned()))
    }
}
