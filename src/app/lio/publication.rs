//! A cleared item goes out: one copy per participant, with exactly the facts that were cleared for them.

use super::participants::{candidates, wrong_members};
use super::planning::{NewSitting, place_on_sitting};
use super::urgent_item::{NO_URGENT_ITEM, cleared_item, preparing, sitting_ahead};
use super::{Check2a, Cleared, ItemPublished, NOT_CLEARED, TAKEN, grant, names_of};
use crate::app::keyring::Session;
use crate::app::sealing::{RecordBuilder, SealedRecord};
use crate::app::steps::Seen;
use crate::app::trust::Holder;
use crate::app::{App, AppError};
use crate::domain::ids::{AgendaItemId, MemberId, ObjectId, SignalId};
use crate::domain::sitting::{ItemKind, SittingDays};
use crate::domain::time::Day;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{OpContext, member_grantee};
use crate::store::agenda::{self, AgendaCopyRow, AgendaItemRow};
use crate::store::db::Db;
use crate::store::signals::{self, SignalRow};
use crate::store::{StoreError, Tx};

/// Why an item cannot be published.
const PUBLISHED_ALREADY: &str = "Dit stuk is al gepubliceerd of vervangen.";

impl App {
    /// Publishes a cleared item on the next sitting: each participant gets a copy of exactly the facts that were
    /// cleared for them, readable inside the window only. The item of an urgent decision stays on the sitting it is on,
    /// and its copies say what was decided.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when nothing is cleared; [`AppError::Invalid`] when a participant was shut out since;
    /// those of every step.
    pub async fn publish_item(&self, op: &OpContext, session: &Session, seen: Seen) -> Result<ItemPublished, AppError> {
        self.probe(op, seen.attempt(StepEvent::PublishItem), &[]).await.map_err(AppError::as_absent)?;
        let cleared = self.cleared_check2a(op, session, seen.signal, StepEvent::PublishItem).await?;
        self.with_newest_keys(async || self.publish_copies(op, seen, &cleared).await).await
    }

    /// The item that a privacycheck 2A cleared, with that check: what publishing and deciding rest on.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when it did not, or there is none; a refusal, the same for what does not exist.
    pub async fn cleared_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        step: StepEvent,
    ) -> Result<Cleared, AppError> {
        let today = op.today;
        let found = self
            .store()
            .look(move |db| {
                let Some(item) = cleared_item(db, id, step, today)? else { return Ok(Err(why_none(db, id, today)?)) };
                let sitting = sitting_ahead(db, &item, today)?.filter(|_| item.kind == ItemKind::Urgent.code());
                Ok::<_, StoreError>(Ok((item, sitting)))
            })
            .await?;
        let (item, sitting) = match found {
            Ok(found) => found,
            Err(why) => return self.refuse_now(op, step, why).await,
        };
        let check = item.check_id.ok_or_else(|| AppError::Internal("a cleared item without its check".to_owned()))?;
        match self.check2a_of_signal(op, session, check).await? {
            Some(read) if read.check.state == "decided" && read.check.cleared > 0 => {
                Ok(Cleared { read, item, sitting })
            }
            _ => self.refuse_now(op, step, NOT_CLEARED).await,
        }
    }

    async fn publish_copies(&self, op: &OpContext, seen: Seen, cleared: &Cleared) -> Result<ItemPublished, AppError> {
        let (id, read, item) = (cleared.read.signal.id, &cleared.read, cleared.item.clone());
        let handlers = self.handling_holders(&read.signal)?;
        let mut copies = Vec::new();
        for participant in &read.proposal.participants {
            copies.extend(self.seal_copy(op, read, item.id, participant.member, &handlers)?);
        }
        let sitting = NewSitting::prepare(self)?;
        let placed = cleared.sitting.clone();
        let protocol = self.protocol().clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "lio.publish", move |tx| {
                let begun = seen.attempt(StepEvent::PublishItem).begin(tx, &[])?;
                let today = tx.today();
                let known = candidates(tx.reader(), id, today)?;
                let strangers = wrong_members(copies.iter().map(|(member, _)| *member), &known);
                if !strangers.is_empty() {
                    return Err(strangers.into());
                }
                let (sitting, days) = match &placed {
                    Some(row) => (row.clone(), SittingDays::around(row.held_on, &protocol)),
                    None => place_on_sitting(tx, &sitting, ItemKind::Regular, &protocol)?,
                };
                tx.item_update(
                    "checked",
                    &AgendaItemRow {
                        state: "published".to_owned(),
                        sitting_id: Some(sitting.id),
                        window_until: Some(days.read_until),
                        ..item.clone()
                    },
                )?;
                for (member, copy) in &copies {
                    give_copy(tx, &begun.signal, item.id, *member, copy, days)?;
                }
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    if placed.is_none() {
                        row.waiting = "decision".to_owned();
                        row.turn_of = None;
                        row.due_on = Some(sitting.held_on);
                    }
                })?;
                let trace = begun
                    .trace("item.published", &next)
                    .object("item", item.id.uuid())
                    .fields(copies.iter().flat_map(|(_, copy)| names_of(&[copy])))
                    .detail("sitting", sitting.held_on.to_string())
                    .detail("copies", copies.len().to_string())
                    .detail("read_from", days.read_from.to_string())
                    .detail("read_until", days.read_until.to_string());
                tx.record(trace)?;
                Ok(ItemPublished { item: item.id, sitting, days, copies: copies.len(), signal: next })
            })
            .await?;
        Ok(committed.value)
    }

    /// The copy of one participant; none when nothing was cleared for them.
    fn seal_copy(
        &self,
        op: &OpContext,
        read: &Check2a,
        item: AgendaItemId,
        member: MemberId,
        handlers: &[Holder],
    ) -> Result<Option<(MemberId, SealedRecord)>, AppError> {
        let Some(verdict) = &read.verdict else { return Ok(None) };
        let facts = verdict.facts_for(member, &read.proposal);
        if facts.is_empty() {
            return Ok(None);
        }
        let Some(reader) = self.member_holder(member)? else {
            return Err(AppError::field(
                "deelnemers",
                "Een deelnemer heeft zich nog niet aangemeld en kan niet lezen.",
            ));
        };
        let mut copy = RecordBuilder::new(self, read.signal.id, "copy", Some(ObjectId::new(item.uuid())), op.today)?
            .json("titel", &read.proposal.title)?
            .json("vraagAanOverleg", &read.proposal.question)?
            .json("feiten", &facts)?;
        if let Some(taken) = &read.proposal.taken {
            copy = copy.json(TAKEN, taken)?;
        }
        Ok(Some((member, copy.holders(handlers.iter().copied())?.holder(reader)?.finish())))
    }
}

/// Why nothing can be published or decided.
fn why_none(db: &mut Db, id: SignalId, today: Day) -> Result<&'static str, StoreError> {
    let Some(signal) = signals::signal_fetch(db, id)? else { return Ok(NOT_CLEARED) };
    if preparing(db, &signal, today)?.is_none() {
        return Ok(NO_URGENT_ITEM);
    }
    let out = agenda::item_list(db, id)?.into_iter().any(|item| item.state == "published");
    Ok(if out { PUBLISHED_ALREADY } else { NOT_CLEARED })
}

fn give_copy(
    tx: &mut Tx<'_>,
    signal: &SignalRow,
    item: AgendaItemId,
    member: MemberId,
    copy: &SealedRecord,
    days: SittingDays,
) -> Result<(), AppError> {
    copy.put(tx)?;
    tx.copy_insert(&AgendaCopyRow {
        item_id: item,
        member_id: member,
        record_id: copy.id(),
        window_from: days.read_from,
        window_until: days.read_until,
    })?;
    tx.grant_put(&grant(signal, member_grantee(member), "item"))?;
    Ok(())
}
