//! A role that gives content takes two people: it is proposed, and a second person says yes or no.

use crate::api::{Machine, places, problem};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, member_id, received, session};
use meldroute::app::setup::RoleGiven;
use meldroute::domain::role::{Role, Seat};
use serde_json::json;

/// The administrator proposes a role; returns where it is judged.
fn proposed(app: &TestApp, login: &str, role: Role, source: &str) -> String {
    let (op, _) = session(app, "adam");
    let given = RoleGiven {
        role,
        seat: Seat::Deputy,
        source: source.to_owned(),
        dates: meldroute::domain::role::RoleDates::default(),
    };
    app.app.role_propose(&op, login, &given).unwrap();
    let place = format!("/rollen/{}/{}", member_id(app, login), role.code());
    if source.is_empty() { place } else { format!("{place}/{source}") }
}

#[test]
fn a_coordinator_lets_a_new_one_in_who_then_reads_what_was_there() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let page = proposed(&app, "vera", Role::Coordinator, "");
    assert_eq!(app.member("vera").get(&format!("/signalen/{id}")).status, 404, "a proposal gives nothing");

    let mut mirte = app.member("mirte");
    assert_eq!(mirte.get("/werk").links("/rollen/"), std::slice::from_ref(&page));
    let form = mirte.get(&page);
    for said in ["Vera Proef", "coördinator", "plaatsvervanger", "Adam Proef", "Vanaf het begin: ook wat er al was"] {
        assert!(form.body.contains(said), "{said}: {}", form.body);
    }
    let sent = mirte.submit(&form, &page, &[("daad", "akkoord"), ("vanaf", "begin")]);
    assert_eq!((sent.status, sent.location()), (303, "/werk?klaar=rol"), "{}", sent.body);
    assert!(mirte.get("/werk?klaar=rol").body.contains("De rol telt nu."));
    assert!(mirte.get("/werk").links("/rollen/").is_empty());
    assert_eq!(mirte.get(&page).status, 404, "it waits no longer");

    let mut vera = app.member("vera");
    assert_eq!(vera.get("/signalen").links("/signalen/").len(), 1);
    let form = vera.get(&format!("/signalen/{id}"));
    assert!(form.body.contains("plaatsvervangend coördinator"), "{}", form.body);
    let agreed = Raw::open(&app.database).events_of("role.agreed");
    assert_eq!(agreed.len(), 1);
    assert!(agreed[0]["handtekening"].is_string(), "{}", agreed[0]);
    app.assert_log_is_whole();
}

#[test]
fn nobody_judges_their_own_role_nor_one_they_do_not_guard() {
    let app = TestApp::start();
    let page = proposed(&app, "mirte", Role::Jurist, "");
    for login in ["mirte", "joost", "adam", "vera", "fenna"] {
        let mut member = app.member(login);
        assert_eq!(member.get(&page).status, 404, "{login}");
        assert!(member.get("/werk").links("/rollen/").is_empty(), "{login}");
    }
    for login in ["sanne", "jelle", "nadia", "ruben"] {
        assert_eq!(app.member(login).get(&page).status, 200, "{login}");
    }
    // The form of somebody who may, sent by the one it is about.
    let mut mirte = app.member("mirte");
    let form = mirte.get("/werk");
    let token = form.hidden("/afmelden", "formulier");
    for act in ["akkoord", "afwijzen"] {
        let sent = mirte.post(&page, &[("daad", act), ("waarom", "onbekend"), ("formulier", &token)]);
        assert_ne!(sent.status, 303, "{act}");
    }
    assert!(!app.member("mirte").get("/werk").body.contains("jurist"));
    assert_eq!(app.member("nadia").get(&page).status, 200, "it still waits");
}

#[test]
fn a_no_has_a_reason_and_takes_the_proposal_away() {
    let app = TestApp::start();
    let page = proposed(&app, "bas", Role::Flexible, "handelsregister");
    let mut nadia = app.member("nadia");
    let form = nadia.get(&page);
    assert!(form.body.contains("Antwoordt voor"), "{}", form.body);
    let without = nadia.submit(&form, &page, &[("daad", "afwijzen")]);
    assert_eq!(without.status, 400);
    assert_eq!(without.wrong_fields(), ["waarom"]);
    let sent = nadia.submit(&form, &page, &[("daad", "afwijzen"), ("waarom", "niet_nodig")]);
    assert_eq!((sent.status, sent.location()), (303, "/werk?klaar=geen-rol"));
    assert_eq!(nadia.submit(&form, &page, &[("daad", "akkoord")]).status, 404, "a no is not overtaken");
    let declined = Raw::open(&app.database).events_of("role.declined");
    assert_eq!(declined[0]["bijzonderheden"]["reason"], "niet_nodig", "{}", declined[0]);
    let again = proposed(&app, "bas", Role::Flexible, "handelsregister");
    assert_eq!(app.member("evert").get(&again).status, 200, "it can be proposed again");
    app.assert_log_is_whole();
}

#[test]
fn a_machine_lists_and_judges_proposed_roles_too() {
    let app = TestApp::start();
    proposed(&app, "bibi", Role::Jurist, "");
    proposed(&app, "bas", Role::Flexible, "handelsregister");
    let sanne = Machine::of(&app, "sanne");
    let listed = sanne.get("/api/v1/rolvoorstellen").json();
    let rows = listed["voorstellen"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{listed}");
    assert_eq!((rows[0]["naam"].as_str(), rows[0]["rol"].as_str()), (Some("Bibi Proef"), Some("jurist")));
    let verdict = |oordeel: &str| json!({ "lid": rows[0]["lid"], "rol": "jurist", "oordeel": oordeel });
    let without = problem(&sanne.post("/api/v1/rolvoorstellen/_beoordeel", &verdict("afwijzen")), 400);
    assert!(without["errors"][0]["detail"].as_str().unwrap().contains("waarom"), "{:?}", places(&without));
    let foreign = Machine::of(&app, "vera").post("/api/v1/rolvoorstellen/_beoordeel", &verdict("akkoord"));
    assert!([403, 404].contains(&foreign.status), "{}", foreign.body);
    assert_eq!(sanne.post("/api/v1/rolvoorstellen/_beoordeel", &verdict("akkoord")).status, 204);
    problem(&sanne.post("/api/v1/rolvoorstellen/_beoordeel", &verdict("akkoord")), 409);
    let tasks = Machine::of(&app, "evert").get("/api/v1/taken").json();
    assert_eq!(tasks["taken"][0]["soort"], "rol", "{tasks}");
    let mut bas = app.anonymous();
    bas.sign_in("bas", PASSWORD);
    assert!(!bas.get("/werk").body.contains("handelsregister"));
}
