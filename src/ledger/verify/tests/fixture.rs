//! A small log, and an intruder who covers up.

use time::macros::date;

use super::super::*;
use crate::ledger::event::{Actor, At, Event, RowCommit};
use crate::ledger::note::LedgerKey;

/// One stored entry: index, bytes, leaf hash.
pub(super) type Stored = (u64, Vec<u8>, Hash);

pub(super) struct Log {
    pub(super) entries: Vec<Stored>,
    pub(super) notes: Vec<String>,
    pub(super) head: Head,
    pub(super) key: Option<VerifierKey>,
}

pub(super) fn key() -> LedgerKey {
    LedgerKey::from_seed("meldroute.example/logboek", &[7; 32]).unwrap()
}

pub(super) fn entry(index: u64, kind: &'static str) -> Vec<u8> {
    let event = Event {
        commits: vec![RowCommit::stands(format!("signals/{}", index % 4), kind.as_bytes())],
        ..Event::new(kind, "test.write", Actor::System, At::day(date!(2026 - 11 - 24)).unwrap())
    };
    event.canonical_bytes(index).unwrap()
}

pub(super) fn note(entries: &[Stored], size: u64) -> String {
    let mut frontier = Frontier::new();
    for (_, bytes, _) in entries.iter().take(usize::try_from(size).unwrap()) {
        frontier.push(leaf_hash(bytes));
    }
    Checkpoint::of(&key(), size, frontier.root()).sign(&key()).unwrap()
}

pub(super) fn head(entries: &[Stored]) -> Head {
    let mut frontier = Frontier::new();
    for (_, bytes, _) in entries {
        frontier.push(leaf_hash(bytes));
    }
    Head { size: frontier.size(), root: frontier.root() }
}

/// Ten entries, checkpoints over four and eight of them.
pub(super) fn log() -> Log {
    let mut entries = Vec::new();
    for index in 0..10 {
        let bytes = entry(index, "signal.received");
        let leaf = leaf_hash(&bytes);
        entries.push((index, bytes, leaf));
    }
    let notes = vec![note(&entries, 4), note(&entries, 8)];
    Log { head: head(&entries), notes, entries, key: Some(key().verifier()) }
}

impl Log {
    pub(super) fn verify(&self) -> Report {
        let mut verifier = Verifier::new(self.key.clone(), &self.notes);
        for (index, bytes, leaf) in &self.entries {
            verifier.feed(*index, bytes, leaf);
        }
        verifier.finish(Some(self.head)).0
    }

    /// As an intruder who also adapts leaf hashes, indexes and the stored head.
    pub(super) fn cover_up(mut self) -> Self {
        for (place, (index, bytes, leaf)) in self.entries.iter_mut().enumerate() {
            *index = place as u64;
            *leaf = leaf_hash(bytes);
        }
        self.head = head(&self.entries);
        self
    }

    /// As `cover_up`, and also rewrites the entries to carry the index they now have.
    pub(super) fn renumber(mut self) -> Self {
        for (place, (_, bytes, _)) in self.entries.iter_mut().enumerate() {
            let (_, event) = Event::parse(bytes).unwrap();
            *bytes = event.canonical_bytes(place as u64).unwrap();
        }
        self.cover_up()
    }
}
