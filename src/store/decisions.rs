//! Decisions, the signatures under them, actions and hand-overs.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{actions, agenda_items, decision_signatures, decisions, grants, handoffs, signals, sittings};
use super::signals::SignalRow;
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{ActionId, AgendaItemId, DecisionId, HandoffId, MemberId, PrivacyCheckId, RecordId, SignalId};
use crate::domain::role::Role;
use crate::domain::time::Day;
use diesel::prelude::*;

mod owned;

pub use owned::{action_list_open_of, decision_list_owned_by};

/// A decision, regular or urgent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = decisions, treat_none_as_null = true)]
pub struct DecisionRow {
    /// Which one.
    pub id: DecisionId,
    /// The signal.
    pub signal_id: SignalId,
    /// The agenda item.
    pub item_id: Option<AgendaItemId>,
    /// Which decision, from the closed list.
    pub code: String,
    /// The power (law article), by code.
    pub power: Option<String>,
    /// The member who owns it.
    pub owner_id: Option<MemberId>,
    /// The owner outside the service.
    pub owner_name: Option<String>,
    /// When it is due.
    pub due_on: Option<Day>,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// Where it stands.
    pub state: String,
    /// Which kind.
    pub kind: String,
    /// Who proposed it.
    pub proposed_by: MemberId,
    /// When.
    pub proposed_on: Day,
    /// When it was taken.
    pub taken_on: Option<Day>,
}

written!(
    DecisionRow,
    "decisions",
    [
        id,
        signal_id,
        item_id,
        code,
        power,
        owner_id,
        owner_name,
        due_on,
        record_id,
        state,
        kind,
        proposed_by,
        proposed_on,
        taken_on,
    ]
);

/// One signature under a decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = decision_signatures, treat_none_as_null = true, primary_key(decision_id, role))]
pub struct DecisionSignatureRow {
    /// The decision it follows from.
    pub decision_id: DecisionId,
    /// The member.
    pub member_id: MemberId,
    /// The role signed in.
    pub role: Role,
    /// Ed25519 signature of whoever judged.
    pub signature: Vec<u8>,
    /// When.
    pub signed_on: Day,
}

written!(DecisionSignatureRow, "decision_signatures", [decision_id, member_id, role, signature, signed_on]);

/// An action that follows from a decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = actions, treat_none_as_null = true)]
pub struct ActionRow {
    /// Which one.
    pub id: ActionId,
    /// The signal.
    pub signal_id: SignalId,
    /// The decision it follows from.
    pub decision_id: Option<DecisionId>,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// The member who owns it.
    pub owner_id: MemberId,
    /// When it is due.
    pub due_on: Day,
    /// Where it stands.
    pub state: String,
    /// When it was done.
    pub done_on: Option<Day>,
}

written!(ActionRow, "actions" named by id: [id, signal_id, decision_id, record_id, owner_id, due_on, state, done_on]);

/// A doorgeefblad.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = handoffs, treat_none_as_null = true)]
pub struct HandoffRow {
    /// Which one.
    pub id: HandoffId,
    /// The signal.
    pub signal_id: SignalId,
    /// The privacy check that cleared it.
    pub check_id: Option<PrivacyCheckId>,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// To what kind of party.
    pub recipient_kind: String,
    /// The legal basis, by code.
    pub basis: String,
    /// Who made it.
    pub made_by: MemberId,
    /// When.
    pub made_on: Day,
}

written!(HandoffRow, "handoffs" named by id: [
    id,
    signal_id,
    check_id,
    record_id,
    recipient_kind,
    basis,
    made_by,
    made_on,
]);

impl Tx<'_> {
    /// Adds a decision.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn decision_insert(&mut self, row: &DecisionRow) -> Result<(), StoreError> {
        diesel::insert_into(decisions::table).values(row).execute(self.db())?;
        self.touch(Group::Decision(row.id));
        Ok(())
    }

    /// Puts a decision in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn decision_update(&mut self, state: &str, row: &DecisionRow) -> Result<(), StoreError> {
        let changed = diesel::update(decisions::table.find(row.id).filter(decisions::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Decision(row.id));
        Ok(())
    }

    /// Finds a decision by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn decision_fetch(&mut self, id: DecisionId) -> Result<Option<DecisionRow>, StoreError> {
        Ok(decisions::table.find(id).select(DecisionRow::as_select()).first(self.db()).optional()?)
    }

    /// Adds a signature.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn signature_insert(&mut self, row: &DecisionSignatureRow) -> Result<(), StoreError> {
        diesel::insert_into(decision_signatures::table).values(row).execute(self.db())?;
        self.touch(Group::Decision(row.decision_id));
        Ok(())
    }

    /// Adds an action.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn action_insert(&mut self, row: &ActionRow) -> Result<(), StoreError> {
        diesel::insert_into(actions::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts an action in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn action_update(&mut self, state: &str, row: &ActionRow) -> Result<(), StoreError> {
        let changed =
            diesel::update(actions::table.find(row.id).filter(actions::state.eq(state))).set(row).execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Finds an action by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn action_fetch(&mut self, id: ActionId) -> Result<Option<ActionRow>, StoreError> {
        action_fetch(self.db(), id)
    }

    /// Adds a doorgeefblad.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn handoff_insert(&mut self, row: &HandoffRow) -> Result<(), StoreError> {
        diesel::insert_into(handoffs::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Finds a doorgeefblad by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn handoff_fetch(&mut self, id: HandoffId) -> Result<Option<HandoffRow>, StoreError> {
        handoff_fetch(self.db(), id)
    }
}

/// Every decision of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn decision_list(db: &mut Db, signal: SignalId) -> Result<Vec<DecisionRow>, StoreError> {
    Ok(decisions::table
        .filter(decisions::signal_id.eq(signal))
        .order((decisions::proposed_on.asc(), decisions::id.asc()))
        .select(DecisionRow::as_select())
        .load(db)?)
}

/// An action by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn action_fetch(db: &mut Db, id: ActionId) -> Result<Option<ActionRow>, StoreError> {
    Ok(actions::table.find(id).select(ActionRow::as_select()).first(db).optional()?)
}

/// A doorgeefblad by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn handoff_fetch(db: &mut Db, id: HandoffId) -> Result<Option<HandoffRow>, StoreError> {
    Ok(handoffs::table.find(id).select(HandoffRow::as_select()).first(db).optional()?)
}

/// Every action of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn action_list(db: &mut Db, signal: SignalId) -> Result<Vec<ActionRow>, StoreError> {
    Ok(actions::table
        .filter(actions::signal_id.eq(signal))
        .order((actions::due_on.asc(), actions::id.asc()))
        .select(ActionRow::as_select())
        .load(db)?)
}

/// Every hand-over of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn handoff_list(db: &mut Db, signal: SignalId) -> Result<Vec<HandoffRow>, StoreError> {
    Ok(handoffs::table
        .filter(handoffs::signal_id.eq(signal))
        .order((handoffs::made_on.asc(), handoffs::id.asc()))
        .select(HandoffRow::as_select())
        .load(db)?)
}

/// The signatures under a decision.
///
/// # Errors
/// When the database cannot be read.
pub fn signature_list(db: &mut Db, decision: DecisionId) -> Result<Vec<DecisionSignatureRow>, StoreError> {
    Ok(decision_signatures::table
        .filter(decision_signatures::decision_id.eq(decision))
        .order(decision_signatures::role.asc())
        .select(DecisionSignatureRow::as_select())
        .load(db)?)
}

/// The urgent decisions that wait for a signature, on the signals that were granted to this scope, each with the roles
/// that have signed: oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn urgent_list_unsigned(
    db: &mut Db,
    grantees: &[String],
) -> Result<Vec<(SignalRow, DecisionRow, Vec<DecisionSignatureRow>)>, StoreError> {
    let granted = grants::table
        .filter(grants::signal_id.eq(decisions::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("signal"));
    let found: Vec<(SignalRow, DecisionRow)> = decisions::table
        .inner_join(signals::table.on(signals::id.eq(decisions::signal_id)))
        .filter(decisions::kind.eq("urgent"))
        .filter(decisions::state.eq("proposed"))
        .filter(diesel::dsl::exists(granted))
        .order((decisions::proposed_on.asc(), decisions::id.asc()))
        .select((SignalRow::as_select(), DecisionRow::as_select()))
        .load(db)?;
    found.into_iter().map(|(signal, row)| signature_list(db, row.id).map(|signed| (signal, row, signed))).collect()
}

/// An urgent decision as the privacy officers are told of it: that it was taken, when, and where it comes on the
/// agenda. No content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentNotice {
    /// The signal.
    pub signal: SignalRow,
    /// The decision.
    pub decision: DecisionRow,
    /// The day of the sitting that discusses it.
    pub discussed_on: Day,
}

/// The urgent decisions that this scope was told of, until the sitting that discusses them is over.
///
/// # Errors
/// When the database cannot be read.
pub fn urgent_list_announced(db: &mut Db, grantees: &[String], today: Day) -> Result<Vec<UrgentNotice>, StoreError> {
    let told = grants::table
        .filter(grants::signal_id.eq(decisions::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("check"));
    let found: Vec<(SignalRow, DecisionRow, Day)> = decisions::table
        .inner_join(signals::table.on(signals::id.eq(decisions::signal_id)))
        .inner_join(agenda_items::table.on(agenda_items::id.nullable().eq(decisions::item_id)))
        .inner_join(sittings::table.on(sittings::id.nullable().eq(agenda_items::sitting_id)))
        .filter(decisions::kind.eq("urgent"))
        .filter(decisions::state.eq("taken"))
        .filter(sittings::held_on.ge(today))
        .filter(diesel::dsl::exists(told))
        .order((decisions::taken_on.asc(), decisions::id.asc()))
        .select((SignalRow::as_select(), DecisionRow::as_select(), sittings::held_on))
        .load(db)?;
    Ok(found.into_iter().map(notice_of).collect())
}

/// An urgent decision that was taken, as one is told of it.
///
/// # Errors
/// When the database cannot be read.
pub fn urgent_notice_fetch(db: &mut Db, id: DecisionId) -> Result<Option<UrgentNotice>, StoreError> {
    let found: Option<(SignalRow, DecisionRow, Day)> = decisions::table
        .inner_join(signals::table.on(signals::id.eq(decisions::signal_id)))
        .inner_join(agenda_items::table.on(agenda_items::id.nullable().eq(decisions::item_id)))
        .inner_join(sittings::table.on(sittings::id.nullable().eq(agenda_items::sitting_id)))
        .filter(decisions::id.eq(id))
        .filter(decisions::kind.eq("urgent"))
        .filter(decisions::state.eq("taken"))
        .select((SignalRow::as_select(), DecisionRow::as_select(), sittings::held_on))
        .first(db)
        .optional()?;
    Ok(found.map(notice_of))
}

fn notice_of((signal, decision, discussed_on): (SignalRow, DecisionRow, Day)) -> UrgentNotice {
    UrgentNotice { signal, decision, discussed_on }
}
