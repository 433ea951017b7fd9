//! Hashes and tags for the rest of the house, so that no other room calls a cryptographic crate itself.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::canon::Canon;
use super::kdf;
use super::session::ServerKey;

/// SHA-256 of the bytes (FIPS 180-4).
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of what passes by in pieces, with how much that was.
#[derive(Clone, Default)]
pub struct Running {
    hash: Sha256,
    bytes: u64,
}

impl Running {
    /// One more piece.
    pub fn feed(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.bytes += u64::try_from(piece.len()).unwrap_or(0);
    }

    /// The hash, and the number of bytes.
    #[must_use]
    pub fn finish(self) -> ([u8; 32], u64) {
        (self.hash.finalize().into(), self.bytes)
    }
}

/// SHA-256 over a label and the bytes, each with its length before it; the label says what for and ends in a version.
#[must_use]
pub fn labelled_hash(label: &str, bytes: &[u8]) -> [u8; 32] {
    kdf::labelled_hash(label, bytes)
}

/// The first 16 bytes of [`labelled_hash`]: an id that follows from what it names.
#[must_use]
pub fn labelled_id(label: &str, bytes: &[u8]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = labelled_hash(label, bytes);
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// A tag was not made by this server key over these parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a tag of ours")]
pub struct ForeignTag;

impl ServerKey {
    /// HMAC-SHA256 (RFC 2104) over a label and parts, base64url: what only this installation can make.
    #[must_use]
    pub fn tag(&self, label: &str, parts: &[&str]) -> String {
        // HMAC takes a key of any length; the error cannot happen and would only make a tag that fits nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.expose()) else { return String::new() };
        mac.update(&parts.iter().fold(Canon::new(label), |canon, part| canon.text(part)).finish());
        BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
    }

    /// Compares a tag that was sent with the one of these parts, in a time that tells nothing.
    ///
    /// # Errors
    /// [`ForeignTag`] when it is another.
    pub fn check_tag(&self, label: &str, parts: &[&str], sent: &str) -> Result<(), ForeignTag> {
        let made = self.tag(label, parts);
        let same = !made.is_empty() && bool::from(made.as_bytes().ct_eq(sent.as_bytes()));
        if same { Ok(()) } else { Err(ForeignTag) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::secret::Key32;
    use super::*;

    #[test]
    fn the_published_hash_of_abc_holds() {
        let hex = data_encoding::HEXLOWER.encode(&sha256(b"abc"));
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_tag_fits_its_own_key_label_and_parts_and_no_others() {
        let key = ServerKey::from_key(Key32::new([7; 32]));
        let tag = key.tag("form/v1", &["public", "2026-11-24"]);
        assert_eq!(key.check_tag("form/v1", &["public", "2026-11-24"], &tag), Ok(()));
        let other = ServerKey::from_key(Key32::new([8; 32]));
        assert_eq!(other.check_tag("form/v1", &["public", "2026-11-24"], &tag), Err(ForeignTag));
        assert_eq!(key.check_tag("form/v2", &["public", "2026-11-24"], &tag), Err(ForeignTag));
        assert_eq!(key.check_tag("form/v1", &["public2", "026-11-24"], &tag), Err(ForeignTag));
        assert_eq!(key.check_tag("form/v1", &["public", "2026-11-24"], ""), Err(ForeignTag));
    }

    #[test]
    fn an_id_is_the_front_of_its_hash() {
        let hash = labelled_hash("x/v1", b"a");
        assert_eq!(labelled_id("x/v1", b"a").as_slice(), hash.get(..16).unwrap());
        assert_ne!(labelled_id("x/v1", b"a"), labelled_id("x/v1", b"b"));
    }
}
