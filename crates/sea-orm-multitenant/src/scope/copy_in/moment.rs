//! Dates and times as texts that PostgreSQL reads as what the driver binds: days or microseconds from the year 2000.

/// Days from the first of March of the year 0, where a year ends with its leap day, to 2000-01-01.
const EPOCH: i64 = 730_425;

/// Days in 400 years, after which the calendar repeats.
const DAYS_IN_ERA: i64 = 146_097;

const MICROS_IN_DAY: i64 = 86_400_000_000;

/// A date by its days from 2000-01-01, without the mark of a year before the first.
fn year_month_day(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, day_of_era) = (days.div_euclid(DAYS_IN_ERA), days.rem_euclid(DAYS_IN_ERA));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March on, of 153 days in five.
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// The date, what stands between it and the end, and the mark of a year before the first.
fn with_date(days: i64, rest: &str) -> String {
    let (year, month, day) = year_month_day(days);
    let (year, mark) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    format!("{year:04}-{month:02}-{day:02}{rest}{mark}")
}

/// A date.
pub(super) fn date(days: i64) -> String {
    with_date(days, "")
}

/// A time of the day.
pub(super) fn time(micros: i64) -> String {
    let (seconds, micros) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    format!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A date and time, with the zone after it: `+00`, or nothing for one without zone.
pub(super) fn timestamp(micros: i64, zone: &str) -> String {
    with_date(micros.div_euclid(MICROS_IN_DAY), &format!(" {}{zone}", time(micros.rem_euclid(MICROS_IN_DAY))))
}

#[cfg(test)]
mod tests {
    use super::{date, time, timestamp, year_month_day};
    use sea_orm::sea_query::prelude::chrono::{Datelike, Days, NaiveDate};

    #[test]
    fn the_calendar_is_that_of_chrono() {
        let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date");
        let mut first = NaiveDate::from_ymd_opt(-4800, 1, 1).expect("a date");
        let last = NaiveDate::from_ymd_opt(12_000, 1, 1).expect("a date");
        while first < last {
            let days = (first - epoch).num_days();
            let (year, month, day) = (first.year().into(), first.month().into(), first.day().into());
            assert_eq!(year_month_day(days), (year, month, day));
            first = first + Days::new(1);
        }
    }

    #[test]
    fn years_before_the_first_are_marked_and_long_ones_are_written_out() {
        assert_eq!(date(0), "2000-01-01");
        assert_eq!(date(-730_119), "0001-01-01");
        assert_eq!(date(-730_120), "0001-12-31 BC");
        assert_eq!(date(3_000_000), "10213-09-21");
        assert_eq!(time(86_399_999_999), "23:59:59.999999");
        assert_eq!(timestamp(-1, ""), "1999-12-31 23:59:59.999999");
        assert_eq!(timestamp(-730_120 * 86_400_000_000, "+00"), "0001-12-31 00:00:00.000000+00 BC");
    }
}
