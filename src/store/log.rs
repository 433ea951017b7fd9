//! The log's table: the head that one writer holds at a time, and entries read back.

use super::db::Db;
use super::error::StoreError;
use super::schema::{checkpoints, events, log_head};
use crate::domain::ids::ObjectId;
use crate::domain::time::{Day, Moment};
use crate::ledger::merkle::Frontier;
use diesel::prelude::*;

/// The head of the log inside one transaction. Cloning is cheap, so that a savepoint can roll it back.
#[derive(Clone)]
pub(super) struct Head {
    frontier: Frontier,
    new: NewLeaves,
}

/// The entries one transaction added: what tells afterwards whether it stands. All of them count, because two entries of
/// melders on one day can be the same byte for byte; a write that changed a row has a salt of its own in its entry.
#[derive(Clone)]
pub(super) struct NewLeaves {
    from: u64,
    hashes: Vec<[u8; 32]>,
}

impl NewLeaves {
    pub(super) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether the log holds exactly these entries in their place.
    pub(super) fn stand(&self, db: &mut Db) -> Result<bool, StoreError> {
        let from = signed(self.from)?;
        let found: Vec<Vec<u8>> = events::table
            .filter(events::idx.ge(from))
            .order(events::idx.asc())
            .limit(i64::try_from(self.hashes.len()).unwrap_or(i64::MAX))
            .select(events::leaf_hash)
            .load(db)?;
        Ok(found.iter().map(Vec::as_slice).eq(self.hashes.iter().map(<[u8; 32]>::as_slice)))
    }
}

impl Head {
    /// Takes the head for this transaction: PostgreSQL locks the row first and reads it then, SQLite has it already.
    pub(super) fn lock(db: &mut Db) -> Result<Self, StoreError> {
        let bytes: Vec<u8> = match db {
            Db::Pg(c) => log_head::table.find(1).select(log_head::frontier).for_update().first(c)?,
            Db::Sqlite(c) => log_head::table.find(1).select(log_head::frontier).first(c)?,
        };
        let frontier = read_frontier(&bytes)?;
        let new = NewLeaves { from: frontier.size(), hashes: Vec::new() };
        Ok(Self { frontier, new })
    }

    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The entries this transaction added.
    pub(super) fn into_new(self) -> NewLeaves {
        self.new
    }

    pub(super) fn push(&mut self, leaf: [u8; 32]) -> u64 {
        let index = self.frontier.push(leaf);
        self.new.hashes.push(leaf);
        index
    }

    /// Moves the stored head from `start` to this one, and nowhere else.
    pub(super) fn save(&self, db: &mut Db, start: u64) -> Result<(), StoreError> {
        let moved = diesel::update(log_head::table.find(1).filter(log_head::size.eq(signed(start)?)))
            .set((log_head::size.eq(signed(self.size())?), log_head::frontier.eq(self.frontier.to_bytes())))
            .execute(db)?;
        if moved == 1 { Ok(()) } else { Err(StoreError::Log("the head moved under this transaction".to_owned())) }
    }
}

fn read_frontier(bytes: &[u8]) -> Result<Frontier, StoreError> {
    if bytes.is_empty() {
        return Ok(Frontier::new());
    }
    Frontier::from_bytes(bytes).map_err(|_| StoreError::Log("the stored head cannot be read".to_owned()))
}

pub(super) fn signed(n: u64) -> Result<i64, StoreError> {
    i64::try_from(n).map_err(|_| StoreError::Log("index too large".to_owned()))
}

/// One stored entry.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
    /// Place in the log, from 0.
    pub idx: i64,
    /// The canonical bytes: the leaf.
    pub body: Vec<u8>,
    /// Hash of the leaf as it was appended.
    pub leaf_hash: Vec<u8>,
    /// What happened.
    pub kind: String,
    /// What it happened to.
    pub object_id: Option<ObjectId>,
    /// Who did it.
    pub member_id: Option<crate::domain::ids::MemberId>,
    /// The day it happened.
    pub day: Day,
}

pub(super) fn event_insert(db: &mut Db, row: &EventRow) -> Result<(), StoreError> {
    diesel::insert_into(events::table)
        .values((
            events::idx.eq(row.idx),
            events::body.eq(&row.body),
            events::leaf_hash.eq(&row.leaf_hash),
            events::kind.eq(&row.kind),
            events::object_id.eq(row.object_id),
            events::member_id.eq(row.member_id),
            events::day.eq(row.day),
        ))
        .execute(db)?;
    Ok(())
}

/// Size and root of the log as the head row tells.
///
/// # Errors
/// When the database or the stored head cannot be read.
pub fn log_tip(db: &mut Db) -> Result<(u64, [u8; 32]), StoreError> {
    let bytes: Vec<u8> = log_head::table.find(1).select(log_head::frontier).first(db)?;
    let frontier = read_frontier(&bytes)?;
    Ok((frontier.size(), frontier.root()))
}

/// Up to `limit` entries from `from` on, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn log_page(db: &mut Db, from: u64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(events::table
        .filter(events::idx.ge(signed(from)?))
        .order(events::idx.asc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(db)?)
}

/// The newest entries about one object, newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn log_of_object(db: &mut Db, object: ObjectId, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(events::table
        .filter(events::object_id.eq(object))
        .order(events::idx.desc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(db)?)
}

/// Every entry of these kinds, in order: used for the few that must be known whole, such as key statements.
///
/// # Errors
/// When the database cannot be read.
pub fn log_of_kinds(db: &mut Db, kinds: &[&str]) -> Result<Vec<EventRow>, StoreError> {
    Ok(events::table
        .filter(events::kind.eq_any(kinds))
        .order(events::idx.asc())
        .select(EventRow::as_select())
        .load(db)?)
}

/// The place of the newest entry among these kinds.
///
/// # Errors
/// When the database cannot be read.
pub fn newest_of_kinds(db: &mut Db, kinds: &[&str]) -> Result<Option<i64>, StoreError> {
    // One look at the end of the index per kind: over several kinds at once PostgreSQL walks the log from its end until
    // it meets one of them, and the newest may be years ago.
    let mut newest = None;
    for kind in kinds {
        let of_kind = events::table.filter(events::kind.eq(*kind)).select(diesel::dsl::max(events::idx));
        newest = newest.max(of_kind.first::<Option<i64>>(db)?);
    }
    Ok(newest)
}

/// All stored checkpoints, oldest first: size, signed note.
///
/// # Errors
/// When the database cannot be read.
pub fn checkpoint_list(db: &mut Db) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(checkpoints::table.order(checkpoints::size.asc()).select((checkpoints::size, checkpoints::note)).load(db)?)
}

/// The checkpoint over the most entries: size, signed note.
///
/// # Errors
/// When the database cannot be read.
pub fn checkpoint_newest(db: &mut Db) -> Result<Option<(u64, String)>, StoreError> {
    let newest = checkpoints::table.order(checkpoints::size.desc()).select((checkpoints::size, checkpoints::note));
    let newest: Option<(i64, String)> = newest.first(db).optional()?;
    newest.map(|(size, note)| Ok((u64::try_from(size).map_err(|e| StoreError::Log(e.to_string()))?, note))).transpose()
}

/// The leaf hashes of the first entries, in their order.
///
/// # Errors
/// When the database cannot be read, or holds a hash of another length.
pub fn leaves_before(db: &mut Db, size: u64) -> Result<Vec<[u8; 32]>, StoreError> {
    let leaves: Vec<Vec<u8>> = events::table
        .filter(events::idx.lt(signed(size)?))
        .order(events::idx.asc())
        .select(events::leaf_hash)
        .load(db)?;
    let whole = |leaf: Vec<u8>| leaf.try_into().map_err(|_| StoreError::Log("a leaf of another length".to_owned()));
    leaves.into_iter().map(whole).collect()
}

/// Keeps a signed checkpoint; the same size twice is one checkpoint.
pub(super) fn checkpoint_insert(db: &mut Db, size: u64, note: &str, at: Moment) -> Result<(), StoreError> {
    let size = signed(size)?;
    let there: i64 = checkpoints::table.filter(checkpoints::size.eq(size)).count().get_result(db)?;
    if there == 0 {
        diesel::insert_into(checkpoints::table)
            .values((checkpoints::size.eq(size), checkpoints::note.eq(note), checkpoints::made_at.eq(at)))
            .execute(db)?;
    }
    Ok(())
}

/// The last day on which a member opened each of these objects.
///
/// # Errors
/// When the database cannot be read.
pub fn last_opened(
    db: &mut Db,
    member: crate::domain::ids::MemberId,
    objects: &[ObjectId],
) -> Result<std::collections::HashMap<ObjectId, Day>, StoreError> {
    let rows: Vec<(Option<ObjectId>, Option<String>)> = events::table
        .filter(events::object_id.eq_any(objects))
        // Written out, not bound: the index of disclosures counts only for a query that names them.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("events.kind = 'content.disclosed'"))
        .filter(events::member_id.eq(member))
        .group_by(events::object_id)
        .select((events::object_id, diesel::dsl::max(events::day)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(object, day)| Some((object?, day?.parse().ok()?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::{Address, Use};
    use crate::store::migrate_up;

    fn entry(idx: i64, leaf: u8) -> EventRow {
        EventRow {
            idx,
            leaf_hash: vec![leaf; 32],
            body: vec![leaf],
            kind: "receipt.unknown".to_owned(),
            object_id: None,
            member_id: None,
            day: "2026-11-24".parse().unwrap(),
        }
    }

    #[test]
    fn a_batch_stands_only_with_every_entry_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Db::open(&Address::Sqlite(folder.path().join("log.sqlite")), Use::Create).unwrap();
        migrate_up(&mut db).unwrap();
        // Somebody else's entry, the same byte for byte as the first of ours: two wrong codes on one day.
        event_insert(&mut db, &entry(0, 1)).unwrap();
        let ours = NewLeaves { from: 0, hashes: vec![[1; 32], [2; 32]] };
        assert!(!ours.stand(&mut db).unwrap());
        event_insert(&mut db, &entry(1, 3)).unwrap();
        assert!(!ours.stand(&mut db).unwrap());
        let (theirs, later) = (vec![[1; 32], [3; 32]], vec![[3; 32]]);
        assert!(NewLeaves { from: 0, hashes: theirs }.stand(&mut db).unwrap());
        assert!(NewLeaves { from: 1, hashes: later }.stand(&mut db).unwrap());
    }
}
