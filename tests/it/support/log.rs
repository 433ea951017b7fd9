//! The log as a verifier sees it: every entry fed to the tree, every sealed row held against the last word on it.

use super::app::{Template, TestApp};
use super::raw::{Raw, bytes_of};
use meldroute::domain::ids::SignalId;
use meldroute::ledger::merkle::Hash;
use meldroute::ledger::note::VerifierKey;
use meldroute::ledger::report::{Head, Report, Verdict};
use meldroute::ledger::rows::compare_rows;
use meldroute::ledger::verify::Verifier;
use meldroute::store::db::Address;
use meldroute::store::{log, signals};
use meldroute::vault::digest::sha256;

/// Verifies the log and the rows of a database.
pub fn verify(address: &Address, key: Option<VerifierKey>) -> Report {
    let mut raw = Raw::open(address);
    let notes: Vec<String> = log::checkpoint_list(&mut raw.0).unwrap().into_iter().map(|(_, note)| note).collect();
    let mut verifier = Verifier::new(key, &notes);
    let (size, root) = log::log_tip(&mut raw.0).unwrap();
    let mut from = 0;
    loop {
        let page = log::log_page(&mut raw.0, from, 500).unwrap();
        for row in &page {
            let leaf: Hash = row.leaf_hash.clone().try_into().unwrap();
            verifier.feed(u64::try_from(row.idx).unwrap(), &row.body, &leaf);
        }
        let Some(last) = page.last() else { break };
        from = u64::try_from(last.idx).unwrap() + 1;
    }
    let (report, expected) = verifier.finish(Some(Head { size, root }));
    report.with_rows(compare_rows(&expected, rows(&mut raw)))
}

/// Every row the log answers for, with its hash.
fn rows(raw: &mut Raw) -> Vec<(String, Hash)> {
    let dashed = |hex: &str| uuid::Uuid::parse_str(hex).unwrap().to_string();
    let mut found = Vec::new();
    for row in raw.rows("contents") {
        let name = format!("contents/{}/{}", dashed(&row["record_id"]), row["field"]);
        found.push((name, sha256(&bytes_of(&row["sealed"]))));
    }
    for row in raw.rows("sealed_keys") {
        found.push((format!("sealed_keys/{}", dashed(&row["id"])), sha256(&bytes_of(&row["sealed"]))));
    }
    for row in raw.rows("signals") {
        let id = SignalId::new(uuid::Uuid::parse_str(&row["id"]).unwrap());
        let signal = signals::signal_fetch(&mut raw.0, id).unwrap().unwrap();
        let (name, standing) = signals::signal_standing(&signal);
        found.push((name, sha256(&standing)));
    }
    found
}

/// A database without a service of ours on it.
pub struct Inside {
    pub database: Address,
    pub template: &'static Template,
}

impl Inside {
    pub fn raw(&self) -> Raw {
        Raw::open(&self.database)
    }

    /// The log holds, and every sealed row stands as it says.
    pub fn assert_log_is_whole(&self) {
        let report = verify(&self.database, Some(self.template.seeds.files().ledger.verifier()));
        assert_eq!(report.verdict, Verdict::Whole, "{report}");
    }
}

impl TestApp {
    /// Verifies the log with the key of this installation.
    pub fn verify(&self) -> Report {
        verify(&self.database, Some(self.template.seeds.files().ledger.verifier()))
    }

    /// The log holds, and every sealed row stands as it says.
    pub fn assert_log_is_whole(&self) {
        let report = self.verify();
        assert_eq!(report.verdict, Verdict::Whole, "{report}");
    }
}
