//! The item of an urgent decision: it was taken already, so the LIO is told and discusses it. Privacycheck 2A is about it
//! where the signal itself does not wait for the LIO, and moves nothing of the signal.

use super::take_copies_back;
use crate::app::steps::acting;
use crate::app::{App, AppError};
use crate::domain::calendar;
use crate::domain::ids::{DecisionId, PrivacyCheckId, RecordId, SignalId};
use crate::domain::privacy_check::TakenDecision;
use crate::domain::sitting::ItemKind;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::domain::workflow::{StepEvent, allowed_from};
use crate::policy::OpContext;
use crate::store::agenda::{self, AgendaItemRow, SittingRow};
use crate::store::db::Db;
use crate::store::decisions;
use crate::store::signals::SignalRow;
use crate::store::{StoreError, Tx};

/// Why nothing can be prepared or published.
pub(super) const NO_URGENT_ITEM: &str =
    "Deze stap hoort bij “besluiten”, of bij een spoedbesluit op een komende agenda. Dat is er niet.";

/// What the LIO is asked about an urgent decision, unless the coordinator asks something else: nothing to decide.
pub const QUESTION: &str = "Wat leren wij hiervan, en wat moet er nog gebeuren?";

/// The neutral title of the item about an urgent decision of this day.
#[must_use]
pub fn title(taken_on: Day) -> String {
    format!("Spoedbesluit van {} bespreken", calendar::in_words_with_year(taken_on))
}

/// What an item for the LIO is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preparing {
    /// A question that the LIO decides.
    Question,
    /// An urgent decision that was taken already.
    Taken(Box<UrgentItem>),
}

impl Preparing {
    /// The decision that was taken already; none for a question.
    #[must_use]
    pub fn taken(&self) -> Option<TakenDecision> {
        match self {
            Self::Question => None,
            Self::Taken(urgent) => Some(urgent.taken),
        }
    }
}

/// The item of an urgent decision, on a sitting ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentItem {
    /// The item.
    pub item: AgendaItemRow,
    /// The sitting it was put on when the last signature came.
    pub sitting: SittingRow,
    /// The decision.
    pub decision: DecisionId,
    /// What was decided.
    pub taken: TakenDecision,
}

impl App {
    /// What an item of this signal would be about now, if the LIO is asked or told anything.
    ///
    /// # Errors
    /// Any store error.
    pub async fn prepared_now(&self, signal: &SignalRow, today: Day) -> Result<Option<Preparing>, AppError> {
        let signal = signal.clone();
        Ok(self.store().look(move |db| preparing(db, &signal, today)).await?)
    }

    /// The same for whoever is going to prepare it.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when the signal does not wait for the LIO and has no urgent decision on an agenda ahead.
    pub async fn preparing(&self, op: &OpContext, signal: &SignalRow, step: StepEvent) -> Result<Preparing, AppError> {
        match self.prepared_now(signal, op.today).await? {
            Some(found) => Ok(found),
            None => self.refuse_now(op, step, NO_URGENT_ITEM).await,
        }
    }

    /// What the item of an urgent decision on this signal waits for, by waiting code; none for whoever does not lead the
    /// signal, and when there is none.
    ///
    /// # Errors
    /// Any store error.
    pub fn urgent_item_waits(&self, op: &OpContext, signal: &SignalRow) -> Result<Option<&'static str>, AppError> {
        let grantees = acting(op)?.grantees();
        let led = self.store().read(|db| agenda::agenda_list(db, &grantees, op.today, Some(signal.id)))?;
        Ok(led.iter().find_map(|(item, of)| waits_for(item, of)))
    }
}

/// What an item of this signal would be about; none when the protocol knows no item here.
pub(super) fn preparing(db: &mut Db, signal: &SignalRow, today: Day) -> Result<Option<Preparing>, StoreError> {
    if signal.stage == Stage::Deciding {
        return Ok(Some(Preparing::Question));
    }
    if !allowed_from(StepEvent::ProposeCheck2a).contains(&signal.stage) {
        return Ok(None);
    }
    let mut found = Vec::new();
    for item in agenda::item_list(db, signal.id)? {
        let Some(place) = place_in_line(&item) else { continue };
        if let Some(urgent) = urgent_item(db, item, today)? {
            found.push((place, urgent));
        }
    }
    let first = found.into_iter().min_by_key(|(place, _)| *place);
    Ok(first.map(|(_, urgent)| Preparing::Taken(Box::new(urgent))))
}

/// Of several urgent decisions on one signal first the one that is in hand, so that there is one at a time; last what
/// went out and may be replaced.
fn place_in_line(item: &AgendaItemRow) -> Option<usize> {
    match item.state.as_str() {
        _ if item.kind != ItemKind::Urgent.code() => None,
        "prepared" | "checked" if item.check_id.is_some() => Some(0),
        "prepared" => Some(1),
        "published" => Some(2),
        _ => None,
    }
}

/// An urgent item with its sitting and its decision; none once the sitting is over.
fn urgent_item(db: &mut Db, item: AgendaItemRow, today: Day) -> Result<Option<UrgentItem>, StoreError> {
    let Some(sitting) = sitting_ahead(db, &item, today)? else { return Ok(None) };
    let decisions = decisions::decision_list(db, item.signal_id)?;
    let decided = decisions.into_iter().find(|row| row.item_id == Some(item.id) && row.state == "taken");
    let taken = decided.and_then(|row| {
        let taken = TakenDecision { code: row.code.parse().ok()?, on: row.taken_on? };
        Some((row.id, taken))
    });
    Ok(taken.map(|(decision, taken)| UrgentItem { item, sitting, decision, taken }))
}

/// The sitting an item is on, until its day is over.
pub(super) fn sitting_ahead(db: &mut Db, item: &AgendaItemRow, today: Day) -> Result<Option<SittingRow>, StoreError> {
    let sitting = item.sitting_id.map(|id| agenda::sitting_fetch(db, id)).transpose()?.flatten();
    Ok(sitting.filter(|row| row.held_on >= today && row.state != "held"))
}

/// The item that a cleared check gives to publish, or to decide on: in besluiten the signal's own first.
pub(in crate::app) fn cleared_item(
    db: &mut Db,
    signal: SignalId,
    step: StepEvent,
    today: Day,
) -> Result<Option<AgendaItemRow>, StoreError> {
    let mut urgent = None;
    for item in agenda::item_list(db, signal)?.into_iter().filter(|item| item.check_id.is_some()) {
        let fits = item.state == "checked" || (step == StepEvent::Decide && item.state == "published");
        if fits && item.kind == ItemKind::Regular.code() {
            return Ok(Some(item));
        }
        if fits && step == StepEvent::PublishItem && sitting_ahead(db, &item, today)?.is_some() {
            urgent = Some(item);
        }
    }
    Ok(urgent)
}

/// The code of what an urgent item waits for, as a signal of its own would; none when it waits for nothing, and for every
/// other item, which its signal waits for.
#[must_use]
pub fn waits_for(item: &AgendaItemRow, signal: &SignalRow) -> Option<&'static str> {
    if item.kind != ItemKind::Urgent.code() || !allowed_from(StepEvent::ProposeCheck2a).contains(&signal.stage) {
        return None;
    }
    match item.state.as_str() {
        "prepared" if item.check_id.is_some() => Some("check2a_decide"),
        "prepared" if signal.stage != Stage::Deciding => Some("check2a"),
        "checked" => Some("publish"),
        _ => None,
    }
}

/// Lays an urgent item before the privacy officer: it stays the item it is, on the sitting it is on. Whoever read an
/// earlier version does not read it any more.
pub(super) fn lay_before(
    tx: &mut Tx<'_>,
    urgent: &UrgentItem,
    check: PrivacyCheckId,
    titled: RecordId,
) -> Result<(), AppError> {
    let before = &urgent.item;
    if before.state == "published" {
        take_copies_back(tx, before)?;
        tx.copies_delete(before.id)?;
    }
    tx.item_update(
        &before.state,
        &AgendaItemRow {
            check_id: Some(check),
            record_id: titled,
            state: "prepared".to_owned(),
            window_until: None,
            ..before.clone()
        },
    )?;
    Ok(())
}

/// An urgent item stays on its agenda when its proposal is refused or taken back: it waits for another.
pub(in crate::app) fn wait_again(tx: &mut Tx<'_>, signal: SignalId, check: PrivacyCheckId) -> Result<(), AppError> {
    for item in agenda::item_list(tx.reader(), signal)? {
        if item.kind == ItemKind::Urgent.code() && item.check_id == Some(check) {
            tx.item_update(
                &item.state,
                &AgendaItemRow { check_id: None, state: "prepared".to_owned(), ..item.clone() },
            )?;
        }
    }
    Ok(())
}
