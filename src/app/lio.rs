//! An item for the LIO: the coordinator proposes which facts go to whom (privacycheck 2A), the privacy officer judges
//! per participant, each participant gets a copy of exactly what was cleared and reads it inside the window.

pub mod participants;
pub mod planning;
mod proposal;
mod publication;
pub mod reading;
pub mod urgent_item;
mod verdict;

use super::reading::Opened;
use super::sealing::SealedRecord;
use super::sharing::take_record_back;
use super::{App, AppError};
use crate::domain::ids::{AgendaItemId, ObjectId, PrivacyCheckId, SignalId};
use crate::domain::privacy_check::{CheckKind, ItemProposal, ItemVerdict};
use crate::domain::sitting::{ItemKind, SittingDays};
use crate::domain::workflow::{StepEvent, allowed_from};
use crate::policy::{OpContext, Refusal, member_grantee};
use crate::store::Tx;
use crate::store::agenda::{self, AgendaItemRow, SittingRow};
use crate::store::checks::{self, PrivacyCheckRow};
use crate::store::signals::{GrantRow, SignalRow};
use std::collections::BTreeSet;

/// A proposal that was laid before the privacy officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProposed {
    /// The check.
    pub check: PrivacyCheckId,
    /// The agenda item it is for.
    pub item: AgendaItemId,
    /// The signal as it stands now.
    pub signal: SignalRow,
}

/// A privacy check 2A as its judge, or its proposer, reads it.
pub struct Check2a {
    /// The check.
    pub check: PrivacyCheckRow,
    /// The signal, without content.
    pub signal: SignalRow,
    /// What was proposed.
    pub proposal: ItemProposal,
    /// What was judged, once it was.
    pub verdict: Option<ItemVerdict>,
    /// The name of whoever proposed it.
    pub proposer: String,
    /// The name of whoever judged it; empty until then.
    pub judge: String,
    /// The place in the log of this reading, from 0.
    pub event_index: u64,
}

/// What a privacy check 2A cleared: the item it is for, and who said what of it.
pub struct Cleared {
    /// The check.
    pub read: Check2a,
    /// The item.
    pub item: AgendaItemRow,
    /// The sitting that the item of an urgent decision is on already; none for a question.
    pub sitting: Option<SittingRow>,
}

/// An item that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPublished {
    /// The item.
    pub item: AgendaItemId,
    /// The sitting it is on.
    pub sitting: SittingRow,
    /// The first and the last day on which it is read.
    pub days: SittingDays,
    /// How many participants got a copy.
    pub copies: usize,
    /// The signal as it stands now.
    pub signal: SignalRow,
}

impl App {
    /// Refuses what does not exist, with the same words and the same trace as what one may not know of.
    pub(super) async fn absent<T: Send + 'static>(&self, op: &OpContext, action: &'static str) -> Result<T, AppError> {
        let refused = self.store().write::<T, AppError, _>(op, "step.refuse", move |_| {
            Err(AppError::refused(action, Refusal::NotFound, None))
        });
        Ok(refused.await?.value)
    }

    /// Refuses a step for which something is not on record, with its trace.
    pub(super) async fn refuse_now<T: Send + 'static>(
        &self,
        op: &OpContext,
        step: StepEvent,
        why: &'static str,
    ) -> Result<T, AppError> {
        let refused =
            self.store().write::<T, AppError, _>(op, "step.refuse", move |_| Err(AppError::NotNow(step, why)));
        Ok(refused.await?.value)
    }
}

/// The field of a copy that says what was decided already.
const TAKEN: &str = "spoedbesluit";

/// Why publishing and deciding must wait.
pub(super) const NOT_CLEARED: &str = "Privacycheck 2A is nog niet vrijgegeven.";

/// A right on the signal.
pub(super) fn grant(signal: &SignalRow, grantee: String, what: &str) -> GrantRow {
    GrantRow { signal_id: signal.id, grantee, what: what.to_owned(), received_on: signal.received_on }
}

/// The names of the fields of these records, as the log writes them.
pub(super) fn names_of(records: &[&SealedRecord]) -> Vec<String> {
    let names = records
        .iter()
        .flat_map(|record| record.fields.iter().map(|field| format!("{}.{}", record.record.kind, field.field)));
    names.collect()
}

/// A field of the records that belong to one part; the newest when there are several.
pub(super) fn part_json<T: serde::de::DeserializeOwned>(opened: &Opened, part: ObjectId, field: &str) -> Option<T> {
    let of_part = opened.records.iter().rev().filter(|row| row.part_of == Some(part));
    of_part.filter_map(|row| opened.json(row.id, field)).next()
}

/// Takes the regular items of a signal off the agenda; whoever had a copy cannot open it any more.
pub(super) fn drop_items(tx: &mut Tx<'_>, signal: SignalId) -> Result<(), AppError> {
    for item in agenda::item_list(tx.reader(), signal)? {
        let on_its_way = matches!(item.state.as_str(), "prepared" | "checked" | "published");
        if !on_its_way || item.kind != ItemKind::Regular.code() {
            continue;
        }
        take_copies_back(tx, &item)?;
        tx.item_update(&item.state, &AgendaItemRow { state: "withdrawn".to_owned(), ..item.clone() })?;
    }
    Ok(())
}

/// Takes the copies of an item from whoever got one. Who reads another item of the signal keeps the right to that.
pub(super) fn take_copies_back(tx: &mut Tx<'_>, item: &AgendaItemRow) -> Result<(), AppError> {
    let mut others = BTreeSet::new();
    for other in agenda::item_list(tx.reader(), item.signal_id)? {
        if other.id != item.id && matches!(other.state.as_str(), "published" | "decided") {
            others.extend(agenda::copy_list(tx.reader(), other.id)?.into_iter().map(|copy| copy.member_id));
        }
    }
    for copy in agenda::copy_list(tx.reader(), item.id)? {
        take_record_back(tx, copy.record_id, copy.member_id)?;
        if !others.contains(&copy.member_id) {
            tx.grant_delete(item.signal_id, &member_grantee(copy.member_id), "item")?;
        }
    }
    Ok(())
}

/// Takes back what waits for the privacy officer where they cannot judge it any more, because the signal went on.
pub(super) fn drop_where_unjudged(tx: &mut Tx<'_>, signal: &SignalRow) -> Result<(), AppError> {
    if !allowed_from(StepEvent::DecideCheck2a).contains(&signal.stage) {
        drop_proposals(tx, signal.id)?;
    }
    Ok(())
}

/// Takes back the 2A proposals that nobody judged yet; the version of the latest, 0 when there is none.
pub(super) fn drop_proposals(tx: &mut Tx<'_>, signal: SignalId) -> Result<i64, AppError> {
    let mut latest = 0;
    for check in checks::check_list(tx.reader(), signal)? {
        if check.kind != CheckKind::Check2a.code() {
            continue;
        }
        latest = latest.max(check.version);
        if check.state == "proposed" {
            let id = check.id;
            tx.check_update("proposed", &PrivacyCheckRow { state: "returned".to_owned(), ..check })?;
            urgent_item::wait_again(tx, signal, id)?;
        }
    }
    Ok(latest)
}
