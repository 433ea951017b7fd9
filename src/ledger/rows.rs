//! How the rows should stand according to the log, and how they are found.
//!
//! Every event names the hashes of the rows it wrote. The last word on a row counts; earlier ones are remembered in
//! short, so that an old row put back is recognised as such.

use std::collections::{HashMap, HashSet};
use std::fmt;

use uuid::Uuid;

use crate::ledger::canonical::RowSeen;
use crate::ledger::merkle::Hash;

/// Enough of an earlier hash to recognise it.
type Short = [u8; 8];

/// A log of the service has a few dozen kinds of names. A forged log with more of them than this is only kept slower:
/// kinds are looked for one after another.
const MOST_KINDS: usize = 256;

/// Dutch: *verwachte rijen*. The last word of the log on each row.
#[derive(Debug, Clone, Default)]
pub struct ExpectedRows {
    /// Rows with an id in their name, by what stands around it. Most of the rows: kept without a text for each.
    kinds: Vec<Kind>,
    /// Where the last row was found; the next is often of the kind after it.
    last: usize,
    others: HashMap<Box<str>, LastWord>,
    /// What was said about a row before the last word, in the order of the log.
    earlier: HashMap<Box<str>, Vec<(u64, Short)>>,
}

/// Rows whose names differ by an id only.
#[derive(Debug, Clone)]
struct Kind {
    before: Box<str>,
    after: Box<str>,
    rows: HashMap<Uuid, LastWord>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LastWord {
    sha256: Option<Hash>,
    index: u64,
}

/// A name taken apart around its first id.
#[derive(Debug, Clone, Copy)]
struct Parts<'name> {
    before: &'name str,
    id: Uuid,
    after: &'name str,
}

impl<'name> Parts<'name> {
    /// `None` when the name has no id, or has it in another form than the one that is written back.
    fn of(name: &'name str) -> Option<Self> {
        let (before, rest) = name.split_at_checked(name.find('/')? + 1)?;
        let (id, after) = rest.split_at_checked(uuid::fmt::Hyphenated::LENGTH)?;
        let lower = id.bytes().all(|byte| !byte.is_ascii_uppercase());
        // Of this length only the form with hyphens is an id.
        let id = Uuid::try_parse(id).ok().filter(|_| lower)?;
        Some(Self { before, id, after })
    }
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
        let words = self.kinds.iter().flat_map(|kind| kind.rows.values()).chain(self.others.values());
        words.filter(|word| word.sha256.is_some()).count()
    }

    /// Takes in what entry `index` says about a row.
    pub(crate) fn commit(&mut self, index: u64, seen: RowSeen<'_>) {
        let RowSeen { row, sha256 } = seen;
        let now = LastWord { sha256, index };
        let before = match Parts::of(row).and_then(|parts| Some((parts.id, self.kind_for(&parts)?))) {
            Some((id, kind)) => kind.rows.insert(id, now),
            // A text of its own only for a name that was not met before.
            None => match self.others.get_mut(row) {
                Some(word) => Some(std::mem::replace(word, now)),
                None => self.others.insert(row.into(), now),
            },
        };
        if let Some(LastWord { sha256: Some(hash), index }) = before {
            let said = (index, short(&hash));
            match self.earlier.get_mut(row) {
                Some(earlier) => earlier.push(said),
                None => drop(self.earlier.insert(row.into(), vec![said])),
            }
        }
    }

    /// The kind of a name, made when it was not met before; `None` when there are too many already.
    fn kind_for(&mut self, parts: &Parts<'_>) -> Option<&mut Kind> {
        let count = self.kinds.len();
        let places = (self.last..count).chain(0..self.last);
        let known = places.into_iter().find(|place| self.kinds.get(*place).is_some_and(|kind| kind.fits(parts)));
        let place = known.unwrap_or(count);
        if place == count {
            if count == MOST_KINDS {
                return None;
            }
            self.kinds.push(Kind { before: parts.before.into(), after: parts.after.into(), rows: HashMap::new() });
        }
        self.last = place;
        self.kinds.get_mut(place)
    }

    /// Where a row is kept, and the last word on it.
    fn find<'row>(&self, row: &'row str) -> Option<(Place<'row>, LastWord)> {
        let in_kind = Parts::of(row).and_then(|parts| {
            let place = self.kinds.iter().position(|kind| kind.fits(&parts))?;
            Some((place, parts.id))
        });
        match in_kind {
            Some((place, id)) => Some((Place::InKind(place, id), *self.kinds.get(place)?.rows.get(&id)?)),
            None => Some((Place::Other(row), *self.others.get(row)?)),
        }
    }
}

impl Kind {
    fn fits(&self, parts: &Parts<'_>) -> bool {
        *self.before == *parts.before && *self.after == *parts.after
    }

    fn name(&self, id: &Uuid) -> String {
        format!("{}{}{}", self.before, id.hyphenated(), self.after)
    }
}

/// Where a row is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place<'row> {
    InKind(usize, Uuid),
    Other(&'row str),
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
    let mut found_in = vec![HashSet::new(); expected.kinds.len()];
    let mut found_of_others = HashSet::new();
    for (row, found) in actual {
        let row = row.as_ref();
        let Some((place, word)) = expected.find(row) else {
            findings.push(RowFinding { index: None, row: row.to_owned(), wrong: RowWrong::Unknown });
            continue;
        };
        match place {
            Place::InKind(kind, id) => drop(found_in.get_mut(kind).map(|found| found.insert(id))),
            Place::Other(row) => drop(found_of_others.insert(row.to_owned())),
        }
        match word.sha256 {
            Some(sha256) if sha256 == found => {}
            Some(_) => {
                let said = expected.earlier.get(row).into_iter().flatten().rev();
                let replayed = said.into_iter().find(|(_, earlier)| *earlier == short(&found));
                let wrong = replayed.map_or(RowWrong::Changed, |(from, _)| RowWrong::Replayed { from: *from });
                findings.push(finding(word, row, wrong));
            }
            None => findings.push(finding(word, row, RowWrong::Returned)),
        }
    }
    for (kind, found) in expected.kinds.iter().zip(&found_in) {
        let missing = kind.rows.iter().filter(|(id, word)| word.sha256.is_some() && !found.contains(*id));
        findings.extend(missing.map(|(id, word)| finding(*word, &kind.name(id), RowWrong::Missing)));
    }
    for (row, word) in &expected.others {
        if word.sha256.is_some() && !found_of_others.contains(&**row) {
            findings.push(finding(*word, row, RowWrong::Missing));
        }
    }
    findings.sort_by(|a, b| (a.index.is_none(), a.index, &a.row).cmp(&(b.index.is_none(), b.index, &b.row)));
    findings
}

fn finding(word: LastWord, row: &str, wrong: RowWrong) -> RowFinding {
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
