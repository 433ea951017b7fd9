//! XChaCha20-Poly1305 with a random nonce of 24 bytes (draft-irtf-cfrg-xchacha; ChaCha20-Poly1305 is RFC 8439).
//!
//! The long nonce is why this variant was taken: random nonces may be used for any number of messages under one key
//! without a counter that a restored backup would turn back.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

use super::entropy::Entropy;
use super::error::VaultError;
use super::secret::{Key32, Secret};

/// Bytes of nonce before the ciphertext.
pub(super) const NONCE: usize = 24;

/// Ciphertext and tag, without the nonce.
pub(super) fn seal_with_nonce(
    key: &Key32,
    nonce: &[u8; NONCE],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, VaultError> {
    XChaCha20Poly1305::new(key.expose().into())
        .encrypt(&XNonce::from(*nonce), Payload { msg: plaintext, aad })
        .map_err(|_| VaultError::TooLong)
}

/// The plaintext, if key, nonce, bound data and every byte are the same as at sealing.
pub(super) fn open_with_nonce(
    key: &Key32,
    nonce: &[u8; NONCE],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Secret<Vec<u8>>, VaultError> {
    XChaCha20Poly1305::new(key.expose().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad })
        .map(Secret::new)
        .map_err(|_| VaultError::NotGenuine)
}

/// Nonce, ciphertext and tag, appended to what the caller puts in front.
pub(super) fn seal_after(
    mut front: Vec<u8>,
    key: &Key32,
    aad: &[u8],
    plaintext: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    entropy.fill(&mut nonce)?;
    let ciphertext = seal_with_nonce(key, &nonce, aad, plaintext)?;
    front.extend_from_slice(&nonce);
    front.extend_from_slice(&ciphertext);
    Ok(front)
}

/// Opens what [`seal_after`] wrote after the front.
pub(super) fn open(key: &Key32, aad: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, VaultError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or(VaultError::NotGenuine)?;
    open_with_nonce(key, nonce, aad, ciphertext)
}

#[cfg(test)]
mod tests {
    use super::super::vectors;
    use super::*;

    #[test]
    fn the_published_vectors_of_xchacha20_poly1305_hold() {
        let ran = vectors::wycheproof("xchacha20_poly1305_test.json", |_, test| {
            let (aad, msg) = (vectors::bytes(test, "aad"), vectors::bytes(test, "msg"));
            let sealed = [vectors::bytes(test, "ct"), vectors::bytes(test, "tag")].concat();
            let key = Key32::new(vectors::array(test, "key"));
            // A nonce of another length does not fit the function's type; those vectors are refused before they begin.
            let Ok(nonce) = <[u8; NONCE]>::try_from(vectors::bytes(test, "iv")) else {
                return assert_eq!(test["result"], "invalid");
            };
            let opened = open_with_nonce(&key, &nonce, &aad, &sealed);
            if test["result"] == "valid" {
                assert_eq!(opened.unwrap().expose(), &msg, "{test}");
                assert_eq!(seal_with_nonce(&key, &nonce, &aad, &msg).unwrap(), sealed, "{test}");
            } else {
                assert_eq!(opened.err(), Some(VaultError::NotGenuine), "{test}");
            }
        });
        assert!(ran > 300);
    }
}
