//! Working days, and days in Dutch words: "donderdag 10 december", "2 werkdagen te laat", "Morgen".

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::{Month, Weekday};

use super::time::Day;
use super::words::vocabulary;

/// Dutch: *werkkalender*. Which days are working days: Monday to Friday, less the holidays of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendar {
    holidays: BTreeSet<Day>,
}

impl WorkCalendar {
    /// A calendar with these holidays.
    pub fn with_holidays(holidays: impl IntoIterator<Item = Day>) -> Self {
        Self { holidays: holidays.into_iter().collect() }
    }

    /// The last holiday that is configured: after its year, terms know weekends only.
    pub fn last_holiday(&self) -> Option<Day> {
        self.holidays.last().copied()
    }

    /// Whether people work on this day.
    pub fn is_working_day(&self, day: Day) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&day)
    }

    /// The day on which a term of so many working days ends; the first day does not count.
    pub fn add_working_days(&self, from: Day, working_days: u16) -> Day {
        let mut day = from;
        for _ in 0..working_days {
            day = day.plus_days(1);
            // The second half stops the search at the last day of the calendar.
            while !self.is_working_day(day) && day < day.plus_days(1) {
                day = day.plus_days(1);
            }
        }
        day
    }

    /// The day from which so many working days are left until `until`; that day itself does not count.
    pub fn subtract_working_days(&self, until: Day, working_days: u16) -> Day {
        let mut day = until;
        for _ in 0..working_days {
            day = day.plus_days(-1);
            // The second half stops the search at the first day of the calendar.
            while !self.is_working_day(day) && day.plus_days(-1) < day {
                day = day.plus_days(-1);
            }
        }
        day
    }

    /// The first working day on or after this one.
    pub fn working_day_from(&self, day: Day) -> Day {
        if self.is_working_day(day) { day } else { self.add_working_days(day, 1) }
    }

    /// Working days after `from`, up to and including `to`; 0 when `to` is not later.
    pub fn working_days_between(&self, from: Day, to: Day) -> u32 {
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = day.plus_days(1);
            count += u32::from(self.is_working_day(day));
        }
        count
    }
}

vocabulary! {
    /// Dutch: *termijn*. How near a term is; chooses the colour, never alone: the words stand beside it.
    pub enum Nearness {
        /// The term has passed.
        Late = "te_laat" => "te laat",
        /// Today or tomorrow.
        Soon = "binnenkort" => "binnenkort",
        /// Later than tomorrow.
        Later = "later" => "later",
    }
}

/// Dutch: *termijn*. A term as it stands today: how near, and the words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The last day.
    pub due_on: Day,
    /// How near it is.
    pub nearness: Nearness,
    /// "2 werkdagen te laat", "Vandaag", "Morgen", "Woensdag", "Donderdag 10 december".
    pub words: String,
}

impl Deadline {
    /// The term that ends on `due_on`, seen from `today`.
    pub fn seen_from(today: Day, due_on: Day, calendar: &WorkCalendar) -> Self {
        let (nearness, words) = match due_on.days_since(today) {
            ..0 => (Nearness::Late, late_words(calendar.working_days_between(due_on, today))),
            0 => (Nearness::Soon, "Vandaag".to_owned()),
            1 => (Nearness::Soon, "Morgen".to_owned()),
            2..7 => (Nearness::Later, capitalised(weekday_word(due_on.weekday()))),
            _ => (Nearness::Later, capitalised(&in_words_near(due_on, today))),
        };
        Self { due_on, nearness, words }
    }
}

fn late_words(working_days: u32) -> String {
    match working_days {
        // Past on a Friday, seen on a Saturday: late, but no working day went by.
        0 => "Te laat".to_owned(),
        1 => "1 werkdag te laat".to_owned(),
        more => format!("{more} werkdagen te laat"),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// "donderdag 10 december".
pub fn in_words(day: Day) -> String {
    format!("{} {} {}", weekday_word(day.weekday()), day.date().day(), month_word(day.date().month()))
}

/// "23 november 2027".
pub fn in_words_with_year(day: Day) -> String {
    format!("{} {} {}", day.date().day(), month_word(day.date().month()), day.date().year())
}

/// "donderdag 10 december", with the year when it is another year than today's.
pub fn in_words_near(day: Day, today: Day) -> String {
    if day.date().year() == today.date().year() {
        in_words(day)
    } else {
        format!("{} {}", weekday_word(day.weekday()), in_words_with_year(day))
    }
}

/// "23 nov", for narrow columns.
pub fn in_short_words(day: Day) -> String {
    let month = match day.date().month() {
        Month::January => "jan",
        Month::February => "feb",
        Month::March => "mrt",
        Month::April => "apr",
        Month::May => "mei",
        Month::June => "jun",
        Month::July => "jul",
        Month::August => "aug",
        Month::September => "sep",
        Month::October => "okt",
        Month::November => "nov",
        Month::December => "dec",
    };
    format!("{} {month}", day.date().day())
}

/// The Dutch name of a day of the week.
pub fn weekday_word(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "maandag",
        Weekday::Tuesday => "dinsdag",
        Weekday::Wednesday => "woensdag",
        Weekday::Thursday => "donderdag",
        Weekday::Friday => "vrijdag",
        Weekday::Saturday => "zaterdag",
        Weekday::Sunday => "zondag",
    }
}

/// The Dutch name of a month.
pub fn month_word(month: Month) -> &'static str {
    match month {
        Month::January => "januari",
        Month::February => "februari",
        Month::March => "maart",
        Month::April => "april",
        Month::May => "mei",
        Month::June => "juni",
        Month::July => "juli",
        Month::August => "augustus",
        Month::September => "september",
        Month::October => "oktober",
        Month::November => "november",
        Month::December => "december",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn words(today: &str, due: &str) -> String {
        let calendar = WorkCalendar::with_holidays([day("2026-12-25")]);
        Deadline::seen_from(day(today), day(due), &calendar).words
    }

    #[test]
    fn a_term_in_working_days_skips_weekends_and_holidays() {
        let calendar = WorkCalendar::with_holidays([day("2026-12-25"), day("2026-12-28")]);
        assert_eq!(calendar.add_working_days(day("2026-11-20"), 1), day("2026-11-23"));
        assert_eq!(calendar.add_working_days(day("2026-11-21"), 1), day("2026-11-23"));
        assert_eq!(calendar.add_working_days(day("2026-12-24"), 1), day("2026-12-29"));
        assert_eq!(calendar.add_working_days(day("2026-11-23"), 10), day("2026-12-07"));
        assert_eq!(calendar.add_working_days(day("2026-11-23"), 0), day("2026-11-23"));
    }

    #[test]
    fn counting_back_skips_the_same_days_and_a_free_day_moves_on_to_the_next_working_day() {
        let calendar = WorkCalendar::with_holidays([day("2026-12-25"), day("2026-12-28")]);
        assert_eq!(calendar.subtract_working_days(day("2026-12-29"), 1), day("2026-12-24"));
        assert_eq!(calendar.subtract_working_days(day("2026-12-10"), 5), day("2026-12-03"));
        assert_eq!(calendar.subtract_working_days(day("2026-12-10"), 0), day("2026-12-10"));
        assert_eq!(calendar.working_day_from(day("2026-12-25")), day("2026-12-29"));
        assert_eq!(calendar.working_day_from(day("2026-12-24")), day("2026-12-24"));
    }

    #[test]
    fn a_term_is_told_in_words_first() {
        assert_eq!(words("2026-11-23", "2026-11-19"), "2 werkdagen te laat");
        assert_eq!(words("2026-11-23", "2026-11-20"), "1 werkdag te laat");
        assert_eq!(words("2026-11-21", "2026-11-20"), "Te laat");
        assert_eq!(words("2026-11-23", "2026-11-23"), "Vandaag");
        assert_eq!(words("2026-11-23", "2026-11-24"), "Morgen");
        assert_eq!(words("2026-11-23", "2026-11-25"), "Woensdag");
        assert_eq!(words("2026-11-23", "2026-11-29"), "Zondag");
        assert_eq!(words("2026-11-23", "2026-11-30"), "Maandag 30 november");
        assert_eq!(words("2026-11-23", "2027-01-04"), "Maandag 4 januari 2027");
    }

    #[test]
    fn late_and_soon_are_told_apart() {
        assert_complete::<Nearness>();
        let seen = |due| Deadline::seen_from(day("2026-11-23"), day(due), &WorkCalendar::default()).nearness;
        assert_eq!(seen("2026-11-22"), Nearness::Late);
        assert_eq!(seen("2026-11-24"), Nearness::Soon);
        assert_eq!(seen("2026-11-25"), Nearness::Later);
    }

    #[test]
    fn days_read_as_people_say_them() {
        assert_eq!(in_words(day("2026-12-10")), "donderdag 10 december");
        assert_eq!(in_words_with_year(day("2027-11-23")), "23 november 2027");
        assert_eq!(in_short_words(day("2026-11-23")), "23 nov");
        assert_eq!(in_short_words(day("2026-03-01")), "1 mrt");
    }
}
