//! Dates and times as texts that PostgreSQL reads as what the driver binds: days or microseconds from the year 2000.

use sea_orm::sea_query::prelude::chrono::{Datelike, NaiveDate, TimeDelta};

const MICROS_IN_DAY: i64 = 86_400_000_000;

/// The day from which PostgreSQL and the driver count.
pub(super) fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}

/// The date, what stands between it and the end, and the mark of a year before the first; none out of the calendar's range.
fn with_date(days: i64, rest: &str) -> Option<String> {
    let date = epoch().checked_add_signed(TimeDelta::try_days(days)?)?;
    let (is_common, year) = date.year_ce();
    let mark = if is_common { "" } else { " BC" };
    Some(format!("{year:04}-{:02}-{:02}{rest}{mark}", date.month(), date.day()))
}

/// A date.
pub(super) fn date(days: i64) -> Option<String> {
    with_date(days, "")
}

/// A time of the day.
pub(super) fn time(micros: i64) -> String {
    let (seconds, micros) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    format!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A date and time, with the zone after it: `+00`, or nothing for one without zone.
pub(super) fn timestamp(micros: i64, zone: &str) -> Option<String> {
    with_date(micros.div_euclid(MICROS_IN_DAY), &format!(" {}{zone}", time(micros.rem_euclid(MICROS_IN_DAY))))
}

#[cfg(test)]
mod tests {
    use super::{date, epoch, time, timestamp};
    use sea_orm::sea_query::prelude::chrono::{Datelike, Days, NaiveDate};

    #[test]
    fn the_calendar_is_that_of_chrono() {
        let mut first = NaiveDate::from_ymd_opt(-4800, 1, 1).expect("a date");
        let last = NaiveDate::from_ymd_opt(12_000, 1, 1).expect("a date");
        while first < last {
            let (year, month, day) = (first.year(), first.month(), first.day());
            let (year, mark) = if year > 0 { (year, "") } else { (1 - year, " BC") };
            let expected = format!("{year:04}-{month:02}-{day:02}{mark}");
            assert_eq!(date((first - epoch()).num_days()), Some(expected));
            // Prime to the length of a week, a month and a year.
            first = first + Days::new(11);
        }
        assert_eq!(date(i64::MAX), None);
    }

    #[test]
    fn years_before_the_first_are_marked_and_long_ones_are_written_out() {
        assert_eq!(date(0).as_deref(), Some("2000-01-01"));
        assert_eq!(date(-730_119).as_deref(), Some("0001-01-01"));
        assert_eq!(date(-730_120).as_deref(), Some("0001-12-31 BC"));
        assert_eq!(date(3_000_000).as_deref(), Some("10213-09-21"));
        assert_eq!(time(86_399_999_999), "23:59:59.999999");
        assert_eq!(timestamp(-1, "").as_deref(), Some("1999-12-31 23:59:59.999999"));
        assert_eq!(
            timestamp(-730_120 * 86_400_000_000, "+00").as_deref(),
            Some("0001-12-31 00:00:00.000000+00 BC")
        );
    }
}
