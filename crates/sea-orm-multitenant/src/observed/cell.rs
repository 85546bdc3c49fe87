//! One value of a row, as bytes that differ where values differ.

use sea_orm::{
    QueryResult, TryGetable,
    prelude::{Date, DateTime, DateTimeUtc, DateTimeWithTimeZone, Decimal, Json, Time, Uuid},
};
use std::hash::Hasher;

/// A value of a type that is not known here: PostgreSQL's arrays and ranges, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// The value at a position as one of the types that drivers decode; `None` if it is of another type.
fn get<T: TryGetable>(row: &QueryResult, index: usize) -> Option<Option<T>> {
    row.try_get_by::<Option<T>, usize>(index).ok()
}

/// Hashes the value at a position.
///
/// The types that lose nothing come first: MySQL's driver decodes any integer as a `bool` too, and SQLite's a text as a
/// date.
pub(super) fn hash(row: &QueryResult, index: usize, into: &mut impl Hasher) -> Result<(), Unreadable> {
    macro_rules! try_each {
        ($($tag:literal: $ty:ty, $value:ident => $write:expr;)+) => {
            $(if let Some(found) = get::<$ty>(row, index) {
                match found {
                    None => into.write_u8(0),
                    Some($value) => {
                        into.write_u8($tag);
                        $write;
                    }
                }
                return Ok(());
            })+
        };
    }
    try_each! {
        1: i64, value => into.write_i64(value);
        2: u64, value => into.write_u64(value);
        3: i32, value => into.write_i32(value);
        4: i16, value => into.write_i16(value);
        5: i8, value => into.write_i8(value);
        6: f64, value => into.write_u64(value.to_bits());
        7: f32, value => into.write_u32(value.to_bits());
        8: bool, value => into.write_u8(u8::from(value));
        9: String, value => bytes(value.as_bytes(), into);
        10: Vec<u8>, value => bytes(&value, into);
        11: Uuid, value => bytes(value.as_bytes(), into);
        12: Decimal, value => shown(&value, into);
        13: Date, value => shown(&value, into);
        14: Time, value => shown(&value, into);
        15: DateTime, value => shown(&value, into);
        16: DateTimeWithTimeZone, value => shown(&value, into);
        17: DateTimeUtc, value => shown(&value, into);
        18: Json, value => shown(&value, into);
    }
    Err(Unreadable)
}

fn bytes(value: &[u8], into: &mut impl Hasher) {
    into.write_usize(value.len());
    into.write(value);
}

fn shown(value: &impl ToString, into: &mut impl Hasher) {
    bytes(value.to_string().as_bytes(), into);
}
