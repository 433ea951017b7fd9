//! Drafts of judgements ("Bewaar als concept"): kept for everybody who works on the signal, gone once it is signed.
//!
//! A draft has a record of its own, so that nobody who is given the signed judgement also gets what was crossed out.
//! Keeping one counts the version of the signal up: whoever was typing at the same time is told.

use super::judgements::{Next, Number, Standing};
use super::keyring::Session;
use super::reading::Opened;
use super::sealing::{RecordBuilder, SealedRecord};
use super::steps::{Seen, acting};
use super::{App, AppError};
use crate::domain::ids::{ObjectId, WeighingId};
use crate::domain::text::{BoundedText, LongText, TextError};
use crate::domain::weighing::{AssessmentDraft, ConfirmationDraft, IntakeDraft};
use crate::domain::words::FieldError;
use crate::policy::OpContext;
use crate::store::signals::SignalRow;
use crate::store::weighings::WeighingRow;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The kind of a draft's record.
pub const DRAFT: &str = "concept";
/// The field of that record.
pub const DRAFTED: &str = "concept";

/// Something that can be kept half-filled.
pub trait Kept: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {
    /// Of which judgement it is the draft.
    const NUMBER: Number;
}

impl Kept for IntakeDraft {
    const NUMBER: Number = Number::Intake;
}

impl Kept for AssessmentDraft {
    const NUMBER: Number = Number::Three;
}

impl Kept for ConfirmationDraft {
    const NUMBER: Number = Number::Four;
}

/// A draft may be empty, but not hold what could never be stored or shown again.
fn unkeepable(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) => match LongText::parse(text) {
            Ok(_) | Err(TextError::Empty) => {}
            Err(error) => errors.push(FieldError::new(path, error.to_string())),
        },
        Value::Array(items) => items.iter().for_each(|item| unkeepable(item, path, errors)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| unkeepable(field, &below(name), errors)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl App {
    /// Keeps a draft, with who was chosen to sign along as far as they may; it takes the place of the one before.
    /// Whoever keeps one writes along and may not agree.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for text that cannot be kept; [`AppError::NotNow`] while a signed version waits for its
    /// second person; what [`super::steps::Attempt::begin`] refuses.
    pub async fn keep_draft<D: Kept>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &D,
        second: Option<&str>,
    ) -> Result<SignalRow, AppError> {
        self.with_newest_keys(async || self.keep_once(op, session, seen, draft, second).await).await
    }

    async fn keep_once<D: Kept>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &D,
        second: Option<&str>,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, D::NUMBER)?;
        self.probe(op, seen.attempt(D::NUMBER.draft_step()), &[]).await?;
        let typed = serde_json::to_value(draft).map_err(|e| AppError::Internal(e.to_string()))?;
        let mut errors = Vec::new();
        unkeepable(&typed, "", &mut errors);
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        let next = Next::after(&standing, acting(op)?.id, WeighingId::new(self.random_id()?));
        let cosigner = match self.cosigner_named(op, seen.signal, &next.authors, second) {
            Ok(candidate) => Some(candidate.member),
            // A draft may be unfinished: who cannot sign along is asked for again when it is signed.
            Err(AppError::Invalid(_)) => None,
            Err(error) => return Err(error),
        };
        let record = self.seal_draft(op, session, &standing, &next, draft)?;
        let row = WeighingRow {
            id: next.id,
            signal_id: seen.signal,
            number: D::NUMBER.code().to_owned(),
            version: next.version,
            state: "draft".to_owned(),
            record_id: record.id(),
            outcome: None,
            reason: None,
            drafted_by: acting(op)?.id,
            drafted_on: op.today,
            cosigner,
            agreed_by: None,
            agreed_on: None,
            draft_signature: None,
            agree_signature: None,
        };
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "weighing.keep", move |tx| {
                let begun = seen.attempt(D::NUMBER.draft_step()).begin(tx, &[])?;
                if next.improved.is_some() {
                    return Err(AppError::NotNow(D::NUMBER.draft_step(), WAITS_FOR_SECOND));
                }
                record.put(tx)?;
                next.put(tx, &row)?;
                let moved = begun.stay(tx)?;
                tx.record(
                    begun
                        .trace("weighing.kept", &moved)
                        .object("weighing", row.id.uuid())
                        .detail("number", D::NUMBER.code())
                        .fields([format!("{DRAFT}.{DRAFTED}")]),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    fn seal_draft<D: Kept>(
        &self,
        op: &OpContext,
        session: &Session,
        standing: &Standing,
        next: &Next,
        draft: &D,
    ) -> Result<SealedRecord, AppError> {
        let part = Some(ObjectId::new(next.id.uuid()));
        Ok(RecordBuilder::new(self, standing.signal.id, DRAFT, part, op.today)?
            .json(DRAFTED, draft)?
            .holders(self.handling_holders_with(&standing.signal, session)?)?
            .finish())
    }
}

const WAITS_FOR_SECOND: &str =
    "Deze weging is ondertekend en ligt bij de medeondertekenaar. Bewaren als concept kan nu niet.";

impl Opened {
    /// The draft that stands, if there is one and it was opened.
    #[must_use]
    pub fn draft<D: Kept>(&self, standing: &Standing) -> Option<D> {
        self.json(standing.last_in("draft")?.record_id, DRAFTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_names_the_text_that_cannot_be_kept_and_nothing_else() {
        let json =
            r#"{"criteria": {"ernst": {"keuze": "", "waarom": "a\u0000b"}}, "afdeling": "", "reden": "te_vaag"}"#;
        let mut draft: AssessmentDraft = serde_json::from_str(json).unwrap();
        draft.basis = Some("a".repeat(4001));
        let mut errors = Vec::new();
        unkeepable(&serde_json::to_value(&draft).unwrap(), "", &mut errors);
        let mut names: Vec<_> = errors.into_iter().map(|error| error.field).collect();
        names.sort();
        assert_eq!(names, ["criteria.ernst.waarom", "grondslag"]);
    }
}
