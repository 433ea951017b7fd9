//! The rules, each small enough to read aloud.

use super::context::MemberActor;
use super::permit::{Action, Facts, Refusal};
use crate::domain::machine::Scope;
use crate::domain::role::Role;
use crate::domain::workflow::{self, StepEvent, TwoPeople};

/// What one rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No, whatever the others say.
    Deny(Refusal),
    /// Yes, in this role, if nobody denies.
    Grant(Option<Role>),
    /// Not my business.
    Ignore,
}

type Rule = fn(&MemberActor, Action, &Facts) -> Verdict;

/// Every rule; the order decides only which refusal is named first.
pub(super) const RULES: &[Rule] = &[
    excluded_roles_see_nothing,
    administrators_touch_no_content,
    nobody_signs_their_own_work,
    everyone_may_share_a_signal,
    members_see_their_own_work,
    readers_open_what_was_granted,
    participants_read_their_item,
    the_workflow_names_who_steps,
    owners_read_what_they_carry_out,
    box_holders_guard_readers_and_names,
    privacy_judges_names,
    privacy_is_told_of_urgent_decisions,
    the_named_role_opens_out_of_hours,
    privacy_judges_what_was_opened,
    administrators_keep_accounts,
    colleagues_look_after_who_comes_in,
    a_second_person_agrees_to_a_role,
    overseers_see_the_proof,
    administrators_propose_machines,
    privacy_agrees_to_machines,
];

/// What commands on the server may do.
pub(super) const OPERATED: [Action; 6] = [
    Action::ManageMembers,
    Action::SeeMembers,
    Action::InviteMember,
    Action::SeeMachines,
    Action::ProposeMachine,
    Action::EndMachine,
];

/// The right that an act of another system needs; none for what no other system does.
pub(super) fn scope_of(action: Action) -> Option<Scope> {
    match action {
        Action::Submit => Some(Scope::ShareSignals),
        Action::Follow => Some(Scope::FollowReports),
        Action::SeeLogProof => Some(Scope::LogProof),
        _ => None,
    }
}

fn held(member: &MemberActor, roles: &[Role]) -> Option<Role> {
    roles.iter().copied().find(|role| member.holds(*role))
}

fn has(facts: &Facts, what: &str) -> bool {
    facts.grants.iter().any(|grant| grant == what)
}

/// A person all of whose roles are shut out from the signal does not learn that it exists.
fn excluded_roles_see_nothing(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let shut_out = !member.roles.is_empty() && member.roles.iter().all(|held| facts.excluded.contains(&held.role));
    // A coordinator who is left in the circle of an excluded-reader signal was granted by name and stays in.
    let in_circle =
        has(facts, "signal") && facts.excluded.contains(&Role::Coordinator) && member.holds(Role::Coordinator);
    if action.needs_grant() && shut_out && !in_circle { Verdict::Deny(Refusal::NotFound) } else { Verdict::Ignore }
}

/// Administration and content never meet in one account, whatever roles slipped in beside it.
fn administrators_touch_no_content(member: &MemberActor, action: Action, _: &Facts) -> Verdict {
    if action.needs_grant() && member.holds(Role::Administrator) {
        Verdict::Deny(Refusal::NotFound)
    } else {
        Verdict::Ignore
    }
}

/// Whoever wrote along may not sign along, nor judge their own proposal.
fn nobody_signs_their_own_work(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let signing = match action {
        Action::Step(event) => workflow::transition(event).is_some_and(|row| row.two_people == TwoPeople::Agrees),
        Action::JudgeIdentity
        | Action::JudgeEmergency
        | Action::AgreeRole
        | Action::LetIn
        | Action::RestoreAccess
        | Action::AgreeMachine => true,
        _ => false,
    };
    if signing && facts.authors.contains(&member.id) { Verdict::Deny(Refusal::OwnWork) } else { Verdict::Ignore }
}

fn everyone_may_share_a_signal(_: &MemberActor, action: Action, _: &Facts) -> Verdict {
    if matches!(action, Action::Submit | Action::Follow) { Verdict::Grant(None) } else { Verdict::Ignore }
}

fn members_see_their_own_work(member: &MemberActor, action: Action, _: &Facts) -> Verdict {
    let content = [Role::Coordinator, Role::IntegrityContact, Role::TraffickingContact, Role::Jurist, Role::Mayor];
    match action {
        Action::SeeWork => Verdict::Grant(member.roles.first().map(|held| held.role)),
        Action::ListSignals => held(member, &content).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role))),
        _ => Verdict::Ignore,
    }
}

/// Reading follows the grant that was written when the signal, or one's part in it, came to be.
fn readers_open_what_was_granted(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let readers = [Role::Coordinator, Role::Jurist, Role::Mayor, Role::IntegrityContact, Role::TraffickingContact];
    match action {
        Action::OpenSignal | Action::SeeHistory if has(facts, "signal") => {
            held(member, &readers).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
        }
        _ => Verdict::Ignore,
    }
}

/// An item is read by whoever it was published to; the agenda is seen by the members of the LIO. Which items stand on
/// it, and whether the window is open, is told by the copies themselves.
fn participants_read_their_item(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let may = match action {
        Action::ReadItem => has(facts, "item"),
        Action::SeeAgenda => true,
        _ => false,
    };
    let seat = member.roles.iter().map(|held| held.role).find(|role| role.lio_membership().is_some());
    if may { seat.map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role))) } else { Verdict::Ignore }
}

/// Steps belong to the roles that the transition table names, on the part of the signal that was granted to them.
fn the_workflow_names_who_steps(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let Action::Step(event) = action else { return Verdict::Ignore };
    let parts: &[&str] = match event {
        StepEvent::DecideCheck1
        | StepEvent::ReturnCheck1
        | StepEvent::DecideCheck2a
        | StepEvent::DecideCheck2b
        | StepEvent::ReturnDestruction
        | StepEvent::AgreeDestruction => &["check"],
        StepEvent::AnswerQuestion | StepEvent::PassBackQuestion | StepEvent::AnswerDetails => &["question"],
        StepEvent::CompleteAction => &["action", "signal"],
        _ => &["signal"],
    };
    if !parts.iter().any(|part| has(facts, part)) {
        return Verdict::Ignore;
    }
    let who = workflow::transition(event).map(|row| row.who).unwrap_or_default();
    held(member, who).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

/// Whoever can be named as the one who does what was decided reads that decision, once it was given to them.
fn owners_read_what_they_carry_out(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    if action != Action::ReadDecision || !has(facts, "decision") {
        return Verdict::Ignore;
    }
    let who = workflow::transition(StepEvent::CompleteAction).map(|row| row.who).unwrap_or_default();
    held(member, who).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

/// Whoever leads a box asks for a name, reads it once it is theirs to read, and gives on what somebody left behind;
/// excluding is for coordinators, because the integrity box is where a signal goes when too few of them are left.
fn box_holders_guard_readers_and_names(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let who: &[Role] = match action {
        Action::Exclude if has(facts, "signal") => &[Role::Coordinator],
        Action::AskIdentity | Action::HandOver if has(facts, "signal") => &[Role::Coordinator, Role::IntegrityContact],
        Action::ReadIdentity if has(facts, "identity") => &[Role::Coordinator, Role::IntegrityContact],
        _ => return Verdict::Ignore,
    };
    held(member, who).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

/// The privacy officers are told of every urgent decision; what it says they do not read.
fn privacy_is_told_of_urgent_decisions(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let told = action == Action::SeeUrgentNotice && has(facts, "check") && member.holds(Role::PrivacyOfficer);
    if told { Verdict::Grant(Some(Role::PrivacyOfficer)) } else { Verdict::Ignore }
}

fn privacy_judges_names(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let judges = action == Action::JudgeIdentity && has(facts, "identity") && member.holds(Role::PrivacyOfficer);
    if judges { Verdict::Grant(Some(Role::PrivacyOfficer)) } else { Verdict::Ignore }
}

/// Out of hours the role that the configuration names opens what nobody was shut out of, and whoever opened it reads it:
/// the grant names the person, the opening its end.
fn the_named_role_opens_out_of_hours(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let may = match action {
        Action::OpenEmergency => facts.excluded.is_empty(),
        Action::ReadEmergency => has(facts, "emergency"),
        _ => false,
    };
    let role = facts.emergency.filter(|role| may && member.holds(*role));
    role.map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

fn privacy_judges_what_was_opened(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let judges = action == Action::JudgeEmergency && has(facts, "emergency") && member.holds(Role::PrivacyOfficer);
    if judges { Verdict::Grant(Some(Role::PrivacyOfficer)) } else { Verdict::Ignore }
}

fn administrators_keep_accounts(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let keeps = match action {
        Action::ManageMembers | Action::SeeMembers | Action::InviteMember => true,
        // Where no group's key is involved.
        Action::RestoreAccess => facts.roles.iter().all(|role| role.group().is_none()),
        _ => false,
    };
    if keeps && member.holds(Role::Administrator) { Verdict::Grant(Some(Role::Administrator)) } else { Verdict::Ignore }
}

/// Whoever shares a group with somebody invites them, lets them in and restores their access; the coordinator does the
/// first two for who shares no group with anybody, and the guard of a role lets in who is to have it. Whoever lets in
/// vouches for a key, which administration may not.
fn colleagues_look_after_who_comes_in(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let groups = || member.roles.iter().map(|held| held.role).filter(|role| role.group().is_some());
    let shared = || groups().find(|role| facts.roles.contains(role));
    let apart = !facts.roles.is_empty() && facts.roles.iter().all(|role| role.group().is_none());
    let plain = apart && !facts.roles.contains(&Role::Administrator);
    let coordinator = || held(member, &[Role::Coordinator]);
    let who = match action {
        Action::SeeMembers => groups().next().or_else(|| held(member, &[Role::Fg])),
        Action::InviteMember => {
            let rest = || facts.roles.iter().all(|role| groups().any(|own| own == *role));
            coordinator().filter(|_| plain).or_else(|| shared().filter(|_| rest()))
        }
        Action::LetIn => {
            let judges = facts.roles.iter().flat_map(|role| role.judged_by()).filter(|judge| judge.vouches());
            let judge = judges.into_iter().find(|judge| member.holds(*judge));
            judge.or_else(|| coordinator().filter(|_| apart))
        }
        Action::RestoreAccess => shared(),
        _ => None,
    };
    who.map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

/// Who this is stands with the role; the proof in the log asks the same.
fn a_second_person_agrees_to_a_role(member: &MemberActor, action: Action, facts: &Facts) -> Verdict {
    let (Action::AgreeRole, Some(given)) = (action, facts.granting) else { return Verdict::Ignore };
    held(member, &given.judged_by()).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

fn overseers_see_the_proof(member: &MemberActor, action: Action, _: &Facts) -> Verdict {
    if action != Action::SeeLogProof {
        return Verdict::Ignore;
    }
    held(member, &[Role::PrivacyOfficer, Role::Fg]).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

fn administrators_propose_machines(member: &MemberActor, action: Action, _: &Facts) -> Verdict {
    let who: &[Role] = match action {
        Action::ProposeMachine => &[Role::Administrator],
        Action::EndMachine => &[Role::Administrator, Role::PrivacyOfficer],
        Action::SeeMachines => &[Role::Administrator, Role::PrivacyOfficer, Role::Fg],
        _ => return Verdict::Ignore,
    };
    held(member, who).map_or(Verdict::Ignore, |role| Verdict::Grant(Some(role)))
}

/// Whoever judges what other systems may is not whoever couples them; the proof in the log asks the same.
fn privacy_agrees_to_machines(member: &MemberActor, action: Action, _: &Facts) -> Verdict {
    let agrees = action == Action::AgreeMachine && member.holds(Role::PrivacyOfficer);
    if agrees { Verdict::Grant(Some(Role::PrivacyOfficer)) } else { Verdict::Ignore }
}
