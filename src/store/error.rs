//! What can go wrong at the door of the database, said as what is true.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the store. Its text is for operators; people at a page get a sentence of their own.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// More writes are waiting than the queue holds, or another program holds the database; trying again shortly helps.
    #[error("write queue full, or the database is locked by another program")]
    Busy,
    /// The disk is full.
    #[error("disk full: {0}")]
    Full(String),
    /// The database may be read but not written.
    #[error("database is read only: {0}")]
    ReadOnly(String),
    /// The disk answered with an error; nothing of the write stands.
    #[error("disk error: {0}")]
    Disk(String),
    /// The connection broke at the moment of committing and the outcome could not be looked up.
    #[error("outcome unknown")]
    Unknown,
    /// A row with this key exists already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// PostgreSQL could not order this write among others; the whole batch runs again.
    #[error("serialization: {0}")]
    Conflict(String),
    /// None of the reader's keys opens this.
    #[error("no key")]
    NoKey,
    /// Somebody else changed the row first.
    #[error("changed by someone else")]
    Stale,
    /// The use case wrote without leaving an audit event.
    #[error("write `{0}` left no audit event")]
    Unaudited(&'static str),
    /// A use case panicked; its own write was rolled back.
    #[error("write `{0}` panicked")]
    Panicked(&'static str),
    /// A row breaks a rule of the database.
    #[error("constraint: {0}")]
    Constraint(String),
    /// The log's head or an entry is not what it should be.
    #[error("log: {0}")]
    Log(String),
    /// Anything else diesel says.
    #[error("database: {0}")]
    Database(String),
}

impl StoreError {
    /// Whether the same attempt may work a little later.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::Busy => Some(2),
            Self::Unavailable(_) | Self::Unknown => Some(10),
            Self::Full(_) | Self::ReadOnly(_) | Self::Disk(_) => Some(120),
            _ => None,
        }
    }

    /// Whether the connection that said this should be opened anew before its next use.
    pub(super) fn spoils_connection(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Disk(_) | Self::Full(_) | Self::ReadOnly(_) | Self::Unknown)
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let text = error.to_string();
        match &error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate(text),
            DieselError::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::NotNullViolation,
                _,
            ) => Self::Constraint(text),
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | DieselError::BrokenTransactionManager => Self::Unavailable(text),
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict(text),
            _ => classify(text),
        }
    }
}

/// The kinds that diesel does not name: told apart by the words SQLite and PostgreSQL use for them.
pub(super) fn classify(text: String) -> StoreError {
    const FULL: [&str; 2] = ["database or disk is full", "No space left on device"];
    const READ_ONLY: [&str; 4] =
        ["readonly database", "read-only transaction", "unable to open database file", "Read-only file system"];
    const DISK: [&str; 2] = ["disk I/O error", "could not fsync"];
    const GONE: [&str; 7] = [
        "server closed the connection",
        "terminating connection",
        "could not connect",
        "connection to server",
        "no connection to the server",
        "the database system is",
        "could not receive data from server",
    ];
    const LOCKED: [&str; 2] = ["database is locked", "canceling statement due to lock timeout"];
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if says(&["deadlock detected", "could not serialize"]) {
        StoreError::Conflict(text)
    } else if says(&LOCKED) {
        StoreError::Busy
    } else if says(&FULL) {
        StoreError::Full(text)
    } else if says(&READ_ONLY) {
        StoreError::ReadOnly(text)
    } else if says(&DISK) {
        StoreError::Disk(text)
    } else if says(&GONE) {
        StoreError::Unavailable(text)
    } else {
        StoreError::Database(text)
    }
}
