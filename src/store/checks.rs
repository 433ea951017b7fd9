//! Privacy checks and the questions to sources that they clear.

use super::db::Db;
use super::error::StoreError;
use super::schema::{grants, privacy_checks, source_questions};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{MemberId, PrivacyCheckId, RecordId, SignalId, SourceQuestionId};
use crate::domain::reference::QuestionReference;
use crate::domain::source::{DetailsState, QuestionState};
use crate::domain::time::Day;
use diesel::prelude::*;

/// A privacy check.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = privacy_checks, treat_none_as_null = true)]
pub struct PrivacyCheckRow {
    /// Which one.
    pub id: PrivacyCheckId,
    /// The signal.
    pub signal_id: SignalId,
    /// Which kind.
    pub kind: String,
    /// Counts up with every new version of the same judgement.
    pub version: i64,
    /// Where it stands.
    pub state: String,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// Who proposed it.
    pub proposed_by: MemberId,
    /// When.
    pub proposed_on: Day,
    /// Who judged it.
    pub decided_by: Option<MemberId>,
    /// When.
    pub decided_on: Option<Day>,
    /// Ed25519 signature of whoever judged.
    pub signature: Option<Vec<u8>>,
    /// How many sources or participants were cleared.
    pub cleared: i64,
}

written!(PrivacyCheckRow, "privacy_checks" named by id: [
    id,
    signal_id,
    kind,
    version,
    state,
    record_id,
    proposed_by,
    proposed_on,
    decided_by,
    decided_on,
    signature,
    cleared,
]);

/// A hit/no-hit question to one source holder.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = source_questions, treat_none_as_null = true)]
pub struct SourceQuestionRow {
    /// Which one.
    pub id: SourceQuestionId,
    /// The signal.
    pub signal_id: SignalId,
    /// The privacy check that cleared it.
    pub check_id: PrivacyCheckId,
    /// What its holder calls it: `V-..`, unlike the signal.
    pub reference: QuestionReference,
    /// The source, by catalogue code.
    pub source_code: String,
    /// The member who answers for the source.
    pub holder_id: MemberId,
    /// The record that holds its content.
    pub record_id: RecordId,
    /// Where it stands.
    pub state: QuestionState,
    /// Whether more than hit or no hit may be asked.
    pub details: DetailsState,
    /// When it went out.
    pub asked_on: Day,
    /// When it is due.
    pub due_on: Day,
    /// When it was answered.
    pub answered_on: Option<Day>,
}

written!(SourceQuestionRow, "source_questions" named by id: [
    id,
    signal_id,
    check_id,
    reference,
    source_code,
    holder_id,
    record_id,
    state,
    details,
    asked_on,
    due_on,
    answered_on,
]);

impl Tx<'_> {
    /// Adds a privacy check.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn check_insert(&mut self, row: &PrivacyCheckRow) -> Result<(), StoreError> {
        diesel::insert_into(privacy_checks::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts a privacy check in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn check_update(&mut self, state: &str, row: &PrivacyCheckRow) -> Result<(), StoreError> {
        let changed = diesel::update(privacy_checks::table.find(row.id).filter(privacy_checks::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Finds a privacy check by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn check_fetch(&mut self, id: PrivacyCheckId) -> Result<Option<PrivacyCheckRow>, StoreError> {
        check_fetch(self.db(), id)
    }

    /// Adds a question.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn question_insert(&mut self, row: &SourceQuestionRow) -> Result<(), StoreError> {
        diesel::insert_into(source_questions::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// Puts a question in place, if it still stands in `state`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody moved it in between.
    pub fn question_update(&mut self, state: QuestionState, row: &SourceQuestionRow) -> Result<(), StoreError> {
        let changed = diesel::update(source_questions::table.find(row.id).filter(source_questions::state.eq(state)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.bind(row);
        Ok(())
    }

    /// Finds a question by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn question_fetch(&mut self, id: SourceQuestionId) -> Result<Option<SourceQuestionRow>, StoreError> {
        question_fetch(self.db(), id)
    }
}

/// Every privacy check of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn check_list(db: &mut Db, signal: SignalId) -> Result<Vec<PrivacyCheckRow>, StoreError> {
    Ok(privacy_checks::table
        .filter(privacy_checks::signal_id.eq(signal))
        .order((privacy_checks::kind.asc(), privacy_checks::version.asc()))
        .select(PrivacyCheckRow::as_select())
        .load(db)?)
}

/// Every question of a signal, in order.
///
/// # Errors
/// When the database cannot be read.
pub fn question_list(db: &mut Db, signal: SignalId) -> Result<Vec<SourceQuestionRow>, StoreError> {
    Ok(source_questions::table
        .filter(source_questions::signal_id.eq(signal))
        .order(source_questions::reference.asc())
        .select(SourceQuestionRow::as_select())
        .load(db)?)
}

/// The questions that wait for one source holder, oldest first: open ones, and those whose content was asked.
///
/// # Errors
/// When the database cannot be read.
pub fn question_list_open_for(db: &mut Db, holder: MemberId) -> Result<Vec<SourceQuestionRow>, StoreError> {
    let waits = source_questions::state
        .eq(QuestionState::Open)
        .or(source_questions::state.eq(QuestionState::Answered).and(source_questions::details.eq(DetailsState::Asked)));
    Ok(source_questions::table
        .filter(source_questions::holder_id.eq(holder))
        .filter(waits)
        .order((source_questions::due_on.asc(), source_questions::reference.asc()))
        .select(SourceQuestionRow::as_select())
        .load(db)?)
}

/// The questions that one source holder is done with, newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn question_list_done_for(db: &mut Db, holder: MemberId, limit: i64) -> Result<Vec<SourceQuestionRow>, StoreError> {
    Ok(source_questions::table
        .filter(source_questions::holder_id.eq(holder))
        .filter(source_questions::state.eq(QuestionState::Answered))
        .filter(source_questions::details.ne(DetailsState::Asked))
        .order((source_questions::answered_on.desc(), source_questions::reference.asc()))
        .limit(limit)
        .select(SourceQuestionRow::as_select())
        .load(db)?)
}

/// A question by its id. Pages go through the use cases, which ask whose it is.
///
/// # Errors
/// When the database cannot be read.
pub fn question_fetch(db: &mut Db, id: SourceQuestionId) -> Result<Option<SourceQuestionRow>, StoreError> {
    Ok(source_questions::table.find(id).select(SourceQuestionRow::as_select()).first(db).optional()?)
}

/// A privacy check by its id. Pages go through the use cases, which ask who may know of it.
///
/// # Errors
/// When the database cannot be read.
pub fn check_fetch(db: &mut Db, id: PrivacyCheckId) -> Result<Option<PrivacyCheckRow>, StoreError> {
    Ok(privacy_checks::table.find(id).select(PrivacyCheckRow::as_select()).first(db).optional()?)
}

/// The privacy checks that wait for a judgement on signals in this scope, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn check_list_open(db: &mut Db, grantees: &[String]) -> Result<Vec<PrivacyCheckRow>, StoreError> {
    let granted = grants::table
        .filter(grants::signal_id.eq(privacy_checks::signal_id))
        .filter(grants::grantee.eq_any(grantees.to_vec()))
        .filter(grants::what.eq("check"));
    Ok(privacy_checks::table
        .filter(privacy_checks::state.eq("proposed"))
        .filter(diesel::dsl::exists(granted))
        .order((privacy_checks::proposed_on.asc(), privacy_checks::id.asc()))
        .select(PrivacyCheckRow::as_select())
        .load(db)?)
}
