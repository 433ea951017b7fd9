//! Who answers for a source.

use super::super::{App, AppError};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::role::{Role, Seat};
use crate::domain::source::SourceEntry;
use crate::domain::time::Day;
use crate::store::db::Db;
use crate::store::members::{MemberRow, RoleRow};
use crate::store::signals::{ExclusionRow, exclusion_list};

/// A member who may be asked for a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHolder {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// First holder or deputy.
    pub seat: Seat,
    /// Until when they are away, when they are away today.
    pub away_until: Option<Day>,
}

/// Why nobody answers for a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nobody {
    /// Nobody was given the role.
    Appointed,
    /// Those who were are shut out from this signal.
    Allowed,
}

impl Nobody {
    /// The sentence for the coordinator who proposes the source.
    pub(super) fn at_proposal(self, source: &SourceEntry) -> String {
        format!("{} Laat deze bron weg.", self.sentence(source))
    }

    /// The sentence for the privacy officer who clears it.
    pub(super) fn at_verdict(self, source: &SourceEntry) -> String {
        format!("{} Weiger deze bron, of geef het voorstel terug.", self.sentence(source))
    }

    fn sentence(self, source: &SourceEntry) -> String {
        match self {
            Self::Appointed => format!("Voor de bron {} is nu niemand aangewezen.", source.label),
            Self::Allowed => format!("Wie voor de bron {} antwoordt, is bij dit signaal uitgesloten.", source.label),
        }
    }
}

impl App {
    /// Those who may be asked for this source on this signal: holders before deputies, those who are away last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn source_holders(
        &self,
        signal: SignalId,
        source: &SourceEntry,
        today: Day,
    ) -> Result<Vec<SourceHolder>, AppError> {
        Ok(self.source_holders_or_why(signal, source, today)?.unwrap_or_default())
    }

    pub(super) fn source_holders_or_why(
        &self,
        signal: SignalId,
        source: &SourceEntry,
        today: Day,
    ) -> Result<Result<Vec<SourceHolder>, Nobody>, AppError> {
        let (people, excluded) = self.store().read(|db| {
            let people = self.appointed(db, source)?;
            Ok::<_, AppError>((people, exclusion_list(db, signal)?))
        })?;
        if people.is_empty() {
            return Ok(Err(Nobody::Appointed));
        }
        let mut holders = Vec::new();
        for (member, role) in people {
            if is_shut_out(&excluded, member.id, role.role) || self.member_holder(member.id)?.is_none() {
                continue;
            }
            let away =
                role.away_from.is_some_and(|from| from <= today) && role.away_until.is_none_or(|until| today <= until);
            let away_until = if away { role.away_until.or(Some(today)) } else { None };
            holders.push(SourceHolder { member: member.id, name: member.name, seat: role.seat, away_until });
        }
        holders.sort_by_key(|holder| holder.away_until.is_some());
        Ok(if holders.is_empty() { Err(Nobody::Allowed) } else { Ok(holders) })
    }

    /// The active members with the role and the source of this entry. Burgerzaken keeps one source, so its members may
    /// go without a code.
    fn appointed(&self, db: &mut Db, source: &SourceEntry) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        let mut people = self.proven_members_in(db, source.holder)?;
        people.retain(|(_, role)| {
            role.source_code == source.code.as_str()
                || (role.source_code.is_empty() && source.holder == Role::CivilRegistry)
        });
        Ok(people)
    }
}

/// Whether this member, or everybody with this role, is shut out.
pub(super) fn is_shut_out(excluded: &[ExclusionRow], member: MemberId, role: Role) -> bool {
    excluded.iter().any(|row| match row.member_id {
        Some(one) => one == member,
        None => row.role == role,
    })
}
