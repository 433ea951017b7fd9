//! The export and the public key are enough.

use time::macros::date;

use super::*;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::event::{Actor, At, Event};
use crate::ledger::merkle::{Frontier, leaf_hash};
use crate::ledger::note::LedgerKey;
use crate::ledger::report::{RowCheck, Verdict};

fn key() -> LedgerKey {
    LedgerKey::from_seed("meldroute.example/logboek", &[7; 32]).unwrap()
}

fn entries(count: u64) -> Vec<Vec<u8>> {
    let event = |kind| Event::new(kind, "test.write", Actor::System, At::day(date!(2026 - 11 - 24)).unwrap());
    (0..count).map(|index| event("signal.received").canonical_bytes(index).unwrap()).collect()
}

/// Six entries, checkpoints over three and five.
fn export(entries: &[Vec<u8>], leaves: &[Hash]) -> String {
    let mut frontier = Frontier::new();
    let mut notes = Vec::new();
    for leaf in leaves {
        frontier.push(*leaf);
        if [3, 5].contains(&frontier.size()) {
            notes.push(Checkpoint::of(&key(), frontier.size(), frontier.root()).sign(&key()).unwrap());
        }
    }
    let header = Header {
        origin: key().name().to_owned(),
        head: Head { size: frontier.size(), root: frontier.root() },
        key: Some(key().verifier()),
        checkpoints: vec![3, 5],
    };
    let mut writer = ExportWriter::begin(Vec::new(), &header).unwrap();
    for (index, (entry, leaf)) in entries.iter().zip(leaves).enumerate() {
        writer.entry(index as u64, entry, leaf).unwrap();
    }
    String::from_utf8(writer.finish(&notes).unwrap()).unwrap()
}

fn honest() -> String {
    let entries = entries(6);
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    export(&entries, &leaves)
}

fn verify(export: &str) -> Report {
    verify_export(export.as_bytes(), Some(key().verifier()), &[]).unwrap().1
}

fn first_index(export: &str) -> Option<u64> {
    let report = verify(export);
    assert_eq!(report.verdict, Verdict::Broken);
    report.first_wrong.unwrap().index
}

#[test]
fn an_export_and_the_public_key_prove_the_log_and_say_that_rows_were_not_compared() {
    let (header, report) = verify_export(honest().as_bytes(), Some(key().verifier()), &[]).unwrap();
    assert_eq!((header.head.size, header.key, header.checkpoints), (6, Some(key().verifier()), vec![3, 5]));
    assert_eq!((report.verdict, report.entries, report.proven_until), (Verdict::Whole, 6, 5));
    assert_eq!((&report.unproven_tail, &report.rows), (&Some(5..=5), &RowCheck::NotCompared));
    assert!(report.to_string().contains("niet vergeleken"));
}

#[test]
fn every_line_of_an_export_is_one_json_object() {
    for line in honest().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value.is_object());
    }
    let line: serde_json::Value = serde_json::from_str(honest().lines().nth(1).unwrap()).unwrap();
    assert_eq!(line["inhoud"]["soort"], "signal.received");
}

#[test]
fn without_a_key_an_export_proves_nothing_even_though_it_names_one() {
    let (_, report) = verify_export(honest().as_bytes(), None, &[]).unwrap();
    assert_eq!((report.verdict, report.proven_until), (Verdict::Whole, 0));
}

#[test]
fn an_export_under_another_key_is_named() {
    let other = LedgerKey::from_seed("meldroute.example/logboek", &[8; 32]).unwrap().verifier();
    let (_, report) = verify_export(honest().as_bytes(), Some(other), &[]).unwrap();
    assert_eq!((report.verdict, report.proven_until), (Verdict::Broken, 0));
    assert_eq!(report.first_wrong, Some(Finding::general(Wrong::OtherKey)));
}

#[test]
fn what_happens_to_a_line_is_named_by_its_index() {
    let whole = honest();
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    for index in 0..6 {
        let place = index + 1;
        let changed = lines[place].replace("signal.received", "signal.deceived");
        let mut edited = lines.clone();
        edited[place] = &changed;
        assert_eq!(first_index(&joined(&edited)), Some(index as u64));

        let mut dropped = lines.clone();
        dropped.remove(place);
        assert_eq!(first_index(&joined(&dropped)), Some(index as u64));

        let mut garbage = lines.clone();
        garbage[place] = "{\"onzin\":true}";
        assert_eq!(first_index(&joined(&garbage)), Some(index as u64));

        let mut doubled = lines.clone();
        doubled.insert(place, lines[place]);
        assert_eq!(first_index(&joined(&doubled)), Some(index as u64));
    }
}

#[test]
fn an_export_without_its_end_is_whole_until_there_but_not_proven() {
    let whole = honest();
    let lines: Vec<&str> = whole.lines().take(7).collect();
    let report = verify(&lines.join("\n"));
    assert_eq!(report.proven_until, 0);
    let report = verify(&whole.lines().take(5).collect::<Vec<_>>().join("\n"));
    assert_eq!((report.verdict, report.first_wrong.unwrap().index), (Verdict::Broken, Some(4)));
}

#[test]
fn an_entry_that_was_tampered_with_is_exported_as_it_is_and_named() {
    let mut entries = entries(6);
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    for tampered in [&b"\xff\n{\"x\""[..], b"", b"\",\"volgnummer\":9}\n"] {
        entries[2] = tampered.to_vec();
        let export = export(&entries, &leaves);
        assert_eq!(export.lines().count(), 9);
        let report = verify(&export);
        assert_eq!(report.first_wrong, Some(Finding::at(2, Wrong::Changed)));
        assert_eq!(report.findings.len(), 1);
    }
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let whole = honest();
    let header = whole.lines().next().unwrap();
    // Read whole, this line would be taken for a checkpoint.
    let endless = format!("{header}\n{{\"controlepunt\":\"{}\"}}\n", "x".repeat(3 << 20));
    let report = verify(&endless);
    assert_eq!((report.entries, report.first_wrong.unwrap().wrong), (1, Wrong::Unreadable));
}

#[test]
fn what_is_no_export_is_refused() {
    for text in ["", "{}", "hallo\n", &honest().replacen("\"versie\":1", "\"versie\":9", 1)] {
        assert!(matches!(verify_export(text.as_bytes(), None, &[]), Err(ExportError::NoHeader)));
    }
}
