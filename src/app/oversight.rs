//! Proving the log: everything is recomputed from the entries on, and nothing that the database says is believed.
//!
//! One moment of the database is held against the log: the entries against the tree and the checkpoints, the columns
//! beside them against what they say, the rows against their last word in the log,
//! and the public keys against the statements that introduce them.

use super::chain::Chain;
use super::trust::owner_columns;
use super::{App, AppError};
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::export::{ExportError, ExportWriter, Header};
use crate::ledger::finding::Finding;
use crate::ledger::fingerprint::Fingerprint;
use crate::ledger::merkle::empty_root;
use crate::ledger::note::{LedgerKey, VerifierKey};
use crate::ledger::report::{Head, Report, RowCheck, Verdict};
use crate::ledger::rows::compare_rows;
use crate::ledger::verify::{Filed, Verifier};
use crate::policy::OpContext;
use crate::store::db::Db;
use crate::store::keys::{PublicKeyRow, public_key_list};
use crate::store::log::EventRow;
use crate::store::{Store, StoreError, Trace, log, rows};
use crate::vault::signing::VerifyKey;
use crate::vault::statement::{Owner, TrustedKeys};
use std::collections::HashSet;
use std::fmt;
use std::io::Write;

/// What the verifier believes: nothing of it comes from the database.
#[derive(Debug, Clone)]
pub struct Anchors {
    /// The public key of the log.
    pub log_key: VerifierKey,
    /// The same key as bytes, as its statement in the log has it; `None` when only the printed form is at hand.
    pub log_key_bytes: Option<[u8; 32]>,
    /// SHA-256 of the set-up key.
    pub setup_fingerprint: [u8; 32],
    /// The set-up key.
    pub setup_public: VerifyKey,
}

/// Dutch: *sleutelbevinding*. Something about the public keys that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFinding {
    /// The statements do not form a chain from the set-up key on.
    Chain(String),
    /// The table has a key that no statement introduces.
    Unproven(String),
    /// The table has other bytes or another number than the statement.
    Differs(String),
    /// A key that a statement introduces is not in the table.
    Missing(String),
    /// The log is signed with another key than the one that was stated.
    OtherLogKey,
}

impl fmt::Display for KeyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain(why) => write!(
                f,
                "De verklaringen over sleutels sluiten niet aan op de inrichtingssleutel: {why}. Er wordt niets meer \
                 verzegeld tot dit is uitgezocht."
            ),
            Self::Unproven(key) => write!(
                f,
                "De sleutel {key} staat in de database zonder verklaring in het logboek: iemand heeft hem van buitenaf \
                 toegevoegd. De dienst verzegelt er niets aan."
            ),
            Self::Differs(key) => write!(
                f,
                "De sleutel {key} is in de database een andere dan in zijn verklaring: iemand heeft hem verwisseld. De \
                 dienst verzegelt er niets aan."
            ),
            Self::Missing(key) => write!(
                f,
                "De sleutel {key} heeft een verklaring in het logboek maar staat niet meer in de database: iemand heeft \
                 hem weggehaald."
            ),
            Self::OtherLogKey => f.write_str(
                "De sleutel waarmee controlepunten worden getekend, is niet de sleutel waarvoor bij de inrichting een \
                 verklaring is gegeven: ledger.key is vervangen.",
            ),
        }
    }
}

/// Dutch: *logproef*. What was found, in one place.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Entries and rows.
    pub report: Report,
    /// Public keys.
    pub keys: Vec<KeyFinding>,
}

impl Proof {
    /// Whether nothing contradicts the log.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.keys.is_empty() { self.report.verdict } else { Verdict::Broken }
    }
}

/// The proof as a person reads it.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.report)?;
        if self.keys.is_empty() {
            return writeln!(f, "De openbare sleutels hebben elk hun verklaring, vanaf de inrichtingssleutel.");
        }
        writeln!(f, "De openbare sleutels kloppen niet:")?;
        self.keys.iter().try_for_each(|finding| writeln!(f, "- {finding}"))
    }
}

/// Proves the log of a database as it stands at one moment; `further` are checkpoints that were kept elsewhere.
///
/// # Errors
/// When the database cannot be read. Everything that is wrong in it is a finding.
pub fn prove(db: &mut Db, anchors: &Anchors, further: &[String]) -> Result<Proof, AppError> {
    rows::at_one_moment(db, |db| {
        let mut notes: Vec<String> = log::checkpoint_list(db)?.into_iter().map(|(_, note)| note).collect();
        notes.extend(further.iter().cloned());
        let mut verifier = Verifier::new(Some(anchors.log_key.clone()), &notes);
        rows::each_event(db, |row| feed(&mut verifier, row))?;
        let (report, expected) = verifier.finish(Some(head(db)?));
        let mut actual = Vec::with_capacity(expected.standing());
        rows::each_committed_row(db, |name, hash| actual.push((name, hash)))?;
        let report = report.with_rows(compare_rows(&expected, actual));
        Ok(Proof { report, keys: key_findings(db, anchors)? })
    })
}

fn feed(verifier: &mut Verifier, row: &EventRow) {
    let filed = Filed {
        kind: &row.kind,
        member: row.member_id.map(|id| id.uuid()),
        object: row.object_id.map(|id| id.uuid()),
        day: row.day,
    };
    // A number below zero or a hash of another length is something the service never writes: such an entry cannot
    // hold, and the verifier says so because neither fits.
    let index = u64::try_from(row.idx).unwrap_or(u64::MAX);
    let leaf = row.leaf_hash.as_slice().try_into().unwrap_or_default();
    verifier.feed_filed(index, &row.body, &leaf, &filed);
}

/// The stored head. Its number of entries stands in it twice; where the two differ, the one beside the hashes counts,
/// which the entries then contradict. One that cannot be read counts as a log that should be empty.
fn head(db: &mut Db) -> Result<Head, AppError> {
    let beside = u64::try_from(rows::head_size(db)?).unwrap_or(u64::MAX);
    match log::log_tip(db) {
        Ok((_, root)) => Ok(Head { size: beside, root }),
        Err(StoreError::Log(_)) => Ok(Head { size: 0, root: empty_root() }),
        Err(error) => Err(error.into()),
    }
}

/// What does not hold about the public keys.
///
/// # Errors
/// When the database cannot be read.
pub fn key_findings(db: &mut Db, anchors: &Anchors) -> Result<Vec<KeyFinding>, AppError> {
    let trusted = match Chain::read(db, anchors.setup_fingerprint, anchors.setup_public) {
        Ok(chain) => chain.keys,
        Err(AppError::KeyNotProven(why)) => return Ok(vec![KeyFinding::Chain(why)]),
        Err(error) => return Err(error),
    };
    let table = public_key_list(db)?;
    let mut findings: Vec<KeyFinding> = table.iter().filter_map(|row| compare_key(&trusted, row)).collect();
    let present: HashSet<uuid::Uuid> = table.iter().map(|row| row.id.uuid()).collect();
    let gone = trusted.all().filter(|key| !present.contains(&key.key_id));
    let mut gone: Vec<String> = gone.map(|key| name_of(owner_columns(&key.owner).0, key.key_id)).collect();
    gone.sort();
    findings.extend(gone.into_iter().map(KeyFinding::Missing));
    let stated_log_key = trusted.current(&Owner::Ledger).and_then(|key| key.signing);
    if let Some(bytes) = anchors.log_key_bytes
        && stated_log_key != Some(VerifyKey(bytes))
    {
        findings.push(KeyFinding::OtherLogKey);
    }
    Ok(findings)
}

fn name_of(kind: &str, id: uuid::Uuid) -> String {
    format!("{id} ({kind})")
}

fn compare_key(trusted: &TrustedKeys, row: &PublicKeyRow) -> Option<KeyFinding> {
    let name = name_of(&row.owner_kind, row.id.uuid());
    let Some(stated) = trusted.key(row.id.uuid()) else { return Some(KeyFinding::Unproven(name)) };
    let same = row.exchange == stated.exchange.map(|key| key.0.to_vec())
        && row.signing == stated.signing.map(|key| key.0.to_vec())
        && row.epoch == i64::from(stated.epoch)
        && (row.owner_kind.as_str(), &row.owner) == (owner_columns(&stated.owner).0, &owner_columns(&stated.owner).1);
    (!same).then_some(KeyFinding::Differs(name))
}

/// A checkpoint that was signed and kept.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The signed note, to be carried off this machine.
    pub note: String,
    /// Number of entries it covers.
    pub size: u64,
    /// Its root, short enough for paper.
    pub fingerprint: Fingerprint,
}

/// Signs a checkpoint over a log that was just proven, and keeps it. What is signed is the root that was recomputed.
///
/// # Errors
/// When the signature or the write fails. Whoever calls has looked at the verdict: a broken log is never signed.
pub fn sign_checkpoint(store: &Store, op: &OpContext, key: &LedgerKey, proof: &Proof) -> Result<Signed, AppError> {
    if proof.verdict() == Verdict::Broken {
        return Err(AppError::Internal("a log that does not hold is not signed".to_owned()));
    }
    let (size, root) = (proof.report.entries, proof.report.root);
    let note = Checkpoint::of(key, size, root).sign(key).map_err(|e| AppError::Internal(e.to_string()))?;
    let signed = Signed { note: note.clone(), size, fingerprint: Fingerprint::of(&root) };
    store.write_blocking::<_, AppError, _>(op, "log.checkpoint", move |tx| {
        tx.checkpoint_put(size, &note)?;
        let trace = Trace::new("checkpoint.signed").detail("size", size.to_string());
        tx.record(trace.detail("root", data_encoding::HEXLOWER.encode(&root)))?;
        Ok(())
    })?;
    Ok(signed)
}

/// Writes the whole log as it stands at one moment. The file holds codes and hashes, no content; with the public key it
/// is enough to verify the log elsewhere.
///
/// # Errors
/// When the database cannot be read or the file cannot be written.
pub fn export<W: Write>(db: &mut Db, log_key: &VerifierKey, out: W) -> Result<W, ExportFailed> {
    rows::at_one_moment(db, |db| {
        let notes = log::checkpoint_list(db)?;
        let (size, root) = log::log_tip(db)?;
        let header = Header {
            origin: log_key.name().to_owned(),
            head: Head { size, root },
            key: Some(log_key.clone()),
            checkpoints: notes.iter().filter_map(|(size, _)| u64::try_from(*size).ok()).collect(),
        };
        let mut writer = ExportWriter::begin(out, &header)?;
        let mut failed = None;
        rows::each_event(db, |row| {
            let index = u64::try_from(row.idx).unwrap_or(u64::MAX);
            let leaf = row.leaf_hash.as_slice().try_into().unwrap_or_default();
            if failed.is_none() {
                failed = writer.entry(index, &row.body, &leaf).err();
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let notes: Vec<String> = notes.into_iter().map(|(_, note)| note).collect();
        Ok(writer.finish(&notes)?)
    })
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportFailed {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file.
    #[error(transparent)]
    File(#[from] ExportError),
}

impl App {
    /// What the verifier believes, from the configuration and the key files.
    #[must_use]
    pub fn anchors(&self) -> Anchors {
        let ledger = &self.keys().ledger;
        Anchors {
            log_key: ledger.verifier(),
            log_key_bytes: Some(ledger.public_bytes()),
            setup_fingerprint: self.setup_fingerprint(),
            setup_public: self.keys().setup_public,
        }
    }

    /// Proves the log of this installation.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn prove_log(&self) -> Result<Proof, AppError> {
        self.store().read(|db| prove(db, &self.anchors(), &[]))
    }
}

/// The finding to show first, in words.
#[must_use]
pub fn first_finding(proof: &Proof) -> Option<String> {
    let entry = proof.report.first_wrong.as_ref().map(Finding::to_string);
    let row = match &proof.report.rows {
        RowCheck::Compared(findings) => findings.first().map(ToString::to_string),
        RowCheck::NotCompared => None,
    };
    entry.or(row).or_else(|| proof.keys.first().map(ToString::to_string))
}
