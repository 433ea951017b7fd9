//! The only way to plaintext: sealed fields leave the store closed, and open only with the token of the commit that
//! wrote down who reads what and why.

use super::CommitToken;
use super::contents::{ContentRow, RecordRow, SealedKeyRow};
use super::error::StoreError;
use super::schema::{contents, records, sealed_keys};
use super::tx::{Trace, Tx};
use crate::domain::ids::{KeyId, RecordId, SignalId};
use crate::policy::{Action, Permit};
use crate::vault::error::VaultError;
use crate::vault::field::{FieldAddress, RecordKey, open_field};
use crate::vault::identity;
use crate::vault::ring::KeyRing;
use crate::vault::secret::Secret;
use diesel::prelude::*;

/// The table name bound into every sealed field.
pub const CONTENTS: &str = "contents";

struct ClosedRecord {
    record: RecordRow,
    keys: Vec<SealedKeyRow>,
    fields: Vec<ContentRow>,
}

/// Sealed fields on their way to a reader, after the event was written and before it is committed.
pub struct Closed {
    records: Vec<ClosedRecord>,
}

/// Plaintext, with the place in the log that tells of this reading.
pub struct Disclosed {
    /// The event, from 0.
    pub event_index: u64,
    fields: Vec<(RecordId, String, Secret<Vec<u8>>)>,
}

impl Tx<'_> {
    /// Takes the named records of the permitted signal along for reading, and writes down that they were read: all
    /// their fields, or those in `only`. What the ring will open is exactly what the event names.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] when none of the reader's keys opens one of the records.
    pub fn disclose(
        &mut self,
        permit: &Permit,
        holders: &[KeyId],
        wanted: &[RecordId],
        only: Option<&[&str]>,
    ) -> Result<Closed, StoreError> {
        let signal = permit.signal().ok_or(StoreError::NoKey)?;
        let closed = self.take(Some(signal), holders, wanted, only)?;
        let mut trace = Trace::new("content.disclosed").signal(signal).role(permit.role());
        for taken in &closed.records {
            trace = trace.fields(taken.fields.iter().map(|row| format!("{}.{}", taken.record.kind, row.field)));
        }
        self.record(trace.detail("act", permit.action().code()))?;
        Ok(closed)
    }

    /// Takes the neutral titles of these items (or of one's own copies of them) along, as one reading of the agenda:
    /// one event that names each item.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] when the permit is for something else, or a record cannot be opened or is no item.
    pub fn disclose_titles(
        &mut self,
        permit: &Permit,
        holders: &[KeyId],
        wanted: &[RecordId],
    ) -> Result<Closed, StoreError> {
        if permit.action() != Action::SeeAgenda {
            return Err(StoreError::NoKey);
        }
        let closed = self.take(None, holders, wanted, Some(&["titel"]))?;
        let mut trace = Trace::new("agenda.seen").role(permit.role()).detail("count", wanted.len().to_string());
        for (number, taken) in (1..).zip(&closed.records) {
            let (kind, item) = (taken.record.kind.as_str(), taken.record.part_of);
            let item = item.filter(|_| matches!(kind, "item" | "copy")).ok_or(StoreError::NoKey)?;
            let number: usize = number;
            trace = trace.detail(&format!("item.{number}"), item.to_string());
        }
        if !closed.records.is_empty() {
            trace = trace.fields(["titel"]);
        }
        self.record(trace)?;
        Ok(closed)
    }

    fn take(
        &mut self,
        signal: Option<SignalId>,
        holders: &[KeyId],
        wanted: &[RecordId],
        only: Option<&[&str]>,
    ) -> Result<Closed, StoreError> {
        let mut query = records::table
            .filter(records::id.eq_any(wanted))
            .order((records::created_on.asc(), records::id.asc()))
            .select(RecordRow::as_select())
            .into_boxed();
        if let Some(signal) = signal {
            query = query.filter(records::signal_id.eq(signal));
        }
        let found: Vec<RecordRow> = query.load(self.db())?;
        if found.len() != wanted.len() {
            return Err(StoreError::NoKey);
        }
        let mut taken = Vec::with_capacity(found.len());
        for record in found {
            let now = self.op().at;
            let keys: Vec<SealedKeyRow> = sealed_keys::table
                .filter(sealed_keys::subject.eq(record.key_id))
                .filter(sealed_keys::holder.eq_any(holders))
                .filter(sealed_keys::until_at.is_null().or(sealed_keys::until_at.gt(now)))
                .select(SealedKeyRow::as_select())
                .load(self.db())?;
            if !opens(&keys) {
                return Err(StoreError::NoKey);
            }
            let mut query = contents::table
                .filter(contents::record_id.eq(record.id))
                .order(contents::field.asc())
                .select(ContentRow::as_select())
                .into_boxed();
            if let Some(names) = only {
                query = query.filter(contents::field.eq_any(names.to_vec()));
            }
            let fields = query.load(self.db())?;
            taken.push(ClosedRecord { record, keys, fields });
        }
        Ok(Closed { records: taken })
    }
}

/// Whether these copies together open a record: a key, or both shares of one.
fn opens(copies: &[SealedKeyRow]) -> bool {
    let share = |lent: bool| copies.iter().any(|c| c.subject_kind == "share" && c.until_at.is_some() == lent);
    copies.iter().any(|copy| copy.subject_kind == "record") || (share(false) && share(true))
}

impl Closed {
    /// Opens everything with the reader's keys. The token proves that the reading stands in the log.
    ///
    /// # Errors
    /// [`VaultError`] when a key or a field is not genuine: somebody changed the database.
    pub fn open(self, token: CommitToken, ring: &KeyRing) -> Result<Disclosed, VaultError> {
        let event_index = token.event_index().ok_or(VaultError::NotGenuine)?;
        let mut fields = Vec::new();
        for taken in self.records {
            let key = open_record_key(ring, &taken.keys)?;
            for row in taken.fields {
                let address = field_address(&row);
                let plain = open_field(&key, &address, &row.sealed)?;
                fields.push((row.record_id, row.field.clone(), plain));
            }
        }
        Ok(Disclosed { event_index, fields })
    }
}

/// The place a stored field is sealed to.
#[must_use]
pub fn field_address(row: &ContentRow) -> FieldAddress<'_> {
    FieldAddress {
        table: CONTENTS,
        column: &row.field,
        row: row.record_id.uuid(),
        key: row.key_id.uuid(),
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
    }
}

/// The key of a record: the first of the sealed copies that the ring opens, or for a melder's name the two shares
/// together, one of the readers and one that privacy lent to this reader.
fn open_record_key(ring: &KeyRing, copies: &[SealedKeyRow]) -> Result<RecordKey, VaultError> {
    let first = |wanted: &dyn Fn(&SealedKeyRow) -> bool| {
        copies.iter().filter(|copy| wanted(copy)).find_map(|copy| ring.open(&copy.purpose(), &copy.sealed))
    };
    if let Some(opened) = first(&|copy| copy.subject_kind == "record") {
        return Ok(RecordKey::from_key(opened?));
    }
    let kept = first(&|copy| copy.subject_kind == "share" && copy.until_at.is_none());
    let lent = first(&|copy| copy.subject_kind == "share" && copy.until_at.is_some());
    match (kept, lent) {
        (Some(kept), Some(lent)) => Ok(RecordKey::from_key(identity::join(&kept?, &lent?))),
        _ => Err(VaultError::UnknownKey),
    }
}

impl Disclosed {
    /// A field as text; `None` when the record has no such field.
    #[must_use]
    pub fn text(&self, record: RecordId, field: &str) -> Option<&str> {
        self.bytes(record, field).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// A field as bytes.
    #[must_use]
    pub fn bytes(&self, record: RecordId, field: &str) -> Option<&[u8]> {
        self.fields
            .iter()
            .find(|(id, name, _)| *id == record && name == field)
            .map(|(_, _, secret)| secret.expose().as_slice())
    }

    /// The names of the fields that were read from a record.
    #[must_use]
    pub fn names(&self, record: RecordId) -> Vec<&str> {
        self.fields.iter().filter(|(id, _, _)| *id == record).map(|(_, name, _)| name.as_str()).collect()
    }
}
