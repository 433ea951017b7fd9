//! What a backup says of itself: sealed at the head of both files, and readable beside them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};
use uuid::Uuid;

/// What every file of a backup calls itself.
pub const FORMAT: &str = "meldroute-reservekopie";
/// The version of the format.
pub const VERSION: u32 = 1;

/// Dutch: *deel*. Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartFile {
    /// Useless without keys.
    #[serde(rename = "inhoud")]
    Content,
    /// What opens the other.
    #[serde(rename = "sleutels")]
    Keys,
}

impl PartFile {
    /// As the log calls it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Keys => "keys",
        }
    }

    /// As names of files and people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Content => "inhoud",
            Self::Keys => "sleutels",
        }
    }
}

/// The first line of both files, sealed with the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    #[serde(rename = "vorm")]
    pub format: String,
    /// [`VERSION`].
    #[serde(rename = "versie")]
    pub version: u32,
    /// Which of the two.
    #[serde(rename = "deel")]
    pub part: PartFile,
    /// Which backup.
    #[serde(rename = "kopie")]
    pub id: Uuid,
    /// When, RFC 3339 in UTC.
    #[serde(rename = "gemaakt")]
    pub made_at: String,
    /// The version of the program that made it.
    #[serde(rename = "programma")]
    pub program: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// The versions of the tables.
    #[serde(rename = "tabellen")]
    pub migrations: Vec<String>,
    /// How many entries the log had.
    #[serde(rename = "logregels")]
    pub log_size: u64,
    /// The root over them, in hexadecimal.
    #[serde(rename = "wortel")]
    pub root: String,
    /// The key files, by name; in the file with keys only.
    #[serde(rename = "sleutelbestanden", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub key_files: BTreeMap<String, String>,
}

impl Header {
    /// Writes the line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", serde_json::to_string(self)?)
    }

    /// Whether the two belong to one backup.
    #[must_use]
    pub fn belongs_to(&self, other: &Self) -> bool {
        let alone = |header: &Self| Self { part: PartFile::Content, key_files: BTreeMap::new(), ..header.clone() };
        alone(self) == alone(other)
    }

    /// What the files of this backup are called, without their ends: the moment, and enough of the id.
    #[must_use]
    pub fn file_name(&self) -> String {
        let stamp: String = self.made_at.chars().take(19).filter(char::is_ascii_alphanumeric).collect();
        let id: String = self.id.simple().to_string().chars().take(8).collect();
        format!("meldroute-{stamp}Z-{id}")
    }
}

/// A file as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name, without a folder.
    #[serde(rename = "naam")]
    pub name: String,
    /// Which of the two.
    #[serde(rename = "deel")]
    pub part: PartFile,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of the sealed file, in hexadecimal.
    pub sha256: String,
}

/// Dutch: *lijst bij de kopie*. What stands readable beside the two files: enough to see whether they are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    #[serde(rename = "vorm")]
    pub format: String,
    /// [`VERSION`].
    #[serde(rename = "versie")]
    pub version: u32,
    /// Which backup.
    #[serde(rename = "kopie")]
    pub id: Uuid,
    /// When, RFC 3339 in UTC.
    #[serde(rename = "gemaakt")]
    pub made_at: String,
    /// The version of the program that made it.
    #[serde(rename = "programma")]
    pub program: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// How many entries the log had.
    #[serde(rename = "logregels")]
    pub log_size: u64,
    /// The root over them, in hexadecimal.
    #[serde(rename = "wortel")]
    pub root: String,
    /// The last signed checkpoint before it.
    #[serde(rename = "controlepunt")]
    pub checkpoint: Option<String>,
    /// The files.
    #[serde(rename = "bestanden")]
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// What a header says, still without files.
    #[must_use]
    pub fn of(header: &Header, checkpoint: Option<String>) -> Self {
        Self {
            format: header.format.clone(),
            version: header.version,
            id: header.id,
            made_at: header.made_at.clone(),
            program: header.program.clone(),
            database: header.database.clone(),
            log_size: header.log_size,
            root: header.root.clone(),
            checkpoint,
            files: Vec::new(),
        }
    }

    /// Whether this is the manifest beside a file with this header.
    #[must_use]
    pub fn tells_of(&self, header: &Header) -> bool {
        Self { files: Vec::new(), checkpoint: None, ..self.clone() } == Self::of(header, None)
    }

    /// What it says of one of the files.
    #[must_use]
    pub fn file(&self, part: PartFile) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.part == part)
    }
}
