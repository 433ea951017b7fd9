//! Noodinzage: out of hours one role opens one signal with a reason, for so many minutes; a privacy officer hears of it at
//! once and judges it. Neither half of a key opens anything by itself.

use crate::support::app::{EVERYTHING, Opens, TestApp, emergency_terms};
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use crate::support::road::{self, REPORT, received, session, standing};
use meldroute::app::keyring::Session;
use meldroute::domain::exclusion::ExclusionDraft;
use meldroute::domain::ids::{RecordId, SignalId};
use meldroute::store::contents::{self, ContentRow, SealedKeyRow};
use meldroute::store::{StoreError, field_address};
use meldroute::vault::emergency::ServicePair;
use meldroute::vault::field::{RecordKey, open_field};
use meldroute::vault::identity::join;
use meldroute::vault::open_key;
use meldroute::vault::secret::Key32;

const PLACE: &str = "/noodinzage";
const REASON: &str = "Kanariereden: de politie staat aan de deur.";
const SAID: &str = "Kanarieoordeel: het kon niet wachten.";

/// Tuesday evening, 21.00 in Amsterdam.
const EVENING: &str = "2026-11-24T20:00:00Z";

fn with_emergency() -> TestApp {
    TestApp::opening(Opens { emergency: Some(emergency_terms()), ..EVERYTHING })
}

/// A signal that came in by day; then it is evening.
fn in_the_evening() -> (TestApp, SignalId) {
    let app = with_emergency();
    let id = received(&app, &[("tekst", REPORT)]);
    app.clock.set(EVENING.parse().unwrap());
    (app, id)
}

fn reference(app: &TestApp, id: SignalId) -> String {
    standing(app, id).reference.to_string()
}

/// Asks for a signal, as the form does.
fn asked(client: &mut Client, reference: &str) -> Page {
    let form = client.get(PLACE);
    assert_eq!(form.status, 200, "{}", form.body);
    client.submit(&form, PLACE, &[("kenmerk", reference), ("waarom", REASON), ("kanNietWachten", "ja")])
}

/// Opens a signal; where it is read.
#[track_caller]
fn opened(client: &mut Client, reference: &str) -> String {
    let sent = asked(client, reference);
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.location().to_owned()
}

fn judged(client: &mut Client, look: &str, verdict: &str) -> Page {
    let place = format!("{look}/oordeel");
    let form = client.get(&place);
    client.submit(&form, &place, &[("oordeel", verdict), ("waarom", SAID)])
}

fn openings(app: &TestApp) -> usize {
    Raw::open(&app.database).rows("emergency_openings").len()
}

#[test]
fn within_office_hours_nothing_opens_and_the_page_says_when_and_whom_to_call() {
    let app = with_emergency();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut sanne = app.member("sanne");
    let form = sanne.get(PLACE);
    assert!(form.body.contains("Nu kan er niets open") && form.body.contains("18.00 uur"), "{}", form.body);
    assert!(form.body.contains("bel hen") && !form.body.contains("name=\"kenmerk\""), "{}", form.body);
    let refused = asked(&mut sanne, &reference(&app, id));
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(openings(&app), 0);
    // Past the page, the use case says the same.
    let draft = serde_json::json!({"kenmerk": reference(&app, id), "waarom": REASON, "kanNietWachten": "ja"});
    let draft = serde_json::from_value(draft).unwrap();
    let (op, keys) = session(&app, "sanne");
    assert!(road::run(app.app.open_emergency(&op, &keys, &draft)).is_err());
    // Saturday is out of hours at any time of the day.
    app.clock.set("2026-11-28T11:00:00Z".parse().unwrap());
    opened(&mut app.member("sanne"), &reference(&app, id));
}

#[test]
fn out_of_hours_one_signal_opens_for_one_person_and_for_exactly_the_minutes() {
    let app = with_emergency();
    let id = road::weighing(&app, &[("tekst", REPORT)]);
    let other = received(&app, &[("tekst", "Kanarietweede: een heel ander verhaal.")]);
    app.clock.set(EVENING.parse().unwrap());
    let mut sanne = app.member("sanne");
    let form = sanne.get(PLACE);
    let careless = sanne.submit(&form, PLACE, &[("kenmerk", "onzin"), ("waarom", " ")]);
    assert_eq!((careless.status, careless.wrong_fields().len()), (400, 3), "{}", careless.body);

    let look = opened(&mut sanne, &reference(&app, id));
    let page = sanne.get(&look);
    assert!(page.body.contains(REPORT) && page.body.contains("tot 22.00 uur"), "{}", page.body);
    assert!(page.body.contains("1. Ondermijning"), "the intake is there too: {}", page.body);
    assert!(!page.body.contains("Kanarietweede"));
    let disclosed = Raw::open(&app.database).events_of("content.disclosed");
    let reading = disclosed.iter().find(|event| event["doel"] == "noodinzage").expect("marked in the log");
    assert!(reading.to_string().contains("read_emergency") && reading.to_string().contains("report.tekst"));

    let second = asked(&mut sanne, &reference(&app, other));
    assert_eq!(second.status, 409, "{}", second.body);
    assert!(second.body.contains("moet eerst oordelen"), "{}", second.body);
    let nowhere = "/noodinzage/00000000-0000-4000-8000-000000000000";
    for login in ["jelle", "mirte", "nadia", "adam", "bea", "vera"] {
        let mut client = app.member(login);
        let (there, absent) = (client.get(&look), client.get(nowhere));
        assert_eq!((there.status, there.body), (404, absent.body), "{login}");
    }
    for door in ["", "/naam", "/geschiedenis"] {
        assert_eq!(sanne.get(&format!("/signalen/{id}{door}")).status, 404, "nothing but the look: {door}");
    }
    app.clock.advance_seconds(3599);
    assert_eq!(app.member("sanne").get(&look).status, 200);
    app.clock.advance_seconds(1);
    assert_eq!(app.member("sanne").get(&look).status, 404);
    assert_eq!(openings(&app), 1);
    app.assert_log_is_whole();
}

#[test]
fn the_privacy_officer_hears_at_once_and_judges_and_those_who_lead_the_signal_read_it() {
    let (app, id) = in_the_evening();
    let mut sanne = app.member("sanne");
    let look = opened(&mut sanne, &reference(&app, id));
    let place = format!("{look}/oordeel");
    for login in ["nadia", "ruben"] {
        let work = app.member(login).get("/werk");
        assert!(
            work.body.contains("Gaat voor") && work.body.contains("Noodinzage beoordelen"),
            "{login}: {}",
            work.body
        );
        assert_eq!(work.links(PLACE).join(" "), place, "{login}");
    }
    let work = app.member("mirte").get("/werk");
    assert!(work.body.contains("Buiten kantooruren geopend") && work.links(PLACE).contains(&place), "{}", work.body);
    let mut mirte = app.member("mirte");
    let history = mirte.get(&format!("/signalen/{id}/geschiedenis"));
    assert!(history.body.contains("Sanne Proef opende het signaal buiten kantooruren"), "{}", history.body);
    let told = mirte.get(&place);
    assert!(told.body.contains(REASON) && !told.body.contains("Onderteken uw oordeel"), "{}", told.body);
    assert_ne!(judged(&mut mirte, &look, "terecht").status, 303, "those who lead it do not judge");

    let mut nadia = app.member("nadia");
    let form = nadia.get(&place);
    assert!(form.body.contains(REASON) && form.body.contains("Sanne Proef"), "{}", form.body);
    assert!(!form.body.contains("nooit klanten"), "the report is not the privacy officer's");
    assert_eq!(nadia.submit(&form, &place, &[("oordeel", "terecht")]).status, 400, "a sentence is needed");
    assert_eq!(judged(&mut nadia, &look, "terecht").status, 303);
    assert!(!nadia.get("/werk").body.contains("Gaat voor"));
    let again = judged(&mut app.member("ruben"), &look, "niet_terecht");
    assert_eq!(again.status, 409, "{}", again.body);
    let told = mirte.get(&place);
    assert!(told.body.contains(SAID) && told.body.contains("Nadia Proef"), "{}", told.body);
    assert_eq!(sanne.get(&look).status, 200, "it was right: the time goes on");
    // Judged: another may be opened.
    opened(&mut sanne, &reference(&app, id));
    for login in ["sanne", "jelle", "fenna", "adam", "ivo", "vera"] {
        assert_eq!(app.member(login).get(&place).status, 404, "{login}");
    }
    app.assert_log_is_whole();
}

#[test]
fn what_was_wrong_ends_at_once_and_nobody_judges_their_own() {
    let (app, id) = in_the_evening();
    let mut sanne = app.member("sanne");
    let look = opened(&mut sanne, &reference(&app, id));
    let opener = |login: &str| {
        let mut raw = Raw::open(&app.database);
        let member = raw.id(&road::member_id(&app, login).uuid().simple().to_string());
        raw.run(&format!("UPDATE emergency_openings SET opened_by = {member}"));
    };
    opener("nadia");
    let mut nadia = app.member("nadia");
    let own = judged(&mut nadia, &look, "terecht");
    assert_eq!(own.status, 403, "{}", own.body);
    assert!(!nadia.get(&format!("{look}/oordeel")).body.contains("Onderteken uw oordeel"));
    opener("sanne");
    assert_eq!(judged(&mut app.member("ruben"), &look, "niet_terecht").status, 303);
    assert_eq!(sanne.get(&look).status, 404);
    assert_eq!(lent(&app, id), 0, "the halves that were lent are gone");
}

/// Sealed copies of this signal that end at some time.
fn lent(app: &TestApp, id: SignalId) -> usize {
    sealed(app, id).iter().filter(|copy| copy.until_at.is_some()).count()
}

fn sealed(app: &TestApp, id: SignalId) -> Vec<SealedKeyRow> {
    app.app.store().read::<_, StoreError>(|db| contents::sealed_keys_of_signal(db, id)).unwrap()
}

#[test]
fn what_was_lent_is_taken_back_when_the_time_is_over() {
    let (app, id) = in_the_evening();
    opened(&mut app.member("sanne"), &reference(&app, id));
    road::run(app.app.round()).unwrap();
    assert!(lent(&app, id) > 0, "the time is not over");
    app.clock.advance_seconds(3600);
    for _ in 0..2 {
        road::run(app.app.round()).unwrap();
    }
    assert_eq!(lent(&app, id), 0);
    assert_eq!(Raw::open(&app.database).events_of("emergency.ended").len(), 1);
    app.assert_log_is_whole();
}

#[test]
fn what_may_not_be_opened_is_the_same_as_what_does_not_exist() {
    let off = TestApp::start();
    let before = received(&off, &[("tekst", "Van voor die tijd.")]);
    let app = off.beside_opening(Opens { emergency: Some(emergency_terms()), ..EVERYTHING });
    let report = |fields: &[(&str, &str)]| -> SignalId {
        let known: Vec<String> = Raw::open(&app.database).rows("signals").iter().map(|row| row["id"].clone()).collect();
        app.anonymous().report(fields);
        let rows = Raw::open(&app.database).rows("signals");
        let new = rows.iter().find(|row| !known.contains(&row["id"])).expect("a new signal");
        SignalId::new(uuid::Uuid::parse_str(&new["id"]).unwrap())
    };
    let role_out = report(&[("tekst", "Niet de jurist."), ("uitsluiten", "jurist")]);
    let box_out = report(&[("tekst", "Niet de coördinator."), ("uitsluiten", "coordinator")]);
    let hotline = report(&[("tekst", "Tip.")]);
    let id = Raw::open(&app.database).id(&hotline.uuid().simple().to_string());
    Raw::open(&app.database).run(&format!("UPDATE signals SET source_type = 'MMA' WHERE id = {id}"));
    let circle = report(&[("tekst", "In een kring.")]);
    let id = Raw::open(&app.database).id(&circle.uuid().simple().to_string());
    Raw::open(&app.database).run(&format!("UPDATE signals SET box = 'circle' WHERE id = {id}"));
    app.clock.set(EVENING.parse().unwrap());
    let mut sanne = app.member("sanne");
    let absent = asked(&mut sanne, "S-0000-00");
    assert_eq!(absent.status, 400);
    let refused_before = Raw::open(&app.database).events_of("access.refused").len();
    let shut = [before, role_out, box_out, hotline, circle];
    for id in shut {
        let named = reference(&app, id);
        let answer = asked(&mut sanne, &named);
        assert_eq!((answer.status, answer.body.replace(&named, "S-0000-00")), (400, absent.body.clone()), "{named}");
    }
    let refused = Raw::open(&app.database).events_of("access.refused").len() - refused_before;
    assert_eq!(refused, shut.len(), "each try stands in the log");
    assert!(sealed(&app, before).iter().all(|copy| copy.subject_kind != "share"), "nothing is split afterwards");
    for id in [role_out, box_out] {
        assert_eq!(joined(&app, id), 0, "both halves together open nothing");
    }
    assert_eq!(openings(&app), 0);
}

#[test]
fn shutting_somebody_out_later_takes_the_halves_away_and_ends_the_look() {
    let (app, id) = in_the_evening();
    let mut sanne = app.member("sanne");
    let look = opened(&mut sanne, &reference(&app, id));
    let draft: ExclusionDraft = serde_json::from_str(r#"{"wie": "rol:bibob"}"#).unwrap();
    let (op, mirte) = session(&app, "mirte");
    road::run(app.app.exclude_reader(&op, &mirte, road::seen(&app, id), &draft)).unwrap();
    assert!(sealed(&app, id).iter().all(|copy| copy.subject_kind != "share"));
    assert_eq!(sanne.get(&look).status, 404);
    road::follow_up_from_intake(&app, id, "riec");
    assert_eq!(joined(&app, id), 0, "nor of what came after");
    app.assert_log_is_whole();
}

#[test]
fn nobody_but_the_named_role_has_the_page_and_while_it_is_off_nobody_and_nothing_is_split() {
    let app = with_emergency();
    for login in ["mirte", "nadia", "tamar", "bea", "adam", "fenna", "vera"] {
        let mut client = app.member(login);
        let (there, absent) = (client.get(PLACE), client.get("/bestaat-niet"));
        assert_eq!((there.status, there.body), (404, absent.body), "{login}");
    }
    assert!(app.member("sanne").get("/werk").links(PLACE).contains(&PLACE.to_owned()), "it stands in the menu");
    let off = TestApp::start();
    let id = received(&off, &[("tekst", REPORT)]);
    assert!(sealed(&off, id).iter().all(|copy| copy.subject_kind == "record"));
    let mut sanne = off.member("sanne");
    let (there, absent) = (sanne.get(PLACE), sanne.get("/bestaat-niet"));
    assert_eq!((there.status, there.body), (404, absent.body));
}

/// The report of a signal: its sealed copies and one of its fields.
fn parts(app: &TestApp, id: SignalId) -> (Vec<SealedKeyRow>, ContentRow) {
    let read = app.app.store().read::<_, StoreError>(|db| {
        let record = contents::record_list(db, id, "report")?.remove(0);
        let fields: Vec<ContentRow> = contents::content_list(db, record.id)?;
        Ok((contents::sealed_keys_of_subject(db, record.key_id)?, fields))
    });
    let (copies, fields) = read.unwrap();
    (copies, fields.into_iter().find(|field| field.field == "tekst").unwrap())
}

/// How many records of a signal the half of the jurists and the half of the service open together.
fn joined(app: &TestApp, id: SignalId) -> usize {
    let (_, sanne) = session(app, "sanne");
    let (ring, pair) = (app.app.ring(&sanne).unwrap(), ServicePair::derive(&app.app.keys().server).unwrap());
    let copies = sealed(app, id);
    let opens = |record: &contents::RecordRow| {
        let mine: Vec<_> = copies.iter().filter(|copy| copy.subject == record.key_id).collect();
        let service = mine.iter().find(|copy| copy.holder.uuid() == pair.id);
        let service = service.map(|copy| open_key(&pair.private, &copy.purpose(), &copy.sealed).unwrap());
        let role = mine.iter().filter(|copy| copy.subject_kind == "share" && copy.until_at.is_none());
        let role = role.filter_map(|copy| ring.open(&copy.purpose(), &copy.sealed)).map(Result::unwrap).next();
        let fields = app.app.store().read(|db| contents::content_list(db, record.id)).unwrap();
        role.zip(service).is_some_and(|(role, service)| fields.iter().any(|field| reads(field, &join(&role, &service))))
    };
    let records = app.app.store().read(|db| contents::record_list_all(db, id)).unwrap();
    records.iter().filter(|record| opens(record)).count()
}

/// Every half that somebody's own keys open.
fn halves(app: &TestApp, session: &Session, copies: &[SealedKeyRow]) -> Vec<Key32> {
    let ring = app.app.ring(session).unwrap();
    let shares = copies.iter().filter(|copy| copy.subject_kind == "share");
    shares.filter_map(|copy| ring.open(&copy.purpose(), &copy.sealed)).map(Result::unwrap).collect()
}

fn reads(field: &ContentRow, key: &Key32) -> bool {
    let key = RecordKey::from_key(key.duplicate());
    open_field(&key, &field_address(field), &field.sealed).is_ok()
}

#[test]
fn with_the_whole_database_neither_the_keys_of_the_role_nor_the_server_key_opens_anything_alone() {
    let (app, id) = in_the_evening();
    let (copies, field) = parts(&app, id);
    assert_eq!(copies.len(), 3, "the coordinators whole, and two halves");
    assert_eq!(joined(&app, id), 1, "the report");
    let (_, sanne) = session(&app, "sanne");
    let whole = copies.iter().filter(|copy| copy.subject_kind == "record");
    let ring = app.app.ring(&sanne).unwrap();
    assert_eq!(whole.filter(|copy| ring.open(&copy.purpose(), &copy.sealed).is_some()).count(), 0);
    let role = halves(&app, &sanne, &copies);
    let pair = ServicePair::derive(&app.app.keys().server).unwrap();
    let service = copies.iter().find(|copy| copy.holder.uuid() == pair.id).expect("the service's half");
    let service = open_key(&pair.private, &service.purpose(), &service.sealed).unwrap();
    assert_eq!(role.len(), 1);
    for (who, alone) in [("the role", &role[0]), ("the service", &service)] {
        assert!(!reads(&field, alone), "{who} reads alone");
        assert!(!reads(&field, &join(alone, alone)), "{who} reads alone");
    }
    assert!(reads(&field, &join(&role[0], &service)), "the two together do");
    for login in ["nadia", "ivo", "tamar", "adam", "bea", "vera"] {
        assert_eq!(halves(&app, &session(&app, login).1, &copies).len(), 0, "{login} holds a half");
    }
    // Nothing but the report was split: not what passes with the melder.
    let split: Vec<RecordId> = app
        .app
        .store()
        .read::<_, StoreError>(|db| {
            let records = contents::record_list_all(db, id)?.into_iter();
            let shared = sealed_subjects(&contents::sealed_keys_of_signal(db, id)?);
            Ok(records
                .filter(|record| shared.contains(&record.key_id) && record.kind != "report")
                .map(|r| r.id)
                .collect())
        })
        .unwrap();
    assert_eq!(split, Vec::<RecordId>::new());
}

fn sealed_subjects(copies: &[SealedKeyRow]) -> Vec<meldroute::domain::ids::KeyId> {
    copies.iter().filter(|copy| copy.subject_kind == "share").map(|copy| copy.subject).collect()
}
