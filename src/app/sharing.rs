//! Who holds the keys of a signal's handling, and giving records that exist to one more person.

use super::cosigning::role_shut_out;
use super::keyring::{Session, holder_ids};
use super::sealing::{Sealing, confirm};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{MemberId, RecordId, SignalId};
use crate::domain::role::{Group, Role};
use crate::domain::time::Day;
use crate::policy::{OpContext, member_grantee};
use crate::store::contents::{self, RecordRow, SealedKeyRow};
use crate::store::db::Db;
use crate::store::signals::{self, ExclusionRow, GrantRow, SignalRow};
use crate::store::{StoreError, Trace, Tx, members};
use crate::vault::ring::KeyRing;
use crate::vault::secret::Key32;

/// Keys of records on their way to one more person: sealed, not yet written.
#[derive(Clone)]
pub struct Shared {
    member: MemberId,
    holder: Holder,
    keys: Vec<SealedKeyRow>,
    kinds: Vec<String>,
}

impl App {
    /// Runs an act that seals, and once more when a newer key was stated between sealing and writing.
    ///
    /// # Errors
    /// Those of the act.
    pub async fn with_newest_keys<T>(&self, act: impl AsyncFn() -> Result<T, AppError>) -> Result<T, AppError> {
        match act().await {
            Err(AppError::KeyMoved) => {
                self.reload_trust()?;
                act().await
            }
            other => other,
        }
    }

    /// Who holds the records of a signal's handling: the group of its box, or the coordinators of its circle.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when the group has no key, or nobody of the circle is left.
    pub fn handling_holders(&self, signal: &SignalRow) -> Result<Vec<Holder>, AppError> {
        if let Ok(group) = signal.box_.parse::<Group>() {
            let holders = self.holders_within(signal.id, group)?;
            return if holders.is_empty() { Err(AppError::RoadClosed(group)) } else { Ok(holders) };
        }
        let people = self.proven_members(Role::Coordinator)?;
        let grants = self.store().read(|db| signals::grant_list(db, signal.id))?;
        let mut holders = Vec::new();
        for (member, _) in people {
            let named = member_grantee(member.id);
            if grants.iter().any(|grant| grant.grantee == named && grant.what == "signal") {
                holders.extend(self.member_holder(member.id)?);
            }
        }
        if holders.is_empty() { Err(AppError::RoadClosed(Group::Coordinators)) } else { Ok(holders) }
    }

    /// A group as holder of something of this signal. When somebody of it was shut out, the others get it by name: who
    /// was in a group keeps its key. Nobody at all, when the role was shut out as a whole.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when the group has no key; any store error.
    pub fn holders_within(&self, signal: SignalId, group: Group) -> Result<Vec<Holder>, AppError> {
        let shut = self.store().read(|db| signals::exclusion_list(db, signal))?;
        if shut.iter().any(|row| row.member_id.is_none() && row.role == group.role()) {
            return Ok(Vec::new());
        }
        if shut.is_empty() {
            return Ok(vec![self.group_holder(group)?]);
        }
        let people = self.proven_members(group.role())?;
        let (mut stay, today) = (Vec::new(), self.now().day());
        for (member, _) in &people {
            if !self.store().read(|db| is_out(db, &shut, member.id, today))? {
                stay.push(member.id);
            }
        }
        if stay.len() == people.len() && !self.knows_key_of(group, &shut)? {
            return Ok(vec![self.group_holder(group)?]);
        }
        let mut holders = Vec::new();
        for member in stay {
            holders.extend(self.member_holder(member)?);
        }
        Ok(holders)
    }

    /// Whether somebody who was shut out by name got this group's key, if only in a role they held before. Of whoever left
    /// there is no copy to see it by: until the group has its next key, anybody may be one of them.
    fn knows_key_of(&self, group: Group, shut: &[ExclusionRow]) -> Result<bool, AppError> {
        let key = self.group_holder(group)?.key;
        self.store().read(|db| {
            if self.chain_now(db)?.needs_new_key(group) {
                return Ok(true);
            }
            let copies = contents::sealed_keys_of_subject(db, key)?;
            for member in shut.iter().filter_map(|row| row.member_id) {
                let own = members::member_fetch(db, member)?.and_then(|member| member.key_id);
                if own.is_some_and(|own| copies.iter().any(|copy| copy.holder == own)) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// The same with whoever writes, when they are in neither: a jurist who drafts keeps their own draft.
    ///
    /// # Errors
    /// As [`App::handling_holders`].
    pub fn handling_holders_with(&self, signal: &SignalRow, session: &Session) -> Result<Vec<Holder>, AppError> {
        let mut holders = self.handling_holders(signal)?;
        if !session.actor.holds(Role::Coordinator) {
            holders.extend(self.member_holder(session.actor.id)?);
        }
        Ok(holders)
    }

    /// Seals the keys of the signal's records of these kinds, as far as the session opens them, to one more member.
    /// Nothing is given yet: [`Shared::put`] writes it, with the right to read, in the transaction of the act that
    /// makes it needed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the member has no key; [`AppError::Vault`] when a sealed key is not genuine.
    pub fn share_record(
        &self,
        op: &OpContext,
        session: &Session,
        signal: &SignalRow,
        kinds: &[&str],
        member: MemberId,
    ) -> Result<Shared, AppError> {
        let Some(holder) = self.member_holder(member)? else {
            return Err(AppError::field("medewerker", "Deze persoon heeft zich nog niet aangemeld en kan niet lezen."));
        };
        let ring = self.ring(session)?;
        let records =
            self.store().read(|db| contents::records_openable(db, signal.id, kinds, &holder_ids(&ring), op.at))?;
        let mut shared = Shared { member, holder, keys: Vec::new(), kinds: Vec::new() };
        for record in records {
            let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id))?;
            let there = copies.iter().any(|copy| copy.holder == holder.key && copy.until_at.is_none());
            if !there {
                shared.keys.push(self.reseal(op, &ring, &record, &copies, holder)?);
                shared.kinds.push(record.kind);
            }
        }
        Ok(shared)
    }

    /// Seals the key of one record, which the acting member can open, to one more holder.
    ///
    /// # Errors
    /// [`crate::store::StoreError::NoKey`] when the member cannot open it; [`AppError::Vault`] when it is not genuine.
    pub fn share_record_key(
        &self,
        op: &OpContext,
        session: &Session,
        record: &RecordRow,
        to: Holder,
    ) -> Result<SharedKey, AppError> {
        let ring = self.ring(session)?;
        let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id))?;
        Ok(SharedKey { copy: self.reseal(op, &ring, record, &copies, to)?, holder: to })
    }

    fn reseal(
        &self,
        op: &OpContext,
        ring: &KeyRing,
        record: &RecordRow,
        copies: &[SealedKeyRow],
        holder: Holder,
    ) -> Result<SealedKeyRow, AppError> {
        let key = record_key(ring, copies)?;
        let sealing = Sealing {
            subject: record.key_id,
            kind: "record",
            signal: Some(record.signal_id),
            until: None,
            today: op.today,
        };
        sealing.to(holder, key.expose(), self.entropy().as_mut())
    }
}

fn record_key(ring: &KeyRing, copies: &[SealedKeyRow]) -> Result<Key32, AppError> {
    for copy in copies.iter().filter(|copy| copy.subject_kind == "record") {
        if let Some(opened) = ring.open(&copy.purpose(), &copy.sealed) {
            return Ok(opened?);
        }
    }
    Err(AppError::Store(crate::store::StoreError::NoKey))
}

/// Whether a member was shut out by name, or has no role that may still read.
fn is_out(db: &mut Db, shut: &[ExclusionRow], member: MemberId, today: Day) -> Result<bool, StoreError> {
    let mut roles = members::roles_of(db, member)?;
    roles.retain(|row| row.counts_on(today));
    let role_is_out = |role: Role| shut.iter().any(|row| row.member_id.is_none() && row.role == role);
    let named = shut.iter().any(|row| row.member_id == Some(member));
    Ok(named || (!roles.is_empty() && roles.iter().all(|held| role_is_out(held.role))))
}

/// The key of one record, sealed to one more holder and ready to be written; the right to read is the caller's to give.
#[derive(Clone)]
pub struct SharedKey {
    copy: SealedKeyRow,
    holder: Holder,
}

impl SharedKey {
    /// Writes it, after a last look whether the holder's key still is the proven one.
    ///
    /// # Errors
    /// As [`confirm`].
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        confirm(tx, self.holder)?;
        tx.sealed_key_insert(&self.copy)?;
        Ok(())
    }
}

/// Takes a member's own copy of a record's key away.
///
/// # Errors
/// When the database cannot be written.
pub fn take_record_back(tx: &mut Tx<'_>, record: RecordId, from: MemberId) -> Result<(), AppError> {
    let key = tx.member_fetch(from)?.and_then(|member| member.key_id);
    let (Some(key), Some(record)) = (key, tx.record_fetch(record)?) else { return Ok(()) };
    for copy in contents::sealed_keys_of_subject(tx.reader(), record.key_id)? {
        if copy.holder == key {
            tx.sealed_key_delete(copy.id)?;
        }
    }
    Ok(())
}

impl Shared {
    /// Writes the sealed keys and the right to read the signal, with its event. Nobody whose role was shut out is
    /// ever given anything; `field` is where the form says so.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a person who was shut out; [`AppError::KeyMoved`] when their key changed meanwhile;
    /// any store error.
    pub fn put(&self, tx: &mut Tx<'_>, signal: &SignalRow, field: &str) -> Result<(), AppError> {
        let named = member_grantee(self.member);
        let known = tx.grant_list(signal.id)?.iter().any(|grant| grant.grantee == named && grant.what == "signal");
        let roles = members::roles_of(tx.reader(), self.member)?;
        let exclusions = tx.exclusion_list(signal.id)?;
        let themselves = exclusions.iter().any(|row| row.member_id == Some(self.member));
        if themselves || (!known && role_shut_out(&exclusions, &roles)) {
            return Err(AppError::field(field, "Deze persoon mag dit signaal niet lezen. Kies iemand anders."));
        }
        confirm(tx, self.holder)?;
        for key in &self.keys {
            tx.sealed_key_insert(key)?;
        }
        tx.grant_put(&GrantRow {
            signal_id: signal.id,
            grantee: named,
            what: "signal".to_owned(),
            received_on: signal.received_on,
        })?;
        tx.record(
            Trace::new("record.shared")
                .signal(signal.id)
                .object("member", self.member.uuid())
                .fields(self.kinds.clone()),
        )?;
        Ok(())
    }
}
