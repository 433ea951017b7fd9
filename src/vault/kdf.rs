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

#[cfg(test)]
mod tests {
    use super::super::vectors;
    use super::*;

    #[test]
    fn the_published_vectors_of_hkdf_sha256_hold() {
        vectors::wycheproof("hkdf_sha256_test.json", |_, test| {
            let (ikm, salt) = (vectors::bytes(test, "ikm"), vectors::bytes(test, "salt"));
            let mut okm = vec![0; usize::try_from(test["size"].as_u64().unwrap()).unwrap()];
            let derived = derive_into(&ikm, &salt, &vectors::bytes(test, "info"), &mut okm);
            if test["result"] == "valid" {
                derived.unwrap();
                assert_eq!(okm, vectors::bytes(test, "okm"), "{test}");
            } else {
                assert!(derived.is_err(), "{test}");
            }
        });
    }

    #[test]
    fn another_label_or_salt_gives_another_key() {
        let key = |salt: &[u8], label| *derive(b"secret", salt, label).unwrap().expose();
        assert_eq!(key(b"", "a"), key(b"", "a"));
        assert_ne!(key(b"", "a"), key(b"", "b"));
        assert_ne!(key(b"", "a"), key(b"s", "a"));
    }
}
