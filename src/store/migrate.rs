//! The tables of this version, one folder per database with the same names in both.

use super::db::Db;
use super::error::{StoreError, classify};
use diesel::backend::Backend;
use diesel::dsl::sql;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
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

/// Compares the database with this version. Only reads: diesel's own question first makes its table, which a reader of
/// PostgreSQL may not, not even when the table is there.
///
/// # Errors
/// When the database cannot be read.
pub fn migration_state(db: &mut Db) -> Result<Migrations, StoreError> {
    let known = match db {
        Db::Pg(_) => versions::<diesel::pg::Pg>(&POSTGRES)?,
        Db::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE)?,
    };
    let applied = applied(db).map_err(fails)?;
    if applied.iter().any(|version| !known.contains(version)) {
        return Ok(Migrations::TooNew);
    }
    match known.iter().filter(|version| !applied.contains(version)).count() {
        0 => Ok(Migrations::Current),
        pending => Ok(Migrations::Pending(pending)),
    }
}

fn versions<B: Backend>(source: &impl MigrationSource<B>) -> Result<Vec<String>, StoreError> {
    let all = source.migrations().map_err(fails)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// The versions whose tables are there; none when no migration ever ran.
fn applied(db: &mut Db) -> QueryResult<Vec<String>> {
    let there: bool = match db {
        Db::Pg(_) => sql::<Bool>("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL").get_result(db)?,
        Db::Sqlite(_) => {
            sql::<Bool>("SELECT count(*) > 0 FROM sqlite_schema WHERE name = '__diesel_schema_migrations'")
                .get_result(db)?
        }
    };
    if !there {
        return Ok(Vec::new());
    }
    sql::<Text>("SELECT version FROM __diesel_schema_migrations").load(db)
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

/// The names of the versions whose tables are there, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn migrations_applied(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let mut versions = applied(db).map_err(fails)?;
    versions.sort();
    Ok(versions)
}

/// Creates the tables as they were when exactly these versions had run; `false`, with nothing done, when this program
/// does not know one of them.
///
/// # Errors
/// When a migration fails.
pub fn migrate_to(db: &mut Db, wanted: &[String]) -> Result<bool, StoreError> {
    match db {
        Db::Pg(c) => run_to::<diesel::pg::Pg>(c, POSTGRES, wanted),
        Db::Sqlite(c) => run_to::<diesel::sqlite::Sqlite>(c, SQLITE, wanted),
    }
}

fn run_to<B: Backend>(
    c: &mut impl MigrationHarness<B>,
    source: EmbeddedMigrations,
    wanted: &[String],
) -> Result<bool, StoreError> {
    let known = versions::<B>(&source)?;
    if wanted.iter().any(|version| !known.contains(version)) {
        return Ok(false);
    }
    for migration in c.pending_migrations(source).map_err(fails)? {
        if wanted.contains(&migration.name().version().to_string()) {
            c.run_migration(&migration).map_err(fails)?;
        }
    }
    Ok(true)
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
