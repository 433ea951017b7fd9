//! Signed notes: a text and the Ed25519 signatures under it, in the open format of C2SP `signed-note`, so that anyone
//! can check them with tools that are not ours.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The algorithm byte of Ed25519 in key ids and verifier keys.
const ED25519: u8 = 1;
/// More signatures than this under one note are not read: nobody needs them, and each costs time.
const MOST_SIGNATURES: usize = 100;
/// What every signature line begins with: an em dash and a space.
const SIGNATURE_LINE: &str = "\u{2014} ";

/// Why a key or a note is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not of the form `name+hash+base64`, or the hash does not belong to the name and key, or no Ed25519 key.
    #[error("dit is geen geldige controlesleutel (naam+kenmerk+sleutel)")]
    KeyMalformed,
    /// A key name is empty, or contains white space or a plus sign.
    #[error("een sleutelnaam mag niet leeg zijn en geen spatie of plusteken bevatten")]
    KeyNameInvalid,
    /// Two different keys carry the same name and hash, so a signature cannot be laid to one of them.
    #[error("twee verschillende sleutels dragen dezelfde naam en hetzelfde kenmerk")]
    KeyAmbiguous,
    /// The text is not a signed note.
    #[error("dit is geen ondertekende notitie in het juiste formaat")]
    NoteMalformed,
    /// No signature is by one of the keys given.
    #[error("geen van de handtekeningen is gezet met een bekende sleutel")]
    NoKnownSignature,
    /// A signature claims a known key but that key did not set it.
    #[error("een handtekening klopt niet: de tekst is veranderd of de handtekening is vals")]
    SignatureWrong,
}

/// The log's own signing key. Has no `Debug` and is wiped when dropped.
pub struct LedgerKey {
    name: String,
    signing: SigningKey,
}

impl LedgerKey {
    /// The key made from 32 random bytes, which the caller draws and stores. The name appears in every note and should
    /// be the origin of the log, for instance `meldroute.voorbeeldgemeente.nl/logboek`.
    ///
    /// # Errors
    /// [`NoteError::KeyNameInvalid`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), signing: SigningKey::from_bytes(seed) })
    }

    /// The name that stands in the notes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half as bytes (Ed25519), for the statement that introduces this key.
    #[must_use]
    pub fn public_bytes(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// The public half, to give to whoever should be able to check.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        let key = self.signing.verifying_key();
        VerifierKey { name: self.name.clone(), id: key_id(&self.name, &key), key }
    }

    /// The note over `text`, which must end in a newline.
    ///
    /// # Errors
    /// [`NoteError::NoteMalformed`] when the text is empty, does not end in a newline or has control characters.
    pub fn sign_note(&self, text: &str) -> Result<String, NoteError> {
        if text.is_empty() || !text.ends_with('\n') || has_control_characters(text) {
            return Err(NoteError::NoteMalformed);
        }
        let mut signature = self.verifier().id.to_vec();
        signature.extend(self.signing.sign(text.as_bytes()).to_bytes());
        Ok(format!("{text}\n{SIGNATURE_LINE}{} {}\n", self.name, BASE64.encode(&signature)))
    }
}

/// The public half of a key that signs notes. Written as `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// The name that stands in the notes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, HEXLOWER.encode(&self.id), BASE64.encode(&bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::KeyMalformed);
        };
        check_name(name)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| NoteError::KeyMalformed)?;
        let Some((&ED25519, key)) = key.split_first() else { return Err(NoteError::KeyMalformed) };
        let key = <[u8; 32]>::try_from(key).map_err(|_| NoteError::KeyMalformed)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NoteError::KeyMalformed)?;
        let found = Self { name: name.to_owned(), id: key_id(name, &key), key };
        if HEXLOWER.encode(&found.id) == id { Ok(found) } else { Err(NoteError::KeyMalformed) }
    }
}

/// A note of which at least one signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedNote<'note> {
    /// The text that was signed, with its last newline.
    pub text: &'note str,
    /// Names of the keys whose signature holds, in the order of the note, each once.
    pub signed_by: Vec<String>,
}

/// Checks a note against known keys. Signatures by unknown keys (witnesses, for instance) are passed over; a signature
/// that claims a known key and is wrong makes the whole note wrong.
///
/// # Errors
/// [`NoteError`], see its variants.
pub fn open<'note>(note: &'note [u8], keys: &[VerifierKey]) -> Result<VerifiedNote<'note>, NoteError> {
    let (text, signatures) = split(note)?;
    let mut seen: Vec<&VerifierKey> = Vec::new();
    for (count, line) in signatures.split_inclusive('\n').enumerate() {
        let (name, id, signature) = signature_line(line)?;
        if count >= MOST_SIGNATURES {
            return Err(NoteError::NoteMalformed);
        }
        let mut known = keys.iter().filter(|key| key.name == name && key.id == id);
        let Some(key) = known.next() else { continue };
        if known.next().is_some() {
            return Err(NoteError::KeyAmbiguous);
        }
        if seen.contains(&key) {
            continue;
        }
        let signature = Signature::from_slice(&signature).map_err(|_| NoteError::SignatureWrong)?;
        key.key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteError::SignatureWrong)?;
        seen.push(key);
    }
    let signed_by: Vec<String> = seen.into_iter().map(|key| key.name.clone()).collect();
    if signed_by.is_empty() { Err(NoteError::NoKnownSignature) } else { Ok(VerifiedNote { text, signed_by }) }
}

/// The text of a note whose signatures nobody checked: to read what it says, not to believe it.
///
/// # Errors
/// [`NoteError::NoteMalformed`].
pub fn text_unverified(note: &[u8]) -> Result<&str, NoteError> {
    split(note).map(|(text, _)| text)
}

fn split(note: &[u8]) -> Result<(&str, &str), NoteError> {
    let note = str::from_utf8(note).map_err(|_| NoteError::NoteMalformed)?;
    let before = note.rfind("\n\n").ok_or(NoteError::NoteMalformed)?;
    let (text, rest) = note.split_at_checked(before.saturating_add(1)).ok_or(NoteError::NoteMalformed)?;
    let signatures = rest.strip_prefix('\n').ok_or(NoteError::NoteMalformed)?;
    if signatures.is_empty() || !signatures.ends_with('\n') || has_control_characters(note) {
        return Err(NoteError::NoteMalformed);
    }
    Ok((text, signatures))
}

fn signature_line(line: &str) -> Result<(&str, [u8; 4], Vec<u8>), NoteError> {
    let line = line.strip_prefix(SIGNATURE_LINE).and_then(|line| line.strip_suffix('\n'));
    let (name, base64) = line.and_then(|line| line.split_once(' ')).ok_or(NoteError::NoteMalformed)?;
    check_name(name).map_err(|_| NoteError::NoteMalformed)?;
    let bytes = BASE64.decode(base64.as_bytes()).map_err(|_| NoteError::NoteMalformed)?;
    let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::NoteMalformed)?;
    if signature.is_empty() { Err(NoteError::NoteMalformed) } else { Ok((name, *id, signature.to_vec())) }
}

/// The first four bytes of SHA-256 over name, newline, algorithm and public key.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(name.as_bytes())
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let valid = !name.is_empty() && !name.contains('+') && !name.contains(char::is_whitespace);
    if valid { Ok(()) } else { Err(NoteError::KeyNameInvalid) }
}

fn has_control_characters(text: &str) -> bool {
    text.bytes().any(|byte| byte < 0x20 && byte != b'\n')
}

#[cfg(test)]
mod tests;
