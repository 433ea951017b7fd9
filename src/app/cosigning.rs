//! Who may sign along: deputies and jurists who did not write along and whom nobody shut out.

use super::{App, AppError};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::role::{Role, Seat};
use crate::domain::signing::may_agree;
use crate::domain::time::Day;
use crate::policy::{OpContext, member_grantee};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::signals::{self, ExclusionRow, GrantRow};

/// Somebody who could sign along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// As what: coordinator or jurist.
    pub role: Role,
    /// First holder or deputy.
    pub seat: Seat,
    /// Whether they are there.
    pub presence: Presence,
    /// Whether they may.
    pub may: MaySign,
}

/// Whether somebody is at work today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// They are.
    Here,
    /// They are away, until and including this day when it is known.
    Away(Option<Day>),
}

/// Whether somebody may sign along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaySign {
    /// They may.
    Yes,
    /// They wrote along.
    WroteAlong,
}

impl Presence {
    fn on(today: Day, role: &RoleRow) -> Self {
        let away =
            role.away_from.is_some_and(|from| from <= today) && role.away_until.is_none_or(|until| until >= today);
        if away { Self::Away(role.away_until) } else { Self::Here }
    }
}

/// What decides who may be asked.
struct Question<'a> {
    asker: MemberId,
    authors: &'a [MemberId],
    grants: &'a [GrantRow],
    exclusions: &'a [ExclusionRow],
    today: Day,
}

impl Question<'_> {
    /// A coordinator may when the signal is theirs to read already; a jurist is given it when asked, unless somebody
    /// shut out one of their roles or themselves.
    fn candidate(&self, member: &MemberRow, role: &RoleRow, roles: &[RoleRow]) -> Option<Candidate> {
        let granted = |grantee: &str| self.grants.iter().any(|row| row.what == "signal" && row.grantee == grantee);
        let named = member_grantee(member.id);
        let group = role.role.group().map(|group| format!("group:{}", group.code())).unwrap_or_default();
        let reads = granted(&named) || granted(&group);
        let themselves = self.exclusions.iter().any(|row| row.member_id == Some(member.id));
        let eligible = match role.role {
            Role::Coordinator => reads && !themselves,
            Role::Jurist => !themselves && (reads || !role_shut_out(self.exclusions, roles)),
            _ => false,
        };
        if !eligible || member.id == self.asker || member.key_id.is_none() {
            return None;
        }
        let may = if may_agree(member.id, self.authors).is_ok() { MaySign::Yes } else { MaySign::WroteAlong };
        Some(Candidate {
            member: member.id,
            name: member.name.clone(),
            role: role.role,
            seat: role.seat,
            presence: Presence::on(self.today, role),
            may,
        })
    }
}

/// Whether one of these roles was shut out as a whole; a row that names a person is about that person only.
#[must_use]
pub fn role_shut_out(exclusions: &[ExclusionRow], roles: &[RoleRow]) -> bool {
    exclusions.iter().any(|row| row.member_id.is_none() && roles.iter().any(|held| held.role == row.role))
}

impl App {
    /// Who could sign along on a signal when the actor drafts, coordinators before jurists. `authors` wrote along so
    /// far; they stay visible. Whoever was shut out is not listed.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn cosigners(
        &self,
        op: &OpContext,
        signal: SignalId,
        authors: &[MemberId],
    ) -> Result<Vec<Candidate>, AppError> {
        self.cosigners_but(op, signal, authors, super::steps::acting(op)?.id)
    }

    /// The same without this one person, whoever asks.
    pub(super) fn cosigners_but(
        &self,
        op: &OpContext,
        signal: SignalId,
        authors: &[MemberId],
        asker: MemberId,
    ) -> Result<Vec<Candidate>, AppError> {
        self.signal_standing(op, signal)?;
        self.store().read(|db| {
            let grants = signals::grant_list(db, signal)?;
            let exclusions = signals::exclusion_list(db, signal)?;
            let question = Question { asker, authors, grants: &grants, exclusions: &exclusions, today: op.today };
            let mut found: Vec<Candidate> = Vec::new();
            for role in [Role::Coordinator, Role::Jurist] {
                for (member, held) in self.proven_members_in(db, role)? {
                    let roles = members::roles_of(db, member.id)?;
                    let known = found.iter().any(|candidate| candidate.member == member.id);
                    found.extend(question.candidate(&member, &held, &roles).filter(|_| !known));
                }
            }
            Ok(found)
        })
    }

    /// The person asked to sign along, if they may.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `medeondertekenaar` with what to do; as [`App::cosigners`].
    pub fn cosigner_named(
        &self,
        op: &OpContext,
        signal: SignalId,
        authors: &[MemberId],
        named: Option<&str>,
    ) -> Result<Candidate, AppError> {
        let field = "medeondertekenaar";
        let id: Option<MemberId> = named.filter(|text| !text.is_empty()).and_then(|text| text.parse().ok());
        let Some(id) = id else { return Err(AppError::field(field, "Kies wie er meetekent.")) };
        let found = self.cosigners(op, signal, authors)?.into_iter().find(|candidate| candidate.member == id);
        match found {
            Some(candidate) if candidate.may == MaySign::Yes => Ok(candidate),
            Some(_) => Err(AppError::field(
                field,
                "Deze persoon schreef mee en kan daarom niet meetekenen. Kies iemand anders.",
            )),
            None => Err(AppError::field(field, "Deze persoon kan niet meetekenen. Kies iemand van de lijst.")),
        }
    }
}
