//! What waits, for whom, and until when. Goes through the same grants as everything else and discloses nothing.

use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::{AgendaItemId, MemberId, ObjectId, PrivacyCheckId, SignalId, SourceQuestionId};
use crate::domain::role::Role;
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::policy::{MemberActor, OpContext};
use crate::store::db::Db;
use crate::store::signals::SignalRow;
use crate::store::{StoreError, agenda, checks, decisions, log, members, signals};
use std::collections::HashMap;

/// Rows that one page looks at; a municipality has a few hundred open signals at most.
const ROWS: i64 = 500;

/// What somebody must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// The step a signal waits for, by its waiting code.
    Step {
        /// The signal.
        signal: SignalId,
        /// The waiting code.
        waiting: String,
    },
    /// Judge a privacy check.
    Check {
        /// The check.
        check: PrivacyCheckId,
        /// `1`, `2A` or `2B`.
        kind: String,
    },
    /// Answer a question about one's source.
    Question(SourceQuestionId),
    /// Read an item before the sitting.
    Item(AgendaItemId),
    /// Do an action one owns.
    Action(SignalId),
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Whoever looks.
    Mine,
    /// Somebody else, by name or by role.
    Other(String),
    /// Nobody's, until a day.
    Aside,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub task: Task,
    /// What people call it: a signal's or a question's reference.
    pub reference: String,
    /// Until when.
    pub due_on: Option<Day>,
    /// Whose turn.
    pub turn: Turn,
    /// The last day on which whoever looks opened it.
    pub opened_on: Option<Day>,
}

impl App {
    /// Everything that waits for this member, and what waits for others on the signals they run; by due day.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn worklist(&self, op: &OpContext) -> Result<Vec<Work>, AppError> {
        let member = acting(op)?;
        let mut work = self.store().read(|db| {
            let mut work = signal_work(db, member)?;
            work.extend(check_work(db, member, |day| self.protocol().due_on(ClockCode::Check1, day))?);
            work.extend(own_work(db, member, op.today)?);
            Ok::<_, StoreError>(work)
        })?;
        work.sort_by_key(|row| (row.due_on.is_none(), row.due_on, row.reference.clone()));
        Ok(work)
    }
}

fn signal_work(db: &mut Db, member: &MemberActor) -> Result<Vec<Work>, StoreError> {
    let rows = signals::signal_waiting(db, member, ROWS)?;
    let objects: Vec<ObjectId> = rows.iter().map(|row| ObjectId::new(row.id.uuid())).collect();
    let opened = log::last_opened(db, member.id, &objects)?;
    let names: HashMap<MemberId, String> =
        members::member_list(db)?.into_iter().map(|(account, _)| (account.id, account.name)).collect();
    Ok(rows
        .into_iter()
        .map(|row| Work {
            turn: turn_of(&row, member, &names),
            reference: row.reference.to_string(),
            due_on: row.due_on,
            opened_on: opened.get(&ObjectId::new(row.id.uuid())).copied(),
            task: Task::Step { signal: row.id, waiting: row.waiting },
        })
        .collect())
}

fn turn_of(row: &SignalRow, member: &MemberActor, names: &HashMap<MemberId, String>) -> Turn {
    if let Some(who) = row.turn_of {
        return if who == member.id { Turn::Mine } else { Turn::Other(names.get(&who).cloned().unwrap_or_default()) };
    }
    let runs = [Role::Coordinator, Role::IntegrityContact].into_iter().any(|role| member.holds(role));
    match row.waiting.as_str() {
        "check1_decide" | "check2a_decide" | "check2b_decide" => Turn::Other("Privacy officer".to_owned()),
        "answers" => Turn::Other("Bronhouders".to_owned()),
        "urgent_sign" => Turn::Mine,
        _ if row.stage == Stage::Monitoring => Turn::Aside,
        _ if runs => Turn::Mine,
        _ => Turn::Other("Coördinator".to_owned()),
    }
}

fn check_work(db: &mut Db, member: &MemberActor, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    if !member.holds(Role::PrivacyOfficer) {
        return Ok(Vec::new());
    }
    let mut work = Vec::new();
    for check in checks::check_list_open(db, &member.grantees())? {
        let reference = signals::signal_fetch(db, check.signal_id)?.map(|s| s.reference.to_string());
        work.push(Work {
            task: Task::Check { check: check.id, kind: check.kind },
            reference: reference.unwrap_or_default(),
            due_on: Some(due(check.proposed_on)),
            turn: Turn::Mine,
            opened_on: None,
        });
    }
    Ok(work)
}

fn own_work(db: &mut Db, member: &MemberActor, today: Day) -> Result<Vec<Work>, StoreError> {
    let mine = |task, reference, due_on| Work { task, reference, due_on, turn: Turn::Mine, opened_on: None };
    let mut work = Vec::new();
    for question in checks::question_list_open_for(db, member.id)? {
        work.push(mine(Task::Question(question.id), question.reference.to_string(), Some(question.due_on)));
    }
    for (item, copy) in agenda::copy_list_for(db, member.id, today)? {
        work.push(mine(Task::Item(item.id), String::new(), Some(copy.window_until)));
    }
    for action in decisions::action_list_open_of(db, member.id)? {
        let reference = signals::signal_fetch(db, action.signal_id)?.map(|s| s.reference.to_string());
        work.push(mine(Task::Action(action.signal_id), reference.unwrap_or_default(), Some(action.due_on)));
    }
    Ok(work)
}
