//! A sealed copy that does not open any more is named, and stands in nobody's way.

use super::{coordinators, disable};
use crate::joining::{agree, let_in, waits};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::{Raw, bytes_of};
use crate::support::road::{REPORT, asked, enriching, member_id, received, session};
use data_encoding::HEXLOWER;
use meldroute::app::joining::Proof;
use meldroute::app::sealing::Sealing;
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::ids::{KeyId, SealedKeyId};
use meldroute::domain::role::{Group, Reach, Role};
use meldroute::ledger::report::Verdict;
use meldroute::store::contents::SealedKeyRow;
use meldroute::store::{StoreError, Trace};
use meldroute::vault::OsEntropy;
use uuid::Uuid;

/// Turns a bit in each of these copies; gives which they are.
fn damage(raw: &mut Raw, condition: &str) -> Vec<String> {
    let rows = raw.rows_where("sealed_keys", condition);
    for row in &rows {
        let mut bytes = bytes_of(&row["sealed"]);
        *bytes.last_mut().unwrap() ^= 1;
        let (id, blob) = (raw.id(&row["id"]), raw.blob(&HEXLOWER.encode(&bytes)));
        raw.run(&format!("UPDATE sealed_keys SET sealed = {blob} WHERE id = {id}"));
    }
    rows.into_iter().map(|row| row["id"].clone()).collect()
}

/// So many copies under the coordinators' key that are found before any other.
fn found_first(app: &TestApp, count: u128) {
    let holder = app.app.group_holder(Group::Coordinators).unwrap();
    let (op, _) = session(app, "nadia");
    let copies: Vec<SealedKeyRow> = (1..=count)
        .map(|number| {
            let subject = KeyId::new(app.app.random_id().unwrap());
            let sealing = Sealing { subject, kind: "record", signal: None, until: None, today: op.today };
            let copy = sealing.to(holder, &[7; 32], &mut OsEntropy).unwrap();
            SealedKeyRow { id: SealedKeyId::new(Uuid::from_u128(number)), ..copy }
        })
        .collect();
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "test.fill", move |tx| {
        copies.iter().try_for_each(|copy| tx.sealed_key_insert(copy))?;
        tx.record(Trace::new("test.filled"))?;
        Ok(())
    });
    written.unwrap();
}

#[test]
fn copies_that_do_not_open_keep_nobody_from_signing_in_and_the_rest_is_sealed_again() {
    let app = TestApp::start();
    let signal = received(&app, &[("tekst", REPORT)]);
    found_first(&app, 201);
    let mut raw = Raw::open(&app.database);
    let old = raw.id(&coordinators(&app).0.uuid().simple().to_string());
    let under = format!("holder = {old} AND subject_kind = 'record'");
    let bad = damage(&mut raw, &format!("{under} AND signal_id IS NULL"));
    assert_eq!(bad.len(), 201, "more than one request seals again");
    disable(&app, "joost");
    let signed_in = app.app.sign_in(&app.app.as_anonymous().unwrap(), "mirte", PASSWORD, SessionKind::Web);
    assert!(signed_in.is_ok(), "{:?}", signed_in.err());
    assert_eq!(coordinators(&app).1, 2, "the group has its new key");
    let left: Vec<String> = raw.rows_where("sealed_keys", &under).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!((left.len(), left.iter().all(|id| bad.contains(id))), (201, true), "only what does not open is left");
    let mut mirte = app.member("mirte");
    assert!(mirte.get(&format!("/signalen/{signal}")).body.contains("nooit klanten"));
    let proof = app.inside().prove(&[]);
    assert_ne!(proof.verdict(), Verdict::Whole);
    assert!(proof.to_string().contains(&format!("sealed_keys/{}", Uuid::from_u128(1))), "{proof}");
}

#[test]
fn one_copy_that_does_not_open_keeps_a_colleague_from_nothing_else_that_was_theirs() {
    let app = TestApp::without_setup_key();
    let questions = [(); 2].map(|()| asked(&app, enriching(&app, &[("tekst", REPORT)])));
    let op = session(&app, "adam").0;
    let code = app.app.access_restore(&op, member_id(&app, "vera")).unwrap().code.expose().clone();
    let seen = waits(&app, "vera", &code);
    let_in(&app, "mirte", "vera", &Proof::Fingerprint(seen.fingerprint)).unwrap();
    let vera = member_id(&app, "vera");
    assert_eq!(app.app.not_given_back(vera).unwrap(), 2);
    let mut raw = Raw::open(&app.database);
    let id = raw.id(&questions[0].uuid().simple().to_string());
    let bad = damage(
        &mut raw,
        &format!(
            "holder IN (SELECT id FROM public_keys WHERE owner_kind = 'group') AND subject IN (SELECT key_id FROM records
             WHERE id IN (SELECT record_id FROM source_questions WHERE id = {id}))"
        ),
    );
    assert!(!bad.is_empty(), "a group can give it back");
    agree(&app, "nadia", "vera", Role::Flexible, "vergunningen", Reach::Start).unwrap();
    drop(session(&app, "mirte"));
    assert_eq!(app.app.not_given_back(vera).unwrap(), 1, "the other came back");
    assert_eq!(app.member("vera").get(&format!("/bronvragen/{}", questions[1])).status, 200);
}
