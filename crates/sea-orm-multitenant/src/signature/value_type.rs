//! The database type of a value.

use sea_orm::Value;
use std::{
    mem::{Discriminant, discriminant},
    sync::OnceLock,
};

/// The code of each kind of value, by its name in SeaORM. NULLs have kinds too: `Value::Int(None)` is bound as an INT4.
///
/// A kind may be listed here only if all its values are bound as one type; for an array the kind of its items decides.
/// sea-query's ranges are not listed: `Value::Range` does not tell the type of its items.
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

/// The code of `BigDecimal`.
pub(super) const BIG_DECIMAL: u8 = b'm';

/// The code of arrays; it is followed by the code of the items.
const ARRAY: u8 = b'A';

/// The code of a kind that is not known.
const UNKNOWN: u8 = 0;

/// The database type of a value: two values with equal `ValueType` are bound alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ValueType {
    kind: u8,
    /// The kind of the items, for an array.
    items: u8,
}

impl ValueType {
    /// Returns the type of a value.
    #[inline]
    // With one feature of SeaORM there is one kind more, with others there are many.
    #[allow(clippy::match_wildcard_for_single_variants)]
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
            // Kinds that features of SeaORM add, which the application chooses; without any of them the pattern is
            // unreachable.
            #[allow(unreachable_patterns)]
            _ => UNKNOWN,
        };
        // After the match, so that the match compiles to a table of letters.
        if kind == UNKNOWN { Self::of_a_feature(value) } else { Self { kind, items: UNKNOWN } }
    }

    /// Whether the kind of a value determines its type.
    pub(super) fn is_determined_by_its_kind(self) -> bool {
        self.kind != ARRAY
    }

    /// The code of the kind, if it is known and determines the type.
    pub(super) fn only_kind(self) -> Option<u8> {
        (self.is_known() && self.is_determined_by_its_kind()).then_some(self.kind)
    }

    /// Whether this is the type of a kind that determines it.
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

    /// Writes the type so that no type's text is a prefix of another's. Returns whether the type is known.
    #[inline]
    pub(super) fn write(self, text: &mut String) -> bool {
        let Self { kind, items } = self;
        text.push(char::from(kind));
        if kind == ARRAY {
            text.push(char::from(items));
        }
        self.is_known()
    }

    /// Whether this is the type of values with this code, or of arrays of them.
    pub(super) fn is_of(self, code: u8) -> bool {
        self.kind == code || self.items == code
    }

    /// Whether the type is known.
    pub(super) fn is_known(self) -> bool {
        self.kind != UNKNOWN
    }
}

/// The kind of a value, by its name; each name is looked up once per process.
fn kind_of_a_feature(value: &Value) -> u8 {
    static KINDS: [OnceLock<(Discriminant<Value>, u8)>; CODES.len()] =
        [const { OnceLock::new() }; CODES.len()];
    let wanted = discriminant(value);
    let mut kinds = KINDS.iter().map(|kind| kind.get_or_init(|| (wanted, code(&name(value)))));
    kinds.find(|(kind, _)| *kind == wanted).map_or(UNKNOWN, |(_, code)| *code)
}

/// The name of a value's kind, with whatever else `Debug` prints for a NULL of it.
pub(super) fn name(value: &Value) -> String {
    format!("{:?}", value.as_null())
}

/// The code of a kind, by its `Debug` output: `Int`, `Int(None)` or `Enum("mood")`.
fn code(shown: &str) -> u8 {
    let name = shown.split('(').next().unwrap_or_default();
    CODES.iter().find(|(known, _)| *known == name).map_or(UNKNOWN, |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::{ARRAY, UNKNOWN, code};

    #[test]
    fn a_kind_is_recognised_by_its_whole_name() {
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
