//! What the verifier found, and the words for it.

use std::fmt;
use std::ops::RangeInclusive;

use crate::ledger::finding::Finding;
use crate::ledger::fingerprint::Fingerprint;
use crate::ledger::merkle::Hash;
use crate::ledger::rows::RowFinding;

/// Dutch: *eindstand*. Size and root of the log as stored beside the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Dutch: *oordeel*. Whether the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing contradicts the log. How much of it is proven is said apart.
    Whole,
    /// Something does not hold.
    Broken,
}

/// Whether the rows were compared with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowCheck {
    /// There was no database to compare with.
    NotCompared,
    /// They were; these are not what the log says.
    Compared(Vec<RowFinding>),
}

/// Dutch: *controleverslag*. What the verifier found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Number of entries seen.
    pub entries: u64,
    /// Root over the entries as recomputed; without meaning when entries are missing.
    pub root: Hash,
    /// Whether log and rows hold.
    pub verdict: Verdict,
    /// The first thing that is wrong, by index.
    pub first_wrong: Option<Finding>,
    /// What is wrong, the first hundred in the order of the log.
    pub findings: Vec<Finding>,
    /// Number of findings beyond those.
    pub further_findings: u64,
    /// Number of entries, from the first, covered by a checkpoint whose signature and root hold.
    pub proven_until: u64,
    /// The entries after that: nothing contradicts them, but nobody signed for them yet.
    pub unproven_tail: Option<RangeInclusive<u64>>,
    /// What became of the rows.
    pub rows: RowCheck,
}

impl Report {
    /// The report after the rows were compared, by [`crate::ledger::rows::compare_rows`].
    #[must_use]
    pub fn with_rows(mut self, findings: Vec<RowFinding>) -> Self {
        if !findings.is_empty() {
            self.verdict = Verdict::Broken;
        }
        self.rows = RowCheck::Compared(findings);
        self
    }
}

/// The report as a person reads it, one statement per line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} logregels gelezen. Vingerafdruk: {}.", self.entries, Fingerprint::of(&self.root))?;
        if self.findings.is_empty() {
            writeln!(f, "De regels sluiten op elkaar aan en er is niets gevonden dat ze tegenspreekt.")?;
        } else {
            writeln!(f, "Het logboek klopt niet. Het eerste dat niet klopt:")?;
            if let Some(first) = &self.first_wrong {
                writeln!(f, "- {first}")?;
            }
            let others = self.findings.iter().filter(|finding| Some(*finding) != self.first_wrong.as_ref());
            for (place, finding) in others.enumerate() {
                if place == 0 {
                    writeln!(f, "Verder:")?;
                }
                writeln!(f, "- {finding}")?;
            }
            if self.further_findings > 0 {
                writeln!(f, "En nog {} bevindingen over logregels.", self.further_findings)?;
            }
        }
        match self.proven_until.checked_sub(1) {
            None => {
                writeln!(f, "Geen enkele regel is bewezen: er is geen geldig controlepunt met een gegeven sleutel.")?
            }
            Some(last) => writeln!(f, "Bewezen door een ondertekend controlepunt: {}.", stretch(0, last))?,
        }
        if let Some(tail) = &self.unproven_tail {
            writeln!(
                f,
                "Nog niet bewezen: {}. Een wijziging daarin kan onopgemerkt zijn tot het \
                 volgende controlepunt.",
                stretch(*tail.start(), *tail.end())
            )?;
        }
        match &self.rows {
            RowCheck::NotCompared => {
                writeln!(f, "De rijen zijn niet vergeleken: daarvoor is de database nodig.")
            }
            RowCheck::Compared(findings) if findings.is_empty() => {
                writeln!(f, "De rijen staan zoals het logboek zegt.")
            }
            RowCheck::Compared(findings) => {
                writeln!(f, "De rijen staan niet zoals het logboek zegt:")?;
                findings.iter().try_for_each(|finding| writeln!(f, "- {finding}"))
            }
        }
    }
}

fn stretch(from: u64, to: u64) -> String {
    if from == to { format!("logregel {from}") } else { format!("logregels {from} tot en met {to}") }
}
