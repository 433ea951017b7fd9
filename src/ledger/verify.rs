//! The verifier: takes the entries of a log one by one, recomputes the tree, holds it against the checkpoints, and
//! reports which entry is the first that does not hold and how far the log is proven.
//!
//! It believes nothing but the public key it is given. Its memory does not grow with the number of entries, only with
//! the number of rows they speak of.

use crate::domain::time::Moment;
use crate::ledger::canonical::{self, Filing};
use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::event::FORMAT_VERSION;
use crate::ledger::finding::{Against, FiledUnder, Finding, Wrong};
use crate::ledger::merkle::{Frontier, Hash, leaf_hash};
use crate::ledger::note::VerifierKey;
use crate::ledger::report::{Head, Report, RowCheck, Verdict};
use crate::ledger::rows::ExpectedRows;

/// More findings than this are only counted: the first ones tell what happened.
const MOST_FINDINGS: usize = 100;

/// Dutch: *vindplaats*. The columns that a database keeps beside an entry to find it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed<'row> {
    /// What happened.
    pub kind: &'row str,
    /// Who did it.
    pub member: Option<uuid::Uuid>,
    /// What it happened to.
    pub object: Option<uuid::Uuid>,
    /// The day in the municipality.
    pub day: crate::domain::time::Day,
}

impl Filed<'_> {
    /// The first column that says something else than the entry.
    fn differs(&self, entry: &Filing<'_>) -> Option<FiledUnder> {
        let same = |filed: Option<uuid::Uuid>, said: Option<&str>| match (filed, said) {
            (None, None) => true,
            (Some(id), Some(said)) => id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()) == said,
            _ => false,
        };
        if self.kind != entry.kind {
            Some(FiledUnder::Kind)
        } else if !same(self.object, entry.object) {
            Some(FiledUnder::Object)
        } else if !same(self.member, entry.member) {
            Some(FiledUnder::Member)
        } else if !self.is_on(entry.at) {
            Some(FiledUnder::Day)
        } else {
            None
        }
    }

    /// Whether the moment or day of the entry is this day.
    fn is_on(&self, at: &str) -> bool {
        if at.len() == 10 { at.parse() == Ok(self.day) } else { at.parse().map(Moment::day) == Ok(self.day) }
    }
}

enum Judged {
    Readable(Checkpoint),
    Refused(Option<u64>, CheckpointError),
}

/// A size at which the roots must be remembered, and the roots found there.
struct Watch {
    size: u64,
    roots: Option<Roots>,
}

#[derive(Clone, Copy)]
struct Roots {
    /// Over the entries as they are.
    computed: Hash,
    /// Over the leaf hashes stored with them, once these differ.
    stored: Option<Hash>,
}

impl Roots {
    /// When the stored leaf hashes give the root that was signed, those are the original ones and exactly the entries
    /// that differ from them were changed; these have been named already.
    fn agree_with(&self, root: &Hash) -> bool {
        self.computed == *root || self.stored == Some(*root)
    }
}

/// Takes the entries in order; see the module.
pub struct Verifier {
    key: Option<VerifierKey>,
    checkpoints: Vec<Judged>,
    /// By size; those before `pending` have their roots.
    watches: Vec<Watch>,
    pending: usize,
    computed: Frontier,
    /// The tree over the stored leaf hashes, from the first entry on where they differ from the recomputed ones.
    stored: Option<Frontier>,
    next: u64,
    seen: u64,
    /// From a gap on the tree cannot be recomputed; the entries can still be judged one by one.
    gap: bool,
    /// The index the entry before said it has.
    said: Option<u64>,
    findings: Vec<Finding>,
    further: u64,
    rows: ExpectedRows,
}

impl Verifier {
    /// A verifier that believes checkpoints signed by `key`. Without a key checkpoints are still compared, but prove
    /// nothing.
    #[must_use]
    pub fn new(key: Option<VerifierKey>, checkpoints: &[String]) -> Self {
        let mut verifier = Self {
            key,
            checkpoints: Vec::new(),
            watches: Vec::new(),
            pending: 0,
            computed: Frontier::new(),
            stored: None,
            next: 0,
            seen: 0,
            gap: false,
            said: None,
            findings: Vec::new(),
            further: 0,
            rows: ExpectedRows::new(),
        };
        for note in checkpoints {
            verifier.checkpoint(note);
        }
        verifier
    }

    /// Announces that a checkpoint over `size` entries will follow later, so that the root there is remembered.
    pub fn watch(&mut self, size: u64) {
        if size < self.computed.size() {
            return;
        }
        if let Err(place) = self.watches.binary_search_by_key(&size, |watch| watch.size) {
            self.watches.insert(place, Watch { size, roots: None });
            self.remember_roots();
        }
    }

    /// Adds a checkpoint, at any time before [`Verifier::finish`]. After its size has passed it can only be used when
    /// that size was announced or is the last.
    pub fn checkpoint(&mut self, note: &str) {
        let judged = match &self.key {
            Some(key) => Checkpoint::parse_and_verify(note, key),
            None => Checkpoint::parse_unverified(note),
        };
        let judged = match judged {
            Ok(checkpoint) => {
                self.watch(checkpoint.size);
                Judged::Readable(checkpoint)
            }
            Err(why) => {
                let claimed = Checkpoint::parse_unverified(note).ok();
                Judged::Refused(claimed.map(|checkpoint| checkpoint.size), why)
            }
        };
        self.checkpoints.push(judged);
    }

    /// Takes the next entry: the index it is stored under, its bytes, and the leaf hash stored with it.
    pub fn feed(&mut self, index: u64, entry: &[u8], stored_leaf: &Hash) {
        self.take(index, entry, stored_leaf, None);
    }

    /// The same, with the columns under which a database keeps the entry: an entry that cannot be found where it
    /// belongs is as good as hidden.
    pub fn feed_filed(&mut self, index: u64, entry: &[u8], stored_leaf: &Hash, filed: &Filed<'_>) {
        self.take(index, entry, stored_leaf, Some(filed));
    }

    fn take(&mut self, index: u64, entry: &[u8], stored_leaf: &Hash, filed: Option<&Filed<'_>>) {
        self.seen += 1;
        if index < self.next {
            self.found(Finding::at(index, Wrong::Repeated));
            return;
        }
        if index > self.next {
            self.found(Finding::at(self.next, Wrong::Gap { to: index - 1 }));
            self.gap = true;
            self.said = None;
        }
        self.next = index.saturating_add(1);
        let leaf = leaf_hash(entry);
        if let Some(finding) = self.judge(index, entry, leaf == *stored_leaf, filed) {
            self.found(finding);
        }
        if self.gap {
            return;
        }
        if leaf != *stored_leaf && self.stored.is_none() {
            self.stored = Some(self.computed.clone());
        }
        self.computed.push(leaf);
        if let Some(stored) = &mut self.stored {
            stored.push(*stored_leaf);
        }
        self.remember_roots();
    }

    /// Notes that the line where the next entry should stand cannot be read.
    pub(crate) fn feed_unreadable(&mut self) {
        self.seen += 1;
        self.found(Finding::at(self.next, Wrong::Unreadable));
        self.gap = true;
        self.next = self.next.saturating_add(1);
    }

    /// Notes something wrong that only the caller can see.
    pub(crate) fn found(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.further = self.further.saturating_add(1);
        }
    }

    /// Whether one entry holds by itself; takes in its rows.
    fn judge(&mut self, index: u64, entry: &[u8], leaf_fits: bool, filed: Option<&Filed<'_>>) -> Option<Finding> {
        let scanned = canonical::scan(entry);
        let said_before = std::mem::replace(&mut self.said, scanned.as_ref().ok().map(|scan| scan.index));
        let changed = (!leaf_fits).then_some(Finding::at(index, Wrong::Changed));
        let scan = match scanned {
            Ok(scan) => scan,
            Err(why) => return changed.or(Some(Finding::at(index, Wrong::NotCanonical { at: why.at }))),
        };
        if scan.index != index {
            let next_to_it = said_before == Some(scan.index) && scan.index.checked_add(1) == Some(index);
            let doubled = leaf_fits && next_to_it;
            return Some(if doubled {
                Finding::at(scan.index, Wrong::Doubled)
            } else {
                Finding::at(index, Wrong::OtherIndex { says: scan.index })
            });
        }
        if changed.is_none() && scan.version != FORMAT_VERSION {
            return Some(Finding::at(index, Wrong::UnknownVersion { version: scan.version }));
        }
        let misfiled = filed.and_then(|filed| filed.differs(&scan.filing)).map(|under| Wrong::Misfiled { under });
        for row in scan.rows {
            self.rows.commit(index, row);
        }
        changed.or(misfiled.map(|wrong| Finding::at(index, wrong)))
    }

    fn remember_roots(&mut self) {
        let size = self.computed.size();
        if self.watches.get(self.pending).is_none_or(|watch| watch.size != size) {
            return;
        }
        let roots = self.current_roots();
        if let Some(watch) = self.watches.get_mut(self.pending) {
            watch.roots = Some(roots);
        }
        self.pending += 1;
    }

    fn current_roots(&self) -> Roots {
        Roots { computed: self.computed.root(), stored: self.stored.as_ref().map(Frontier::root) }
    }

    fn roots_at(&self, size: u64) -> Option<Roots> {
        if size == self.computed.size() {
            return Some(self.current_roots());
        }
        let place = self.watches.binary_search_by_key(&size, |watch| watch.size).ok()?;
        self.watches.get(place)?.roots
    }

    /// Ends: holds the tree against the checkpoints and the stored head, and reports. Also gives how the rows
    /// should stand, to compare with the database by [`crate::ledger::rows::compare_rows`].
    #[must_use]
    pub fn finish(mut self, head: Option<Head>) -> (Report, ExpectedRows) {
        let proven_until = self.weigh_checkpoints();
        if let Some(head) = head {
            self.weigh_head(head, proven_until);
        }
        let report = Report {
            entries: self.seen,
            root: self.computed.root(),
            verdict: if self.findings.is_empty() { Verdict::Whole } else { Verdict::Broken },
            first_wrong: first_wrong(&self.findings).cloned(),
            findings: self.findings,
            further_findings: self.further,
            proven_until,
            unproven_tail: (proven_until < self.next).then(|| proven_until..=self.next.saturating_sub(1)),
            rows: RowCheck::NotCompared,
        };
        (report, self.rows)
    }

    /// Holds the checkpoints against the tree and returns how many entries they prove.
    fn weigh_checkpoints(&mut self) -> u64 {
        let mut readable = Vec::new();
        for judged in std::mem::take(&mut self.checkpoints) {
            match judged {
                Judged::Readable(checkpoint) => readable.push(checkpoint),
                Judged::Refused(size, why) => {
                    self.findings.push(Finding::general(Wrong::CheckpointRefused { size, why }));
                }
            }
        }
        readable.sort_by_key(|checkpoint| checkpoint.size);
        let holds = |checkpoint: &Checkpoint| {
            self.roots_at(checkpoint.size).is_some_and(|roots| roots.computed == checkpoint.root)
        };
        let agreed = readable.iter().rfind(|checkpoint| holds(checkpoint)).map_or(0, |checkpoint| checkpoint.size);
        for checkpoint in &readable {
            if let Some(finding) = self.weigh_checkpoint(checkpoint, agreed) {
                self.findings.push(finding);
            }
        }
        if self.key.is_some() { agreed } else { 0 }
    }

    /// `agreed`: up to there a checkpoint says the same as the entries.
    fn weigh_checkpoint(&self, checkpoint: &Checkpoint, agreed: u64) -> Option<Finding> {
        let size = checkpoint.size;
        let against = match self.key {
            Some(_) => Against::Checkpoint(size),
            None => Against::UncheckedCheckpoint(size),
        };
        let to = size.saturating_sub(1);
        if size > self.next {
            return Some(Finding::at(self.next, Wrong::CutOff { to, against }));
        }
        match self.roots_at(size) {
            None if self.gap => None,
            None => Some(Finding::general(Wrong::CheckpointOutOfPlace { size })),
            Some(roots) if roots.agree_with(&checkpoint.root) => None,
            // A later checkpoint agrees with the entries, so this one speaks of another log.
            Some(_) if size <= agreed => Some(Finding::general(Wrong::Forked { size })),
            Some(_) => Some(Finding::at(agreed, Wrong::Rewritten { to, against })),
        }
    }

    fn weigh_head(&mut self, head: Head, proven_until: u64) {
        let to = self.next.saturating_sub(1);
        let finding = if head.size > self.next {
            let to = head.size.saturating_sub(1);
            Finding::at(self.next, Wrong::CutOff { to, against: Against::Head })
        } else if head.size < self.next {
            Finding::at(head.size, Wrong::BeyondHead)
        } else if self.gap || self.current_roots().agree_with(&head.root) {
            return;
        } else if proven_until == self.next {
            Finding::general(Wrong::HeadForged)
        } else {
            Finding::at(proven_until, Wrong::Rewritten { to, against: Against::Head })
        };
        self.findings.push(finding);
    }
}

/// The finding to show first. A stretch in which something is wrong somewhere yields to a finding that points at an
/// entry inside it, which explains it.
fn first_wrong(findings: &[Finding]) -> Option<&Finding> {
    let first = |stretch: bool| {
        let of_kind = findings.iter().filter(move |finding| finding.stretch_to().is_some() == stretch);
        of_kind.min_by_key(|finding| (finding.index.is_none(), finding.index))
    };
    let (pointed, stretch) = (first(false), first(true));
    let index = pointed.and_then(|finding| finding.index);
    match (index, stretch.and_then(Finding::stretch_to)) {
        (Some(index), Some(to)) if index <= to => pointed,
        (_, Some(_)) => stretch,
        (_, None) => pointed,
    }
}

#[cfg(test)]
mod tests;
