//! The new key, and sealing again.

use super::{coordinators, copies_of, disable, events, kept_by, make_new_key_only, opened};
use crate::joining::{agree, invitation, invited, let_in, waits};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received, session};
use meldroute::app::App;
use meldroute::app::joining::Proof;
use meldroute::app::keyring::Session;
use meldroute::app::renewing::NewKeyIs;
use meldroute::app::sealing::Sealing;
use meldroute::domain::ids::{KeyId, SignalId};
use meldroute::domain::role::{Group, Reach, Role};
use meldroute::store::contents::SealedKeyRow;
use meldroute::store::{StoreError, Trace};
use meldroute::vault::OsEntropy;

#[test]
fn the_keys_of_whoever_left_open_nothing_that_is_stored_afterwards() {
    let app = TestApp::start();
    let old = kept_by(&app, "joost");
    let before = received(&app, &[("tekst", REPORT)]);
    assert!(opened(&app, &old, before) > 0, "joost reads it now");
    disable(&app, "joost");
    drop(session(&app, "mirte"));
    assert_eq!(coordinators(&app).1, 2, "the next session made the next key");
    let after = received(&app, &[("tekst", REPORT)]);
    assert_eq!(opened(&app, &old, after), 0);
    assert_eq!(opened(&app, &old, before), 0, "what was stored lies under the new key, too");
    for id in [before, after] {
        assert!(app.member("mirte").get(&format!("/signalen/{id}")).body.contains("nooit klanten"));
    }
    app.assert_log_is_whole();
}

#[test]
fn a_session_that_was_open_already_makes_the_new_key_before_it_does_anything_else() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let old = kept_by(&app, "joost");
    disable(&app, "joost");
    let between = app.anonymous().report(&[("tekst", REPORT)]);
    assert!(!between.is_empty());
    assert_eq!(coordinators(&app).1, 1, "nobody of the group was there");
    assert_eq!(mirte.get("/werk").status, 200);
    let signal: SignalId = mirte.get("/signalen").links("/signalen/")[0].rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(opened(&app, &old, signal), 0, "what came in between was sealed again");
}

#[test]
fn taking_the_role_away_is_leaving_the_group_as_well() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    app.app.role_withdraw(&app.app.as_operator("test").unwrap(), "joost", Role::Coordinator).unwrap();
    assert_eq!(coordinators(&app).1, 1);
    assert_eq!(mirte.get("/werk").status, 200);
    assert_eq!(coordinators(&app).1, 2);
    app.assert_log_is_whole();
}

#[test]
fn a_lost_password_makes_a_new_key_in_the_session_of_whoever_restores_access() {
    let app = TestApp::without_setup_key();
    let old = kept_by(&app, "joost");
    let mut mirte = app.member("mirte");
    let page = format!("/leden/{}/herstel", crate::support::road::member_id(&app, "joost"));
    let asked = mirte.get(&page);
    assert_eq!(mirte.submit(&asked, &page, &[]).status, 200);
    assert_eq!(coordinators(&app).1, 2);
    let signal = received(&app, &[("tekst", REPORT)]);
    assert_eq!(opened(&app, &old, signal), 0);
}

#[test]
fn only_a_member_who_is_left_in_the_group_makes_its_key_and_whoever_did_not_hold_it_makes_none() {
    let app = TestApp::start();
    disable(&app, "vera");
    disable(&app, "adam");
    drop(session(&app, "mirte"));
    assert_eq!((coordinators(&app).1, events(&app, "key.renewed")), (1, 0), "no group lost anybody");
    disable(&app, "joost");
    for login in ["sanne", "nadia", "ivo"] {
        drop(session(&app, login));
    }
    assert_eq!(coordinators(&app).1, 1);
    assert_eq!(app.app.renewals(&session(&app, "sanne").0).unwrap(), []);
    app.assert_log_is_whole();
}

/// Copies under the first key of the coordinators, as many as asked, beside those of real signals.
fn many(app: &TestApp, count: usize) -> Vec<SignalId> {
    let mut ids = Vec::new();
    while ids.iter().map(|id| copies_of(app, *id).len()).sum::<usize>() < count {
        ids.push(received(app, &[("tekst", REPORT)]));
    }
    ids
}

/// Seals a piece again in somebody's session, without what a request of it does first.
fn piece(app: &App, session: &Session, at_most: i64) -> usize {
    app.reseal_some(&app.as_member(session.actor.clone()).unwrap(), session, at_most).unwrap()
}

#[test]
fn sealing_again_goes_on_where_it_stopped_and_tells_how_far_it_is() {
    let app = TestApp::start();
    let signals = many(&app, 12);
    let mut page = app.member("mirte");
    let (op, mirte) = session(&app, "mirte");
    let old = kept_by(&app, "joost");
    let left = || -> usize { signals.iter().map(|id| opened(&app, &old, *id)).sum() };
    let all = left();
    disable(&app, "joost");
    let waiting = app.app.renewals(&op).unwrap();
    assert_eq!((waiting[0].group, waiting[0].key), (Group::Coordinators, NewKeyIs::Awaited));
    make_new_key_only(&app, &mirte);
    assert_eq!((coordinators(&app).1, left()), (2, all), "the key first, and nothing else yet");

    assert_eq!(piece(&app.app, &mirte, 5), 5);
    assert_eq!(left(), all - 5);
    let told = app.app.renewals(&op).unwrap()[0];
    assert_eq!((told.key, told.done, usize::try_from(told.all).unwrap()), (NewKeyIs::Made, 5, all));
    // The service stops here; another one goes on, in another session.
    let beside = app.beside();
    let (_, again) = session(&beside, "mirte");
    assert_eq!(left(), 0);
    assert_eq!(piece(&beside.app, &again, 5), 0);
    assert!(app.app.renewals(&op).unwrap().is_empty(), "nothing is shown when it is done");
    assert_eq!(page.get("/werk").status, 200);
    assert_eq!(events(&app, "key.resealed"), 2);
    assert_eq!(events(&app, "key.let_go"), 1, "nobody keeps a copy of a key that opens nothing");
    for id in &signals {
        assert!(page.get(&format!("/signalen/{id}")).body.contains("nooit klanten"));
    }
    app.assert_log_is_whole();
}

#[test]
fn two_members_who_seal_again_at_once_do_each_copy_once() {
    let app = TestApp::without_setup_key();
    let code = invited(&app, "mirte", invitation("pia", Role::Coordinator, ""));
    waits(&app, "pia", &code);
    let_in(&app, "mirte", "pia", &Proof::Code).unwrap();
    agree(&app, "nadia", "pia", Role::Coordinator, "", Reach::Start).unwrap();
    let signals = many(&app, 20);
    drop(session(&app, "mirte"));
    let sessions = ["mirte", "pia"].map(|login| session(&app, login).1);
    let old = kept_by(&app, "joost");
    let all: usize = signals.iter().map(|id| copies_of(&app, *id).len()).sum();
    let under_old: usize = signals.iter().map(|id| opened(&app, &old, *id)).sum();
    disable(&app, "joost");
    make_new_key_only(&app, &sessions[0]);
    let beside = app.beside();
    let done: usize = std::thread::scope(|scope| {
        let work = |app: App, session: Session| move || -> usize { (0..40).map(|_| piece(&app, &session, 3)).sum() };
        let [mirte, pia] = sessions;
        let one = scope.spawn(work(app.app.clone(), mirte));
        let other = scope.spawn(work(beside.app.clone(), pia));
        one.join().unwrap() + other.join().unwrap()
    });
    assert_eq!(done, under_old, "each copy was counted once");
    assert_eq!(signals.iter().map(|id| opened(&app, &old, *id)).sum::<usize>(), 0);
    assert_eq!(
        signals.iter().map(|id| copies_of(&app, *id).len()).sum::<usize>(),
        all,
        "none came twice, none is gone"
    );
    app.assert_log_is_whole();
}

#[test]
fn whoever_reads_from_today_gets_nothing_of_before_by_a_new_key() {
    let app = TestApp::without_setup_key();
    let before = received(&app, &[("tekst", REPORT)]);
    let code = invited(&app, "mirte", invitation("pia", Role::Coordinator, ""));
    waits(&app, "pia", &code);
    let_in(&app, "mirte", "pia", &Proof::Code).unwrap();
    agree(&app, "nadia", "pia", Role::Coordinator, "", Reach::Today).unwrap();
    drop(session(&app, "mirte"));
    let after = received(&app, &[("tekst", REPORT)]);
    let old = kept_by(&app, "joost");
    let reads = |login: &str, id| app.member(login).get(&format!("/signalen/{id}")).body.contains("nooit klanten");
    assert_eq!((reads("pia", before), reads("pia", after)), (false, true));

    let mut open = app.member("mirte");
    disable(&app, "joost");
    // Whoever reads the least makes only the key that they get themselves.
    drop(session(&app, "pia"));
    assert_eq!(coordinators(&app).1, 3, "one for what comes");
    assert_eq!(opened(&app, &old, after), 0);
    assert!(opened(&app, &old, before) > 0, "nobody could make the other one yet");
    assert_eq!(open.get("/werk").status, 200);
    assert_eq!(coordinators(&app).1, 5, "one for what was there before pia, and again one for what comes");
    drop(session(&app, "mirte"));
    assert_eq!(coordinators(&app).1, 5, "and no more");
    assert_eq!(opened(&app, &old, before), 0);
    assert_eq!((reads("pia", before), reads("pia", after)), (false, true));
    assert_eq!((reads("mirte", before), reads("mirte", after)), (true, true));
    let last = received(&app, &[("tekst", REPORT)]);
    assert_eq!((opened(&app, &old, last), reads("pia", last), reads("mirte", last)), (0, true, true));
    app.assert_log_is_whole();
}

#[test]
fn a_planted_copy_that_does_not_open_takes_no_good_copy_away() {
    let app = TestApp::start();
    let signal = received(&app, &[("tekst", REPORT)]);
    let (_, mirte) = session(&app, "mirte");
    let (old, all) = (coordinators(&app).0, copies_of(&app, signal));
    disable(&app, "joost");
    make_new_key_only(&app, &mirte);
    let next = coordinators(&app).0;
    let under_old: Vec<SealedKeyRow> = all.into_iter().filter(|row| row.holder == old).collect();
    assert!(!under_old.is_empty());
    let mut raw = Raw::open(&app.database);
    for (number, row) in under_old.iter().enumerate() {
        let [id, old_id, holder] =
            [format!("000000000000400080000000000000{number:02x}"), hex(row.id.uuid()), hex(next.uuid())]
                .map(|hex| raw.id(&hex));
        let junk = raw.blob(&"07".repeat(row.sealed.len()));
        raw.run(&format!(
            "INSERT INTO sealed_keys (id, subject, subject_kind, holder, sealed, signal_id, until_at, created_on)
             SELECT {id}, subject, subject_kind, {holder}, {junk}, signal_id, until_at, created_on
             FROM sealed_keys WHERE id = {old_id}"
        ));
    }
    piece(&app.app, &mirte, 200);
    let ring = app.app.ring(&mirte).unwrap();
    assert!(opened(&app, &ring, signal) >= under_old.len(), "every key of the signal still opens");
}

fn hex(id: uuid::Uuid) -> String {
    id.simple().to_string()
}

#[test]
fn the_pages_tell_how_far_it_is_and_each_request_does_one_piece() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let holder = app.app.group_holder(Group::Coordinators).unwrap();
    let (op, _) = session(&app, "mirte");
    let copies: Vec<SealedKeyRow> = (0..450)
        .map(|_| {
            let subject = KeyId::new(app.app.random_id().unwrap());
            let sealing = Sealing { subject, kind: "record", signal: None, until: None, today: op.today };
            sealing.to(holder, &[7; 32], &mut OsEntropy).unwrap()
        })
        .collect();
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "test.fill", move |tx| {
        copies.iter().try_for_each(|copy| tx.sealed_key_insert(copy))?;
        tx.record(Trace::new("test.filled"))?;
        Ok(())
    });
    written.unwrap();
    disable(&app, "joost");
    let mut nadia = app.member("nadia");
    assert!(!nadia.get("/leden").body.contains("vernieuwd"), "another group's keys are no news");
    let told = |body: &str, count: &str| body.contains(&format!("worden vernieuwd: {count} van 450 stukken."));
    assert!(told(&mirte.get("/leden").body, "200"), "the key and the first piece");
    assert!(told(&mirte.get("/werk").body, "400"));
    assert!(!mirte.get("/leden").body.contains("vernieuwd"));
    assert_eq!(events(&app, "key.resealed"), 3);
    app.assert_log_is_whole();
}
