//! Reading for the LIO: the neutral titles of the agenda as one logged disclosure, and one's own cleared copy of an
//! item, inside its window only.

use super::TAKEN;
use crate::app::keyring::{Session, holder_ids};
use crate::app::steps::acting;
use crate::app::{App, AppError};
use crate::domain::fact::Fact;
use crate::domain::ids::{AgendaItemId, MemberId, RecordId};
use crate::domain::privacy_check::TakenDecision;
use crate::domain::role::Role;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::policy::{Action, Facts, OpContext, Permit, Refusal, authorize};
use crate::store::agenda::{self, AgendaCopyRow, AgendaItemRow, SittingRow};
use crate::store::checks::{self, PrivacyCheckRow};
use crate::store::signals::SignalRow;
use crate::store::{Tx, members};

/// One's own copy of an item, as its participant reads it.
pub struct ReadItem {
    /// The item.
    pub item: AgendaItemRow,
    /// The day of the sitting it is on.
    pub held_on: Option<Day>,
    /// The last day on which it can be read.
    pub read_until: Day,
    /// Its neutral title.
    pub title: String,
    /// What the LIO is asked.
    pub question: String,
    /// The facts that were cleared for this reader, and no others.
    pub facts: Vec<Fact>,
    /// What was decided already, when the item is about an urgent decision.
    pub taken: Option<TakenDecision>,
    /// The place in the log of this reading, from 0.
    pub event_index: u64,
}

/// An item on the list of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyItem {
    /// The item.
    pub id: AgendaItemId,
    /// Its neutral title.
    pub title: String,
    /// The day of the sitting it is on.
    pub held_on: Option<Day>,
    /// The last day on which it can be read.
    pub read_until: Day,
}

/// An item on the coordinator's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaLine {
    /// The item.
    pub item: AgendaItemRow,
    /// Its signal, without content.
    pub signal: SignalRow,
    /// Its neutral title.
    pub title: String,
    /// The day of the sitting it is on; none when it is not placed yet.
    pub held_on: Option<Day>,
    /// The privacy check it waits for or was cleared by.
    pub check: Option<PrivacyCheckRow>,
    /// The names of those who got a copy.
    pub readers: Vec<String>,
}

/// What the list of the LIO shows to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// Items one leads.
    pub led: Vec<AgendaLine>,
    /// Items one may read now.
    pub mine: Vec<MyItem>,
    /// The sittings ahead, nearest first.
    pub sittings: Vec<SittingRow>,
    /// The place in the log of this reading, from 0.
    pub event_index: u64,
}

/// What the writer found, before the titles are opened.
struct Found {
    led: Vec<(AgendaItemRow, SignalRow)>,
    mine: Vec<(AgendaItemRow, AgendaCopyRow)>,
}

impl App {
    /// Opens the acting member's own copy of an item. Outside its window, withdrawn, or never published to this member
    /// it does not exist.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn read_item(&self, op: &OpContext, session: &Session, id: AgendaItemId) -> Result<ReadItem, AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "lio.read", move |tx| {
                let (item, copy, permit) = readable(tx, id)?;
                let held_on = held_on(tx, &item)?;
                let closed = tx.disclose(&permit, &holders, &[copy.record_id], None)?;
                Ok((item, copy, held_on, closed))
            })
            .await
            .map_err(AppError::as_absent)?;
        let (item, copy, held_on, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let json = |field: &str| disclosed.bytes(copy.record_id, field).unwrap_or_default();
        let broken = |e: serde_json::Error| AppError::Internal(format!("a copy cannot be read: {e}"));
        Ok(ReadItem {
            title: serde_json::from_slice(json("titel")).map_err(broken)?,
            question: serde_json::from_slice(json("vraagAanOverleg")).map_err(broken)?,
            facts: serde_json::from_slice(json("feiten")).map_err(broken)?,
            taken: disclosed.bytes(copy.record_id, TAKEN).map(serde_json::from_slice).transpose().map_err(broken)?,
            event_index: disclosed.event_index,
            read_until: copy.window_until,
            item,
            held_on,
        })
    }

    /// The agenda as the acting member may know it: items of signals they lead, and items they may read now. Only the
    /// neutral titles are opened, all in one event.
    ///
    /// # Errors
    /// A refusal for whoever does not sit in the LIO.
    pub async fn agenda(&self, op: &OpContext, session: &Session) -> Result<Agenda, AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "lio.agenda", move |tx| {
                let op = tx.op().clone();
                let member = acting(&op)?;
                let permit = authorize(&op, Action::SeeAgenda, &Facts::default())
                    .map_err(|why| AppError::refused(Action::SeeAgenda.code(), why, None))?;
                // A jurist who signed along was granted the signal too, but leads no item of it.
                let led = match member.holds(Role::Coordinator) {
                    true => agenda::agenda_list(tx.reader(), &member.grantees(), op.today, None)?,
                    false => Vec::new(),
                };
                let found = Found { led, mine: agenda::copy_list_for(tx.reader(), member.id, op.today)? };
                let wanted: Vec<RecordId> = found
                    .led
                    .iter()
                    .map(|(item, _)| item.record_id)
                    .chain(found.mine.iter().map(|(_, copy)| copy.record_id))
                    .collect();
                let closed = tx.disclose_titles(&permit, &holders, &wanted)?;
                Ok((found, closed))
            })
            .await?;
        let (found, closed) = committed.value;
        let disclosed = self.opened(op, closed, committed.token, &ring).await?;
        let title = |record: RecordId| -> Result<String, AppError> {
            serde_json::from_slice(disclosed.bytes(record, "titel").unwrap_or_default())
                .map_err(|e| AppError::Internal(format!("a title cannot be read: {e}")))
        };
        let mut led = Vec::new();
        for (item, signal) in found.led {
            let title = title(item.record_id)?;
            led.push(self.agenda_line(item, signal, title)?);
        }
        let mut mine = Vec::new();
        for (item, copy) in found.mine {
            let of = item.clone();
            let held_on = self.store().look(move |db| sitting_day(db, &of)).await?;
            mine.push(MyItem { id: item.id, title: title(copy.record_id)?, held_on, read_until: copy.window_until });
        }
        let today = op.today;
        let sittings = self.store().look(move |db| agenda::sitting_list_from(db, today)).await?;
        Ok(Agenda { led, mine, sittings, event_index: disclosed.event_index })
    }

    fn agenda_line(&self, item: AgendaItemRow, signal: SignalRow, title: String) -> Result<AgendaLine, AppError> {
        self.store().read(|db| {
            let held_on = sitting_day(db, &item)?;
            let check = item.check_id.map(|id| checks::check_fetch(db, id)).transpose()?.flatten();
            let mut readers = Vec::new();
            for copy in agenda::copy_list(db, item.id)? {
                readers.extend(members::member_fetch(db, copy.member_id)?.map(|member| member.name));
            }
            readers.sort();
            Ok(AgendaLine { item, signal, title, held_on, check, readers })
        })
    }
}

/// The item, the acting member's copy of it, and the permission to read it now.
fn readable(tx: &mut Tx<'_>, id: AgendaItemId) -> Result<(AgendaItemRow, AgendaCopyRow, Permit), AppError> {
    let op = tx.op().clone();
    let member = acting(&op)?;
    let absent = |signal| AppError::refused(Action::ReadItem.code(), Refusal::NotFound, signal);
    let Some(item) = tx.item_fetch(id)? else { return Err(absent(None)) };
    let Some((signal, facts)) = tx.signal_facts(item.signal_id, member)? else { return Err(absent(None)) };
    let permit = authorize(&op, Action::ReadItem, &facts)
        .map_err(|why| AppError::refused(Action::ReadItem.code(), why, Some(signal.id)))?;
    let open = Stage::OPEN.contains(&signal.stage) && matches!(item.state.as_str(), "published" | "decided");
    let mine = own_copy(tx, id, member.id)?;
    match mine.filter(|copy| open && copy.window_from <= op.today && op.today <= copy.window_until) {
        Some(copy) => Ok((item, copy, permit)),
        None => Err(absent(Some(signal.id))),
    }
}

fn own_copy(tx: &mut Tx<'_>, item: AgendaItemId, member: MemberId) -> Result<Option<AgendaCopyRow>, AppError> {
    Ok(agenda::copy_list(tx.reader(), item)?.into_iter().find(|copy| copy.member_id == member))
}

fn held_on(tx: &mut Tx<'_>, item: &AgendaItemRow) -> Result<Option<Day>, AppError> {
    Ok(sitting_day(tx.reader(), item)?)
}

fn sitting_day(db: &mut crate::store::db::Db, item: &AgendaItemRow) -> Result<Option<Day>, crate::store::StoreError> {
    let row = item.sitting_id.map(|id| agenda::sitting_fetch(db, id)).transpose()?.flatten();
    Ok(row.map(|row| row.held_on))
}
