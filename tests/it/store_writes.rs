//! What a write promises: it stands whole with its trace, or it does not stand; and it takes nobody else with it.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use meldroute::app::AppError;
use meldroute::domain::role::Group;
use meldroute::policy::Refusal;
use meldroute::store::{Committed, StoreError, Trace, Tx};
use std::sync::mpsc;
use std::time::Duration;

/// Keeps every writer waiting until it is let go.
struct Hold(Raw);

impl Hold {
    fn on(app: &TestApp) -> Self {
        let mut raw = Raw::open(&app.database);
        let sql = raw.pick("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE log_head IN EXCLUSIVE MODE");
        raw.run(sql);
        Self(raw)
    }

    fn let_go(mut self) {
        self.0.run("ROLLBACK");
    }
}

/// A report up to the last button, and its receipt.
fn ready(client: &mut Client, text: &str) -> (Page, String) {
    let first = client.get("/melden/signaal");
    let review = client.submit(&first, "/melden/signaal", &[("tekst", text), ("naar", "stap-4")]);
    let receipt = review.hidden("/melden/signaal", "bon");
    (review, receipt)
}

fn send(client: &mut Client, review: &Page) -> Page {
    client.submit(review, "/melden/signaal", &[("naar", "versturen")])
}

/// Whoever cannot be served now keeps the text and the receipt, and reads when to come back.
fn assert_kept(answer: &Page, text: &str, receipt: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.headers["retry-after"].parse::<u32>().unwrap() > 0);
    assert!(answer.body.contains(text), "the text is on the page: {}", answer.body);
    assert_eq!(answer.hidden("/melden/signaal", "tekst"), text);
    assert_eq!(answer.hidden("/melden/signaal", "bon"), receipt);
    assert_eq!(answer.receipt(), None, "nothing looks like a confirmation");
}

#[test]
fn a_full_queue_says_so_keeps_the_text_and_the_same_receipt_works_later() {
    let app = TestApp::start_with(|options| options.queue = 4);
    let hold = Hold::on(&app);
    let (answered, answers) = mpsc::channel();
    let (turned_down, waiting) = std::thread::scope(|scope| {
        let mut sent = 0;
        // At most one batch is with the writer and four wait behind it, so somebody is turned down before long.
        let turned_down = loop {
            sent += 1;
            assert!(sent < 120, "nobody is turned down");
            let text = format!("Verhaal {sent} in de rij.");
            let mut client = app.anonymous();
            let (review, receipt) = ready(&mut client, &text);
            let answered = answered.clone();
            scope.spawn(move || answered.send((send(&mut client, &review), text, receipt)).unwrap());
            if let Ok(turned_down) = answers.recv_timeout(Duration::from_millis(20)) {
                break turned_down;
            }
        };
        assert_eq!(Raw::open(&app.database).count("signals"), 0, "nothing stands while the writer waits");
        hold.let_go();
        let waiting: Vec<_> = (1..sent).map(|_| answers.recv().unwrap()).collect();
        (turned_down, waiting)
    });
    let (page, text, receipt) = turned_down;
    assert_kept(&page, &text, &receipt);
    let stored = waiting.iter().filter(|(answer, ..)| answer.status == 200).count();
    for (answer, text, receipt) in &waiting {
        match answer.status {
            200 => assert_eq!(answer.receipt().as_ref(), Some(receipt)),
            _ => assert_kept(answer, text, receipt),
        }
    }
    assert!(stored > 0, "whoever waited was served");
    let again = send(&mut app.anonymous(), &page);
    assert_eq!(again.receipt(), Some(receipt), "{}", again.body);
    assert_eq!(Raw::open(&app.database).count("signals"), i64::try_from(stored + 1).unwrap());
    app.assert_log_is_whole();
}

#[test]
fn a_database_that_stays_locked_gives_a_clear_error_and_the_same_receipt_works_later() {
    let app = TestApp::start();
    let mut client = app.anonymous();
    let (review, receipt) = ready(&mut client, "Het bestand zit op slot.");
    let hold = Hold::on(&app);
    let answer = send(&mut client, &review);
    hold.let_go();
    assert_kept(&answer, "Het bestand zit op slot.", &receipt);
    assert_eq!(Raw::open(&app.database).count("signals"), 0);
    assert_eq!(send(&mut client, &answer).receipt(), Some(receipt));
    assert_eq!(Raw::open(&app.database).count("signals"), 1);
    app.assert_log_is_whole();
}

/// What a test writes without content: a setting and, if asked, its trace.
fn setting(tx: &mut Tx<'_>, name: &str) -> Result<(), AppError> {
    tx.setting_insert(name, "x")?;
    tx.record(Trace::new("test.written"))?;
    Ok(())
}

fn write<F>(app: &TestApp, name: &'static str, f: F) -> Result<Committed<()>, AppError>
where
    F: Fn(&mut Tx<'_>) -> Result<(), AppError> + Send + 'static,
{
    app.app.store().write_blocking(&app.app.as_system().unwrap(), name, f)
}

fn settings(app: &TestApp) -> Vec<String> {
    Raw::open(&app.database).rows("settings").into_iter().map(|row| row["name"].clone()).collect()
}

#[test]
fn a_use_case_that_panics_takes_only_itself_down() {
    let app = TestApp::start();
    let failed = write(&app, "test.panic", |tx| {
        setting(tx, "from-the-panic")?;
        panic!("a mistake of ours");
    });
    assert!(matches!(failed, Err(AppError::Store(StoreError::Panicked("test.panic")))), "{failed:?}");
    write(&app, "test.after", |tx| setting(tx, "after")).unwrap();
    assert_eq!(settings(&app), ["after"]);
    assert_eq!(Raw::open(&app.database).events_of("test.written").len(), 1);
    app.assert_log_is_whole();
}

#[test]
fn a_write_that_leaves_no_trace_is_undone() {
    let app = TestApp::start();
    let failed = write(&app, "test.silent", |tx| Ok(tx.setting_insert("silent", "x")?));
    assert!(matches!(failed, Err(AppError::Store(StoreError::Unaudited("test.silent")))), "{failed:?}");
    assert_eq!(settings(&app), Vec::<String>::new());
    app.assert_log_is_whole();
}

#[test]
fn a_sealed_row_that_no_event_names_is_undone() {
    let app = TestApp::start();
    app.anonymous().report(&[("tekst", "Verzegeld.")]);
    let mut raw = Raw::open(&app.database);
    let key = uuid::Uuid::parse_str(&raw.rows("sealed_keys")[0]["id"]).unwrap();
    let before = raw.rows("sealed_keys");
    let failed = write(&app, "test.late", move |tx| {
        tx.record(Trace::new("test.written"))?;
        Ok(tx.sealed_key_delete(meldroute::domain::ids::SealedKeyId::new(key))?)
    });
    assert!(matches!(failed, Err(AppError::Store(StoreError::Unaudited(_)))), "the row changed after the last event");
    assert_eq!(raw.rows("sealed_keys"), before);
    app.assert_log_is_whole();
}

#[test]
fn a_refused_act_leaves_its_refusal_and_nothing_else() {
    let app = TestApp::start();
    let before = Raw::open(&app.database).count("events");
    let failed = write(&app, "test.refused", |tx| {
        setting(tx, "refused")?;
        Err(AppError::refused("try_it", Refusal::NotYourRole, None))
    });
    assert!(matches!(failed, Err(AppError::Refused(..))), "{failed:?}");
    assert_eq!(settings(&app), Vec::<String>::new());
    let mut raw = Raw::open(&app.database);
    assert_eq!(raw.count("events"), before + 1);
    let refusal = &raw.events_of("access.refused")[0];
    assert_eq!((&refusal["resultaat"], &refusal["handeling"]), (&"geweigerd".into(), &"test.refused".into()));
    assert_eq!(refusal["bijzonderheden"]["why"], "not_your_role");
    app.assert_log_is_whole();
}

#[test]
fn writes_that_share_one_commit_stand_or_fall_each_for_itself() {
    let app = TestApp::start();
    let hold = Hold::on(&app);
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for number in 0..30 {
            let (app, done) = (&app, done.clone());
            scope.spawn(move || {
                let name = format!("n{number:02}");
                let result = write(app, "test.batch", move |tx| {
                    match number % 5 {
                        1 => return Ok(tx.setting_insert(&name, "no trace")?),
                        _ => setting(tx, &name)?,
                    }
                    match number % 5 {
                        2 => panic!("a mistake of ours"),
                        3 => Err(AppError::refused("try_it", Refusal::OwnWork, None)),
                        4 => Err(AppError::RoadClosed(Group::Integrity)),
                        _ => Ok(()),
                    }
                });
                done.send((number, result)).unwrap();
            });
        }
        // All thirty have to be in the queue, or with the writer, before it may go on.
        std::thread::sleep(Duration::from_millis(300));
        hold.let_go();
    });
    let mut good = Vec::new();
    for (number, result) in results.try_iter() {
        match (number % 5, result) {
            (0, Ok(committed)) => good.push((format!("n{number:02}"), committed.token.event_index().unwrap())),
            (1, Err(AppError::Store(StoreError::Unaudited(_)))) => {}
            (2, Err(AppError::Store(StoreError::Panicked(_)))) => {}
            (3, Err(AppError::Refused(..))) | (4, Err(AppError::RoadClosed(_))) => {}
            (_, other) => panic!("{number}: {other:?}"),
        }
    }
    good.sort();
    assert_eq!(settings(&app), good.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    let mut raw = Raw::open(&app.database);
    assert_eq!(raw.events_of("test.written").len(), 6);
    assert_eq!(raw.events_of("access.refused").len(), 6);
    assert_eq!(raw.events_of("access.failed").len(), 6);
    let events = raw.events();
    for (name, index) in good {
        assert_eq!(events[usize::try_from(index).unwrap()]["soort"], "test.written", "{name} was told its own event");
    }
    app.assert_log_is_whole();
}

#[test]
fn whoever_only_reads_cannot_write() {
    use diesel::connection::SimpleConnection;
    use meldroute::store::db::Db;
    let app = TestApp::start();
    let refused = app.app.store().read(|db| {
        let sql = "DELETE FROM settings";
        Ok::<_, StoreError>(match db {
            Db::Pg(c) => c.batch_execute(sql).is_err(),
            Db::Sqlite(c) => c.batch_execute(sql).is_err(),
        })
    });
    assert!(refused.unwrap(), "the database itself refuses a reader's write");
}
