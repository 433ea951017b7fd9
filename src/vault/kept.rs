//! A form that waits in its sender's own browser: sealed under the server's key file, so that the page tells nobody what
//! stands in it and nobody else can make one.

use data_encoding::BASE64URL_NOPAD;

use super::aead;
use super::canon::Canon;
use super::entropy::Entropy;
use super::error::VaultError;
use super::kdf::derive;
use super::secret::{Key32, Secret};
use super::session::ServerKey;

const FORMAT: u8 = 1;
const LABEL: &str = "meldroute/kept-form/v1";

/// Seals a form, as it goes into a hidden field: base64url (RFC 4648, section 5) without padding.
///
/// # Errors
/// [`VaultError::Entropy`] when the source fails.
pub fn seal_form(server: &ServerKey, form: &[u8], entropy: &mut dyn Entropy) -> Result<String, VaultError> {
    let sealed = aead::seal_after(vec![FORMAT], &key(server)?, &bound(), form, entropy)?;
    Ok(BASE64URL_NOPAD.encode(&sealed))
}

/// Opens what [`seal_form`] made.
///
/// # Errors
/// [`VaultError::Unreadable`] for what is no such text; [`VaultError::UnknownFormat`]; [`VaultError::NotGenuine`] for what
/// another server key made or somebody changed.
pub fn open_form(server: &ServerKey, sealed: &str) -> Result<Secret<Vec<u8>>, VaultError> {
    let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).map_err(|_| VaultError::Unreadable)?;
    let [FORMAT, rest @ ..] = sealed.as_slice() else { return Err(VaultError::UnknownFormat) };
    aead::open(&key(server)?, &bound(), rest)
}

fn key(server: &ServerKey) -> Result<Key32, VaultError> {
    derive(server.expose(), &[], LABEL)
}

fn bound() -> Vec<u8> {
    Canon::new(LABEL).finish()
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::*;

    #[test]
    fn a_form_opens_under_its_own_server_key_and_unchanged_only() {
        let server = ServerKey::from_key(Key32::new([7; 32]));
        let sealed = seal_form(&server, b"waarom=omdat", &mut SeededEntropy::new(1)).unwrap();
        assert_eq!(open_form(&server, &sealed).unwrap().expose(), b"waarom=omdat");
        let other = ServerKey::from_key(Key32::new([8; 32]));
        assert_eq!(open_form(&other, &sealed).err(), Some(VaultError::NotGenuine));
        let mut bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(open_form(&server, &BASE64URL_NOPAD.encode(&bytes)).err(), Some(VaultError::NotGenuine));
        bytes[0] = 9;
        assert_eq!(open_form(&server, &BASE64URL_NOPAD.encode(&bytes)).err(), Some(VaultError::UnknownFormat));
        assert_eq!(open_form(&server, "geen base64!").err(), Some(VaultError::Unreadable));
    }
}
