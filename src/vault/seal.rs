//! Sealing a key to a holder: HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20Poly1305.
//!
//! Stored bytes: format version (1), suite (1), encapsulated key (32), ciphertext with tag (48). The suite stands apart
//! from the version so that a hybrid with a post-quantum part can be added beside this one. What is sealed, to whom and
//! as what ([`SealPurpose`]) is the HPKE `info`: a sealed key put in another's row does not open.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::CryptoRng;
use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _, single_shot_open, single_shot_seal_with_rng,
};
use uuid::Uuid;

use super::canon::Canon;
use super::entropy::{Entropy, generator};
use super::error::VaultError;
use super::secret::{Key32, Secret};
use crate::domain::time::Moment;

#[cfg(test)]
mod tests;

const FORMAT: u8 = 1;
const SUITE_X25519_CHACHA: u8 = 1;
const LABEL: &str = "meldroute/seal/v1";
const ENCAPSULATED: usize = 32;

type PrivateKey = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// The public X25519 key of a holder: a group, a circle, a member, a melder or recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HolderPublic(pub [u8; 32]);

/// The private X25519 key of a holder.
///
/// The bytes are kept clamped (RFC 7748, section 5), as the HPKE crate writes them: a private key read from elsewhere
/// may come back with other bytes and is still the same key. Compare public keys.
pub struct HolderPrivate(Key32);

impl HolderPrivate {
    /// Takes a private key that was opened or joined.
    ///
    /// # Errors
    /// [`VaultError::UnusableKey`] if the crate refuses the bytes.
    pub fn from_key(key: Key32) -> Result<Self, VaultError> {
        Self::from_private(&PrivateKey::from_bytes(key.expose()).map_err(|_| VaultError::UnusableKey)?)
    }

    /// The bytes, for sealing a group's private key to its members.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// The public half.
    ///
    /// # Errors
    /// [`VaultError::UnusableKey`]; does not happen for a key made here.
    pub fn public(&self) -> Result<HolderPublic, VaultError> {
        Ok(HolderPublic(X25519HkdfSha256::sk_to_pk(&self.private()?).to_bytes().into()))
    }

    fn private(&self) -> Result<PrivateKey, VaultError> {
        PrivateKey::from_bytes(self.0.expose()).map_err(|_| VaultError::UnusableKey)
    }

    fn from_private(private: &PrivateKey) -> Result<Self, VaultError> {
        let mut bytes = Key32::new([0; 32]);
        private.write_exact(bytes.expose_mut());
        Ok(Self(bytes))
    }
}

/// What a sealed key is for. All of it is bound into the sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealPurpose<'a> {
    /// Id of the key that is sealed.
    pub what: Uuid,
    /// Id of the holder's key.
    pub holder: Uuid,
    /// As what it is sealed, such as `record`, `group`, `share`.
    pub kind: &'a str,
    /// When it stops to count, for what is lent: with another end it does not open.
    pub until: Option<Moment>,
}

impl SealPurpose<'_> {
    fn info(&self) -> Vec<u8> {
        let info = Canon::new(LABEL).text(self.kind).uuid(self.what).uuid(self.holder);
        match self.until {
            Some(until) => info.bytes(&until.micros().to_be_bytes()).finish(),
            None => info.finish(),
        }
    }
}

/// A fresh pair.
///
/// # Errors
/// [`VaultError::Entropy`] when the source fails.
pub fn generate_pair(entropy: &mut dyn Entropy) -> Result<(HolderPublic, HolderPrivate), VaultError> {
    pair_from_seed(&Key32::random(entropy)?)
}

/// The pair that belongs to a seed (RFC 9180, section 7.1.3, `DeriveKeyPair`).
pub(super) fn pair_from_seed(seed: &Key32) -> Result<(HolderPublic, HolderPrivate), VaultError> {
    let (private, public) = X25519HkdfSha256::derive_keypair(seed.expose());
    Ok((HolderPublic(public.to_bytes().into()), HolderPrivate::from_private(&private)?))
}

/// Seals a key of 32 bytes to a holder. Only the holder's private key opens it; not even the sealer can.
///
/// # Errors
/// [`VaultError::UnusableKey`] for a public key on which no secret can be agreed (a point of low order),
/// [`VaultError::Entropy`] when the source fails.
pub fn seal_key(
    holder: &HolderPublic,
    purpose: &SealPurpose<'_>,
    key: &[u8; 32],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    let front = [FORMAT, SUITE_X25519_CHACHA];
    let (encapsulated, ciphertext) = hpke_seal(holder, &purpose.info(), &front, key, &mut generator(entropy)?)?;
    Ok([front.as_slice(), &encapsulated, &ciphertext].concat())
}

/// Opens a sealed key.
///
/// # Errors
/// [`VaultError::UnknownFormat`] and [`VaultError::UnknownSuite`] for bytes of another kind,
/// [`VaultError::NotGenuine`] for another holder, another purpose or changed bytes.
pub fn open_key(holder: &HolderPrivate, purpose: &SealPurpose<'_>, sealed: &[u8]) -> Result<Key32, VaultError> {
    let (&front, rest) = sealed.split_first_chunk::<2>().ok_or(VaultError::UnknownFormat)?;
    match front {
        [FORMAT, SUITE_X25519_CHACHA] => {}
        [FORMAT, _] => return Err(VaultError::UnknownSuite),
        _ => return Err(VaultError::UnknownFormat),
    }
    let (encapsulated, ciphertext) = rest.split_first_chunk::<ENCAPSULATED>().ok_or(VaultError::NotGenuine)?;
    let opened = hpke_open(holder, encapsulated, &purpose.info(), &front, ciphertext)?;
    let bytes: &[u8; 32] = opened.expose().as_slice().try_into().map_err(|_| VaultError::NotGenuine)?;
    Ok(Key32::copy_of(bytes))
}

fn hpke_seal(
    holder: &HolderPublic,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    generator: &mut impl CryptoRng,
) -> Result<([u8; ENCAPSULATED], Vec<u8>), VaultError> {
    let holder = PublicKey::from_bytes(&holder.0).map_err(|_| VaultError::UnusableKey)?;
    let (encapsulated, ciphertext) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &holder,
        info,
        plaintext,
        aad,
        generator,
    )
    .map_err(|_| VaultError::UnusableKey)?;
    Ok((encapsulated.to_bytes().into(), ciphertext))
}

fn hpke_open(
    holder: &HolderPrivate,
    encapsulated: &[u8; ENCAPSULATED],
    info: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Secret<Vec<u8>>, VaultError> {
    let encapsulated = EncappedKey::from_bytes(encapsulated).map_err(|_| VaultError::NotGenuine)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &holder.private()?,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
    .map(Secret::new)
    .map_err(|_| VaultError::NotGenuine)
}
