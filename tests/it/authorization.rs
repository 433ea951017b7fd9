//! Who may do what: every role, every act, everything that may have been given on a signal. The table is committed, so
//! that a change of one rule shows every place it reaches.

use crate::support::snapshot::assert_current;
use crate::support::source;
use meldroute::domain::ids::{KeyId, MachineId, MemberId, SessionId, SignalId};
use meldroute::domain::machine::{Scope, Scopes};
use meldroute::domain::role::Role;
use meldroute::domain::stage::Stage;
use meldroute::domain::workflow::{StepEvent, TwoPeople, transition};
use meldroute::policy::{Action, Facts, MachineActor, MemberActor, OpContext, Refusal, RoleHeld, authorize};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What may be given on a signal: the words of the table `grants`.
const PARTS: [&str; 8] = ["signal", "check", "question", "item", "identity", "action", "decision", "emergency"];

/// Acts that need nobody to sign in.
const FOR_EVERYBODY: [Action; 2] = [Action::Submit, Action::Follow];

/// Every act. [`every_act_stands_in_the_matrix`] fails when one is missing.
fn actions() -> Vec<Action> {
    let mut all = vec![
        Action::Submit,
        Action::Follow,
        Action::SeeWork,
        Action::ListSignals,
        Action::OpenSignal,
        Action::SeeHistory,
        Action::ReadItem,
        Action::SeeAgenda,
        Action::ReadDecision,
        Action::SeeUrgentNotice,
    ];
    all.extend(StepEvent::ALL.iter().map(|event| Action::Step(*event)));
    all.extend([
        Action::Exclude,
        Action::HandOver,
        Action::AskIdentity,
        Action::JudgeIdentity,
        Action::ReadIdentity,
        Action::OpenEmergency,
        Action::ReadEmergency,
        Action::JudgeEmergency,
        Action::SeeMembers,
        Action::AgreeRole,
        Action::InviteMember,
        Action::LetIn,
        Action::RestoreAccess,
        Action::ManageMembers,
        Action::SeeLogProof,
        Action::SeeMachines,
        Action::ProposeMachine,
        Action::AgreeMachine,
        Action::EndMachine,
    ]);
    all
}

/// One situation: a name for the table, and the facts for a member of this role.
struct Situation {
    name: &'static str,
    facts: fn(Role) -> Facts,
}

fn given(parts: &[&str]) -> Facts {
    let grants = parts.iter().map(|part| (*part).to_owned()).collect();
    Facts { signal: Some(SignalId::from_random([7; 16])), grants, stage: Some(Stage::Received), ..Facts::default() }
}

const SITUATIONS: [Situation; 18] = [
    Situation { name: "niets gegeven", facts: |_| given(&[]) },
    Situation { name: "het signaal", facts: |_| given(&["signal"]) },
    Situation { name: "een privacycheck", facts: |_| given(&["check"]) },
    Situation { name: "een bronvraag", facts: |_| given(&["question"]) },
    Situation { name: "een stuk voor het LIO", facts: |_| given(&["item"]) },
    Situation { name: "de naam van de melder", facts: |_| given(&["identity"]) },
    Situation { name: "een actie", facts: |_| given(&["action"]) },
    Situation { name: "een besluit", facts: |_| given(&["decision"]) },
    Situation {
        name: "noodinzage staat aan voor de jurist",
        facts: |_| Facts { emergency: Some(Role::Jurist), ..given(&[]) },
    },
    Situation {
        name: "noodinzage staat aan voor de jurist, en het signaal is zo geopend",
        facts: |_| Facts { emergency: Some(Role::Jurist), ..given(&["emergency"]) },
    },
    Situation {
        name: "de rol coördinator is voorgesteld",
        facts: |_| Facts { granting: Some(Role::Coordinator), ..given(&[]) },
    },
    Situation {
        name: "de rol privacy officer is voorgesteld",
        facts: |_| Facts { granting: Some(Role::PrivacyOfficer), ..given(&[]) },
    },
    Situation {
        name: "het gaat om een coördinator",
        facts: |_| Facts { roles: vec![Role::Coordinator], ..given(&[]) },
    },
    Situation {
        name: "het gaat om een privacy officer",
        facts: |_| Facts { roles: vec![Role::PrivacyOfficer], ..given(&[]) },
    },
    Situation { name: "het gaat om een bronhouder", facts: |_| Facts { roles: vec![Role::Flexible], ..given(&[]) } },
    Situation {
        name: "het gaat om een beheerder",
        facts: |_| Facts { roles: vec![Role::Administrator], ..given(&[]) },
    },
    Situation { name: "alles, en zelf meegeschreven", facts: |_| Facts { authors: vec![me()], ..given(&PARTS) } },
    Situation {
        name: "alles, maar de rol is uitgesloten",
        facts: |role| Facts { excluded: vec![role], ..given(&PARTS) },
    },
];

fn me() -> MemberId {
    MemberId::from_random([1; 16])
}

fn as_role(role: Role) -> OpContext {
    let actor = MemberActor {
        id: me(),
        key: KeyId::from_random([2; 16]),
        name: "Iemand".to_owned(),
        session: SessionId::from_random([3; 16]),
        roles: vec![RoleHeld { role, deputy: false, source: String::new() }],
        circles: Vec::new(),
    };
    OpContext::member(actor, moment(), request())
}

fn as_machine(scopes: &[Scope]) -> OpContext {
    let machine = MachineActor { id: MachineId::from_random([4; 16]), scopes: Scopes::of(scopes), asked: None };
    OpContext::machine(machine, moment(), request())
}

fn moment() -> meldroute::domain::time::Moment {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn request() -> uuid::Uuid {
    uuid::Uuid::from_u128(9)
}

fn sign(answer: &Result<meldroute::policy::Permit, Refusal>) -> &'static str {
    match answer {
        Ok(_) => "ja",
        Err(Refusal::SignInFirst) => "aanmelden",
        Err(Refusal::NotFound) => "·",
        Err(Refusal::NotYourRole) => "rol",
        Err(Refusal::OwnWork) => "eigen",
        Err(Refusal::OutOfScope) => "recht",
    }
}

#[test]
fn the_matrix_of_roles_and_acts_is_the_committed_one() {
    let mut page = String::from(
        "# Wie mag wat\n\nGemaakt door tests/it/authorization.rs uit src/policy. ja: mag. ·: bestaat niet voor deze \
         persoon. rol: is van een andere rol. eigen: wie meeschreef, tekent niet mee. \
         recht: een koppeling zonder dit recht.\n",
    );
    for situation in &SITUATIONS {
        write!(page, "\n## {}\n\n| handeling |", situation.name).unwrap();
        for role in Role::ALL {
            write!(page, " {} |", role.code()).unwrap();
        }
        write!(
            page,
            " niemand | dienst | commando | koppeling | met elk recht |\n|---|{}\n",
            "---|".repeat(Role::ALL.len() + 5)
        )
        .unwrap();
        for action in actions() {
            write!(page, "| {} |", action.code()).unwrap();
            for role in Role::ALL {
                let answer = authorize(&as_role(*role), action, &(situation.facts)(*role));
                write!(page, " {} |", sign(&answer)).unwrap();
            }
            let others = [
                OpContext::anonymous(moment(), request()),
                OpContext::system(moment(), request()),
                OpContext::operator("wie", moment(), request()),
            ];
            for op in others {
                write!(page, " {} |", sign(&authorize(&op, action, &(situation.facts)(Role::Mayor)))).unwrap();
            }
            page.push('\n');
        }
    }
    page.push_str("\n## wat een koppeling met elk recht mag\n\n| handeling |");
    for scope in Scope::ALL {
        write!(page, " {} |", scope.code()).unwrap();
    }
    write!(page, "\n|---|{}\n", "---|".repeat(Scope::ALL.len())).unwrap();
    for action in actions() {
        write!(page, "| {} |", action.code()).unwrap();
        for scope in Scope::ALL {
            write!(page, " {} |", sign(&authorize(&as_machine(&[*scope]), action, &given(&PARTS)))).unwrap();
        }
        page.push('\n');
    }
    assert_current("authorization.md", &page);
}

#[test]
fn every_act_stands_in_the_matrix_and_every_part_among_the_grants() {
    let text = std::fs::read_to_string(source::root().join("src/policy/permit.rs")).unwrap();
    let body = text.split("pub enum Action {").nth(1).unwrap().split("\n}").next().unwrap();
    let variants: BTreeSet<String> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//") && !line.is_empty())
        .map(|line| line.chars().take_while(|sign| sign.is_alphanumeric()).collect())
        .collect();
    let known: BTreeSet<String> = actions()
        .iter()
        .map(|action| format!("{action:?}").chars().take_while(|sign| sign.is_alphanumeric()).collect())
        .collect();
    assert_eq!(known, variants);
    let migration = std::fs::read_to_string(source::root().join("migrations/sqlite/00001_start/up.sql")).unwrap();
    let words = migration.split("what IN (").nth(1).unwrap().split(')').next().unwrap();
    let words: BTreeSet<&str> = words.split(", ").map(|word| word.trim_matches('\'')).collect();
    assert_eq!(words, PARTS.into_iter().collect());
}

#[test]
fn without_a_grant_nobody_touches_a_signal_and_without_a_session_nobody_does_more_than_report() {
    for action in actions() {
        for role in Role::ALL {
            let answer = authorize(&as_role(*role), action, &given(&[]));
            assert!(!action.needs_grant() || answer.is_err(), "{role:?} {action:?}");
        }
        let anonymous = authorize(&OpContext::anonymous(moment(), request()), action, &given(&PARTS));
        assert_eq!(anonymous.is_ok(), FOR_EVERYBODY.contains(&action), "{action:?}");
    }
}

#[test]
fn an_administrator_touches_no_content_whatever_was_given() {
    for action in actions().into_iter().filter(|action| action.needs_grant()) {
        assert_eq!(authorize(&as_role(Role::Administrator), action, &given(&PARTS)).unwrap_err(), Refusal::NotFound);
        for beside in Role::ALL.iter().filter(|role| **role != Role::Administrator) {
            let mut op = as_role(Role::Administrator);
            if let meldroute::policy::Actor::Member(member) = &mut op.actor {
                member.roles.push(RoleHeld { role: *beside, deputy: false, source: String::new() });
            }
            assert!(authorize(&op, action, &given(&PARTS)).is_err(), "administrator and {beside:?}: {action:?}");
        }
    }
}

#[test]
fn whoever_wrote_along_signs_nothing_that_takes_two() {
    for action in actions() {
        let takes_two = match action {
            Action::Step(event) => transition(event).unwrap().two_people == TwoPeople::Agrees,
            Action::JudgeIdentity
            | Action::JudgeEmergency
            | Action::AgreeRole
            | Action::LetIn
            | Action::RestoreAccess
            | Action::AgreeMachine => true,
            _ => false,
        };
        for role in Role::ALL.iter().filter(|_| takes_two) {
            let wrote = Facts { authors: vec![me()], granting: Some(*role), roles: vec![*role], ..given(&PARTS) };
            assert!(authorize(&as_role(*role), action, &wrote).is_err(), "{role:?} signs their own {action:?}");
        }
    }
}

#[test]
fn an_excluded_role_does_not_learn_that_the_signal_exists() {
    for action in actions().into_iter().filter(|action| action.needs_grant()) {
        for role in Role::ALL.iter().filter(|role| **role != Role::Coordinator) {
            let shut = Facts { excluded: vec![*role], ..given(&PARTS) };
            assert_eq!(
                authorize(&as_role(*role), action, &shut).unwrap_err(),
                Refusal::NotFound,
                "{role:?} {action:?}"
            );
        }
    }
}

#[test]
fn a_machine_without_a_right_does_nothing_and_with_every_right_no_more_than_is_listed() {
    for action in actions() {
        assert!(authorize(&as_machine(&[]), action, &given(&PARTS)).is_err(), "{action:?}");
        let may = [Action::Submit, Action::Follow, Action::SeeLogProof].contains(&action);
        assert_eq!(authorize(&as_machine(Scope::ALL), action, &given(&PARTS)).is_ok(), may, "{action:?}");
    }
}
