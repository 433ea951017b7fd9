//! Dutch: *reservekopie*. One moment of everything, while the service goes on: what is useless without keys in one
//! file, what opens it in another, both sealed to a key whose private half is not here.

pub mod destroyed;
pub mod file;
pub mod folder;

use super::{App, AppError};
use crate::domain::time::Moment;
use crate::ledger::event::Event;
use crate::policy::OpContext;
use crate::store::db::{Db, Use};
use crate::store::dump::{self, DumpError, Part};
use crate::store::{StoreError, Trace, log, migrations_applied, rows};
use crate::vault::backup::BackupPublic;
use crate::vault::entropy::EntropyError;
use destroyed::DestroyedList;
use file::{FORMAT, Header, Manifest, PartFile, VERSION};
use folder::{BackupFolder, HalfFile};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

/// The kind of event that tells of a backup that was made.
pub const BACKUP_MADE: &str = "backup.made";

/// What a backup is made of and how long it stays.
pub struct BackupWish<'a> {
    /// Where it goes.
    pub folder: &'a Path,
    /// What it is sealed to.
    pub to: &'a BackupPublic,
    /// The key files that go into the file with keys: name and text.
    pub key_files: BTreeMap<String, String>,
    /// The version of the program.
    pub program: &'a str,
    /// The list of what was destroyed.
    pub destroyed: &'a DestroyedList,
    /// How long files stay.
    pub keeping: Keeping,
}

/// How many days the files of a backup stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// The file with keys: after it is gone, nobody opens that content.
    pub keys_days: u32,
    /// The file with content, and the manifest.
    pub content_days: u32,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What stands in it.
    pub manifest: Manifest,
    /// Files of earlier backups that were cleared, by name.
    pub cleared: Vec<String>,
    /// How many destructions the list was short of.
    pub completed: usize,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder or a file in it.
    #[error("{0}")]
    File(#[from] io::Error),
    /// Another backup is being made into this folder.
    #[error("another backup is being made")]
    Taken,
    /// Others on this machine may look into the folder.
    #[error("the folder is open to others")]
    OpenToOthers,
    /// The list of destructions cannot be written.
    #[error("the list of destructions: {0}")]
    List(io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// As a word for the log.
    fn code(&self) -> &'static str {
        match self {
            Self::File(error) if error.kind() == io::ErrorKind::StorageFull => "disk_full",
            Self::File(_) => "file",
            Self::Taken => "taken",
            Self::OpenToOthers => "folder_open",
            Self::List(_) => "list",
            Self::Store(_) => "database",
        }
    }
}

impl From<DumpError> for BackupError {
    fn from(error: DumpError) -> Self {
        match error {
            DumpError::File(error) => Self::File(error),
            DumpError::Store(error) => Self::Store(error),
            DumpError::Order(_) => Self::File(io::Error::other(error)),
        }
    }
}

impl From<EntropyError> for BackupError {
    fn from(error: EntropyError) -> Self {
        Self::File(io::Error::other(error))
    }
}

impl App {
    /// Makes a backup, and tells the log whether that went well. `told` hears of each table.
    ///
    /// # Errors
    /// [`BackupError`]; nothing stays under a final name then.
    pub fn back_up(
        &self,
        op: &OpContext,
        wish: &BackupWish<'_>,
        told: &mut dyn FnMut(&str, u64),
    ) -> Result<Made, BackupError> {
        let made = self.backed_up(op, wish, told);
        let trace = match &made {
            Ok(made) => made_trace(made),
            Err(error) => Trace::new("backup.failed").detail("why", error.code()),
        };
        let noted = self.store().write_blocking::<_, AppError, _>(op, "backup.note", move |tx| {
            tx.record(trace.clone())?;
            Ok(())
        });
        match (made, noted) {
            (Err(error), _) => Err(error),
            (Ok(made), Ok(_)) => Ok(made),
            (Ok(_), Err(AppError::Store(error))) => Err(error.into()),
            (Ok(_), Err(other)) => Err(BackupError::File(io::Error::other(other))),
        }
    }

    fn backed_up(
        &self,
        op: &OpContext,
        wish: &BackupWish<'_>,
        told: &mut dyn FnMut(&str, u64),
    ) -> Result<Made, BackupError> {
        let folder = BackupFolder::at(wish.folder)?;
        let _only_one = folder.take()?;
        folder.clear_halves()?;
        let id = self.random_id()?;
        // Before the snapshot: what is destroyed after this is written by whoever destroys it.
        let completed = self.store().read(|db| wish.destroyed.complete(db)).map_err(|error| match error {
            BackupError::File(error) => BackupError::List(error),
            other => other,
        })?;
        let mut db = Db::open(self.store().address(), Use::Read)?;
        let manifest = rows::at_one_moment(&mut db, |db| written(db, (op.at, id), &folder, wish, told))?;
        drop(db);
        wish.destroyed.note_backup(id, op.today).map_err(BackupError::List)?;
        folder.copy_list(wish.destroyed)?;
        let cleared = folder.clear_old(op.at, wish.keeping, id)?;
        Ok(Made { manifest, cleared, completed })
    }
}

/// When the last backup was made, as the log tells.
///
/// # Errors
/// When the database cannot be read.
pub fn last_made(db: &mut Db) -> Result<Option<Moment>, StoreError> {
    let Some(newest) = log::newest_of_kinds(db, &[BACKUP_MADE])? else { return Ok(None) };
    let rows = log::log_page(db, u64::try_from(newest).unwrap_or(0), 1)?;
    let told = rows.first().and_then(|row| Event::parse(&row.body).ok());
    Ok(told.and_then(|(_, event)| event.at.as_str().parse().ok()))
}

fn made_trace(made: &Made) -> Trace {
    let manifest = &made.manifest;
    let trace = Trace::new(BACKUP_MADE)
        .object("backup", manifest.id)
        .detail("size", manifest.log_size.to_string())
        .detail("root", manifest.root.clone())
        .detail("cleared", made.cleared.len().to_string());
    manifest.files.iter().fold(trace, |trace, file| trace.detail(file.part.code(), file.name.clone()))
}

/// Writes both files and the manifest from the moment that the database stands at.
fn written(
    db: &mut Db,
    (at, id): (Moment, uuid::Uuid),
    folder: &BackupFolder,
    wish: &BackupWish<'_>,
    told: &mut dyn FnMut(&str, u64),
) -> Result<Manifest, BackupError> {
    let (log_size, root) = log::log_tip(db)?;
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        part: PartFile::Content,
        id,
        made_at: at.to_string(),
        program: wish.program.to_owned(),
        database: dump::kind_of(db).to_owned(),
        migrations: migrations_applied(db)?,
        log_size,
        root: data_encoding::HEXLOWER.encode(&root),
        key_files: BTreeMap::new(),
    };
    let keys = Header { part: PartFile::Keys, key_files: wish.key_files.clone(), ..header.clone() };
    let content = part(db, &header, folder, wish, told)?;
    let keys = part(db, &keys, folder, wish, told)?;
    let checkpoint = log::checkpoint_list(db)?.pop().map(|(_, note)| note);
    let mut manifest = Manifest::of(&header, checkpoint);
    // Only now do they get their names, so that no backup is ever half there.
    for half in [content, keys] {
        manifest.files.push(half.finish()?);
    }
    folder.put_manifest(&manifest)?;
    Ok(manifest)
}

fn part<'a>(
    db: &mut Db,
    header: &Header,
    folder: &'a BackupFolder,
    wish: &BackupWish<'_>,
    told: &mut dyn FnMut(&str, u64),
) -> Result<HalfFile<'a>, BackupError> {
    let half = folder.begin(&header.file_name(), header.part)?;
    let mut sealing = io::BufWriter::new(wish.to.seal(half)?);
    header.write(&mut sealing)?;
    let tables = match header.part {
        PartFile::Content => Part::Content,
        PartFile::Keys => Part::Keys,
    };
    dump::write_part(db, tables, &mut sealing, told)?;
    sealing.flush()?;
    let sealing = sealing.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(sealing.finish()?)
}
