//! The question "may this person do this?", its answer, and the token that only the answer can make.

use super::context::{Actor, OpContext};
use super::rules::{self, Verdict};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::role::Role;
use crate::domain::stage::Stage;
use crate::domain::workflow::StepEvent;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Share a signal through the public pages or the public part of the API.
    Submit,
    /// Follow one's own signal with the receipt.
    Follow,
    /// See what waits for oneself.
    SeeWork,
    /// See the list of signals one may open.
    ListSignals,
    /// Read a signal's content.
    OpenSignal,
    /// Read who did what with a signal.
    SeeHistory,
    /// Read one's own cleared copy of an agenda item.
    ReadItem,
    /// See the neutral titles of the items on the agenda that one may know of.
    SeeAgenda,
    /// Read the decision that one is to carry out.
    ReadDecision,
    /// Be told that an urgent decision was taken, without its content.
    SeeUrgentNotice,
    /// Take a step of the protocol.
    Step(StepEvent),
    /// Exclude a reader from a signal.
    Exclude,
    /// Give what waits for somebody who left to somebody else.
    HandOver,
    /// Ask to open the name of a confidential melder.
    AskIdentity,
    /// Agree to, or refuse, the opening of a name.
    JudgeIdentity,
    /// Read a name that was opened for oneself.
    ReadIdentity,
    /// Open one signal out of hours.
    OpenEmergency,
    /// Read the signal that one opened out of hours.
    ReadEmergency,
    /// Judge whether a signal was rightly opened out of hours.
    JudgeEmergency,
    /// See the accounts and roles.
    SeeMembers,
    /// Invite, change or disable an account.
    ManageMembers,
    /// Agree to a role that was proposed for somebody else.
    AgreeRole,
    /// Invite somebody with the roles the facts name.
    InviteMember,
    /// Let somebody in who signed in for the first time.
    LetIn,
    /// Give somebody a new one-time code, because they lost their password.
    RestoreAccess,
    /// See the proof of the log.
    SeeLogProof,
    /// See the machine accounts.
    SeeMachines,
    /// Propose a machine account.
    ProposeMachine,
    /// Agree to a machine account that somebody else proposed, or decline it.
    AgreeMachine,
    /// End a machine account.
    EndMachine,
}

impl Action {
    /// Whether the action touches one signal, so that a grant on that signal is needed.
    #[must_use]
    pub fn needs_grant(self) -> bool {
        match self {
            Self::OpenSignal
            | Self::SeeHistory
            | Self::ReadItem
            | Self::ReadDecision
            | Self::SeeUrgentNotice
            | Self::Step(_)
            | Self::Exclude
            | Self::HandOver
            | Self::AskIdentity
            | Self::JudgeIdentity
            | Self::ReadIdentity
            | Self::ReadEmergency
            | Self::JudgeEmergency => true,
            Self::Submit
            | Self::Follow
            | Self::SeeWork
            | Self::ListSignals
            | Self::SeeAgenda
            | Self::OpenEmergency
            | Self::SeeMembers
            | Self::ManageMembers
            | Self::AgreeRole
            | Self::InviteMember
            | Self::LetIn
            | Self::RestoreAccess
            | Self::SeeLogProof
            | Self::SeeMachines
            | Self::ProposeMachine
            | Self::AgreeMachine
            | Self::EndMachine => false,
        }
    }

    /// The word that stands in the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Follow => "follow",
            Self::SeeWork => "see_work",
            Self::ListSignals => "list_signals",
            Self::OpenSignal => "open_signal",
            Self::SeeHistory => "see_history",
            Self::ReadItem => "read_item",
            Self::ReadDecision => "read_decision",
            Self::SeeUrgentNotice => "see_urgent_notice",
            Self::SeeAgenda => "see_agenda",
            Self::Step(event) => event.code(),
            Self::Exclude => "exclude",
            Self::HandOver => "hand_over",
            Self::AskIdentity => "ask_identity",
            Self::JudgeIdentity => "judge_identity",
            Self::ReadIdentity => "read_identity",
            Self::OpenEmergency => "open_emergency",
            Self::ReadEmergency => "read_emergency",
            Self::JudgeEmergency => "judge_emergency",
            Self::SeeMembers => "see_members",
            Self::ManageMembers => "manage_members",
            Self::AgreeRole => "agree_role",
            Self::InviteMember => "invite_member",
            Self::LetIn => "let_in",
            Self::RestoreAccess => "restore_access",
            Self::SeeLogProof => "see_log_proof",
            Self::SeeMachines => "see_machines",
            Self::ProposeMachine => "propose_machine",
            Self::AgreeMachine => "agree_machine",
            Self::EndMachine => "end_machine",
        }
    }
}

/// The facts about the thing acted on, read in the same transaction.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The signal, if the action touches one.
    pub signal: Option<SignalId>,
    /// What the actor was granted on it (`signal`, `check`, `question`, `item`, `identity`, `action`, `decision`,
    /// `emergency`); empty when nothing.
    pub grants: Vec<String>,
    /// Where the signal stands.
    pub stage: Option<Stage>,
    /// Everyone who wrote along on what is now to be signed or judged.
    pub authors: Vec<MemberId>,
    /// Roles that the melder or a coordinator shut out.
    pub excluded: Vec<Role>,
    /// The role that may open signals out of hours, if the act is about that and there is one.
    pub emergency: Option<Role>,
    /// The role that would be given, if the action is about one.
    pub granting: Option<Role>,
    /// The roles, held or proposed, of the person the act is about.
    pub roles: Vec<Role>,
}

/// Why something may not be done. What people read is the same for "absent" and "forbidden" unless they may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody is signed in.
    SignInFirst,
    /// For this person the thing does not exist.
    NotFound,
    /// The person sees the thing, but this act belongs to another role.
    NotYourRole,
    /// Whoever wrote along may not sign along.
    OwnWork,
    /// The machine account does not have this right.
    OutOfScope,
}

impl Refusal {
    /// The word that stands in the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignInFirst => "sign_in_first",
            Self::NotFound => "not_found",
            Self::NotYourRole => "not_your_role",
            Self::OwnWork => "own_work",
            Self::OutOfScope => "out_of_scope",
        }
    }
}

/// Proof that a rule allowed this act for this person on this signal. Only [`authorize`] makes one.
#[derive(Debug, Clone)]
pub struct Permit {
    action: Action,
    signal: Option<SignalId>,
    role: Option<Role>,
}

impl Permit {
    /// What was allowed.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// On which signal.
    #[must_use]
    pub fn signal(&self) -> Option<SignalId> {
        self.signal
    }

    /// In which role.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.role
    }
}

/// Judges whether the actor may do `action` on what `facts` describe.
///
/// # Errors
/// A [`Refusal`] when a rule denies, or none grants.
pub fn authorize(op: &OpContext, action: Action, facts: &Facts) -> Result<Permit, Refusal> {
    let permit = |role| Permit { action, signal: facts.signal, role };
    let member = match &op.actor {
        Actor::Member(member) => member,
        Actor::Anonymous => {
            return if matches!(action, Action::Submit | Action::Follow) {
                Ok(permit(None))
            } else {
                Err(Refusal::SignInFirst)
            };
        }
        Actor::Machine(machine) => {
            return match rules::scope_of(action) {
                Some(scope) if machine.scopes.has(scope) => Ok(permit(None)),
                Some(_) => Err(Refusal::OutOfScope),
                // What no right is for does not exist for another system.
                None => Err(Refusal::NotFound),
            };
        }
        // The service and the operator hold no keys and read nothing; commands that exist for them say so themselves.
        Actor::System | Actor::Operator(_) => {
            return if rules::OPERATED.contains(&action) { Ok(permit(None)) } else { Err(Refusal::NotFound) };
        }
    };
    if action.needs_grant() && facts.grants.is_empty() {
        return Err(Refusal::NotFound);
    }
    let mut granted_as = None;
    let mut denied = None;
    for rule in rules::RULES {
        match rule(member, action, facts) {
            Verdict::Deny(why) => denied = denied.or(Some(why)),
            Verdict::Grant(role) => granted_as = granted_as.or(Some(role)),
            Verdict::Ignore => {}
        }
    }
    match (denied, granted_as) {
        (Some(why), _) => Err(why),
        (None, Some(role)) => Ok(permit(role)),
        // Whoever reads the signal may know that a step is somebody else's; for whoever holds only a part of it (a
        // check, a question), or nothing, what is not theirs does not exist.
        (None, None) if facts.grants.iter().any(|grant| grant == "signal") => Err(Refusal::NotYourRole),
        (None, None) => Err(Refusal::NotFound),
    }
}
