//! The keys a session holds: the member's own, and those of the groups and circles it opens.

use super::error::VaultError;
use super::seal::{HolderPrivate, SealPurpose, open_key};
use super::secret::Key32;
use uuid::Uuid;

/// Private keys by id. Lives for one request and wipes itself.
pub struct KeyRing {
    keys: Vec<(Uuid, HolderPrivate)>,
}

impl KeyRing {
    /// A ring with one key on it.
    #[must_use]
    pub fn of(id: Uuid, key: HolderPrivate) -> Self {
        Self { keys: vec![(id, key)] }
    }

    /// Opens a key of a group or circle that was sealed to a key on the ring, and hangs it beside it.
    ///
    /// # Errors
    /// [`VaultError`] when the ring holds the key but the bytes are not genuine.
    pub fn unlock(&mut self, purpose: &SealPurpose<'_>, sealed: &[u8]) -> Result<(), VaultError> {
        if let Some(opened) = self.open(purpose, sealed) {
            self.keys.push((purpose.what, HolderPrivate::from_key(opened?)?));
        }
        Ok(())
    }

    /// Opens a sealed key; `None` when the ring does not hold its key.
    #[must_use]
    pub fn open(&self, purpose: &SealPurpose<'_>, sealed: &[u8]) -> Option<Result<Key32, VaultError>> {
        let (_, private) = self.keys.iter().find(|(id, _)| *id == purpose.holder)?;
        Some(open_key(private, purpose, sealed))
    }

    /// A private key on the ring: to seal a group's key to one more of its members.
    #[must_use]
    pub fn private(&self, id: Uuid) -> Option<&HolderPrivate> {
        self.keys.iter().find(|(held, _)| *held == id).map(|(_, private)| private)
    }

    /// The ids of the keys on the ring.
    #[must_use]
    pub fn ids(&self) -> Vec<Uuid> {
        self.keys.iter().map(|(id, _)| *id).collect()
    }
}
