//! JSON Web Tokens (RFC 7519) here are signed with Ed25519 (RFC 8037) and with nothing else.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result as JwtResult};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};

use super::error::VaultError;
use super::kdf::derive;
use super::session::ServerKey;
use super::signing::VerifyKey;

/// The pair of this installation for one kind of token: each label gives another.
///
/// # Errors
/// [`VaultError`] from the key derivation; does not happen for this length.
pub(super) fn keys_of(server: &ServerKey, label: &str) -> Result<(EncodingKey, DecodingKey), VaultError> {
    install();
    let seed = derive(server.expose(), &[], label)?;
    let public = SigningKey::from_bytes(seed.expose()).verifying_key();
    Ok((EncodingKey::from_ed_der(seed.expose()), DecodingKey::from_ed_der(public.as_bytes())))
}

/// The key of somebody else's tokens.
pub(super) fn key_of(public: &VerifyKey) -> DecodingKey {
    install();
    DecodingKey::from_ed_der(&public.0)
}

/// The signature and nothing more: who, for whom and until when is looked at by whoever asks, because the library would
/// ask the machine's clock, and ours is an argument.
pub(super) fn signature_only() -> Validation {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules
}

fn install() {
    // Installing it a second time is refused and changes nothing.
    let _ = PROVIDER.install_default();
}

/// Ed25519 and nothing else: a token that names another algorithm, or none, is refused before it is looked at.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| {
        only_ed25519(*algorithm)?;
        Ok(Box::new(Signs(SigningKey::from_bytes(&exactly(key.as_bytes())?))))
    },
    verifier_factory: |algorithm, key| {
        only_ed25519(*algorithm)?;
        let key = VerifyingKey::from_bytes(&exactly(key.try_get_as_bytes()?)?);
        Ok(Box::new(Checks(key.map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?)))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

fn only_ed25519(algorithm: Algorithm) -> JwtResult<()> {
    if algorithm == Algorithm::EdDSA { Ok(()) } else { Err(ErrorKind::InvalidAlgorithm.into()) }
}

fn exactly(bytes: &[u8]) -> JwtResult<[u8; 32]> {
    bytes.try_into().map_err(|_| ErrorKind::InvalidKeyFormat.into())
}

struct Signs(SigningKey);

impl signature::Signer<Vec<u8>> for Signs {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for Signs {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Checks(VerifyingKey);

impl signature::Verifier<Vec<u8>> for Checks {
    fn verify(&self, message: &[u8], given: &Vec<u8>) -> Result<(), signature::Error> {
        let given = ed25519_dalek::Signature::from_slice(given).map_err(|_| signature::Error::new())?;
        self.0.verify_strict(message, &given).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Checks {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
