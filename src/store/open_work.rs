//! What waits for one person, looked up by whose it is: for handing it over when they left.

use super::checks::SourceQuestionRow;
use super::db::Db;
use super::decisions::ActionRow;
use super::error::StoreError;
use super::schema::{actions, signals, source_questions};
use super::signals::SignalRow;
use crate::domain::ids::MemberId;
use crate::domain::source::QuestionState;
use crate::domain::stage::Stage;
use diesel::prelude::*;

/// The signals that wait for one of these people.
///
/// # Errors
/// When the database cannot be read.
pub fn signals_on_turn_of(db: &mut Db, who: &[MemberId]) -> Result<Vec<SignalRow>, StoreError> {
    Ok(signals::table
        .filter(signals::turn_of.eq_any(who).assume_not_null())
        .filter(signals::stage.eq_any(Stage::OPEN.to_vec()))
        .select(SignalRow::as_select())
        .load(db)?)
}

/// Every question that waits for the answer of its holder.
///
/// # Errors
/// When the database cannot be read.
pub fn questions_open(db: &mut Db) -> Result<Vec<SourceQuestionRow>, StoreError> {
    Ok(source_questions::table
        .filter(source_questions::state.eq(QuestionState::Open))
        .select(SourceQuestionRow::as_select())
        .load(db)?)
}

/// The open actions of these people.
///
/// # Errors
/// When the database cannot be read.
pub fn actions_open_of(db: &mut Db, who: &[MemberId]) -> Result<Vec<ActionRow>, StoreError> {
    Ok(actions::table
        .filter(actions::owner_id.eq_any(who))
        .filter(actions::state.eq("open"))
        .select(ActionRow::as_select())
        .load(db)?)
}
