//! HKDF-SHA256 (RFC 5869): from one secret, several that tell nothing about each other.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};

use super::canon::Canon;
use super::error::VaultError;
use super::secret::Key32;

/// Fills `out` from the secret. The label keeps uses apart: another label gives an unrelated key.
pub(super) fn derive_into(secret: &[u8], salt: &[u8], label: &[u8], out: &mut [u8]) -> Result<(), VaultError> {
    Hkdf::<Sha256>::new(Some(salt), secret).expand(label, out).map_err(|_| VaultError::TooLong)
}

/// A key of 32 bytes from the secret, for one use.
pub(super) fn derive(secret: &[u8], salt: &[u8], label: &str) -> Result<Key32, VaultError> {
    let mut key = Key32::new([0; 32]);
    derive_into(secret, salt, label.as_bytes(), key.expose_mut())?;
    Ok(key)
}

/// SHA-256 over a label and the bytes, for look-ups and fingerprints.
pub(super) fn labelled_hash(label: &str, bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(Canon::new(label).bytes(bytes).finish()).into()
}
