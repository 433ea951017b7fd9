//! Ontzegelen: the name of a melder takes one person where it was given openly, and two where it was given in confidence.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use crate::support::road::{REPORT, member_id, session};
use meldroute::app::keyring::Session;
use meldroute::app::trust::group_owner;
use meldroute::domain::ids::SignalId;
use meldroute::domain::role::Group;
use meldroute::store::contents::{self, ContentRow, SealedKeyRow};
use meldroute::store::{StoreError, field_address};
use meldroute::vault::field::{RecordKey, open_field};
use meldroute::vault::identity::join;
use meldroute::vault::secret::Key32;

const NAME: &str = "Kanarie Melder";

/// A signal whose melder gave a name this way; its id and the melder's code.
fn start(how: &str) -> (TestApp, SignalId, String) {
    let app = TestApp::start();
    let field = if how == "bekend" { "naamBekend" } else { "naam" };
    let code = app.anonymous().report(&[("tekst", REPORT), ("wieBentU", how), (field, NAME)]);
    let id = app.member("mirte").get("/signalen").links("/signalen/")[0]["/signalen/".len()..].parse().unwrap();
    (app, id, code)
}

fn page(id: SignalId) -> String {
    format!("/signalen/{id}/naam")
}

/// The coordinator asks; returns the answer.
fn asked(client: &mut Client, id: SignalId, reason: &str) -> Page {
    let form = client.get(&page(id));
    client.submit(&form, &page(id), &[("daad", "vragen"), ("waarom", reason)])
}

/// The request on the privacy officer's list.
fn request_of(client: &mut Client) -> String {
    client.get("/werk").links("/ontzegelingen/").first().expect("a request on the list").clone()
}

#[test]
fn a_name_that_was_given_openly_is_read_for_a_purpose_that_stands_in_the_log() {
    let (app, id, _) = start("bekend");
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    assert!(!form.body.contains(NAME), "passing by opens nothing");
    let without = mirte.submit(&form, &page(id), &[("daad", "lezen")]);
    assert_eq!(without.status, 400);
    assert!(without.body.contains("Kies waarvoor u de naam leest") && !without.body.contains(NAME));
    let read = mirte.submit(&form, &page(id), &[("daad", "lezen"), ("doel", "terugkoppeling")]);
    assert_eq!(read.status, 200);
    assert!(read.body.contains(NAME), "{}", read.body);
    let fields = |event: &serde_json::Value| event["velden"].to_string();
    let events = Raw::open(&app.database).events_of("content.disclosed");
    let reading =
        events.iter().find(|event| fields(event).contains("identity.melder")).expect("the reading is in the log");
    assert_eq!(reading["doel"], "terugkoppeling");
    for login in ["nadia", "vera", "sanne", "adam", "ivo"] {
        assert_eq!(app.member(login).get(&page(id)).status, 404, "{login}");
    }
}

#[test]
fn a_name_in_confidence_opens_for_the_one_who_asked_after_a_second_person_agreed_and_the_melder_reads_why() {
    let (app, id, code) = start("vertrouwelijk");
    let mut mirte = app.member("mirte");
    assert_eq!(asked(&mut mirte, id, "").status, 400, "a reason is needed");
    let sent = asked(&mut mirte, id, "Ik moet u waarschuwen.");
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(mirte.get(&page(id)).body.contains("Er ligt een verzoek bij de privacy officer."));
    assert!(!followed(&app, &code).contains("Uw naam is geopend"), "nothing was opened yet");

    let mut nadia = app.member("nadia");
    let request = request_of(&mut nadia);
    let form = nadia.get(&request);
    assert!(form.body.contains("Ik moet u waarschuwen.") && form.body.contains("Mirte Proef"), "{}", form.body);
    for hidden in [NAME, "nooit klanten"] {
        assert!(!form.body.contains(hidden), "{hidden} reached the privacy officer");
    }
    let refused = nadia.submit(&form, &request, &[("oordeel", "weigeren")]);
    assert_eq!(refused.status, 400, "refusing needs a reason");
    let agreed = nadia.submit(&form, &request, &[("oordeel", "akkoord")]);
    assert_eq!(agreed.status, 303, "{}", agreed.body);
    assert!(!followed(&app, &code).contains("Uw naam is geopend"), "agreed is not read");

    let overview = mirte.get(&page(id));
    let link = overview.links(&format!("{}/", page(id))).first().expect("a way to the name").clone();
    for login in ["joost", "nadia", "ruben", "sanne"] {
        assert_eq!(app.member(login).get(&link).status, 404, "{login} reads nothing");
    }
    let read = mirte.get(&link);
    assert!(read.body.contains(NAME), "{}", read.body);
    let told = followed(&app, &code);
    assert!(told.contains("Uw naam is geopend") && told.contains("Ik moet u waarschuwen"), "{told}");
    assert!(told.contains("door de coördinator") && told.contains("de privacy officer"), "{told}");

    app.clock.advance_seconds(31 * 60);
    let mut mirte = app.member("mirte");
    assert_eq!(mirte.get(&link).status, 404, "the time is over");
    assert!(mirte.get(&page(id)).body.contains("de tijd is voorbij"));
    assert!(followed(&app, &code).contains("Uw naam is geopend"), "the melder still reads it");
    for kind in ["identity.asked", "identity.granted", "identity.opened"] {
        assert_eq!(Raw::open(&app.database).events_of(kind).len(), 1, "{kind}");
    }
    app.assert_log_is_whole();
}

/// What the melder reads.
fn followed(app: &TestApp, code: &str) -> String {
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    melder.submit(&ask, "/melden/volgen", &[("bon", code)]).body
}

#[test]
fn a_request_that_was_refused_opens_nothing_and_tells_the_melder_nothing() {
    let (app, id, code) = start("vertrouwelijk");
    let mut mirte = app.member("mirte");
    assert_eq!(asked(&mut mirte, id, "kanariereden").status, 303);
    let mut joost = app.member("joost");
    let form = joost.get(&page(id));
    assert!(!form.body.contains("Vraag de privacy officer"), "one request at a time");
    let mut nadia = app.member("nadia");
    let request = request_of(&mut nadia);
    let form = nadia.get(&request);
    let judged = nadia.submit(&form, &request, &[("oordeel", "weigeren"), ("waarom", "Bel eerst de melder.")]);
    assert_eq!(judged.status, 303, "{}", judged.body);
    let again = app.member("ruben").get(&request);
    assert!(again.body.contains("Bel eerst de melder.") && !again.body.contains("Onderteken uw oordeel"));
    let overview = mirte.get(&page(id));
    assert!(overview.body.contains("Geweigerd door Nadia Proef"), "{}", overview.body);
    assert_eq!(overview.links(&format!("{}/", page(id))), Vec::<String>::new());
    assert!(!followed(&app, &code).contains("kanariereden"));
    let everything = format!("{:?}", Raw::open(&app.database).everything());
    let hex: String = "kanariereden".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!everything.contains("kanariereden") && !everything.contains(&hex));
    app.assert_log_is_whole();
}

#[test]
fn a_request_is_the_privacy_officers_and_for_the_others_it_does_not_exist() {
    let (app, id, _) = start("vertrouwelijk");
    assert_eq!(asked(&mut app.member("mirte"), id, "nodig").status, 303);
    let request = request_of(&mut app.member("nadia"));
    let nowhere = "/ontzegelingen/00000000-0000-4000-8000-000000000000";
    for login in ["mirte", "joost", "sanne", "vera", "adam", "ivo", "fenna", "bea"] {
        let mut client = app.member(login);
        let (there, absent) = (client.get(&request), client.get(nowhere));
        assert_eq!((there.status, there.body), (404, absent.body), "{login}");
    }
    assert_eq!(app.member("nadia").post(&request, &[("formulier", "vals"), ("oordeel", "akkoord")]).status, 400);
}

#[test]
fn an_anonymous_signal_has_no_name_to_open() {
    let app = TestApp::start();
    app.anonymous().report(&[("tekst", REPORT)]);
    let id: SignalId =
        app.member("mirte").get("/signalen").links("/signalen/")[0]["/signalen/".len()..].parse().unwrap();
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    assert!(form.body.contains("De melder gaf geen naam."), "{}", form.body);
    assert_eq!(mirte.submit(&form, &page(id), &[("daad", "vragen"), ("waarom", "nodig")]).status, 400);
}

/// Everything a signal's sealed name consists of: its sealed copies and its one field.
fn parts(app: &TestApp, id: SignalId) -> (Vec<SealedKeyRow>, ContentRow) {
    app.app
        .store()
        .read::<_, StoreError>(|db| {
            let record = contents::record_list(db, id, "identity")?.remove(0);
            let field = contents::content_list(db, record.id)?.remove(0);
            Ok((contents::sealed_keys_of_subject(db, record.key_id)?, field))
        })
        .unwrap()
}

/// Every 32 bytes that somebody's own keys open, of these copies.
fn opened_by(app: &TestApp, session: &Session, copies: &[SealedKeyRow]) -> Vec<Key32> {
    let ring = app.app.ring(session).unwrap();
    copies.iter().filter_map(|copy| ring.open(&copy.purpose(), &copy.sealed)).map(|key| key.unwrap()).collect()
}

fn reads(field: &ContentRow, key: &Key32) -> Option<String> {
    let key = RecordKey::from_key(key.duplicate());
    let plain = open_field(&key, &field_address(field), &field.sealed).ok()?;
    Some(String::from_utf8(plain.expose().clone()).unwrap())
}

#[test]
fn with_all_its_keys_and_the_whole_database_neither_group_alone_opens_a_name_and_the_two_together_do() {
    let (app, id, _) = start("vertrouwelijk");
    let (copies, field) = parts(&app, id);
    assert_eq!(copies.len(), 2, "one share for each group");
    assert!(copies.iter().all(|copy| copy.subject_kind == "share"), "nobody holds the key itself");
    let trusted = app.app.trusted().unwrap();
    for group in [Group::Coordinators, Group::Privacy] {
        let key = trusted.current(&group_owner(group)).unwrap().key_id;
        assert!(copies.iter().any(|copy| copy.holder.uuid() == key), "{group:?} holds one");
    }
    let shares = |login: &str| opened_by(&app, &session(&app, login).1, &copies);
    let (coordinators, privacy) = (shares("mirte"), shares("nadia"));
    assert_eq!((coordinators.len(), privacy.len()), (1, 1));
    for (who, held) in [("coordinators", &coordinators), ("privacy", &privacy)] {
        assert_eq!(reads(&field, &held[0]), None, "{who} open the name alone");
        assert_eq!(reads(&field, &join(&held[0], &held[0])), None, "{who} open the name alone");
    }
    for login in ["sanne", "ivo", "tamar", "vera", "bea", "fenna", "adam", "imke"] {
        assert_eq!(shares(login).len(), 0, "{login} holds a share");
    }
    assert!(reads(&field, &join(&coordinators[0], &privacy[0])).unwrap().contains(NAME), "the two together do");
}

#[test]
fn what_was_lent_is_lent_to_one_member() {
    let (app, id, _) = start("vertrouwelijk");
    assert_eq!(asked(&mut app.member("mirte"), id, "nodig").status, 303);
    let mut nadia = app.member("nadia");
    let request = request_of(&mut nadia);
    let form = nadia.get(&request);
    assert_eq!(nadia.submit(&form, &request, &[("oordeel", "akkoord")]).status, 303);
    let (copies, _) = parts(&app, id);
    let lent: Vec<_> = copies.iter().filter(|copy| copy.until_at.is_some()).collect();
    assert_eq!(lent.len(), 1);
    let key = |login: &str| session(&app, login).1.actor.key;
    assert_eq!(lent[0].holder, key("mirte"));
    assert_eq!(lent[0].until_at.unwrap(), app.app.now().plus_seconds(30 * 60));
    assert_ne!(member_id(&app, "mirte"), member_id(&app, "joost"));
    assert_eq!(
        opened_by(&app, &session(&app, "joost").1, &copies).len(),
        1,
        "the deputy holds the readers' share only"
    );
}

#[test]
fn a_time_that_was_lengthened_by_hand_opens_no_name_and_is_named() {
    let (app, id, _) = start("vertrouwelijk");
    let mut mirte = app.member("mirte");
    assert_eq!(asked(&mut mirte, id, "Ik moet u waarschuwen.").status, 303);
    let mut nadia = app.member("nadia");
    let request = request_of(&mut nadia);
    let form = nadia.get(&request);
    assert_eq!(nadia.submit(&form, &request, &[("oordeel", "akkoord")]).status, 303);
    let link = mirte.get(&page(id)).links(&format!("{}/", page(id))).first().expect("a way to the name").clone();
    assert!(mirte.get(&link).body.contains(NAME));
    app.clock.advance_seconds(31 * 60);
    let mut raw = Raw::open(&app.database);
    let later = raw.pick("until_at + 86400000000", "until_at + interval '1 day'").to_owned();
    for table in ["sealed_keys", "identity_openings"] {
        raw.run(&format!("UPDATE {table} SET until_at = {later} WHERE until_at IS NOT NULL"));
    }
    let mut mirte = app.member("mirte");
    let page = mirte.get(&link);
    assert!(page.status >= 500 && !page.body.contains(NAME), "{}", page.body);
    let said = app.inside().prove(&[]).to_string();
    for name in ["De rij sealed_keys/", "De rij identity_openings/"] {
        assert!(said.contains(name), "{name}: {said}");
    }
}
