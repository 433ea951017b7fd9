//! The sentence that goes with the purpose "overig": sealed for the privacy officers, who review it.

use super::sealing::RecordBuilder;
use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::SignalId;
use crate::domain::purpose::StatedPurpose;
use crate::domain::role::Group;
use crate::domain::text::BoundedText;
use crate::policy::{Action, OpContext, Refusal, authorize};
use crate::store::Trace;

/// The kind of the record.
pub const PURPOSE: &str = "purpose";
/// Its field.
pub const SENTENCE: &str = "toelichting";

impl App {
    /// Keeps why somebody is about to read a signal, where the code alone does not say it. Does nothing without a
    /// sentence.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; [`AppError::RoadClosed`] when no privacy officer could read it.
    pub async fn keep_purpose(&self, op: &OpContext, id: SignalId, stated: &StatedPurpose) -> Result<(), AppError> {
        let Some(sentence) = &stated.sentence else { return Ok(()) };
        self.signal_standing(op, id)?;
        let record = RecordBuilder::new(self, id, PURPOSE, None, op.today)?
            .field(SENTENCE, sentence.as_str().as_bytes())?
            .holder(self.group_holder(Group::Privacy)?)?
            .finish();
        self.store()
            .write::<_, AppError, _>(op, "reading.explain", move |tx| {
                let op = tx.op().clone();
                let refused = |why| AppError::refused(Action::OpenSignal.code(), why, Some(id));
                let Some((_, facts)) = tx.signal_facts(id, acting(&op)?)? else {
                    return Err(AppError::refused(Action::OpenSignal.code(), Refusal::NotFound, None));
                };
                let permit = authorize(&op, Action::OpenSignal, &facts).map_err(refused)?;
                record.put(tx)?;
                tx.record(
                    Trace::new("purpose.explained")
                        .signal(id)
                        .role(permit.role())
                        .fields([format!("{PURPOSE}.{SENTENCE}")]),
                )?;
                Ok(())
            })
            .await?;
        Ok(())
    }
}
