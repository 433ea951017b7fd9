//! Records, their sealed fields, and the sealed copies of keys. The bytes are opaque here.

use super::db::Db;
use super::error::StoreError;
use super::schema::{contents, records, sealed_keys};
use super::tx::Tx;
use super::written::{NamedRow as _, written};
use crate::domain::ids::{KeyId, ObjectId, RecordId, SealedKeyId, SignalId};
use crate::domain::time::{Day, Moment};
use crate::vault::seal::SealPurpose;
use diesel::prelude::*;

/// A record: everything sealed under one key. Its kind tells what it holds (`report`, `handling`, `mailbox`, ..).
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = records)]
pub struct RecordRow {
    /// Which record.
    pub id: RecordId,
    /// The signal it belongs to.
    pub signal_id: SignalId,
    /// What it holds.
    pub kind: String,
    /// The weighing, check, question or item it belongs to, if any.
    pub part_of: Option<ObjectId>,
    /// Its key.
    pub key_id: KeyId,
    /// The day it came to be.
    pub created_on: Day,
}

written!(RecordRow, "records" named by id: [id, signal_id, kind, part_of, key_id, created_on]);

/// One sealed field.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = contents)]
pub struct ContentRow {
    /// The record.
    pub record_id: RecordId,
    /// The field's name, in Dutch as people and the API know it.
    pub field: String,
    /// Counts up with every new text of the same field.
    pub version: i64,
    /// The key it is sealed under.
    pub key_id: KeyId,
    /// Ciphertext.
    pub sealed: Vec<u8>,
}

written!(ContentRow, "contents" named by record_id, field: [record_id, field, version, key_id, sealed]);

/// One key, sealed to one holder.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sealed_keys)]
pub struct SealedKeyRow {
    /// Which sealed copy.
    pub id: SealedKeyId,
    /// The key inside.
    pub subject: KeyId,
    /// What the key inside opens: `record`, `group`, `circle` or `share`.
    pub subject_kind: String,
    /// The key it is sealed to.
    pub holder: KeyId,
    /// HPKE bytes.
    pub sealed: Vec<u8>,
    /// The signal it belongs to; `None` for keys of groups.
    pub signal_id: Option<SignalId>,
    /// When it stops to count, for what is lent.
    pub until_at: Option<Moment>,
    /// The day it was sealed.
    pub created_on: Day,
}

written!(SealedKeyRow, "sealed_keys" named by id: [
    id,
    subject,
    subject_kind,
    holder,
    sealed,
    signal_id,
    until_at,
    created_on,
]);

impl SealedKeyRow {
    /// As what the key was sealed: it opens as nothing else.
    #[must_use]
    pub fn purpose(&self) -> SealPurpose<'_> {
        SealPurpose {
            what: self.subject.uuid(),
            holder: self.holder.uuid(),
            kind: &self.subject_kind,
            until: self.until_at,
        }
    }
}

/// How much a destruction took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DestroyedCounts {
    /// Records.
    pub records: i64,
    /// Sealed copies of keys.
    pub keys: i64,
}

impl Tx<'_> {
    /// Adds a record.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn record_insert(&mut self, row: &RecordRow) -> Result<(), StoreError> {
        diesel::insert_into(records::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Adds a field, or puts a new version in place of the old.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another version came in between.
    pub fn content_put(&mut self, row: &ContentRow) -> Result<(), StoreError> {
        if row.version <= 1 {
            diesel::insert_into(contents::table).values(row).execute(self.db())?;
        } else {
            let changed = diesel::update(
                contents::table
                    .filter(contents::record_id.eq(row.record_id))
                    .filter(contents::field.eq(&row.field))
                    .filter(contents::version.eq(row.version - 1)),
            )
            .set((contents::version.eq(row.version), contents::key_id.eq(row.key_id), contents::sealed.eq(&row.sealed)))
            .execute(self.db())?;
            if changed != 1 {
                return Err(StoreError::Stale);
            }
        }
        self.bind(row);
        Ok(())
    }

    /// Adds a sealed copy of a key.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn sealed_key_insert(&mut self, row: &SealedKeyRow) -> Result<(), StoreError> {
        diesel::insert_into(sealed_keys::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Takes a sealed copy away: its holder cannot open the key any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sealed_key_delete(&mut self, id: SealedKeyId) -> Result<(), StoreError> {
        let gone = diesel::delete(sealed_keys::table.find(id)).execute(self.db())?;
        if gone == 1 {
            self.unbind(format!("sealed_keys/{id}"));
        }
        Ok(())
    }

    /// Destroys one record and its row: for a draft that was signed or written anew.
    ///
    /// # Errors
    /// When the database cannot be written, or something still points to the record.
    pub fn record_destroy(&mut self, id: RecordId) -> Result<(), StoreError> {
        let Some(record) = self.record_fetch(id)? else { return Ok(()) };
        self.record_empty(&record)?;
        diesel::delete(records::table.find(id)).execute(self.db())?;
        self.unbind(record.name());
        Ok(())
    }

    /// Destroys everything sealed that belongs to a signal: the keys first, then the bytes they opened. Tells how many
    /// records and how many sealed keys there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn signal_content_destroy(&mut self, signal: SignalId) -> Result<DestroyedCounts, StoreError> {
        let subjects: Vec<KeyId> =
            records::table.filter(records::signal_id.eq(signal)).select(records::key_id).load(self.db())?;
        // By signal and by record: whoever wrote another signal beside a key keeps nothing by it.
        let keys: Vec<SealedKeyId> = sealed_keys::table
            .filter(sealed_keys::signal_id.eq(signal).or(sealed_keys::subject.eq_any(subjects).assume_not_null()))
            .select(sealed_keys::id)
            .load(self.db())?;
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        let key_count = count(keys.len());
        for id in keys {
            self.sealed_key_delete(id)?;
        }
        let ids: Vec<RecordId> =
            records::table.filter(records::signal_id.eq(signal)).select(records::id).load(self.db())?;
        let fields: Vec<(RecordId, String)> = contents::table
            .filter(contents::record_id.eq_any(&ids))
            .select((contents::record_id, contents::field))
            .load(self.db())?;
        diesel::delete(contents::table.filter(contents::record_id.eq_any(&ids))).execute(self.db())?;
        for (record, field) in fields {
            self.unbind(content_name(record, &field));
        }
        Ok(DestroyedCounts { records: count(ids.len()), keys: key_count })
    }

    /// Destroys one record: the sealed copies of its key first, then its fields. The row stays, so that what refers to
    /// it still stands.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn record_empty(&mut self, record: &RecordRow) -> Result<(), StoreError> {
        let keys: Vec<SealedKeyId> = sealed_keys::table
            .filter(sealed_keys::subject.eq(record.key_id))
            .select(sealed_keys::id)
            .load(self.db())?;
        for id in keys {
            self.sealed_key_delete(id)?;
        }
        for (field, _) in self.content_versions(record.id)? {
            self.content_delete(record.id, &field)?;
        }
        Ok(())
    }

    /// Takes one field away.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn content_delete(&mut self, record: RecordId, field: &str) -> Result<(), StoreError> {
        let gone =
            diesel::delete(contents::table.filter(contents::record_id.eq(record)).filter(contents::field.eq(field)))
                .execute(self.db())?;
        if gone == 1 {
            self.unbind(content_name(record, field));
        }
        Ok(())
    }

    /// Notes that a record is sealed under another key from here on.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when that happened before.
    pub fn record_rekey(&mut self, record: RecordId, from: KeyId, to: KeyId) -> Result<(), StoreError> {
        let changed = diesel::update(records::table.find(record).filter(records::key_id.eq(from)))
            .set(records::key_id.eq(to))
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        if let Some(row) = self.record_fetch(record)? {
            self.bind(&row);
        }
        Ok(())
    }

    /// The records of a signal of one kind, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn record_list(&mut self, signal: SignalId, kind: &str) -> Result<Vec<RecordRow>, StoreError> {
        record_list(self.db(), signal, kind)
    }

    /// A record by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn record_fetch(&mut self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        record_fetch(self.db(), id)
    }

    /// The versions of the fields of a record, so that the next one can be sealed to its place.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn content_versions(&mut self, record: RecordId) -> Result<Vec<(String, i64)>, StoreError> {
        content_versions(self.db(), record)
    }
}

/// The records of a signal of one kind, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn record_list(db: &mut Db, signal: SignalId, kind: &str) -> Result<Vec<RecordRow>, StoreError> {
    Ok(records::table
        .filter(records::signal_id.eq(signal))
        .filter(records::kind.eq(kind))
        .order((records::created_on.asc(), records::id.asc()))
        .select(RecordRow::as_select())
        .load(db)?)
}

/// The sealed copies that a holder has of keys of one kind, such as the keys of its groups.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_keys_of_holder(db: &mut Db, holder: KeyId, kind: &str) -> Result<Vec<SealedKeyRow>, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::holder.eq(holder))
        .filter(sealed_keys::subject_kind.eq(kind))
        .select(SealedKeyRow::as_select())
        .load(db)?)
}

/// Every sealed copy of one key.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_keys_of_subject(db: &mut Db, subject: KeyId) -> Result<Vec<SealedKeyRow>, StoreError> {
    Ok(sealed_keys::table.filter(sealed_keys::subject.eq(subject)).select(SealedKeyRow::as_select()).load(db)?)
}

/// Every sealed copy of the keys of a signal: of its records and of the shares of a name.
///
/// # Errors
/// When the database cannot be read.
pub fn sealed_keys_of_signal(db: &mut Db, signal: SignalId) -> Result<Vec<SealedKeyRow>, StoreError> {
    Ok(sealed_keys::table
        .filter(sealed_keys::signal_id.eq(signal))
        .order(sealed_keys::id.asc())
        .select(SealedKeyRow::as_select())
        .load(db)?)
}

/// Every record of a signal, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn record_list_all(db: &mut Db, signal: SignalId) -> Result<Vec<RecordRow>, StoreError> {
    Ok(records::table
        .filter(records::signal_id.eq(signal))
        .order((records::created_on.asc(), records::id.asc()))
        .select(RecordRow::as_select())
        .load(db)?)
}

/// The sealed fields of a record.
///
/// # Errors
/// When the database cannot be read.
pub fn content_list(db: &mut Db, record: RecordId) -> Result<Vec<ContentRow>, StoreError> {
    Ok(contents::table
        .filter(contents::record_id.eq(record))
        .order(contents::field.asc())
        .select(ContentRow::as_select())
        .load(db)?)
}

/// The names and versions of the fields of a record.
///
/// # Errors
/// When the database cannot be read.
pub fn content_versions(db: &mut Db, record: RecordId) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(contents::table
        .filter(contents::record_id.eq(record))
        .order(contents::field.asc())
        .select((contents::field, contents::version))
        .load(db)?)
}

/// A record by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn record_fetch(db: &mut Db, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
    Ok(records::table.find(id).select(RecordRow::as_select()).first(db).optional()?)
}

/// The name under which the log knows a sealed field.
fn content_name(record: RecordId, field: &str) -> String {
    format!("contents/{record}/{field}")
}

/// The records of these kinds that one of the holders' keys opens now, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn records_openable(
    db: &mut Db,
    signal: SignalId,
    kinds: &[&str],
    holders: &[KeyId],
    now: Moment,
) -> Result<Vec<RecordRow>, StoreError> {
    let copies = sealed_keys::table
        .filter(sealed_keys::subject.eq(records::key_id))
        .filter(sealed_keys::subject_kind.eq("record"))
        .filter(sealed_keys::holder.eq_any(holders))
        .filter(sealed_keys::until_at.is_null().or(sealed_keys::until_at.gt(now)));
    Ok(records::table
        .filter(records::signal_id.eq(signal))
        .filter(records::kind.eq_any(kinds))
        .filter(diesel::dsl::exists(copies))
        .order((records::created_on.asc(), records::id.asc()))
        .select(RecordRow::as_select())
        .load(db)?)
}
