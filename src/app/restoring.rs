//! Somebody lost their password: a colleague gives them a new one-time code, and what was theirs is given back to their
//! new key as far as anybody can open it. Nobody learns a password, and nothing is given before a second person agreed.

use super::joining::{facts_about, permitted, propose_again};
use super::keyring::Session;
use super::members::end_proofs;
use super::resealing::opened_or_named;
use super::sealing::{Sealing, confirm};
use super::setup::OneTimeCode;
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Role;
use crate::policy::{Action, OpContext, Refusal};
use crate::store::contents::{self, SealedKeyRow};
use crate::store::members::RoleRow;
use crate::store::members::{self, MemberRow};
use crate::store::{StoreError, Trace};
use crate::vault::receipt::Receipt;
use crate::vault::ring::KeyRing;
use crate::vault::statement::Owner;
use std::collections::BTreeMap;

/// What is sealed to a member personally, beside the keys of groups.
const PERSONAL: [&str; 2] = ["record", "share"];

/// A copy for somebody's new key, in place of the one for a key of before.
#[derive(Clone)]
struct Again {
    member: MemberId,
    holder: Holder,
    old: SealedKeyRow,
    copy: Option<SealedKeyRow>,
}

impl App {
    /// Gives somebody a new one-time code. Everything that proved them ends at once: password, keys, sessions; their
    /// roles wait for a second person again. What they signed stays checkable, and their work stays theirs.
    ///
    /// # Errors
    /// A refusal that looks like absence; [`AppError::Invalid`] for an account that is shut.
    pub fn access_restore(&self, op: &OpContext, member: MemberId) -> Result<OneTimeCode, AppError> {
        let absent = || AppError::refused(Action::RestoreAccess.code(), Refusal::NotFound, None);
        let (account, roles) = self
            .store()
            .read(|db| Ok::<_, StoreError>((members::member_fetch(db, member)?, members::role_list(db, member)?)))?;
        let account = account.ok_or_else(absent)?;
        permitted(op, Action::RestoreAccess, &facts_about(member, &roles))?;
        if account.state == "disabled" {
            return Err(AppError::field("herstel", "Dit account is uitgeschakeld."));
        }
        let code = Receipt::random(self.entropy().as_mut())?;
        let given: Vec<Role> = roles.iter().map(|row| row.role).collect();
        let joining = self.joining(op.today, member, &code, self.check_by(op, &given)?)?;
        let done = OneTimeCode { login: account.login.clone(), name: account.name.clone(), code: code.shown() };
        let next = MemberRow {
            state: "invited".to_owned(),
            enrol_hash: Some(code.lookup_id()?.to_vec()),
            password: None,
            keys_sealed: None,
            key_id: None,
            version: account.version + 1,
            ..account.clone()
        };
        self.store().write_blocking::<_, AppError, _>(op, "members.restore", move |tx| {
            let roles = members::role_list(tx.reader(), member)?;
            let permit = permitted(tx.op(), Action::RestoreAccess, &facts_about(member, &roles))?;
            end_proofs(tx, &account)?;
            tx.member_update(&next)?;
            tx.joining_put(&joining)?;
            tx.record(Trace::new("member.reset").object("member", member.uuid()).role(permit.role()))?;
            propose_again(tx, &roles, permit.role())
        })?;
        // The old access has ended: whatever happens now, the code must come out. Who reads the log next reads it anew.
        if let Err(error) = self.reload_trust() {
            tracing::error!("the log cannot be read after an access was restored: {error}");
        }
        Ok(done)
    }

    /// To whom the check key of the code is sealed: whoever restores access, alone. The group's key in force is known to
    /// whoever lost the password, and to whoever found it, until the next one is made.
    fn check_by(&self, op: &OpContext, given: &[Role]) -> Result<Option<Holder>, AppError> {
        match (self.check_holder(op, given)?, op.as_member()) {
            (Some(_), Some(actor)) => self.member_holder(actor.id),
            _ => Ok(None),
        }
    }

    /// Seals what was sealed to keys of before to the new keys of colleagues whose roles all count again, as far as this
    /// session opens it.
    ///
    /// # Errors
    /// Any store error, or a copy of a group's key that is not genuine.
    pub(super) fn give_back(&self, op: &OpContext, session: &Session) -> Result<(), AppError> {
        let ring = self.ring(session)?;
        let mut work = Vec::new();
        for (member, olds) in self.keys_of_before()? {
            let whole = self.store().read(|db| {
                let roles = members::role_list(db, member)?;
                let account = members::member_fetch(db, member)?.filter(|account| account.state == "active");
                let whole = !roles.is_empty() && roles.iter().all(|row| counts(&roles, row));
                Ok::<_, StoreError>(account.is_some() && whole)
            })?;
            if let (true, Ok(Some(holder))) = (whole, self.member_holder(member)) {
                self.find_again(op, member, holder, &olds, &ring, &mut work)?;
            }
        }
        if work.is_empty() {
            return Ok(());
        }
        self.store().write_blocking::<_, AppError, _>(op, "members.give_back", move |tx| {
            let mut given: BTreeMap<MemberId, usize> = BTreeMap::new();
            for again in &work {
                confirm(tx, again.holder)?;
                tx.sealed_key_delete(again.old.id)?;
                if let Some(copy) = &again.copy {
                    tx.sealed_key_insert(copy)?;
                }
                *given.entry(again.member).or_default() += 1;
            }
            for (member, count) in given {
                tx.record(
                    Trace::new("key.returned").object("member", member.uuid()).detail("count", count.to_string()),
                )?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// How many pieces are still sealed to keys of before, so that the member cannot read them: nobody who signed in
    /// since could open them.
    ///
    /// # Errors
    /// Any store error.
    pub fn not_given_back(&self, member: MemberId) -> Result<usize, AppError> {
        Ok(self.lacking()?.remove(&member).unwrap_or(0))
    }

    /// The same for everybody who came back with another key.
    pub(super) fn lacking(&self) -> Result<BTreeMap<MemberId, usize>, AppError> {
        let before = self.keys_of_before()?;
        Ok(self.store().read(|db| {
            let mut counts = BTreeMap::new();
            for (member, olds) in before {
                let mut count = 0;
                for (old, kind) in olds.iter().flat_map(|old| PERSONAL.map(|kind| (*old, kind))) {
                    let rows = contents::sealed_keys_of_holder(db, old, kind)?;
                    count += rows.iter().filter(|row| row.until_at.is_none()).count();
                }
                counts.insert(member, count);
            }
            Ok::<_, StoreError>(counts)
        })?)
    }

    /// The keys of before of every member who has a key now, after another.
    fn keys_of_before(&self) -> Result<BTreeMap<MemberId, Vec<KeyId>>, AppError> {
        let trusted = self.reload_trust()?;
        let mut found: BTreeMap<MemberId, Vec<KeyId>> = BTreeMap::new();
        for key in trusted.all() {
            let Owner::Member(member) = &key.owner else { continue };
            if trusted.current(&key.owner).is_some_and(|current| current.key_id != key.key_id) {
                found.entry(MemberId::new(*member)).or_default().push(KeyId::new(key.key_id));
            }
        }
        Ok(found)
    }

    fn find_again(
        &self,
        op: &OpContext,
        member: MemberId,
        holder: Holder,
        olds: &[KeyId],
        ring: &KeyRing,
        work: &mut Vec<Again>,
    ) -> Result<(), AppError> {
        for (old, kind) in olds.iter().flat_map(|old| PERSONAL.map(|kind| (*old, kind))) {
            let rows = self.store().read(|db| contents::sealed_keys_of_holder(db, old, kind))?;
            for row in rows.into_iter().filter(|row| row.until_at.is_none()) {
                let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, row.subject))?;
                let there = copies.iter().any(|copy| copy.subject_kind == kind && copy.holder == holder.key);
                let mut lasting = copies.iter().filter(|copy| copy.subject_kind == kind && copy.until_at.is_none());
                let Some(key) = lasting.find_map(|copy| opened_or_named(ring, copy)) else { continue };
                let sealing =
                    Sealing { subject: row.subject, kind, signal: row.signal_id, until: None, today: op.today };
                let copy = match there {
                    true => None,
                    false => Some(sealing.to(holder, key.expose(), self.entropy().as_mut())?),
                };
                work.push(Again { member, holder, old: row, copy });
            }
        }
        Ok(())
    }
}

/// Whether a role counts, be it that other days for it still wait.
fn counts(all: &[RoleRow], row: &RoleRow) -> bool {
    let same = |other: &&RoleRow| other.is_same_as(row.role, &row.source_code);
    all.iter().filter(same).any(|other| other.state != "proposed")
}
