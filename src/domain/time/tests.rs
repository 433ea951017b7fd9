use super::*;

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_moment_reads_back_from_its_text() {
    let text = "2026-11-24T08:12:00.000042Z";
    assert_eq!(moment(text).to_string(), text);
    assert_eq!(Moment::from_micros(0).to_string(), "1970-01-01T00:00:00.000000Z");
    assert_eq!(Moment::from_micros(i64::MIN), Moment::MIN);
    assert_eq!(Moment::from_micros(i64::MAX).to_string(), "9999-12-31T23:59:59.999999Z");
    assert_eq!(moment("1969-12-31T23:59:59.999999Z").micros(), -1);
    assert_eq!(moment("2026-11-24T09:12:00+01:00"), moment("2026-11-24T08:12:00Z"));
}

#[test]
fn the_day_in_amsterdam_turns_at_its_own_midnight_in_winter_and_in_summer() {
    assert_eq!(moment("2026-11-23T22:59:59.999999Z").day(), day("2026-11-23"));
    assert_eq!(moment("2026-11-23T23:00:00Z").day(), day("2026-11-24"));
    assert_eq!(moment("2026-07-01T21:59:59Z").day(), day("2026-07-01"));
    assert_eq!(moment("2026-07-01T22:00:00Z").day(), day("2026-07-02"));
}

#[test]
fn summer_time_begins_and_ends_on_the_last_sunday_at_one_utc() {
    assert_eq!(moment("2026-03-29T00:59:59Z").time_of_day(), "1.59");
    assert_eq!(moment("2026-03-29T01:00:00Z").time_of_day(), "3.00");
    assert_eq!(moment("2026-10-25T00:59:59Z").time_of_day(), "2.59");
    assert_eq!(moment("2026-10-25T01:00:00Z").time_of_day(), "2.00");
    assert_eq!(moment("2027-03-28T01:00:00Z").time_of_day(), "3.00");
    assert_eq!(moment("2027-10-31T01:00:00Z").time_of_day(), "2.00");
}

#[test]
fn every_day_begins_where_the_day_before_ends() {
    let mut today = day("2026-01-01");
    for _ in 0..800 {
        let begin = today.begins();
        assert_eq!(begin.day(), today);
        assert_eq!(begin.time_of_day(), "0.00", "{today}");
        assert_eq!(Moment::from_micros(begin.micros() - 1).day(), today.plus_days(-1));
        today = today.plus_days(1);
    }
}

#[test]
fn a_month_later_is_the_same_day_or_the_last_of_that_month() {
    assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
    assert_eq!(day("2028-01-31").plus_months(1), day("2028-02-29"));
    assert_eq!(day("2026-11-23").plus_months(12), day("2027-11-23"));
    assert_eq!(day("2026-08-31").plus_months(6), day("2027-02-28"));
    assert_eq!(day("2026-10-05").plus_months(3), day("2027-01-05"));
    assert_eq!(day("9999-12-01").plus_months(2), day("9999-12-31"));
    assert_eq!(day("2026-01-01").plus_days(i64::MAX), day("9999-12-31"));
    assert_eq!(day("2026-01-01").plus_days(i64::MIN), day("0001-01-01"));
}

#[test]
fn a_day_is_written_one_way_only() {
    assert_eq!(day("2026-12-10").to_string(), "2026-12-10");
    for text in ["2026-2-1", "10-12-2026", "2026-02-30", "2026-12-10T00:00", "+026-12-10", "0000-01-01", ""] {
        assert_eq!(text.parse::<Day>(), Err(NotATime), "{text}");
    }
    assert_eq!(serde_json::to_string(&day("2026-12-10")).unwrap(), "\"2026-12-10\"");
}

#[test]
fn a_fixed_clock_stands_still_and_a_stepping_clock_never_repeats() {
    let fixed = FixedClock::at(moment("2026-01-05T09:00:00Z"));
    assert_eq!(fixed.now(), fixed.now());
    fixed.advance_seconds(60);
    assert_eq!(fixed.now(), moment("2026-01-05T09:01:00Z"));
    assert_eq!(fixed.today(), day("2026-01-05"));
    let stepping = SteppingClock::from(moment("2026-01-05T09:00:00Z"), 1000);
    assert_eq!(stepping.now(), moment("2026-01-05T09:00:00Z"));
    assert_eq!(stepping.now(), moment("2026-01-05T09:00:00.001Z"));
}

#[test]
fn the_system_clock_is_in_this_century() {
    assert!(SystemClock.now() > moment("2026-01-01T00:00:00Z"));
}
