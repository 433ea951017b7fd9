//! Wrong attempts slow the account, not the site.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::served::{Installation, Served};
use serde_json::json;

/// One try at the page.
fn try_page(client: &mut Client, login: &str, password: &str) -> Page {
    let page = client.get("/aanmelden");
    client.submit(&page, "/aanmelden", &[("naam", login), ("wachtwoord", password)])
}

fn try_api(client: &Client, login: &str, password: &str) -> Page {
    client.json("POST", "/api/v1/sessies", &[], Some(&json!({ "naam": login, "wachtwoord": password })))
}

fn use_up_the_free_ones(app: &TestApp, login: &str) {
    for _ in 0..5 {
        assert_eq!(try_api(&app.anonymous(), login, "een verkeerd wachtwoord").status, 401);
    }
}

fn refusals(app: &TestApp, why: &str) -> usize {
    Raw::open(&app.database).events().iter().filter(|event| event["bijzonderheden"]["why"] == why).count()
}

#[test]
fn five_tries_are_free_and_then_the_name_waits_twice_as_long_each_time_up_to_a_quarter_of_an_hour() {
    let app = TestApp::start();
    use_up_the_free_ones(&app, "mirte");
    for wait in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let slowed = try_api(&app.anonymous(), "mirte", PASSWORD);
        assert_eq!((slowed.status, slowed.headers["retry-after"].as_str()), (429, wait.to_string().as_str()));
        assert_eq!(slowed.json()["type"], "urn:meldroute:probleem:wachten");
        app.clock.advance_seconds(wait - 1);
        assert_eq!(try_api(&app.anonymous(), "mirte", PASSWORD).headers["retry-after"], "1");
        app.clock.advance_seconds(1);
        assert_eq!(try_api(&app.anonymous(), "mirte", "een verkeerd wachtwoord").status, 401);
    }
    assert_eq!(refusals(&app, "slowed"), 22, "each refused try stands in the log");
    assert_eq!(refusals(&app, "wrong_name_or_password"), 16);
}

#[test]
fn the_page_says_in_words_how_long_to_wait() {
    let app = TestApp::start();
    use_up_the_free_ones(&app, "mirte");
    let mut visitor = app.anonymous();
    let slowed = try_page(&mut visitor, "mirte", PASSWORD);
    assert_eq!((slowed.status, slowed.headers["retry-after"].as_str()), (429, "2"));
    assert!(slowed.body.contains("Wacht 2 seconden. Daarna kunt u het weer proberen."), "{}", slowed.body);
    assert!(visitor.cookie("__Host-sessie").is_none());
}

#[test]
fn others_and_who_is_in_already_notice_nothing_of_it() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    use_up_the_free_ones(&app, "mirte");
    assert_eq!(try_api(&app.anonymous(), "mirte", PASSWORD).status, 429);
    assert_eq!(mirte.get("/werk").status, 200);
    assert_eq!(try_api(&app.anonymous(), "joost", PASSWORD).status, 201);
}

#[test]
fn coming_in_forgets_the_tries_before_it_and_a_day_does() {
    let app = TestApp::start();
    for _ in 0..4 {
        assert_eq!(try_api(&app.anonymous(), "mirte", "een verkeerd wachtwoord").status, 401);
    }
    assert_eq!(try_api(&app.anonymous(), " MIRTE ", PASSWORD).status, 201, "the same name, whatever its form");
    assert_eq!(Raw::open(&app.database).number("(SELECT count(*) FROM sign_in_attempts)"), 0);
    use_up_the_free_ones(&app, "mirte");
    app.clock.advance_seconds(24 * 3600 + 1);
    use_up_the_free_ones(&app, "mirte");
    app.clock.advance_seconds(24 * 3600 + 1);
    let rounds = tokio::runtime::Builder::new_current_thread().build().unwrap();
    rounds.block_on(app.app.round()).unwrap();
    assert_eq!(Raw::open(&app.database).number("(SELECT count(*) FROM sign_in_attempts)"), 0);
}

#[test]
fn a_name_that_nobody_has_is_counted_slowed_and_answered_like_any_other() {
    let app = TestApp::start();
    let mut seen = Vec::new();
    for login in ["mirte", "niemand", "geen naam die kan!"] {
        let mut answers: Vec<(u16, String)> = Vec::new();
        for _ in 0..7 {
            let answer = try_api(&app.anonymous(), login, "een verkeerd wachtwoord");
            answers.push((answer.status, answer.body));
            let mut visitor = app.anonymous();
            let page = try_page(&mut visitor, login, "een verkeerd wachtwoord");
            answers.push((page.status, page.body.replace(&format!("value=\"{login}\""), "")));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert!(seen[0].iter().any(|(status, _)| *status == 429));
    let mut raw = Raw::open(&app.database);
    let stored = format!("{:?}", raw.everything());
    assert_eq!(raw.number("(SELECT count(*) FROM sign_in_attempts)"), 3);
    assert!(!stored.contains("niemand") && !stored.contains("geen naam"), "what was typed is not kept");
}

#[test]
fn tries_for_the_code_of_the_first_time_count_too() {
    let app = TestApp::start();
    let mut visitor = app.anonymous();
    let typed = [
        ("naam", "mirte"),
        ("code", "7KQ2-MX9D-H4TB-W3N8-RP6CV"),
        ("wachtwoord", PASSWORD),
        ("wachtwoordNogmaals", PASSWORD),
    ];
    let mut try_code = || {
        let page = visitor.get("/aanmelden/eerste-keer");
        visitor.submit(&page, "/aanmelden/eerste-keer", &typed)
    };
    for _ in 0..5 {
        assert_eq!(try_code().status, 400);
    }
    let slowed = try_code();
    assert_eq!((slowed.status, slowed.headers["retry-after"].as_str()), (429, "2"));
    assert!(slowed.body.contains("Wacht 2 seconden"), "{}", slowed.body);
    assert_eq!(try_api(&app.anonymous(), "mirte", PASSWORD).status, 429, "one count for one name");
}

#[test]
fn two_services_on_one_database_share_the_count() {
    let app = TestApp::start();
    let beside = app.beside();
    for turn in 0..5 {
        let here = if turn % 2 == 0 { &app } else { &beside };
        assert_eq!(try_api(&here.anonymous(), "mirte", "een verkeerd wachtwoord").status, 401);
    }
    assert_eq!(try_api(&app.anonymous(), "mirte", PASSWORD).status, 429);
    assert_eq!(try_api(&beside.anonymous(), "mirte", PASSWORD).status, 429);
}

#[test]
fn many_tries_at_once_cannot_outrun_the_count() {
    let app = TestApp::start();
    let beside = app.beside();
    let tries: Vec<_> = (0..24)
        .map(|turn| {
            let client = if turn % 2 == 0 { app.anonymous() } else { beside.anonymous() };
            std::thread::spawn(move || try_api(&client, "mirte", "een verkeerd wachtwoord").status)
        })
        .collect();
    let statuses: Vec<u16> = tries.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 19, "{statuses:?}");
}

#[test]
fn a_restart_forgets_nothing() {
    let installation = Installation::new();
    let served: Served = installation.start();
    // The clock runs here: the name is made to wait for minutes first.
    let tried = |served: &Served| try_api(&served.client(), "mirte", "een verkeerd wachtwoord").status;
    for _ in 0..5 {
        assert_eq!(tried(&served), 401);
    }
    Raw::open(&installation.database).run("UPDATE sign_in_attempts SET counted = 14");
    assert_eq!(tried(&served), 429);
    served.kill();
    let again = installation.start();
    assert_eq!(tried(&again), 429);
}
