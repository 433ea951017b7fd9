//! Verifying the log beside SHA-256 over the same bytes.

use crate::installation::Installation;
use crate::report::{Report, Table, digits, mib, time, whole};
use meldroute::ledger::checkpoint::Checkpoint;
use meldroute::ledger::merkle::{Frontier, Hash};
use meldroute::ledger::report::Verdict;
use meldroute::ledger::verify::Verifier;
use meldroute::store::log::{EventRow, log_page};
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};

pub(crate) const ENTRIES: usize = 100_000;
const PAGE: i64 = 1_000;

fn each(on: &Installation, mut take: impl FnMut(&EventRow)) {
    for from in (0..ENTRIES).step_by(PAGE as usize) {
        let page = on.app.store().read(|db| log_page(db, from as u64, PAGE)).unwrap();
        page.iter().for_each(&mut take);
    }
}

/// The fastest of three: what else the machine does only ever makes it slower.
fn timed(mut work: impl FnMut()) -> Duration {
    let once = |_| {
        let since = Instant::now();
        work();
        since.elapsed()
    };
    (0..3).map(once).min().unwrap_or_default()
}

fn leaf(row: &EventRow) -> Hash {
    row.leaf_hash.as_slice().try_into().unwrap()
}

fn feed(verifier: &mut Verifier, row: &EventRow) {
    verifier.feed(row.idx as u64, &row.body, &leaf(row));
}

/// Measures and reports.
pub(crate) fn measure(on: &Installation, report: &mut Report) {
    let mut entries = Vec::with_capacity(ENTRIES);
    let mut tree = Frontier::new();
    each(on, |row| {
        tree.push(leaf(row));
        entries.push(EventRow {
            idx: row.idx,
            body: row.body.clone(),
            leaf_hash: row.leaf_hash.clone(),
            kind: String::new(),
            object_id: None,
            member_id: None,
            day: row.day,
        });
    });
    assert_eq!(entries.len(), ENTRIES, "regels in het logboek");
    let key = &on.app.keys().ledger;
    let note = Checkpoint::of(key, tree.size(), tree.root()).sign(key).unwrap();
    let verifier = || Verifier::new(Some(key.verifier()), std::slice::from_ref(&note));
    let hashing = timed(|| {
        let mut hash = Sha256::new();
        entries.iter().for_each(|row| hash.update(&row.body));
        std::hint::black_box(hash.finalize());
    });
    let holds = |verifier: Verifier| {
        let found = verifier.finish(None).0;
        let whole = found.verdict == Verdict::Whole && found.proven_until == ENTRIES as u64;
        assert!(whole, "het logboek klopt niet: {found}");
    };
    let verifying = timed(|| {
        let mut verifier = verifier();
        entries.iter().for_each(|row| feed(&mut verifier, row));
        holds(verifier);
    });
    let reading = timed(|| {
        each(on, |row| {
            std::hint::black_box(row);
        });
    });
    let both = timed(|| {
        let mut verifier = verifier();
        each(on, |row| feed(&mut verifier, row));
        holds(verifier);
    });
    let since = Instant::now();
    let proof = on.app.prove_log().unwrap();
    let proving = since.elapsed();
    assert!(proof.verdict() == Verdict::Whole, "het logboek klopt niet");
    let all = on.entries();
    let bytes: usize = entries.iter().map(|row| row.body.len()).sum();
    let title = format!("Het logboek nagaan, {} regels, {}", whole(ENTRIES as f64), on.on());
    let mut table = Table::new(title, &["Wat", "Duur", "Van SHA-256"]);
    let ratio = |time: Duration| time.as_secs_f64() / hashing.as_secs_f64();
    let rows = [
        ("SHA-256 over dezelfde bytes".to_owned(), hashing),
        ("nagaan, regels in het geheugen".to_owned(), verifying),
        ("regels lezen uit de database".to_owned(), reading),
        ("lezen en nagaan".to_owned(), both),
        (format!("audit verify: {} regels, en elke verzegelde rij en sleutel", whole(all as f64)), proving),
    ];
    for (what, took) in rows {
        table.row([what, time(took), format!("{} keer", digits(ratio(took)))]);
    }
    let size = mib(bytes as u64);
    table.note(format!(
        "{size}, gemiddeld {} bytes per regel; van drie keer de snelste, audit verify één keer. Nagaan is: elke regel in de ene geschreven vorm lezen, zijn blad en de boom \
         narekenen, onthouden wat hij over rijen zegt, en het ondertekende controlepunt toetsen.",
        whole(bytes as f64 / ENTRIES as f64),
    ));
    report.add(table);
    let found = format!("{} keer", digits(ratio(verifying)));
    report.aim(format!("nagaan van het logboek, {}", on.on()), "3 keer SHA-256", found, ratio(verifying) <= 3.0);
}
