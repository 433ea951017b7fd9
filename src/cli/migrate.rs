//! `meldroute migrate`: the tables of this version.

use super::say;
use crate::config::{Config, StartError, database_exists, not_opened, store_options};
use crate::store::db::{Db, Use};
use crate::store::{Migrations, migrate_up, migration_state};
use std::path::Path;

/// Creates or brings up the tables, and says what ran.
pub(super) fn run(config: &Path) -> Result<(), StartError> {
    let options = store_options(&Config::load(config)?)?;
    database_exists(&options)?;
    let failed = |error| not_opened(&options, &error);
    let mut db = Db::open(&options.address, Use::Write).map_err(failed)?;
    match migration_state(&mut db).map_err(failed)? {
        Migrations::Current => say::line("De tabellen zijn al op de stand van dit programma. Er is niets veranderd."),
        Migrations::TooNew => return Err(too_new()),
        Migrations::Pending(_) => {
            for name in migrate_up(&mut db).map_err(failed)? {
                say::step(name);
            }
            say::line("De tabellen zijn op de stand van dit programma.");
        }
    }
    Ok(())
}

fn too_new() -> StartError {
    StartError::new(
        "De tabellen zijn van een nieuwere versie van dit programma.",
        "Dit programma kent ze niet en raakt ze niet aan.",
        "Gebruik de nieuwere versie. Teruggaan kan alleen met een reservekopie van daarvoor.",
    )
}
