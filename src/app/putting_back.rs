//! Dutch: *terugzetten*. A backup into an empty database: looked at before, proven afterwards, and what was destroyed
//! since is destroyed again.

use super::AppError;
use super::backup::destroyed::{Destroyed, ListRead};
use super::backup::file::{FORMAT, FileEntry, Header, Manifest, PartFile, VERSION};
use super::destruction::lay_bare;
use super::oversight::{Anchors, Proof, prove};
use crate::domain::stage::Stage;
use crate::ledger::report::Verdict;
use crate::policy::OpContext;
use crate::store::db::Db;
use crate::store::destructions::DestructionRow;
use crate::store::dump::{DumpError, PartReader, kind_of, read_parts};
use crate::store::signals::SignalRow;
use crate::store::{Store, StoreError, Trace, Tx, destructions, log, migrate_down, migrate_to, migrate_up};
use crate::store::{migrations_applied, signals};
use crate::vault::backup::{BackupKeyError, BackupPrivate};
use crate::vault::digest::Running;
use data_encoding::HEXLOWER;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

/// What reads a sealed file.
type Sealed<'a> = BufReader<Box<dyn Read + 'a>>;

/// Why a backup is not put back; Dutch, for whoever runs the command.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A file cannot be read.
    #[error("{0} is niet te lezen: {1}")]
    File(String, io::Error),
    /// A file is not the one of which the manifest has the hash.
    #[error("{0} is veranderd of niet heel: de controlesom is een andere dan in de lijst bij de kopie")]
    Changed(String),
    /// A file cannot be opened.
    #[error("{0}: {1}")]
    Key(String, BackupKeyError),
    /// A file is no part of a backup, or the other part.
    #[error("{0} is niet het deel van een reservekopie dat hier hoort")]
    OtherPart(String),
    /// Content and keys, or the manifest, belong to different backups.
    #[error("inhoud, sleutels en lijst horen niet bij dezelfde reservekopie")]
    Mixed,
    /// It comes from the other database.
    #[error("de kopie komt uit {0}, en de instellingen noemen een andere soort database")]
    OtherDatabase(String),
    /// A later version of the program made it.
    #[error("de kopie is gemaakt met een nieuwere versie van het programma ({0})")]
    Newer(String),
    /// The database is in use.
    #[error("de database is niet leeg: het logboek heeft {0} regels")]
    NotEmpty(u64),
    /// What is in it does not hold.
    #[error("wat in de kopie staat, klopt niet met het logboek erin")]
    Broken(Box<Proof>),
    /// The lines are not what was written.
    #[error("een bestand van de kopie houdt niet wat erin hoort: {0}")]
    Lines(String),
    /// The database.
    #[error("de database geeft een fout: {0}")]
    Store(#[from] StoreError),
}

impl From<DumpError> for RestoreError {
    fn from(error: DumpError) -> Self {
        match error {
            DumpError::Store(error) => Self::Store(error),
            other => Self::Lines(other.to_string()),
        }
    }
}

impl From<AppError> for RestoreError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Store(error) => Self::Store(error),
            other => Self::Lines(other.to_string()),
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Holds a file against the manifest.
///
/// # Errors
/// [`RestoreError::Changed`] when it is another, [`RestoreError::File`] when it cannot be read.
pub fn hold_against(path: &Path, entry: &FileEntry) -> Result<(), RestoreError> {
    let failed = |error| RestoreError::File(shown(path), error);
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let mut running = Running::default();
    loop {
        let piece = file.fill_buf().map_err(failed)?;
        if piece.is_empty() {
            break;
        }
        running.feed(piece);
        let length = piece.len();
        file.consume(length);
    }
    let (hash, bytes) = running.finish();
    let same = bytes == entry.bytes && HEXLOWER.encode(&hash) == entry.sha256;
    if same { Ok(()) } else { Err(RestoreError::Changed(shown(path))) }
}

/// A part that was opened, as far as its first line.
pub struct OpenedPart<'a> {
    /// What it says of itself.
    pub header: Header,
    lines: io::Lines<Sealed<'a>>,
}

/// Opens one of the two files.
///
/// # Errors
/// [`RestoreError::Key`] for another key, [`RestoreError::OtherPart`] for another file.
pub fn open_part<'a>(path: &Path, part: PartFile, key: &'a BackupPrivate) -> Result<OpenedPart<'a>, RestoreError> {
    let file = File::open(path).map_err(|error| RestoreError::File(shown(path), error))?;
    let opened = key.open(BufReader::new(file)).map_err(|error| RestoreError::Key(shown(path), error))?;
    let mut lines = BufReader::new(opened).lines();
    let first = lines.next().transpose().map_err(|error| RestoreError::File(shown(path), error))?;
    let header: Option<Header> = first.and_then(|line| serde_json::from_str(&line).ok());
    match header {
        Some(header) if header.format == FORMAT && header.version == VERSION && header.part == part => {
            Ok(OpenedPart { header, lines })
        }
        Some(header) if header.format == FORMAT && header.version > VERSION => Err(RestoreError::Newer(header.program)),
        _ => Err(RestoreError::OtherPart(shown(path))),
    }
}

/// Both parts of one backup.
pub struct Opened<'a> {
    content: OpenedPart<'a>,
    keys: OpenedPart<'a>,
}

impl<'a> Opened<'a> {
    /// Puts two parts together.
    ///
    /// # Errors
    /// [`RestoreError::Mixed`] when they are not of one backup, or the manifest is another's.
    pub fn of(content: OpenedPart<'a>, keys: OpenedPart<'a>, manifest: &Manifest) -> Result<Self, RestoreError> {
        if content.header.belongs_to(&keys.header) && manifest.tells_of(&content.header) {
            Ok(Self { content, keys })
        } else {
            Err(RestoreError::Mixed)
        }
    }

    /// What the backup says of itself, with the key files.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.keys.header
    }
}

/// Puts everything into an empty database, brings its tables to this version, and proves the log. When something fails,
/// the database is empty again.
///
/// # Errors
/// [`RestoreError`].
pub fn load(
    db: &mut Db,
    opened: Opened<'_>,
    anchors: &Anchors,
    told: &mut dyn FnMut(&str, u64),
) -> Result<Proof, RestoreError> {
    let header = opened.header().clone();
    if header.database != kind_of(db) {
        return Err(RestoreError::OtherDatabase(header.database));
    }
    if !migrations_applied(db)?.is_empty() {
        match log::log_tip(db)? {
            (0, _) => migrate_down(db)?,
            (size, _) => return Err(RestoreError::NotEmpty(size)),
        }
    }
    if !migrate_to(db, &header.migrations)? {
        return Err(RestoreError::Newer(header.program));
    }
    let loaded = loaded(db, opened, &header, anchors, told);
    if loaded.is_err() {
        // The first failure is the one to tell; a database that cannot be emptied is found by the next attempt.
        drop(migrate_down(db));
    }
    loaded
}

fn loaded(
    db: &mut Db,
    opened: Opened<'_>,
    header: &Header,
    anchors: &Anchors,
    told: &mut dyn FnMut(&str, u64),
) -> Result<Proof, RestoreError> {
    let (mut content, mut keys) = (PartReader::new(opened.content.lines)?, PartReader::new(opened.keys.lines)?);
    read_parts(db, &mut content, &mut keys, told)?;
    content.finish()?;
    keys.finish()?;
    migrate_up(db)?;
    let (size, root) = log::log_tip(db)?;
    let proof = prove(db, anchors, &[])?;
    let same = size == header.log_size && HEXLOWER.encode(&root) == header.root;
    if proof.verdict() == Verdict::Whole && same { Ok(proof) } else { Err(RestoreError::Broken(Box::new(proof))) }
}

/// Writes down that a backup was put back, and destroys again what the list says was destroyed. Gives how many signals
/// that were.
///
/// # Errors
/// Any store error.
pub fn replay(store: &Store, op: &OpContext, header: &Header, list: Option<&ListRead>) -> Result<usize, AppError> {
    let destroyed = list.map(|list| list.destroyed.clone());
    let header = header.clone();
    let committed = store.write_blocking::<_, AppError, _>(op, "instance.restore", move |tx| {
        let listed = destroyed.as_ref().map_or("none".to_owned(), |list| list.len().to_string());
        tx.record(
            Trace::new("instance.restored")
                .object("backup", header.id)
                .detail("made_at", header.made_at.clone())
                .detail("size", header.log_size.to_string())
                .detail("root", header.root.clone())
                .detail("listed", listed),
        )?;
        let mut again = 0;
        for one in destroyed.iter().flatten() {
            let found = signals::signal_fetch(tx.reader(), one.signal)?;
            if let Some(signal) = found.filter(|signal| signal.stage != Stage::Destroyed) {
                destroy_again(tx, &signal, one)?;
                again += 1;
            }
        }
        Ok(again)
    })?;
    // What was destroyed stood in the database for a moment.
    store.forget()?;
    Ok(committed.value)
}

/// The one move outside the table of steps: two people decided it on the table's road, in the time that is gone.
fn destroy_again(tx: &mut Tx<'_>, signal: &SignalRow, one: &Destroyed) -> Result<(), AppError> {
    let gone = tx.signal_content_destroy(signal.id)?;
    if let Some(row) = destructions::destruction_waiting(tx.reader(), signal.id)? {
        tx.destruction_update(&DestructionRow {
            state: "agreed".to_owned(),
            decided_on: Some(one.on),
            records: gone.records,
            keys: gone.keys,
            ..row
        })?;
    }
    let today = tx.today();
    let mut next = SignalRow { stage: Stage::Destroyed, version: signal.version + 1, ..signal.clone() };
    next.stage_since = today;
    lay_bare(&mut next);
    tx.signal_advance(&[signal.stage], &next)?;
    tx.signal_remains_clear(signal.id)?;
    tx.record(
        Trace::new("signal.destroyed_again")
            .signal(signal.id)
            .object("destruction", one.destruction.uuid())
            .detail("destroyed_on", one.on.to_string())
            .detail("from", signal.stage.code())
            .detail("to", next.stage.code())
            .detail("records", gone.records.to_string())
            .detail("keys", gone.keys.to_string()),
    )?;
    Ok(())
}
