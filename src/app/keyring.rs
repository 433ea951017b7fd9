//! A member's session as the rest of the house sees it: who, and the keys they may use for this one request.

use super::{App, AppError};
use crate::domain::ids::KeyId;
use crate::domain::time::Moment;
use crate::policy::MemberActor;
use crate::store::contents;
use crate::vault::member::MemberKeys;
use crate::vault::ring::KeyRing;
use crate::vault::seal::HolderPrivate;
use crate::vault::secret::Key32;

/// A signed-in member with their keys. Lives for one request.
pub struct Session {
    /// Who.
    pub actor: MemberActor,
    /// Their own keys.
    pub keys: MemberKeys,
    /// When the session was last noted as in use.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub ends_at: Moment,
    /// When the member last showed more than a cookie.
    pub factor_at: Moment,
}

impl App {
    /// Every key the member can use: their own, and those of the groups sealed to it.
    ///
    /// # Errors
    /// [`AppError::Vault`] when a sealed group key is not genuine; any store error.
    pub fn ring(&self, session: &Session) -> Result<KeyRing, AppError> {
        let own = session.actor.key;
        let private = HolderPrivate::from_key(Key32::copy_of(session.keys.exchange.expose()))?;
        let mut ring = KeyRing::of(own.uuid(), private);
        let rows = self.store().read(|db| contents::sealed_keys_of_holder(db, own, "group"))?;
        for row in rows {
            ring.unlock(&row.purpose(), &row.sealed)?;
        }
        Ok(ring)
    }
}

/// The ids of the keys on a ring, as the store asks for them.
#[must_use]
pub fn holder_ids(ring: &KeyRing) -> Vec<KeyId> {
    ring.ids().into_iter().map(KeyId::new).collect()
}
