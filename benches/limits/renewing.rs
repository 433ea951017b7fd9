//! Sealing the keys of records again after somebody left, beside the bare HPKE of as many.

use crate::installation::{Installation, PASSWORD};
use crate::report::{Report, Table, digits, share, time, whole};
use meldroute::app::keyring::Session;
use meldroute::app::renewing::BATCH;
use meldroute::app::sealing::Sealing;
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::ids::KeyId;
use meldroute::domain::role::Group;
use meldroute::policy::OpContext;
use meldroute::store::contents::SealedKeyRow;
use meldroute::store::{StoreError, Trace};
use meldroute::vault::entropy::random_uuid_v4;
use meldroute::vault::{Entropy as _, OsEntropy, SealPurpose, generate_pair, open_key, seal_key};
use std::time::{Duration, Instant};

/// Keys of records that lie under the key of the group.
pub(crate) const KEYS: usize = 100_000;
/// Rows written in one transaction, to fill.
const AT_ONCE: usize = 1_000;
/// Keys opened and sealed without anything else.
const BARE: usize = 5_000;

/// Measures and reports.
pub(crate) fn measure(on: &Installation, report: &mut Report) {
    let (op, session) = enter(on, "mirte");
    let filling = fill(on, &op);
    on.app.member_disable(&on.app.as_operator("bench").unwrap(), "joost").unwrap();
    on.app.renew_keys(&op, &session).unwrap();
    let (mut done, mut longest) = (0, Duration::ZERO);
    let since = Instant::now();
    loop {
        let piece = Instant::now();
        let count = on.app.reseal_some(&op, &session, BATCH).unwrap();
        longest = longest.max(piece.elapsed());
        if count == 0 {
            break;
        }
        done += count;
    }
    let took = since.elapsed();
    assert_eq!(done, KEYS, "opnieuw verzegeld");
    assert!(on.app.renewals(&op).unwrap().is_empty(), "er ligt nog iets onder de oude sleutel");
    let bare = bare();
    let rate = |count: usize, took: Duration| count as f64 / took.as_secs_f64();
    let title = format!("Opnieuw verzegelen na een vertrek, {} sleutels van stukken, {}", whole(KEYS as f64), on.on());
    let mut table = Table::new(title, &["Wat", "Aantal", "Duur", "Per seconde"]);
    for (what, count, took) in [
        ("opnieuw verzegelen, in stappen, met logregel en commit", KEYS, took),
        ("alleen HPKE: openen en verzegelen, 1 thread", BARE, bare),
        ("ter vergelijking: zo veel kopieën eerst verzegelen en schrijven", KEYS, filling),
    ] {
        table.row([what.to_owned(), whole(count as f64), time(took), whole(rate(count, took))]);
    }
    let hpke = bare.as_secs_f64() / BARE as f64 * KEYS as f64;
    table.note(format!(
        "HPKE is {} van het werk. Een verzoek doet hooguit {BATCH} sleutels; het langste stuk duurde {}, en {} zijn er {} \
         verzoeken.",
        share(hpke, took.as_secs_f64()),
        time(longest),
        whole(KEYS as f64),
        whole((KEYS as f64 / BATCH as f64).ceil()),
    ));
    report.add(table);
    let times = took.as_secs_f64() / hpke;
    report.aim(
        format!("opnieuw verzegelen na een vertrek, {}", on.on()),
        "2 keer de kale HPKE",
        format!("{} keer", digits(times)),
        times <= 2.0,
    );
}

fn enter(on: &Installation, login: &str) -> (OpContext, Session) {
    let op = on.app.as_anonymous().unwrap();
    let (_, session) = on.app.sign_in(&op, login, PASSWORD, SessionKind::Web).unwrap();
    (on.app.as_member(session.actor.clone()).unwrap(), session)
}

/// Copies of keys of records under the coordinators' key, as a record leaves them.
fn fill(on: &Installation, op: &OpContext) -> Duration {
    let holder = on.app.group_holder(Group::Coordinators).unwrap();
    let since = Instant::now();
    for from in (0..KEYS).step_by(AT_ONCE) {
        let copies: Vec<SealedKeyRow> = (from..KEYS.min(from + AT_ONCE))
            .map(|_| {
                let mut key = [0; 32];
                OsEntropy.fill(&mut key).unwrap();
                let subject = KeyId::new(random_uuid_v4(&mut OsEntropy).unwrap());
                let sealing = Sealing { subject, kind: "record", signal: None, until: None, today: op.today };
                sealing.to(holder, &key, &mut OsEntropy).unwrap()
            })
            .collect();
        let written = on.app.store().write_blocking::<_, StoreError, _>(op, "bench.fill", move |tx| {
            copies.iter().try_for_each(|copy| tx.sealed_key_insert(copy))?;
            tx.record(Trace::new("bench.filled"))?;
            Ok(())
        });
        written.unwrap();
    }
    since.elapsed()
}

fn bare() -> Duration {
    let (old, private) = generate_pair(&mut OsEntropy).unwrap();
    let (next, _) = generate_pair(&mut OsEntropy).unwrap();
    let id = || random_uuid_v4(&mut OsEntropy).unwrap();
    let purpose = SealPurpose { what: id(), holder: id(), kind: "record", until: None };
    let sealed: Vec<_> = (0..BARE).map(|_| seal_key(&old, &purpose, &[7; 32], &mut OsEntropy).unwrap()).collect();
    let since = Instant::now();
    for copy in &sealed {
        let key = open_key(&private, &purpose, copy).unwrap();
        std::hint::black_box(seal_key(&next, &purpose, key.expose(), &mut OsEntropy).unwrap());
    }
    since.elapsed()
}
