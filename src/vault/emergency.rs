//! The service's own pair, which holds one of the two halves of what can be opened out of hours.
//!
//! It follows from the server's key file, so that no key of its own has to be kept, and neither the database nor a backup
//! opens a half. Nothing else is ever sealed to it.

use super::digest::labelled_id;
use super::error::VaultError;
use super::kdf::derive;
use super::seal::{HolderPrivate, HolderPublic, pair_from_seed};
use super::session::ServerKey;
use uuid::Uuid;

const LABEL: &str = "meldroute/emergency-half/v1";

/// The pair, with the id under which sealed copies name it.
pub struct ServicePair {
    /// The id: it follows from the public half.
    pub id: Uuid,
    /// For sealing.
    pub public: HolderPublic,
    /// For opening.
    pub private: HolderPrivate,
}

impl ServicePair {
    /// The pair of this installation.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn derive(server: &ServerKey) -> Result<Self, VaultError> {
        let (public, private) = pair_from_seed(&derive(server.expose(), &[], LABEL)?)?;
        let id = uuid::Builder::from_random_bytes(labelled_id(LABEL, &public.0)).into_uuid();
        Ok(Self { id, public, private })
    }
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::super::seal::{SealPurpose, open_key, seal_key};
    use super::super::secret::Key32;
    use super::*;

    fn pair(byte: u8) -> ServicePair {
        ServicePair::derive(&ServerKey::from_key(Key32::copy_of(&[byte; 32]))).unwrap()
    }

    #[test]
    fn one_key_file_gives_one_pair_and_another_opens_nothing_of_it() {
        let (one, again, other) = (pair(1), pair(1), pair(2));
        assert_eq!((one.id, one.public), (again.id, again.public));
        assert_ne!(one.id, other.id);
        let purpose = SealPurpose { what: Uuid::from_u128(7), holder: one.id, kind: "share", until: None };
        let sealed = seal_key(&one.public, &purpose, &[9; 32], &mut SeededEntropy::new(1)).unwrap();
        assert_eq!(*open_key(&again.private, &purpose, &sealed).unwrap().expose(), [9; 32]);
        assert!(open_key(&other.private, &purpose, &sealed).is_err());
    }
}
