//! Records in the making: fields sealed under a fresh key, that key sealed to its holders, all outside the writer.

use super::emergency_halves::Halves;
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{KeyId, ObjectId, RecordId, SealedKeyId, SignalId};
use crate::domain::time::{Day, Moment};
use crate::store::contents::{ContentRow, RecordRow, SealedKeyRow};
use crate::store::{CONTENTS, Tx};
use crate::vault::entropy::{Entropy, random_uuid_v4};
use crate::vault::field::{FieldAddress, RecordKey, seal_field};
use crate::vault::seal::{SealPurpose, seal_key};

/// A record ready to be written: nothing but opaque bytes and ids.
#[derive(Clone)]
pub struct SealedRecord {
    /// The record.
    pub record: RecordRow,
    /// Its fields.
    pub fields: Vec<ContentRow>,
    /// Its key, once per holder.
    pub keys: Vec<SealedKeyRow>,
    /// The keys it was sealed to, to be checked against the database inside the transaction.
    pub holders: Vec<Holder>,
    /// Its key in two halves, where it may be opened out of hours.
    halves: Option<Halves>,
}

impl SealedRecord {
    /// Which record.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.record.id
    }

    /// Writes the record, its fields and its sealed keys, after a last look whether the keys it was sealed to still
    /// are the proven ones.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when a key was changed by hand, [`AppError::KeyMoved`] when a newer one was stated;
    /// any store error.
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        put_all(tx, std::slice::from_ref(self))
    }

    fn write(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        tx.record_insert(&self.record)?;
        for field in &self.fields {
            tx.content_put(field)?;
        }
        for key in &self.keys {
            tx.sealed_key_insert(key)?;
        }
        self.halves.as_ref().map_or(Ok(()), |halves| halves.put(tx, &self.record))
    }
}

/// Writes several records as [`SealedRecord::put`] does, and looks only once at a key that more of them were sealed to.
///
/// # Errors
/// As [`SealedRecord::put`].
pub fn put_all(tx: &mut Tx<'_>, records: &[SealedRecord]) -> Result<(), AppError> {
    let mut confirmed: Vec<Holder> = Vec::new();
    for holder in records.iter().flat_map(|record| &record.holders) {
        if !confirmed.contains(holder) {
            confirm(tx, *holder)?;
            confirmed.push(*holder);
        }
    }
    records.iter().try_for_each(|record| record.write(tx))
}

/// Compares the key just sealed to with what the database says now.
///
/// # Errors
/// As [`SealedRecord::put`].
pub fn confirm(tx: &mut Tx<'_>, holder: Holder) -> Result<(), AppError> {
    match tx.public_key_state(holder.key)? {
        // A melder's key is derived from the receipt and stands nowhere else.
        None => Ok(()),
        Some(row) if row.exchange.as_deref() != Some(holder.public.0.as_slice()) => {
            Err(AppError::KeyNotProven(row.owner_kind))
        }
        Some(row) if row.retired_on.is_some() || tx.public_key_superseded(&row)? => Err(AppError::KeyMoved),
        Some(_) => Ok(()),
    }
}

/// Builds one record.
pub struct RecordBuilder {
    entropy: Box<dyn Entropy>,
    record: RecordRow,
    key: RecordKey,
    fields: Vec<ContentRow>,
    keys: Vec<SealedKeyRow>,
    holders: Vec<Holder>,
    halves: Option<Halves>,
}

impl RecordBuilder {
    /// A new record of this kind under a fresh key.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn new(
        app: &App,
        signal_id: SignalId,
        kind: &str,
        part_of: Option<ObjectId>,
        today: Day,
    ) -> Result<Self, AppError> {
        let mut entropy = app.entropy();
        let id = RecordId::new(random_uuid_v4(entropy.as_mut())?);
        let key_id = KeyId::new(random_uuid_v4(entropy.as_mut())?);
        let key = RecordKey::random(entropy.as_mut())?;
        let record = RecordRow { id, signal_id, kind: kind.to_owned(), part_of, key_id, created_on: today };
        let halves = app.emergency_halves(&record, &key, entropy.as_mut())?;
        Ok(Self { entropy, record, key, fields: Vec::new(), keys: Vec::new(), holders: Vec::new(), halves })
    }

    /// Seals a field to its place.
    ///
    /// # Errors
    /// When the text is too long for a field.
    pub fn field(mut self, name: &str, plaintext: &[u8]) -> Result<Self, AppError> {
        let address = FieldAddress {
            table: CONTENTS,
            column: name,
            row: self.record.id.uuid(),
            key: self.record.key_id.uuid(),
            version: 1,
        };
        let sealed = seal_field(&self.key, &address, plaintext, self.entropy.as_mut())?;
        self.fields.push(ContentRow {
            record_id: self.record.id,
            field: name.to_owned(),
            version: 1,
            key_id: self.record.key_id,
            sealed,
        });
        Ok(self)
    }

    /// Seals a value as JSON.
    ///
    /// # Errors
    /// As [`RecordBuilder::field`].
    pub fn json<T: serde::Serialize>(self, name: &str, value: &T) -> Result<Self, AppError> {
        let bytes = serde_json::to_vec(value).map_err(|e| AppError::Internal(e.to_string()))?;
        self.field(name, &bytes)
    }

    /// Seals the record's key to a holder; twice the same holder is once.
    ///
    /// # Errors
    /// When the holder's key cannot be sealed to.
    pub fn holder(mut self, holder: Holder) -> Result<Self, AppError> {
        if self.holders.contains(&holder) {
            return Ok(self);
        }
        let sealing = Sealing {
            subject: self.record.key_id,
            kind: "record",
            signal: Some(self.record.signal_id),
            until: None,
            today: self.record.created_on,
        };
        self.keys.push(sealing.to(holder, self.key.expose(), self.entropy.as_mut())?);
        self.holders.push(holder);
        Ok(self)
    }

    /// Seals the record's key to several holders.
    ///
    /// # Errors
    /// As [`RecordBuilder::holder`].
    pub fn holders(self, holders: impl IntoIterator<Item = Holder>) -> Result<Self, AppError> {
        holders.into_iter().try_fold(self, Self::holder)
    }

    /// Done.
    #[must_use]
    pub fn finish(self) -> SealedRecord {
        self.finish_with_key().0
    }

    /// Done, with the key: for the melder's name, whose key is split instead of sealed.
    #[must_use]
    pub fn finish_with_key(self) -> (SealedRecord, RecordKey) {
        let Self { record, fields, keys, holders, key, halves, .. } = self;
        (SealedRecord { record, fields, keys, holders, halves }, key)
    }
}

/// What a key is sealed as.
#[derive(Debug, Clone, Copy)]
pub struct Sealing {
    /// The key inside.
    pub subject: KeyId,
    /// What it opens: `record`, `group` or `share`.
    pub kind: &'static str,
    /// The signal it belongs to.
    pub signal: Option<SignalId>,
    /// When it stops to count.
    pub until: Option<Moment>,
    /// Today.
    pub today: Day,
}

impl Sealing {
    /// Seals the key to a holder, as a row.
    ///
    /// # Errors
    /// When the holder's key cannot be sealed to.
    pub fn to(&self, holder: Holder, key: &[u8; 32], entropy: &mut dyn Entropy) -> Result<SealedKeyRow, AppError> {
        let purpose =
            SealPurpose { what: self.subject.uuid(), holder: holder.key.uuid(), kind: self.kind, until: self.until };
        let sealed = seal_key(&holder.public, &purpose, key, entropy)?;
        Ok(SealedKeyRow {
            id: SealedKeyId::new(random_uuid_v4(entropy)?),
            subject: self.subject,
            subject_kind: self.kind.to_owned(),
            holder: holder.key,
            sealed,
            signal_id: self.signal,
            until_at: self.until,
            created_on: self.today,
        })
    }
}
