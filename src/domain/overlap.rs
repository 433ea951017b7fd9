//! Warns when a text for somebody else repeats the words of the report.
//!
//! A privacy officer, a source holder or a partner reads text that must stand without the report. Five words in a row
//! that are the same are rarely chance. It warns; people decide.

use std::collections::HashSet;

/// So many words in a row count as a repetition.
pub const WORDS_IN_A_ROW: usize = 5;

/// A text as words, stripped of punctuation and case.
fn words(text: &str) -> Vec<(&str, String)> {
    text.split(|symbol: char| !symbol.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| (word, word.to_lowercase()))
        .collect()
}

/// The passages of `text` that repeat at least [`WORDS_IN_A_ROW`] consecutive words of `report`, in reading order, as
/// they stand in `text` without punctuation. Empty when there are none.
pub fn repeated_passages(report: &str, text: &str) -> Vec<String> {
    let report_words: Vec<String> = words(report).into_iter().map(|(_, plain)| plain).collect();
    let known: HashSet<&[String]> = report_words.windows(WORDS_IN_A_ROW).collect();
    let (shown, plain): (Vec<&str>, Vec<String>) = words(text).into_iter().unzip();

    let mut passages = Vec::new();
    let mut current: Vec<&str> = Vec::new();
    for (shown, plain) in shown.windows(WORDS_IN_A_ROW).zip(plain.windows(WORDS_IN_A_ROW)) {
        match (known.contains(plain), current.is_empty()) {
            (true, true) => current.extend(shown),
            (true, false) => current.extend(shown.last()),
            (false, false) => passages.push(std::mem::take(&mut current).join(" ")),
            (false, true) => {}
        }
    }
    if !current.is_empty() {
        passages.push(current.join(" "));
    }
    passages
}

/// The warning under the field, or `None` when nothing is repeated.
pub fn warning(report: &str, text: &str) -> Option<String> {
    let passages = repeated_passages(report, text);
    let quoted: Vec<String> = passages.iter().map(|passage| format!("“{passage}”")).collect();
    (!quoted.is_empty())
        .then(|| format!("Deze woorden staan ook in het signaal: {}. Schrijf het in eigen woorden.", quoted.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Bij deze winkel zie ik nooit klanten. Sinds het voorjaar hangt de derde naam op de deur.";

    #[test]
    fn five_words_in_a_row_are_found_in_spite_of_case_and_punctuation() {
        assert_eq!(
            repeated_passages(REPORT, "De melder zegt: “bij DEZE winkel, zie ik nooit” iemand."),
            ["bij DEZE winkel zie ik nooit"]
        );
    }

    #[test]
    fn four_words_in_a_row_are_no_repetition() {
        assert!(repeated_passages(REPORT, "Er hangt de derde naam aan het raam.").is_empty());
        assert!(repeated_passages(REPORT, "").is_empty());
        assert!(repeated_passages("", REPORT).is_empty());
    }

    #[test]
    fn each_repeated_passage_is_named_once_and_whole() {
        let text = "Bij deze winkel zie ik nooit klanten, en verder: hangt de derde naam op de deur";
        assert_eq!(
            repeated_passages(REPORT, text),
            ["Bij deze winkel zie ik nooit klanten", "hangt de derde naam op de deur"]
        );
    }

    #[test]
    fn the_warning_quotes_what_is_repeated() {
        assert_eq!(warning(REPORT, "zie ik nooit klanten"), None);
        assert_eq!(
            warning(REPORT, "Nooit klanten, sinds het voorjaar").unwrap(),
            "Deze woorden staan ook in het signaal: “Nooit klanten sinds het voorjaar”. Schrijf het in eigen woorden."
        );
    }
}
