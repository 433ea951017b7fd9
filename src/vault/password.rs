//! From a password to a wrapping key: one Argon2id run (RFC 9106), then two HKDF labels.
//!
//! The verifier is stored as a SHA-256 hash and says only whether the password was right; the wrapping key opens the
//! member's private keys and is never stored. Argon2 holds its memory for the whole run: callers run it off the async
//! threads and let no more than two run at once.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use super::entropy::Entropy;
use super::error::VaultError;
use super::kdf::derive;
use super::secret::Key32;

#[cfg(test)]
pub(crate) mod tests;

/// The longest password, in bytes of UTF-8. Enough for any sentence; not enough to keep the hash busy.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// The least memory of a [`KdfCost`], in KiB: 19 MiB, the low end of what OWASP's password storage cheat sheet gives.
pub const MEMORY_FLOOR_KIB: u32 = 19 * 1024;
/// The least number of passes of a [`KdfCost`].
pub const PASSES_FLOOR: u32 = 2;

const MEMORY_CEILING_KIB: u32 = 1024 * 1024;
const PASSES_CEILING: u32 = 16;
const VERIFIER: &str = "meldroute/password/verifier/v1";
const WRAPPING: &str = "meldroute/password/wrapping/v1";

/// What one try of a password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredCost", into = "StoredCost")]
pub struct KdfCost {
    memory_kib: u32,
    passes: u32,
}

impl Default for KdfCost {
    /// 64 MiB and 3 passes: the second recommendation of RFC 9106, section 4, in one lane.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3 }
    }
}

impl KdfCost {
    /// A cost within bounds.
    ///
    /// # Errors
    /// [`VaultError::KdfCost`] below [`MEMORY_FLOOR_KIB`] or [`PASSES_FLOOR`], or above 1 GiB or 16 passes.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, VaultError> {
        if memory_kib < MEMORY_FLOOR_KIB || passes < PASSES_FLOOR {
            return Err(VaultError::KdfCost);
        }
        Self::readable(memory_kib, passes)
    }

    /// 64 KiB and one pass, so that a test suite can sign in often. Protects nothing: never for a person's password.
    #[must_use]
    pub fn for_tests() -> Self {
        Self { memory_kib: 64, passes: 1 }
    }

    /// Memory in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Number of passes over the memory.
    #[must_use]
    pub fn passes(&self) -> u32 {
        self.passes
    }

    /// A stored cost is read as it is, floor or no floor: it says what the verifier was made with, and a changed one
    /// only makes the password fail. The ceiling guards against a row that would take all memory.
    fn readable(memory_kib: u32, passes: u32) -> Result<Self, VaultError> {
        let (memory, pass) = (Params::MIN_M_COST..=MEMORY_CEILING_KIB, 1..=PASSES_CEILING);
        if memory.contains(&memory_kib) && pass.contains(&passes) {
            Ok(Self { memory_kib, passes })
        } else {
            Err(VaultError::KdfCost)
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredCost {
    memory_kib: u32,
    passes: u32,
}

impl TryFrom<StoredCost> for KdfCost {
    type Error = VaultError;
    fn try_from(stored: StoredCost) -> Result<Self, VaultError> {
        Self::readable(stored.memory_kib, stored.passes)
    }
}

impl From<KdfCost> for StoredCost {
    fn from(cost: KdfCost) -> Self {
        Self { memory_kib: cost.memory_kib, passes: cost.passes }
    }
}

/// What is stored about a password. Nothing in it opens anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordRecord {
    #[serde(with = "hex")]
    salt: [u8; 16],
    cost: KdfCost,
    #[serde(with = "hex")]
    verifier_hash: [u8; 32],
}

impl PasswordRecord {
    /// As JSON, for a column of the database.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`]; does not happen for this shape.
    pub fn to_json(&self) -> Result<String, VaultError> {
        serde_json::to_string(self).map_err(|_| VaultError::Unreadable)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for anything else, also for a cost out of bounds.
    pub fn from_json(text: &str) -> Result<Self, VaultError> {
        serde_json::from_str(text).map_err(|_| VaultError::Unreadable)
    }

    /// The cost it was made with. A lower one than configured is a reason to enrol anew at the next sign-in.
    #[must_use]
    pub fn cost(&self) -> KdfCost {
        self.cost
    }
}

/// The key that opens a member's private keys. Lives only while someone signs in.
pub struct WrappingKey(pub(super) Key32);

/// The password is not the one that was enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("naam of wachtwoord klopt niet")]
pub struct WrongPassword;

/// Makes the record for a new password, and the wrapping key under which the member's keys go.
///
/// # Errors
/// [`VaultError::PasswordLength`] when empty or longer than [`PASSWORD_MAX_BYTES`]; [`VaultError::Entropy`].
pub fn enrol(
    password: &str,
    cost: KdfCost,
    entropy: &mut dyn Entropy,
) -> Result<(PasswordRecord, WrappingKey), VaultError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let (verifier_hash, wrapping) = stretch(password, &salt, cost)?;
    Ok((PasswordRecord { salt, cost, verifier_hash }, wrapping))
}

/// Checks a password and gives the wrapping key.
///
/// # Errors
/// [`WrongPassword`], also for a password that could never have been enrolled.
pub fn unlock(password: &str, record: &PasswordRecord) -> Result<WrappingKey, WrongPassword> {
    let (verifier_hash, wrapping) = stretch(password, &record.salt, record.cost).map_err(|_| WrongPassword)?;
    if bool::from(verifier_hash.ct_eq(&record.verifier_hash)) { Ok(wrapping) } else { Err(WrongPassword) }
}

/// Does the work of [`unlock`] for a name that does not exist, so that the time tells no one which names do.
pub fn dummy_unlock(password: &str, cost: KdfCost) -> WrongPassword {
    let nobody = PasswordRecord { salt: [0; 16], cost, verifier_hash: [0; 32] };
    // The result cannot be right: nobody knows a password whose hash is all zeros.
    let _ = std::hint::black_box(unlock(password, &nobody));
    WrongPassword
}

fn stretch(password: &str, salt: &[u8; 16], cost: KdfCost) -> Result<([u8; 32], WrappingKey), VaultError> {
    if password.is_empty() || password.len() > PASSWORD_MAX_BYTES {
        return Err(VaultError::PasswordLength);
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| VaultError::KdfCost)?;
    let mut root = Key32::new([0; 32]);
    #[cfg(test)]
    tests::count_run();
    argon2id(&[], params)?
        .hash_password_into(password.as_bytes(), salt, root.expose_mut())
        .map_err(|_| VaultError::KdfCost)?;
    let verifier = derive(root.expose(), &[], VERIFIER)?;
    let wrapping = derive(root.expose(), &[], WRAPPING)?;
    Ok((Sha256::digest(verifier.expose()).into(), WrappingKey(wrapping)))
}

/// The service uses no pepper (Argon2's own secret input): what a server key would add, the sealed rows have already.
/// The published vectors do use it, so it is an argument.
fn argon2id(pepper: &[u8], params: Params) -> Result<Argon2<'_>, VaultError> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| VaultError::KdfCost)
}

/// Bytes as lower-case hexadecimal in JSON.
mod hex {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
        let text = String::deserialize(from)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(D::Error::custom)?;
        bytes.try_into().map_err(|_| D::Error::custom("wrong length"))
    }
}
