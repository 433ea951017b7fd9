//! The folder with backups: files for one user, under another name until they are whole and on the disk.

use super::destroyed::DestroyedList;
use super::file::{FileEntry, Manifest, PartFile};
use super::{BackupError, Keeping};
use crate::domain::time::Moment;
use crate::vault::digest::Running;
use data_encoding::HEXLOWER;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What a file that is not whole yet ends in.
const HALF: &str = ".half";
/// What a manifest ends in.
const MANIFEST: &str = ".json";
/// The copy of the list of destructions that goes along.
pub const LIST_COPY: &str = "vernietigd.jsonl";
/// Held by whoever makes a backup.
const LOCK: &str = ".bezig";

/// Dutch: *map met reservekopieën*.
#[derive(Debug, Clone)]
pub struct BackupFolder(PathBuf);

/// That no other backup is made into the folder; ends when it is dropped, also by a power cut.
pub struct Taken(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl BackupFolder {
    /// The folder at this path; made, for this user alone, when it is not there.
    ///
    /// # Errors
    /// [`BackupError::OpenToOthers`] for one that others may look into; [`BackupError::File`].
    pub fn at(path: &Path) -> Result<Self, BackupError> {
        if !path.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        }
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Err(BackupError::OpenToOthers);
        }
        Ok(Self(path.to_owned()))
    }

    /// Where a file in it is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Takes the folder for one backup.
    pub(super) fn take(&self) -> Result<Taken, BackupError> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.path(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Taken(file)),
            Err(fs::TryLockError::WouldBlock) => Err(BackupError::Taken),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Takes away what an earlier attempt left half done.
    pub(super) fn clear_halves(&self) -> io::Result<()> {
        for name in self.names()? {
            if name.ends_with(HALF) {
                fs::remove_file(self.path(&name))?;
            }
        }
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Begins one of the two files.
    pub(super) fn begin(&self, name: &str, part: PartFile) -> io::Result<HalfFile<'_>> {
        self.begin_as(format!("{name}.{}.age", part.label()), part)
    }

    fn begin_as(&self, name: String, part: PartFile) -> io::Result<HalfFile<'_>> {
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path(&format!("{name}{HALF}")))?;
        Ok(HalfFile { folder: self, name, part, file, running: Running::default(), finished: false })
    }

    /// Puts the manifest beside its files: from here on the backup counts.
    pub(super) fn put_manifest(&self, manifest: &Manifest) -> io::Result<()> {
        let name = manifest.file(PartFile::Content).map(|file| manifest_name(&file.name)).unwrap_or_default();
        let mut half = self.begin_as(name, PartFile::Content)?;
        half.write_all(serde_json::to_string_pretty(manifest)?.as_bytes())?;
        half.write_all(b"\n")?;
        half.finish().map(|_| ())
    }

    /// Puts a copy of the list beside the backups, for wherever they go.
    pub(super) fn copy_list(&self, list: &DestroyedList) -> io::Result<()> {
        if list.path() == self.path(LIST_COPY) {
            return Ok(());
        }
        let mut half = self.begin_as(LIST_COPY.to_owned(), PartFile::Content)?;
        half.write_all(&fs::read(list.path())?)?;
        half.finish().map(|_| ())
    }

    /// Every backup of which the manifest is there, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn manifests(&self) -> io::Result<Vec<Manifest>> {
        let mut found = Vec::new();
        for name in self.names()? {
            if name.starts_with("meldroute-") && name.ends_with(MANIFEST) {
                // One that cannot be read is not ours to clear.
                found.extend(serde_json::from_slice::<Manifest>(&fs::read(self.path(&name))?));
            }
        }
        found.sort_by(|one, other| one.made_at.cmp(&other.made_at));
        Ok(found)
    }

    /// Clears what has been kept long enough, never of the backup that was just made.
    pub(super) fn clear_old(&self, now: Moment, keeping: Keeping, made: Uuid) -> io::Result<Vec<String>> {
        let mut cleared = Vec::new();
        for manifest in self.manifests()? {
            let Ok(made_at) = manifest.made_at.parse::<Moment>() else { continue };
            let days = now.day().days_since(made_at.day());
            if manifest.id == made {
                continue;
            }
            for file in &manifest.files {
                // A name from a file is no path to follow.
                if file.name.contains('/') {
                    continue;
                }
                let content_goes = days >= i64::from(keeping.content_days);
                let goes = match file.part {
                    PartFile::Keys => content_goes || days >= i64::from(keeping.keys_days),
                    PartFile::Content => content_goes,
                };
                if goes {
                    self.clear(&file.name, &mut cleared)?;
                }
                if goes && file.part == PartFile::Content {
                    self.clear(&manifest_name(&file.name), &mut cleared)?;
                }
            }
        }
        self.sync()?;
        Ok(cleared)
    }

    fn clear(&self, name: &str, cleared: &mut Vec<String>) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Ok(()) => cleared.push(name.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

/// The name of the manifest beside a file of a backup.
#[must_use]
pub fn manifest_name(file: &str) -> String {
    let name = file.split_once('.').map_or(file, |(name, _)| name);
    format!("{name}{MANIFEST}")
}

/// A file that has not got its name yet. When it is dropped before that, it goes.
pub struct HalfFile<'a> {
    folder: &'a BackupFolder,
    name: String,
    part: PartFile,
    file: File,
    running: Running,
    finished: bool,
}

impl HalfFile<'_> {
    /// Brings it to the disk and gives it its name.
    pub(super) fn finish(mut self) -> io::Result<FileEntry> {
        self.file.sync_all()?;
        let path = self.folder.path(&self.name);
        fs::rename(self.folder.path(&format!("{}{HALF}", self.name)), path)?;
        self.finished = true;
        self.folder.sync()?;
        let (hash, bytes) = self.running.clone().finish();
        Ok(FileEntry { name: self.name.clone(), part: self.part, bytes, sha256: HEXLOWER.encode(&hash) })
    }
}

impl Write for HalfFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.running.feed(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for HalfFile<'_> {
    fn drop(&mut self) {
        if !self.finished {
            drop(fs::remove_file(self.folder.path(&format!("{}{HALF}", self.name))));
        }
    }
}
