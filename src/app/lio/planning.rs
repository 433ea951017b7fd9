//! On which sitting an item comes: the next one that still takes it, made from the cycle when none is planned.

use crate::app::{App, AppError};
use crate::domain::ids::SittingId;
use crate::domain::protocol::Protocol;
use crate::domain::sitting::{ItemKind, SittingDays, Takes};
use crate::domain::time::Day;
use crate::store::agenda::{self, SittingRow};
use crate::store::db::Db;
use crate::store::{StoreError, Tx};

/// The id of a sitting that may have to be made, drawn outside the writer.
#[derive(Debug, Clone, Copy)]
pub struct NewSitting(SittingId);

impl NewSitting {
    /// Draws the id.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn prepare(app: &App) -> Result<Self, AppError> {
        Ok(Self(SittingId::new(app.random_id()?)))
    }
}

/// The next sitting: planned already, or the one that the cycle gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextSitting {
    /// It is planned.
    Planned(SittingRow),
    /// It would have to be planned; these are its days.
    InCycle(SittingDays),
}

impl NextSitting {
    /// The day of the sitting.
    #[must_use]
    pub fn held_on(&self) -> Day {
        match self {
            Self::Planned(row) => row.held_on,
            Self::InCycle(days) => days.held_on,
        }
    }

    /// The last day for regular items.
    #[must_use]
    pub fn closes_on(&self) -> Day {
        match self {
            Self::Planned(row) => row.closes_on,
            Self::InCycle(days) => days.closes_on,
        }
    }
}

/// The next sitting that still takes an item of this kind.
///
/// # Errors
/// When the database cannot be read.
pub fn next_sitting(db: &mut Db, kind: ItemKind, today: Day, protocol: &Protocol) -> Result<NextSitting, StoreError> {
    let ahead = agenda::sitting_list_from(db, today)?;
    let open = ahead.into_iter().find(|row| {
        let days = SittingDays { closes_on: row.closes_on, ..SittingDays::around(row.held_on, protocol) };
        row.state != "held" && days.takes(kind, today) == Takes::Still
    });
    if let Some(row) = open {
        return Ok(NextSitting::Planned(row));
    }
    let last = agenda::sitting_last(db)?.map(|row| row.held_on);
    Ok(NextSitting::InCycle(SittingDays::next_in_cycle(last, kind, today, protocol)))
}

/// When the agenda of the next sitting closes: by then privacycheck 2A must be done.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn agenda_closes_on(tx: &mut Tx<'_>, protocol: &Protocol) -> Result<Day, StoreError> {
    let today = tx.today();
    Ok(next_sitting(tx.reader(), ItemKind::Regular, today, protocol)?.closes_on())
}

/// The next sitting that takes an item of this kind, planned now if it was not.
///
/// # Errors
/// When the database refuses it.
pub fn place_on_sitting(
    tx: &mut Tx<'_>,
    new: &NewSitting,
    kind: ItemKind,
    protocol: &Protocol,
) -> Result<(SittingRow, SittingDays), StoreError> {
    let today = tx.today();
    let row = match next_sitting(tx.reader(), kind, today, protocol)? {
        NextSitting::Planned(row) => row,
        NextSitting::InCycle(days) => {
            let row =
                SittingRow { id: new.0, held_on: days.held_on, closes_on: days.closes_on, state: "planned".to_owned() };
            tx.sitting_insert(&row)?;
            row
        }
    };
    let days = SittingDays::around(row.held_on, protocol);
    Ok((row, days))
}

impl App {
    /// The next sitting, as a person planning an item sees it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next_sitting(&self, kind: ItemKind, today: Day) -> Result<NextSitting, AppError> {
        Ok(self.store().read(|db| next_sitting(db, kind, today, self.protocol()))?)
    }
}
