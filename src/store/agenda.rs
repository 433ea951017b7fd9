//! Sittings of the LIO, items on their agenda, and the cleared copies each participant gets.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{agenda_copies, agenda_items, grants, signals, sittings};
use super::signals::SignalRow;
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{AgendaItemId, MemberId, PrivacyCheckId, RecordId, SignalId, SittingId};
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use diesel::prelude::*;

/// A sitting of the LIO.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sittings, treat_none_as_null = true)]
pub struct SittingRow {
    /// Which one.
    pub id: SittingId,
    /// The day of the sitting.
    pub held_on: Day,
    /// The last day for the agenda.
    pub closes_on: Day,
    /// Where it stands.
    pub state: String,
}

written!(SittingRow, "sittings" named by id: [id, held_on, closes_on, state]);

/// A signal on the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agenda_items, treat_none_as_null = true)]
pub struct AgendaItemRow {
    /// Which one.
    pub id: AgendaItemId,
    /// The signal.
    pub signal_id: SignalId,
    /// The sitting it is on.
    pub sitting_id: Option<SittingId>,
    /// The privacy check that cleared it.
    pub check_id: Option<PrivacyCheckId>,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// Where it stands.
    pub state: String,
    /// Which kind.
    pub kind: String,
    /// The last day it may be read.
    pub window_until: Option<Day>,
    /// When it came to be.
    pub created_on: Day,
}

written!(
    AgendaItemRow,
    "agenda_items",
    [id, signal_id, sitting_id, check_id, record_id, state, kind, window_until, created_on,]
);

/// The cleared copy of an item for one participant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agenda_copies, treat_none_as_null = true, primary_key(item_id, member_id))]
pub struct AgendaCopyRow {
    /// The agenda item.
    pub item_id: AgendaItemId,
    /// The member.
    pub member_id: MemberId,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// The first day it may be read.
    pub window_from: Day,
    /// The last day it may be read.
    pub window_until: Day,
}

written!(AgendaCopyRow, "agenda_copies", [item_id, member_id, record_id, window_from, window_until]);

impl Tx<'_> {
    /// Adds a sitting.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn sitting_insert(&mut self, row: &SittingRow) -> Result<(), StoreError> {
        diesel::insert_into(sittings::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts a sitting in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn sitting_update(&mut self, state: &str, row: &SittingRow) -> Result<(), StoreError> {
        let changed = diesel::update(sittings::table.find(row.id).filter(sittings::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Finds a sitting by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sitting_fetch(&mut self, id: SittingId) -> Result<Option<SittingRow>, StoreError> {
        sitting_fetch(self.db(), id)
    }

    /// Adds an agenda item.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn item_insert(&mut self, row: &AgendaItemRow) -> Result<(), StoreError> {
        diesel::insert_into(agenda_items::table).values(row).execute(self.db())?;
        self.touch(Group::Item(row.id));
        Ok(())
    }

    /// Puts an agenda item in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn item_update(&mut self, state: &str, row: &AgendaItemRow) -> Result<(), StoreError> {
        let changed = diesel::update(agenda_items::table.find(row.id).filter(agenda_items::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Item(row.id));
        Ok(())
    }

    /// Finds an agenda item by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn item_fetch(&mut self, id: AgendaItemId) -> Result<Option<AgendaItemRow>, StoreError> {
        Ok(agenda_items::table.find(id).select(AgendaItemRow::as_select()).first(self.db()).optional()?)
    }

    /// Adds a cleared copy.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn copy_insert(&mut self, row: &AgendaCopyRow) -> Result<(), StoreError> {
        diesel::insert_into(agenda_copies::table).values(row).execute(self.db())?;
        self.touch(Group::Item(row.item_id));
        Ok(())
    }

    /// Takes every copy of an item away, for new ones to take their place.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn copies_delete(&mut self, item: AgendaItemId) -> Result<(), StoreError> {
        diesel::delete(agenda_copies::table.filter(agenda_copies::item_id.eq(item))).execute(self.db())?;
        self.touch(Group::Item(item));
        Ok(())
    }
}

/// Every agenda item of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn item_list(db: &mut Db, signal: SignalId) -> Result<Vec<AgendaItemRow>, StoreError> {
    Ok(agenda_items::table
        .filter(agenda_items::signal_id.eq(signal))
        .order((agenda_items::created_on.asc(), agenda_items::id.asc()))
        .select(AgendaItemRow::as_select())
        .load(db)?)
}

/// Sittings from a day on, first the nearest.
///
/// # Errors
/// When the database cannot be read.
pub fn sitting_list_from(db: &mut Db, from: Day) -> Result<Vec<SittingRow>, StoreError> {
    Ok(sittings::table
        .filter(sittings::held_on.ge(from))
        .order(sittings::held_on.asc())
        .select(SittingRow::as_select())
        .load(db)?)
}

/// The cleared copies of an item.
///
/// # Errors
/// When the database cannot be read.
pub fn copy_list(db: &mut Db, item: AgendaItemId) -> Result<Vec<AgendaCopyRow>, StoreError> {
    Ok(agenda_copies::table.filter(agenda_copies::item_id.eq(item)).select(AgendaCopyRow::as_select()).load(db)?)
}

/// The published items that one member may read on a day: inside the window, as long as the signal is open.
///
/// # Errors
/// When the database cannot be read.
pub fn copy_list_for(
    db: &mut Db,
    member: MemberId,
    on: Day,
) -> Result<Vec<(AgendaItemRow, AgendaCopyRow)>, StoreError> {
    Ok(agenda_items::table
        .inner_join(agenda_copies::table.on(agenda_copies::item_id.eq(agenda_items::id)))
        .inner_join(signals::table.on(signals::id.eq(agenda_items::signal_id)))
        .filter(agenda_copies::member_id.eq(member))
        .filter(agenda_copies::window_from.le(on))
        .filter(agenda_copies::window_until.ge(on))
        .filter(agenda_items::state.eq_any(["published", "decided"]))
        .filter(signals::stage.eq_any(Stage::OPEN))
        .order((agenda_items::created_on.asc(), agenda_items::id.asc()))
        .select((AgendaItemRow::as_select(), AgendaCopyRow::as_select()))
        .load(db)?)
}

/// A sitting by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn sitting_fetch(db: &mut Db, id: SittingId) -> Result<Option<SittingRow>, StoreError> {
    Ok(sittings::table.find(id).select(SittingRow::as_select()).first(db).optional()?)
}

/// The latest sitting there was or will be.
///
/// # Errors
/// When the database cannot be read.
pub fn sitting_last(db: &mut Db) -> Result<Option<SittingRow>, StoreError> {
    Ok(sittings::table.order(sittings::held_on.desc()).select(SittingRow::as_select()).first(db).optional()?)
}

/// The items on the agendas from a day on, and those still on their way to one, of the signals in this scope, or of one
/// of them.
///
/// # Errors
/// When the database cannot be read.
pub fn agenda_list(
    db: &mut Db,
    grantees: &[String],
    from: Day,
    of: Option<SignalId>,
) -> Result<Vec<(AgendaItemRow, SignalRow)>, StoreError> {
    let ahead: Vec<SittingId> = sittings::table.filter(sittings::held_on.ge(from)).select(sittings::id).load(db)?;
    let granted = grants::table
        .filter(grants::signal_id.eq(agenda_items::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("signal"));
    let query = agenda_items::table
        .inner_join(signals::table.on(signals::id.eq(agenda_items::signal_id)))
        .filter(agenda_items::state.ne("withdrawn"))
        .filter(signals::stage.ne(Stage::Destroyed))
        .filter(diesel::dsl::exists(granted))
        .order((agenda_items::created_on.asc(), agenda_items::id.asc()))
        .select((AgendaItemRow::as_select(), SignalRow::as_select()))
        .into_boxed();
    let query = match of {
        Some(signal) => query.filter(agenda_items::signal_id.eq(signal)),
        None => query,
    };
    let of_no_sitting = agenda_items::sitting_id.is_null();
    // Of no sitting or of none of these: with such an OR SQLite would read every item there ever was.
    let query = if ahead.is_empty() {
        query.filter(of_no_sitting)
    } else {
        query.filter(agenda_items::sitting_id.eq_any(ahead).or(of_no_sitting))
    };
    Ok(query.load(db)?)
}
