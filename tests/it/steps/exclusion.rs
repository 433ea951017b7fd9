//! Uitsluiten: a reader who is shut out later holds no key, no right and no trace of the signal; those who stay read on.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::people::PASSWORD;
use crate::support::road::{REPORT, following_up, member_id, received, session, standing};
use meldroute::app::keyring::Session;
use meldroute::app::setup::{Invitation, RoleGiven, Standing};
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::ids::SignalId;
use meldroute::domain::role::{Group, Role, Seat};
use meldroute::store::contents::{self, ContentRow, SealedKeyRow};
use meldroute::store::{StoreError, field_address};
use meldroute::vault::field::{RecordKey, open_field};

fn page(id: SignalId) -> String {
    format!("/signalen/{id}/uitsluiten")
}

/// A third coordinator, so that two are left when one is shut out.
pub fn with_third(app: &TestApp) {
    let op = app.app.as_operator("test").unwrap();
    let wouter = Invitation {
        login: "wouter".to_owned(),
        name: "Wouter Proef".to_owned(),
        roles: vec![RoleGiven {
            role: Role::Coordinator,
            seat: Seat::Deputy,
            source: String::new(),
            dates: meldroute::domain::role::RoleDates::default(),
        }],
    };
    for code in app.app.invite(&op, &[wouter], Standing::Ceremony).unwrap() {
        app.app.enrol(&app.app.as_anonymous().unwrap(), &code.login, code.code.expose(), PASSWORD).unwrap();
    }
    app.app.sign_in(&app.app.as_anonymous().unwrap(), "mirte", PASSWORD, SessionKind::Web).unwrap();
}

/// Shuts somebody out in the session of a coordinator.
pub fn exclude(app: &TestApp, id: SignalId, who: &str) -> u16 {
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    mirte.submit(&form, &page(id), &[("wie", who), ("daad", "uitsluiten")]).status
}

fn everything_sealed(app: &TestApp, id: SignalId) -> (Vec<SealedKeyRow>, Vec<ContentRow>) {
    app.app
        .store()
        .read::<_, StoreError>(|db| {
            let mut fields = Vec::new();
            for record in contents::record_list_all(db, id)? {
                fields.extend(contents::content_list(db, record.id)?);
            }
            Ok((contents::sealed_keys_of_signal(db, id)?, fields))
        })
        .unwrap()
}

/// How many of these fields somebody's own keys open with these copies.
fn opens(app: &TestApp, session: &Session, copies: &[SealedKeyRow], fields: &[ContentRow]) -> usize {
    let ring = app.app.ring(session).unwrap();
    let opened = |field: &&ContentRow| {
        copies.iter().filter(|copy| copy.subject == field.key_id).any(|copy| {
            ring.open(&copy.purpose(), &copy.sealed)
                .and_then(Result::ok)
                .is_some_and(|key| open_field(&RecordKey::from_key(key), &field_address(field), &field.sealed).is_ok())
        })
    };
    fields.iter().filter(opened).count()
}

#[test]
fn whoever_is_shut_out_opens_nothing_not_even_with_the_keys_they_had_and_the_others_read_on() {
    let app = TestApp::start();
    with_third(&app);
    let code = app.anonymous().report(&[("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "Kanarie Melder")]);
    let id: SignalId =
        app.member("mirte").get("/signalen").links("/signalen/")[0]["/signalen/".len()..].parse().unwrap();
    crate::support::road::follow_up_from_intake(&app, id, "riec");
    let (old_copies, old_fields) = everything_sealed(&app, id);
    let joost = session(&app, "joost").1;
    assert!(opens(&app, &joost, &old_copies, &old_fields) > 5, "the deputy could read");
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "joost"))), 303);

    let (copies, fields) = everything_sealed(&app, id);
    assert_eq!(fields.len(), old_fields.len(), "nothing was lost");
    assert_eq!(opens(&app, &joost, &copies, &fields), 0, "no key is left");
    assert_eq!(
        opens(&app, &joost, &old_copies, &fields),
        0,
        "a kept copy of the old keys opens nothing of what is stored"
    );
    for login in ["mirte", "wouter"] {
        let who = session(&app, login).1;
        let names = 1; // The name in confidence opens for two people only.
        assert_eq!(opens(&app, &who, &copies, &fields), fields.len() - names, "{login} reads on");
    }
    let mut shut = app.member("joost");
    let absent = shut.get("/signalen/00000000-0000-4000-8000-000000000000");
    for place in ["", "/opvolging", "/naam", "/uitsluiten", "/geschiedenis"] {
        let there = shut.get(&format!("/signalen/{id}{place}"));
        assert_eq!((there.status, &there.body), (404, &absent.body), "{place}");
    }
    assert_eq!(shut.get("/signalen").links("/signalen/"), Vec::<String>::new());
    let row = standing(&app, id);
    assert_eq!((row.box_.as_str(), row.stage.code()), ("circle", "opvolgen"));
    assert!(app.member("wouter").get(&format!("/signalen/{id}/opvolging")).body.contains("nooit klanten"));

    // The melder's mailbox got a new key too, and the melder keeps theirs.
    let mut mirte = app.member("mirte");
    let name = format!("/signalen/{id}/naam");
    let form = mirte.get(&name);
    assert_eq!(mirte.submit(&form, &name, &[("daad", "vragen"), ("waarom", "Ik moet u waarschuwen.")]).status, 303);
    let mut nadia = app.member("nadia");
    let request = nadia.get("/werk").links("/ontzegelingen/")[0].clone();
    let form = nadia.get(&request);
    assert_eq!(nadia.submit(&form, &request, &[("oordeel", "akkoord")]).status, 303);
    let link = mirte.get(&name).links(&format!("{name}/"))[0].clone();
    assert!(mirte.get(&link).body.contains("Kanarie Melder"), "the share was sealed to those who stay");
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    let told = melder.submit(&ask, "/melden/volgen", &[("bon", &code)]);
    assert!(told.body.contains("Ik moet u waarschuwen"), "{}", told.body);
    app.assert_log_is_whole();
}

#[test]
fn with_too_few_coordinators_left_the_signal_goes_to_the_integrity_box() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let form = app.member("mirte").get(&page(id));
    assert!(form.body.contains("Er blijven te weinig coördinatoren over."), "{}", form.body);
    assert!(!form.body.contains("nooit klanten"), "choosing opens nothing");
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "joost"))), 303);
    assert_eq!(standing(&app, id).box_, "integriteit");
    for login in ["mirte", "joost"] {
        assert_eq!(app.member(login).get(&format!("/signalen/{id}")).status, 404, "{login}");
    }
    let mut ivo = app.member("ivo");
    assert_eq!(ivo.get("/signalen").links("/signalen/").len(), 1);
    let (copies, fields) = everything_sealed(&app, id);
    let opened = |login: &str| opens(&app, &session(&app, login).1, &copies, &fields);
    assert_eq!((opened("mirte"), opened("joost"), opened("ivo")), (0, 0, fields.len()));
    app.assert_log_is_whole();
}

#[test]
fn a_role_that_is_shut_out_is_never_given_anything_and_nothing_else_changes() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    let before = everything_sealed(&app, id).0.len();
    assert_eq!(exclude(&app, id, "rol:jurist"), 303);
    assert_eq!(everything_sealed(&app, id).0.len(), before, "the jurist held no key");
    assert_eq!(exclude(&app, id, "rol:jurist"), 400, "once is enough");
    let form = app.member("mirte").get(&format!("/signalen/{id}/opvolging"));
    assert!(!form.body.contains("Sanne Proef") && form.body.contains("Bram Proef"), "{}", form.body);
    for wrong in ["", "rol:privacy_officer", "lid:00000000-0000-4000-8000-000000000000", "iemand"] {
        assert_eq!(exclude(&app, id, wrong), 400, "{wrong}");
    }
}

#[test]
fn one_jurist_is_shut_out_and_the_other_can_still_be_asked() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "sanne"))), 303);
    let form = app.member("mirte").get(&format!("/signalen/{id}/opvolging"));
    let offered = |login: &str| form.body.contains(&format!("value=\"{}\"", member_id(&app, login)));
    assert!(!offered("sanne") && offered("jelle"), "{}", form.body);
    assert!(form.body.contains("Uitgesloten: Sanne Proef"), "{}", form.body);
}

#[test]
fn somebody_with_work_on_the_signal_finishes_it_first() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    let mut mirte = app.member("mirte");
    let follow = format!("/signalen/{id}/opvolging");
    let form = mirte.get(&follow);
    let vera = member_id(&app, "vera");
    let owner = vera.to_string();
    let typed = [("watTeDoen", "a"), ("eigenaar", owner.as_str()), ("uiterlijk", "10-12-2026")];
    assert_eq!(mirte.submit(&form, &follow, &typed).status, 303);
    let form = mirte.get(&page(id));
    let sent = mirte.submit(&form, &page(id), &[("wie", &format!("lid:{vera}"))]);
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Vera Proef heeft bij dit signaal nog een actie"), "{}", sent.body);
}

#[test]
fn excluding_is_the_coordinators_and_a_stale_page_excludes_nobody() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    for login in ["nadia", "vera", "sanne", "adam", "ivo", "bea"] {
        assert_eq!(app.member(login).get(&page(id)).status, 404, "{login}");
    }
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    assert_eq!(exclude(&app, id, "rol:bibob"), 303);
    let sent = mirte.submit(&form, &page(id), &[("wie", "rol:jurist")]);
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("Iemand anders wijzigde dit signaal"), "{}", sent.body);
    let shut = app.app.store().read(|db| meldroute::store::signals::exclusion_list(db, id)).unwrap();
    assert_eq!(shut.len(), 1);
}

/// An urgent decision for the police, laid before whoever may sign it.
fn urgent_proposed(app: &TestApp, id: SignalId) -> Page {
    let place = format!("/signalen/{id}/spoed");
    let mut mirte = app.member("mirte");
    let form = mirte.get(&place);
    let typed = [
        ("daad", "leg_voor"),
        ("besluit", "POL"),
        ("waarom", "Er liggen vaten met een gevaarlijke stof."),
        ("ontvanger", "politie"),
        ("wieDoetHet", "vth"),
        ("uiterlijk", "1-12-2026"),
    ];
    mirte.submit(&form, &place, &typed)
}

#[test]
fn a_jurist_who_is_shut_out_opens_no_decision_with_the_key_of_the_jurists_and_the_other_reads_on() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    assert_eq!(urgent_proposed(&app, id).status, 303);
    let opened = |login: &str| {
        let (copies, fields) = everything_sealed(&app, id);
        opens(&app, &session(&app, login).1, &copies, &fields)
    };
    let before = opened("jelle");
    assert!(opened("sanne") > 1 && before > 1);
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "sanne"))), 303);
    assert_eq!((opened("sanne"), opened("jelle")), (0, before));
    // What is written from here on passes her by as well.
    assert_eq!(urgent_proposed(&app, id).status, 303);
    assert_eq!(opened("sanne"), 0);
    assert!(opened("jelle") > before, "the other jurist reads the new proposal");
    let group = app.app.group_holder(Group::Jurists).unwrap().key;
    assert!(everything_sealed(&app, id).0.iter().all(|copy| copy.holder != group), "her group holds nothing any more");
    app.assert_log_is_whole();
}

#[test]
fn a_jurist_who_was_shut_out_and_then_left_opens_no_decision_with_the_key_they_kept() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let kept = app.app.ring(&session(&app, "sanne").1).unwrap();
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "sanne"))), 303);
    app.app.member_disable(&app.app.as_operator("test").unwrap(), "sanne").unwrap();
    // None of the jurists was there yet, so that their key is still the one that she knows.
    assert_eq!(urgent_proposed(&app, id).status, 303);
    let (copies, fields) = everything_sealed(&app, id);
    let opened = copies.iter().filter(|copy| kept.open(&copy.purpose(), &copy.sealed).is_some_and(|key| key.is_ok()));
    assert_eq!(opened.count(), 0);
    assert!(opens(&app, &session(&app, "jelle").1, &copies, &fields) > 1, "the other jurist reads the proposal");
    app.assert_log_is_whole();
}

#[test]
fn of_all_jurists_shut_out_none_opens_a_decision_with_the_key_of_the_jurists() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    assert_eq!(urgent_proposed(&app, id).status, 303);
    assert_eq!(exclude(&app, id, "rol:jurist"), 303);
    let (copies, fields) = everything_sealed(&app, id);
    for login in ["sanne", "jelle"] {
        assert_eq!(opens(&app, &session(&app, login).1, &copies, &fields), 0, "{login}");
    }
    assert!(opens(&app, &session(&app, "bea").1, &copies, &fields) > 1, "the burgemeester reads on");
}

#[test]
fn somebody_with_two_roles_is_shut_out_in_both() {
    let app = TestApp::start();
    let op = app.app.as_operator("test").unwrap();
    let role = |role| RoleGiven {
        role,
        seat: Seat::Deputy,
        source: String::new(),
        dates: meldroute::domain::role::RoleDates::default(),
    };
    let noor = Invitation {
        login: "noor".to_owned(),
        name: "Noor Proef".to_owned(),
        roles: vec![role(Role::Bibob), role(Role::Jurist)],
    };
    for code in app.app.invite(&op, &[noor], Standing::Ceremony).unwrap() {
        app.app.enrol(&app.app.as_anonymous().unwrap(), &code.login, code.code.expose(), PASSWORD).unwrap();
    }
    session(&app, "sanne"); // Whoever holds the key of the jurists passes it on.
    let id = received(&app, &[("tekst", REPORT)]);
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "noor"))), 303);
    assert_eq!(urgent_proposed(&app, id).status, 303);
    let (copies, fields) = everything_sealed(&app, id);
    let opened = |login: &str| opens(&app, &session(&app, login).1, &copies, &fields);
    assert_eq!(opened("noor"), 0, "not by name and not with the key of the jurists");
    assert!(opened("sanne") > 1);
    assert_eq!(app.member("noor").get(&format!("/signalen/{id}")).status, 404);
}

#[test]
fn the_burgemeester_can_be_shut_out_and_the_privacy_officer_cannot() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let form = app.member("mirte").get(&page(id));
    let bea = format!("lid:{}", member_id(&app, "bea"));
    for offered in [bea.as_str(), "rol:burgemeester"] {
        assert!(form.body.contains(&format!("value=\"{offered}\"")), "{offered}: {}", form.body);
    }
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "nadia"))), 400);
    assert_eq!(exclude(&app, id, &bea), 303);
    let refused = urgent_proposed(&app, id);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("Er is geen burgemeester die dit signaal mag lezen"), "{}", refused.body);
}
