//! Sittings of the LIO: the days that belong to one, and the six-week cycle they follow.

use super::protocol::Protocol;
use super::term::ClockCode;
use super::time::Day;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *soort agendapunt*. How an item came on the agenda.
    pub enum ItemKind {
        /// Prepared by the coordinator, cleared in privacycheck 2A.
        Regular = "regular" => "regulier",
        /// Placed by the service after an urgent decision; cannot be taken off.
        Urgent = "urgent" => "spoed",
    }
}

/// Dutch: *zittingsdagen*. The days that belong to one sitting, by the terms of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SittingDays {
    /// The sitting itself.
    pub held_on: Day,
    /// The last day on which a regular item can come on the agenda.
    pub closes_on: Day,
    /// The first day on which participants read their items.
    pub read_from: Day,
    /// The last day on which they do.
    pub read_until: Day,
}

impl SittingDays {
    /// The days around a sitting on this day.
    pub fn around(held_on: Day, protocol: &Protocol) -> Self {
        let before = |clock| protocol.term(clock).begins_on(held_on, &protocol.calendar);
        Self {
            held_on,
            closes_on: before(ClockCode::AgendaCloses),
            read_from: before(ClockCode::ItemWindowOpens),
            read_until: protocol.due_on(ClockCode::ItemWindowCloses, held_on),
        }
    }

    /// Whether an item of this kind can still come on this agenda. Urgent items always can, up to the day itself.
    pub fn takes(self, kind: ItemKind, today: Day) -> Takes {
        let last = match kind {
            ItemKind::Regular => self.closes_on,
            ItemKind::Urgent => self.held_on,
        };
        if today <= last { Takes::Still } else { Takes::NoMore }
    }

    /// The next sitting in the cycle that can still take an item of this kind, when none is planned. `last` is the
    /// latest sitting there was or is; without one the cycle begins today.
    pub fn next_in_cycle(last: Option<Day>, kind: ItemKind, today: Day, protocol: &Protocol) -> Self {
        let mut days = Self::around(last.unwrap_or(today), protocol);
        loop {
            let ahead = protocol.due_on(ClockCode::LioCycle, days.held_on).max(days.held_on.plus_days(1));
            days = Self::around(protocol.calendar.working_day_from(ahead), protocol);
            if days.takes(kind, today) == Takes::Still {
                return days;
            }
        }
    }
}

/// Dutch: *agenda open of dicht*. Whether an agenda can still take an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// It can.
    Still,
    /// It is closed.
    NoMore,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn every_kind_of_item_has_its_own_code_and_words() {
        crate::domain::words::tests::assert_complete::<ItemKind>();
    }

    #[test]
    fn the_days_around_a_sitting_follow_the_terms_of_the_protocol() {
        let days = SittingDays::around(day("2026-12-10"), &Protocol::bundled().unwrap());
        assert_eq!(days.closes_on, day("2026-12-03"));
        assert_eq!(days.read_from, day("2026-12-03"));
        assert_eq!(days.read_until, day("2026-12-14"));
    }

    #[test]
    fn a_closed_agenda_takes_urgent_items_only() {
        let days = SittingDays::around(day("2026-12-10"), &Protocol::bundled().unwrap());
        assert_eq!(days.takes(ItemKind::Regular, day("2026-12-03")), Takes::Still);
        assert_eq!(days.takes(ItemKind::Regular, day("2026-12-04")), Takes::NoMore);
        assert_eq!(days.takes(ItemKind::Urgent, day("2026-12-10")), Takes::Still);
        assert_eq!(days.takes(ItemKind::Urgent, day("2026-12-11")), Takes::NoMore);
    }

    #[test]
    fn the_next_sitting_is_six_weeks_after_the_last_on_a_working_day_that_still_takes_items() {
        let protocol = Protocol::bundled().unwrap();
        let next = |last: Option<&str>, kind, today: &str| {
            SittingDays::next_in_cycle(last.map(day), kind, day(today), &protocol).held_on
        };
        assert_eq!(next(Some("2026-10-29"), ItemKind::Regular, "2026-11-24"), day("2026-12-10"));
        // The agenda of 10 December has closed: the one after it takes the item.
        assert_eq!(next(Some("2026-10-29"), ItemKind::Regular, "2026-12-04"), day("2027-01-21"));
        assert_eq!(next(Some("2026-10-29"), ItemKind::Urgent, "2026-12-04"), day("2026-12-10"));
        // Planned, but its agenda has closed.
        assert_eq!(next(Some("2026-12-10"), ItemKind::Regular, "2026-12-04"), day("2027-01-21"));
        // Six weeks from a Saturday is a Saturday: the Monday after it.
        assert_eq!(next(None, ItemKind::Regular, "2026-11-21"), day("2027-01-04"));
    }
}
