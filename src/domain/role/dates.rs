//! The days on which a role counts: a deputy may stand in for a holiday only.

use crate::domain::calendar;
use crate::domain::time::{Day, NotATime};
use std::str::FromStr;

/// Dutch: *dagen van de vervanging*. From and until which day a role counts, both included and either open. A day is one in Amsterdam, as everywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleDates {
    /// The first day; none when it counts at once.
    pub first: Option<Day>,
    /// The last day; none when nothing ends it.
    pub last: Option<Day>,
}

impl RoleDates {
    /// Whether the role counts on this day.
    pub fn hold_on(self, day: Day) -> bool {
        self.first.is_none_or(|first| first <= day) && !self.ended_before(day)
    }

    /// Whether the last day was before this one.
    pub fn ended_before(self, day: Day) -> bool {
        self.last.is_some_and(|last| last < day)
    }

    /// Whether there is any day at which it begins or ends.
    pub fn are_set(self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// As the log writes them: `2026-12-01/2026-12-31`, with nothing on the open side. Empty when both are.
    pub fn code(self) -> String {
        let written = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        if self.are_set() { format!("{}/{}", written(self.first), written(self.last)) } else { String::new() }
    }

    /// "van dinsdag 1 december tot en met donderdag 31 december"; empty when both sides are open.
    pub fn in_words(self, today: Day) -> String {
        let near = |day| calendar::in_words_near(day, today);
        match (self.first, self.last) {
            (Some(first), Some(last)) => format!("van {} tot en met {}", near(first), near(last)),
            (Some(first), None) => format!("vanaf {}", near(first)),
            (None, Some(last)) => format!("tot en met {}", near(last)),
            (None, None) => String::new(),
        }
    }
}

impl FromStr for RoleDates {
    type Err = NotATime;

    /// Reads what [`RoleDates::code`] wrote, and nothing else.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let side = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
        let (first, last) = text.split_once('/').unwrap_or((text, ""));
        let read = Self { first: side(first)?, last: side(last)? };
        if read.code() == text { Ok(read) } else { Err(NotATime) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> RoleDates {
        text.parse().unwrap()
    }

    #[test]
    fn both_days_are_included_and_an_open_side_has_no_end() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let whole = dates("2026-12-01/2026-12-31");
        for (on, holds) in [("2026-11-30", false), ("2026-12-01", true), ("2026-12-31", true), ("2027-01-01", false)] {
            assert_eq!(whole.hold_on(day(on)), holds, "{on}");
        }
        assert!(dates("2026-12-01/").hold_on(day("2099-01-01")) && !dates("2026-12-01/").hold_on(day("2026-11-30")));
        assert!(dates("/2026-12-31").hold_on(day("1999-01-01")) && !dates("/2026-12-31").hold_on(day("2027-01-01")));
        assert!(dates("").hold_on(day("2026-12-01")) && !dates("").are_set());
    }

    #[test]
    fn days_have_one_written_form_and_words() {
        for text in ["", "2026-12-01/", "/2026-12-31", "2026-12-01/2026-12-31"] {
            assert_eq!(dates(text).code(), text);
        }
        for text in ["/", "2026-12-01", "morgen/", "2026-12-01/2026-12-31/"] {
            assert!(text.parse::<RoleDates>().is_err(), "{text}");
        }
        let today = "2026-11-24".parse().unwrap();
        let words = dates("2026-12-01/2027-01-04").in_words(today);
        assert_eq!(words, "van dinsdag 1 december tot en met maandag 4 januari 2027");
    }
}
