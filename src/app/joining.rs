//! Joining without the set-up key: a member invites, the newcomer makes keys, and somebody who is in lets them in by
//! vouching for those keys.

use super::keyring::Session;
use super::members::{RoleOf, check_invitation, role_trace};
use super::role_days::check_days;
use super::setup::{Invitation, OneTimeCode, Standing};
use super::steps::acting;
use super::trust::{Holder, NewPublicKey, StatementSigner};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::{Group, Role};
use crate::domain::time::Day;
use crate::policy::{Action, Facts, OpContext, Permit, Refusal, authorize};
use crate::store::db::Db;
use crate::store::joinings::{self, JoiningRow};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::{StoreError, Trace, Tx};
use crate::vault::error::VaultError;
use crate::vault::joining::{CHECK_KIND, check, check_typed};
use crate::vault::member::MemberPublics;
use crate::vault::receipt::Receipt;
use crate::vault::seal::{HolderPublic, SealPurpose, seal_key};
use crate::vault::signing::VerifyKey;
use crate::vault::statement::Owner;

/// How whoever lets somebody in knows that the keys are theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The one-time code vouches for them: its check key is sealed to a group of whoever lets in, or to them.
    Code,
    /// The person reads their fingerprint out, and it was typed here.
    Fingerprint(String),
}

/// Somebody who waits to be let in.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Who.
    pub account: MemberRow,
    /// Their roles, held or proposed.
    pub roles: Vec<RoleRow>,
    /// Since when they wait.
    pub since_on: Day,
    /// What is needed: with the code the service checks by itself.
    pub proof: ProofNeeded,
    joining: JoiningRow,
}

/// What whoever lets somebody in has to do about the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofNeeded {
    /// Nothing: the code tells.
    Nothing,
    /// Type the fingerprint that the newcomer reads out.
    Typed,
}

pub(super) fn facts_about(member: MemberId, roles: &[RoleRow]) -> Facts {
    let roles = roles.iter().map(|row| row.role).collect();
    Facts { authors: vec![member], roles, ..Facts::default() }
}

pub(super) fn permitted(op: &OpContext, action: Action, facts: &Facts) -> Result<Permit, AppError> {
    authorize(op, action, facts).map_err(|why| AppError::refused(action.code(), why, None))
}

fn publics_of(row: &JoiningRow) -> Option<(KeyId, MemberPublics)> {
    let bytes = |column: &Option<Vec<u8>>| <[u8; 32]>::try_from(column.as_deref()?).ok();
    let exchange = HolderPublic(bytes(&row.exchange)?);
    Some((row.key_id?, MemberPublics { exchange, signing: VerifyKey(bytes(&row.signing)?) }))
}

impl App {
    /// Invites somebody as a member does: an account and a one-time code, shown once. Every role waits for a second
    /// person. When whoever invites shares a group with them, the code itself will tell that the keys are theirs.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] for a login that is taken or roles that cannot be.
    pub fn member_invite(&self, op: &OpContext, person: Invitation) -> Result<OneTimeCode, AppError> {
        let facts = Facts { roles: person.roles.iter().map(|given| given.role).collect(), ..Facts::default() };
        permitted(op, Action::InviteMember, &facts)?;
        check_invitation(&person, self.protocol())?;
        person.roles.iter().try_for_each(|given| check_days(given, op.today))?;
        let holder = self.check_holder(op, &facts.roles)?;
        let codes = self.invite_sealed(op, &[person], Standing::Proposed, None, holder)?;
        codes.into_iter().next().ok_or_else(|| AppError::Internal("an invitation without a code".to_owned()))
    }

    /// The group to which the check key of a code is sealed: one of whoever makes the code, who may let the person in
    /// themselves. A code that an administrator made vouches for nothing: they could use it themselves.
    pub(super) fn check_holder(&self, op: &OpContext, roles: &[Role]) -> Result<Option<Holder>, AppError> {
        let facts = Facts { roles: roles.to_vec(), ..Facts::default() };
        let may = authorize(op, Action::LetIn, &facts).ok().and_then(|permit| permit.role());
        match may.and_then(Role::group) {
            Some(group) if op.as_member().is_some() => Ok(self.group_holder(group).ok()),
            _ => Ok(None),
        }
    }

    /// An invitation as it is kept: with the check key of its code for whoever may let the person in.
    pub(super) fn joining(
        &self,
        today: Day,
        member: MemberId,
        code: &Receipt,
        holder: Option<Holder>,
    ) -> Result<JoiningRow, AppError> {
        let sealed = match holder {
            None => None,
            Some(holder) => {
                let purpose = check_purpose(member, holder.key);
                let mut entropy = self.entropy();
                Some(seal_key(&holder.public, &purpose, code.check_key()?.expose(), entropy.as_mut())?)
            }
        };
        Ok(JoiningRow {
            member_id: member,
            check_holder: holder.map(|holder| holder.key),
            check_sealed: sealed,
            key_id: None,
            exchange: None,
            signing: None,
            mac: None,
            since_on: today,
        })
    }

    /// Everybody whom this member may let in, oldest first.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn newcomers(&self, op: &OpContext, session: &Session) -> Result<Vec<Newcomer>, AppError> {
        acting(op)?;
        let mut found = self.store().read(|db| newcomers_for(db, op))?;
        let ring = self.ring(session)?;
        let trusted = self.reload_trust()?;
        let tells = |key: KeyId| ring.private(key.uuid()).is_some() && !trusted.chain().is_known_to_leavers(key.uuid());
        for newcomer in &mut found {
            if newcomer.joining.check_holder.is_some_and(tells) {
                newcomer.proof = ProofNeeded::Nothing;
            }
        }
        Ok(found)
    }

    /// Lets somebody in: whoever does this vouches with their own key that the newcomer's keys are theirs.
    ///
    /// # Errors
    /// A refusal that looks like absence; [`AppError::Invalid`] when the keys are not those of the newcomer.
    pub fn let_in(&self, op: &OpContext, session: &Session, member: MemberId, proof: &Proof) -> Result<(), AppError> {
        let newcomer = self.newcomer(op, session, member)?;
        let (key, publics) = publics_of(&newcomer.joining).ok_or(StoreError::Stale)?;
        if let Err(error) = self.check_keys(session, &newcomer.joining, &publics, proof) {
            return self.refuse_keys(op, &error, proof);
        }
        let owner = Owner::Member(member.uuid());
        let epoch = self.reload_trust()?.next_epoch(&owner);
        let by = StatementSigner { id: session.actor.key.uuid(), signer: &session.keys.signing };
        let own = NewPublicKey::stated(key, owner, epoch, Some(publics.exchange), Some(publics.signing), &by);
        let (app, seen) = (self.clone(), newcomer);
        self.store().write_blocking::<_, AppError, _>(op, "members.let_in", move |tx| {
            let now = waiting(tx.reader(), member)?.ok_or(StoreError::Stale)?;
            let permit = permitted(tx.op(), Action::LetIn, &facts_about(member, &now.roles))?;
            if now.joining != seen.joining {
                return Err(StoreError::Stale.into());
            }
            app.put_admitted(tx, &own)?;
            tx.joining_delete(member)?;
            let row = now.account;
            let row = MemberRow { state: "active".to_owned(), key_id: Some(key), version: row.version + 1, ..row };
            tx.member_update(&row)?;
            tx.record(Trace::new("member.let_in").object("member", member.uuid()).role(permit.role()))?;
            propose_again(tx, &now.roles, permit.role())
        })?;
        self.settle_groups(op, session)?;
        Ok(())
    }

    /// One newcomer whom this member may let in; a refusal that looks like absence for any other.
    ///
    /// # Errors
    /// The same as [`App::newcomers`].
    pub fn newcomer(&self, op: &OpContext, session: &Session, member: MemberId) -> Result<Newcomer, AppError> {
        let found = self.newcomers(op, session)?.into_iter().find(|one| one.account.id == member);
        found.ok_or_else(|| AppError::refused(Action::LetIn.code(), Refusal::NotFound, None))
    }

    fn check_keys(
        &self,
        session: &Session,
        joining: &JoiningRow,
        publics: &MemberPublics,
        proof: &Proof,
    ) -> Result<(), AppError> {
        let member = joining.member_id.uuid();
        if let Proof::Fingerprint(typed) = proof {
            return Ok(check_typed(member, publics, typed)?);
        }
        let (Some(holder), Some(sealed), Some(mac)) = (joining.check_holder, &joining.check_sealed, &joining.mac)
        else {
            return Err(StoreError::NoKey.into());
        };
        // Whoever left could have opened the check key, and vouched with it for keys of their own.
        if self.reload_trust()?.chain().is_known_to_leavers(holder.uuid()) {
            return Err(StoreError::NoKey.into());
        }
        let opened = self.ring(session)?.open(&check_purpose(joining.member_id, holder), sealed);
        Ok(check(&opened.ok_or(StoreError::NoKey)??, member, publics, mac)?)
    }

    /// Keys that are not the newcomer's stand in the log before anybody is told.
    fn refuse_keys(&self, op: &OpContext, error: &AppError, proof: &Proof) -> Result<(), AppError> {
        let (name, text) = match (proof, error) {
            (Proof::Code, AppError::Store(StoreError::NoKey)) => {
                ("vingerafdruk", "Typ de zes groepjes die deze persoon voorleest.")
            }
            (Proof::Code, _) => (
                "binnenlaten",
                "De sleutels zijn niet met de uitgereikte code gemaakt. Laat deze persoon niet binnen en waarschuw de \
                 privacy officer.",
            ),
            (Proof::Fingerprint(_), _) => (
                "vingerafdruk",
                "Dit is niet de vingerafdruk die hier bekend is. Laat de groepjes nog eens voorlezen. Klopt het dan nog \
                 niet, laat deze persoon dan niet binnen en waarschuw de privacy officer.",
            ),
        };
        let noted: Result<(), AppError> = self.refuse(op, AppError::Vault(VaultError::NotGenuine));
        match noted {
            Err(AppError::Vault(_)) | Ok(()) => Err(AppError::field(name, text)),
            Err(other) => Err(other),
        }
    }
}

fn check_purpose(member: MemberId, holder: KeyId) -> SealPurpose<'static> {
    SealPurpose { what: member.uuid(), holder: holder.uuid(), kind: CHECK_KIND, until: None }
}

/// What counted once waits for a second person again, because the key it was given for is another one now.
pub(super) fn propose_again(tx: &mut Tx<'_>, roles: &[RoleRow], by: Option<Role>) -> Result<(), AppError> {
    for row in roles.iter().filter(|row| row.state != "proposed" && row.role != Role::Administrator) {
        tx.role_lapse(row)?;
        tx.record(role_trace("role.proposed", row).role(by))?;
    }
    Ok(())
}

fn waiting(db: &mut Db, member: MemberId) -> Result<Option<Newcomer>, StoreError> {
    let account = members::member_fetch(db, member)?.filter(|account| account.state == "waiting");
    let joining = joinings::joining_fetch(db, member)?.filter(|row| row.key_id.is_some());
    let Some((account, joining)) = account.zip(joining) else { return Ok(None) };
    let roles = members::role_list(db, member)?;
    let since_on = joining.since_on;
    Ok(Some(Newcomer { account, roles, since_on, proof: ProofNeeded::Typed, joining }))
}

/// The same as [`App::newcomers`], inside a reading that is already going on.
pub(super) fn newcomers_for(db: &mut Db, op: &OpContext) -> Result<Vec<Newcomer>, StoreError> {
    let mut found = Vec::new();
    for (account, roles) in members::member_list(db)? {
        if account.state == "waiting" && authorize(op, Action::LetIn, &facts_about(account.id, &roles)).is_ok() {
            found.extend(waiting(db, account.id)?);
        }
    }
    found.sort_by(|a, b| (a.since_on, &a.account.name).cmp(&(b.since_on, &b.account.name)));
    Ok(found)
}

impl Newcomer {
    /// The roles that still wait for a second person.
    pub fn proposed(&self) -> impl Iterator<Item = RoleOf> + '_ {
        let waits = self.roles.iter().filter(|row| row.role != Role::Administrator);
        waits.map(|row| RoleOf { member: row.member_id, role: row.role, source: row.source_code.clone() })
    }

    /// The groups whose keys come with the roles.
    pub fn groups(&self) -> impl Iterator<Item = Group> + '_ {
        self.roles.iter().filter_map(|row| row.role.group())
    }
}
