//! Tokens of machine accounts: what the other system signs itself (RFC 7523), what it gets for it (a JWT of ten
//! minutes, RFC 9068), and what it fetches the next with (opaque, once).
//!
//! The service knows the other system's public key only. A token of these opens nothing of members and the reverse: each
//! kind has a key, a type and an audience of its own.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, dangerous, decode, encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::canon::Canon;
use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::jwt::{key_of, keys_of, signature_only};
use super::kdf::labelled_hash;
use super::secret::{Key32, Secret};
use super::session::ServerKey;
use super::signing::VerifyKey;

#[cfg(test)]
mod tests;

const ACCESS: &str = "meldroute/machine-token/v1";
const REFRESH: &str = "meldroute/machine-refresh/v1";
const ASSERTED: &str = "meldroute/machine-assertion/v1";
const ISSUER: &str = "meldroute";
const AUDIENCE: &str = "meldroute-koppelingen";
/// The type of an access token (RFC 9068, section 2.1).
const TYPE: &str = "at+jwt";
/// The types under which an assertion may come, besides none.
const ASSERTION_TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

/// How long an access token works, in seconds.
pub const ACCESS_SECONDS: i64 = 600;
/// The furthest end of an assertion from now, in seconds.
pub const ASSERTION_SECONDS: i64 = 300;
/// How far the other system's clock may run ahead, in seconds.
const AHEAD_SECONDS: i64 = 60;
/// The length of a number that an assertion carries to be used once, in characters.
pub const JTI_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// Ed25519 in a `SubjectPublicKeyInfo` (RFC 8410, section 4): these bytes, then the 32 of the key.
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Why a text is not the public key of another system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// It is the private half, which is nobody's business here.
    #[error("Dit is een geheime sleutel: die hoort hier niet. Maak een nieuw paar en plak de openbare helft.")]
    Private,
    /// It is something else, or another kind of key, or one that anybody can sign for.
    #[error("Dit is geen openbare Ed25519-sleutel. Plak wat tussen BEGIN PUBLIC KEY en END PUBLIC KEY staat.")]
    NotAKey,
}

impl VerifyKey {
    /// Reads a public key as `openssl pkey -pubout` writes it, with or without the lines around it, or the bare 32 bytes
    /// as base64.
    ///
    /// # Errors
    /// [`KeyFault`] for anything else, and for the weak keys under which a signature fits every message.
    pub fn from_printed(text: &str) -> Result<Self, KeyFault> {
        if text.contains("PRIVATE") {
            return Err(KeyFault::Private);
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let bytes = BASE64.decode(lines.collect::<String>().as_bytes()).map_err(|_| KeyFault::NotAKey)?;
        let key = bytes.strip_prefix(SPKI.as_slice()).unwrap_or(&bytes);
        let key: [u8; 32] = key.try_into().map_err(|_| KeyFault::NotAKey)?;
        let known = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| KeyFault::NotAKey)?;
        // One point has one form here: in two, it would be the key of two machine accounts.
        let other_form = known.to_edwards().compress().to_bytes() != key;
        if known.is_weak() || other_form { Err(KeyFault::NotAKey) } else { Ok(Self(key)) }
    }
}

/// What an assertion says, once it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// What it is known by from now on, so that it counts once: a hash of who says it and its number.
    pub known_by: [u8; 32],
    /// When it ends, in seconds since 1970.
    pub ends_at: i64,
}

/// Why an assertion is not believed; for the log, never for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionFault {
    /// Not signed by this key, by another algorithm, or not in the form that is asked.
    Signature,
    /// For another service.
    Audience,
    /// It has ended.
    Expired,
    /// It would count for longer than may be, or begins later.
    Window,
}

impl AssertionFault {
    /// The word that stands in the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::Window => "window",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asserted {
    iss: Uuid,
    sub: Uuid,
    aud: String,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

/// Who an assertion says it is from, before anything of it is believed: only to know whose key to hold it against.
#[must_use]
pub fn claimed_by(text: &str) -> Option<Uuid> {
    let claims: Asserted = dangerous::insecure_decode_claims(text).ok()?;
    (claims.iss == claims.sub).then_some(claims.sub)
}

/// Reads an assertion of the machine account with this key at this moment (seconds since 1970), for this audience.
///
/// # Errors
/// [`AssertionFault`] with the first thing that is wrong.
pub fn read_assertion(
    text: &str,
    machine: Uuid,
    key: &VerifyKey,
    audience: &str,
    now: i64,
) -> Result<Assertion, AssertionFault> {
    let read = decode::<Asserted>(text, &key_of(key), &signature_only()).map_err(|_| AssertionFault::Signature)?;
    let typed = read.header.typ.as_deref().is_none_or(|typ| ASSERTION_TYPES.contains(&typ));
    let claims = read.claims;
    let numbered = JTI_CHARS.contains(&claims.jti.len()) && claims.jti.bytes().all(|byte| byte.is_ascii_graphic());
    let own = claims.iss == machine && claims.sub == machine;
    if !typed || !numbered || !own || read.header.crit.is_some() {
        return Err(AssertionFault::Signature);
    }
    if claims.aud != audience {
        return Err(AssertionFault::Audience);
    }
    if claims.exp <= now {
        return Err(AssertionFault::Expired);
    }
    let soonest = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    if claims.exp > now.saturating_add(ASSERTION_SECONDS) || soonest > now.saturating_add(AHEAD_SECONDS) {
        return Err(AssertionFault::Window);
    }
    let known_by = labelled_hash(ASSERTED, &Canon::new(ASSERTED).uuid(machine).text(&claims.jti).finish());
    Ok(Assertion { known_by, ends_at: claims.exp })
}

/// Signs and checks access tokens. Derived from the server's key file, apart from every other key made of it.
pub struct AccessKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// The machine account.
    pub machine: Uuid,
    /// The family it belongs to; with it, every token of it ends.
    pub family: Uuid,
    /// Its rights, in their written form.
    pub scopes: String,
    /// When it ends, in seconds since 1970.
    pub ends_at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    fam: Uuid,
    scope: String,
    jti: Uuid,
    exp: i64,
}

impl AccessKey {
    /// The key of this installation.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn derive(server: &ServerKey) -> Result<Self, VaultError> {
        let (encoding, decoding) = keys_of(server, ACCESS)?;
        Ok(Self { encoding, decoding })
    }

    /// The token, as it goes into `Authorization: Bearer`; `id` makes it another than every one before.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] when the claims cannot be written; does not happen for these.
    pub fn issue(&self, claims: &AccessClaims, id: Uuid) -> Result<Secret<String>, VaultError> {
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.machine,
            fam: claims.family,
            scope: claims.scopes.clone(),
            jti: id,
            exp: claims.ends_at,
        };
        encode(&header, &claims, &self.encoding).map(Secret::new).map_err(|_| VaultError::Unreadable)
    }

    /// Reads a token at this moment (seconds since 1970), without leeway.
    ///
    /// # Errors
    /// [`VaultError::NotGenuine`] for a token that was not issued here, for this use, was changed or has ended.
    pub fn read(&self, text: &str, now: i64) -> Result<AccessClaims, VaultError> {
        let refused = VaultError::NotGenuine;
        let read = decode::<Claims>(text, &self.decoding, &signature_only()).map_err(|_| VaultError::NotGenuine)?;
        let claims = read.claims;
        let ours = claims.iss == ISSUER && claims.aud == AUDIENCE && read.header.typ.as_deref() == Some(TYPE);
        if !ours || claims.exp <= now {
            return Err(refused);
        }
        Ok(AccessClaims { machine: claims.sub, family: claims.fam, scopes: claims.scope, ends_at: claims.exp })
    }
}

/// What a machine account fetches its next token with: once. Names its family, and holds a secret of which the database
/// has a hash.
pub struct RefreshToken {
    /// The family.
    pub family: Uuid,
    secret: Key32,
}

impl RefreshToken {
    /// How long it is, in characters.
    pub const CHARS: usize = 64;

    /// A fresh one.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(family: Uuid, entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { family, secret: Key32::random(entropy)? })
    }

    /// As it travels: base64url (RFC 4648, section 5).
    #[must_use]
    pub fn printable(&self) -> Secret<String> {
        let bytes = Secret::new([self.family.as_bytes().as_slice(), self.secret.expose().as_slice()].concat());
        Secret::new(BASE64URL_NOPAD.encode(bytes.expose()))
    }

    /// Reads one as it came.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for any other text.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let bytes = Secret::new(BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| VaultError::Unreadable)?);
        let (family, secret) = bytes.expose().split_first_chunk::<16>().ok_or(VaultError::Unreadable)?;
        let secret: &[u8; 32] = secret.try_into().map_err(|_| VaultError::Unreadable)?;
        Ok(Self { family: Uuid::from_bytes(*family), secret: Key32::copy_of(secret) })
    }

    /// What the database keeps of it. Whose it is, what it may and until when are part of it, so that a row in which one
    /// of these was changed by hand fits no token any more.
    #[must_use]
    pub fn kept(&self, machine: Uuid, scopes: &str, ends_on: &str) -> [u8; 32] {
        let parts = Canon::new(REFRESH).uuid(self.family).uuid(machine).text(scopes).text(ends_on);
        let parts = Secret::new(parts.bytes(self.secret.expose()).finish());
        labelled_hash(REFRESH, parts.expose())
    }
}
