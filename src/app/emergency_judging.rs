//! After an opening out of hours: a privacy officer reads the reason and nothing of the signal, and judges whether it was
//! right; those who lead the signal read the same. What was lent goes when its time is over.

use super::emergency::{GRANT, REASON, RECORD, sign};
use super::follow_up::member_names;
use super::identity::permitted;
use super::keyring::Session;
use super::resealing::json_bytes;
use super::steps::acting;
use super::{App, AppError};
use crate::domain::emergency::{EmergencyChoice, EmergencyVerdict, EmergencyVerdictDraft};
use crate::domain::ids::{EmergencyOpeningId, ObjectId};
use crate::domain::role::Role;
use crate::domain::text::ShortText;
use crate::policy::{Action, OpContext, member_grantee};
use crate::store::emergencies::{self, EmergencyOpeningRow};
use crate::store::signals::SignalRow;
use crate::store::{StoreError, Trace, Tx, contents};

/// The field with the judgement.
pub const VERDICT: &str = "oordeel";

/// What whoever looks may do about an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgeTurn {
    /// Judge it.
    Judge,
    /// Nothing: it was judged, it is their own, or it is the privacy officers' to judge.
    Wait,
}

/// An opening out of hours with its reason, for whoever judges it or leads the signal.
pub struct EmergencyReport {
    /// The opening.
    pub row: EmergencyOpeningRow,
    /// The signal as it stands.
    pub signal: SignalRow,
    /// Who opened it.
    pub opened_by: String,
    /// Who judged it; empty for nobody yet.
    pub judged_by: String,
    /// Why.
    pub reason: ShortText,
    /// The judgement, once there is one.
    pub verdict: Option<EmergencyVerdict>,
    /// What this member may do.
    pub turn: JudgeTurn,
    /// The event that tells of this reading, from 0.
    pub event_index: u64,
}

impl App {
    /// Opens the reason of an opening, and its judgement: for privacy officers and for those who lead the signal.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn emergency_report(
        &self,
        op: &OpContext,
        session: &Session,
        id: EmergencyOpeningId,
    ) -> Result<EmergencyReport, AppError> {
        let judges = acting(op)?.holds(Role::PrivacyOfficer);
        let action = if judges { Action::JudgeEmergency } else { Action::OpenSignal };
        let found = self.store().look(move |db| {
            let row = emergencies::emergency_fetch(db, id)?;
            Ok::<_, StoreError>(row.zip(Some(member_names(db)?)))
        });
        let leads = judges || acting(op)?.holds(Role::Coordinator);
        let Some((row, names)) = found.await?.filter(|_| leads) else {
            return self.refuse_absent(op, Action::JudgeEmergency.code()).await;
        };
        let part = Some(vec![ObjectId::new(id.uuid())]);
        let opened = self.open_parts(op, session, row.signal_id, &[RECORD], part, action).await?;
        let mine = row.opened_by == acting(op)?.id;
        let called = |id| names.get(&id).cloned().unwrap_or_default();
        Ok(EmergencyReport {
            reason: opened.json(row.record_id, REASON).ok_or(StoreError::NoKey)?,
            verdict: opened.json(row.record_id, VERDICT),
            opened_by: called(row.opened_by),
            judged_by: row.judged_by.map(called).unwrap_or_default(),
            turn: if judges && row.waits() && !mine { JudgeTurn::Judge } else { JudgeTurn::Wait },
            event_index: opened.disclosed.event_index,
            signal: opened.signal,
            row,
        })
    }

    /// Judges whether it was right to open the signal, with a sentence. What was wrong ends at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; [`StoreError::Stale`] when it was judged before; a refusal, one's own
    /// opening included.
    pub async fn judge_emergency(
        &self,
        op: &OpContext,
        session: &Session,
        id: EmergencyOpeningId,
        draft: &EmergencyVerdictDraft,
    ) -> Result<EmergencyOpeningRow, AppError> {
        // The session alone says who this is; a second factor asked anew belongs here once acts can ask for one.
        let report = self.emergency_report(op, session, id).await?;
        let verdict = EmergencyVerdict::parse(draft)?;
        let row = report.row;
        let record = self
            .store()
            .look(move |db| contents::record_fetch(db, row.record_id))
            .await?
            .ok_or_else(|| AppError::Internal("an opening without its record".to_owned()))?;
        let key = self.record_key(session, &record)?;
        let words = json_bytes(&verdict)?;
        let field = self.seal_beside(&record, &key, VERDICT, 1, &words)?;
        let together = [json_bytes(&report.reason)?, words].concat();
        let signature = sign(session, id, row.signal_id, verdict.choice.code(), &together);
        let (judge, choice) = (acting(op)?.id, verdict.choice);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "emergency.judge", move |tx| {
                let (_, permit) = permitted(tx, row.signal_id, Action::JudgeEmergency, &[row.opened_by])?;
                let after = EmergencyOpeningRow {
                    state: choice.state().code().to_owned(),
                    judged_by: Some(judge),
                    judged_at: Some(tx.op().at),
                    ..row.clone()
                };
                tx.emergency_judge(&after)?;
                tx.content_put(&field)?;
                if choice == EmergencyChoice::Wrong {
                    take_back(tx, &row)?;
                }
                tx.record(
                    Trace::new("emergency.judged")
                        .signal(row.signal_id)
                        .role(permit.role())
                        .object("emergency", id.uuid())
                        .detail("verdict", choice.code())
                        .detail("of", row.opened_by.to_string())
                        .fields([format!("{RECORD}.{VERDICT}")])
                        .signature(signature.clone()),
                )?;
                Ok(after)
            })
            .await?;
        Ok(committed.value)
    }

    /// Takes back what was lent and whose time is over. Gives how many openings ended.
    pub(super) async fn end_emergencies(&self, op: &OpContext) -> Result<usize, AppError> {
        let now = op.at;
        let over = self.store().look(move |db| emergencies::emergency_list_over(db, now)).await?;
        let count = over.len();
        for row in over {
            let ended = self.store().write::<_, AppError, _>(op, "emergency.end", move |tx| {
                take_back(tx, &row)?;
                tx.record(Trace::new("emergency.ended").signal(row.signal_id).object("emergency", row.id.uuid()))?;
                Ok(())
            });
            ended.await?;
        }
        Ok(count)
    }
}

/// The halves that were lent go, and the right to read with them.
fn take_back(tx: &mut Tx<'_>, row: &EmergencyOpeningRow) -> Result<(), StoreError> {
    tx.emergency_take_back(row)?;
    tx.grant_delete(row.signal_id, &member_grantee(row.opened_by), GRANT)
}
