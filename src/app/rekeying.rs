//! A new key for records that exist: opened once in a member's session, sealed again to those who stay. Whoever kept an
//! old key, or a copy of the database, opens nothing of what is written from here on, and nothing of what is stored.

use super::intake::{MELDER_KEY, melder_key_id};
use super::keyring::{Session, holder_ids};
use super::resealing::open_copy;
use super::sealing::{Sealing, confirm};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{KeyId, RecordId, SealedKeyId};
use crate::domain::time::Day;
use crate::policy::OpContext;
use crate::store::contents::{self, ContentRow, RecordRow, SealedKeyRow};
use crate::store::signals::SignalRow;
use crate::store::{CONTENTS, Disclosed, StoreError, Tx};
use crate::vault::entropy::random_uuid_v4;
use crate::vault::field::{FieldAddress, RecordKey, seal_field};
use crate::vault::ring::KeyRing;
use crate::vault::seal::HolderPublic;
use crate::vault::statement::{Owner, TrustedKeys};
use std::collections::BTreeSet;

/// What becomes of one holder's copies.
pub enum Fate {
    /// They stay.
    Stays,
    /// They go, and these take their place.
    Goes(Vec<Holder>),
}

/// Everything that must be written, prepared outside the writer.
#[derive(Clone)]
pub struct Rekeying {
    /// The sealed copies as they stood when this was prepared.
    before: BTreeSet<SealedKeyId>,
    records: Vec<NewKey>,
    /// Copies that go without a new key: lent shares, shares, and records this member cannot open.
    dropped: Vec<SealedKeyId>,
    /// Shares of a name, sealed to those who take somebody's place.
    shares: Vec<(SealedKeyRow, Holder)>,
}

#[derive(Clone)]
struct NewKey {
    record: RecordId,
    from: KeyId,
    to: KeyId,
    fields: Vec<ContentRow>,
    copies: Vec<(SealedKeyRow, Option<Holder>)>,
}

/// The records that get a new key, and everything that is known of the copies now.
pub struct Affected {
    copies: Vec<SealedKeyRow>,
    records: Vec<RecordRow>,
}

impl Affected {
    /// The records to open.
    #[must_use]
    pub fn ids(&self) -> Vec<RecordId> {
        self.records.iter().map(|record| record.id).collect()
    }
}

/// Whose key this is; `None` for a melder's, which is stated nowhere.
fn owner_of(trusted: &TrustedKeys, key: KeyId) -> Option<&Owner> {
    trusted.key(key.uuid()).map(|known| &known.owner)
}

impl App {
    /// The records of a signal of which somebody's copies go, as far as this session can open them.
    ///
    /// # Errors
    /// Any store error.
    pub fn affected_records(
        &self,
        session: &Session,
        signal: &SignalRow,
        fate: &dyn Fn(&Owner) -> Fate,
    ) -> Result<Affected, AppError> {
        let trusted = self.trusted()?;
        let holders = holder_ids(&self.ring(session)?);
        let (copies, records) = self.store().read(|db| {
            let copies = contents::sealed_keys_of_signal(db, signal.id)?;
            Ok::<_, StoreError>((copies, contents::record_list_all(db, signal.id)?))
        })?;
        let of = |record: &RecordRow| {
            copies
                .iter()
                .filter(|copy| copy.subject == record.key_id && copy.subject_kind == "record")
                .collect::<Vec<_>>()
        };
        let goes = |copy: &SealedKeyRow| {
            owner_of(&trusted, copy.holder).is_some_and(|owner| matches!(fate(owner), Fate::Goes(_)))
        };
        let records = records
            .into_iter()
            .filter(|record| {
                let mine = of(record);
                mine.iter().any(|copy| goes(copy)) && mine.iter().any(|copy| holders.contains(&copy.holder))
            })
            .collect();
        Ok(Affected { copies, records })
    }

    /// Seals what was disclosed again, under new keys, to those who stay and those who take somebody's place.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when a holder who stays has no proven key; any vault or store error.
    pub fn rekey(
        &self,
        op: &OpContext,
        session: &Session,
        affected: &Affected,
        disclosed: Option<&Disclosed>,
        fate: &dyn Fn(&Owner) -> Fate,
    ) -> Result<Rekeying, AppError> {
        let trusted = self.trusted()?;
        let ring = self.ring(session)?;
        let mut work = Rekeying {
            before: affected.copies.iter().map(|copy| copy.id).collect(),
            records: Vec::new(),
            dropped: Vec::new(),
            shares: Vec::new(),
        };
        for (record, disclosed) in affected.records.iter().zip(disclosed.into_iter().cycle()) {
            let whole = |copy: &&SealedKeyRow| copy.subject == record.key_id && copy.subject_kind == "record";
            let copies: Vec<_> = affected.copies.iter().filter(whole).collect();
            let melder = melder_of(disclosed, record)?;
            let mut stay: Vec<Holder> = Vec::new();
            for copy in &copies {
                for holder in self.heirs(&trusted, copy.holder, melder, fate)? {
                    if !stay.contains(&holder) {
                        stay.push(holder);
                    }
                }
            }
            work.records.push(self.new_key(op.today, record, disclosed, &stay, melder)?);
        }
        let anew: BTreeSet<KeyId> = work.records.iter().map(|record| record.from).collect();
        for copy in affected.copies.iter().filter(|copy| !anew.contains(&copy.subject)) {
            // Of a signal out of which somebody was shut, nothing is opened out of hours any more.
            if in_halves_with_the_service(&trusted, affected, copy) {
                work.dropped.push(copy.id);
                continue;
            }
            let Some(Fate::Goes(instead)) = owner_of(&trusted, copy.holder).map(fate) else { continue };
            work.dropped.push(copy.id);
            if copy.subject_kind == "share" && copy.until_at.is_none() {
                self.reseal_share(op.today, &ring, &affected.copies, copy, &instead, &mut work)?;
            }
        }
        Ok(work)
    }

    /// Who holds instead of this holder: the same, newest key, or those who take the place.
    fn heirs(
        &self,
        trusted: &TrustedKeys,
        key: KeyId,
        melder: Option<Holder>,
        fate: &dyn Fn(&Owner) -> Fate,
    ) -> Result<Vec<Holder>, AppError> {
        let Some(owner) = owner_of(trusted, key) else {
            let same = melder.filter(|holder| holder.key == key);
            return same.map(|holder| vec![holder]).ok_or_else(|| AppError::KeyNotProven("unknown holder".to_owned()));
        };
        if let Fate::Goes(instead) = fate(owner) {
            return Ok(instead);
        }
        let current = trusted
            .current(owner)
            .and_then(|known| known.exchange.map(|public| Holder { key: KeyId::new(known.key_id), public }));
        Ok(current.into_iter().collect())
    }

    fn new_key(
        &self,
        today: Day,
        record: &RecordRow,
        disclosed: &Disclosed,
        holders: &[Holder],
        melder: Option<Holder>,
    ) -> Result<NewKey, AppError> {
        let mut entropy = self.entropy();
        let key = RecordKey::random(entropy.as_mut())?;
        let to = KeyId::new(random_uuid_v4(entropy.as_mut())?);
        let versions = self.store().read(|db| contents::content_versions(db, record.id))?;
        let mut fields = Vec::new();
        for (field, version) in versions {
            let plain = disclosed.bytes(record.id, &field).ok_or(StoreError::Stale)?;
            let next = version + 1;
            let address = FieldAddress {
                table: CONTENTS,
                column: &field,
                row: record.id.uuid(),
                key: to.uuid(),
                version: u32::try_from(next).unwrap_or(u32::MAX),
            };
            let sealed = seal_field(&key, &address, plain, entropy.as_mut())?;
            fields.push(ContentRow { record_id: record.id, field: field.clone(), version: next, key_id: to, sealed });
        }
        let sealing = Sealing { subject: to, kind: "record", signal: Some(record.signal_id), until: None, today };
        let mut copies = Vec::new();
        for holder in holders {
            let copy = sealing.to(*holder, key.expose(), entropy.as_mut())?;
            copies.push((copy, Some(*holder).filter(|holder| Some(*holder) != melder)));
        }
        Ok(NewKey { record: record.id, from: record.key_id, to, fields, copies })
    }

    /// A share cannot get a new key without the other share: it is sealed to those who take the place, and the copy of
    /// whoever goes is destroyed.
    fn reseal_share(
        &self,
        today: Day,
        ring: &KeyRing,
        copies: &[SealedKeyRow],
        copy: &SealedKeyRow,
        instead: &[Holder],
        work: &mut Rekeying,
    ) -> Result<(), AppError> {
        let there = |holder: &Holder, work: &Rekeying| {
            let before = copies
                .iter()
                .any(|row| row.subject == copy.subject && row.holder == holder.key && row.until_at.is_none());
            before || work.shares.iter().any(|(row, _)| row.subject == copy.subject && row.holder == holder.key)
        };
        let missing: Vec<Holder> = instead.iter().copied().filter(|holder| !there(holder, work)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let same =
            |row: &SealedKeyRow| row.subject == copy.subject && row.subject_kind == "share" && row.until_at.is_none();
        let share = open_copy(ring, copies, same)?;
        let sealing = Sealing { subject: copy.subject, kind: "share", signal: copy.signal_id, until: None, today };
        for holder in missing {
            let sealed = sealing.to(holder, share.expose(), self.entropy().as_mut())?;
            work.shares.push((sealed, holder));
        }
        Ok(())
    }
}

/// Whether this is a half, or a half lent, of what may be opened out of hours: the other half lies with the service, whose
/// key nobody stated.
fn in_halves_with_the_service(trusted: &TrustedKeys, affected: &Affected, copy: &SealedKeyRow) -> bool {
    let half = |row: &SealedKeyRow| row.subject == copy.subject && row.subject_kind == "share";
    half(copy) && affected.copies.iter().any(|row| half(row) && owner_of(trusted, row.holder).is_none())
}

/// The melder's key, read from the mailbox that is being sealed again.
fn melder_of(disclosed: &Disclosed, record: &RecordRow) -> Result<Option<Holder>, AppError> {
    let Some(bytes) = disclosed.bytes(record.id, MELDER_KEY) else { return Ok(None) };
    let bytes: [u8; 32] =
        bytes.try_into().map_err(|_| AppError::Internal("a melder's key of another length".to_owned()))?;
    Ok(Some(Holder { key: melder_key_id(&bytes), public: HolderPublic(bytes) }))
}

impl Rekeying {
    /// Writes the new keys and takes the old ones away, if nothing was sealed or taken away in between.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when something was; [`AppError::KeyMoved`] when a holder's key changed.
    pub fn put(&self, tx: &mut Tx<'_>, signal: &SignalRow) -> Result<(), AppError> {
        let now = contents::sealed_keys_of_signal(tx.reader(), signal.id)?;
        if now.iter().map(|copy| copy.id).collect::<BTreeSet<_>>() != self.before {
            return Err(StoreError::Stale.into());
        }
        for record in &self.records {
            for copy in now.iter().filter(|copy| copy.subject == record.from) {
                tx.sealed_key_delete(copy.id)?;
            }
            tx.record_rekey(record.record, record.from, record.to)?;
            for field in &record.fields {
                tx.content_put(field)?;
            }
            for (copy, holder) in &record.copies {
                if let Some(holder) = holder {
                    confirm(tx, *holder)?;
                }
                tx.sealed_key_insert(copy)?;
            }
        }
        for id in &self.dropped {
            tx.sealed_key_delete(*id)?;
        }
        for (share, holder) in &self.shares {
            confirm(tx, *holder)?;
            tx.sealed_key_insert(share)?;
        }
        Ok(())
    }

    /// How many records got a new key.
    #[must_use]
    pub fn count(&self) -> usize {
        self.records.len()
    }
}
