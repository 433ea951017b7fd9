//! Dutch: *lijst van vernietigingen*. What was destroyed, outside the database: ids and days, one line each, never
//! rewritten. A restore reads it, so that what was destroyed after the backup does not come back.

use super::BackupError;
use crate::domain::ids::{DestructionId, SignalId};
use crate::domain::time::Day;
use crate::store::db::Db;
use crate::store::destructions;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The file.
#[derive(Debug, Clone)]
pub struct DestroyedList(PathBuf);

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Destroyed {
        #[serde(rename = "vernietiging")]
        destruction: Uuid,
        #[serde(rename = "signaal")]
        signal: Uuid,
        #[serde(rename = "dag")]
        on: String,
    },
    Backup {
        #[serde(rename = "reservekopie")]
        id: Uuid,
        #[serde(rename = "dag")]
        on: String,
    },
}

/// A destruction as the list has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroyed {
    /// Which one.
    pub destruction: DestructionId,
    /// Of which signal.
    pub signal: SignalId,
    /// The day.
    pub on: Day,
}

/// What the list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRead {
    /// Every destruction, the oldest first.
    pub destroyed: Vec<Destroyed>,
    /// The backups that were made while it was kept.
    pub backups: Vec<Uuid>,
    /// Lines that cannot be read: cut off by a power failure, and then written again.
    pub unreadable: usize,
}

impl ListRead {
    fn note(&mut self, destruction: DestructionId, signal: SignalId, on: Day) {
        let one = Destroyed { destruction, signal, on };
        if !self.destroyed.contains(&one) {
            self.destroyed.push(one);
        }
    }
}

impl DestroyedList {
    /// The list in this file.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads it; a file that is not there has no lines.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> io::Result<ListRead> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        let mut read = ListRead::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match serde_json::from_str::<Line>(line) {
                Ok(Line::Backup { id, .. }) => read.backups.push(id),
                Ok(Line::Destroyed { destruction, signal, on }) => match on.parse() {
                    Ok(on) => read.note(DestructionId::new(destruction), SignalId::new(signal), on),
                    Err(_) => read.unreadable += 1,
                },
                Err(_) => read.unreadable += 1,
            }
        }
        Ok(read)
    }

    /// Adds a destruction, on the disk before this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&self, one: &Destroyed) -> io::Result<()> {
        self.append(&Line::Destroyed {
            destruction: one.destruction.uuid(),
            signal: one.signal.uuid(),
            on: one.on.to_string(),
        })
    }

    pub(super) fn note_backup(&self, id: Uuid, on: Day) -> io::Result<()> {
        self.append(&Line::Backup { id, on: on.to_string() })
    }

    /// Whether lines can be added.
    ///
    /// # Errors
    /// Why not.
    pub fn assure_writable(&self) -> io::Result<()> {
        self.open().map(drop)
    }

    /// Whether it can be read and written, without making it.
    ///
    /// # Errors
    /// Why not.
    pub fn look(&self) -> io::Result<()> {
        self.read()?;
        match OpenOptions::new().append(true).open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map(drop),
        }
    }

    fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.0.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
            std::fs::create_dir_all(folder)?;
        }
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.0)
    }

    fn append(&self, line: &Line) -> io::Result<()> {
        let mut file = self.open()?;
        let mut text = format!("{}\n", serde_json::to_string(line)?);
        // A power cut may have left half a line: this one must not become its end.
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                text.insert(0, '\n');
            }
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    /// Adds what the database knows and the list does not; gives how many that were.
    ///
    /// # Errors
    /// When the database cannot be read or the file not be written.
    pub fn complete(&self, db: &mut Db) -> Result<usize, BackupError> {
        let known = self.read()?.destroyed;
        let mut added = 0;
        for row in destructions::destruction_list_done(db)? {
            if known.iter().any(|one| one.destruction == row.id) {
                continue;
            }
            let on = row.decided_on.unwrap_or(row.proposed_on);
            self.add(&Destroyed { destruction: row.id, signal: row.signal_id, on })?;
            added += 1;
        }
        // That the list is kept must be seen also when there is nothing on it.
        self.assure_writable()?;
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(number: u128) -> Destroyed {
        Destroyed {
            destruction: DestructionId::new(Uuid::from_u128(number)),
            signal: SignalId::new(Uuid::from_u128(number + 100)),
            on: "2026-11-24".parse().unwrap(),
        }
    }

    #[test]
    fn lines_are_added_and_half_a_line_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let list = DestroyedList::at(&folder.path().join("in/een/map/vernietigd.jsonl"));
        assert_eq!(list.read().unwrap(), ListRead::default());
        list.add(&one(1)).unwrap();
        let whole = std::fs::read_to_string(list.path()).unwrap();
        std::fs::write(list.path(), format!("{whole}{{\"vernietiging\":\"0000")).unwrap();
        list.add(&one(2)).unwrap();
        list.add(&one(2)).unwrap();
        list.note_backup(Uuid::from_u128(9), "2026-11-25".parse().unwrap()).unwrap();
        let read = list.read().unwrap();
        assert_eq!(read.destroyed, [one(1), one(2)]);
        assert_eq!((read.backups, read.unreadable), (vec![Uuid::from_u128(9)], 1));
    }
}
