//! Checks which numbers the driver can bind as NUMERIC.
//!
//! sea-query-sqlx leaves out a value that sqlx cannot encode, and binds each later value one place too early:
//! PostgreSQL would keep the statement with those types. Among values of ordinary size, only a `BigDecimal` can fail to
//! be encoded.

use sea_orm::Value;

/// The most digits of a NUMERIC before and after its decimal point
/// (<https://www.postgresql.org/docs/current/datatype-numeric.html>).
const MOST_DIGITS: (i64, i64) = (131_072, 16_383);

/// Whether a `BigDecimal`, or each item of an array of them, fits NUMERIC. NULLs do.
///
/// This crate cannot name the kind, which a feature of SeaORM adds, so it reads the value's `Debug` output.
pub(super) fn is_numeric(value: &Value) -> bool {
    let shown = value.to_string();
    let is_outside = |c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c));
    shown.split(is_outside).filter(|word| word.contains(|c: char| c.is_ascii_digit())).all(fits)
}

/// Whether a number such as `-1.50E+7` has at most as many digits as NUMERIC holds.
fn fits(number: &str) -> bool {
    let (digits, exponent) = number.split_once(['E', 'e']).unwrap_or((number, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else { return false };
    let digits = digits.trim_start_matches('-');
    let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let count = |digits: &str, shift: i64| {
        i64::try_from(digits.len()).map_or(i64::MAX, |count| count.saturating_add(shift))
    };
    count(before, exponent) <= MOST_DIGITS.0 && count(behind, exponent.saturating_neg()) <= MOST_DIGITS.1
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_number_fits_by_its_digits_and_its_exponent() {
        let (before, behind) = ("9".repeat(131_072), "9".repeat(16_383));
        for number in [
            "0",
            "-1",
            "0.00",
            "1E+131071",
            "1e16000",
            "1E-16383",
            "-1.5E-16382",
            &before,
            &format!("{before}.{behind}"),
        ] {
            assert!(fits(number), "{number:.20}");
        }
        for number in [
            "1E+131072",
            "1E-16384",
            "-15.5E-16383",
            "1E+99999999999999999999",
            "1E-9223372036854775808",
            "1E",
            &format!("{before}9"),
            &format!("0.{behind}9"),
        ] {
            assert!(!fits(number), "{number:.20}");
        }
    }
}
