//! What somebody is to do: the decisions that they carry out, and the actions that follow from them.

use super::{ActionRow, DecisionRow};
use crate::domain::ids::MemberId;
use crate::domain::stage::Stage;
use crate::policy::member_grantee;
use crate::store::StoreError;
use crate::store::db::Db;
use crate::store::schema::{actions, decisions, grants, signals};
use crate::store::signals::SignalRow;
use diesel::prelude::*;

/// The decisions that this member carries out now, by due day: taken since their signal came to be followed up, and
/// given to them. What was decided before it was watched or weighed anew is over.
///
/// # Errors
/// When the database cannot be read.
pub fn decision_list_owned_by(db: &mut Db, owner: MemberId) -> Result<Vec<(SignalRow, DecisionRow)>, StoreError> {
    let given = grants::table
        .filter(grants::signal_id.eq(decisions::signal_id))
        .filter(grants::grantee.eq(member_grantee(owner)))
        .filter(grants::what.eq("decision"));
    Ok(decisions::table
        .inner_join(signals::table.on(signals::id.eq(decisions::signal_id)))
        .filter(decisions::owner_id.eq(owner))
        .filter(decisions::state.eq("taken"))
        .filter(decisions::taken_on.ge(signals::stage_since.nullable()))
        .filter(signals::stage.eq(Stage::FollowUp))
        .filter(diesel::dsl::exists(given))
        .order((decisions::due_on.asc(), decisions::id.asc()))
        .select((SignalRow::as_select(), DecisionRow::as_select()))
        .load(db)?)
}

/// The open actions of one owner, by due day.
///
/// # Errors
/// When the database cannot be read.
pub fn action_list_open_of(db: &mut Db, owner: MemberId) -> Result<Vec<ActionRow>, StoreError> {
    Ok(actions::table
        .filter(actions::owner_id.eq(owner))
        .filter(actions::state.eq("open"))
        .order((actions::due_on.asc(), actions::id.asc()))
        .select(ActionRow::as_select())
        .load(db)?)
}
