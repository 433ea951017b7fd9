//! The backup key and files sealed to it, in the age format (age-encryption.org/v1): X25519, HKDF-SHA256,
//! ChaCha20-Poly1305 in STREAM. The format names its version and the kind of key in its header, and the ordinary `age`
//! program opens such a file. The private half is never on the machine that makes backups.
//!
//! The age crate takes its chance from the operating system itself; that is the one exception to the rule that chance
//! is an argument.

use super::secret::Secret;
use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;
use thiserror::Error;

/// The public half: what a backup is sealed to.
#[derive(Clone)]
pub struct BackupPublic(Recipient);

/// The private half: what opens a backup. Kept away from the machine.
pub struct BackupPrivate(Identity);

/// Why a key or a sealed file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BackupKeyError {
    /// Not a public half.
    #[error("dit is geen openbare reservesleutel (age1..)")]
    NotPublic,
    /// Not a private half.
    #[error("hierin staat geen geheime reservesleutel (AGE-SECRET-KEY-1..)")]
    NotPrivate,
    /// Sealed to another key.
    #[error("dit bestand is voor een andere reservesleutel versleuteld")]
    OtherKey,
    /// No age file, or one whose beginning was changed.
    #[error("dit is geen versleutelde reservekopie, of het begin ervan is veranderd")]
    NotSealed,
}

/// Makes a pair.
#[must_use]
pub fn make() -> (BackupPublic, BackupPrivate) {
    let identity = Identity::generate();
    (BackupPublic(identity.to_public()), BackupPrivate(identity))
}

impl BackupPublic {
    /// Begins a sealed file. What is written to the result comes out sealed; without [`Sealing::finish`] the file does
    /// not open.
    ///
    /// # Errors
    /// When the beginning cannot be written.
    pub fn seal<W: Write>(&self, out: W) -> io::Result<Sealing<W>> {
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&self.0 as &dyn age::Recipient));
        Ok(Sealing(encryptor.map_err(io::Error::other)?.wrap_output(out)?))
    }
}

impl FromStr for BackupPublic {
    type Err = BackupKeyError;

    fn from_str(text: &str) -> Result<Self, BackupKeyError> {
        text.trim().parse().map(Self).map_err(|_| BackupKeyError::NotPublic)
    }
}

impl fmt::Display for BackupPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl BackupPrivate {
    /// As it is printed or kept in a file, for us and for the `age` program.
    #[must_use]
    pub fn printed(&self) -> Secret<String> {
        Secret::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Reads the file of a private half: the first line that is no remark.
    ///
    /// # Errors
    /// [`BackupKeyError::NotPrivate`].
    pub fn parse(text: &Secret<String>) -> Result<Self, BackupKeyError> {
        let line = text.expose().lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        line.and_then(|line| line.parse().ok()).map(Self).ok_or(BackupKeyError::NotPrivate)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> BackupPublic {
        BackupPublic(self.0.to_public())
    }

    /// Opens a sealed file. A byte that was changed, or an end that is missing, is an error when it is read.
    ///
    /// # Errors
    /// [`BackupKeyError::OtherKey`] or [`BackupKeyError::NotSealed`].
    pub fn open<'a, R: BufRead + 'a>(&self, sealed: R) -> Result<Box<dyn Read + 'a>, BackupKeyError> {
        let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| BackupKeyError::NotSealed)?;
        let opened = decryptor.decrypt(std::iter::once(&self.0 as &dyn age::Identity));
        match opened {
            Ok(reader) => Ok(Box::new(reader)),
            Err(age::DecryptError::NoMatchingKeys) => Err(BackupKeyError::OtherKey),
            Err(_) => Err(BackupKeyError::NotSealed),
        }
    }
}

/// A sealed file in the making.
pub struct Sealing<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Sealing<W> {
    /// Writes the end, and gives back what was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &[u8], to: &BackupPublic) -> Vec<u8> {
        let mut sealing = to.seal(Vec::new()).unwrap();
        sealing.write_all(text).unwrap();
        sealing.finish().unwrap()
    }

    fn opened(bytes: &[u8], with: &BackupPrivate) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        with.open(bytes).map_err(io::Error::other)?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_sealed_opens_with_the_private_half_from_its_file_alone() {
        let (public, private) = make();
        let public: BackupPublic = public.to_string().parse().unwrap();
        let file = Secret::new(format!("# een opmerking\n\n{}\n", private.printed().expose()));
        let private = BackupPrivate::parse(&file).unwrap();
        assert_eq!(private.public().to_string(), public.to_string());
        let text = vec![7; 200_000];
        let bytes = sealed(&text, &public);
        assert!(bytes.starts_with(b"age-encryption.org/v1\n-> X25519 "), "version and suite stand in the header");
        assert_eq!(opened(&bytes, &private).unwrap(), text);
        let (_, other) = make();
        assert_eq!(other.open(bytes.as_slice()).err(), Some(BackupKeyError::OtherKey));
        assert_eq!(private.open(&b"geen kopie"[..]).err(), Some(BackupKeyError::NotSealed));
        assert!("AGE-SECRET-KEY-1".parse::<BackupPublic>().is_err());
        assert!(BackupPrivate::parse(&Secret::new(public.to_string())).is_err());
    }

    #[test]
    fn a_changed_byte_or_a_missing_end_does_not_open() {
        let (public, private) = make();
        let bytes = sealed(&vec![7; 200_000], &public);
        for place in [40, 300, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(opened(&changed, &private).is_err(), "byte {place}");
        }
        for length in [bytes.len() - 1, bytes.len() / 2, 65_536] {
            assert!(opened(&bytes[..length], &private).is_err(), "{length} bytes");
        }
    }
}
