//! Accounts and roles after the ceremony: who comes in, who gets which role, who leaves.
//!
//! A role that gives content takes two people: an administrator or operator proposes it, a member whose role it touches
//! agrees in a session of their own. Only then does it count, and only in a session can a group's key be passed on.

use super::role_days::{check_beside, check_days};
use super::role_proof::DAYS;
use super::setup::{Invitation, OneTimeCode, RoleGiven, Standing, check_roles};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::protocol::Protocol;
use crate::domain::role::Role;
use crate::domain::text::{BoundedText as _, NameText};
use crate::domain::words::FieldError;
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::{Trace, Tx, contents, factors, keys};
use crate::vault::statement::{KeyState, Owner, TrustedKeys};

/// The longest name to sign in with, in characters.
const LOGIN_MAX_CHARS: usize = 64;

/// One account with its roles.
pub type Account = (MemberRow, Vec<RoleRow>);

/// A role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOf {
    /// Whose.
    pub member: MemberId,
    /// Which role.
    pub role: Role,
    /// For which source; empty for other roles.
    pub source: String,
}

/// Whether an account can be named so.
pub(super) fn is_login(login: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || ".-_@".contains(sign);
    !login.is_empty() && login.len() <= LOGIN_MAX_CHARS && login.chars().all(plain)
}

/// Whether somebody can be invited so: a usable name and login, roles that exist, go together and have their source.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub fn check_invitation(person: &Invitation, protocol: &Protocol) -> Result<(), AppError> {
    let mut errors = Vec::new();
    if !is_login(person.login.trim()) {
        let text = format!("Een aanmeldnaam heeft kleine letters, cijfers en . - _ @, hooguit {LOGIN_MAX_CHARS}.");
        errors.push(FieldError::new("aanmeldnaam", text));
    }
    if let Err(error) = NameText::parse(&person.name) {
        errors.push(FieldError::new("naam", error.to_string()));
    }
    if person.roles.is_empty() {
        errors.push(FieldError::new("rollen", "Geef minstens één rol."));
    }
    for checked in person.roles.iter().map(|given| check_source(given, protocol)).chain([check_roles(&person.roles)]) {
        match checked {
            Err(AppError::Invalid(more)) => errors.extend(more),
            other => other?,
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
}

/// Whether the source of a role is one of the protocol, for roles that answer for a source.
///
/// # Errors
/// [`AppError::Invalid`] with the reason.
pub fn check_source(given: &RoleGiven, protocol: &Protocol) -> Result<(), AppError> {
    let refuse = |text: String| Err(AppError::field("bron", text));
    let label = given.role.label();
    if given.source.is_empty() {
        return if given.role == Role::Flexible {
            refuse(format!("Bij de rol {label} hoort een bron, zoals vergunningen."))
        } else {
            Ok(())
        };
    }
    match protocol.source(&given.source) {
        None => refuse(format!("De bron {} staat niet in het protocol.", given.source)),
        Some(source) if source.holder != given.role => {
            refuse(format!("Voor de bron {} antwoordt de rol {}, niet {label}.", given.source, source.holder.label()))
        }
        Some(_) => Ok(()),
    }
}

fn allowed(op: &OpContext, action: Action, facts: &Facts) -> Result<Option<Role>, AppError> {
    let permit = authorize(op, action, facts).map_err(|why| AppError::refused(action.code(), why, None))?;
    Ok(permit.role())
}

fn unknown_login(login: &str) -> AppError {
    AppError::field("aanmeldnaam", format!("Er is niemand met de aanmeldnaam {login}."))
}

impl App {
    /// Every account with its roles, by name.
    ///
    /// # Errors
    /// A refusal for whoever does not keep accounts.
    pub fn accounts(&self, op: &OpContext) -> Result<Vec<Account>, AppError> {
        allowed(op, Action::SeeMembers, &Facts::default())?;
        Ok(self.store().read(members::member_list)?)
    }

    /// Invites somebody: an account and a one-time code. Roles with content wait for a second person.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] for a login that is taken or roles that cannot be.
    pub fn member_add(&self, op: &OpContext, person: Invitation) -> Result<OneTimeCode, AppError> {
        allowed(op, Action::ManageMembers, &Facts::default())?;
        check_invitation(&person, self.protocol())?;
        person.roles.iter().try_for_each(|given| check_days(given, op.today))?;
        let codes = self.invite(op, &[person], Standing::Proposed)?;
        codes.into_iter().next().ok_or_else(|| AppError::Internal("an invitation without a code".to_owned()))
    }

    /// Proposes a role for somebody, or other days for one that had days. Administration gives no keys and counts at once;
    /// every other role waits for [`App::role_agree`], and until then the days before go on counting.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] for an unknown login, a role already held, or one that cannot be combined.
    pub fn role_propose(&self, op: &OpContext, login: &str, given: &RoleGiven) -> Result<RoleRow, AppError> {
        let role = allowed(op, Action::ManageMembers, &Facts::default())?;
        check_source(given, self.protocol())?;
        check_days(given, op.today)?;
        let (login, given) = (login.trim().to_lowercase(), given.clone());
        let committed = self.store().write_blocking::<_, AppError, _>(op, "members.propose_role", move |tx| {
            let member = tx.member_by_login(&login)?.ok_or_else(|| unknown_login(&login))?;
            if member.state == "disabled" {
                return Err(AppError::field("aanmeldnaam", format!("Het account {login} is uitgeschakeld.")));
            }
            let held = members::role_list(tx.reader(), member.id)?;
            check_beside(&held, &given, &login, tx.today())?;
            let mut all: Vec<RoleGiven> = held.iter().map(given_of).collect();
            all.push(given.clone());
            check_roles(&all)?;
            let row = super::setup::role_row(tx, member.id, &given, Standing::Proposed);
            if given.role == Role::Administrator {
                tx.role_delete(member.id, given.role)?;
            }
            tx.role_insert(&row)?;
            tx.record(role_trace("role.proposed", &row).role(role))?;
            Ok(row)
        })?;
        Ok(committed.value)
    }

    /// Takes a role away. The copies of the group's key that came with it go, too.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] for an unknown login or a role that is not held.
    pub fn role_withdraw(&self, op: &OpContext, login: &str, role: Role) -> Result<(), AppError> {
        let as_role = allowed(op, Action::ManageMembers, &Facts::default())?;
        let login = login.trim().to_lowercase();
        self.store().write_blocking::<_, AppError, _>(op, "members.withdraw_role", move |tx| {
            let member = tx.member_by_login(&login)?.ok_or_else(|| unknown_login(&login))?;
            if tx.role_delete(member.id, role)? == 0 {
                return Err(AppError::field("rol", format!("{login} heeft de rol {} niet.", role.label())));
            }
            if let Some(group) = role.group() {
                take_group_copies(tx, &member, Some(group.code()))?;
            }
            let trace = Trace::new("role.withdrawn").object("member", member.id.uuid()).role(as_role);
            tx.record(trace.detail("role", role.code()))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Shuts an account: it signs in no more, its sessions end, its copies of group keys go, and its key ends with the
    /// entry in the log: taking away needs no signature. What the person signed stays checkable.
    ///
    /// # Errors
    /// A refusal; [`AppError::Invalid`] for an unknown or shut account.
    pub fn member_disable(&self, op: &OpContext, login: &str) -> Result<(), AppError> {
        let role = allowed(op, Action::ManageMembers, &Facts::default())?;
        let login = login.trim().to_lowercase();
        let member =
            self.store().read(|db| members::member_by_login(db, &login))?.ok_or_else(|| unknown_login(&login))?;
        if member.state == "disabled" {
            return Err(AppError::field("aanmeldnaam", format!("Het account {login} is al uitgeschakeld.")));
        }
        let row = MemberRow { state: "disabled".to_owned(), enrol_hash: None, version: member.version + 1, ..member };
        let app = self.clone();
        self.store().write_blocking::<_, AppError, _>(op, "members.disable", move |tx| {
            let chain = app.chain_now(tx.reader())?;
            tx.member_update(&row)?;
            end_proofs(tx, &row)?;
            take_own_copies(tx, &row, &chain.keys)?;
            tx.record(Trace::new("member.disabled").object("member", row.id.uuid()).role(role))?;
            Ok(())
        })?;
        self.reload_trust()?;
        Ok(())
    }
}

/// Ends everything that proves this member or opens something for them: sessions, second factors, their key, copies of
/// group keys.
/// Whatever else comes to prove a member ends here, too.
pub(super) fn end_proofs(tx: &mut Tx<'_>, member: &MemberRow) -> Result<(), AppError> {
    tx.sessions_delete_of(member.id)?;
    take_group_copies(tx, member, None)?;
    for factor in factors::factor_list(tx.reader(), member.id)? {
        tx.factor_delete(&factor)?;
    }
    if let Some(key) = member.key_id {
        tx.public_key_retire(key, tx.today())?;
    }
    Ok(())
}

/// Takes the copies of group keys away that are sealed to a member: of one group, or of all.
pub(super) fn take_group_copies(tx: &mut Tx<'_>, member: &MemberRow, group: Option<&str>) -> Result<(), AppError> {
    let Some(holder) = member.key_id else { return Ok(()) };
    let known = keys::public_key_list(tx.reader())?;
    for copy in contents::sealed_keys_of_holder(tx.reader(), holder, "group")? {
        let of_group = known.iter().find(|key| key.id == copy.subject).map(|key| key.owner.as_str());
        if group.is_none() || of_group == group {
            tx.sealed_key_delete(copy.id)?;
        }
    }
    Ok(())
}

/// Takes the copies away that were sealed to somebody by name, where somebody else of the house holds the same under a key
/// that still counts: the last copy of anything stays, so that nothing is destroyed by leaving.
fn take_own_copies(tx: &mut Tx<'_>, member: &MemberRow, keys: &TrustedKeys) -> Result<(), AppError> {
    let Some(holder) = member.key_id else { return Ok(()) };
    for kind in ["record", "share"] {
        for copy in contents::sealed_keys_of_holder(tx.reader(), holder, kind)? {
            let all = contents::sealed_keys_of_subject(tx.reader(), copy.subject)?;
            let lasts = |other: &contents::SealedKeyRow| {
                other.subject_kind == kind && other.until_at.is_none() && opens_still(keys, other.holder)
            };
            if copy.until_at.is_some() || all.iter().any(|other| other.holder != holder && lasts(other)) {
                tx.sealed_key_delete(copy.id)?;
            }
        }
    }
    Ok(())
}

/// Whether what lies under this key can be opened by somebody of the house: a member's key in force, or a group's that was
/// not withdrawn, also one of before. Not a key of somebody who left or who lost their password, and not a melder's.
fn opens_still(keys: &TrustedKeys, holder: KeyId) -> bool {
    keys.key(holder.uuid()).is_some_and(|key| match key.owner {
        Owner::Member(_) => key.state == KeyState::Current,
        Owner::Group { .. } => key.state != KeyState::Retired,
        Owner::Setup | Owner::Circle(_) | Owner::Recovery | Owner::Ledger => false,
    })
}

fn given_of(row: &RoleRow) -> RoleGiven {
    RoleGiven { role: row.role, seat: row.seat, source: row.source_code.clone(), dates: row.dates() }
}

pub(super) fn role_trace(kind: &'static str, row: &RoleRow) -> Trace {
    let trace = Trace::new(kind)
        .object("member", row.member_id.uuid())
        .detail("role", row.role.code())
        .detail("seat", row.seat.code());
    let trace = if row.source_code.is_empty() { trace } else { trace.detail("source", row.source_code.clone()) };
    if row.dates().are_set() { trace.detail(DAYS, row.dates().code()) } else { trace }
}
