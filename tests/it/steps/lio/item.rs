//! The published item: who holds its copies, when it can be read, and what the log says of it.

use super::*;
use crate::support::road::{run, session};
use meldroute::app::trust::Holder;
use meldroute::domain::ids::{AgendaItemId, KeyId, SittingId};
use meldroute::domain::role::Group;
use meldroute::ledger::event::Event;
use meldroute::store::agenda::{self, SittingRow};
use meldroute::store::{StoreError, Trace, contents, log};
use std::collections::BTreeSet;

fn item_of(app: &TestApp, id: SignalId) -> AgendaItemId {
    let items = app.app.store().read(|db| agenda::item_list(db, id)).unwrap();
    items.into_iter().find(|item| item.state == "published").unwrap().id
}

#[test]
fn an_item_is_read_inside_its_window_and_does_not_exist_outside_it() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"])]);
    let item = format!("/lio/{}", item_of(&app, id));
    let absent = "/lio/00000000-0000-4000-8000-000000000000";
    let mut seen = Vec::new();
    // The sitting is on 5 January; the window opens on 28 December and closes on 7 January.
    for days in [0, 33, 1, 10, 1] {
        days_later(&app, days);
        let mut bram = app.member("bram");
        let (page, missing) = (bram.get(&item), bram.get(absent));
        seen.push((app.app.now().day().to_string(), page.status));
        if page.status == 404 {
            assert_eq!(page.body, missing.body);
        }
    }
    let expected =
        [("2026-11-24", 404), ("2026-12-27", 404), ("2026-12-28", 200), ("2027-01-07", 200), ("2027-01-08", 404)];
    assert_eq!(seen, expected.map(|(day, status)| (day.to_owned(), status)));
}

#[test]
fn a_copy_is_for_its_reader_alone_and_for_those_who_lead_the_signal() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"]), ("vera", &["2"])]);
    days_later(&app, 37);
    let item = format!("/lio/{}", item_of(&app, id));
    for other in ["sanne", "evert", "nadia", "imke", "bea", "adam", "joost"] {
        assert_eq!(app.member(other).get(&item).status, 404, "{other}");
    }
    let vera = app.member("vera").get(&item);
    assert!(vera.body.contains("Vergunning twee keer ingetrokken") && !vera.body.contains("Derde exploitant"));

    let coordinators = app.app.group_holder(Group::Coordinators).unwrap().key;
    let copies = app.app.store().read(|db| agenda::copy_list(db, item_of(&app, id))).unwrap();
    assert_eq!(copies.len(), 2);
    for copy in copies {
        let reader: Holder = app.app.member_holder(copy.member_id).unwrap().unwrap();
        let holders = app
            .app
            .store()
            .read(|db| {
                let record = contents::record_list(db, id, "copy")?.into_iter().find(|row| row.id == copy.record_id);
                contents::sealed_keys_of_subject(db, record.unwrap().key_id)
            })
            .unwrap();
        let holders: BTreeSet<KeyId> = holders.into_iter().map(|row| row.holder).collect();
        assert_eq!(holders, BTreeSet::from([reader.key, coordinators]));
    }
}

#[test]
fn reading_is_told_in_the_log_and_the_agenda_is_one_disclosure_of_titles() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"])]);
    days_later(&app, 37);
    let item = item_of(&app, id);
    let mut bram = app.member("bram");
    let list = bram.get("/lio");
    assert!(list.body.contains("Winkelpand: aanpak kiezen") && !list.body.contains("Derde exploitant"));
    let page = bram.get(&format!("/lio/{item}"));
    let events = |kind| app.app.store().read(|db| log::log_of_kinds(db, &[kind])).unwrap();
    let (_, seen) = Event::parse(&events("agenda.seen").last().unwrap().body).unwrap();
    assert_eq!(
        (seen.fields.as_slice(), seen.details["item.1"].as_str()),
        (&["titel".to_owned()][..], &*item.to_string())
    );
    assert_eq!((seen.details["count"].as_str(), seen.purpose.as_deref()), ("1", Some("voorbereiding_lio")));
    let disclosed = events("content.disclosed");
    let (index, read) = Event::parse(&disclosed.last().unwrap().body).unwrap();
    assert_eq!(read.fields, ["copy.feiten", "copy.titel", "copy.vraagAanOverleg"]);
    assert_eq!((read.role.as_deref(), read.details["act"].as_str()), (Some("burgerzaken"), "read_item"));
    assert!(page.body.contains(&format!("regel {index}")), "{}", page.body);
    let (_, mine) = Event::parse(&events("item.published").last().unwrap().body).unwrap();
    assert_eq!((mine.details["copies"].as_str(), mine.details["sitting"].as_str()), ("1", "2027-01-05"));
}

#[test]
fn an_item_is_published_once_and_only_when_it_was_cleared() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let before = mirte.get(&publish_page(id));
    assert_eq!(before.status, 409);
    assert!(before.body.contains("Privacycheck 2A is nog niet vrijgegeven."), "{}", before.body);
    cleared(&app, id, &[("bram", &["1"])]);
    let page = mirte.get(&publish_page(id));
    assert_eq!(mirte.submit(&page, &publish_page(id), &[]).status, 303);
    let again = mirte.submit(&page, &publish_page(id), &[]);
    assert_eq!(again.status, 409);
    assert!(again.body.contains("Dit stuk is al gepubliceerd of vervangen."), "{}", again.body);
    let copies = app.app.store().read(|db| agenda::copy_list(db, item_of(&app, id))).unwrap();
    assert_eq!(copies.len(), 1);
}

#[test]
fn an_item_comes_on_the_planned_sitting_until_its_agenda_closes_and_then_on_the_next() {
    let app = TestApp::start();
    plan(&app, "2026-12-10", "2026-12-03");
    let one = deciding(&app, &[("tekst", REPORT)]);
    published(&app, one, &[("bram", &["1"])]);
    assert_eq!(standing(&app, one).due_on.unwrap().to_string(), "2026-12-10");
    days_later(&app, 10);
    let two = deciding(&app, &[("tekst", "Elke nacht busjes bij de loods.")]);
    published(&app, two, &[("bram", &["1"])]);
    assert_eq!(standing(&app, two).due_on.unwrap().to_string(), "2027-01-21");
    let agenda = app.member("mirte").get("/lio");
    assert!(agenda.body.contains("donderdag 10 december") && agenda.body.contains("donderdag 21 januari 2027"));
}

fn plan(app: &TestApp, held_on: &str, closes_on: &str) {
    let row = SittingRow {
        id: SittingId::new(app.app.random_id().unwrap()),
        held_on: held_on.parse().unwrap(),
        closes_on: closes_on.parse().unwrap(),
        state: "planned".to_owned(),
    };
    let (op, _) = session(app, "mirte");
    run(app.app.store().write::<_, StoreError, _>(&op, "test.plan", move |tx| {
        tx.sitting_insert(&row)?;
        tx.record(Trace::new("sitting.planned"))?;
        Ok(())
    }))
    .unwrap();
}

#[test]
fn whoever_is_shut_out_after_the_verdict_gets_no_copy() {
    use meldroute::domain::ids::ExclusionId;
    use meldroute::domain::role::Role;
    use meldroute::store::signals::ExclusionRow;
    let (app, id) = start();
    cleared(&app, id, &[("bram", &["1"]), ("vera", &["1"])]);
    let row = ExclusionRow {
        id: ExclusionId::new(app.app.random_id().unwrap()),
        signal_id: id,
        role: Role::CivilRegistry,
        set_by: "coordinator".to_owned(),
        member_id: None,
        since_on: app.app.now().day(),
    };
    let (op, _) = session(&app, "mirte");
    run(app.app.store().write::<_, StoreError, _>(&op, "test.exclude", move |tx| {
        tx.exclusion_insert(&row)?;
        tx.record(Trace::new("reader.excluded"))?;
        Ok(())
    }))
    .unwrap();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&publish_page(id));
    let sent = mirte.submit(&page, &publish_page(id), &[]);
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Bram Proef is uitgesloten van dit signaal"), "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "publish");
}
