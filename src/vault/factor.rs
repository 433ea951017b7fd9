//! The second factor: an authenticator app (TOTP, RFC 6238: HMAC-SHA-1, six digits, steps of 30 seconds) and recovery
//! codes for whoever lost it.
//!
//! An app's secret is sealed under a key that follows from the member's own keys, bound to the member and the factor:
//! neither the database nor the server's key file opens it. A recovery code is kept as a hash that only those keys can
//! make, so that nobody can put a code of their own in its place.

use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, Builder, Totp};
use uuid::Uuid;

use super::aead;
use super::canon::Canon;
use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::kdf::{derive, labelled_hash};
use super::member::MemberKeys;
use super::secret::{Key32, Secret};
use super::symbols;

const FORMAT: u8 = 1;
const SEALING: &str = "meldroute/second-factor/v1";
const RECOVERY: &str = "meldroute/recovery-code/v1";
/// 160 bits, as RFC 4226, section 4 recommends.
const SECRET_BYTES: usize = 20;
/// Seconds of a time step.
const STEP_SECONDS: u64 = 30;
/// How many steps before and after the one of now count: clocks and people are a little late (RFC 6238, section 5.2).
const STEPS_AROUND: u16 = 1;
/// Signs of a recovery code: 80 bits, which nobody guesses through a counted door or from a hash.
const CODE_SIGNS: usize = 16;
const CODE_GROUP: usize = 4;

/// The secret that an authenticator app shares with us.
pub struct TotpSecret(Secret<Vec<u8>>);

impl TotpSecret {
    /// A fresh secret.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; SECRET_BYTES];
        entropy.fill(&mut bytes)?;
        Ok(Self(Secret::new(bytes.to_vec())))
    }

    /// Seals the secret under the member's own keys, for this factor only.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] when the source fails.
    pub fn seal(
        &self,
        keys: &MemberKeys,
        member: Uuid,
        factor: Uuid,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        aead::seal_after(vec![FORMAT], &own_key(keys, SEALING)?, &bound(member, factor), self.0.expose(), entropy)
    }

    /// Opens what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// [`VaultError::UnknownFormat`]; [`VaultError::NotGenuine`] for other keys, another member or another factor.
    pub fn open(keys: &MemberKeys, member: Uuid, factor: Uuid, sealed: &[u8]) -> Result<Self, VaultError> {
        let [FORMAT, rest @ ..] = sealed else { return Err(VaultError::UnknownFormat) };
        Ok(Self(aead::open(&own_key(keys, SEALING)?, &bound(member, factor), rest)?))
    }

    /// As people type it into an app: base32 (RFC 4648) in groups of four.
    #[must_use]
    pub fn shown(&self) -> Secret<String> {
        let signs = BASE32_NOPAD.encode(self.0.expose());
        let groups: Vec<&str> =
            signs.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        Secret::new(groups.join(" "))
    }

    /// As an app reads it from a QR code or a link: `otpauth://totp/..`.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for a name that cannot stand in such an address.
    pub fn link(&self, service: &str, login: &str) -> Result<Secret<String>, VaultError> {
        // A colon separates the two in the address, so neither may have one.
        let (service, login) = (service.replace(':', " "), login.replace(':', " "));
        let link = self.totp(&service, &login)?.to_url().map_err(|_| VaultError::Unreadable)?;
        Ok(Secret::new(link))
    }

    /// The time step to which a code as typed belongs, if that is the one of this moment or the one before or after it.
    /// Whether that step was used before is for the caller to hold.
    #[must_use]
    pub fn step_of(&self, typed: &str, seconds_since_1970: i64) -> Option<i64> {
        let code: String = typed.chars().filter(|sign| !symbols::is_separator(*sign)).collect();
        let now = u64::try_from(seconds_since_1970).ok()?;
        // The comparison inside takes the same time for every wrong code.
        let step = self.totp("", "").ok()?.check(&code, now)?;
        i64::try_from(step).ok()
    }

    fn totp(&self, service: &str, login: &str) -> Result<Totp, VaultError> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS)
            .with_skew(STEPS_AROUND)
            .with_secret(self.0.expose().clone())
            .with_issuer(Some(service))
            .with_account_name(login)
            .build()
            .map_err(|_| VaultError::Unreadable)
    }
}

/// A code for whoever lost their app; it works once.
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// A fresh code.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; CODE_SIGNS];
        entropy.fill(&mut bytes)?;
        // Five of each eight bits: 256 is a multiple of 32, so every sign is equally likely.
        Ok(Self(Secret::new(bytes.iter().map(|byte| symbols::sign(*byte)).collect())))
    }

    /// Reads a code as people write it; `None` for what no code can be.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let signs: Option<Vec<char>> = typed
            .chars()
            .filter(|sign| !symbols::is_separator(*sign))
            .map(|sign| symbols::value(sign).map(symbols::sign))
            .collect();
        let signs = signs.filter(|signs| signs.len() == CODE_SIGNS)?;
        Some(Self(Secret::new(signs.into_iter().collect())))
    }

    /// As people write it down: four groups of four signs.
    #[must_use]
    pub fn shown(&self) -> Secret<String> {
        let signs = self.0.expose().as_bytes();
        let groups: Vec<&str> = signs.chunks(CODE_GROUP).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        Secret::new(groups.join("-"))
    }

    /// What is kept of it: a hash under a key that follows from the member's own keys, for this set of codes only.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn kept(&self, keys: &MemberKeys, member: Uuid, set: Uuid) -> Result<Vec<u8>, VaultError> {
        let key = own_key(keys, RECOVERY)?;
        let place = Canon::new(RECOVERY).bytes(key.expose()).uuid(member).uuid(set);
        let hashed = Secret::new(place.bytes(self.0.expose().as_bytes()).finish());
        Ok(labelled_hash(RECOVERY, hashed.expose()).to_vec())
    }
}

/// Whether two kept codes are the same, in a time that tells nothing.
#[must_use]
pub fn is_same_code(kept: &[u8], other: &[u8]) -> bool {
    bool::from(kept.ct_eq(other))
}

/// A key that follows from the member's own keys, for one use.
fn own_key(keys: &MemberKeys, label: &str) -> Result<Key32, VaultError> {
    derive(keys.together().expose(), &[], label)
}

fn bound(member: Uuid, factor: Uuid) -> Vec<u8> {
    Canon::new(SEALING).uuid(member).uuid(factor).finish()
}

#[cfg(test)]
mod tests;
