//! What a column stores, and its values as JSON and as text.

use sea_orm::{
    Value,
    sea_query::{ArrayType, Enum, EnumTypeName, OptionEnum},
};
use serde_json::Value as Json;
use uuid::Uuid;

/// What a column stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Integer(Width),
    Float,
    Double,
    Text,
    /// One character.
    Char,
    Uuid,
    /// Any JSON, which is neither filtered nor ordered by.
    Json,
    /// A type of the database with named values.
    Enum(EnumTypeName),
    #[cfg(feature = "with-rust_decimal")]
    Decimal,
    #[cfg(feature = "with-chrono")]
    Chrono(crate::resource::moment::Moment),
}

/// The type of an integer column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

impl Width {
    /// The smallest and the largest integer.
    pub(super) fn range(self) -> (i128, i128) {
        match self {
            Self::I8 => (i8::MIN.into(), i8::MAX.into()),
            Self::I16 => (i16::MIN.into(), i16::MAX.into()),
            Self::I32 => (i32::MIN.into(), i32::MAX.into()),
            Self::I64 => (i64::MIN.into(), i64::MAX.into()),
            Self::U8 => (0, u8::MAX.into()),
            Self::U16 => (0, u16::MAX.into()),
            Self::U32 => (0, u32::MAX.into()),
            Self::U64 => (0, u64::MAX.into()),
        }
    }

    /// The value of an integer; `None` if it is out of range.
    fn value(self, integer: i128) -> Option<Value> {
        Some(match self {
            Self::I8 => Value::TinyInt(Some(integer.try_into().ok()?)),
            Self::I16 => Value::SmallInt(Some(integer.try_into().ok()?)),
            Self::I32 => Value::Int(Some(integer.try_into().ok()?)),
            Self::I64 => Value::BigInt(Some(integer.try_into().ok()?)),
            Self::U8 => Value::TinyUnsigned(Some(integer.try_into().ok()?)),
            Self::U16 => Value::SmallUnsigned(Some(integer.try_into().ok()?)),
            Self::U32 => Value::Unsigned(Some(integer.try_into().ok()?)),
            Self::U64 => Value::BigUnsigned(Some(integer.try_into().ok()?)),
        })
    }

    fn null(self) -> Value {
        match self {
            Self::I8 => Value::TinyInt(None),
            Self::I16 => Value::SmallInt(None),
            Self::I32 => Value::Int(None),
            Self::I64 => Value::BigInt(None),
            Self::U8 => Value::TinyUnsigned(None),
            Self::U16 => Value::SmallUnsigned(None),
            Self::U32 => Value::Unsigned(None),
            Self::U64 => Value::BigUnsigned(None),
        }
    }
}

impl Kind {
    /// The kind of a column whose field has this type; `None` for a type that has no form in JSON here.
    // With one feature of SeaORM there is one type more, with others there are many.
    #[allow(clippy::match_wildcard_for_single_variants)]
    pub(super) fn of(array: ArrayType) -> Option<Self> {
        #[cfg(feature = "with-chrono")]
        if let Some(moment) = crate::resource::moment::Moment::of(&array) {
            return Some(Self::Chrono(moment));
        }
        Some(match array {
            ArrayType::Bool => Self::Bool,
            ArrayType::TinyInt => Self::Integer(Width::I8),
            ArrayType::SmallInt => Self::Integer(Width::I16),
            ArrayType::Int => Self::Integer(Width::I32),
            ArrayType::BigInt => Self::Integer(Width::I64),
            ArrayType::TinyUnsigned => Self::Integer(Width::U8),
            ArrayType::SmallUnsigned => Self::Integer(Width::U16),
            ArrayType::Unsigned => Self::Integer(Width::U32),
            ArrayType::BigUnsigned => Self::Integer(Width::U64),
            ArrayType::Float => Self::Float,
            ArrayType::Double => Self::Double,
            ArrayType::String => Self::Text,
            ArrayType::Char => Self::Char,
            ArrayType::Uuid => Self::Uuid,
            ArrayType::Json => Self::Json,
            ArrayType::Enum(name) => Self::Enum(*name),
            #[cfg(feature = "with-rust_decimal")]
            ArrayType::Decimal => Self::Decimal,
            _ => return None,
        })
    }

    /// Whether the database can compare and sort values of this kind.
    pub(super) fn is_ordered(&self) -> bool {
        !matches!(self, Self::Json)
    }

    /// What a value must be, for messages: "the field must be …".
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Integer(width) => {
                let (least, most) = width.range();
                format!("an integer from {least} to {most}")
            }
            Self::Float | Self::Double => "a number".to_owned(),
            Self::Text => "a text without the character U+0000".to_owned(),
            Self::Char => "one character".to_owned(),
            Self::Uuid => "a UUID".to_owned(),
            Self::Json => "JSON without the character U+0000".to_owned(),
            Self::Enum(_) => "one of the column's values".to_owned(),
            #[cfg(feature = "with-rust_decimal")]
            Self::Decimal => "a decimal number, as a text or a number".to_owned(),
            #[cfg(feature = "with-chrono")]
            Self::Chrono(moment) => moment.expected().to_owned(),
        }
    }

    /// NULL in a column of this kind.
    pub(super) fn null(&self) -> Value {
        match self {
            Self::Bool => Value::Bool(None),
            Self::Integer(width) => width.null(),
            Self::Float => Value::Float(None),
            Self::Double => Value::Double(None),
            Self::Text => Value::String(None),
            Self::Char => Value::Char(None),
            Self::Uuid => Value::Uuid(None),
            Self::Json => Value::Json(None),
            Self::Enum(name) => Value::Enum(OptionEnum::None(name.clone())),
            #[cfg(feature = "with-rust_decimal")]
            Self::Decimal => Value::Decimal(None),
            #[cfg(feature = "with-chrono")]
            Self::Chrono(moment) => moment.null(),
        }
    }

    /// Reads a value from JSON; `None` if it is of another kind or out of range. `null` is not read.
    pub(super) fn read_json(&self, json: &Json) -> Option<Value> {
        match (self, json) {
            (Self::Bool, Json::Bool(bool)) => Some(Value::Bool(Some(*bool))),
            (Self::Integer(width), Json::Number(number)) => width.value(number.as_i128()?),
            (Self::Float | Self::Double, Json::Number(number)) => self.float(number.as_f64()?),
            (Self::Json, json) => is_storable(json).then(|| Value::Json(Some(Box::new(json.clone())))),
            #[cfg(feature = "with-rust_decimal")]
            (Self::Decimal, Json::Number(number)) => self.read_text(&number.to_string()),
            (Self::Bool | Self::Integer(_) | Self::Float | Self::Double, Json::String(_)) => None,
            (kind, Json::String(text)) => kind.read_text(text),
            (_, Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => None,
        }
    }

    /// Reads a value from the text of a parameter or of a segment of the path.
    pub(super) fn read_text(&self, text: &str) -> Option<Value> {
        match self {
            Self::Bool => Some(Value::Bool(Some(text.parse().ok()?))),
            Self::Integer(width) => width.value(text.parse().ok()?),
            Self::Float | Self::Double => self.float(text.parse().ok()?),
            // PostgreSQL has no U+0000 in a text.
            Self::Text => (!text.contains('\0')).then(|| Value::String(Some(text.to_owned()))),
            Self::Char => {
                let mut characters = text.chars();
                let first = characters.next().filter(|character| *character != '\0')?;
                characters.next().is_none().then_some(Value::Char(Some(first)))
            }
            Self::Uuid => Some(Value::Uuid(Some(Uuid::try_parse(text).ok()?))),
            Self::Json => None,
            Self::Enum(name) => {
                let (type_name, value) = (name.clone(), text.to_owned().into());
                Some(Value::Enum(OptionEnum::Some(Box::new(Enum { type_name, value }))))
            }
            #[cfg(feature = "with-rust_decimal")]
            Self::Decimal => Some(Value::Decimal(Some(text.parse().ok()?))),
            #[cfg(feature = "with-chrono")]
            Self::Chrono(moment) => moment.read(text),
        }
    }

    /// The value of a number; `None` if it is not finite, which some engines store and JSON cannot express.
    fn float(&self, number: f64) -> Option<Value> {
        // The closest number of the column's precision is what the database would store too.
        #[allow(clippy::cast_possible_truncation)]
        let single = number as f32;
        match self {
            Self::Float => single.is_finite().then_some(Value::Float(Some(single))),
            _ => number.is_finite().then_some(Value::Double(Some(number))),
        }
    }
}

/// Whether no text in this JSON has a character that PostgreSQL cannot store.
fn is_storable(json: &Json) -> bool {
    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => true,
        Json::String(text) => !text.contains('\0'),
        Json::Array(items) => items.iter().all(is_storable),
        Json::Object(fields) => fields.iter().all(|(name, value)| !name.contains('\0') && is_storable(value)),
    }
}

/// Writes a value as JSON; `None` for a type that has no form in JSON here.
// With one feature of SeaORM there is one type more, with others there are many.
#[allow(clippy::match_wildcard_for_single_variants)]
pub(super) fn to_json(value: &Value) -> Option<Json> {
    #[cfg(feature = "with-chrono")]
    if let Some(json) = crate::resource::moment::to_json(value) {
        return Some(json);
    }
    Some(match value {
        Value::Bool(value) => (*value).into(),
        Value::TinyInt(value) => (*value).into(),
        Value::SmallInt(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::BigInt(value) => (*value).into(),
        Value::TinyUnsigned(value) => (*value).into(),
        Value::SmallUnsigned(value) => (*value).into(),
        Value::Unsigned(value) => (*value).into(),
        Value::BigUnsigned(value) => (*value).into(),
        // Through its shortest text: widened, 0.1 would become 0.10000000149011612.
        Value::Float(value) => value.and_then(|value| value.to_string().parse::<f64>().ok()).into(),
        Value::Double(value) => (*value).into(),
        Value::String(value) => value.clone().into(),
        Value::Char(value) => value.map(String::from).into(),
        Value::Uuid(value) => value.map(|value| value.to_string()).into(),
        Value::Json(value) => value.as_deref().cloned().unwrap_or_default(),
        Value::Enum(OptionEnum::Some(value)) => value.value.as_ref().into(),
        Value::Enum(OptionEnum::None(_)) => Json::Null,
        #[cfg(feature = "with-rust_decimal")]
        Value::Decimal(value) => value.map(|value| value.to_string()).into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const I32: Kind = Kind::Integer(Width::I32);

    #[test]
    fn values_are_read_in_range_only() {
        assert_eq!(I32.read_json(&json!(7)), Some(Value::Int(Some(7))));
        for wrong in [
            json!(2_147_483_648_i64),
            json!(1.5),
            json!(1.0),
            json!("7"),
            json!(true),
            json!(null),
            json!([7]),
        ] {
            assert_eq!(I32.read_json(&wrong), None, "{wrong}");
        }
        assert_eq!(
            Kind::Integer(Width::U64).read_json(&json!(u64::MAX)),
            Some(Value::BigUnsigned(Some(u64::MAX)))
        );
        assert_eq!(Kind::Integer(Width::U8).read_json(&json!(-1)), None);
        assert_eq!(Kind::Float.read_json(&json!(1e300)), None);
        assert_eq!(Kind::Double.read_text("NaN"), None);
        assert_eq!(Kind::Text.read_json(&json!("a\0b")), None);
        assert_eq!(Kind::Json.read_json(&json!({ "a": ["\0"] })), None);
        assert_eq!(Kind::Char.read_json(&json!("ab")), None);
        assert_eq!(Kind::Bool.read_json(&json!("true")), None);
    }

    #[test]
    fn each_kind_is_written_as_it_is_read() {
        let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        for (kind, json) in [
            (Kind::Bool, json!(true)),
            (Kind::Integer(Width::I64), json!(i64::MIN)),
            (Kind::Float, json!(0.1)),
            (Kind::Double, json!(0.1)),
            (Kind::Text, json!("ü")),
            (Kind::Char, json!("ü")),
            (Kind::Uuid, json!(uuid)),
            (Kind::Json, json!({ "a": [1, null] })),
            (Kind::Enum("state".into()), json!("open")),
        ] {
            let value = kind.read_json(&json).expect("readable");
            assert_eq!(to_json(&value), Some(json), "{kind:?}");
            assert_eq!(to_json(&kind.null()), Some(Json::Null), "{kind:?}");
        }
    }
}
