//! The key files: 32 bytes each, as text, in a folder only the service's own user enters.
//!
//! Nothing here ever writes over a file: a key that is lost takes what it sealed or signed with it.

mod backup;

use super::StartError;
use crate::app::KeyFiles;
use crate::vault::entropy::Entropy;
use crate::vault::secret::{Key32, Secret};
use crate::vault::session::ServerKey;
use crate::vault::signing::Signer;
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Dutch: *sleutelbestand*. One of the key files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyName {
    /// Seals members' keys into their session rows.
    Server,
    /// Signs checkpoints.
    Ledger,
    /// Signs the first statements; taken away when everyone is in.
    Setup,
    /// The public half of the set-up key.
    SetupPublic,
}

impl KeyName {
    /// Every file, in the order in which they are made.
    pub const ALL: [Self; 4] = [Self::Server, Self::Ledger, Self::Setup, Self::SetupPublic];

    /// The name of the file.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Server => "server.key",
            Self::Ledger => "ledger.key",
            Self::Setup => "setup.key",
            Self::SetupPublic => "setup.pub",
        }
    }

    /// What it is for, in the words of an operator.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Server => "de sleutel die sessies beschermt",
            Self::Ledger => "de sleutel die controlepunten van het logboek tekent",
            Self::Setup => "de inrichtingssleutel, die eerste aanmeldingen bevestigt",
            Self::SetupPublic => "de openbare helft van de inrichtingssleutel",
        }
    }
}

/// Dutch: *sleutelmap*. The folder with the key files.
#[derive(Debug, Clone)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder at this path.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where a file is.
    #[must_use]
    pub fn path(&self, name: KeyName) -> PathBuf {
        self.0.join(name.file())
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Makes the folder and every key, and gives the fingerprint of the set-up key.
    ///
    /// # Errors
    /// [`StartError`] when one of the files is there already, or the folder cannot be written.
    pub fn create(&self, entropy: &mut dyn Entropy) -> Result<[u8; 32], StartError> {
        if let Some(there) = KeyName::ALL.into_iter().find(|name| self.path(*name).exists()) {
            return Err(StartError::new(
                format!("Er staat al een sleutelbestand: {}.", self.path(there).display()),
                "Een nieuwe sleutel eroverheen zou alles onleesbaar maken wat met de oude is verzegeld of getekend.",
                "Is deze omgeving al ingericht, gebruik haar dan. Begint u opnieuw, kies dan een lege map.",
            ));
        }
        make_folder(&self.0).map_err(|error| self.unwritable(&error))?;
        let mut draw = || Key32::random(entropy).map_err(|error| StartError::unexpected(&error));
        let server = ServerKey::from_key(draw()?);
        let ledger = draw()?;
        let setup = Signer::from_key(draw()?);
        let public = setup.verify_key();
        for (name, bytes) in [
            (KeyName::Server, server.expose()),
            (KeyName::Ledger, ledger.expose()),
            (KeyName::Setup, setup.expose()),
            (KeyName::SetupPublic, &public.0),
        ] {
            self.write(name, bytes).map_err(|error| self.unwritable(&error))?;
        }
        Ok(public.fingerprint())
    }

    /// Takes keys away that were just made and that nothing was sealed to yet, because the rest of a ceremony failed.
    pub fn take_away_new(&self) {
        for name in KeyName::ALL {
            drop(std::fs::remove_file(self.path(name)));
        }
    }

    fn write(&self, name: KeyName, bytes: &[u8; 32]) -> std::io::Result<()> {
        let mode = if name == KeyName::SetupPublic { 0o644 } else { 0o600 };
        let path = self.path(name);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        let text = Secret::new(format!("{}\n", HEXLOWER.encode(bytes)));
        file.write_all(text.expose().as_bytes())?;
        file.sync_all()
    }

    fn unwritable(&self, error: &std::io::Error) -> StartError {
        StartError::new(
            format!("De sleutelmap {} is niet te maken of te beschrijven: {error}.", self.0.display()),
            "Zonder sleutels kan niets worden verzegeld en start de dienst niet.",
            "Geef de gebruiker van de dienst schrijfrecht op de map erboven, of kies een andere map (keys.folder).",
        )
    }

    /// Reads the keys. The set-up key may have been taken away.
    ///
    /// # Errors
    /// [`StartError`] when a file is missing, is not a key, or may be read by everybody on the machine.
    pub fn read(&self, log_name: &str) -> Result<KeyFiles, StartError> {
        let (ledger, setup_public) = self.log_keys(log_name)?;
        let setup =
            if self.path(KeyName::Setup).exists() { Some(Signer::from_key(self.key(KeyName::Setup)?)) } else { None };
        Ok(KeyFiles { server: ServerKey::from_key(self.key(KeyName::Server)?), ledger, setup, setup_public })
    }

    /// The permission bits of a file; `None` when it is not there.
    #[must_use]
    pub fn permissions(&self, name: KeyName) -> Option<u32> {
        std::fs::metadata(self.path(name)).ok().map(|found| found.permissions().mode() & 0o777)
    }

    fn key(&self, name: KeyName) -> Result<Key32, StartError> {
        let path = self.path(name);
        let text = std::fs::read_to_string(&path).map(Secret::new).map_err(|error| {
            StartError::new(
                format!("Het sleutelbestand {} is niet te lezen: {error}.", path.display()),
                format!("Het is {}. Zonder dat bestand start de dienst niet.", name.purpose()),
                "Zet het terug uit de bewaarde kopie, met leesrecht voor alleen de gebruiker van de dienst.",
            )
        })?;
        if name != KeyName::SetupPublic && self.permissions(name).is_some_and(|bits| bits & 0o007 != 0) {
            return Err(StartError::new(
                format!("Iedereen op deze machine mag {} lezen.", path.display()),
                format!("Het is {}. Wie het leest, kan zich als deze dienst voordoen.", name.purpose()),
                format!("chmod 600 {}. Ga na wie erbij kon.", path.display()),
            ));
        }
        parse_key(text.expose()).ok_or_else(|| {
            StartError::new(
                format!("Het bestand {} bevat geen sleutel.", path.display()),
                "Een sleutel is 32 bytes, geschreven als 64 tekens hexadecimaal of 44 tekens base64.",
                "Zet het terug uit de bewaarde kopie.",
            )
        })
    }
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700));
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn parse_key(text: &str) -> Option<Key32> {
    let text = text.trim().as_bytes();
    let bytes = match text.len() {
        64 => HEXLOWER_PERMISSIVE.decode(text),
        _ => BASE64.decode(text),
    };
    let bytes = Secret::new(bytes.ok()?);
    Some(Key32::copy_of(bytes.expose().as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    fn folder() -> (tempfile::TempDir, KeyFolder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = KeyFolder::at(&temporary.path().join("sleutels"));
        (temporary, folder)
    }

    #[test]
    fn keys_are_made_for_one_user_and_read_back() {
        let (_temporary, folder) = folder();
        let fingerprint = folder.create(&mut SeededEntropy::new(1)).unwrap();
        assert_eq!(std::fs::metadata(folder.folder()).unwrap().permissions().mode() & 0o777, 0o700);
        for name in [KeyName::Server, KeyName::Ledger, KeyName::Setup] {
            assert_eq!(folder.permissions(name), Some(0o600), "{}", name.file());
        }
        let keys = folder.read("proef/logboek").unwrap();
        assert_eq!(keys.setup_public.fingerprint(), fingerprint);
        assert_eq!(keys.setup.unwrap().verify_key(), keys.setup_public);
        assert_ne!(keys.server.expose(), &[0; 32]);
    }

    #[test]
    fn a_key_is_never_written_over() {
        let (_temporary, folder) = folder();
        folder.create(&mut SeededEntropy::new(1)).unwrap();
        let before = std::fs::read(folder.path(KeyName::Server)).unwrap();
        std::fs::remove_file(folder.path(KeyName::Setup)).unwrap();
        let refused = folder.create(&mut SeededEntropy::new(2)).unwrap_err();
        assert!(refused.what.contains("server.key"), "{refused}");
        assert_eq!(std::fs::read(folder.path(KeyName::Server)).unwrap(), before);
        assert!(!folder.path(KeyName::Setup).exists());
    }

    #[test]
    fn the_setup_key_may_be_taken_away_and_no_other() {
        let (_temporary, folder) = folder();
        folder.create(&mut SeededEntropy::new(1)).unwrap();
        std::fs::remove_file(folder.path(KeyName::Setup)).unwrap();
        assert!(folder.read("proef/logboek").unwrap().setup.is_none());
        std::fs::remove_file(folder.path(KeyName::Ledger)).unwrap();
        assert!(folder.read("proef/logboek").err().unwrap().what.contains("ledger.key"));
    }

    #[test]
    fn a_key_everybody_can_read_is_refused() {
        let (_temporary, folder) = folder();
        folder.create(&mut SeededEntropy::new(1)).unwrap();
        let path = folder.path(KeyName::Server);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(folder.read("proef/logboek").err().unwrap().todo.contains("chmod 600"));
    }

    #[test]
    fn a_key_may_be_written_as_hexadecimal_or_base64() {
        let bytes: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).unwrap());
        for text in [HEXLOWER.encode(&bytes), HEXLOWER.encode(&bytes).to_uppercase(), BASE64.encode(&bytes) + "\n"] {
            assert_eq!(parse_key(&text).unwrap().expose(), &bytes, "{text}");
        }
        for text in ["", "00", "geheim", &HEXLOWER.encode(&bytes[1..])] {
            assert!(parse_key(text).is_none(), "{text}");
        }
    }
}
