//! What the last signature under an urgent decision sets going: the privacy officers know, and the LIO discusses it.

use super::Signature;
use crate::app::lio::planning::{NewSitting, place_on_sitting};
use crate::app::lio::{drop_items, grant, names_of, urgent_item};
use crate::app::sealing::{RecordBuilder, SealedRecord};
use crate::app::steps::acting;
use crate::app::{App, AppError};
use crate::domain::ids::{AgendaItemId, DecisionId, ObjectId};
use crate::domain::protocol::Protocol;
use crate::domain::role::Group;
use crate::domain::sitting::ItemKind;
use crate::domain::time::Day;
use crate::policy::{Action, OpContext, authorize};
use crate::store::agenda::AgendaItemRow;
use crate::store::decisions::{self, DecisionRow, UrgentNotice};
use crate::store::signals::{self, SignalRow};
use crate::store::{Trace, Tx};

/// Everything that the last signature may have to write, sealed outside the writer.
#[derive(Clone)]
pub(super) struct Announcement {
    item: AgendaItemId,
    titled: SealedRecord,
    sitting: NewSitting,
}

impl App {
    /// An urgent decision as the privacy officers are told of it, with who signed.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn urgent_notice(
        &self,
        op: &OpContext,
        id: DecisionId,
    ) -> Result<(UrgentNotice, Vec<Signature>), AppError> {
        let action = Action::SeeUrgentNotice;
        let found = self.store().look(move |db| decisions::urgent_notice_fetch(db, id)).await?;
        let Some(notice) = found else { return self.absent(op, action.code()).await };
        let signal = notice.signal.id;
        let member = acting(op)?.clone();
        let facts = self.store().look(move |db| signals::signal_facts(db, signal, &member)).await?;
        let facts = facts.map(|(_, facts)| facts);
        if authorize(op, action, &facts.unwrap_or_default()).is_err() {
            return self.absent(op, action.code()).await;
        }
        let signed = self.signatures_of(id)?;
        Ok((notice, signed))
    }

    /// Seals the neutral title of the item that discusses it, in case this signature is the last.
    pub(super) fn announcement(&self, op: &OpContext, signal: &SignalRow) -> Result<Announcement, AppError> {
        let item = AgendaItemId::new(self.random_id()?);
        let titled = RecordBuilder::new(self, signal.id, "item", Some(ObjectId::new(item.uuid())), op.today)?
            .json("titel", &urgent_item::title(op.today))?
            .json("vraagAanOverleg", &urgent_item::QUESTION)?
            .holders(self.handling_holders(signal)?)?
            .finish();
        Ok(Announcement { item, titled, sitting: NewSitting::prepare(self)? })
    }
}

/// Tells the privacy officers and puts the decision on the next agenda; the day of that sitting.
pub(super) fn announce(
    tx: &mut Tx<'_>,
    signal: &SignalRow,
    decision: &DecisionRow,
    announcement: &Announcement,
    protocol: &Protocol,
) -> Result<Day, AppError> {
    let today = tx.today();
    drop_items(tx, signal.id)?;
    let (sitting, _) = place_on_sitting(tx, &announcement.sitting, ItemKind::Urgent, protocol)?;
    announcement.titled.put(tx)?;
    tx.item_insert(&AgendaItemRow {
        id: announcement.item,
        signal_id: signal.id,
        sitting_id: Some(sitting.id),
        check_id: None,
        record_id: announcement.titled.id(),
        state: "prepared".to_owned(),
        kind: ItemKind::Urgent.code().to_owned(),
        window_until: None,
        created_on: today,
    })?;
    let taken = DecisionRow {
        state: "taken".to_owned(),
        taken_on: Some(today),
        item_id: Some(announcement.item),
        ..decision.clone()
    };
    tx.decision_update("proposed", &taken)?;
    let privacy = Group::Privacy;
    tx.grant_put(&grant(signal, format!("group:{}", privacy.code()), "check"))?;
    let trace = Trace::new("urgent.announced")
        .signal(signal.id)
        .object("item", announcement.item.uuid())
        .fields(names_of(&[&announcement.titled]))
        .detail("to", privacy.code())
        .detail("outcome", decision.code.clone())
        .detail("sitting", sitting.held_on.to_string());
    tx.record(trace)?;
    Ok(sitting.held_on)
}
