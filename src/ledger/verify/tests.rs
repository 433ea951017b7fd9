//! The tampering matrix: what an owner of the database can do, and which entry is named for it.

mod fixture;

use fixture::*;

use super::*;
use crate::ledger::event::RowCommit;
use crate::ledger::note::LedgerKey;
use crate::ledger::rows::{RowWrong, compare_rows};

fn assert_first(log: &Log, index: u64, wrong: Wrong) {
    let report = log.verify();
    assert_eq!(report.verdict, Verdict::Broken);
    assert_eq!(report.first_wrong, Some(Finding::at(index, wrong)));
}

#[test]
fn an_untouched_log_is_whole_and_its_unproven_tail_is_named() {
    let report = log().verify();
    assert_eq!((report.verdict, report.entries), (Verdict::Whole, 10));
    assert_eq!((report.first_wrong.as_ref(), report.findings.len()), (None, 0));
    assert_eq!((report.proven_until, report.unproven_tail.clone()), (8, Some(8..=9)));
    assert_eq!(report.root, log().head.root);

    let mut covered = log();
    covered.notes.push(note(&covered.entries, 10));
    let report = covered.verify();
    assert_eq!((report.verdict, report.proven_until, report.unproven_tail), (Verdict::Whole, 10, None));
}

#[test]
fn the_empty_log_is_whole() {
    let (report, rows) = Verifier::new(Some(key().verifier()), &[]).finish(Some(head(&[])));
    assert_eq!((report.verdict, report.unproven_tail), (Verdict::Whole, None));
    assert_eq!(rows.standing(), 0);
}

#[test]
fn any_byte_flipped_in_any_entry_names_that_entry_and_no_other() {
    for place in 0..10 {
        let length = log().entries[place].1.len();
        for at in 0..length {
            let mut log = log();
            log.entries[place].1[at] ^= 1;
            let report = log.verify();
            assert_eq!(report.verdict, Verdict::Broken);
            let first = report.first_wrong.unwrap();
            assert_eq!(first.index, Some(place as u64), "byte {at} of entry {place}: {first}");
            assert_eq!(report.findings.len(), 1, "the stored leaf hashes still carry the signed root");
            let proven = [4, 8].into_iter().rfind(|size| *size <= place as u64).unwrap_or(0);
            assert_eq!(report.proven_until, proven);
        }
    }
}

#[test]
fn an_entry_and_its_leaf_hash_rewritten_together_are_narrowed_down_between_two_checkpoints() {
    for (place, from, to) in [(0, 0, 3), (3, 0, 3), (4, 4, 7), (7, 4, 7)] {
        let mut log = log();
        log.entries[place].1 = entry(place as u64, "signal.closed");
        let log = log.cover_up();
        assert_first(&log, from, Wrong::Rewritten { to, against: Against::Checkpoint(to + 1) });
    }
}

#[test]
fn a_rewritten_tail_is_seen_when_the_stored_head_was_not_adapted() {
    let mut log = log();
    log.entries[9].1 = entry(9, "signal.closed");
    log.entries[9].2 = leaf_hash(&log.entries[9].1);
    assert_first(&log, 8, Wrong::Rewritten { to: 9, against: Against::Head });
}

#[test]
fn a_tail_rewritten_with_everything_adapted_stays_unproven() {
    let mut log = log();
    log.entries[9].1 = entry(9, "signal.closed");
    let report = log.cover_up().verify();
    assert_eq!((report.verdict, report.unproven_tail), (Verdict::Whole, Some(8..=9)));
}

#[test]
fn a_dropped_entry_is_named() {
    for place in 0..9 {
        let mut dropped = log();
        dropped.entries.remove(place);
        assert_first(&dropped, place as u64, Wrong::Gap { to: place as u64 });
        assert_eq!(dropped.verify().findings.len(), 1, "what follows from the gap is not reported again");
        assert_eq!(dropped.verify().proven_until, [4, 8].into_iter().rfind(|s| *s <= place as u64).unwrap_or(0));
        let shifted = Log { head: log().head, ..dropped.cover_up() };
        assert_first(&shifted, place as u64, Wrong::OtherIndex { says: place as u64 + 1 });
    }
    let mut two = log();
    two.entries.drain(3..5);
    assert_first(&two, 3, Wrong::Gap { to: 4 });
}

#[test]
fn a_dropped_entry_with_all_later_ones_renumbered_is_narrowed_down_by_the_checkpoint() {
    let mut log = log();
    log.entries.remove(5);
    assert_first(&log.renumber(), 4, Wrong::Rewritten { to: 7, against: Against::Checkpoint(8) });
}

#[test]
fn two_swapped_entries_are_named() {
    let mut rows = log();
    rows.entries.swap(5, 6);
    assert_first(&rows, 5, Wrong::Gap { to: 5 });

    let mut contents = log();
    let fifth = contents.entries[5].1.clone();
    contents.entries[5].1 = std::mem::replace(&mut contents.entries[7].1, fifth);
    assert_first(&contents, 5, Wrong::OtherIndex { says: 7 });
    assert_first(&contents.cover_up(), 5, Wrong::OtherIndex { says: 7 });

    let mut renumbered = log();
    renumbered.entries[5].1 = entry(5, "signal.weighed");
    renumbered.notes = vec![note(&renumbered.entries, 4), note(&renumbered.entries, 8)];
    renumbered.entries.swap(5, 6);
    assert_first(&renumbered.renumber(), 4, Wrong::Rewritten { to: 7, against: Against::Checkpoint(8) });
}

#[test]
fn a_duplicated_entry_is_named() {
    let mut same_index = log();
    let copy = same_index.entries[5].clone();
    same_index.entries.insert(6, copy.clone());
    assert_first(&same_index, 5, Wrong::Repeated);
    assert_eq!(same_index.verify().proven_until, 8);

    let mut next_index = log();
    next_index.entries.insert(6, copy);
    assert_first(&next_index.cover_up(), 5, Wrong::Doubled);
}

#[test]
fn an_inserted_entry_is_named() {
    for place in 0..10 {
        let mut log = log();
        let bytes = entry(place, "signal.closed");
        let leaf = leaf_hash(&bytes);
        log.entries.insert(usize::try_from(place).unwrap(), (place, bytes, leaf));
        assert_first(&log.cover_up(), place, Wrong::Doubled);
    }
    let mut log = log();
    let bytes = entry(5, "signal.closed");
    let leaf = leaf_hash(&bytes);
    log.entries.insert(5, (5, bytes, leaf));
    assert_first(&log.renumber(), 4, Wrong::Rewritten { to: 7, against: Against::Checkpoint(8) });
}

#[test]
fn an_entry_appended_beyond_the_head_is_named() {
    let mut log = log();
    let bytes = entry(10, "signal.closed");
    let leaf = leaf_hash(&bytes);
    log.entries.push((10, bytes, leaf));
    assert_first(&log, 10, Wrong::BeyondHead);
}

#[test]
fn a_truncated_tail_is_named_by_the_head_or_by_the_checkpoint() {
    let mut tail = log();
    tail.entries.truncate(9);
    assert_first(&tail, 9, Wrong::CutOff { to: 9, against: Against::Head });

    let mut covered_up = log();
    covered_up.entries.truncate(6);
    let covered_up = covered_up.cover_up();
    assert_first(&covered_up, 6, Wrong::CutOff { to: 7, against: Against::Checkpoint(8) });
    assert_eq!(covered_up.verify().proven_until, 4);
}

#[test]
fn a_forged_head_is_told_apart_from_a_changed_entry() {
    let mut proven = log();
    proven.notes.push(note(&proven.entries, 10));
    proven.head.root[0] ^= 1;
    let report = proven.verify();
    assert_eq!((report.verdict, report.first_wrong), (Verdict::Broken, Some(Finding::general(Wrong::HeadForged))));

    let mut unproven = log();
    unproven.head.root[0] ^= 1;
    assert_first(&unproven, 8, Wrong::Rewritten { to: 9, against: Against::Head });
}

#[test]
fn a_checkpoint_by_another_key_is_named_and_proves_nothing() {
    let mut log = log();
    log.key = Some(LedgerKey::from_seed("meldroute.example/logboek", &[8; 32]).unwrap().verifier());
    let report = log.verify();
    let why = CheckpointError::Note(crate::ledger::note::NoteError::NoKnownSignature);
    let refused = Finding::general(Wrong::CheckpointRefused { size: Some(4), why });
    assert_eq!((report.verdict, report.first_wrong), (Verdict::Broken, Some(refused)));
    assert_eq!((report.proven_until, report.unproven_tail), (0, Some(0..=9)));
}

#[test]
fn a_checkpoint_with_a_changed_size_is_refused() {
    let mut log = log();
    log.notes[1] = log.notes[1].replacen("\n8\n", "\n9\n", 1);
    let report = log.verify();
    let why = CheckpointError::Note(crate::ledger::note::NoteError::SignatureWrong);
    let refused = Finding::general(Wrong::CheckpointRefused { size: Some(9), why });
    assert_eq!((report.first_wrong, report.proven_until), (Some(refused), 4));
}

#[test]
fn a_stale_checkpoint_proves_only_what_it_covers() {
    let mut log = log();
    log.notes.truncate(1);
    let report = log.verify();
    assert_eq!((report.verdict, report.proven_until, report.unproven_tail), (Verdict::Whole, 4, Some(4..=9)));
}

#[test]
fn two_signed_histories_of_one_size_are_a_fork() {
    let mut log = log();
    log.notes.push(Checkpoint::of(&key(), 8, [1; 32]).sign(&key()).unwrap());
    let report = log.verify();
    assert_eq!(report.first_wrong, Some(Finding::general(Wrong::Forked { size: 8 })));
    assert_eq!((report.verdict, report.proven_until), (Verdict::Broken, 8));
}

#[test]
fn without_a_key_a_checkpoint_contradicts_but_does_not_prove() {
    let mut log = log();
    log.key = None;
    let report = log.verify();
    assert_eq!((report.verdict, report.proven_until), (Verdict::Whole, 0));
    log.entries[5].1 = entry(5, "signal.closed");
    assert_first(&log.cover_up(), 4, Wrong::Rewritten { to: 7, against: Against::UncheckedCheckpoint(8) });
}

#[test]
fn an_entry_in_another_written_form_or_version_is_named() {
    let mut spaced = log();
    spaced.entries[9].1.push(b' ');
    let at = spaced.entries[9].1.len() - 1;
    assert_first(&spaced.cover_up(), 9, Wrong::NotCanonical { at });

    let mut newer = log();
    newer.entries[9].1 =
        String::from_utf8(entry(9, "a.b")).unwrap().replace("\"versie\":1", "\"versie\":2").into_bytes();
    assert_first(&newer.cover_up(), 9, Wrong::UnknownVersion { version: 2 });
}

#[test]
fn a_checkpoint_that_comes_late_counts_when_its_size_was_announced() {
    let log = log();
    for (announced, proven) in [(true, 4), (false, 0)] {
        let mut verifier = Verifier::new(log.key.clone(), &[]);
        if announced {
            verifier.watch(4);
        }
        for (index, bytes, leaf) in &log.entries {
            verifier.feed(*index, bytes, leaf);
        }
        verifier.checkpoint(&log.notes[0]);
        let (report, _) = verifier.finish(None);
        assert_eq!(report.proven_until, proven);
        let out_of_place = Finding::general(Wrong::CheckpointOutOfPlace { size: 4 });
        assert_eq!(report.first_wrong, (!announced).then_some(out_of_place));
    }
}

#[test]
fn a_visible_change_does_not_hide_an_earlier_rewritten_stretch() {
    let mut log = log();
    log.entries[1].1 = entry(1, "signal.closed");
    log = log.cover_up();
    log.entries[9].1[20] ^= 1;
    assert_first(&log, 0, Wrong::Rewritten { to: 3, against: Against::Checkpoint(4) });
    assert!(log.verify().findings.iter().any(|finding| finding.index == Some(9)));
}

#[test]
fn many_findings_are_counted_and_not_kept() {
    let (mut verifier, leaf) = (Verifier::new(None, &[]), [0; 32]);
    for index in 0..250 {
        verifier.feed(index, b"{}", &leaf);
    }
    let (report, _) = verifier.finish(None);
    assert_eq!((report.findings.len(), report.further_findings), (100, 150));
}

#[test]
fn rows_are_held_against_the_last_entry_that_wrote_them() {
    let log = log();
    let rows = |changed: Option<(&str, &[u8])>, without: Option<&str>| {
        let mut verifier = Verifier::new(log.key.clone(), &log.notes);
        for (index, bytes, leaf) in &log.entries {
            verifier.feed(*index, bytes, leaf);
        }
        let (report, expected) = verifier.finish(Some(log.head));
        let names = ["signals/0", "signals/1", "signals/2", "signals/3"].into_iter();
        let actual = names.filter(|name| Some(*name) != without).map(|name| {
            let bytes = changed.filter(|(row, _)| *row == name).map_or(&b"signal.received"[..], |(_, bytes)| bytes);
            (name, RowCommit::stands(name, bytes).sha256.unwrap())
        });
        report.with_rows(compare_rows(&expected, actual))
    };
    assert_eq!((rows(None, None).verdict, rows(None, None).rows), (Verdict::Whole, RowCheck::Compared(vec![])));

    let replay = rows(Some(("signals/1", b"older")), None);
    let RowCheck::Compared(findings) = &replay.rows else { panic!("rows were compared") };
    assert_eq!(replay.verdict, Verdict::Broken);
    assert_eq!((findings[0].index, &findings[0].wrong), (Some(9), &RowWrong::Changed));

    let removed = rows(None, Some("signals/2"));
    let RowCheck::Compared(findings) = &removed.rows else { panic!("rows were compared") };
    assert_eq!((findings[0].index, &findings[0].wrong), (Some(6), &RowWrong::Missing));
    assert_eq!(removed.first_wrong, None);
}

#[test]
fn the_report_says_in_dutch_what_is_wrong_and_what_is_proven() {
    let whole = log().verify().to_string();
    let tail = "Een wijziging daarin kan onopgemerkt zijn tot het volgende controlepunt.";
    let expected = format!(
        "10 logregels gelezen. Vingerafdruk: 71EJ GY35 RC83 B2Z4 4MYS 1RF7.\n\
         De regels sluiten op elkaar aan en er is niets gevonden dat ze tegenspreekt.\n\
         Bewezen door een ondertekend controlepunt: logregels 0 tot en met 7.\n\
         Nog niet bewezen: logregels 8 tot en met 9. {tail}\n\
         De rijen zijn niet vergeleken: daarvoor is de database nodig.\n"
    );
    assert_eq!(whole, expected);

    let mut changed = log();
    changed.entries[5].1[12] ^= 1;
    let broken = changed.verify().to_string();
    let says = "Logregel 5: de inhoud past niet bij het controlegetal dat erbij bewaard is. De regel is na het \
                schrijven veranderd.";
    assert!(broken.contains("Het logboek klopt niet. Het eerste dat niet klopt:\n"), "{broken}");
    assert!(broken.contains(says), "{broken}");
    assert!(broken.contains("logregels 0 tot en met 3"), "{broken}");

    let mut rewritten = log();
    rewritten.entries[5].1 = entry(5, "signal.closed");
    let says = "Logregels 4 tot en met 7 passen niet bij het ondertekende controlepunt over 8 regels.";
    assert!(rewritten.cover_up().verify().to_string().contains(says));
}
