//! The type as which a value is bound.

use sea_orm::Value;
use std::{
    mem::{Discriminant, discriminant},
    sync::OnceLock,
};

/// The code of each kind of value, by its name in SeaORM. NULLs have kinds too: `Value::Int(None)` is bound as an INT4.
///
/// A kind may be listed here only if all its values are bound as one type; of an array the kind of its items decides. sea-query's ranges
/// are not listed: `Value::Range` says nothing of its items.
pub(super) const CODES: [(&str, u8); 37] = [
    ("Bool", b'b'),
    ("TinyInt", b'a'),
    ("SmallInt", b's'),
    ("Int", b'i'),
    ("BigInt", b'l'),
    ("TinyUnsigned", b'v'),
    ("SmallUnsigned", b'w'),
    ("Unsigned", b'x'),
    ("BigUnsigned", b'z'),
    ("Float", b'f'),
    ("Double", b'd'),
    ("String", b't'),
    ("Enum", b'e'),
    ("Char", b'c'),
    ("Bytes", b'y'),
    ("Uuid", b'u'),
    ("Json", b'j'),
    ("Decimal", b'n'),
    ("BigDecimal", BIG_DECIMAL),
    ("ChronoDate", b'D'),
    ("ChronoTime", b'T'),
    ("ChronoDateTime", b'S'),
    ("ChronoDateTimeUtc", b'Z'),
    ("ChronoDateTimeLocal", b'L'),
    ("ChronoDateTimeWithTimeZone", b'O'),
    ("TimeDate", b'E'),
    ("TimeTime", b'U'),
    ("TimeDateTime", b'V'),
    ("TimeDateTimeWithTimeZone", b'W'),
    ("JiffDate", b'F'),
    ("JiffTime", b'G'),
    ("JiffDateTime", b'H'),
    ("JiffTimestamp", b'J'),
    ("Vector", b'R'),
    ("IpNetwork", b'I'),
    ("MacAddress", b'M'),
    ("Array", ARRAY),
];

/// The code of numbers of any size.
pub(super) const BIG_DECIMAL: u8 = b'm';

/// The code of arrays, before that of their items.
const ARRAY: u8 = b'A';

/// No kind: one that is not known.
const UNKNOWN: u8 = 0;

/// The type as which a value is bound: two values with one `ValueType` are bound alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ValueType {
    kind: u8,
    /// The kind of an array's items.
    items: u8,
}

impl ValueType {
    /// The type of a value.
    #[inline]
    pub(super) fn of(value: &Value) -> Self {
        let kind = match value {
            Value::Bool(_) => b'b',
            Value::TinyInt(_) => b'a',
            Value::SmallInt(_) => b's',
            Value::Int(_) => b'i',
            Value::BigInt(_) => b'l',
            Value::TinyUnsigned(_) => b'v',
            Value::SmallUnsigned(_) => b'w',
            Value::Unsigned(_) => b'x',
            Value::BigUnsigned(_) => b'z',
            Value::Float(_) => b'f',
            Value::Double(_) => b'd',
            Value::String(_) => b't',
            Value::Enum(_) => b'e',
            Value::Char(_) => b'c',
            Value::Bytes(_) => b'y',
            Value::Uuid(_) => b'u',
            // What features of SeaORM add, which are the application's to choose; without any there is nothing else.
            #[allow(unreachable_patterns)]
            _ => UNKNOWN,
        };
        // Behind the match, which is a table of letters by this.
        if kind == UNKNOWN { Self::of_a_feature(value) } else { Self { kind, items: UNKNOWN } }
    }

    /// Whether the kind of a value says its type.
    pub(super) fn is_said_by_its_kind(self) -> bool {
        self.kind != ARRAY
    }

    /// The code of the kind, where it says the type and is known.
    pub(super) fn only_kind(self) -> Option<u8> {
        (self.is_known() && self.is_said_by_its_kind()).then_some(self.kind)
    }

    /// Whether this is the type of a kind that says it.
    #[inline]
    pub(super) fn is_only(self, kind: u8) -> bool {
        self.kind == kind && self.items == UNKNOWN
    }

    /// The type of a value of a kind that is not known.
    pub(super) const UNKNOWN: Self = Self { kind: UNKNOWN, items: UNKNOWN };

    /// The type of a value whose kind this crate cannot name.
    #[inline(never)]
    fn of_a_feature(value: &Value) -> Self {
        match kind_of_a_feature(value) {
            ARRAY => match code(&format!("{:?}", value.array_type())) {
                UNKNOWN | ARRAY => Self::UNKNOWN,
                items => Self { kind: ARRAY, items },
            },
            kind => Self { kind, items: UNKNOWN },
        }
    }

    /// Writes the type, so that no other begins with what is written. Whether it is known.
    #[inline]
    pub(super) fn write(self, text: &mut String) -> bool {
        let Self { kind, items } = self;
        text.push(char::from(kind));
        if kind == ARRAY {
            text.push(char::from(items));
        }
        self.is_known()
    }

    /// Whether this is the type of such values, or of arrays of them.
    pub(super) fn is_of(self, code: u8) -> bool {
        self.kind == code || self.items == code
    }

    /// Whether the type is known.
    pub(super) fn is_known(self) -> bool {
        self.kind != UNKNOWN
    }
}

/// The kind of a value, by its name, which is looked up once in a process.
fn kind_of_a_feature(value: &Value) -> u8 {
    static KINDS: [OnceLock<(Discriminant<Value>, u8)>; CODES.len()] =
        [const { OnceLock::new() }; CODES.len()];
    let wanted = discriminant(value);
    let mut kinds = KINDS.iter().map(|kind| kind.get_or_init(|| (wanted, code(&name(value)))));
    kinds.find(|(kind, _)| *kind == wanted).map_or(UNKNOWN, |(_, code)| *code)
}

/// The name of a value's kind, and whatever else it says beside what it holds.
pub(super) fn name(value: &Value) -> String {
    format!("{:?}", value.as_null())
}

/// The code of a kind, by what is shown of it: `Int`, `Int(None)` or `Enum("mood")`.
fn code(shown: &str) -> u8 {
    let name = shown.split('(').next().unwrap_or_default();
    CODES.iter().find(|(known, _)| *known == name).map_or(UNKNOWN, |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::{ARRAY, UNKNOWN, code};

    #[test]
    fn a_kind_is_known_by_its_whole_name() {
        for (shown, expected) in [
            ("Int", b'i'),
            ("Int(None)", b'i'),
            ("Enum(\"mood\")", b'e'),
            ("Array(Int, None)", ARRAY),
            ("Range", UNKNOWN),
            ("Range(None)", UNKNOWN),
            ("Integer", UNKNOWN),
            ("I", UNKNOWN),
            ("", UNKNOWN),
        ] {
            assert_eq!(code(shown), expected, "{shown}");
        }
    }
}
