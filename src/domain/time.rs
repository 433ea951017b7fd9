//! Moments, days and the clock.
//!
//! A [`Moment`] is what the log and the database hold: microseconds UTC. A [`Day`] is what people reckon with, in the
//! municipality's own time (Europe/Amsterdam); rows of anonymous signals carry only the day. The clock is an argument
//! everywhere: only [`SystemClock`] looks at the machine's.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Date, Month, OffsetDateTime, UtcOffset, Weekday};

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Dutch: *tijdstip*. A point in time: microseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// The earliest moment: 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800 * MICROS_PER_SECOND);
    /// The last moment: the end of the year 9999, UTC.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SECOND - 1);

    /// The moment so many microseconds after 1970; what lies outside the years 1 to 9999 is brought to the nearest.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// So many seconds later (or earlier, when negative).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Microseconds from `earlier` until this moment; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day of this moment in Amsterdam.
    pub fn day(self) -> Day {
        Day(self.in_amsterdam().date())
    }

    /// The time of this moment in Amsterdam as people write it: `14.12`.
    pub fn time_of_day(self) -> String {
        let local = self.in_amsterdam();
        format!("{}.{:02}", local.hour(), local.minute())
    }

    /// The whole hour of this moment in Amsterdam, 0 to 23.
    pub fn hour_of_day(self) -> u8 {
        self.in_amsterdam().hour()
    }

    /// RFC 3339 in UTC, cut to milliseconds: as the log writes it.
    pub fn in_millis(self) -> String {
        let written = self.to_string();
        written.get(..23).map(|cut| format!("{cut}Z")).unwrap_or(written)
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn in_amsterdam(self) -> OffsetDateTime {
        let utc = self.utc();
        let offset = UtcOffset::from_whole_seconds(amsterdam_offset(utc)).unwrap_or(UtcOffset::UTC);
        utc.checked_to_offset(offset).unwrap_or(utc)
    }
}

/// Seconds that Amsterdam is ahead of UTC.
///
/// Summer time runs from the last Sunday of March to the last Sunday of October, both at 01:00 UTC
/// (Directive 2000/84/EC, art. 2 and 3; in force here since 1996 in this form).
fn amsterdam_offset(utc: OffsetDateTime) -> i32 {
    const WINTER: i32 = 3600;
    const SUMMER: i32 = 7200;
    let change = |month| {
        last_sunday(utc.year(), month)
            .map(|day| day.midnight().assume_utc() + time::Duration::hours(1))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    };
    if utc >= change(Month::March) && utc < change(Month::October) { SUMMER } else { WINTER }
}

/// The last Sunday of a month of 31 days.
fn last_sunday(year: i32, month: Month) -> Option<Date> {
    let last = Date::from_calendar_date(year, month, 31).ok()?;
    last.checked_sub(time::Duration::days(i64::from(last.weekday().number_days_from_sunday())))
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with microseconds: `2026-11-24T08:12:00.000000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.utc();
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{micros:06}Z",
            utc.year(),
            u8::from(utc.month()),
            utc.day(),
            utc.hour(),
            utc.minute(),
            utc.second()
        )
    }
}

/// Dutch: *ongeldige tijd*. A text that is not a moment or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schrijf een datum als 2026-12-10.")
    }
}

impl std::error::Error for NotATime {}

impl FromStr for Moment {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let parsed = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
        let nanos = parsed.map_err(|_| NotATime)?.unix_timestamp_nanos();
        i64::try_from(nanos.div_euclid(1000)).map(Self::from_micros).map_err(|_| NotATime)
    }
}

/// Dutch: *dag*. A calendar day in the municipality's own time; written `2026-12-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// The day with this date, if there is one.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        (1..=9999).contains(&year).then_some(Self(date))
    }

    /// The date.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// So many days later (earlier, when negative); stops at the ends of the calendar.
    pub fn plus_days(self, days: i64) -> Self {
        let end = if days < 0 { Moment::MIN.utc().date() } else { Moment::MAX.utc().date() };
        // Longer than the whole calendar is the same as its end, and keeps the duration from overflowing.
        let step = time::Duration::days(days.clamp(-4_000_000, 4_000_000));
        Self(self.0.checked_add(step).filter(|date| (1..=9999).contains(&date.year())).unwrap_or(end))
    }

    /// So many months later: the same day of that month, or its last day (31 January + 1 month = 28 or 29 February).
    pub fn plus_months(self, months: u32) -> Self {
        let count = i64::from(self.0.year()) * 12 + i64::from(u8::from(self.0.month())) - 1 + i64::from(months);
        let year = i32::try_from(count.div_euclid(12)).unwrap_or(i32::MAX);
        let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
        let same_or_last = (1..=self.0.day()).rev().find_map(|day| Self::new(year, month, day));
        same_or_last.unwrap_or(Self(Moment::MAX.utc().date()))
    }

    /// Days from `earlier` until this day; negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_days()
    }

    /// The moment this day begins in Amsterdam.
    pub fn begins(self) -> Moment {
        let midnight = self.0.midnight().assume_utc();
        // Two hours before midnight UTC lies before the local midnight, and no change of time falls in between.
        let offset = amsterdam_offset(midnight.checked_sub(time::Duration::hours(2)).unwrap_or(midnight));
        Moment::from_micros((midnight.unix_timestamp() - i64::from(offset)) * MICROS_PER_SECOND)
    }

    /// Days since 1970-01-01; negative before.
    pub fn days_since_1970(self) -> i64 {
        self.0.midnight().assume_utc().unix_timestamp().div_euclid(SECONDS_PER_DAY)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl FromStr for Day {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(NotATime) };
        let digits = |part: &str, width| part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return Err(NotATime);
        }
        let number = |part: &str| part.parse::<u8>().map_err(|_| NotATime);
        Self::new(year.parse().map_err(|_| NotATime)?, number(month)?, number(day)?).ok_or(NotATime)
    }
}

macro_rules! serde_by_text {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
serde_by_text!(Moment, Day);

/// Dutch: *klok*. Where the present moment comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;

    /// The present day in Amsterdam.
    fn today(&self) -> Day {
        self.now().day()
    }
}

/// Dutch: *systeemklok*. The machine's own clock; the only place that reads it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Moment {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since_1970.map(|passed| passed.as_micros()).unwrap_or(0);
        Moment::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

/// Dutch: *stilstaande klok*. A clock that stands still until it is set; for tests and demonstrations.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at this moment.
    pub fn at(moment: Moment) -> Self {
        Self(AtomicI64::new(moment.micros()))
    }

    /// Sets the clock.
    pub fn set(&self, moment: Moment) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }

    /// Moves the clock so many seconds on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Dutch: *tikkende klok*. A clock that moves one fixed step at each look, so that no two moments are alike.
#[derive(Debug)]
pub struct SteppingClock {
    next: AtomicI64,
    step: i64,
}

impl SteppingClock {
    /// A clock whose first look gives `start` and each next look `step_micros` more.
    pub fn from(start: Moment, step_micros: i64) -> Self {
        Self { next: AtomicI64::new(start.micros()), step: step_micros }
    }

    /// Sets what the next look gives.
    pub fn set(&self, moment: Moment) {
        self.next.store(moment.micros(), Ordering::SeqCst);
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Moment {
        Moment::from_micros(self.next.fetch_add(self.step, Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests;
