//! The key files around a backup: which go along, the public half it is sealed to, and putting them back.

use super::{KeyFolder, KeyName, make_folder, parse_key};
use crate::config::StartError;
use crate::ledger::note::LedgerKey;
use crate::vault::backup::BackupPublic;
use crate::vault::entropy::Entropy;
use crate::vault::secret::Key32;
use crate::vault::session::ServerKey;
use crate::vault::signing::VerifyKey;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// The public half of the backup key.
const BACKUP_PUBLIC: &str = "backup.pub";

/// What goes along in the file with keys. Not the key of sessions, which a restore makes anew, and never the set-up key.
const GO_ALONG: [KeyName; 2] = [KeyName::Ledger, KeyName::SetupPublic];

impl KeyFolder {
    fn backup_public_path(&self) -> PathBuf {
        self.folder().join(BACKUP_PUBLIC)
    }

    /// What backups are sealed to.
    ///
    /// # Errors
    /// [`StartError`] when there is no such key yet, or the file is no key.
    pub fn backup_public(&self) -> Result<BackupPublic, StartError> {
        let path = self.backup_public_path();
        let failed = |why: String| {
            StartError::new(
                format!("De openbare reservesleutel {} is er niet of niet te lezen: {why}.", path.display()),
                "Er kan geen reservekopie worden gemaakt: er is niets om haar mee te versleutelen.",
                "Maak één keer een reservesleutel: meldroute backup-key. De geheime helft gaat van deze machine.",
            )
        };
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        text.parse().map_err(|error| failed(format!("{error}")))
    }

    /// Keeps the public half of a new backup key.
    ///
    /// # Errors
    /// [`StartError`] when there is one already.
    pub fn put_backup_public(&self, public: &BackupPublic) -> Result<(), StartError> {
        let path = self.backup_public_path();
        if path.exists() {
            return Err(StartError::new(
                format!("Er is al een reservesleutel: {}.", path.display()),
                "Eerdere kopieën openen alleen met de geheime helft die daarbij hoort.",
                "Is die helft kwijt of gelekt, haal dan dit bestand weg, maak een nieuwe sleutel en meteen een nieuwe \
                 reservekopie, en bewaar de oude helft zolang er oude kopieën zijn.",
            ));
        }
        make_folder(self.folder()).map_err(|error| self.unwritable(&error))?;
        Self::put_text(&path, &format!("{public}\n"), 0o644).map_err(|error| self.unwritable(&error))
    }

    /// Takes the public half away whose private half could not be kept.
    pub fn take_away_backup_public(&self) {
        drop(std::fs::remove_file(self.backup_public_path()));
    }

    /// The key files that go along in a backup: name and text.
    ///
    /// # Errors
    /// [`StartError`] when one is missing.
    pub fn texts_for_backup(&self) -> Result<BTreeMap<String, String>, StartError> {
        let text = |name: KeyName| {
            let key = self.key(name)?;
            Ok((name.file().to_owned(), data_encoding::HEXLOWER.encode(key.expose())))
        };
        GO_ALONG.into_iter().map(text).collect()
    }

    /// Puts key files of a backup back. One that is here already must be the same.
    ///
    /// # Errors
    /// [`StartError`] when one is missing in the backup, is not of the installation with this fingerprint, or another
    /// is here; nothing is written then.
    pub fn put_back(&self, files: &BTreeMap<String, String>, fingerprint: [u8; 32]) -> Result<(), StartError> {
        let mut missing = Vec::new();
        for name in GO_ALONG {
            let key = files.get(name.file()).and_then(|text| parse_key(text)).ok_or_else(|| {
                StartError::new(
                    format!("In het bestand met sleutels zit geen bruikbare {}.", name.file()),
                    "De database is leeg gebleven.",
                    "Neem een andere reservekopie.",
                )
            })?;
            if name == KeyName::SetupPublic && VerifyKey(*key.expose()).fingerprint() != fingerprint {
                return Err(StartError::new(
                    "De kopie is van een omgeving met een andere inrichtingssleutel dan keys.setup_fingerprint.",
                    "De database is leeg gebleven.",
                    "Vergelijk de vingerafdruk in de instellingen met die op het papier van de inrichting.",
                ));
            }
            if !self.path(name).exists() {
                missing.push((name, key));
            } else if self.key(name)?.expose() != key.expose() {
                return Err(StartError::new(
                    format!("Er staat al een andere {}.", self.path(name).display()),
                    "Er wordt nooit over een sleutel heen geschreven. De database is leeg gebleven.",
                    "Kies een lege sleutelmap, of haal het bestand weg als u zeker weet dat het nergens meer bij hoort.",
                ));
            }
        }
        make_folder(self.folder()).map_err(|error| self.unwritable(&error))?;
        missing
            .iter()
            .try_for_each(|(name, key)| self.write(*name, key.expose()))
            .map_err(|error| self.unwritable(&error))
    }

    /// The keys that the log is proven with: the one that signs checkpoints, and the public half of the set-up key.
    ///
    /// # Errors
    /// [`StartError`] when one is missing or no key.
    pub fn log_keys(&self, log_name: &str) -> Result<(LedgerKey, VerifyKey), StartError> {
        let ledger = self.key(KeyName::Ledger)?;
        let ledger = LedgerKey::from_seed(log_name, ledger.expose()).map_err(|error| {
            StartError::new(
                format!("De instelling keys.log_name kan zo niet: {error}."),
                "De naam staat in elk ondertekend controlepunt van het logboek.",
                "Kies een naam zonder spatie of plusteken, bijvoorbeeld meldroute.gemeente.nl/logboek.",
            )
        })?;
        Ok((ledger, VerifyKey(*self.key(KeyName::SetupPublic)?.expose())))
    }

    /// Refuses a folder in which a key of sessions lies: a restored installation gets a new one.
    ///
    /// # Errors
    /// [`StartError`] when it is there.
    pub fn assure_no_server_key(&self) -> Result<(), StartError> {
        let path = self.path(KeyName::Server);
        if !path.exists() {
            return Ok(());
        }
        Err(StartError::new(
            format!("Er staat al een sleutel voor sessies: {}.", path.display()),
            "Een teruggezette omgeving krijgt een nieuwe, zodat geen sessie van vroeger nog werkt. De database is leeg \
             gebleven.",
            "Haal dat bestand weg als de oude dienst hier niet meer draait, of kies een lege sleutelmap.",
        ))
    }

    /// Makes the key of sessions anew.
    ///
    /// # Errors
    /// [`StartError`] when it is there already or cannot be written.
    pub fn make_server_key(&self, entropy: &mut dyn Entropy) -> Result<(), StartError> {
        let key = ServerKey::from_key(Key32::random(entropy).map_err(|error| StartError::unexpected(&error))?);
        self.write(KeyName::Server, key.expose()).map_err(|error| self.unwritable(&error))
    }

    fn put_text(path: &std::path::Path, text: &str, mode: u32) -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}
