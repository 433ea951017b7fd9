//! From the configuration to a service that is ready to work, or to sentences that say why not.

use super::{Config, ModeName, SecondFactorName, StartError};
use crate::app::backup::destroyed::DestroyedList;
use crate::app::{App, AppParts, SecondFactor, SessionTerms, SignInTerms};
use crate::domain::protocol::{Protocol, ProtocolError};
use crate::domain::time::SystemClock;
use crate::store::db::Address;
use crate::store::rows::{LogEnd, log_end};
use crate::store::{Store, StoreError, StoreOptions};
use crate::vault::entropy::OsEntropy;
use crate::vault::password::KdfCost;
use crate::web::{Web, assets};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Opens what the configuration describes.
///
/// # Errors
/// [`StartError`] that says what is wrong, what it means and what to do.
pub fn open(config: &Config) -> Result<(App, Web), StartError> {
    let app = App::new(app_parts(config)?);
    let web = Web {
        app: app.clone(),
        site: Arc::new(config.site(assets::base())),
        leave_to: config.site.leave_to.clone(),
        password_turns: Arc::new(tokio::sync::Semaphore::new(config.sessions.password_turns)),
        api: config.api.options(),
    };
    Ok((app, web))
}

/// The parts of the service without its web: for commands.
///
/// # Errors
/// As [`open`].
pub fn app_parts(config: &Config) -> Result<AppParts, StartError> {
    let setup_fingerprint = config.setup_fingerprint().ok_or_else(|| {
        StartError::new(
            "Deze omgeving is nog niet ingericht: keys.setup_fingerprint is leeg.",
            "Er zijn nog geen sleutels en geen mensen, dus niemand kan een signaal lezen.",
            "Draai eerst meldroute setup.",
        )
    })?;
    let keys = config.key_folder().read(&config.keys.log_name)?;
    if keys.setup_public.fingerprint() != setup_fingerprint {
        return Err(StartError::new(
            "De inrichtingssleutel (setup.pub) is niet die van keys.setup_fingerprint.",
            "Alle sleutels in de database worden aan die vingerafdruk getoetst. Eén van beide is vervangen.",
            "Vergelijk de vingerafdruk met die op het papier van de inrichting. Klopt de instelling, zet dan setup.pub \
             terug. Klopt zij niet, ga dan eerst na wie haar veranderde.",
        ));
    }
    let kdf_cost = KdfCost::new(config.password.memory_kib, config.password.passes)
        .map_err(|error| StartError::unexpected(&error))?;
    let protocol = load_protocol(&config.protocol.folder)?;
    let store = open_store(&store_options(config)?)?;
    Ok(AppParts {
        store,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(|| Box::new(OsEntropy)),
        protocol,
        keys,
        setup_fingerprint,
        kdf_cost,
        sessions: SessionTerms {
            idle_seconds: i64::from(config.sessions.idle_minutes) * 60,
            absolute_seconds: i64::from(config.sessions.absolute_hours) * 3600,
        },
        sign_in: SignInTerms {
            second_factor: match config.sign_in.second_factor {
                SecondFactorName::Required => SecondFactor::Required,
                SecondFactorName::Off => SecondFactor::Off,
            },
            longest_wait_seconds: i64::from(config.sign_in.longest_wait_minutes) * 60,
        },
        emergency: config.emergency_access.terms(),
        destroyed: (!config.is_demo()).then(|| DestroyedList::at(&config.backup.destructions)),
    })
}

/// Where the data lives and how it is opened.
///
/// # Errors
/// [`StartError`] when the file with the address cannot be read or holds no address.
pub fn store_options(config: &Config) -> Result<StoreOptions, StartError> {
    let database = &config.database;
    let address = if database.postgres_url_file.as_os_str().is_empty() {
        Address::Sqlite(database.sqlite.clone())
    } else {
        let path = &database.postgres_url_file;
        let unusable = |why: String| {
            StartError::new(
                format!("Het bestand met het adres van PostgreSQL, {}, is niet bruikbaar: {why}.", path.display()),
                "De dienst weet niet waar zijn gegevens staan.",
                "Zet er één regel in: postgres://naam:wachtwoord@server/database, met leesrecht voor de dienst alleen.",
            )
        };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        match Address::parse(text.trim()) {
            Address::Postgres { url, .. } => {
                let schema = Some(database.postgres_schema.clone()).filter(|name| !name.is_empty());
                Address::Postgres { url, schema }
            }
            Address::Sqlite(_) => return Err(unusable("er staat geen postgres://-adres in".to_owned())),
        }
    };
    Ok(StoreOptions { address, queue: database.queue, readers: database.readers })
}

/// SQLite makes an empty file where there is none, and then says that tables are missing: this says what is true.
///
/// # Errors
/// [`StartError`] when the file is not there.
pub fn database_exists(options: &StoreOptions) -> Result<(), StartError> {
    match &options.address {
        Address::Sqlite(path) if !path.exists() => Err(StartError::new(
            format!("Het databasebestand {} bestaat niet.", path.display()),
            "De dienst maakt bij het starten nooit zelf een lege database: zo raakt een oude niet ongemerkt kwijt.",
            "Controleer database.sqlite. Is dit een nieuwe omgeving, draai dan meldroute setup.",
        )),
        Address::Sqlite(_) | Address::Postgres { .. } => Ok(()),
    }
}

fn open_store(options: &StoreOptions) -> Result<Store, StartError> {
    database_exists(options)?;
    let store = Store::open(options).map_err(|error| not_opened(options, &error))?;
    match store.read(log_end) {
        Ok(LogEnd::Fits) => Ok(store),
        Ok(LogEnd::Differs) => Err(StartError::new(
            "Het einde van het logboek past niet bij de bewaarde eindstand.",
            "Regels zijn buiten de dienst om toegevoegd, veranderd of verwijderd, of een kopie is half teruggezet.",
            "Start niet, verander niets, en draai meldroute audit verify: dat zegt welke regel de eerste is. Waarschuw \
             de privacy officer en de FG.",
        )),
        Err(error) => Err(not_opened(options, &error)),
    }
}

/// Why the database could not be opened, for an operator.
#[must_use]
pub fn not_opened(options: &StoreOptions, error: &StoreError) -> StartError {
    let what = format!("De database ({}) is niet te openen: {error}.", options.address.shown());
    match error {
        StoreError::Unavailable(text) if text.contains("migrat") => StartError::new(
            what,
            "De tabellen zijn van een eerdere versie van dit programma.",
            "Maak een reservekopie en draai meldroute migrate.",
        ),
        StoreError::Unavailable(text) if text.contains("later version") => StartError::new(
            what,
            "Een nieuwere versie van dit programma heeft met deze database gewerkt.",
            "Gebruik die nieuwere versie. Teruggaan kan alleen met een reservekopie van daarvoor.",
        ),
        StoreError::ReadOnly(_) => StartError::new(
            what,
            "Er kan niets worden opgeslagen, dus ook geen melding worden aangenomen.",
            "Geef de gebruiker van de dienst schrijfrecht op het bestand én op de map waarin het staat.",
        ),
        StoreError::Full(_) => StartError::new(what, "De schijf is vol.", "Maak ruimte en start opnieuw."),
        _ => StartError::new(
            what,
            "Zonder database kan niets worden opgeslagen of gelezen.",
            "Controleer of de database draait, of het adres klopt en of de gebruiker van de dienst erbij mag.",
        ),
    }
}

/// The protocol: own files from the folder, the program's for those that are not there.
///
/// # Errors
/// [`StartError`] that names every line that is wrong.
pub fn load_protocol(folder: &Path) -> Result<Protocol, StartError> {
    let mut texts = BTreeMap::new();
    if !folder.as_os_str().is_empty() {
        let unreadable = |path: &Path, error: &std::io::Error| {
            StartError::new(
                format!("De protocolbestanden in {} zijn niet te lezen: {error}.", path.display()),
                "Termijnen, criteria en bronnen zijn dan niet die van uw gemeente.",
                "Controleer protocol.folder en de rechten op die map.",
            )
        };
        if !folder.is_dir() {
            return Err(unreadable(folder, &std::io::ErrorKind::NotFound.into()));
        }
        for name in Protocol::file_names() {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => drop(texts.insert(name.to_owned(), text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
    }
    Protocol::parse(&texts).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ProtocolError::to_string).collect();
        StartError::new(
            format!("Het protocol is niet bruikbaar:\n    {}", lines.join("\n    ")),
            "De dienst start niet met regels die hij maar half begrijpt.",
            "Verbeter deze regels in de map van protocol.folder.",
        )
    })
}

impl Config {
    /// Whether this installation is for show.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.mode == ModeName::Demo
    }
}
