//! The keys of a member: one pair to receive keys, one to sign.

use uuid::Uuid;

use super::aead;
use super::canon::Canon;
use super::entropy::Entropy;
use super::error::VaultError;
use super::password::WrappingKey;
use super::seal::{HolderPrivate, HolderPublic, generate_pair};
use super::secret::{Key32, Secret};
use super::signing::{Signer, VerifyKey};

#[cfg(test)]
mod tests;

const FORMAT: u8 = 1;
const LABEL: &str = "meldroute/member-keys/v1";

/// The private keys of a member. They exist in memory while the member is signed in, and nowhere in the clear besides.
pub struct MemberKeys {
    /// Opens what was sealed to the member.
    pub exchange: HolderPrivate,
    /// Signs statements, weighings, checks, decisions and grants.
    pub signing: Signer,
}

/// The public halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberPublics {
    /// To seal to the member.
    pub exchange: HolderPublic,
    /// To check the member's signatures.
    pub signing: VerifyKey,
}

impl MemberKeys {
    /// Fresh keys, made at a member's first sign-in.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] when the source fails.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, VaultError> {
        let (_, exchange) = generate_pair(entropy)?;
        Ok(Self { exchange, signing: Signer::generate(entropy)? })
    }

    /// The public halves.
    ///
    /// # Errors
    /// [`VaultError::UnusableKey`]; does not happen for keys made here.
    pub fn publics(&self) -> Result<MemberPublics, VaultError> {
        Ok(MemberPublics { exchange: self.exchange.public()?, signing: self.signing.verify_key() })
    }

    /// Seals both keys under the member's password-derived key, bound to the member's id, for storage.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] when the source fails.
    pub fn wrap(
        &self,
        wrapping: &WrappingKey,
        member_id: Uuid,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        aead::seal_after(vec![FORMAT], &wrapping.0, &bound(member_id), self.together().expose(), entropy)
    }

    /// Opens what [`wrap`](Self::wrap) made.
    ///
    /// # Errors
    /// [`VaultError::UnknownFormat`]; [`VaultError::NotGenuine`] for another member, another key or changed bytes.
    pub fn open(wrapping: &WrappingKey, member_id: Uuid, wrapped: &[u8]) -> Result<Self, VaultError> {
        let [FORMAT, rest @ ..] = wrapped else { return Err(VaultError::UnknownFormat) };
        Self::apart(aead::open(&wrapping.0, &bound(member_id), rest)?.expose())
    }

    /// Both private keys in a row: 32 bytes exchange, 32 bytes signing.
    pub(super) fn together(&self) -> Secret<Vec<u8>> {
        Secret::new([*self.exchange.expose(), *self.signing.expose()].concat())
    }

    /// The reverse of [`together`](Self::together).
    pub(super) fn apart(bytes: &[u8]) -> Result<Self, VaultError> {
        let ([exchange, signing], []) = bytes.as_chunks::<32>() else { return Err(VaultError::NotGenuine) };
        Ok(Self {
            exchange: HolderPrivate::from_key(Key32::copy_of(exchange))?,
            signing: Signer::from_key(Key32::copy_of(signing)),
        })
    }
}

fn bound(member_id: Uuid) -> Vec<u8> {
    Canon::new(LABEL).uuid(member_id).finish()
}
