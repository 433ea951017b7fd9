//! Sealed fields: what stands in a `_sealed` column.
//!
//! Stored bytes: format version (1 byte), key id (16), nonce (24), ciphertext with tag. The key is the record's own; the
//! place (table, column, row, key id, version) is bound in as associated data, so bytes copied to another row, column
//! or version do not open there. A changed version or key id is seen at once, before any opening.

use uuid::Uuid;

use super::aead;
use super::canon::Canon;
use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::secret::{Key32, Secret};

#[cfg(test)]
mod tests;

const FORMAT: u8 = 1;
const LABEL: &str = "meldroute/field/v1";
const STEP: usize = 64;
const EVEN_STEPS_UNTIL: usize = 1024;
const PAD_MARK: u8 = 0x80;

/// The most bytes one field holds: 64 MiB, well above the largest attachment.
pub const FIELD_MAX_BYTES: usize = 64 * 1024 * 1024;

/// The key of one record: 32 random bytes, sealed to the record's holders.
pub struct RecordKey(Key32);

impl RecordKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Key32::random(entropy)?))
    }

    /// A key that a holder opened.
    #[must_use]
    pub fn from_key(key: Key32) -> Self {
        Self(key)
    }

    /// The bytes, for sealing the key to a holder.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// The place of a field. Everything in it is bound into the sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldAddress<'a> {
    /// Name of the table.
    pub table: &'a str,
    /// Name of the column.
    pub column: &'a str,
    /// Id of the row.
    pub row: Uuid,
    /// Id of the record key. Also stands in the stored bytes.
    pub key: Uuid,
    /// Version of the row, so that an older value put back does not open.
    pub version: u32,
}

impl FieldAddress<'_> {
    fn bound(&self) -> Vec<u8> {
        Canon::new(LABEL).text(self.table).text(self.column).uuid(self.row).uuid(self.key).number(self.version).finish()
    }
}

/// Seals a value to its place.
///
/// The length is hidden in buckets: steps of 64 bytes up to 1 KiB, above that steps of one eighth of the largest power
/// of two below, so never more than an eighth is added. Equal values give different bytes.
///
/// # Errors
/// [`VaultError::TooLong`] above [`FIELD_MAX_BYTES`]; [`VaultError::Entropy`] when the source fails.
pub fn seal_field(
    key: &RecordKey,
    address: &FieldAddress<'_>,
    plaintext: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    if plaintext.len() > FIELD_MAX_BYTES {
        return Err(VaultError::TooLong);
    }
    let size = bucket(plaintext.len() + 1);
    let mut padded = Secret::new(Vec::with_capacity(size));
    padded.expose_mut().extend_from_slice(plaintext);
    padded.expose_mut().push(PAD_MARK);
    padded.expose_mut().resize(size, 0);
    let mut front = vec![FORMAT];
    front.extend_from_slice(address.key.as_bytes());
    aead::seal_after(front, &key.0, &address.bound(), padded.expose(), entropy)
}

/// Opens a value at its place.
///
/// # Errors
/// [`VaultError::UnknownFormat`] for another version, [`VaultError::UnknownKey`] for bytes sealed under another key
/// than `address.key`, [`VaultError::NotGenuine`] when bytes, place or key are not those of the sealing.
pub fn open_field(key: &RecordKey, address: &FieldAddress<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, VaultError> {
    let (key_id, rest) = split(sealed)?;
    if key_id != address.key {
        return Err(VaultError::UnknownKey);
    }
    let mut plaintext = aead::open(&key.0, &address.bound(), rest)?;
    let mark = plaintext.expose().iter().rposition(|byte| *byte != 0).ok_or(VaultError::NotGenuine)?;
    if plaintext.expose().get(mark) != Some(&PAD_MARK) {
        return Err(VaultError::NotGenuine);
    }
    plaintext.expose_mut().truncate(mark);
    Ok(plaintext)
}

/// The id of the key under which stored bytes were sealed, so that the right sealed key can be looked up.
///
/// # Errors
/// [`VaultError::UnknownFormat`] for bytes of another version or too short.
pub fn sealed_under(sealed: &[u8]) -> Result<Uuid, VaultError> {
    split(sealed).map(|(key_id, _)| key_id)
}

fn split(sealed: &[u8]) -> Result<(Uuid, &[u8]), VaultError> {
    let (&format, rest) = sealed.split_first().ok_or(VaultError::UnknownFormat)?;
    let (key_id, rest) = rest.split_first_chunk::<16>().ok_or(VaultError::UnknownFormat)?;
    if format != FORMAT {
        return Err(VaultError::UnknownFormat);
    }
    Ok((Uuid::from_bytes(*key_id), rest))
}

/// The padded size for a content of this size (mark included).
fn bucket(size: usize) -> usize {
    let step = if size <= EVEN_STEPS_UNTIL { STEP } else { (1 << size.ilog2()) / 8 };
    size.next_multiple_of(step)
}
