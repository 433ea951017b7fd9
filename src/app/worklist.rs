//! What waits, for whom, and until when. Goes through the same grants as everything else and discloses nothing.

use super::emergency::GRANT;
use super::joining::newcomers_for;
use super::lio::urgent_item::waits_for;
use super::machines::machines_for;
use super::members::RoleOf;
use super::role_agreement::proposals_for;
use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::{
    ActionId, AgendaItemId, DecisionId, EmergencyOpeningId, IdentityOpeningId, MachineId, MemberId, ObjectId,
    PrivacyCheckId, SignalId, SourceQuestionId,
};
use crate::domain::role::Role;
use crate::domain::signing::UrgentSignatures;
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::policy::{MemberActor, OpContext};
use crate::store::db::Db;
use crate::store::signals::SignalRow;
use crate::store::{
    StoreError, agenda, checks, decisions, destructions, emergencies, identities, log, members, signals,
};
use std::collections::HashMap;

/// Rows that one page looks at; a municipality has a few hundred open signals at most.
const ROWS: i64 = 500;

/// The waiting code of an urgent decision.
const URGENT: &str = "urgent_sign";

/// What somebody must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// The step a signal waits for, by its waiting code.
    Step {
        /// The signal.
        signal: SignalId,
        /// The waiting code.
        waiting: String,
        /// The stage in which it waits.
        stage: Stage,
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
    Action(ActionId),
    /// Judge a request to open the name of a melder.
    NameRequest(IdentityOpeningId),
    /// Judge whether it was right to open a signal out of hours; for whoever leads the signal: know that it was opened.
    Emergency(EmergencyOpeningId),
    /// Agree to the destruction of a signal, or return it.
    Destruction(SignalId),
    /// Know of an urgent decision that was taken.
    UrgentNotice(DecisionId),
    /// Let somebody in who signed in for the first time.
    Newcomer(MemberId),
    /// Agree to a role that was proposed for somebody, or not.
    Role(RoleOf),
    /// Carry out a decision that names one as the one who does it.
    Decision(DecisionId),
    /// Agree to a machine account that was proposed, or not.
    Machine(MachineId),
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
            work.extend(second_person_work(db, member, |day| self.protocol().due_on(ClockCode::Check1, day))?);
            work.extend(emergency_work(db, member, |day| self.protocol().due_on(ClockCode::EmergencyJudgement, day))?);
            work.extend(own_work(db, member, op.today)?);
            work.extend(urgent_work(db, member)?);
            work.extend(notice_work(db, member, op.today)?);
            work.extend(urgent_item_work(db, member, op.today)?);
            work.extend(role_work(db, op, |day| self.protocol().due_on(ClockCode::Check1, day))?);
            work.extend(machine_work(db, op, |day| self.protocol().due_on(ClockCode::Check1, day))?);
            work.extend(newcomer_work(db, op, |day| self.protocol().due_on(ClockCode::Check1, day))?);
            Ok::<_, StoreError>(work)
        })?;
        let calm = |row: &Work| !matches!(row.task, Task::Emergency(_));
        work.sort_by_key(|row| (calm(row), row.due_on.is_none(), row.due_on, row.reference.clone()));
        Ok(work)
    }
}

fn signal_work(db: &mut Db, member: &MemberActor) -> Result<Vec<Work>, StoreError> {
    let rows = signals::signal_waiting(db, member, ROWS)?;
    let objects: Vec<ObjectId> = rows.iter().map(|row| ObjectId::new(row.id.uuid())).collect();
    let opened = log::last_opened(db, member.id, &objects)?;
    let names: HashMap<MemberId, String> =
        members::member_list(db)?.into_iter().map(|(account, _)| (account.id, account.name)).collect();
    // An urgent decision is looked up by itself: it waits for three people, also when the signal itself moved on.
    Ok(rows
        .into_iter()
        .filter(|row| row.waiting != URGENT)
        .map(|row| Work {
            turn: turn_of(&row, member, &names),
            reference: row.reference.to_string(),
            due_on: row.due_on,
            opened_on: opened.get(&ObjectId::new(row.id.uuid())).copied(),
            task: Task::Step { signal: row.id, waiting: row.waiting, stage: row.stage },
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
        "destruction" => Turn::Other("Privacy officer".to_owned()),
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

/// The urgent decisions that lack a signature: one's own turn when one of one's roles has not signed yet.
fn urgent_work(db: &mut Db, member: &MemberActor) -> Result<Vec<Work>, StoreError> {
    let waiting = decisions::urgent_list_unsigned(db, &member.grantees())?;
    Ok(waiting
        .into_iter()
        .filter(|(signal, _, _)| Stage::OPEN.contains(&signal.stage))
        .map(|(signal, decision, signed)| {
            let missing = UrgentSignatures::ROLES.into_iter().filter(|role| signed.iter().all(|one| one.role != *role));
            let missing: Vec<Role> = missing.collect();
            let by_me = signed.iter().any(|one| one.member_id == member.id);
            let mine = !by_me && missing.iter().any(|role| member.holds(*role));
            let names: Vec<&str> = missing.iter().map(|role| role.label()).collect();
            Work {
                task: Task::Step { signal: signal.id, waiting: URGENT.to_owned(), stage: signal.stage },
                reference: signal.reference.to_string(),
                due_on: signal.due_on.filter(|_| signal.waiting == URGENT).or(Some(decision.proposed_on)),
                turn: if mine { Turn::Mine } else { Turn::Other(names.join(", ")) },
                opened_on: None,
            }
        })
        .collect())
}

/// What the privacy officers must know of, until the LIO has discussed it.
fn notice_work(db: &mut Db, member: &MemberActor, today: Day) -> Result<Vec<Work>, StoreError> {
    if !member.holds(Role::PrivacyOfficer) {
        return Ok(Vec::new());
    }
    let told = decisions::urgent_list_announced(db, &member.grantees(), today)?;
    Ok(told
        .into_iter()
        .map(|notice| Work {
            task: Task::UrgentNotice(notice.decision.id),
            reference: notice.signal.reference.to_string(),
            due_on: Some(notice.discussed_on),
            turn: Turn::Mine,
            opened_on: None,
        })
        .collect())
}

/// The items of urgent decisions, for those who lead their signals: those signals wait for other things themselves. They
/// are ready when the agenda closes; one that came on it later, at once.
fn urgent_item_work(db: &mut Db, member: &MemberActor, today: Day) -> Result<Vec<Work>, StoreError> {
    if !member.holds(Role::Coordinator) {
        return Ok(Vec::new());
    }
    let mut work = Vec::new();
    for (item, signal) in agenda::agenda_list(db, &member.grantees(), today, None)? {
        let Some(waiting) = waits_for(&item, &signal) else { continue };
        let sitting = item.sitting_id.map(|id| agenda::sitting_fetch(db, id)).transpose()?.flatten();
        let theirs = waiting == "check2a_decide";
        work.push(Work {
            task: Task::Step { signal: signal.id, waiting: waiting.to_owned(), stage: signal.stage },
            reference: signal.reference.to_string(),
            due_on: sitting.map(|row| row.closes_on.max(item.created_on)),
            turn: if theirs { Turn::Other("Privacy officer".to_owned()) } else { Turn::Mine },
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
        work.push(mine(Task::Action(action.id), reference.unwrap_or_default(), Some(action.due_on)));
    }
    for (signal, decision) in decisions::decision_list_owned_by(db, member.id)? {
        work.push(mine(Task::Decision(decision.id), signal.reference.to_string(), decision.due_on));
    }
    Ok(work)
}

/// What waits for the second person: names to open, signals to destroy.
fn second_person_work(db: &mut Db, member: &MemberActor, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    if !member.holds(Role::PrivacyOfficer) {
        return Ok(Vec::new());
    }
    let mine = |task, reference, due_on| Work { task, reference, due_on, turn: Turn::Mine, opened_on: None };
    let mut work = Vec::new();
    for request in identities::opening_list_asked(db, &member.grantees())? {
        let reference = signals::signal_fetch(db, request.signal_id)?.map(|s| s.reference.to_string());
        let due_on = Some(due(request.asked_at.day()));
        work.push(mine(Task::NameRequest(request.id), reference.unwrap_or_default(), due_on));
    }
    for (_, signal) in destructions::destruction_list_waiting(db, &member.grantees())? {
        work.push(mine(Task::Destruction(signal.id), signal.reference.to_string(), signal.due_on));
    }
    Ok(work)
}

/// What was opened out of hours and must be judged: by the privacy officers, one's own excepted; those who lead the signal
/// see that it happened.
fn emergency_work(db: &mut Db, member: &MemberActor, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    let judges = member.holds(Role::PrivacyOfficer);
    let what = match (judges, member.holds(Role::Coordinator)) {
        (true, _) => GRANT,
        (false, true) => "signal",
        (false, false) => return Ok(Vec::new()),
    };
    let waiting = emergencies::emergency_list_waiting(db, &member.grantees(), what)?;
    let work = waiting.into_iter().map(|(row, signal)| Work {
        reference: signal.reference.to_string(),
        due_on: Some(due(row.opened_at.day())),
        turn: if judges && row.opened_by != member.id { Turn::Mine } else { Turn::Other("Privacy officer".to_owned()) },
        opened_on: None,
        task: Task::Emergency(row.id),
    });
    Ok(work.collect())
}

/// The roles that wait for this member's yes or no. They stop people, so they have the term of a check.
fn role_work(db: &mut Db, op: &OpContext, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    let waiting = proposals_for(db, op)?.into_iter().map(|proposed| Work {
        reference: proposed.name,
        due_on: Some(due(proposed.since_on)),
        turn: Turn::Mine,
        opened_on: None,
        task: Task::Role(proposed.wanted),
    });
    Ok(waiting.collect())
}

/// The machine accounts that wait for this member's yes or no: the same term.
fn machine_work(db: &mut Db, op: &OpContext, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    let waiting = machines_for(db, op)?.into_iter().map(|row| Work {
        reference: row.name,
        due_on: Some(due(row.since_on)),
        turn: Turn::Mine,
        opened_on: None,
        task: Task::Machine(row.id),
    });
    Ok(waiting.collect())
}

/// Whoever waits to be let in: the same term, for the same reason.
fn newcomer_work(db: &mut Db, op: &OpContext, due: impl Fn(Day) -> Day) -> Result<Vec<Work>, StoreError> {
    let waiting = newcomers_for(db, op)?.into_iter().map(|newcomer| Work {
        reference: newcomer.account.name.clone(),
        due_on: Some(due(newcomer.since_on)),
        turn: Turn::Mine,
        opened_on: None,
        task: Task::Newcomer(newcomer.account.id),
    });
    Ok(waiting.collect())
}
