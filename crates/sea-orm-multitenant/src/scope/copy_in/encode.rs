//! Values as the text of COPY. PostgreSQL must read of it what the driver would bind.

use crate::scope::copy_in::moment;
use sea_orm::{
    Value,
    sea_query::{
        OptionEnum,
        prelude::{
            NaiveDate, NaiveDateTime, NaiveTime,
            time::{Date, Month, PrimitiveDateTime, Time, UtcOffset},
        },
    },
};
use std::{borrow::Cow, fmt::Write};

/// Writes a value.
///
/// # Errors
/// The kind of value, if it has no text here.
pub(super) fn write(value: &Value, out: &mut String) -> Result<(), String> {
    match value {
        // The most frequent ones, without a text of their own in between.
        Value::Int(Some(number)) => write!(out, "{number}").map_err(|error| error.to_string()),
        Value::BigInt(Some(number)) => write!(out, "{number}").map_err(|error| error.to_string()),
        Value::String(Some(text)) => {
            escape(text, out);
            Ok(())
        }
        value => {
            match text_of(value)? {
                Some(text) => escape(&text, out),
                None => out.push_str("\\N"),
            }
            Ok(())
        }
    }
}

/// Writes a text with the characters escaped that mean something to COPY.
fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\t', '\n', '\r']) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match special.as_bytes()[0] {
            b'\t' => "\\t",
            b'\n' => "\\n",
            b'\r' => "\\r",
            _ => "\\\\",
        });
        rest = &special[1..];
    }
    out.push_str(rest);
}

/// The text that PostgreSQL reads as the value; none for NULL.
// With some features of SeaORM there is one kind more, with others there are many.
#[allow(clippy::match_wildcard_for_single_variants)]
fn text_of(value: &Value) -> Result<Option<Cow<'_, str>>, String> {
    fn shown<T: ToString>(value: Option<T>) -> Option<Cow<'static, str>> {
        value.map(|value| Cow::Owned(value.to_string()))
    }
    Ok(match value {
        Value::Bool(value) => value.map(|value| Cow::Borrowed(if value { "t" } else { "f" })),
        Value::TinyInt(value) => shown(*value),
        Value::SmallInt(value) => shown(*value),
        Value::Int(value) => shown(*value),
        Value::BigInt(value) => shown(*value),
        Value::TinyUnsigned(value) => shown(*value),
        Value::SmallUnsigned(value) => shown(*value),
        Value::Unsigned(value) => shown(*value),
        Value::BigUnsigned(value) => shown(*value),
        // With the digits of a DOUBLE PRECISION, in case the column is one.
        Value::Float(value) => shown(value.map(f64::from)),
        Value::Double(value) => shown(*value),
        Value::String(value) => value.as_deref().map(Cow::Borrowed),
        Value::Enum(OptionEnum::Some(value)) => Some(Cow::Borrowed(&*value.value)),
        Value::Enum(OptionEnum::None(_)) => None,
        Value::Char(value) => shown(*value),
        Value::Bytes(value) => value.as_deref().map(|bytes| {
            let mut text = String::with_capacity(2 + 2 * bytes.len());
            text.push_str("\\x");
            for byte in bytes {
                for digit in [byte >> 4, byte & 15] {
                    text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
                }
            }
            Cow::Owned(text)
        }),
        Value::Json(value) => shown(value.as_deref()),
        Value::Uuid(value) => shown(*value),
        Value::Decimal(value) => value.as_ref().map(number),
        Value::BigDecimal(value) => value.as_deref().map(number),
        Value::MacAddress(value) => shown(*value),
        Value::ChronoDate(value) => value.map(chrono_date).transpose()?,
        Value::ChronoTime(value) => value.map(chrono_time).transpose()?,
        Value::ChronoDateTime(value) => value.map(|value| chrono_timestamp(value, "")).transpose()?,
        Value::ChronoDateTimeUtc(value) => {
            value.map(|value| chrono_timestamp(value.naive_utc(), "+00")).transpose()?
        }
        Value::ChronoDateTimeLocal(value) => {
            value.map(|value| chrono_timestamp(value.naive_utc(), "+00")).transpose()?
        }
        Value::ChronoDateTimeWithTimeZone(value) => {
            value.map(|value| chrono_timestamp(value.naive_utc(), "+00")).transpose()?
        }
        Value::TimeDate(value) => value.map(time_date).transpose()?,
        Value::TimeTime(value) => value.map(time_time).transpose()?,
        Value::TimeDateTime(value) => value.map(|value| time_timestamp(value, "")).transpose()?,
        Value::TimeDateTimeWithTimeZone(value) => value
            .map(|value| {
                let utc = value.to_offset(UtcOffset::UTC);
                time_timestamp(PrimitiveDateTime::new(utc.date(), utc.time()), "+00")
            })
            .transpose()?,
        Value::Array(_, value) => value.as_deref().map(|items| array(items)).transpose()?,
        // Kinds that other features of SeaORM add, which the application chooses.
        #[allow(unreachable_patterns)]
        other => return Err(kind(other)),
    })
}

/// The kind of a value, without its content.
pub(super) fn kind(value: &Value) -> String {
    format!("{:?}", value.array_type())
}

/// A decimal number. The driver binds every zero without its scale and sign.
fn number(value: &impl ToString) -> Cow<'static, str> {
    let text = value.to_string();
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    if digits.contains(|digit: char| matches!(digit, '1'..='9')) {
        Cow::Owned(text)
    } else {
        Cow::Borrowed("0")
    }
}

/// An array of values, of which none is an array.
fn array(items: &[Value]) -> Result<Cow<'static, str>, String> {
    let mut text = String::from("{");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if let Value::Array(..) = item {
            return Err("array of arrays".to_owned());
        }
        let Some(item) = text_of(item)? else {
            text.push_str("NULL");
            continue;
        };
        text.push('"');
        for character in item.chars() {
            if matches!(character, '"' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push('"');
    }
    text.push('}');
    Ok(Cow::Owned(text))
}

fn out_of_range() -> String {
    "time out of range".to_owned()
}

/// The text of a moment; none out of the calendar's range.
fn in_range(text: Option<String>) -> Result<Cow<'static, str>, String> {
    text.map(Cow::Owned).ok_or_else(out_of_range)
}

fn chrono_date(value: NaiveDate) -> Result<Cow<'static, str>, String> {
    in_range(moment::date((value - moment::epoch()).num_days()))
}

fn chrono_time(value: NaiveTime) -> Result<Cow<'static, str>, String> {
    in_range((value - NaiveTime::default()).num_microseconds().map(moment::time))
}

fn chrono_timestamp(value: NaiveDateTime, zone: &str) -> Result<Cow<'static, str>, String> {
    let micros = (value - NaiveDateTime::from(moment::epoch())).num_microseconds();
    in_range(micros.and_then(|micros| moment::timestamp(micros, zone)))
}

fn time_epoch() -> Result<Date, String> {
    Date::from_calendar_date(2000, Month::January, 1).map_err(|error| error.to_string())
}

fn time_date(value: Date) -> Result<Cow<'static, str>, String> {
    in_range(moment::date((value - time_epoch()?).whole_days()))
}

fn time_time(value: Time) -> Result<Cow<'static, str>, String> {
    let micros = i64::try_from((value - Time::MIDNIGHT).whole_microseconds()).ok();
    in_range(micros.map(moment::time))
}

fn time_timestamp(value: PrimitiveDateTime, zone: &str) -> Result<Cow<'static, str>, String> {
    let micros = i64::try_from((value - time_epoch()?.midnight()).whole_microseconds()).ok();
    in_range(micros.and_then(|micros| moment::timestamp(micros, zone)))
}

#[cfg(test)]
mod tests {
    use super::write;
    use sea_orm::Value;

    fn written(value: impl Into<Value>) -> String {
        let mut out = String::new();
        write(&value.into(), &mut out).expect("it has a text");
        out
    }

    #[test]
    fn what_means_something_to_copy_is_escaped() {
        assert_eq!(written("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e");
        assert_eq!(written("\\N"), "\\\\N");
        assert_eq!(written("\\."), "\\\\.");
        assert_eq!(written(""), "");
        assert_eq!(written("é\u{2028}\\"), "é\u{2028}\\\\");
        assert_eq!(written(Value::String(None)), "\\N");
        assert_eq!(written(vec![0_u8, 255]), "\\\\x00ff");
    }

    #[test]
    fn items_of_arrays_are_quoted_before_they_are_escaped() {
        assert_eq!(
            written(vec!["a\"b".to_owned(), "NULL".to_owned(), "\\".to_owned()]),
            r#"{"a\\"b","NULL","\\\\"}"#
        );
        assert_eq!(written(Vec::<i32>::new()), "{}");
    }

    #[test]
    fn arrays_of_arrays_have_no_text() {
        let nested = Value::from(vec![1_i32]);
        let outer = Value::Array(nested.array_type(), Some(Box::new(vec![nested])));
        assert!(write(&outer, &mut String::new()).is_err());
    }
}
