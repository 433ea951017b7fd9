//! Signals that were opened out of hours, and the judgement of each.

use super::db::Db;
use super::error::StoreError;
use super::schema::{emergency_openings, exclusions, grants, records, sealed_keys, signals};
use super::signals::{SignalRow, grant_list};
use super::tx::Tx;
use super::written::written;
use crate::domain::emergency::EmergencyState;
use crate::domain::holders::openable_in_emergency;
use crate::domain::ids::{EmergencyOpeningId, KeyId, MemberId, RecordId, SealedKeyId, SignalId};
use crate::domain::reference::SignalReference;
use crate::domain::role::Group;
use crate::domain::signal::{Channel, SourceType};
use crate::domain::stage::Stage;
use crate::domain::time::Moment;
use crate::policy::member_grantee;
use crate::store::contents::RecordRow;
use diesel::prelude::*;

/// A signal that was opened out of hours.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = emergency_openings, treat_none_as_null = true)]
pub struct EmergencyOpeningRow {
    /// Which opening.
    pub id: EmergencyOpeningId,
    /// The signal.
    pub signal_id: SignalId,
    /// The record with the reason and the judgement.
    pub record_id: RecordId,
    /// Who opened it.
    pub opened_by: MemberId,
    /// When.
    pub opened_at: Moment,
    /// Until when it could be read.
    pub until_at: Moment,
    /// Code of [`EmergencyState`].
    pub state: String,
    /// Who judged it.
    pub judged_by: Option<MemberId>,
    /// When.
    pub judged_at: Option<Moment>,
}

written!(EmergencyOpeningRow, "emergency_openings" named by id: [
    id,
    signal_id,
    record_id,
    opened_by,
    opened_at,
    until_at,
    state,
    judged_by,
    judged_at,
]);

impl EmergencyOpeningRow {
    /// Whether nobody judged it yet.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == EmergencyState::Opened.code()
    }
}

impl Tx<'_> {
    /// Adds an opening.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn emergency_insert(&mut self, row: &EmergencyOpeningRow) -> Result<(), StoreError> {
        diesel::insert_into(emergency_openings::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts the judgement in place, if nobody judged it before.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody did.
    pub fn emergency_judge(&mut self, row: &EmergencyOpeningRow) -> Result<(), StoreError> {
        let waits = emergency_openings::state.eq(EmergencyState::Opened.code());
        let changed =
            diesel::update(emergency_openings::table.find(row.id).filter(waits)).set(row).execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Takes the halves away that were lent by this opening.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn emergency_take_back(&mut self, row: &EmergencyOpeningRow) -> Result<(), StoreError> {
        let kinds: Vec<&str> = openable_in_emergency().map(|kind| kind.code()).collect();
        let subjects: Vec<KeyId> = records::table
            .filter(records::signal_id.eq(row.signal_id))
            .filter(records::kind.eq_any(kinds))
            .select(records::key_id)
            .load(self.db())?;
        let lent: Vec<SealedKeyId> = sealed_keys::table
            .filter(sealed_keys::subject.eq_any(subjects))
            .filter(sealed_keys::subject_kind.eq("share"))
            .filter(sealed_keys::until_at.eq(row.until_at))
            .select(sealed_keys::id)
            .load(self.db())?;
        lent.into_iter().try_for_each(|id| self.sealed_key_delete(id))
    }
}

/// Whether a signal is one of those that may be opened out of hours: it lies with the coordinators, nobody was shut out of
/// it, it did not come from Meld Misdaad Anoniem and it was not destroyed.
///
/// # Errors
/// When the database cannot be read.
pub fn is_openable(db: &mut Db, signal: &SignalRow) -> Result<bool, StoreError> {
    let apart = signal.box_ != Group::Coordinators.code()
        || signal.channel == Channel::Mma.code()
        || signal.source_type == SourceType::Mma.code()
        || signal.stage == Stage::Destroyed;
    if apart {
        return Ok(false);
    }
    let shut: i64 = exclusions::table.filter(exclusions::signal_id.eq(signal.id)).count().get_result(db)?;
    Ok(shut == 0)
}

/// The signal with this reference.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_by_reference(db: &mut Db, reference: SignalReference) -> Result<Option<SignalRow>, StoreError> {
    Ok(signals::table.filter(signals::reference.eq(reference)).select(SignalRow::as_select()).first(db).optional()?)
}

/// The records of these kinds of which one of the first holders has a half that stays and one of the second a half too,
/// oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn records_in_halves(
    db: &mut Db,
    signal: SignalId,
    kinds: &[&str],
    kept: &[KeyId],
    other: Other<'_>,
) -> Result<Vec<RecordRow>, StoreError> {
    let (one, two) = diesel::alias!(sealed_keys as one, sealed_keys as two);
    let mine = one
        .filter(one.field(sealed_keys::subject).eq(records::key_id))
        .filter(one.field(sealed_keys::subject_kind).eq("share"))
        .filter(one.field(sealed_keys::holder).eq_any(kept.to_vec()))
        .filter(one.field(sealed_keys::until_at).is_null());
    let theirs = two
        .filter(two.field(sealed_keys::subject).eq(records::key_id))
        .filter(two.field(sealed_keys::subject_kind).eq("share"));
    let query = records::table
        .filter(records::signal_id.eq(signal))
        .filter(records::kind.eq_any(kinds))
        .filter(diesel::dsl::exists(mine))
        .order((records::created_on.asc(), records::id.asc()))
        .select(RecordRow::as_select());
    Ok(match other {
        Other::Service(key) => {
            query.filter(diesel::dsl::exists(theirs.filter(two.field(sealed_keys::holder).eq(key)))).load(db)?
        }
        Other::Lent(holders, now) => query
            .filter(diesel::dsl::exists(
                theirs
                    .filter(two.field(sealed_keys::holder).eq_any(holders.to_vec()))
                    .filter(two.field(sealed_keys::until_at).gt(now)),
            ))
            .load(db)?,
    })
}

/// Where the other half must be.
#[derive(Debug, Clone, Copy)]
pub enum Other<'a> {
    /// With the service, under this key.
    Service(KeyId),
    /// Lent to one of these holders, at this moment.
    Lent(&'a [KeyId], Moment),
}

/// An opening by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn emergency_fetch(db: &mut Db, id: EmergencyOpeningId) -> Result<Option<EmergencyOpeningRow>, StoreError> {
    Ok(emergency_openings::table.find(id).select(EmergencyOpeningRow::as_select()).first(db).optional()?)
}

/// Every opening by a member, newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn emergency_list_of(db: &mut Db, member: MemberId) -> Result<Vec<EmergencyOpeningRow>, StoreError> {
    Ok(emergency_openings::table
        .filter(emergency_openings::opened_by.eq(member))
        .order((emergency_openings::opened_at.desc(), emergency_openings::id.desc()))
        .select(EmergencyOpeningRow::as_select())
        .load(db)?)
}

/// The openings that nobody judged yet of signals on which these grantees were given `what`, oldest first, each with its
/// signal.
///
/// # Errors
/// When the database cannot be read.
pub fn emergency_list_waiting(
    db: &mut Db,
    grantees: &[String],
    what: &str,
) -> Result<Vec<(EmergencyOpeningRow, SignalRow)>, StoreError> {
    let given = grants::table
        .filter(grants::signal_id.eq(emergency_openings::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq(what.to_owned()));
    Ok(emergency_openings::table
        .inner_join(signals::table.on(signals::id.eq(emergency_openings::signal_id)))
        .filter(emergency_openings::state.eq(EmergencyState::Opened.code()))
        .filter(diesel::dsl::exists(given))
        .order((emergency_openings::opened_at.asc(), emergency_openings::id.asc()))
        .select((EmergencyOpeningRow::as_select(), SignalRow::as_select()))
        .load(db)?)
}

/// The openings whose time is over and of which something is still lent.
///
/// # Errors
/// When the database cannot be read.
pub fn emergency_list_over(db: &mut Db, now: Moment) -> Result<Vec<EmergencyOpeningRow>, StoreError> {
    let read = grants::table
        .filter(grants::signal_id.eq(emergency_openings::signal_id))
        .filter(grants::what.eq("emergency"))
        .filter(grants::grantee.like("member:%"));
    let mut rows: Vec<EmergencyOpeningRow> = emergency_openings::table
        .filter(diesel::dsl::exists(read))
        .order((emergency_openings::opened_at.desc(), emergency_openings::id.desc()))
        .select(EmergencyOpeningRow::as_select())
        .load(db)?;
    // Somebody may have opened the same signal again: what counts is their last.
    let mut known = Vec::new();
    rows.retain(|row| {
        let whose = (row.signal_id, row.opened_by);
        let last = !known.contains(&whose);
        known.push(whose);
        last && row.until_at <= now
    });
    let mut over = Vec::new();
    for row in rows {
        let named = member_grantee(row.opened_by);
        let given = grant_list(db, row.signal_id)?;
        if given.iter().any(|grant| grant.grantee == named && grant.what == "emergency") {
            over.push(row);
        }
    }
    Ok(over)
}
