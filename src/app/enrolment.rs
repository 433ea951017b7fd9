//! The first sign-in, with a one-time code: here a member's keys are made.

use super::attempts::Attempt;
use super::group_keys::NewGroupKey;
use super::trust::{Epoch, Holder, NewPublicKey, StatementSigner, group_owner};
use super::{App, AppError, passwords};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Role;
use crate::policy::OpContext;
use crate::store::Trace;
use crate::store::joinings::{self, JoiningRow};
use crate::store::members::{self, MemberRow};
use crate::vault::joining::{fingerprint, vouch};
use crate::vault::member::{MemberKeys, MemberPublics};
use crate::vault::password::enrol;
use crate::vault::receipt::Receipt;
use crate::vault::statement::Owner;

/// How a first sign-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolled {
    /// The member can sign in.
    In,
    /// A colleague still has to let them in.
    Waits(Waits),
}

/// Somebody who signed in and is not let in yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The name colleagues read.
    pub name: String,
    /// Roles whose holders may let this person in.
    pub by: Vec<Role>,
    /// The fingerprint of the keys this person has, to be read out.
    pub fingerprint: String,
}

impl App {
    /// The first sign-in: takes the one-time code and makes the member's keys. At the ceremony the set-up key vouches for
    /// them, and the keys of groups that have none yet are made; afterwards a colleague vouches (`app/joining.rs`).
    /// Blocks for as long as the password takes.
    ///
    /// # Errors
    /// [`AppError::EnrolmentFailed`] for a wrong or used code, [`AppError::Invalid`] for a password that may not be chosen,
    /// [`AppError::Slowed`] after too many tries.
    pub fn enrol(&self, op: &OpContext, login: &str, code: &str, password: &str) -> Result<Enrolled, AppError> {
        passwords::may_be_chosen("wachtwoord", password, &[login])?;
        let Attempt { login, account } = self.count_attempt(op, login)?;
        let code = Receipt::parse(code).ok();
        let hash = code.as_ref().and_then(|code| code.lookup_id().ok());
        let found = self.store().read(|db| members::member_by_login(db, &login))?;
        let (member, code) = match (found, hash, code) {
            (Some(member), Some(hash), Some(code))
                if member.state == "invited" && member.enrol_hash.as_deref() == Some(hash.as_slice()) =>
            {
                (member, code)
            }
            _ => return self.refuse(op, AppError::EnrolmentFailed),
        };
        let mut entropy = self.entropy();
        let keys = MemberKeys::generate(entropy.as_mut())?;
        let (record, wrapping) = enrol(password, self.kdf_cost(), entropy.as_mut())?;
        let row = MemberRow {
            enrol_hash: None,
            password: Some(record.to_json()?.into_bytes()),
            keys_sealed: Some(keys.wrap(&wrapping, member.id.uuid(), entropy.as_mut())?),
            version: member.version + 1,
            ..member
        };
        let key = KeyId::new(self.random_id()?);
        if self.is_at_ceremony(row.id)? {
            self.enrol_at_ceremony(op, row, key, keys.publics()?, account)?;
            return Ok(Enrolled::In);
        }
        self.enrol_to_wait(op, row, key, &keys, &code, account)
    }

    /// Whether the set-up key vouches: it is there, gave every role of the member, and the member never had a key.
    fn is_at_ceremony(&self, member: MemberId) -> Result<bool, AppError> {
        let never = self.reload_trust()?.next_epoch(&Owner::Member(member.uuid())) == 1;
        let roles = self.store().read(|db| members::role_list(db, member))?;
        let given = !roles.is_empty() && roles.iter().all(|row| row.state == "setup");
        Ok(self.keys().setup.is_some() && never && given)
    }

    fn enrol_at_ceremony(
        &self,
        op: &OpContext,
        member: MemberRow,
        key: KeyId,
        publics: MemberPublics,
        account: String,
    ) -> Result<(), AppError> {
        let by = StatementSigner::setup(self.setup_signer()?);
        let owner = Owner::Member(member.id.uuid());
        let own = NewPublicKey::stated(key, owner, 1, Some(publics.exchange), Some(publics.signing), &by);
        let groups = self.first_group_keys(op, member.id, Holder { key, public: publics.exchange }, &by)?;
        let row = MemberRow { state: "active".to_owned(), key_id: Some(key), ..member };
        self.store().write_blocking::<_, AppError, _>(op, "members.enrol", move |tx| {
            own.put(tx)?;
            tx.member_update(&row)?;
            for group in &groups {
                group.put(tx)?;
            }
            tx.attempts_forget(&account)?;
            tx.record(Trace::new("member.enrolled").object("member", row.id.uuid()))?;
            Ok(())
        })?;
        self.reload_trust()?;
        Ok(())
    }

    /// Leaves the public keys for whoever lets the person in, vouched for under the code.
    fn enrol_to_wait(
        &self,
        op: &OpContext,
        member: MemberRow,
        key: KeyId,
        keys: &MemberKeys,
        code: &Receipt,
        account: String,
    ) -> Result<Enrolled, AppError> {
        let publics = keys.publics()?;
        let mac = vouch(&code.check_key()?, member.id.uuid(), &publics)?;
        let row = MemberRow { state: "waiting".to_owned(), ..member };
        let waits = self.waits(&row, keys)?;
        self.store().write_blocking::<_, AppError, _>(op, "members.enrol", move |tx| {
            let invited = joinings::joining_fetch(tx.reader(), row.id)?;
            let (check_holder, check_sealed) =
                invited.map_or((None, None), |invited| (invited.check_holder, invited.check_sealed));
            tx.member_update(&row)?;
            tx.joining_put(&JoiningRow {
                member_id: row.id,
                check_holder,
                check_sealed,
                key_id: Some(key),
                exchange: Some(publics.exchange.0.to_vec()),
                signing: Some(publics.signing.0.to_vec()),
                mac: Some(mac.to_vec()),
                since_on: tx.today(),
            })?;
            tx.attempts_forget(&account)?;
            tx.record(Trace::new("member.enrolled").object("member", row.id.uuid()))?;
            Ok(())
        })?;
        Ok(Enrolled::Waits(waits))
    }

    /// What somebody reads who is not in yet. The fingerprint is of their own keys, whatever the database says they are.
    pub(super) fn waits(&self, member: &MemberRow, keys: &MemberKeys) -> Result<Waits, AppError> {
        let roles = self.store().read(|db| members::role_list(db, member.id))?;
        let mut by: Vec<Role> = Vec::new();
        for role in roles.iter().flat_map(|row| row.role.judged_by()).filter(|role| role.vouches()) {
            if !by.contains(&role) {
                by.push(role);
            }
        }
        let fingerprint = fingerprint(member.id.uuid(), &keys.publics()?);
        Ok(Waits { name: member.name.clone(), by, fingerprint })
    }

    fn first_group_keys(
        &self,
        op: &OpContext,
        member: MemberId,
        first: Holder,
        by: &StatementSigner<'_>,
    ) -> Result<Vec<NewGroupKey>, AppError> {
        let roles = self.store().read(|db| self.proven_roles_of(db, member))?;
        let trusted = self.reload_trust()?;
        let mut made = Vec::new();
        for group in roles.iter().filter_map(|row| row.role.group()) {
            if trusted.current(&group_owner(group)).is_none() {
                made.push(self.make_group_key(op.today, group, Epoch::first(1), &[first], by)?);
            }
        }
        Ok(made)
    }
}
