//! Dutch: *uitschakelen*. Who may be shut out of the service, and what waits for them then: in numbers only, since whoever
//! keeps accounts must not learn which signals there are.

use super::{App, AppError};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::role::Group;
use crate::policy::{Action, Facts, OpContext, Refusal, authorize};
use crate::store::db::Db;
use crate::store::members::{self, MemberRow};
use crate::store::signals;
use crate::store::{StoreError, open_work};

/// How much waits for somebody, on signals of which it may be known that they exist: in the coordinators' box, with
/// nobody shut out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenWork {
    /// Signatures and other turns.
    pub turns: usize,
    /// Questions to their source.
    pub questions: usize,
    /// Actions.
    pub actions: usize,
}

impl OpenWork {
    /// In words, for a sentence; empty when nothing waits.
    #[must_use]
    pub fn in_words(self) -> String {
        let some = |count: usize, one: &str, more: &str| match count {
            0 => None,
            1 => Some(format!("één {one}")),
            count => Some(format!("{count} {more}")),
        };
        let parts = [
            some(self.turns, "stap of handtekening", "stappen of handtekeningen"),
            some(self.questions, "bronvraag", "bronvragen"),
            some(self.actions, "actie", "acties"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl App {
    /// One account that this member may shut; a refusal that looks like absence for any other.
    ///
    /// # Errors
    /// The refusal; any store error.
    pub fn person_to_disable(&self, op: &OpContext, member: MemberId) -> Result<(MemberRow, OpenWork), AppError> {
        let absent = || AppError::refused(Action::ManageMembers.code(), Refusal::NotFound, None);
        authorize(op, Action::ManageMembers, &Facts::default()).map_err(|_| absent())?;
        let own = op.as_member().map(|actor| actor.id);
        let account = self.store().read(|db| members::member_fetch(db, member))?;
        let account = account.filter(|account| account.state != "disabled" && Some(account.id) != own);
        let account = account.ok_or_else(absent)?;
        Ok((account, self.open_work_of(op, member)?))
    }

    /// How much waits for somebody.
    ///
    /// # Errors
    /// A refusal for whoever does not keep accounts; any store error.
    pub fn open_work_of(&self, op: &OpContext, member: MemberId) -> Result<OpenWork, AppError> {
        authorize(op, Action::ManageMembers, &Facts::default())
            .map_err(|why| AppError::refused(Action::ManageMembers.code(), why, None))?;
        Ok(self.store().read(|db| {
            let turns = open_work::signals_on_turn_of(db, &[member])?.into_iter().map(|row| row.id).collect();
            let questions = open_work::questions_open(db)?.into_iter().filter(|row| row.holder_id == member);
            let questions = questions.map(|row| row.signal_id).collect();
            let actions = open_work::actions_open_of(db, &[member])?.into_iter().map(|row| row.signal_id).collect();
            Ok::<_, StoreError>(OpenWork {
                turns: tellable(db, turns)?,
                questions: tellable(db, questions)?,
                actions: tellable(db, actions)?,
            })
        })?)
    }
}

/// How many of these are on signals that may be counted.
fn tellable(db: &mut Db, of: Vec<SignalId>) -> Result<usize, StoreError> {
    let mut count = 0;
    for id in of {
        let plain = signals::signal_fetch(db, id)?.is_some_and(|row| row.box_ == Group::Coordinators.code());
        count += usize::from(plain && signals::exclusion_list(db, id)?.is_empty());
    }
    Ok(count)
}
