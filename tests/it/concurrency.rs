//! Everybody at once: nothing refused, nothing lost, nothing doubled, and the log still adds up.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use std::collections::BTreeSet;
use std::sync::Barrier;

/// What the issue promises: as many reports at the same moment.
const AT_ONCE: usize = 200;

/// Fills in a report up to the last button.
fn ready(client: &mut Client, text: &str) -> Page {
    let first = client.get("/melden/signaal");
    let review = client.submit(&first, "/melden/signaal", &[("tekst", text), ("naar", "stap-4")]);
    assert_eq!(review.status, 200, "{}", review.body);
    review
}

/// Everybody fills in a report, waits for the others, and sends. `place` chooses the service somebody talks to.
fn send_together(people: usize, place: impl Fn(usize) -> Client + Sync) -> Vec<Page> {
    let barrier = Barrier::new(people);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..people)
            .map(|number| {
                let (barrier, place) = (&barrier, &place);
                scope.spawn(move || {
                    let mut client = place(number);
                    let review = ready(&mut client, &format!("Dit is verhaal nummer {number}."));
                    barrier.wait();
                    client.submit(&review, "/melden/signaal", &[("naar", "versturen")])
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Every answer is a receipt, each receipt opens one signal, and there are no other signals.
fn assert_all_stored_once(app: &TestApp, answers: &[Page]) {
    let mut receipts = BTreeSet::new();
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        receipts.insert(answer.receipt().unwrap());
    }
    assert_eq!(receipts.len(), answers.len(), "a receipt was given twice");
    let mut raw = Raw::open(&app.database);
    let expected = i64::try_from(answers.len()).unwrap();
    assert_eq!(raw.count("signals"), expected);
    assert_eq!(raw.number("(SELECT count(DISTINCT lookup_id) FROM signals)"), expected);
    assert_eq!(raw.number("(SELECT count(*) FROM records WHERE kind = 'report')"), expected);
    let received: BTreeSet<String> = raw
        .events_of("signal.received")
        .iter()
        .map(|event| event["object"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(received.len(), answers.len(), "one event each");
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    for receipt in &receipts {
        let status = melder.submit(&ask, "/melden/volgen", &[("bon", receipt)]);
        assert!(status.body.contains("Ontvangen"), "{receipt}: {}", status.body);
    }
    app.assert_log_is_whole();
}

#[test]
fn two_hundred_reports_at_the_same_moment_are_all_stored_once() {
    let app = TestApp::start();
    let answers = send_together(AT_ONCE, |_| app.anonymous());
    assert_all_stored_once(&app, &answers);
}

#[test]
fn two_services_on_one_database_store_every_report_once() {
    let one = TestApp::start();
    let other = one.beside();
    let answers = send_together(60, |number| if number % 2 == 0 { one.anonymous() } else { other.anonymous() });
    assert_all_stored_once(&one, &answers);
    other.assert_log_is_whole();
    let list = other.member("mirte").get("/signalen");
    assert!(list.body.contains("href=\"/signalen/"), "what one stored the other shows");
}

#[test]
fn one_form_sent_by_many_at_once_is_one_signal_with_one_receipt() {
    let one = TestApp::start();
    let other = one.beside();
    let review = ready(&mut one.anonymous(), "Ik druk steeds opnieuw op de knop.");
    let barrier = Barrier::new(24);
    let answers: Vec<Page> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24)
            .map(|number| {
                let (barrier, review) = (&barrier, &review);
                let mut client = if number % 2 == 0 { one.anonymous() } else { other.anonymous() };
                scope.spawn(move || {
                    barrier.wait();
                    client.submit(review, "/melden/signaal", &[("naar", "versturen")])
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let receipts: BTreeSet<_> = answers.iter().map(|answer| answer.receipt().expect(&answer.body)).collect();
    assert_eq!(receipts.len(), 1);
    let mut raw = Raw::open(&one.database);
    assert_eq!((raw.count("signals"), raw.events_of("signal.repeated").len()), (1, 23));
    one.assert_log_is_whole();
}

#[test]
fn members_sign_in_and_read_while_reports_come_in() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", "Het eerste signaal.")]);
    let address = app.member("mirte").get("/signalen").links("/signalen/").remove(0);
    let (answers, pages) = std::thread::scope(|scope| {
        let readers: Vec<_> = ["mirte", "joost"]
            .into_iter()
            .map(|login| {
                let (app, address) = (&app, &address);
                scope.spawn(move || {
                    let mut member = app.member(login);
                    (0..10).map(|_| member.get(address)).collect::<Vec<_>>()
                })
            })
            .collect();
        let answers = send_together(40, |_| app.anonymous());
        (answers, readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect::<Vec<_>>())
    });
    assert!(pages.iter().all(|page| page.status == 200 && page.body.contains("Het eerste signaal.")));
    assert!(answers.iter().all(|answer| answer.receipt().is_some_and(|receipt| receipt != code)));
    let mut raw = Raw::open(&app.database);
    assert_eq!(raw.count("signals"), 41);
    assert_eq!(raw.events_of("content.disclosed").len(), 20, "every look stands in the log");
    app.assert_log_is_whole();
}
