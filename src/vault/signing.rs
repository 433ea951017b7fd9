//! Ed25519 signatures (RFC 8032), each for one stated use.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::canon::Canon;
use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::secret::Key32;

#[cfg(test)]
mod tests;

const LABEL: &str = "meldroute/sign/v1";

/// A signature of 64 bytes. Public, like what it signs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// The public half of a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyKey(pub [u8; 32]);

/// The private half of a signing key.
pub struct Signer(Key32);

impl Signer {
    /// A fresh signing key.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Key32::random(entropy)?))
    }

    /// Takes a signing key (the 32-byte seed of RFC 8032) that was opened or read from a file.
    #[must_use]
    pub fn from_key(seed: Key32) -> Self {
        Self(seed)
    }

    /// The seed, for wrapping and for a key file.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// The public half.
    #[must_use]
    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey(self.signing_key().verifying_key().to_bytes())
    }

    /// Signs a message for one use. The context (such as `meldroute/key-statement/v1`) is part of what is signed, so a
    /// signature given for one use is worth nothing for another.
    #[must_use]
    pub fn sign(&self, context: &str, message: &[u8]) -> Signature {
        self.sign_bare(&separated(context, message))
    }

    fn sign_bare(&self, bytes: &[u8]) -> Signature {
        Signature(self.signing_key().sign(bytes).to_bytes())
    }

    fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(self.0.expose())
    }
}

impl VerifyKey {
    /// Checks a signature for one use, strictly (no weak keys, no second form of the same signature).
    ///
    /// # Errors
    /// [`VaultError::NotGenuine`] when it is not this key's signature over this message in this context.
    pub fn verify_strict(&self, context: &str, message: &[u8], signature: &Signature) -> Result<(), VaultError> {
        self.verify_bare(&separated(context, message), signature)
    }

    /// SHA-256 of the 32 bytes of the key: what stands in the configuration and is compared by people.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    fn verify_bare(&self, bytes: &[u8], signature: &Signature) -> Result<(), VaultError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| VaultError::NotGenuine)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(bytes, &signature).map_err(|_| VaultError::NotGenuine)
    }
}

fn separated(context: &str, message: &[u8]) -> Vec<u8> {
    Canon::new(LABEL).text(context).bytes(message).finish()
}
