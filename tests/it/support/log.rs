//! The log as a verifier sees it: with the program's own proof, from nothing but the keys of the installation.

use super::app::{Template, TestApp};
use super::raw::Raw;
use meldroute::app::oversight::{Anchors, Proof, prove};
use meldroute::ledger::report::Verdict;
use meldroute::store::db::Address;

/// A database without a service of ours on it.
pub struct Inside {
    pub database: Address,
    pub template: &'static Template,
}

impl Inside {
    pub fn raw(&self) -> Raw {
        Raw::open(&self.database)
    }

    /// Entries, rows and keys held against the log; `further` are checkpoints that were kept elsewhere.
    pub fn prove(&self, further: &[String]) -> Proof {
        let keys = self.template.seeds.files();
        let anchors = Anchors {
            log_key: keys.ledger.verifier(),
            log_key_bytes: Some(keys.ledger.public_bytes()),
            setup_fingerprint: keys.setup_public.fingerprint(),
            setup_public: keys.setup_public,
        };
        prove(&mut self.raw().0, &anchors, further).unwrap()
    }

    /// The log holds, every sealed row stands as it says, every public key is proven.
    pub fn assert_log_is_whole(&self) {
        let proof = self.prove(&[]);
        assert_eq!(proof.verdict(), Verdict::Whole, "{proof}");
    }
}

impl TestApp {
    /// What is stored, without the service.
    pub fn inside(&self) -> Inside {
        Inside { database: self.database.clone(), template: self.template }
    }

    /// The log holds, every sealed row stands as it says, every public key is proven.
    pub fn assert_log_is_whole(&self) {
        self.inside().assert_log_is_whole();
    }
}
