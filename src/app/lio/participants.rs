//! Who can be asked to an agenda item, and who cannot because a role was shut out.

use crate::app::{App, AppError};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::privacy_check::ItemProposalDraft;
use crate::domain::role::{LioMembership, Role, Seat};
use crate::domain::time::Day;
use crate::domain::words::FieldError;
use crate::store::db::Db;
use crate::store::{StoreError, members, signals};

/// Whether somebody can be asked to an item of this signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitable {
    /// They can.
    Yes,
    /// They cannot: they, or a role they hold, were shut out.
    ShutOut,
}

/// A member of the LIO who could be asked to an item. Coordinators are not among them: they lead it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// The role they sit in the LIO with.
    pub role: Role,
    /// Standing or invited.
    pub membership: LioMembership,
    /// First holder or deputy.
    pub seat: Seat,
    /// The source they answer for, by catalogue code; empty for other roles.
    pub source: String,
    /// The last day of an absence that covers today.
    pub away_until: Option<Day>,
    /// Whether they can be asked.
    pub invitable: Invitable,
}

impl App {
    /// Everybody who could be asked to an item of this signal: standing members first, then those who come on call.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn lio_candidates(&self, signal: SignalId, today: Day) -> Result<Vec<Candidate>, AppError> {
        Ok(self.store().read(|db| candidates(db, signal, today))?)
    }
}

/// The same inside a transaction.
///
/// # Errors
/// When the database cannot be read.
pub fn candidates(db: &mut Db, signal: SignalId, today: Day) -> Result<Vec<Candidate>, StoreError> {
    let shut = signals::exclusion_list(db, signal)?;
    let mut found = Vec::new();
    for (member, roles) in members::member_list(db)? {
        let counting: Vec<_> = roles.iter().filter(|held| held.state != "proposed").collect();
        let mut now = counting.iter().filter(|held| held.counts_on(today));
        let leads = now.clone().any(|held| held.role == Role::Coordinator);
        let seat = now.find_map(|held| held.role.lio_membership().map(|membership| (*held, membership)));
        let Some((held, membership)) = seat.filter(|_| !leads && member.state == "active") else { continue };
        let shut_out = shut.iter().any(|row| match row.member_id {
            Some(one) => one == member.id,
            None => counting.iter().any(|held| held.role == row.role),
        });
        let away = held.away_from.zip(held.away_until).filter(|(from, until)| *from <= today && today <= *until);
        found.push(Candidate {
            id: member.id,
            name: member.name,
            role: held.role,
            membership,
            seat: held.seat,
            source: held.source_code.clone(),
            away_until: away.map(|(_, until)| until),
            invitable: if shut_out { Invitable::ShutOut } else { Invitable::Yes },
        });
    }
    found.sort_by_key(|one| (one.membership, place(one.role), one.source.clone(), one.seat));
    Ok(found)
}

fn place(role: Role) -> usize {
    Role::ALL.iter().position(|known| *known == role).unwrap_or(usize::MAX)
}

/// What is wrong with the people of a proposal: unknown ones, and those who were shut out.
#[must_use]
pub fn wrong_participants(draft: &ItemProposalDraft, candidates: &[Candidate]) -> Vec<FieldError> {
    let asked = draft.participants.iter().filter_map(|typed| typed.member.parse::<MemberId>().ok());
    wrong_members(asked, candidates)
}

/// The same for members by id.
#[must_use]
pub fn wrong_members(asked: impl IntoIterator<Item = MemberId>, candidates: &[Candidate]) -> Vec<FieldError> {
    let refused = |member| match candidates.iter().find(|one| one.id == member) {
        None => Some("Deze deelnemer hoort niet bij het LIO.".to_owned()),
        Some(one) if one.invitable == Invitable::ShutOut => {
            Some(format!("{} is uitgesloten van dit signaal en kan niet meelezen.", one.name))
        }
        Some(_) => None,
    };
    asked.into_iter().filter_map(refused).map(|text| FieldError::new("deelnemers", text)).collect()
}
