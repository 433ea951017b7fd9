//! The second person at opening a name: the privacy officer reads the reason and nothing of the signal, and lends the
//! share of privacy to the one who asked, or does not.

use super::follow_up::member_names;
use super::identity::{REASON, permitted, told_field};
use super::keyring::Session;
use super::resealing::{json_bytes, open_copy};
use super::sealing::{Sealing, confirm};
use super::steps::acting;
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::identity::{OpeningChoice, OpeningVerdict, OpeningVerdictDraft};
use crate::domain::ids::{IdentityOpeningId, ObjectId};
use crate::domain::text::ShortText;
use crate::domain::time::Moment;
use crate::policy::{Action, OpContext, member_grantee};
use crate::store::contents::{self, RecordRow, SealedKeyRow};
use crate::store::identities::{self, IdentityOpeningRow};
use crate::store::signals::{GrantRow, SignalRow};
use crate::store::{StoreError, Trace, Tx};
use crate::vault::digest::sha256;

/// The field with the judgement.
pub const VERDICT: &str = "oordeel";
/// The context that separates these signatures from all others.
const CONTEXT: &str = "meldroute/opening/v1";

/// A request, opened for whoever judges it.
pub struct OpenedRequest {
    /// The row.
    pub row: IdentityOpeningRow,
    /// The signal as it stands.
    pub signal: SignalRow,
    /// Who asked.
    pub asked_by: String,
    /// Why.
    pub reason: ShortText,
    /// The judgement, once there is one.
    pub verdict: Option<OpeningVerdict>,
    /// The event that tells of this reading, from 0.
    pub event_index: u64,
}

impl App {
    /// Opens a request for whoever judges it: the reason, and nothing of the signal.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_request(
        &self,
        op: &OpContext,
        session: &Session,
        id: IdentityOpeningId,
    ) -> Result<OpenedRequest, AppError> {
        let action = Action::JudgeIdentity;
        let found = self.store().look(move |db| {
            let row = identities::opening_fetch(db, id)?;
            Ok::<_, StoreError>(row.zip(Some(member_names(db)?)))
        });
        let found = found.await?;
        let Some((row, names)) = found else { return self.refuse_absent(op, action.code()).await };
        let part = Some(vec![ObjectId::new(id.uuid())]);
        let opened = self.open_parts(op, session, row.signal_id, &["opening"], part, action).await?;
        Ok(OpenedRequest {
            reason: opened.json(row.record_id, REASON).ok_or(StoreError::NoKey)?,
            verdict: opened.json(row.record_id, VERDICT),
            asked_by: names.get(&row.asked_by).cloned().unwrap_or_default(),
            event_index: opened.disclosed.event_index,
            signal: opened.signal,
            row,
        })
    }

    /// Agrees that a name is opened, for the one who asked and for a short time; or refuses it with a reason.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; [`StoreError::Stale`] when it was judged before; a refusal, own
    /// requests included.
    pub async fn judge_name(
        &self,
        op: &OpContext,
        session: &Session,
        id: IdentityOpeningId,
        draft: &OpeningVerdictDraft,
    ) -> Result<IdentityOpeningRow, AppError> {
        let request = self.open_request(op, session, id).await?;
        let verdict = OpeningVerdict::parse(draft)?;
        self.with_newest_keys(async || self.judge_name_once(op, session, &request, &verdict).await).await
    }

    async fn judge_name_once(
        &self,
        op: &OpContext,
        session: &Session,
        request: &OpenedRequest,
        verdict: &OpeningVerdict,
    ) -> Result<IdentityOpeningRow, AppError> {
        let row = request.row.clone();
        let record = self
            .store()
            .look(move |db| contents::record_fetch(db, row.record_id))
            .await?
            .ok_or_else(|| AppError::Internal("a request without its record".to_owned()))?;
        let key = self.record_key(session, &record)?;
        let words = json_bytes(verdict)?;
        let field = self.seal_beside(&record, &key, VERDICT, 1, &words)?;
        let until = op.at.plus_seconds(i64::from(self.protocol().name_minutes) * 60);
        let lent = match verdict.choice() {
            OpeningChoice::Agree => Some(self.lend_share(op, session, &row, until)?),
            OpeningChoice::Refuse => None,
        };
        let signature = sign(session, &row, verdict.choice(), &[json_bytes(&request.reason)?, words].concat());
        let (judge, choice) = (acting(op)?.id, verdict.choice());
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "identity.judge", move |tx| {
                let (signal, permit) = permitted(tx, row.signal_id, Action::JudgeIdentity, &[row.asked_by])?;
                if row.state != "asked" {
                    return Err(StoreError::Stale.into());
                }
                tx.content_put(&field)?;
                let now = tx.op().at;
                let mut after = IdentityOpeningRow {
                    state: "refused".to_owned(),
                    decided_by: Some(judge),
                    decided_at: Some(now),
                    ..row.clone()
                };
                if let Some((share, holder)) = &lent {
                    confirm(tx, *holder)?;
                    tx.sealed_key_insert(share)?;
                    tx.grant_put(&GrantRow {
                        signal_id: row.signal_id,
                        grantee: member_grantee(row.asked_by),
                        what: "identity".to_owned(),
                        received_on: signal.received_on,
                    })?;
                    "granted".clone_into(&mut after.state);
                    after.until_at = Some(until);
                } else {
                    forget_reason(tx, &row)?;
                }
                tx.opening_update("asked", &after)?;
                let kind = if choice == OpeningChoice::Agree { "identity.granted" } else { "identity.refused" };
                tx.record(
                    Trace::new(kind)
                        .signal(row.signal_id)
                        .role(permit.role())
                        .object("opening", row.id.uuid())
                        .detail("to", row.asked_by.to_string())
                        .fields([format!("opening.{VERDICT}")])
                        .signature(signature.clone()),
                )?;
                Ok(after)
            })
            .await?;
        Ok(committed.value)
    }

    /// Opens the share of privacy with the keys of this session and seals it to the one who asked, until a set time.
    fn lend_share(
        &self,
        op: &OpContext,
        session: &Session,
        row: &IdentityOpeningRow,
        until: Moment,
    ) -> Result<(SealedKeyRow, Holder), AppError> {
        let ring = self.ring(session)?;
        let (record, copies) = self.store().read(|db| {
            let record = contents::record_list(db, row.signal_id, "identity")?.pop().ok_or(StoreError::NoKey)?;
            let copies = contents::sealed_keys_of_subject(db, record.key_id)?;
            Ok::<(RecordRow, _), StoreError>((record, copies))
        })?;
        let share = open_copy(&ring, &copies, |copy| copy.subject_kind == "share" && copy.until_at.is_none())?;
        let holder = self
            .member_holder(row.asked_by)?
            .ok_or_else(|| AppError::KeyNotProven("the member who asked".to_owned()))?;
        let sealing = Sealing {
            subject: record.key_id,
            kind: "share",
            signal: Some(row.signal_id),
            until: Some(until),
            today: op.today,
        };
        Ok((sealing.to(holder, share.expose(), self.entropy().as_mut())?, holder))
    }
}

/// What was refused is not told: the melder's name stayed closed.
fn forget_reason(tx: &mut Tx<'_>, row: &IdentityOpeningRow) -> Result<(), StoreError> {
    for mailbox in tx.record_list(row.signal_id, "mailbox")? {
        tx.content_delete(mailbox.id, &told_field(row.id))?;
    }
    Ok(())
}

/// The judge's own signature under the judgement: which request, of whom, and the hash of reason and judgement.
fn sign(session: &Session, row: &IdentityOpeningRow, choice: OpeningChoice, words: &[u8]) -> Vec<u8> {
    let words = data_encoding::HEXLOWER.encode(&sha256(words));
    let message = format!("{}\n{}\n{}\n{}\n{words}\n", row.id, row.signal_id, row.asked_by, choice.code());
    session.keys.signing.sign(CONTEXT, message.as_bytes()).0.to_vec()
}
