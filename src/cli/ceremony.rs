//! What `setup` and `demo` have in common: folders, keys, tables, and the first statements of the log.

use crate::app::{App, AppError, AppParts};
use crate::config::{Config, StartError, app_parts, store_options};
use crate::domain::time::Clock;
use crate::policy::OpContext;
use crate::store::db::{Address, Db, Use};
use crate::store::{StoreError, migrate_up};
use crate::vault::entropy::OsEntropy;
use crate::vault::recovery::{self, RecoveryShare};
use data_encoding::HEXLOWER;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::Arc;

/// A freshly set-up installation.
pub(super) struct Begun {
    /// The use cases.
    pub(super) app: App,
    /// The recovery key in three shares, to be shown once.
    pub(super) shares: [RecoveryShare; 3],
}

/// Makes the tables and the keys, writes the first statements, and puts the fingerprint of the set-up key into
/// `config`. A failure halfway takes the new keys away again: nothing has been sealed to them. The use cases look at
/// `clock`.
pub(super) fn begin(config: &mut Config, clock: Arc<dyn Clock>) -> Result<Begun, StartError> {
    let options = store_options(config)?;
    make_database_folder(&options.address)?;
    make_tables(&options.address)?;
    let folder = config.key_folder();
    let fingerprint = folder.create(&mut OsEntropy)?;
    config.keys.setup_fingerprint = HEXLOWER.encode(&fingerprint);
    first_statements(config, clock).inspect_err(|_| folder.take_away_new())
}

fn first_statements(config: &Config, clock: Arc<dyn Clock>) -> Result<Begun, StartError> {
    let app = App::new(AppParts { clock, ..app_parts(config)? });
    let (public, shares) = recovery::make(&mut OsEntropy).map_err(|error| StartError::unexpected(&error))?;
    app.setup_begin(&operator(&app)?, public).map_err(|error| not_done(&error))?;
    Ok(Begun { app, shares })
}

/// Makes the tables; those of an installation that has been used are refused.
fn make_tables(address: &Address) -> Result<(), StartError> {
    let failed = |error: StoreError| {
        StartError::new(
            format!("De tabellen in {} zijn niet te maken: {error}.", address.shown()),
            "Zonder tabellen kan niets worden opgeslagen.",
            "Controleer of de database draait, of het adres klopt en of deze gebruiker er tabellen mag maken.",
        )
    };
    let mut db = Db::open(address, Use::Create).map_err(failed)?;
    migrate_up(&mut db).map_err(failed)?;
    match crate::store::log::log_tip(&mut db).map_err(failed)? {
        (0, _) => Ok(()),
        (size, _) => Err(StartError::new(
            format!("Deze database ({}) is al in gebruik: het logboek heeft {size} regels.", address.shown()),
            "Inrichten kan één keer. Nieuwe sleutels zouden niet bij deze gegevens passen.",
            "Gebruik de omgeving die er is, of kies een lege database.",
        )),
    }
}

/// Makes the folder for a database that is a file.
pub(super) fn make_database_folder(address: &Address) -> Result<(), StartError> {
    let Address::Sqlite(path) = address else { return Ok(()) };
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    // What this makes, only this user opens, whatever umask the shell has: beside the database come its log and copies.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        StartError::new(
            format!("De map {} is niet te maken: {error}.", folder.display()),
            "Daar zou de database komen.",
            "Geef deze gebruiker schrijfrecht op de map erboven, of kies een andere plaats (database.sqlite).",
        )
    })
}

/// The context of an act on the command line, under the name of the operating system's account.
pub(super) fn operator(app: &App) -> Result<OpContext, StartError> {
    app.as_operator(&account()).map_err(|error| StartError::unexpected(&error))
}

/// The account that runs the command, as the log can write it.
pub(super) fn account() -> String {
    let name = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default();
    let allowed = |sign: &char| sign.is_ascii_alphanumeric() || "._-@".contains(*sign);
    let name: String = name.chars().filter(allowed).take(64).collect();
    if name.is_empty() { "onbekend".to_owned() } else { name }
}

/// A use case that failed, for an operator.
pub(super) fn not_done(error: &AppError) -> StartError {
    if let AppError::Invalid(fields) = error {
        let lines: Vec<&str> = fields.iter().map(|field| field.message.as_str()).collect();
        return StartError::new(lines.join(" "), "Er is niets veranderd.", "Verbeter dit en geef de opdracht opnieuw.");
    }
    StartError::new(
        format!("De opdracht is niet uitgevoerd: {error}."),
        "Er is niets half opgeslagen.",
        "Draai meldroute doctor: dat zegt wat er aan de omgeving scheelt.",
    )
}
