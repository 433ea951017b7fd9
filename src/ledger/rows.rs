//! How the rows should stand according to the log, and how they are found.
//!
//! Every event names the hashes of the rows it wrote. The last word on a row counts; earlier ones are remembered in
//! short, so that an old row put back is recognised as such.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::ledger::canonical::RowSeen;
use crate::ledger::merkle::Hash;

/// Enough of an earlier hash to recognise it.
type Short = [u8; 8];

/// Dutch: *verwachte rijen*. The last word of the log on each row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedRows {
    rows: HashMap<Box<str>, LastWord>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LastWord {
    sha256: Option<Hash>,
    index: u64,
    earlier: Vec<(u64, Short)>,
}

impl ExpectedRows {
    /// Nothing expected.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows that should be there.
    #[must_use]
    pub fn standing(&self) -> usize {
        self.rows.values().filter(|word| word.sha256.is_some()).count()
    }

    /// Takes in what entry `index` says about a row.
    pub(crate) fn commit(&mut self, index: u64, seen: RowSeen<'_>) {
        let RowSeen { row, sha256 } = seen;
        match self.rows.get_mut(row) {
            Some(word) => {
                if let Some(before) = word.sha256 {
                    word.earlier.push((word.index, short(&before)));
                }
                word.sha256 = sha256;
                word.index = index;
            }
            None => {
                self.rows.insert(row.into(), LastWord { sha256, index, earlier: Vec::new() });
            }
        }
    }
}

/// Dutch: *bevinding over een rij*. One row that is not what the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFinding {
    /// The entry that has the last word on the row; `None` when no entry knows it.
    pub index: Option<u64>,
    /// Where the row lives.
    pub row: String,
    /// What is wrong with it.
    pub wrong: RowWrong,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWrong {
    /// It should be there and is not.
    Missing,
    /// Its bytes are not those of the last act.
    Changed,
    /// Its bytes are those of an earlier entry: an old row was put back.
    Replayed {
        /// The entry whose row this is.
        from: u64,
    },
    /// It was removed by an act and is there again.
    Returned,
    /// No entry ever wrote it.
    Unknown,
}

/// Compares the rows of the database with the last word of the log. `actual` gives every row of every table the log
/// answers for, in any order, with the SHA-256 of its bytes. The findings stand in the order of the log.
pub fn compare_rows<R: AsRef<str>>(
    expected: &ExpectedRows,
    actual: impl IntoIterator<Item = (R, Hash)>,
) -> Vec<RowFinding> {
    let mut findings = Vec::new();
    let mut present: HashSet<&str> = HashSet::with_capacity(expected.rows.len());
    let mut differing = Vec::new();
    for (row, found) in actual {
        let Some((row, word)) = expected.rows.get_key_value(row.as_ref()) else {
            findings.push(RowFinding { index: None, row: row.as_ref().to_owned(), wrong: RowWrong::Unknown });
            continue;
        };
        present.insert(row);
        match word.sha256 {
            Some(sha256) if sha256 == found => {}
            Some(_) => differing.push((row, word, found)),
            None => findings.push(finding(word, row, RowWrong::Returned)),
        }
    }
    for (row, word, found) in differing {
        let replayed = word.earlier.iter().rev().find(|(_, earlier)| *earlier == short(&found));
        let wrong = replayed.map_or(RowWrong::Changed, |(from, _)| RowWrong::Replayed { from: *from });
        findings.push(finding(word, row, wrong));
    }
    for (row, word) in &expected.rows {
        if word.sha256.is_some() && !present.contains(&**row) {
            findings.push(finding(word, row, RowWrong::Missing));
        }
    }
    findings.sort_by(|a, b| (a.index.is_none(), a.index, &a.row).cmp(&(b.index.is_none(), b.index, &b.row)));
    findings
}

fn finding(word: &LastWord, row: &str, wrong: RowWrong) -> RowFinding {
    RowFinding { index: Some(word.index), row: row.to_owned(), wrong }
}

fn short(hash: &Hash) -> Short {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    [a, b, c, d, e, f, g, h]
}

impl fmt::Display for RowFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = &self.row;
        let by = self.index.map_or_else(|| "geen enkele logregel".to_owned(), |index| format!("logregel {index}"));
        match &self.wrong {
            RowWrong::Missing => write!(
                f,
                "De rij {row} ontbreekt. Volgens {by} hoort zij er te zijn: zij is buiten de dienst om \
                 verwijderd."
            ),
            RowWrong::Changed => write!(
                f,
                "De rij {row} is niet zoals {by} haar heeft vastgelegd: zij is buiten de dienst om \
                 veranderd."
            ),
            RowWrong::Replayed { from } => write!(
                f,
                "De rij {row} is teruggezet naar hoe zij was bij logregel {from}. Volgens {by} hoort er \
                 een latere stand te staan: iemand heeft een oude rij teruggelegd."
            ),
            RowWrong::Returned => write!(
                f,
                "De rij {row} is er weer, terwijl zij bij {by} is verwijderd: wat vernietigd was, is \
                 teruggelegd."
            ),
            RowWrong::Unknown => write!(
                f,
                "De rij {row} is nooit door de dienst geschreven: {by} noemt haar. Zij is van buitenaf \
                 toegevoegd."
            ),
        }
    }
}

#[cfg(test)]
mod tests;
