//! The configuration of one installation: TOML, unknown keys refused, secrets by file.
//!
//! `config/default.toml` is part of the program and has every key with its comment. An installation's own file holds
//! only what differs; what it leaves out is as there. Paths count from the folder of the installation's own file.

mod backup;
mod emergency;
mod keys;
mod layers;
mod open;
mod sign_in;
mod start_error;

pub use backup::BackupConfig;
pub use emergency::EmergencyAccessConfig;
pub use keys::{KeyFolder, KeyName};
pub use open::{app_parts, database_exists, load_protocol, not_opened, open, store_options};
pub use sign_in::{PasswordConfig, SecondFactorName, SessionsConfig, SignInConfig};
pub use start_error::StartError;

use self::layers::{lay_over, parse_table, unreadable};
use crate::web::api::{ApiOptions, Contact, StaffApi};
use crate::web::views::{Link, Mode, Phone, Site, WorkNetwork};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every key with its comment and what counts when an installation says nothing.
pub const DEFAULT: &str = include_str!("../config/default.toml");

/// Dutch: *instellingen*. The configuration of one installation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Real, or for show.
    pub mode: ModeName,
    /// Where the data lives.
    pub database: DatabaseConfig,
    /// The key files.
    pub keys: KeysConfig,
    /// The addresses of the pages.
    pub listen: ListenConfig,
    /// The JSON API.
    pub api: ApiConfig,
    /// How long members stay signed in.
    pub sessions: SessionsConfig,
    /// How members come in.
    pub sign_in: SignInConfig,
    /// Reading one signal out of hours.
    pub emergency_access: EmergencyAccessConfig,
    /// What one try of a password costs.
    pub password: PasswordConfig,
    /// The municipality's own rules.
    pub protocol: ProtocolConfig,
    /// Backups.
    pub backup: BackupConfig,
    /// What the service says about itself.
    pub log: LogConfig,
    /// What pages say about this municipality.
    pub site: SiteConfig,
}

/// Dutch: *stand*. Whether an installation is for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModeName {
    /// Real people, real signals.
    Live,
    /// Everything is invented.
    Demo,
}

/// Where the data lives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// The SQLite file; counts while there is no PostgreSQL address.
    pub sqlite: PathBuf,
    /// A file with the address of PostgreSQL; empty for SQLite.
    pub postgres_url_file: PathBuf,
    /// The schema with the tables; empty for the server's own choice.
    pub postgres_schema: String,
    /// How many writes may wait.
    pub queue: usize,
    /// How many connections read.
    pub readers: u32,
}

/// The key files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// Their folder.
    pub folder: PathBuf,
    /// SHA-256 of the set-up key in hexadecimal; empty before the ceremony.
    pub setup_fingerprint: String,
    /// The name of the log in checkpoints.
    pub log_name: String,
}

/// The addresses of the pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenConfig {
    /// Of the public pages.
    pub public: SocketAddr,
    /// Of the members' pages; may be the same.
    pub staff: SocketAddr,
    /// Threads per address.
    pub workers: usize,
}

/// Dutch: *aan of uit*. Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// The JSON API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiConfig {
    /// The part of it for members.
    pub staff: Switch,
    /// The name of whom the API's description names for questions.
    pub contact_name: String,
    /// Their e-mail address.
    pub contact_email: String,
    /// Their page.
    pub contact_url: String,
}

/// The municipality's own rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolConfig {
    /// Folder with own files; empty for those of the program.
    pub folder: PathBuf,
}

/// Dutch: *niveau*. How much the service says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And what happened.
    Info,
    /// And how.
    Debug,
    /// And every step of it.
    Trace,
}

/// Dutch: *vorm*. How the service writes about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines to read.
    Text,
    /// Lines for a collector.
    Json,
}

/// What the service says about itself; never content.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// How much.
    pub level: LogLevel,
    /// In which form.
    pub format: LogFormat,
}

/// Dutch: *netwerk op het werk*. What the network at work gives away of a melder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkNetworkName {
    /// That the site was opened.
    SeesVisits,
    /// What was written, too.
    SeesContent,
}

/// A link under the pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkConfig {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
}

/// What pages say about this municipality; see [`Site`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key has its meaning in config/default.toml and at the field of Site it fills")]
pub struct SiteConfig {
    pub gemeente: String,
    pub product: String,
    pub staff_product: String,
    pub emergency: String,
    pub police: String,
    pub anonymous_line: String,
    pub coordinator: String,
    pub anonymous_site_text: String,
    pub anonymous_site: String,
    pub coordinator_page: String,
    pub aggression_protocol: String,
    pub work_network: WorkNetworkName,
    pub leave_to: String,
    pub read_within: String,
    pub answer_within: String,
    pub follow_after_closing: String,
    pub public_links: Vec<LinkConfig>,
    pub staff_links: Vec<LinkConfig>,
}

impl ApiConfig {
    /// What the web makes of it.
    #[must_use]
    pub fn options(&self) -> ApiOptions {
        let staff = match self.staff {
            Switch::On => StaffApi::On,
            Switch::Off => StaffApi::Off,
        };
        let contact = Contact {
            name: self.contact_name.clone(),
            email: self.contact_email.clone(),
            url: self.contact_url.clone(),
        };
        ApiOptions { staff, contact }
    }
}

impl Config {
    /// Reads an installation's own file over the defaults.
    ///
    /// # Errors
    /// [`StartError`] when the file cannot be read, has an unknown key or a value that cannot be.
    pub fn load(path: &Path) -> Result<Self, StartError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            StartError::new(
                format!("De instellingen in {} zijn niet te lezen: {error}.", path.display()),
                "Zonder instellingen weet de dienst niet waar zijn gegevens en sleutels staan.",
                "Geef het bestand op met --config, of maak het naar het voorbeeld van config/default.toml.",
            )
        })?;
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        Self::parse(&text, folder).map_err(|error| error.in_file(path))
    }

    /// Reads an installation's own settings over the defaults; `folder` is what relative paths count from.
    ///
    /// # Errors
    /// [`StartError`] for an unknown key or a value that cannot be.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, StartError> {
        let mut table = parse_table(DEFAULT)?;
        lay_over(&mut table, parse_table(text)?);
        let mut config: Self = table.try_into().map_err(|error: toml::de::Error| unreadable(&error))?;
        for path in [
            &mut config.database.sqlite,
            &mut config.database.postgres_url_file,
            &mut config.keys.folder,
            &mut config.protocol.folder,
            &mut config.backup.destructions,
        ] {
            if !path.as_os_str().is_empty() {
                *path = folder.join(&path);
            }
        }
        config.check()?;
        Ok(config)
    }

    /// What serde cannot see.
    fn check(&self) -> Result<(), StartError> {
        let wrong = |key: &str, why: &str| {
            Err(StartError::new(
                format!("De instelling {key} kan zo niet: {why}."),
                "De dienst start niet met een instelling waarvan niet duidelijk is wat bedoeld is.",
                "Verbeter de regel; config/default.toml zegt wat er mag staan.",
            ))
        };
        let addresses = [self.listen.public, self.listen.staff];
        if self.mode == ModeName::Demo && addresses.iter().any(|address| !address.ip().is_loopback()) {
            return Err(StartError::new(
                "Een demo luistert alleen op deze machine (127.0.0.1), en listen noemt een ander adres.",
                "In een demo staan wachtwoorden die iedereen kent. Anderen zouden hem voor echt kunnen houden.",
                "Zet listen.public en listen.staff op 127.0.0.1, of richt een echte omgeving in met meldroute setup.",
            ));
        }
        if self.database.queue == 0 || self.database.readers == 0 || self.listen.workers == 0 {
            return wrong("database.queue, database.readers of listen.workers", "nul is te weinig");
        }
        if let Some((key, why)) = sign_in::wrong(&self.sessions, &self.sign_in, &self.password) {
            return wrong(key, why);
        }
        if let Some((key, why)) = self.emergency_access.impossible() {
            return wrong(key, why);
        }
        if let Some((key, why)) = self.backup.impossible() {
            return wrong(key, why);
        }
        if !self.keys.setup_fingerprint.is_empty() && self.setup_fingerprint().is_none() {
            return wrong("keys.setup_fingerprint", "een vingerafdruk heeft 64 tekens, 0-9 en a-f");
        }
        Ok(())
    }

    /// The fingerprint of the set-up key; `None` before the ceremony.
    #[must_use]
    pub fn setup_fingerprint(&self) -> Option<[u8; 32]> {
        let text = self.keys.setup_fingerprint.trim().to_lowercase();
        data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
    }

    /// The folder of the key files.
    #[must_use]
    pub fn key_folder(&self) -> KeyFolder {
        KeyFolder::at(&self.keys.folder)
    }

    /// What every page needs to know of this installation.
    #[must_use]
    pub fn site(&self, assets: &str) -> Site {
        let site = &self.site;
        let links = |links: &[LinkConfig]| links.iter().map(|link| Link::new(&link.text, &link.href)).collect();
        Site {
            gemeente: site.gemeente.clone(),
            product: site.product.clone(),
            staff_product: site.staff_product.clone(),
            mode: match self.mode {
                ModeName::Live => Mode::Live,
                ModeName::Demo => Mode::Demo,
            },
            assets: assets.to_owned(),
            emergency: Phone::new(&site.emergency),
            police: Phone::new(&site.police),
            anonymous_line: Phone::new(&site.anonymous_line),
            anonymous_site: Link::new(&site.anonymous_site_text, &site.anonymous_site),
            coordinator: Phone::new(&site.coordinator),
            coordinator_page: site.coordinator_page.clone(),
            aggression_protocol: site.aggression_protocol.clone(),
            work_network: match site.work_network {
                WorkNetworkName::SeesVisits => WorkNetwork::SeesVisits,
                WorkNetworkName::SeesContent => WorkNetwork::SeesContent,
            },
            read_within: site.read_within.clone(),
            answer_within: site.answer_within.clone(),
            follow_after_closing: site.follow_after_closing.clone(),
            idle_minutes: self.sessions.idle_minutes,
            public_links: links(&site.public_links),
            staff_links: links(&site.staff_links),
        }
    }
}

#[cfg(test)]
mod tests;
