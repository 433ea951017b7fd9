//! One connection to either database, opened by our own function.
//!
//! The derived `establish` is never called: it tries each database in turn and, with the server down, leaves an
//! empty SQLite file named after the address.

use super::error::StoreError;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, RunQueryDsl};

/// A connection to PostgreSQL or SQLite; queries are written once for both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// PostgreSQL 15 or later.
    Pg(PgConnection),
    /// SQLite, compiled in.
    Sqlite(SqliteConnection),
}

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file on this machine.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL address (`postgres://..`), with an optional schema that holds the tables.
    Postgres {
        /// The address, password included: never shown.
        url: String,
        /// `search_path` for every connection; `None` leaves the server's own.
        schema: Option<String>,
    },
}

impl Address {
    /// Reads `sqlite://PATH`, a bare path, or `postgres://..`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres { url: text.to_owned(), schema: None }
        } else {
            Self::Sqlite(text.strip_prefix("sqlite://").unwrap_or(text).into())
        }
    }

    /// What may be shown of this address: never a password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("SQLite {}", path.display()),
            Self::Postgres { .. } => "PostgreSQL".to_owned(),
        }
    }
}

/// What SQLite answers to a checkpoint; the other columns count pages.
#[derive(diesel::QueryableByName)]
struct Checkpointed {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    busy: i64,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The one writer.
    Write,
    /// The writer of a new installation: the only one that makes an SQLite file where there is none.
    Create,
    /// A reader; the database itself refuses its writes.
    Read,
}

impl Db {
    /// Pushes what was deleted out of the live files: SQLite empties its write-ahead log into a database that
    /// overwrites what it deletes, PostgreSQL rewrites the table of sealed keys. Not inside a transaction.
    ///
    /// # Errors
    /// When somebody reads for so long that the log cannot be emptied now, or the database cannot be written.
    pub fn forget(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => {
                let answer = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpointed>(c)?;
                if answer.busy == 0 { Ok(()) } else { Err(StoreError::Busy) }
            }
            Self::Pg(c) => Ok(c.batch_execute("VACUUM (FULL) sealed_keys")?),
        }
    }

    /// Refuses a database that takes no writes, so that a service does not start on one.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] when it takes none.
    pub fn assure_writable(&mut self) -> Result<(), StoreError> {
        match self {
            // Takes the write lock, which a file that may not be written refuses.
            Self::Sqlite(c) => Ok(c.batch_execute("BEGIN IMMEDIATE; ROLLBACK;")?),
            Self::Pg(c) => {
                let setting = diesel::dsl::sql::<diesel::sql_types::Text>("SHOW transaction_read_only");
                match setting.get_result::<String>(c)?.as_str() {
                    "off" => Ok(()),
                    other => Err(StoreError::ReadOnly(format!("transaction_read_only is {other}"))),
                }
            }
        }
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached or refuses its settings.
    pub fn open(address: &Address, purpose: Use) -> Result<Self, StoreError> {
        match address {
            Address::Sqlite(path) => {
                if purpose == Use::Create {
                    make_private(path).map_err(|e| StoreError::Unavailable(e.to_string()))?;
                }
                let mut c = SqliteConnection::establish(&sqlite_uri(path, purpose))
                    .map_err(|e| StoreError::Unavailable(e.to_string()))?;
                // FULL: an acknowledged report survives power loss. secure_delete: destroyed keys leave no bytes.
                c.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;",
                )?;
                if purpose == Use::Read {
                    c.batch_execute("PRAGMA query_only = ON;")?;
                }
                Ok(Self::Sqlite(c))
            }
            Address::Postgres { url, schema } => {
                let mut c = PgConnection::establish(url).map_err(|e| StoreError::Unavailable(e.to_string()))?;
                c.batch_execute("SET synchronous_commit = on; SET client_min_messages = warning;")?;
                if let Some(schema) = schema {
                    c.batch_execute(&format!("SET search_path TO \"{}\"", schema.replace('"', "")))?;
                }
                // As SQLite's busy_timeout: nobody waits for ever behind another program's lock.
                c.batch_execute("SET lock_timeout = '10s';")?;
                if purpose == Use::Read {
                    c.batch_execute("SET default_transaction_read_only = on;")?;
                }
                Ok(Self::Pg(c))
            }
        }
    }
}

/// Makes the file where there is none, for this user alone. SQLite would follow the shell's umask, and gives the files
/// beside it (write-ahead log, shared memory) what the database has.
fn make_private(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// `file:PATH?mode=..` (SQLite, "URI Filenames"): a file that is gone must not come back as an empty one.
fn sqlite_uri(path: &std::path::Path, purpose: Use) -> String {
    const PLAIN: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
    let path = path.to_string_lossy();
    let mode = if purpose == Use::Create { "rwc" } else { "rw" };
    format!("file:{}?mode={mode}", percent_encoding::utf8_percent_encode(&path, &PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_file_with_any_name_is_made_once_and_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("één % ? # &mode=rwc.sqlite");
        let address = Address::Sqlite(path.clone());
        for purpose in [Use::Write, Use::Read] {
            assert!(matches!(Db::open(&address, purpose), Err(StoreError::Unavailable(_))));
            assert!(!path.exists());
        }
        Db::open(&address, Use::Create).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        Db::open(&address, Use::Write).unwrap();
        Db::open(&address, Use::Read).unwrap();
    }
}
