//! A session's token and the keys it opens.
//!
//! The token carries 32 random bytes and exists in the browser's cookie only. The session row holds the member's keys
//! sealed under HKDF(token, server key): the database alone opens nothing, nor do the database and the server key file
//! without a live token.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::aead;
use super::canon::Canon;
use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::kdf::{derive, labelled_hash};
use super::member::MemberKeys;
use super::secret::{Key32, Secret};

#[cfg(test)]
mod tests;

const FORMAT: u8 = 1;
const LOOKUP: &str = "meldroute/session-lookup/v1";
const SEALING: &str = "meldroute/session-keys/v1";

/// The secret of one session.
pub struct SessionToken(Key32);

impl SessionToken {
    /// A fresh token.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Key32::random(entropy)?))
    }

    /// As it travels in the cookie: base64url (RFC 4648, section 5) without padding, 43 characters.
    #[must_use]
    pub fn printable(&self) -> Secret<String> {
        Secret::new(BASE64URL_NOPAD.encode(self.0.expose()))
    }

    /// Reads a token as it came from a cookie.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for any other text.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let bytes = Secret::new(BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| VaultError::Unreadable)?);
        let bytes: &[u8; 32] = bytes.expose().as_slice().try_into().map_err(|_| VaultError::Unreadable)?;
        Ok(Self(Key32::copy_of(bytes)))
    }

    /// What the session row is found by. From it the token does not follow.
    #[must_use]
    pub fn token_hash(&self) -> [u8; 32] {
        labelled_hash(LOOKUP, self.0.expose())
    }
}

/// The key in the server's key file, kept outside the database and its backups.
pub struct ServerKey(Key32);

impl ServerKey {
    /// A fresh key, made at set-up.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Key32::random(entropy)?))
    }

    /// A key read from its file.
    #[must_use]
    pub fn from_key(key: Key32) -> Self {
        Self(key)
    }

    /// The bytes, for writing the file.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// Seals the member's keys for the length of a session, bound to the session's id.
///
/// # Errors
/// [`VaultError::Entropy`] when the source fails.
pub fn seal_member_keys(
    keys: &MemberKeys,
    token: &SessionToken,
    server: &ServerKey,
    session_id: Uuid,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, VaultError> {
    let key = sealing_key(token, server)?;
    aead::seal_after(vec![FORMAT], &key, &bound(session_id), keys.together().expose(), entropy)
}

/// Opens the member's keys for one request.
///
/// # Errors
/// [`VaultError::UnknownFormat`]; [`VaultError::NotGenuine`] for another token, server key or session.
pub fn open_member_keys(
    sealed: &[u8],
    token: &SessionToken,
    server: &ServerKey,
    session_id: Uuid,
) -> Result<MemberKeys, VaultError> {
    let [FORMAT, rest @ ..] = sealed else { return Err(VaultError::UnknownFormat) };
    let key = sealing_key(token, server)?;
    MemberKeys::apart(aead::open(&key, &bound(session_id), rest)?.expose())
}

fn sealing_key(token: &SessionToken, server: &ServerKey) -> Result<Key32, VaultError> {
    derive(token.0.expose(), server.0.expose(), SEALING)
}

fn bound(session_id: Uuid) -> Vec<u8> {
    Canon::new(SEALING).uuid(session_id).finish()
}
