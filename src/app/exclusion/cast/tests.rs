use super::*;
use crate::domain::ids::{KeyId, SignalId};
use crate::domain::reference::SignalReference;
use crate::domain::role::Seat;
use crate::domain::signal::Confidentiality;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::vault::seal::HolderPublic;

fn day() -> Day {
    "2026-11-24".parse().unwrap()
}

fn id(number: u8) -> MemberId {
    MemberId::from_random([number; 16])
}

fn held(member: u8, role: Role) -> RoleRow {
    RoleRow {
        member_id: id(member),
        role,
        seat: Seat::Holder,
        source_code: String::new(),
        state: "setup".to_owned(),
        since_on: day(),
        away_from: None,
        away_until: None,
        first_on: None,
        last_on: None,
    }
}

fn grant(grantee: &str, what: &str) -> GrantRow {
    GrantRow {
        signal_id: SignalId::from_random([9; 16]),
        grantee: grantee.to_owned(),
        what: what.to_owned(),
        received_on: day(),
    }
}

/// These members with these roles; coordinators read the signal.
fn cast(people: &[(u8, &[Role])], grants: Vec<GrantRow>) -> Cast {
    let people: Vec<_> = people
        .iter()
        .map(|(member, roles)| {
            (id(*member), format!("lid {member}"), roles.iter().map(|role| held(*member, *role)).collect::<Vec<_>>())
        })
        .collect();
    let coordinators =
        people.iter().filter(|(_, _, roles)| holds(roles, Role::Coordinator)).map(|(id, _, _)| *id).collect();
    Cast {
        signal: SignalRow {
            id: SignalId::from_random([9; 16]),
            reference: SignalReference::from_random([1; 6]),
            box_: "coordinatoren".to_owned(),
            stage: Stage::FollowUp,
            version: 3,
            waiting: "follow_up".to_owned(),
            turn_of: None,
            channel: "web".to_owned(),
            source_type: "MED".to_owned(),
            confidentiality: Confidentiality::Anonymous,
            urgency: None,
            received_on: day(),
            stage_since: day(),
            due_on: None,
            outcome: None,
            reason: None,
            protocol_version: "2026.1".to_owned(),
            lookup_id: None,
            monitor_until: None,
            retention_ground: None,
            kept_until: None,
            told_status: None,
            told_stage: None,
            told_on: None,
        },
        people,
        coordinators,
        grants,
        exclusions: Vec::new(),
    }
}

fn three() -> Cast {
    let coordinator: &[Role] = &[Role::Coordinator];
    cast(
        &[(1, coordinator), (2, coordinator), (3, coordinator)],
        vec![grant("group:coordinatoren", "signal"), grant("group:privacy", "check")],
    )
}

fn holder(number: u8) -> Holder {
    Holder { key: KeyId::from_random([number; 16]), public: HolderPublic([number; 32]) }
}

fn heirs() -> Heirs {
    Heirs {
        left: vec![holder(2), holder(3)],
        groups: vec![(Group::Trafficking, vec![holder(4)]), (Group::Jurists, vec![holder(6)])],
        integrity: vec![holder(5)],
    }
}

fn instead(plan: &Plan, owner: &Owner) -> Option<Vec<Holder>> {
    match fate(plan, &heirs(), owner) {
        Fate::Stays => None,
        Fate::Goes(instead) => Some(instead),
    }
}

#[test]
fn two_of_three_are_left_as_a_circle() {
    let cast = three();
    let plan = cast.plan(Excluded::Member(id(1)), 2);
    assert_eq!((plan.then, plan.left.as_slice()), (Then::Circle, [id(2), id(3)].as_slice()));
    assert_eq!(instead(&plan, &group_owner(Group::Coordinators)), Some(vec![holder(2), holder(3)]));
    assert_eq!(instead(&plan, &Owner::Member(id(1).uuid())), Some(Vec::new()));
    assert_eq!(instead(&plan, &Owner::Member(id(2).uuid())), None);
    assert_eq!(instead(&plan, &group_owner(Group::Privacy)), None);
    let grants = rewritten(&cast, &plan);
    let names: Vec<_> = grants.on.iter().map(|row| row.grantee.clone()).collect();
    assert_eq!(names, [member_grantee(id(2)), member_grantee(id(3))]);
    assert_eq!(grants.off.len(), 1, "the privacy officer keeps what was theirs");
}

#[test]
fn one_of_two_is_too_few_and_then_the_vertrouwenspersonen_read_alone() {
    let cast = cast(
        &[(1, &[Role::Coordinator]), (2, &[Role::Coordinator]), (6, &[Role::Jurist])],
        vec![
            grant("group:coordinatoren", "signal"),
            grant(&member_grantee(id(6)), "signal"),
            grant("group:privacy", "identity"),
            grant(&member_grantee(id(6)), "action"),
        ],
    );
    let plan = cast.plan(Excluded::Member(id(1)), 2);
    assert_eq!(plan.then, Then::Integrity);
    assert!(plan.shut.contains(&id(2)), "the one who is left does not stay alone");
    for owner in [group_owner(Group::Coordinators), Owner::Member(id(2).uuid()), Owner::Member(id(6).uuid())] {
        assert_eq!(instead(&plan, &owner), Some(vec![holder(5)]), "{owner:?}");
    }
    assert_eq!(instead(&plan, &group_owner(Group::Trafficking)), Some(Vec::new()));
    assert_eq!(instead(&plan, &group_owner(Group::Privacy)), None);
    let grants = rewritten(&cast, &plan);
    assert!(grants.on.iter().all(|row| row.grantee == "group:integriteit" && row.what == "signal"));
    assert_eq!(grants.off.len(), 3);
}

#[test]
fn a_role_shuts_out_those_who_have_no_other_role() {
    let cast = cast(
        &[
            (1, &[Role::Coordinator]),
            (2, &[Role::Coordinator]),
            (3, &[Role::Jurist]),
            (4, &[Role::Jurist, Role::Bibob]),
        ],
        vec![grant("group:coordinatoren", "signal"), grant(&member_grantee(id(3)), "signal")],
    );
    let plan = cast.plan(Excluded::Role(Role::Jurist), 2);
    assert_eq!((plan.then, plan.shut.iter().copied().collect::<Vec<_>>()), (Then::Same, vec![id(3)]));
    assert_eq!(instead(&plan, &group_owner(Group::Coordinators)), None);
    assert_eq!(rewritten(&cast, &plan).off.len(), 1);
}

#[test]
fn somebody_without_access_changes_nothing_for_the_coordinators() {
    let mut cast = three();
    cast.coordinators.retain(|member| *member != id(1));
    assert_eq!(cast.plan(Excluded::Member(id(1)), 2).then, Then::Same);
    assert_eq!(cast.plan(Excluded::Coordinators, 2).then, Then::Integrity);
}

#[test]
fn of_two_contacts_for_mensenhandel_the_other_reads_on() {
    let cast = cast(
        &[
            (1, &[Role::Coordinator]),
            (2, &[Role::Coordinator]),
            (4, &[Role::TraffickingContact]),
            (5, &[Role::TraffickingContact]),
        ],
        vec![grant("group:coordinatoren", "signal"), grant("group:mensenhandel", "signal")],
    );
    let plan = cast.plan(Excluded::Member(id(5)), 2);
    assert_eq!((plan.then, plan.groups.clone()), (Then::Same, vec![(Group::Trafficking, vec![id(4)])]));
    assert_eq!(instead(&plan, &group_owner(Group::Trafficking)), Some(vec![holder(4)]));
    let names: Vec<_> = rewritten(&cast, &plan).on.into_iter().map(|row| row.grantee).collect();
    assert_eq!(names, [member_grantee(id(4))]);
}

#[test]
fn of_a_group_with_somebody_who_goes_the_others_read_on_by_name_and_of_a_whole_role_those_with_another() {
    let coordinator: &[Role] = &[Role::Coordinator];
    let jurist: &[Role] = &[Role::Jurist];
    let people =
        [(1, coordinator), (2, coordinator), (6, jurist), (7, jurist), (8, &[Role::Bibob, Role::Jurist] as &[Role])];
    let cast = cast(&people, vec![grant("group:coordinatoren", "signal")]);
    let plan = cast.plan(Excluded::Member(id(7)), 2);
    assert_eq!((plan.then, plan.groups.clone()), (Then::Same, vec![(Group::Jurists, vec![id(6), id(8)])]));
    assert_eq!(instead(&plan, &group_owner(Group::Jurists)), Some(vec![holder(6)]));
    let plan = cast.plan(Excluded::Role(Role::Jurist), 2);
    assert_eq!(plan.groups, vec![(Group::Jurists, vec![id(8)])]);
    assert_eq!(cast.plan(Excluded::Role(Role::Mayor), 2).groups, Vec::new());
}
