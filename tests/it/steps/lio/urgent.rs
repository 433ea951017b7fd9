//! The item of an urgent decision: the LIO reads what was decided already, after the same privacycheck 2A, while the
//! signal goes on with what it waits for.

use super::*;
use crate::support::road::{deciding_from_enriching, following_up, monitoring, received, run, seen, session};
use meldroute::app::AppError;
use meldroute::domain::decision::DecisionDraft;
use meldroute::domain::privacy_check::ItemProposalDraft;
use meldroute::domain::time::Day;
use meldroute::ledger::event::Event;
use meldroute::store::agenda::{self, AgendaItemRow};
use meldroute::store::{checks, contents, log};

const WHY: &str = "Er liggen vaten met een gevaarlijke stof.";
const POLICE: &str = r#"{"besluit": "POL", "waarom": "Er liggen vaten met een gevaarlijke stof.", "ontvanger": "politie",
    "wieDoetHet": "vth", "uiterlijk": "2026-12-01"}"#;

/// A decision outside the LIO, with its three signatures.
fn decided_urgently(app: &TestApp, id: SignalId, decision: &str) {
    let draft: DecisionDraft = serde_json::from_str(decision).unwrap();
    let (op, mirte) = session(app, "mirte");
    run(app.app.urgent_propose(&op, &mirte, seen(app, id), &draft)).unwrap();
    for login in ["mirte", "sanne", "bea"] {
        let (op, who) = session(app, login);
        run(app.app.urgent_sign(&op, &who, seen(app, id))).unwrap();
    }
}

/// A signal that went to the police in haste.
fn told_to_the_police() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    decided_urgently(&app, id, POLICE);
    (app, id)
}

fn items(app: &TestApp, id: SignalId, kind: &str) -> Vec<AgendaItemRow> {
    let all = app.app.store().read(|db| agenda::item_list(db, id)).unwrap();
    all.into_iter().filter(|item| item.kind == kind).collect()
}

/// The one urgent item.
fn item(app: &TestApp, id: SignalId) -> AgendaItemRow {
    let mut urgent = items(app, id, "urgent");
    assert_eq!(urgent.len(), 1);
    urgent.remove(0)
}

/// Where the signal itself stands: what the item must not touch.
fn course(app: &TestApp, id: SignalId) -> (&'static str, String, Option<Day>) {
    let row = standing(app, id);
    (row.stage.code(), row.waiting, row.due_on)
}

fn next_step(app: &TestApp, id: SignalId, login: &str) -> Vec<&'static str> {
    let work = app.member(login).get("/werk");
    let steps = ["/privacycheck-2a", "/publiceren"];
    steps.into_iter().filter(|step| work.body.contains(&format!("href=\"/signalen/{id}{step}\""))).collect()
}

#[test]
fn an_urgent_decision_is_read_by_whoever_it_was_cleared_for_and_by_nobody_else() {
    let (app, id) = told_to_the_police();
    let (before, placed) = (course(&app, id), item(&app, id));
    assert_eq!(next_step(&app, id, "mirte"), ["/privacycheck-2a"]);
    let mut mirte = app.member("mirte");
    assert!(mirte.get("/lio").body.contains(&format!("href=\"/signalen/{id}/privacycheck-2a\"")));
    let page = mirte.get(&propose_page(id));
    for words in ["Naar politie of OM, genomen op 24 november 2026", WHY, "Wat leren wij hiervan", "5 januari 2027"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.body.contains("Spoedbesluit van 24 november 2026 bespreken"));

    let people: [(&str, &[&str]); 3] = [("bram", &["1", "2"]), ("vera", &["2"]), ("evert", &["1"])];
    let check = proposed(&app, id, &proposal(&app, &people));
    assert_eq!(next_step(&app, id, "mirte"), Vec::<&str>::new(), "it is the privacy officer's turn");
    assert!(mirte.get("/lio").body.contains("spoed: wacht op PO"));
    let mut nadia = app.member("nadia");
    assert!(nadia.get("/werk").body.contains(&check), "the privacy officer finds it");
    let asked = nadia.get(&check);
    assert!(asked.body.contains("Naar politie of OM, genomen op 24 november 2026"), "{}", asked.body);
    assert!(!asked.body.contains("gevaarlijke stof") && !asked.body.contains("nooit klanten"), "{}", asked.body);
    let of = |login: &str, field: &str, value: &str| (about(&app, login, field), value.to_owned());
    let verdict = [
        of("bram", "oordeel", "versmallen"),
        of("bram", "feiten", "1"),
        of("bram", "waarom", "De rest is niet nodig."),
        of("vera", "oordeel", "weigeren"),
        of("vera", "waarom", "Niet nodig."),
        of("evert", "oordeel", "vrijgeven"),
    ];
    judged(&app, &check, &verdict);
    assert_eq!(next_step(&app, id, "mirte"), ["/publiceren"]);
    assert!(mirte.get("/lio").body.contains("spoed: klaar"));

    let page = mirte.get(&publish_page(id));
    assert!(page.body.contains("Publiceer aan 2 deelnemers") && page.body.contains("Het stuk staat op de zitting"));
    assert_eq!(mirte.submit(&page, &publish_page(id), &[]).location(), "/lio?klaar=gepubliceerd");
    let out = item(&app, id);
    assert_eq!((out.id, out.sitting_id, out.state.as_str()), (placed.id, placed.sitting_id, "published"));
    assert_eq!(course(&app, id), before, "the signal goes on with what it waits for");
    assert_eq!(next_step(&app, id, "mirte"), Vec::<&str>::new());

    days_later(&app, 37);
    let mut bram = app.member("bram");
    assert!(bram.get("/werk").body.contains(&format!("/lio/{}", out.id)));
    let read = bram.get(&format!("/lio/{}", out.id));
    for words in ["Dit besluit is al genomen", "Naar politie of OM", "Het LIO besluit niet opnieuw", "Derde exploitant"]
    {
        assert!(read.body.contains(words), "{words}: {}", read.body);
    }
    assert!(!read.body.contains("Vergunning twee keer") && !read.body.contains("gevaarlijke stof"), "{}", read.body);
    for other in ["vera", "sanne", "imke", "nadia", "adam", "fenna"] {
        let mut other = app.member(other);
        assert_eq!(other.get(&format!("/lio/{}", out.id)).status, 404);
    }
    let events = app.app.store().read(|db| log::log_of_kinds(db, &["content.disclosed"])).unwrap();
    let read = events.iter().map(|row| Event::parse(&row.body).unwrap().1);
    let event = read.into_iter().find(|event| event.fields.iter().any(|field| field == "copy.feiten")).unwrap();
    assert_eq!(event.fields, ["copy.feiten", "copy.spoedbesluit", "copy.titel", "copy.vraagAanOverleg"]);
    app.assert_log_is_whole();
}

#[test]
fn an_item_that_was_refused_stays_on_its_agenda_and_is_proposed_again() {
    let (app, id) = told_to_the_police();
    let (before, placed) = (course(&app, id), item(&app, id));
    let check = proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    let no =
        [(about(&app, "bram", "oordeel"), "weigeren".to_owned()), (about(&app, "bram", "waarom"), "Nee.".to_owned())];
    judged(&app, &check, &no);
    let back = item(&app, id);
    assert_eq!(
        (back.id, back.sitting_id, back.check_id, back.state.as_str()),
        (placed.id, placed.sitting_id, None, "prepared")
    );
    assert_eq!(course(&app, id), before);
    assert_eq!(next_step(&app, id, "mirte"), ["/privacycheck-2a"]);
    let mut mirte = app.member("mirte");
    assert_eq!(mirte.get(&publish_page(id)).status, 409);
    let page = mirte.get(&propose_page(id));
    assert!(page.body.contains("Er is al een voorstel") && page.body.contains("Derde exploitant in een jaar"));
    published(&app, id, &[("bram", &["1"])]);
    assert_eq!(item(&app, id).id, placed.id);
    app.assert_log_is_whole();
}

#[test]
fn whoever_was_shut_out_cannot_be_told_of_an_urgent_decision() {
    let app = TestApp::start();
    let id = received(
        &app,
        &[("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "burgerzaken")],
    );
    decided_urgently(&app, id, POLICE);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&app, &[("bram", &["1"])])));
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("is uitgesloten van dit signaal en kan niet meelezen"), "{}", sent.body);
    assert_eq!(item(&app, id).check_id, None);
}

/// The pages and the use cases refuse, in Dutch, and open nothing.
#[track_caller]
fn refused(app: &TestApp, id: SignalId) {
    let mut mirte = app.member("mirte");
    let before = standing(app, id);
    for page in [propose_page(id), publish_page(id)] {
        let shown = mirte.get(&page);
        assert_eq!(shown.status, 409, "{page}");
        assert!(shown.body.contains("spoedbesluit op een komende agenda. Dat is er niet."), "{}", shown.body);
        assert!(!shown.body.contains("nooit klanten"), "a step that cannot be taken opens nothing");
    }
    let draft = serde_json::json!({ "titel": "Pand", "vraagAanOverleg": "Wat nu?",
        "feiten": [{ "tekst": "Nooit klanten.", "regime": "open", "herkomst": "melding" }],
        "deelnemers": [{ "wie": member_id(app, "bram").to_string(), "feiten": [1] }] });
    let draft: ItemProposalDraft = serde_json::from_value(draft).unwrap();
    let (op, session) = session(app, "mirte");
    let tried = run(app.app.propose_check2a(&op, &session, seen(app, id), &draft));
    assert!(matches!(tried, Err(AppError::NotNow(..))), "{:?}", tried.err());
    let tried = run(app.app.item_warnings(&op, &session, id, &draft));
    assert!(matches!(tried, Err(AppError::NotNow(..))), "not now is never answered with the mistakes of a form");
    let tried = run(app.app.publish_item(&op, &session, seen(app, id)));
    assert!(matches!(tried, Err(AppError::NotNow(..))), "{:?}", tried.err());
    assert_eq!(standing(app, id), before);
    assert!(app.app.store().read(|db| checks::check_list(db, id)).unwrap().iter().all(|check| check.kind != "2A"));
}

#[test]
fn without_an_urgent_decision_on_an_agenda_ahead_nothing_is_laid_before_anybody() {
    let app = TestApp::start();
    refused(&app, following_up(&app, &[("tekst", REPORT)], "riec"));
    refused(&app, monitoring(&app, &[("tekst", &format!("Twee. {REPORT}"))], "2027-02-01"));
    let late = received(&app, &[("tekst", &format!("Drie. {REPORT}"))]);
    decided_urgently(&app, late, POLICE);
    days_later(&app, 42);
    assert_eq!(app.member("mirte").get(&propose_page(late)).status, 200, "on the day of the sitting");
    days_later(&app, 1);
    refused(&app, late);
    app.assert_log_is_whole();
}

#[test]
fn a_new_proposal_takes_the_place_of_what_was_published_about_an_urgent_decision() {
    let (app, id) = told_to_the_police();
    published(&app, id, &[("bram", &["1"]), ("vera", &["1"])]);
    days_later(&app, 37);
    let address = format!("/lio/{}", item(&app, id).id);
    let mut bram = app.member("bram");
    assert_eq!(bram.get(&address).status, 200);
    let key = app.app.member_holder(member_id(&app, "bram")).unwrap().unwrap().key;
    let holds = || {
        let keys = app.app.store().read(|db| contents::sealed_keys_of_signal(db, id)).unwrap();
        keys.iter().any(|copy| copy.holder == key)
    };
    assert!(holds());
    published(&app, id, &[("vera", &["2"])]);
    assert!(!holds(), "the key of the copy goes with it");
    assert_eq!(format!("/lio/{}", item(&app, id).id), address);
    assert_eq!(bram.get(&address).status, 404);
    let read = app.member("vera").get(&address);
    assert!(read.body.contains("Vergunning twee keer") && !read.body.contains("Derde exploitant"), "{}", read.body);
    app.assert_log_is_whole();
}

#[test]
fn what_the_privacy_officer_can_no_longer_judge_is_taken_back_when_the_signal_goes_on() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    decided_urgently(&app, id, r#"{"besluit": "MON", "waarom": "Eerst kijken.", "totDatum": "2027-02-01"}"#);
    let before = course(&app, id);
    assert_eq!(before.0, "monitoren");
    proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    assert_eq!(course(&app, id), before);
    let (op, _) = session(&app, "mirte");
    let why = serde_json::from_str(r#"{"waarom": "Toch nu al."}"#).unwrap();
    run(app.app.resume_monitoring(&op, seen(&app, id), &why)).unwrap();
    assert!(link(&app.member("nadia").get("/privacychecks"), "/privacychecks/").is_none());
    assert_eq!((item(&app, id).check_id, item(&app, id).state.as_str()), (None, "prepared"));
    assert_eq!(next_step(&app, id, "mirte"), Vec::<&str>::new());
    app.assert_log_is_whole();
}

#[test]
fn another_urgent_decision_takes_the_open_proposal_back_and_both_items_stay() {
    let (app, id) = told_to_the_police();
    proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    decided_urgently(&app, id, r#"{"besluit": "MON", "waarom": "Eerst kijken.", "totDatum": "2027-02-01"}"#);
    let both = items(&app, id, "urgent");
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|item| item.state == "prepared" && item.check_id.is_none()));
    for _ in &both {
        published(&app, id, &[("bram", &["1"])]);
    }
    assert!(items(&app, id, "urgent").iter().all(|item| item.state == "published"));
    days_later(&app, 37);
    for item in both {
        assert_eq!(app.member("bram").get(&format!("/lio/{}", item.id)).status, 200);
    }
    app.assert_log_is_whole();
}

#[test]
fn a_signal_is_not_closed_while_the_privacy_officer_still_judges_what_the_lio_reads() {
    let (app, id) = told_to_the_police();
    proposed(&app, id, &proposal(&app, &[("bram", &["1"])]));
    let page = app.member("mirte").get(&format!("/signalen/{id}/afsluiten"));
    assert!(page.body.contains("Eerst moet de privacy officer de open privacycheck beoordelen"), "{}", page.body);
}

#[test]
fn what_was_cleared_about_an_urgent_decision_is_no_ground_for_a_decision_of_the_lio() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    decided_urgently(&app, id, r#"{"besluit": "VRK", "waarom": "Meteen uitzoeken."}"#);
    assert_eq!(course(&app, id).0, "verrijken");
    published(&app, id, &[("bram", &["1"])]);
    let urgent = item(&app, id).id;
    deciding_from_enriching(&app, id);
    assert_eq!(app.member("mirte").get(&decide_page(id)).status, 409);
    let draft: DecisionDraft = serde_json::from_str(r#"{"besluit": "VRK", "waarom": "Meer weten."}"#).unwrap();
    let (op, mirte) = session(&app, "mirte");
    let tried = run(app.app.decide(&op, &mirte, seen(&app, id), &draft));
    assert!(matches!(tried, Err(AppError::NotNow(..))), "{:?}", tried.err());

    let page = app.member("mirte").get(&propose_page(id));
    assert!(!page.body.contains("Derde exploitant"), "a question of its own begins with an empty form");
    published(&app, id, &[("bram", &["2"])]);
    assert_eq!(standing(&app, id).waiting, "decision");
    proposed(&app, id, &proposal(&app, &[("vera", &["2"])]));
    days_later(&app, 37);
    let read = app.member("bram").get(&format!("/lio/{urgent}"));
    assert_eq!(read.status, 200, "who reads the other item keeps that");
    assert_eq!(items(&app, id, "regular").iter().filter(|item| item.state == "published").count(), 0);
    app.assert_log_is_whole();
}
