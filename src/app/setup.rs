//! The ceremony: the first keys of an installation, and the first members of each group by one-time codes.
//!
//! The set-up key signs the first statements: recovery, ledger, and the keys that members make at their first sign-in.
//! When everyone is in it is taken away; its fingerprint stays in the configuration as the anchor of every public key.

use super::role_proof::{ROLES_GIVEN, invitation, invited_as, seat_given};
use super::trust::{Holder, NewPublicKey, StatementSigner};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::{Role, RoleDates, Seat};
use crate::domain::words::FieldError;
use crate::policy::OpContext;
use crate::store::members::{MemberRow, RoleRow};
use crate::store::{Trace, Tx};
use crate::vault::receipt::Receipt;
use crate::vault::seal::HolderPublic;
use crate::vault::secret::Secret;
use crate::vault::signing::{Signer, VerifyKey};
use crate::vault::statement::Owner;
use std::collections::BTreeMap;

/// A role as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGiven {
    /// The role.
    pub role: Role,
    /// First or deputy.
    pub seat: Seat,
    /// The source answered for, by catalogue code; empty for other roles.
    pub source: String,
    /// The days on which it counts; always, when none are set.
    pub dates: RoleDates,
}

/// Somebody to be let in.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The name typed at signing in.
    pub login: String,
    /// The name colleagues read.
    pub name: String,
    /// Their roles.
    pub roles: Vec<RoleGiven>,
}

/// A one-time code for somebody's first sign-in, shown once.
pub struct OneTimeCode {
    /// For whom.
    pub login: String,
    /// Their name.
    pub name: String,
    /// The code.
    pub code: Secret<String>,
}

/// Whether the roles of an invitation count at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Given at the ceremony, before there is anybody who could agree.
    Ceremony,
    /// Proposed by an operator; a member must agree before content roles count.
    Proposed,
}

impl App {
    /// Writes the first statements: the recovery key on paper and the key that signs checkpoints.
    ///
    /// # Errors
    /// When the set-up key is gone or the database refuses.
    pub fn setup_begin(&self, op: &OpContext, recovery: HolderPublic) -> Result<(), AppError> {
        let by = StatementSigner::setup(self.setup_signer()?);
        let ledger_key = VerifyKey(self.keys().ledger.public_bytes());
        let recovery_id = KeyId::new(self.random_id()?);
        let ledger_id = KeyId::new(self.random_id()?);
        let recovery = NewPublicKey::stated(recovery_id, Owner::Recovery, 1, Some(recovery), None, &by);
        let ledger = NewPublicKey::stated(ledger_id, Owner::Ledger, 1, None, Some(ledger_key), &by);
        self.store().write_blocking::<_, AppError, _>(op, "setup.begin", move |tx| {
            recovery.put(tx)?;
            ledger.put(tx)?;
            tx.record(Trace::new("setup.begun"))?;
            Ok(())
        })?;
        self.reload_trust()?;
        Ok(())
    }

    /// The set-up key, while the ceremony lasts.
    ///
    /// # Errors
    /// When it was taken away.
    pub fn setup_signer(&self) -> Result<&Signer, AppError> {
        self.keys().setup.as_ref().ok_or_else(|| AppError::Internal("the set-up key was taken away".to_owned()))
    }

    /// Invites people: an account each, and a one-time code for the first sign-in.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for roles that one person may not combine or a login that is taken.
    pub fn invite(
        &self,
        op: &OpContext,
        people: &[Invitation],
        standing: Standing,
    ) -> Result<Vec<OneTimeCode>, AppError> {
        let signer = match standing {
            Standing::Ceremony => Some(self.setup_signer()?),
            Standing::Proposed => None,
        };
        self.invite_sealed(op, people, standing, signer, None)
    }

    /// The same, with the check key of each code sealed to a group that may let these people in, if there is one.
    pub(super) fn invite_sealed(
        &self,
        op: &OpContext,
        people: &[Invitation],
        standing: Standing,
        signer: Option<&Signer>,
        check_holder: Option<Holder>,
    ) -> Result<Vec<OneTimeCode>, AppError> {
        let mut codes = Vec::with_capacity(people.len());
        let mut rows = Vec::with_capacity(people.len());
        for person in people {
            check_roles(&person.roles)?;
            let code = Receipt::random(self.entropy().as_mut())?;
            let member = MemberRow {
                id: MemberId::new(self.random_id()?),
                login: person.login.trim().to_lowercase(),
                name: person.name.trim().to_owned(),
                state: "invited".to_owned(),
                enrol_hash: Some(code.lookup_id()?.to_vec()),
                password: None,
                keys_sealed: None,
                key_id: None,
                created_at: op.at,
                version: 1,
            };
            let joining = self.joining(op.today, member.id, &code, check_holder)?;
            codes.push(OneTimeCode { login: member.login.clone(), name: member.name.clone(), code: code.shown() });
            let named =
                |given: &RoleGiven| (invited_as(given.role, &given.source), seat_given(given.seat, given.dates));
            let details: BTreeMap<String, String> = person.roles.iter().map(named).collect();
            let words = invitation(member.id, &details);
            let signature = signer.map(|signer| signer.sign(ROLES_GIVEN, &words).0.to_vec());
            rows.push((member, person.roles.clone(), details, signature, joining));
        }
        self.store().write_blocking::<_, AppError, _>(op, "members.invite", move |tx| {
            for (member, roles, details, signature, joining) in &rows {
                if tx.member_by_login(&member.login)?.is_some() {
                    return Err(AppError::field("naam", format!("De aanmeldnaam {} bestaat al.", member.login)));
                }
                tx.member_insert(member)?;
                if standing == Standing::Proposed {
                    tx.joining_put(joining)?;
                }
                for given in roles {
                    tx.role_insert(&role_row(tx, member.id, given, standing))?;
                }
                let trace = Trace::new("member.invited").object("member", member.id.uuid());
                let trace = details.iter().fold(trace, |trace, (name, seat)| trace.detail(name, seat));
                tx.record(match signature {
                    Some(signature) => trace.signature(signature.clone()),
                    None => trace,
                })?;
            }
            Ok(())
        })?;
        Ok(codes)
    }
}

pub(super) fn role_row(tx: &Tx<'_>, member: MemberId, given: &RoleGiven, standing: Standing) -> RoleRow {
    let state = match standing {
        Standing::Ceremony => "setup",
        // Administration gives no keys and no content: nobody needs to agree to it.
        Standing::Proposed if given.role == Role::Administrator => "agreed",
        Standing::Proposed => "proposed",
    };
    RoleRow {
        member_id: member,
        role: given.role,
        seat: given.seat,
        source_code: given.source.clone(),
        state: state.to_owned(),
        since_on: tx.today(),
        away_from: None,
        away_until: None,
        first_on: given.dates.first,
        last_on: given.dates.last,
    }
}

/// Refuses roles that one person may not combine.
///
/// # Errors
/// [`AppError::Invalid`] with the reason.
pub fn check_roles(roles: &[RoleGiven]) -> Result<(), AppError> {
    let mut errors = Vec::new();
    for (place, one) in roles.iter().enumerate() {
        for other in roles.iter().skip(place + 1) {
            if let Some(separation) = one.role.conflicts_with(other.role) {
                let text =
                    format!("{} en {} gaan niet samen. {}", one.role.label(), other.role.label(), separation.reason);
                errors.push(FieldError::new("rollen", text));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
}
