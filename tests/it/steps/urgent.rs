//! Spoed: a decision outside the LIO, by three people who each sign.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::road::{REPORT, deciding, enriching, member_id, received, run, seen, session, standing};
use meldroute::domain::decision::DecisionDraft;
use meldroute::domain::ids::SignalId;
use meldroute::domain::role::Role;
use meldroute::ledger::event::Event;
use meldroute::store::decisions::{self, DecisionSignatureRow};
use meldroute::store::{StoreError, Trace, agenda, checks, contents, log};

const WHY: &str = "Er liggen vaten met een gevaarlijke stof.";

fn page_of(id: SignalId) -> String {
    format!("/signalen/{id}/spoed")
}

/// A decision for the police, as a browser sends it.
fn police() -> Vec<(&'static str, &'static str)> {
    vec![
        ("daad", "leg_voor"),
        ("besluit", "POL"),
        ("waarom", WHY),
        ("ontvanger", "politie"),
        ("wieDoetHet", "vth"),
        ("uiterlijk", "1-12-2026"),
    ]
}

fn proposed(app: &TestApp, id: SignalId) {
    let mut mirte = app.member("mirte");
    let page = mirte.get(&page_of(id));
    assert!(page.body.contains("nooit klanten"), "the proposer writes beside the report: {}", page.body);
    let sent = mirte.submit(&page, &page_of(id), &police());
    assert_eq!(sent.status, 303, "{}", sent.body);
}

fn sign(app: &TestApp, id: SignalId, login: &str) -> Page {
    let mut member = app.member(login);
    let page = member.get(&page_of(id));
    member.submit(&page, &page_of(id), &[("daad", "onderteken")])
}

fn signed(app: &TestApp, id: SignalId, login: &str) {
    let sent = sign(app, id, login);
    assert_eq!(sent.status, 303, "{login}: {}", sent.body);
}

fn link(page: &Page, start: &str) -> Option<String> {
    let rest = page.body.split(&format!("href=\"{start}")).nth(1)?;
    Some(format!("{start}{}", rest.split('"').next()?))
}

fn row_of(app: &TestApp, id: SignalId) -> decisions::DecisionRow {
    let all = app.app.store().read(|db| decisions::decision_list(db, id)).unwrap();
    all.into_iter().find(|row| row.state != "withdrawn").unwrap()
}

#[test]
fn three_signatures_take_the_decision_tell_the_privacy_officers_and_fill_the_agenda() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    assert_eq!(standing(&app, id).waiting, "urgent_sign");
    for login in ["mirte", "sanne"] {
        let work = app.member(login).get("/werk");
        assert!(work.body.contains("Spoedbesluit tekenen"), "{login}: {}", work.body);
        signed(&app, id, login);
        assert_eq!(standing(&app, id).stage.code(), "ontvangen", "two are not enough");
    }
    let mut nadia = app.member("nadia");
    assert!(link(&nadia.get("/werk"), "/spoedbesluiten/").is_none());
    signed(&app, id, "bea");

    let row = standing(&app, id);
    assert_eq!(
        (row.stage.code(), row.waiting.as_str(), row.outcome.as_deref()),
        ("opvolgen", "follow_up", Some("POL"))
    );
    assert_eq!(row.due_on.unwrap().to_string(), "2026-12-01");
    let decision = row_of(&app, id);
    assert_eq!((decision.state.as_str(), decision.kind.as_str()), ("taken", "urgent"));

    let notice = link(&nadia.get("/werk"), "/spoedbesluiten/").expect("a word for the privacy officer");
    let told = nadia.get(&notice);
    assert!(told.body.contains("Naar politie of OM") && told.body.contains("dinsdag 5 januari 2027"), "{}", told.body);
    assert!(!told.body.contains("gevaarlijke stof"), "what it says is not for the privacy officer");
    assert_eq!(nadia.get(&format!("/signalen/{id}")).status, 404);

    let items = app.app.store().read(|db| agenda::item_list(db, id)).unwrap();
    assert_eq!((items.len(), items[0].kind.as_str(), decision.item_id), (1, "urgent", Some(items[0].id)));
    let list = app.member("mirte").get("/lio");
    assert!(list.body.contains("Spoedbesluit van 24 november 2026 bespreken"), "{}", list.body);
    let announced = app.app.store().read(|db| log::log_of_kinds(db, &["urgent.announced"])).unwrap();
    let (_, event) = Event::parse(&announced[0].body).unwrap();
    assert_eq!((event.details["to"].as_str(), event.details["sitting"].as_str()), ("privacy", "2027-01-05"));
}

#[test]
fn the_word_for_the_privacy_officers_stays_until_the_sitting_is_over() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    for login in ["mirte", "sanne", "bea"] {
        signed(&app, id, login);
    }
    app.clock.advance_seconds(42 * 86_400);
    assert!(link(&app.member("ruben").get("/werk"), "/spoedbesluiten/").is_some(), "on the day of the sitting");
    app.clock.advance_seconds(86_400);
    assert!(link(&app.member("ruben").get("/werk"), "/spoedbesluiten/").is_none());
}

#[test]
fn jurist_and_burgemeester_read_the_signal_once_they_are_asked_and_not_before() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    for login in ["sanne", "jelle", "bea"] {
        assert_eq!(app.member(login).get(&page_of(id)).status, 404, "{login}");
    }
    proposed(&app, id);
    for login in ["sanne", "jelle", "bea"] {
        let page = app.member(login).get(&page_of(id));
        assert!(page.body.contains(WHY), "{login}: {}", page.body);
        assert!(app.member(login).get(&format!("/signalen/{id}")).body.contains("nooit klanten"), "{login}");
    }
}

#[test]
fn for_everybody_else_an_urgent_decision_does_not_exist() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    for login in ["mirte", "sanne", "bea"] {
        signed(&app, id, login);
    }
    let decision = row_of(&app, id).id;
    let absent = "00000000-0000-4000-8000-000000000000";
    for other in ["nadia", "bram", "vera", "imke", "adam", "fenna", "ivo"] {
        let mut member = app.member(other);
        let (seen, missing) = (member.get(&page_of(id)), member.get(&format!("/signalen/{absent}/spoed")));
        assert_eq!((seen.status, missing.status), (404, 404), "{other}");
        assert_eq!(seen.body, missing.body, "{other}");
    }
    for other in ["mirte", "sanne", "bea", "vera", "fenna", "adam"] {
        let mut member = app.member(other);
        let seen = member.get(&format!("/spoedbesluiten/{decision}"));
        let missing = member.get(&format!("/spoedbesluiten/{absent}"));
        assert_eq!((seen.status, missing.status), (404, 404), "{other}");
        assert_eq!(seen.body, missing.body, "{other}");
    }
}

#[test]
fn it_takes_three_different_people_in_three_different_roles() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&page_of(id));
    assert!(page.body.contains("Onderteken als coördinator"), "{}", page.body);
    assert_eq!(mirte.submit(&page, &page_of(id), &[("daad", "onderteken")]).status, 303);
    let shown = mirte.get(&page_of(id));
    assert!(!shown.body.contains("Onderteken als"), "who signed is not asked again: {}", shown.body);

    let again = |client: &mut Client, login: &str| {
        let version = standing(&app, id).version.to_string();
        let token = page.hidden_fields(&page_of(id)).into_iter().find(|(name, _)| name == "formulier").unwrap().1;
        let token = if login == "mirte" { token } else { own_token(client) };
        client.post(&page_of(id), &[("formulier", &token), ("versie", &version), ("daad", "onderteken")])
    };
    let twice = again(&mut mirte, "mirte");
    assert_eq!(twice.status, 400);
    let mut joost = app.member("joost");
    let second = again(&mut joost, "joost");
    assert_eq!(second.status, 400, "{}", second.body);
    let under = app.app.store().read(|db| decisions::signature_list(db, row_of(&app, id).id)).unwrap();
    assert_eq!(under.len(), 1);
    assert_eq!(standing(&app, id).stage.code(), "ontvangen");
}

/// The form token of whoever is signed in: the one on the sign-out button.
fn own_token(client: &mut Client) -> String {
    let page = client.get("/werk");
    page.hidden_fields("/afmelden").into_iter().find(|(name, _)| name == "formulier").unwrap().1
}

#[test]
fn a_new_proposal_takes_the_place_of_the_one_before_and_its_signatures_no_longer_count() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    signed(&app, id, "mirte");
    signed(&app, id, "sanne");
    let mut joost = app.member("joost");
    let page = joost.get(&format!("{}?nieuw=ja", page_of(id)));
    assert!(page.body.contains("Legt u dit voor, dan vervalt het vorige voorstel") && page.body.contains(WHY));
    let other = [("daad", "leg_voor"), ("besluit", "MON"), ("waarom", "Toch afwachten."), ("totDatum", "1-2-2027")];
    assert_eq!(joost.submit(&page, &page_of(id), &other).status, 303);
    signed(&app, id, "bea");
    assert_eq!(standing(&app, id).stage.code(), "ontvangen", "the first two signed something else");
    signed(&app, id, "jelle");
    signed(&app, id, "mirte");
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.monitor_until.unwrap().to_string().as_str()), ("monitoren", "2027-02-01"));
    let states: Vec<String> = app
        .app
        .store()
        .read(|db| decisions::decision_list(db, id))
        .unwrap()
        .into_iter()
        .map(|decision| decision.state)
        .collect();
    assert!(states.contains(&"withdrawn".to_owned()) && states.contains(&"taken".to_owned()), "{states:?}");
}

#[test]
fn an_urgent_decision_is_possible_wherever_work_is_left_and_not_after_the_end() {
    let app = TestApp::start();
    let text = |number: u8| format!("Nummer {number}. {REPORT}");
    let signals = [
        received(&app, &[("tekst", &text(1))]),
        enriching(&app, &[("tekst", &text(2))]),
        deciding(&app, &[("tekst", &text(3))]),
    ];
    for id in signals {
        proposed(&app, id);
        for login in ["mirte", "sanne", "bea"] {
            signed(&app, id, login);
        }
        assert_eq!(standing(&app, id).stage.code(), "opvolgen");
    }
    let [follow_up, ..] = signals;
    let end: DecisionDraft = serde_json::from_str(
        r#"{"besluit": "NIB", "waarom": "a", "reden": "dubbel",
        "dubbelVan": "S-K7Q4-M2"}"#,
    )
    .unwrap();
    let (op, mirte) = session(&app, "mirte");
    run(app.app.urgent_propose(&op, &mirte, seen(&app, follow_up), &end)).unwrap();
    for login in ["mirte", "sanne", "bea"] {
        signed(&app, follow_up, login);
    }
    let row = standing(&app, follow_up);
    assert_eq!((row.stage.code(), row.reason.as_deref()), ("afgesloten", Some("dubbel")));
    assert_eq!(row.kept_until.unwrap().to_string(), "2027-11-24");
    let page = app.member("mirte").get(&page_of(follow_up));
    assert_eq!(page.status, 409);
    assert!(page.body.contains("Het signaal staat bij “afgesloten”"), "{}", page.body);
}

#[test]
fn what_waited_for_others_is_taken_back_when_an_urgent_decision_is_taken() {
    let app = TestApp::start();
    let id = enriching(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&format!("/signalen/{id}/privacycheck-1"));
    let fields = [
        ("doel", "vaststellen of er een vergunning is"),
        ("overWie", "pand"),
        ("soortSignaal", "WIT"),
        ("bronnen", "vergunningen"),
        ("bronnen.vergunningen.vraag", "Is hier iets bekend?"),
        ("bronnen.vergunningen.verzameldVoor", "a"),
        ("bronnen.vergunningen.pastDaarbij", "b"),
        ("bronnen.vergunningen.waaromNodig", "c"),
        ("bronnen.vergunningen.inhoudBijHit", "nee"),
    ];
    assert_eq!(mirte.submit(&page, &format!("/signalen/{id}/privacycheck-1"), &fields).status, 303);
    assert!(link(&app.member("nadia").get("/privacychecks"), "/privacychecks/").is_some());
    proposed(&app, id);
    for login in ["mirte", "sanne", "bea"] {
        signed(&app, id, login);
    }
    assert!(link(&app.member("nadia").get("/privacychecks"), "/privacychecks/").is_none());
    let open = app.app.store().read(|db| checks::check_list(db, id)).unwrap();
    assert!(open.iter().all(|check| check.state == "returned"));
}

#[test]
fn nobody_who_was_shut_out_is_asked_to_sign() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "jurist")];
    let id = received(&app, &fields);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&page_of(id));
    let sent = mirte.submit(&page, &page_of(id), &police());
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Er is geen jurist die dit signaal mag lezen"), "{}", sent.body);
    assert!(sent.body.contains(WHY), "what was typed stays");
    for login in ["sanne", "bea"] {
        assert_eq!(app.member(login).get(&format!("/signalen/{id}")).status, 404, "{login} was given nothing");
    }
}

#[test]
fn a_signature_that_does_not_hold_stops_the_decision() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    signed(&app, id, "mirte");
    let forged = DecisionSignatureRow {
        decision_id: row_of(&app, id).id,
        member_id: member_id(&app, "sanne"),
        role: Role::Jurist,
        signature: vec![7; 64],
        signed_on: app.app.now().day(),
    };
    let (op, _) = session(&app, "mirte");
    run(app.app.store().write::<_, StoreError, _>(&op, "test.forge", move |tx| {
        tx.signature_insert(&forged)?;
        tx.record(Trace::new("test.forged"))?;
        Ok(())
    }))
    .unwrap();
    assert_eq!(sign(&app, id, "bea").status, 503);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("ontvangen", "urgent_sign"));
}

#[test]
fn all_mistakes_come_together_and_a_stale_page_keeps_the_text() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&page_of(id));
    assert!(page.body.contains("Bel eerst 112"), "{}", page.body);
    let sent = mirte.submit(&page, &page_of(id), &[("daad", "leg_voor"), ("besluit", "POL"), ("uiterlijk", "straks")]);
    assert_eq!(sent.status, 400);
    for sentence in ["Schrijf waarom", "Kies de ontvanger", "Vul in wie het doet", "Schrijf een datum"] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("value=\"straks\""));
    proposed(&app, id);
    let late = mirte.submit(&page, &page_of(id), &police());
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Uw tekst is bewaard.") && late.body.contains(WHY), "{}", late.body);
}

#[test]
fn the_report_is_shared_with_each_signer_by_key_and_with_nobody_else() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    proposed(&app, id);
    let record = app.app.store().read(|db| contents::record_list(db, id, "report")).unwrap().remove(0);
    let copies = app.app.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id)).unwrap();
    let key = |login| app.app.member_holder(member_id(&app, login)).unwrap().unwrap().key;
    for login in ["sanne", "jelle", "bea"] {
        assert!(copies.iter().any(|copy| copy.holder == key(login)), "{login}");
    }
    // Those three, and the group of the coordinators.
    assert_eq!(copies.len(), 4);
}
