//! Keys of records that exist already: opened in a member's session, to seal one more field or one more copy. No
//! plaintext comes out here.

use super::keyring::Session;
use super::{App, AppError};
use crate::policy::{OpContext, Refusal};
use crate::store::contents::{self, ContentRow, RecordRow, SealedKeyRow};
use crate::store::{CONTENTS, StoreError};
use crate::vault::field::{FieldAddress, RecordKey, seal_field};
use crate::vault::ring::KeyRing;
use crate::vault::secret::Key32;

/// The first of these sealed copies that the ring opens, of those that `wanted` names.
///
/// # Errors
/// [`StoreError::NoKey`] when the ring opens none; [`AppError::Vault`] when a copy is not genuine.
pub fn open_copy(
    ring: &KeyRing,
    copies: &[SealedKeyRow],
    wanted: impl Fn(&SealedKeyRow) -> bool,
) -> Result<Key32, AppError> {
    let opened = copies.iter().filter(|copy| wanted(copy)).find_map(|copy| ring.open(&copy.purpose(), &copy.sealed));
    Ok(opened.ok_or(StoreError::NoKey)??)
}

/// What lies in a sealed copy; `None` when the ring does not hold its key, or when it does not open. Which copy that is,
/// is written down for whoever runs the service: it stands in nobody's way.
#[must_use]
pub fn opened_or_named(ring: &KeyRing, copy: &SealedKeyRow) -> Option<Key32> {
    match ring.open(&copy.purpose(), &copy.sealed)? {
        Ok(key) => Some(key),
        Err(error) => {
            tracing::error!("sealed_keys/{} does not open and stays as it is: {error}", copy.id);
            None
        }
    }
}

impl App {
    /// The key of a record, for sealing more under it.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] when the member does not hold it.
    pub fn record_key(&self, session: &Session, record: &RecordRow) -> Result<RecordKey, AppError> {
        let ring = self.ring(session)?;
        let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id))?;
        Ok(RecordKey::from_key(open_copy(&ring, &copies, |copy| copy.subject_kind == "record")?))
    }

    /// One more field for a record that exists, sealed to its place.
    ///
    /// # Errors
    /// When the text is too long for a field or there is no chance.
    pub fn seal_beside(
        &self,
        record: &RecordRow,
        key: &RecordKey,
        field: &str,
        version: u32,
        plaintext: &[u8],
    ) -> Result<ContentRow, AppError> {
        let address =
            FieldAddress { table: CONTENTS, column: field, row: record.id.uuid(), key: record.key_id.uuid(), version };
        let sealed = seal_field(key, &address, plaintext, self.entropy().as_mut())?;
        Ok(ContentRow {
            record_id: record.id,
            field: field.to_owned(),
            version: i64::from(version),
            key_id: record.key_id,
            sealed,
        })
    }

    /// Writes down that something absent was asked for, and gives the refusal back.
    ///
    /// # Errors
    /// Always: the refusal, the same as for what one may not know of.
    pub async fn refuse_absent<T: Send + 'static>(&self, op: &OpContext, action: &'static str) -> Result<T, AppError> {
        let refused = self.store().write::<T, AppError, _>(op, "step.refuse", move |_| {
            Err(AppError::refused(action, Refusal::NotFound, None))
        });
        Ok(refused.await?.value)
    }
}

/// A value as the JSON that is sealed.
///
/// # Errors
/// When it cannot be written as JSON, which no type of ours causes.
pub fn json_bytes<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, AppError> {
    serde_json::to_vec(value).map_err(|e| AppError::Internal(e.to_string()))
}
