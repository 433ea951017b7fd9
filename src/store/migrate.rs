//! The tables of this version, one folder per database with the same names in both.

use super::db::Db;
use super::error::{StoreError, classify};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What the database holds, beside what this version needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Migrations {
    /// Exactly the tables of this version.
    Current,
    /// Tables of an earlier version: `meldroute migrate` brings them up.
    Pending(usize),
    /// Tables of a later version: this program must not touch them.
    TooNew,
}

fn fails(error: impl std::fmt::Display) -> StoreError {
    classify(format!("migrations: {error}"))
}

/// Compares the database with this version.
///
/// # Errors
/// When the database cannot be read.
pub fn migration_state(db: &mut Db) -> Result<Migrations, StoreError> {
    let (pending, applied, known) = match db {
        Db::Pg(c) => state_of(c, POSTGRES)?,
        Db::Sqlite(c) => state_of(c, SQLITE)?,
    };
    Ok(if applied > known {
        Migrations::TooNew
    } else if pending > 0 {
        Migrations::Pending(pending)
    } else {
        Migrations::Current
    })
}

fn state_of<C, B>(connection: &mut C, source: EmbeddedMigrations) -> Result<(usize, usize, usize), StoreError>
where
    B: diesel::backend::Backend,
    C: MigrationHarness<B>,
    EmbeddedMigrations: diesel::migration::MigrationSource<B>,
{
    let known = diesel::migration::MigrationSource::<B>::migrations(&source).map_err(fails)?.len();
    let pending = connection.pending_migrations(source).map_err(fails)?.len();
    let applied = connection.applied_migrations().map_err(fails)?.len();
    Ok((pending, applied, known))
}

/// Creates or brings up the tables; returns the names of what ran.
///
/// # Errors
/// When a migration fails; it is rolled back whole.
pub fn migrate_up(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let ran = match db {
        Db::Pg(c) => c.run_pending_migrations(POSTGRES).map_err(fails)?,
        Db::Sqlite(c) => c.run_pending_migrations(SQLITE).map_err(fails)?,
    };
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// Takes all tables away again.
///
/// # Errors
/// When a migration fails.
pub fn migrate_down(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Pg(c) => c.revert_all_migrations(POSTGRES).map_err(fails).map(|_| ()),
        Db::Sqlite(c) => c.revert_all_migrations(SQLITE).map_err(fails).map(|_| ()),
    }
}

/// Refuses to open anything but the tables of this version.
pub(super) fn check(db: &mut Db) -> Result<(), StoreError> {
    match migration_state(db)? {
        Migrations::Current => Ok(()),
        Migrations::Pending(n) => {
            Err(StoreError::Unavailable(format!("{n} migration(s) pending: run `meldroute migrate`")))
        }
        Migrations::TooNew => Err(StoreError::Unavailable("the database is of a later version".to_owned())),
    }
}
