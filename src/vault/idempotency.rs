//! What an idempotency key keeps: the receipt of the first answer, for whoever sends the same key again.
//!
//! The key is the client's and is not stored. Three things follow from it, with the server's key file as salt so that a
//! copy of the database cannot try short keys: what the row is found by, a hash of what was submitted, and the key the
//! receipt is sealed under. None of them opens anything without the client's key.

use sha2::{Digest as _, Sha256};

use super::aead;
use super::canon::Canon;
use super::entropy::Entropy;
use super::error::VaultError;
use super::kdf::derive;
use super::receipt::Receipt;
use super::secret::Key32;
use super::session::ServerKey;

const FORMAT: u8 = 1;
const LOOKUP: &str = "meldroute/idempotency/lookup/v1";
const REQUEST: &str = "meldroute/idempotency/request/v1";
const RECEIPT: &str = "meldroute/idempotency/receipt/v1";

/// A client's key, as far as the service works with it.
pub struct IdempotencyKey {
    lookup: [u8; 32],
    request: Key32,
    receipt: Key32,
}

impl IdempotencyKey {
    /// Derives everything from the key as it was sent.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn derive(sent: &str, server: &ServerKey) -> Result<Self, VaultError> {
        let from = |label| derive(sent.as_bytes(), server.expose(), label);
        Ok(Self { lookup: *from(LOOKUP)?.expose(), request: from(REQUEST)?, receipt: from(RECEIPT)? })
    }

    /// What the row is found by.
    #[must_use]
    pub fn lookup(&self) -> [u8; 32] {
        self.lookup
    }

    /// The hash of what was submitted under this key.
    ///
    /// # Errors
    /// As [`IdempotencyKey::derive`].
    pub fn request_hash(&self, submitted: &[u8]) -> Result<[u8; 32], VaultError> {
        Ok(*derive(self.request.expose(), &Sha256::digest(submitted), REQUEST)?.expose())
    }

    /// Seals the receipt for a retry.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] when the source fails.
    pub fn seal_receipt(&self, receipt: &Receipt, entropy: &mut dyn Entropy) -> Result<Vec<u8>, VaultError> {
        aead::seal_after(vec![FORMAT], &self.receipt, &self.bound(), receipt.shown().expose().as_bytes(), entropy)
    }

    /// Opens the receipt of the first answer.
    ///
    /// # Errors
    /// [`VaultError::UnknownFormat`]; [`VaultError::NotGenuine`] for bytes of another key or row.
    pub fn open_receipt(&self, sealed: &[u8]) -> Result<Receipt, VaultError> {
        let [FORMAT, rest @ ..] = sealed else { return Err(VaultError::UnknownFormat) };
        let text = aead::open(&self.receipt, &self.bound(), rest)?;
        let text = std::str::from_utf8(text.expose()).map_err(|_| VaultError::Unreadable)?;
        Receipt::parse(text).map_err(|_| VaultError::Unreadable)
    }

    fn bound(&self) -> Vec<u8> {
        Canon::new(RECEIPT).bytes(&self.lookup).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::*;

    fn key(sent: &str, seed: u64) -> IdempotencyKey {
        let server = ServerKey::random(&mut SeededEntropy::new(seed)).unwrap();
        IdempotencyKey::derive(sent, &server).unwrap()
    }

    #[test]
    fn the_same_key_opens_the_receipt_again_and_no_other_does() {
        let receipt = Receipt::random(&mut SeededEntropy::new(3)).unwrap();
        let sealed = key("een-sleutel-van-de-klant", 1).seal_receipt(&receipt, &mut SeededEntropy::new(4)).unwrap();
        let opened = key("een-sleutel-van-de-klant", 1).open_receipt(&sealed).unwrap();
        assert_eq!(opened.shown().expose(), receipt.shown().expose());
        for other in [key("een-sleutel-van-de-klanu", 1), key("een-sleutel-van-de-klant", 2)] {
            assert_eq!(other.open_receipt(&sealed).err(), Some(VaultError::NotGenuine));
        }
        assert_eq!(key("een-sleutel-van-de-klant", 1).open_receipt(&[9]).err(), Some(VaultError::UnknownFormat));
    }

    #[test]
    fn what_was_submitted_cannot_be_guessed_without_the_key() {
        let hash = |sent, body: &[u8]| key(sent, 1).request_hash(body).unwrap();
        assert_eq!(hash("a", b"tekst"), hash("a", b"tekst"));
        assert_ne!(hash("a", b"tekst"), hash("a", b"tekst "));
        assert_ne!(hash("a", b"tekst"), hash("b", b"tekst"));
        assert_ne!(key("a", 1).lookup(), key("b", 1).lookup());
    }
}
