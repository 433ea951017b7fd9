//! Afsluiten, bewaren en vernietigen: what must be done first, how long it is kept, and what is gone when it is gone.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::raw::{Raw, bytes_of};
use crate::support::road::{REPORT, follow_up_from_intake, following_up, run, standing};
use crate::support::served::{Installation, PATIENCE};
use meldroute::app::retention::TermsKept;
use meldroute::domain::ids::SignalId;
use meldroute::domain::time::Moment;

fn page(id: SignalId) -> String {
    format!("/signalen/{id}/afsluiten")
}

fn destroy_page(id: SignalId) -> String {
    format!("/signalen/{id}/vernietigen")
}

/// A sheet went to the RIEC and the melder was told.
fn settle(app: &TestApp, id: SignalId) {
    let mut mirte = app.member("mirte");
    let sheet = format!("/signalen/{id}/doorgeefblad");
    let form = mirte.get(&sheet);
    let typed = [
        ("ontvanger", "riec"),
        ("grondslag", "Wgs"),
        ("feiten.1.tekst", "De exploitant wisselde."),
        ("feiten.1.regime", "open"),
        ("feiten.1.herkomst", "handelsregister"),
    ];
    let made = mirte.submit(&form, &sheet, &typed);
    assert_eq!(made.status, 303, "{}", made.body);
    let word = format!("/signalen/{id}/bericht");
    let form = mirte.get(&word);
    assert_eq!(mirte.submit(&form, &word, &[("status", "opgepakt")]).status, 303);
}

fn closed(app: &TestApp, id: SignalId) -> Page {
    settle(app, id);
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    mirte.submit(&form, &page(id), &[("maatregel", "nee"), ("noemtNiemand", "ja")])
}

/// The clock stands on this day, and the service has looked at its terms.
fn on(app: &TestApp, day: &str) -> TermsKept {
    app.clock.set(format!("{day}T08:00:00Z").parse::<Moment>().unwrap());
    run(app.app.keep_terms(&app.app.as_system().unwrap())).unwrap()
}

#[test]
fn everything_that_must_be_done_first_is_said_at_once_with_the_mistakes_of_the_form() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    assert!(form.body.contains("Eerst nog") && form.body.contains("Maak eerst het doorgeefblad"), "{}", form.body);
    let typed = [("informatieplicht.1.betrokkene", "J. Proef"), ("informatieplicht.1.besluit", "uitgesteld")];
    let sent = mirte.submit(&form, &page(id), &typed);
    assert_eq!(sent.status, 400);
    for sentence in [
        "Maak eerst het doorgeefblad",
        "Geef eerst de melder bericht",
        "Schrijf waarom uitstel hier nodig is",
        "Vul een datum in",
        "Kies de grond voor uitstel",
        "Zeg of er een maatregel kwam",
    ] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("J. Proef"), "what was typed stays");
    assert_eq!(standing(&app, id).stage.code(), "opvolgen");
}

#[test]
fn closing_keeps_ground_term_and_day_and_the_melder_reads_that_it_ended() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", REPORT)]);
    let id: SignalId =
        app.member("mirte").get("/signalen").links("/signalen/")[0]["/signalen/".len()..].parse().unwrap();
    follow_up_from_intake(&app, id, "riec");
    let sent = closed(&app, id);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.due_on, row.waiting.as_str()), ("afgesloten", None, ""));
    // A signal at the RIEC is kept five years, measure or not.
    assert_eq!(row.retention_ground.as_deref(), Some("with_measure"));
    assert_eq!(row.kept_until.unwrap().to_string(), "2031-11-24");
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    let followed = melder.submit(&ask, "/melden/volgen", &[("bon", &code)]);
    assert!(
        followed.body.contains("Afgesloten") && followed.body.contains("opgepakt en zijn klaar"),
        "{}",
        followed.body
    );
    assert_eq!(app.member("mirte").get(&page(id)).status, 409, "what is closed is closed");
    app.assert_log_is_whole();
}

#[test]
fn an_open_action_and_a_waiting_check_keep_a_signal_open() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "afdeling");
    settle(&app, id);
    let mut mirte = app.member("mirte");
    let follow = format!("/signalen/{id}/opvolging");
    let form = mirte.get(&follow);
    let owner = crate::support::road::member_id(&app, "vera").to_string();
    let typed = [("watTeDoen", "a"), ("eigenaar", owner.as_str()), ("uiterlijk", "10-12-2026")];
    assert_eq!(mirte.submit(&form, &follow, &typed).status, 303);
    let form = mirte.get(&page(id));
    let sent = mirte.submit(&form, &page(id), &[("maatregel", "ja"), ("noemtNiemand", "ja")]);
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Open bij: Vera Proef"), "{}", sent.body);
}

#[test]
fn the_name_goes_at_closing_and_the_code_three_months_later() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "Kanarie Melder")];
    let code = app.anonymous().report(&fields);
    let id: SignalId =
        app.member("mirte").get("/signalen").links("/signalen/")[0]["/signalen/".len()..].parse().unwrap();
    follow_up_from_intake(&app, id, "riec");
    assert_eq!(closed(&app, id).status, 303);
    assert_eq!(on(&app, "2026-11-25"), TermsKept { names: 1, mailboxes: 0, due: 0 });
    assert!(app.member("mirte").get(&format!("/signalen/{id}/naam")).body.contains("De naam is vernietigd."));
    assert_eq!(on(&app, "2026-11-26").count(), 0, "a second round finds nothing");
    let follow = |app: &TestApp| {
        let mut melder = app.anonymous();
        let ask = melder.get("/melden/volgen");
        melder.submit(&ask, "/melden/volgen", &[("bon", &code)])
    };
    assert_eq!(on(&app, "2027-02-23").mailboxes, 0);
    assert_eq!(follow(&app).status, 200);
    assert_eq!(on(&app, "2027-02-24").mailboxes, 1);
    assert_eq!(follow(&app).status, 400, "the code is not known any more");
    app.assert_log_is_whole();
}

/// The bytes on disk: the database and, for SQLite, its write-ahead log.
fn on_disk(app: &TestApp) -> Option<Vec<u8>> {
    let folder = app.folder()?;
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    Some(bytes)
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn sealed(raw: &mut Raw, id: SignalId) -> Vec<Vec<u8>> {
    let id = id.uuid().simple().to_string();
    let keys = raw.rows("sealed_keys");
    keys.iter().filter(|row| row.get("signal_id") == Some(&id)).map(|row| bytes_of(&row["sealed"])).collect()
}

#[test]
fn a_signal_is_destroyed_by_two_people_and_its_keys_are_gone_from_the_disk_at_once() {
    let app = TestApp::start();
    let id =
        following_up(&app, &[("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "Kanarie Melder")], "riec");
    assert_eq!(closed(&app, id).status, 303);
    let mut mirte = app.member("mirte");
    let early = mirte.get(&destroy_page(id));
    assert!(early.body.contains("Dit signaal kan nu niet worden vernietigd."), "{}", early.body);
    let refused = mirte.submit(&early, &destroy_page(id), &[("daad", "voorstellen")]);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("wordt bewaard tot 24 november 2031"), "{}", refused.body);

    assert_eq!(on(&app, "2031-11-24").due, 1);
    let row = standing(&app, id);
    assert_eq!((row.waiting.as_str(), row.due_on), ("destruction_due", row.kept_until));
    let mut mirte = app.member("mirte");
    assert!(mirte.get("/werk").body.contains("Vernietiging voorstellen"));
    let form = mirte.get(&destroy_page(id));
    assert!(!form.body.contains("nooit klanten"), "proposing opens nothing");
    let proposed = mirte.submit(&form, &destroy_page(id), &[("daad", "voorstellen")]);
    assert_eq!(proposed.status, 303, "{}", proposed.body);
    let form = mirte.get(&destroy_page(id));
    let alone = mirte.submit(&form, &destroy_page(id), &[("daad", "vernietigen")]);
    assert!(matches!(alone.status, 403 | 404), "whoever proposed does not agree: {}", alone.status);
    for login in ["vera", "adam", "sanne", "ivo", "fenna"] {
        assert_eq!(app.member(login).get(&destroy_page(id)).status, 404, "{login}");
    }

    let keys = sealed(&mut Raw::open(&app.database), id);
    assert!(keys.len() > 3, "a signal has several sealed keys");
    if let Some(bytes) = on_disk(&app) {
        assert!(keys.iter().all(|key| holds(&bytes, key)), "the sealed keys stand on the disk before");
    }
    // Whoever takes the signal's name off a key does not save it from being destroyed.
    let here = Raw::open(&app.database).id(&id.uuid().simple().to_string());
    Raw::open(&app.database).run(&format!("UPDATE sealed_keys SET signal_id = NULL WHERE signal_id = {here}"));
    let mut nadia = app.member("nadia");
    assert!(nadia.get("/werk").body.contains("Vernietiging goedkeuren"));
    let form = nadia.get(&destroy_page(id));
    assert!(!form.body.contains("nooit klanten"));
    let done = nadia.submit(&form, &destroy_page(id), &[("daad", "vernietigen")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(done.location().starts_with("/verklaringen/"), "{}", done.location());

    if let Some(bytes) = on_disk(&app) {
        assert!(keys.iter().all(|key| !holds(&bytes, key)), "a destroyed key still stands on the disk");
    }
    let mut raw = Raw::open(&app.database);
    assert_eq!(raw.rows_where("sealed_keys", "subject_kind <> 'group'"), Vec::new());
    assert_eq!(raw.count("contents"), 0);
    assert_eq!(raw.count("grants"), 0);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.lookup_id, row.due_on), ("vernietigd", None, None));
    let declaration = nadia.get(done.location());
    for shown in
        ["Verklaring van vernietiging", "Mirte Proef", "Nadia Proef", "24 november 2031", &row.reference.to_string()]
    {
        assert!(declaration.body.contains(shown), "{shown}: {}", declaration.body);
    }
    assert_eq!(app.member("mirte").get(done.location()).status, 404, "a declaration is for those who oversee");
    assert_eq!(app.member("mirte").get(&format!("/signalen/{id}")).status, 404, "what is destroyed is not there");
    assert_eq!(app.member("mirte").get("/signalen").links("/signalen/"), Vec::<String>::new());
    app.assert_log_is_whole();
}

#[test]
fn a_destruction_that_comes_back_says_why_and_is_proposed_again_later() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    assert_eq!(closed(&app, id).status, 303);
    on(&app, "2031-11-25");
    let mut mirte = app.member("mirte");
    let form = mirte.get(&destroy_page(id));
    assert_eq!(mirte.submit(&form, &destroy_page(id), &[("daad", "voorstellen")]).status, 303);
    let mut nadia = app.member("nadia");
    let form = nadia.get(&destroy_page(id));
    let empty = nadia.submit(&form, &destroy_page(id), &[("daad", "teruggeven")]);
    assert_eq!(empty.status, 400);
    assert!(empty.body.contains("langer bewaard moet worden"), "{}", empty.body);
    let back = nadia.submit(&form, &destroy_page(id), &[("daad", "teruggeven"), ("waarom", "Er loopt een zaak.")]);
    assert_eq!(back.status, 303, "{}", back.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("afgesloten", "destruction_due"));
    assert!(row.due_on > row.kept_until, "it comes back on the list later");
    assert_eq!(on(&app, "2031-11-26").due, 0, "the clock does not list it twice");
    let form = app.member("ruben").get(&destroy_page(id));
    assert!(!form.body.contains("Onderteken en vernietig"), "nothing waits any more: {}", form.body);
    app.assert_log_is_whole();
}

/// A closed signal of a melder whose name is kept.
fn closed_with_name(app: &TestApp) -> SignalId {
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "Kanarie Melder")];
    let id = crate::support::road::received(app, &fields);
    follow_up_from_intake(app, id, "riec");
    assert_eq!(closed(app, id).status, 303);
    id
}

/// How many keys of records of this kind are left.
fn keys_left(raw: &mut Raw, kind: &str) -> i64 {
    raw.number(&format!(
        "(SELECT count(*) FROM sealed_keys JOIN records ON records.key_id = sealed_keys.subject WHERE kind = '{kind}')"
    ))
}

/// Waits for what must come.
fn until(what: &str, mut came: impl FnMut() -> bool) {
    let since = std::time::Instant::now();
    while !came() {
        assert!(since.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn the_program_itself_lets_go_of_names_and_of_sessions_that_ended_and_stops_when_it_is_told() {
    let installation = Installation::new();
    let app = TestApp::on(&installation);
    closed_with_name(&app);
    drop(app);
    let mut raw = Raw::open(&installation.database);
    // Long ago by any clock: the program has the real one.
    raw.run("UPDATE signals SET stage_since = '2020-01-01'");
    raw.run(raw.pick("UPDATE sessions SET ends_at = 1000000", "UPDATE sessions SET ends_at = to_timestamp(1)"));
    assert!(raw.count("sessions") > 0 && keys_left(&mut raw, "identity") > 0);
    let served = installation.start();
    until("the sessions and the name are gone", || raw.count("sessions") == 0 && keys_left(&mut raw, "identity") == 0);
    let destroyed: Vec<_> =
        raw.events_of("record.destroyed").iter().map(|event| event["bijzonderheden"]["kind"].clone()).collect();
    assert!(destroyed.contains(&"identity".into()), "{destroyed:?}");
    assert!(served.stop().success());
}

#[test]
fn rounds_go_on_while_the_service_runs_and_two_services_on_one_database_do_the_work_once() {
    let app = TestApp::start();
    closed_with_name(&app);
    let beside = app.beside();
    let mut raw = Raw::open(&app.database);
    run(async {
        let moment = std::time::Duration::from_millis(1);
        let rounds = [&app, &beside].map(|one| actix_web::rt::spawn(one.app.clone().keep_rounds(moment)));
        let since = std::time::Instant::now();
        while keys_left(&mut raw, "identity") > 0 {
            assert!(since.elapsed() < PATIENCE, "the first round lets go of the name");
            actix_web::rt::time::sleep(moment).await;
        }
        app.clock.set("2027-02-24T08:00:00Z".parse::<Moment>().unwrap());
        while keys_left(&mut raw, "mailbox") > 0 {
            assert!(since.elapsed() < PATIENCE, "a later round lets go of the mailbox");
            actix_web::rt::time::sleep(moment).await;
        }
        for one in rounds {
            one.abort();
            drop(one.await);
        }
    });
    assert_eq!(raw.events_of("record.destroyed").len(), 2, "one for the name, one for the mailbox");
    app.assert_log_is_whole();
}
