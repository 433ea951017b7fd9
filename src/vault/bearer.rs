//! The token of the JSON API: a JWT (RFC 7519) signed with Ed25519 (RFC 8037) that carries a session's secret.
//!
//! The signature lets a made-up or ended token be turned away without a look in the database. What opens the member's
//! keys is the secret inside, exactly as with the cookie of the pages ([`super::session`]).

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::VaultError;
use super::jwt;
use super::secret::Secret;
use super::session::{ServerKey, SessionToken};

#[cfg(test)]
mod tests;

const LABEL: &str = "meldroute/api-token/v1";
const ISSUER: &str = "meldroute";
const AUDIENCE: &str = "meldroute-api";

/// Signs and checks tokens of the JSON API. Derived from the server's key file, so that every process of one
/// installation reads what another issued, and no key of its own has to be kept.
pub struct BearerKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What a token says.
pub struct BearerClaims {
    /// The session.
    pub session: Uuid,
    /// Its secret.
    pub token: SessionToken,
    /// When it ends whatever happens, in seconds since 1970.
    pub ends_at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sid: Uuid,
    key: String,
    exp: i64,
}

impl BearerKey {
    /// The key of this installation.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn derive(server: &ServerKey) -> Result<Self, VaultError> {
        let (encoding, decoding) = jwt::keys_of(server, LABEL)?;
        Ok(Self { encoding, decoding })
    }

    /// The token, as it goes into `Authorization: Bearer`.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] when the claims cannot be written; does not happen for these.
    pub fn issue(&self, claims: &BearerClaims) -> Result<Secret<String>, VaultError> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sid: claims.session,
            key: claims.token.printable().expose().clone(),
            exp: claims.ends_at,
        };
        let text = encode(&Header::new(Algorithm::EdDSA), &claims, &self.encoding);
        text.map(Secret::new).map_err(|_| VaultError::Unreadable)
    }

    /// Reads a token at this moment (seconds since 1970), without leeway.
    ///
    /// # Errors
    /// [`VaultError::NotGenuine`] for a token that was not issued here, was changed or has ended.
    pub fn read(&self, text: &str, now: i64) -> Result<BearerClaims, VaultError> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        rules.leeway = 0;
        // The library would ask the machine's clock; ours is an argument.
        rules.validate_exp = false;
        let claims = decode::<Claims>(text, &self.decoding, &rules).map_err(|_| VaultError::NotGenuine)?.claims;
        if claims.exp <= now {
            return Err(VaultError::NotGenuine);
        }
        let token = SessionToken::parse(&claims.key).map_err(|_| VaultError::NotGenuine)?;
        Ok(BearerClaims { session: claims.sid, token, ends_at: claims.exp })
    }
}
