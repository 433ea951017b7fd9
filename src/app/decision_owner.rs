//! Whoever does what was decided: from when they read the decision, what they read, and until when.

use super::decision::DECISION;
use super::follow_up::may_be_given;
use super::keyring::Session;
use super::reading::Opened;
use super::steps::acting;
use super::{App, AppError};
use crate::domain::decision::Decision;
use crate::domain::ids::{DecisionId, MemberId, ObjectId, SignalId};
use crate::domain::role::Role;
use crate::domain::stage::Stage;
use crate::policy::{Action, OpContext, member_grantee};
use crate::store::db::Db;
use crate::store::decisions::{self, DecisionRow};
use crate::store::signals::{self, GrantRow, SignalRow};
use crate::store::{StoreError, Tx, members};

/// What the owner of a decision was granted.
const GRANTED: &str = "decision";

/// A decision, opened for whoever carries it out.
pub struct OpenedDecision {
    /// The row.
    pub row: DecisionRow,
    /// What was decided.
    pub decision: Decision,
    /// The coordinator who signed it, by name; none when that person may not be asked any more.
    pub ask: Option<String>,
    /// What was opened.
    pub opened: Opened,
}

impl App {
    /// Opens a decision for whoever carries it out: the decision alone, for as long as the signal is followed up.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist and for what somebody else carries out.
    pub async fn open_decision(
        &self,
        op: &OpContext,
        session: &Session,
        id: DecisionId,
    ) -> Result<OpenedDecision, AppError> {
        let member = acting(op)?.id;
        let owned = self.store().look(move |db| decisions::decision_list_owned_by(db, member)).await?;
        let action = Action::ReadDecision;
        let Some((signal, row)) = owned.into_iter().find(|(_, row)| row.id == id) else {
            return self.refuse_absent(op, action.code()).await;
        };
        let part = Some(vec![ObjectId::new(id.uuid())]);
        let opened = self.open_parts(op, session, signal.id, &["decision"], part, action).await?;
        let decision = opened.json(row.record_id, DECISION).ok_or(StoreError::NoKey)?;
        let ask = self.store().look(move |db| signing_coordinator(db, signal.id, id)).await?;
        Ok(OpenedDecision { row, decision, ask, opened })
    }
}

/// The coordinator who signed a decision, by name, unless they left or were shut out of the signal since.
fn signing_coordinator(db: &mut Db, signal: SignalId, id: DecisionId) -> Result<Option<String>, StoreError> {
    let signed = decisions::signature_list(db, id)?.into_iter().find(|row| row.role == Role::Coordinator);
    let Some(member) = signed.map(|row| row.member_id) else { return Ok(None) };
    let shut_out = signals::exclusion_list(db, signal)?.iter().any(|row| row.member_id == Some(member));
    let account = members::member_fetch(db, member)?.filter(|account| account.state == "active" && !shut_out);
    Ok(account.map(|account| account.name))
}

/// A decision was taken: whoever carries it out may read it, unless they were shut out since they were named. When the
/// signal is not followed up, there is nothing to carry out any more, whatever was decided before.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn let_owner_read(tx: &mut Tx<'_>, after: &SignalRow, owner: Option<MemberId>) -> Result<(), StoreError> {
    if after.stage != Stage::FollowUp {
        return take_decisions_back(tx, after.id);
    }
    let Some(owner) = owner else { return Ok(()) };
    if may_be_given(tx, after.id, owner)? {
        tx.grant_put(&GrantRow {
            signal_id: after.id,
            grantee: member_grantee(owner),
            what: GRANTED.to_owned(),
            received_on: after.received_on,
        })?;
    }
    Ok(())
}

/// Whoever carried a decision out reads nothing any more.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn take_decisions_back(tx: &mut Tx<'_>, signal: SignalId) -> Result<(), StoreError> {
    for grant in tx.grant_list(signal)?.iter().filter(|grant| grant.what == GRANTED) {
        tx.grant_delete(signal, &grant.grantee, GRANTED)?;
    }
    Ok(())
}
