//! The first sign-in, with a one-time code: here a member's keys are made.

use super::attempts::Attempt;
use super::group_keys::NewGroupKey;
use super::trust::{Holder, NewPublicKey, StatementSigner, group_owner};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::policy::OpContext;
use crate::store::Trace;
use crate::store::members::{self, MemberRow};
use crate::vault::member::MemberKeys;
use crate::vault::password::enrol;
use crate::vault::receipt::Receipt;
use crate::vault::statement::Owner;

/// The shortest password, in characters (NIST SP 800-63B-4, section 3.1.1.2: length before rules).
pub const PASSWORD_MIN_CHARS: usize = 15;

impl App {
    /// The first sign-in: takes the one-time code, makes the member's keys, and the keys of groups that have none yet.
    /// Blocks for as long as the password takes.
    ///
    /// # Errors
    /// [`AppError::EnrolmentFailed`] for a wrong or used code, [`AppError::Invalid`] for a password that is too short,
    /// [`AppError::Slowed`] after too many tries.
    pub fn enrol(&self, op: &OpContext, login: &str, code: &str, password: &str) -> Result<(), AppError> {
        if password.chars().count() < PASSWORD_MIN_CHARS {
            return Err(AppError::field(
                "wachtwoord",
                format!("Kies een wachtwoord van minstens {PASSWORD_MIN_CHARS} tekens. Een zin mag ook."),
            ));
        }
        let Attempt { login, account } = self.count_attempt(op, login)?;
        let hash = Receipt::parse(code).ok().and_then(|code| code.lookup_id().ok());
        let found = self.store().read(|db| members::member_by_login(db, &login))?;
        let member = match (found, hash) {
            (Some(member), Some(hash))
                if member.state == "invited" && member.enrol_hash.as_deref() == Some(hash.as_slice()) =>
            {
                member
            }
            _ => return self.refuse(op, AppError::EnrolmentFailed),
        };
        let mut entropy = self.entropy();
        let keys = MemberKeys::generate(entropy.as_mut())?;
        let (record, wrapping) = enrol(password, self.kdf_cost(), entropy.as_mut())?;
        let sealed = keys.wrap(&wrapping, member.id.uuid(), entropy.as_mut())?;
        let by = StatementSigner::setup(self.setup_signer()?);
        let publics = keys.publics()?;
        let key_id = KeyId::new(self.random_id()?);
        let owner = Owner::Member(member.id.uuid());
        let own = NewPublicKey::stated(key_id, owner, 1, Some(publics.exchange), Some(publics.signing), &by);
        let groups = self.first_group_keys(op, member.id, Holder { key: key_id, public: publics.exchange }, &by)?;
        let row = MemberRow {
            state: "active".to_owned(),
            enrol_hash: None,
            password: Some(record.to_json()?.into_bytes()),
            keys_sealed: Some(sealed),
            key_id: Some(key_id),
            version: member.version + 1,
            ..member
        };
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
                made.push(self.make_group_key(op.today, group, 1, &[first], by)?);
            }
        }
        Ok(made)
    }
}
