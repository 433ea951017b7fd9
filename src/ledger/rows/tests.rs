//! Rows that are not what the log says.

use super::*;

fn expected(words: &[(u64, &str, Option<u8>)]) -> ExpectedRows {
    let mut rows = ExpectedRows::new();
    for (index, row, byte) in words {
        rows.commit(*index, RowSeen { row, sha256: byte.map(|byte| [byte; 32]) });
    }
    rows
}

/// Three rows: `a` written twice, `b` once, `c` removed again.
fn log() -> ExpectedRows {
    expected(&[(0, "a", Some(1)), (1, "b", Some(2)), (2, "c", Some(3)), (3, "a", Some(4)), (4, "c", None)])
}

fn compare(actual: &[(&str, u8)]) -> Vec<RowFinding> {
    compare_rows(&log(), actual.iter().map(|(row, byte)| (*row, [*byte; 32])))
}

fn finding(index: u64, row: &str, wrong: RowWrong) -> RowFinding {
    RowFinding { index: Some(index), row: row.into(), wrong }
}

#[test]
fn rows_that_stand_as_written_give_no_finding() {
    assert_eq!(compare(&[("b", 2), ("a", 4)]), []);
    assert_eq!(log().standing(), 2);
}

#[test]
fn a_changed_row_names_the_entry_that_wrote_it_last() {
    assert_eq!(compare(&[("a", 9), ("b", 2)]), [finding(3, "a", RowWrong::Changed)]);
}

#[test]
fn an_old_row_put_back_names_the_entry_it_comes_from() {
    assert_eq!(compare(&[("a", 1), ("b", 2)]), [finding(3, "a", RowWrong::Replayed { from: 0 })]);
}

#[test]
fn a_removed_row_a_returned_row_and_a_strange_row_are_told_apart() {
    assert_eq!(compare(&[("a", 4)]), [finding(1, "b", RowWrong::Missing)]);
    assert_eq!(compare(&[("a", 4), ("b", 2), ("c", 3)]), [finding(4, "c", RowWrong::Returned)]);
    let strange = RowFinding { index: None, row: "d".into(), wrong: RowWrong::Unknown };
    assert_eq!(compare(&[("a", 4), ("d", 1), ("b", 2)]), [strange]);
}

#[test]
fn the_sentences_name_the_row_and_the_entry() {
    let sentence = compare(&[("a", 1), ("b", 2)]).first().unwrap().to_string();
    assert_eq!(
        sentence,
        "De rij a is teruggezet naar hoe zij was bij logregel 0. Volgens logregel 3 hoort er een latere \
         stand te staan: iemand heeft een oude rij teruggelegd."
    );
}

#[test]
fn rows_are_told_apart_by_every_sign_of_their_names_and_named_back_so() {
    let id = "0a4b2c3d-1111-4222-8333-abcdefabcdef";
    let mut names = vec!["zonder-id".to_owned(), format!("t/{id}"), format!("t/{}", id.to_uppercase())];
    names.extend([format!("t/{id}/een"), format!("t/{}", id.replace('-', "")), format!("{id}/t"), format!("t/x/{id}")]);
    // More kinds of names than are kept together.
    names.extend((0..400).map(|kind| format!("t/{id}/veld{kind}")));
    let mut rows = ExpectedRows::new();
    for round in [1, 2] {
        for (place, row) in names.iter().enumerate() {
            rows.commit(place as u64, RowSeen { row, sha256: Some([place as u8 ^ round; 32]) });
        }
    }
    assert_eq!(rows.standing(), names.len());
    let standing = |place: usize| (names[place].as_str(), [place as u8 ^ 2; 32]);
    assert_eq!(compare_rows(&rows, (0..names.len()).map(standing)), []);
    for absent in 0..names.len() {
        let others = (0..names.len()).filter(|place| *place != absent).map(standing);
        assert_eq!(compare_rows(&rows, others), [finding(absent as u64, &names[absent], RowWrong::Missing)]);
        let old = std::iter::once((names[absent].as_str(), [absent as u8 ^ 1; 32]));
        let others = (0..names.len()).filter(|place| *place != absent).map(standing);
        let replayed = RowWrong::Replayed { from: absent as u64 };
        assert_eq!(compare_rows(&rows, others.chain(old)), [finding(absent as u64, &names[absent], replayed)]);
    }
}
