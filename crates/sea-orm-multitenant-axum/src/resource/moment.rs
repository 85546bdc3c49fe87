//! Dates and times of `chrono`, as JSON and as text.

use sea_orm::{
    Value,
    prelude::{
        ChronoDate, ChronoDateTime, ChronoDateTimeLocal, ChronoDateTimeUtc, ChronoDateTimeWithTimeZone,
        ChronoTime,
    },
    sea_query::ArrayType,
};
use serde_json::Value as Json;

/// What a column of a date or time stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Date,
    Time,
    DateTime,
    Utc,
    Local,
    Offset,
}

impl Moment {
    // With one feature of SeaORM there is one type more, with others there are many.
    #[allow(clippy::match_wildcard_for_single_variants)]
    pub(super) fn of(array: &ArrayType) -> Option<Self> {
        Some(match array {
            ArrayType::ChronoDate => Self::Date,
            ArrayType::ChronoTime => Self::Time,
            ArrayType::ChronoDateTime => Self::DateTime,
            ArrayType::ChronoDateTimeUtc => Self::Utc,
            ArrayType::ChronoDateTimeLocal => Self::Local,
            ArrayType::ChronoDateTimeWithTimeZone => Self::Offset,
            _ => return None,
        })
    }

    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Date => "a date, as 2026-01-31",
            Self::Time => "a time, as 23:59:58",
            Self::DateTime => "a date and time without offset, as 2026-01-31T23:59:58",
            Self::Utc | Self::Local | Self::Offset => "a date and time with offset, as 2026-01-31T23:59:58Z",
        }
    }

    /// The name of the format in OpenAPI.
    #[cfg(feature = "utoipa")]
    pub(super) fn format(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "local-date-time",
            Self::Utc | Self::Local | Self::Offset => "date-time",
        }
    }

    pub(super) fn null(self) -> Value {
        match self {
            Self::Date => Value::ChronoDate(None),
            Self::Time => Value::ChronoTime(None),
            Self::DateTime => Value::ChronoDateTime(None),
            Self::Utc => Value::ChronoDateTimeUtc(None),
            Self::Local => Value::ChronoDateTimeLocal(None),
            Self::Offset => Value::ChronoDateTimeWithTimeZone(None),
        }
    }

    /// Reads a value. Only years of four digits: outside of them the engines differ in what they can store.
    pub(super) fn read(self, text: &str) -> Option<Value> {
        let has_year = text.len() > 4 && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
        if self != Self::Time && !(has_year && text.as_bytes()[4] == b'-' && !text.starts_with("0000")) {
            return None;
        }
        Some(match self {
            Self::Date => Value::ChronoDate(Some(text.parse::<ChronoDate>().ok()?)),
            Self::Time => Value::ChronoTime(Some(text.parse::<ChronoTime>().ok()?)),
            Self::DateTime => Value::ChronoDateTime(Some(text.parse::<ChronoDateTime>().ok()?)),
            Self::Utc => Value::ChronoDateTimeUtc(Some(text.parse::<ChronoDateTimeUtc>().ok()?)),
            Self::Local => Value::ChronoDateTimeLocal(Some(text.parse::<ChronoDateTimeLocal>().ok()?)),
            Self::Offset => {
                Value::ChronoDateTimeWithTimeZone(Some(text.parse::<ChronoDateTimeWithTimeZone>().ok()?))
            }
        })
    }
}

/// Writes a date or time as JSON; `None` for other values.
// With one feature of SeaORM there is one type more, with others there are many.
#[allow(clippy::match_wildcard_for_single_variants)]
pub(super) fn to_json(value: &Value) -> Option<Json> {
    let text = match value {
        Value::ChronoDate(value) => value.map(|value| value.to_string()),
        Value::ChronoTime(value) => value.map(|value| value.to_string()),
        Value::ChronoDateTime(value) => value.map(|value| format!("{value:?}")),
        Value::ChronoDateTimeUtc(value) => value.map(|value| value.to_rfc3339().replace("+00:00", "Z")),
        Value::ChronoDateTimeLocal(value) => value.map(|value| value.to_rfc3339()),
        Value::ChronoDateTimeWithTimeZone(value) => value.map(|value| value.to_rfc3339()),
        _ => return None,
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_written_as_it_is_read() {
        for (moment, text) in [
            (Moment::Date, "2026-01-31"),
            (Moment::Time, "23:59:58"),
            (Moment::DateTime, "2026-01-31T23:59:58.000001"),
            (Moment::Utc, "2026-01-31T23:59:58.000000001Z"),
            (Moment::Offset, "2026-01-31T23:59:58+02:00"),
        ] {
            let value = moment.read(text).expect("readable");
            assert_eq!(to_json(&value), Some(text.into()), "{moment:?}");
            assert_eq!(to_json(&moment.null()), Some(Json::Null), "{moment:?}");
        }
    }

    #[test]
    fn other_texts_are_not_read() {
        for text in ["", "2026-02-30", "+12026-01-31", "-0001-01-31", "0000-01-01", "12026-01-31", "tomorrow"]
        {
            assert_eq!(Moment::Date.read(text), None, "{text}");
            assert_eq!(Moment::Utc.read(text), None, "{text}");
        }
        assert_eq!(Moment::Utc.read("2026-01-31T23:59:58"), None);
    }
}
