//! Keys and roles stated with real keys by people who may not: an administrator who also writes SQL, somebody who agrees
//! to their own role, somebody who states a colleague's key.

use super::keys::assert_not_misdirected;
use super::rights::{append, bram_becomes_jurist, is_proven};
use crate::joining::{agree, invitation, invited, let_in, waits};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road;
use meldroute::app::AppError;
use meldroute::app::joining::Proof;
use meldroute::app::keyring::Session;
use meldroute::app::members::RoleOf;
use meldroute::app::setup::RoleGiven;
use meldroute::app::trust::{Epoch, NewPublicKey, StatementSigner, group_owner};
use meldroute::domain::ids::KeyId;
use meldroute::domain::role::{Group, Reach, Role, Seat};
use meldroute::store::{StoreError, Trace};
use meldroute::vault::statement::Owner;
use meldroute::vault::{OsEntropy, Signer, generate_pair};

/// Writes a statement with its row, as whoever owns the database could.
fn state(app: &TestApp, login: &str, owner: Owner, epoch: u32, by: Option<&Session>) -> KeyId {
    state_reaching(app, login, owner, Epoch::first(epoch), by)
}

fn state_reaching(app: &TestApp, login: &str, owner: Owner, epoch: Epoch, by: Option<&Session>) -> KeyId {
    let (op, session) = road::session(app, login);
    let by = by.unwrap_or(&session);
    let (public, _) = generate_pair(&mut OsEntropy).unwrap();
    let signing = matches!(owner, Owner::Member(_)).then(|| Signer::generate(&mut OsEntropy).unwrap().verify_key());
    let id = KeyId::new(app.app.random_id().unwrap());
    let signer = StatementSigner { id: by.actor.key.uuid(), signer: &by.keys.signing };
    let key = NewPublicKey::reaching(id, owner, epoch, Some(public), signing, &signer);
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "members.settle", move |tx| {
        key.put(tx)?;
        tx.record(Trace::new("key.renewed"))?;
        Ok(())
    });
    written.unwrap();
    id
}

fn member(app: &TestApp, login: &str) -> Owner {
    Owner::Member(road::member_id(app, login).uuid())
}

#[test]
fn only_a_member_of_the_group_states_a_groups_next_key() {
    for login in ["adam", "imke", "vera", "fenna", "sanne", "nadia"] {
        let app = TestApp::start();
        state(&app, login, group_owner(Group::Coordinators), 2, None);
        assert_not_misdirected(&app, login);
        let beside = app.beside();
        assert!(matches!(beside.app.trusted(), Err(AppError::KeyNotProven(_))), "{login} stated the coordinators' key");
        assert_not_misdirected(&beside, login);
        let said = app.inside().prove(&[]).to_string();
        assert!(said.contains("mag dit van deze sleutel niet verklaren"), "{login}: {said}");
    }
    let app = TestApp::start();
    let next = state(&app, "joost", group_owner(Group::Coordinators), 2, None);
    assert_eq!(app.beside().app.group_holder(Group::Coordinators).unwrap().key, next);
}

#[test]
fn whoever_reads_from_today_states_no_key_to_which_what_was_there_before_would_be_sealed() {
    for (reach, holds) in [(1, false), (2, true)] {
        let app = TestApp::without_setup_key();
        let code = invited(&app, "mirte", invitation("pia", Role::Coordinator, ""));
        waits(&app, "pia", &code);
        let_in(&app, "mirte", "pia", &Proof::Code).unwrap();
        agree(&app, "joost", "pia", Role::Coordinator, "", Reach::Today).unwrap();
        state_reaching(&app, "pia", group_owner(Group::Coordinators), Epoch { epoch: 3, reach }, None);
        assert_eq!(app.beside().app.trusted().is_ok(), holds, "reach {reach}");
    }
}

#[test]
fn nobody_but_the_set_up_key_states_the_keys_of_recovery_and_of_the_log() {
    for owner in [Owner::Recovery, Owner::Ledger, Owner::Circle(uuid::Uuid::from_u128(5))] {
        let app = TestApp::start();
        state(&app, "mirte", owner.clone(), 2, None);
        assert!(matches!(app.beside().app.trusted(), Err(AppError::KeyNotProven(_))), "{owner:?}");
    }
}

#[test]
fn whoever_left_states_no_next_key_of_the_group_and_no_changed_row_keeps_the_old_one_in_force() {
    let app = TestApp::start();
    let (_, joost) = road::session(&app, "joost");
    let operator = app.app.as_operator("test").unwrap();
    app.app.member_disable(&operator, "joost").unwrap();
    // Every row says that nothing happened.
    let mut raw = Raw::open(&app.database);
    let key = raw.id(&joost.actor.key.uuid().simple().to_string());
    raw.run("UPDATE members SET state = 'active' WHERE login = 'joost'");
    raw.run(&format!("UPDATE public_keys SET retired_on = NULL WHERE id = {key}"));
    drop(app.beside().member("mirte"));
    let next = app.app.reload_trust().unwrap().current(&group_owner(Group::Coordinators)).unwrap().clone();
    assert_eq!((next.epoch, next.reach), (2, 1));
    let next = raw.id(&next.key_id.simple().to_string());
    let copies = |raw: &mut Raw, holder: &str| {
        raw.rows_where("sealed_keys", &format!("subject = {next} AND holder = {holder}")).len()
    };
    let mirte = raw.id(&road::session(&app, "mirte").1.actor.key.uuid().simple().to_string());
    assert_eq!((copies(&mut raw, &mirte), copies(&mut raw, &key)), (1, 0), "none for whoever left");
    // And the key that the leaver states themselves stops everything, as any forged one.
    state(&app, "mirte", group_owner(Group::Coordinators), 3, Some(&joost));
    assert!(matches!(app.beside().app.trusted(), Err(AppError::KeyNotProven(_))));
}

/// The words of an agreement, as `app/role_proof.rs` writes them.
fn agree_by_hand(app: &TestApp, by: &str, signer: &Session, wanted: &RoleOf) {
    let (_, whose) = road::session(app, "bram");
    let (member, key) = (wanted.member, whose.actor.key);
    let named = Raw::open(&app.database).rows_where("events", "kind = 'role.proposed'");
    let proposal = named.last().unwrap()["idx"].clone();
    let words = format!("{member}\n{key}\njurist\nplaatsvervanger\n\n1\n{proposal}\n");
    let signature = signer.keys.signing.sign("meldroute/role-agreed/v2", words.as_bytes()).0.to_vec();
    append(app, by, move || {
        Trace::new("role.agreed")
            .object("member", member.uuid())
            .detail("role", "jurist")
            .detail("seat", "plaatsvervanger")
            .detail("proposal", proposal.clone())
            .detail("from", "1")
            .signature(signature.clone())
    });
}

#[test]
fn an_agreement_counts_only_under_the_key_of_somebody_who_may_agree() {
    let app = TestApp::start();
    // Joost is the proposer here: nobody but the log remembers that.
    let given = RoleGiven {
        role: Role::Jurist,
        seat: Seat::Deputy,
        source: String::new(),
        dates: meldroute::domain::role::RoleDates::default(),
    };
    let wanted = RoleOf { member: road::member_id(&app, "bram"), role: Role::Jurist, source: String::new() };
    let (mut op, _) = road::session(&app, "adam");
    let (_, jelle) = road::session(&app, "jelle");
    if let meldroute::policy::Actor::Member(actor) = &mut op.actor {
        actor.id = jelle.actor.id;
    }
    app.app.role_propose(&op, "bram", &given).unwrap();
    Raw::open(&app.database).run("UPDATE member_roles SET state = 'agreed' WHERE state = 'proposed'");
    for login in ["adam", "bram", "jelle", "mirte", "vera", "fenna"] {
        let (_, session) = road::session(&app, login);
        agree_by_hand(&app, login, &session, &wanted);
        assert!(!is_proven(&app.beside(), "bram", Role::Jurist), "{login} agreed");
        // In the name of somebody who may.
        agree_by_hand(&app, "sanne", &session, &wanted);
        assert!(!is_proven(&app.beside(), "bram", Role::Jurist), "{login} agreed in the name of sanne");
    }
    let (_, session) = road::session(&app, "sanne");
    agree_by_hand(&app, "sanne", &session, &wanted);
    assert!(is_proven(&app.beside(), "bram", Role::Jurist), "the same words by who may");
}

#[test]
fn whoever_states_a_colleagues_key_does_not_get_what_the_colleague_may() {
    let app = TestApp::start();
    let before = road::session(&app, "joost").1.actor.roles.len();
    assert_eq!(before, 1);
    let stolen = state(&app, "sanne", member(&app, "joost"), 2, None);
    let beside = app.beside();
    assert!(beside.app.trusted().is_ok(), "the statement itself may be made");
    assert!(!is_proven(&beside, "joost", Role::Coordinator) && is_proven(&beside, "mirte", Role::Coordinator));
    let refused = beside.app.member_holder(road::member_id(&app, "joost"));
    assert!(matches!(refused, Err(AppError::KeyNotProven(_))), "{refused:?}");
    drop(beside.member("mirte"));
    let holder = Raw::open(&app.database).id(&stolen.uuid().simple().to_string());
    let copies = Raw::open(&app.database).rows_where("sealed_keys", &format!("holder = {holder}"));
    assert!(copies.is_empty(), "a colleague's key went to whoever stated it");

    for login in ["adam", "imke"] {
        let app = TestApp::start();
        state(&app, login, member(&app, "joost"), 2, None);
        assert!(matches!(app.beside().app.trusted(), Err(AppError::KeyNotProven(_))), "{login}");
    }
    let app = TestApp::start();
    state(&app, "joost", member(&app, "joost"), 2, None);
    assert!(is_proven(&app.beside(), "joost", Role::Coordinator), "one's own next key changes nothing");
}

#[test]
fn an_agreement_counts_for_the_key_it_was_given_for_and_an_invitation_once() {
    let app = TestApp::start();
    bram_becomes_jurist(&app);
    let mut raw = Raw::open(&app.database);
    let agreed = raw.events_of("role.agreed").remove(0);
    state(&app, "jelle", member(&app, "bram"), 2, None);
    assert!(!is_proven(&app.beside(), "bram", Role::Jurist));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (proposal, bram) = (text(&agreed["bijzonderheden"]["proposal"]), road::member_id(&app, "bram").uuid());
    let signature = data_encoding::BASE64.decode(text(&agreed["handtekening"]).as_bytes()).unwrap();
    append(&app, "sanne", move || {
        Trace::new("role.agreed")
            .object("member", bram)
            .detail("role", "jurist")
            .detail("seat", "plaatsvervanger")
            .detail("proposal", proposal.clone())
            .detail("from", "1")
            .signature(signature.clone())
    });
    assert!(!is_proven(&app.beside(), "bram", Role::Jurist), "agreed for another key");

    let operator = app.app.as_operator("test").unwrap();
    app.app.role_withdraw(&operator, "joost", Role::Coordinator).unwrap();
    let joost = road::member_id(&app, "joost").uuid();
    let invited = raw.events_of("member.invited");
    let old = invited.iter().find(|event| event["object"]["id"] == joost.to_string()).unwrap();
    let signature = data_encoding::BASE64.decode(text(&old["handtekening"]).as_bytes()).unwrap();
    raw.run(&format!(
        "INSERT INTO member_roles (member_id, role, seat, source_code, state, since_on)
         VALUES ({}, 'coordinator', 'plaatsvervanger', '', 'agreed', '2026-11-24')",
        Raw::open(&app.database).id(&joost.simple().to_string())
    ));
    append(&app, "mirte", move || {
        Trace::new("member.invited")
            .object("member", joost)
            .detail("role.coordinator", "plaatsvervanger")
            .signature(signature.clone())
    });
    assert!(!is_proven(&app.beside(), "joost", Role::Coordinator), "an old invitation gives nothing back");
}
