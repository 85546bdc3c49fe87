//! The types of a statement's values, as a comment at the end of its text.
//!
//! sqlx caches the prepared statements of a connection by text, and PostgreSQL gives the parameters of a statement the
//! types of the values of its first execution (<https://www.postgresql.org/docs/current/protocol-message-formats.html>,
//! Parse): a later value of another type would be read byte by byte as the first type. Therefore the text that a scope
//! sends to PostgreSQL contains the types.
//!
//! The signature depends on the text and its values alone, never on what was sent before: two connections, or
//! processes, sign alike.
//!
//! ```text
//! SELECT … /*lt*/                       a BIGINT and a text; the letters are those of `value_type`
//! INSERT … VALUES … /*(lti*1000)l*/     1,000 rows of three values, and one more
//! SELECT … /*Aill*/                     an array of INT4, and two BIGINTs
//! ```

mod common;
mod numeric;
mod value_type;

pub(crate) use common::{Common, MOST_VALUES};

use crate::error::TenancyError;
use sea_orm::Value;
use sea_orm_multitenant_sql::Engine;
use std::mem::discriminant;
use value_type::{BIG_DECIMAL, ValueType};

/// The fewest equal types that are written as one type and a number: fewer would not be shorter.
const SHORTEST_RUN: usize = 6;

/// The fewest values that are not written one by one.
const MANY_VALUES: usize = 32;

/// The most types in a group: the columns of an inserted row.
const LARGEST_GROUP: usize = 64;

/// The fewest times that a group must be repeated.
const FEWEST_GROUPS: usize = 4;

/// Whether the engine's prepared statements are bound to the types of values. SQLite takes the type with each value,
/// and so does the protocol of MySQL and MariaDB, with which sqlx sends the types at each execution.
pub(crate) fn is_needed(engine: Engine) -> bool {
    match engine {
        Engine::Postgres => true,
        Engine::Sqlite | Engine::MySql => false,
    }
}

/// An estimate of the bytes that the signature of this many values takes.
fn room(values: usize) -> usize {
    " /**/".len() + values.min(LARGEST_GROUP)
}

/// Writes the text of a scoped statement, signed for these values, over the caller's text.
///
/// # Errors
/// As [`sign`].
pub(crate) fn write_signed(
    text: &str,
    common: &Common,
    values: &[Value],
    sql: &mut String,
) -> Result<(), TenancyError> {
    if let Some(signed) = common.text_for(values) {
        write(signed, 0, sql);
        return Ok(());
    }
    write(text, room(values.len()), sql);
    sign(sql, values)?;
    common.keep(sql, values);
    Ok(())
}

/// Writes a text over another, reserving this many more bytes.
#[inline]
pub(crate) fn write(text: &str, room: usize, sql: &mut String) {
    if sql.capacity() < text.len() + room {
        // Growing the string would copy the old text, which is no longer needed.
        *sql = String::with_capacity(text.len() + room);
    } else {
        sql.clear();
    }
    sql.push_str(text);
}

/// Signs a text that will be sent with these values.
///
/// # Errors
/// [`TenancyError::UnknownValue`] for a value whose type is not known, [`TenancyError::NumberOutOfRange`] for one that
/// the driver would not bind.
fn sign(sql: &mut String, values: &[Value]) -> Result<(), TenancyError> {
    let begin = sql.len();
    sql.push_str(" /*");
    let are_known =
        if values.len() < MANY_VALUES { write_each(sql, values) } else { write_folded(sql, values) };
    sql.push_str("*/");
    if !are_known {
        return Err(unknown(values));
    }
    if sql.as_bytes()[begin..].contains(&BIG_DECIMAL) { check_numbers(values) } else { Ok(()) }
}

/// Writes the types of many values, each group and run once. Returns whether all are known.
fn write_folded(sql: &mut String, values: &[Value]) -> bool {
    let (group, times) = leading_group(values);
    let rest = &values[group.len() * times..];
    if group.is_empty() {
        return write_runs(sql, rest);
    }
    sql.push('(');
    let is_known = write_runs(sql, group);
    write_times(sql, times);
    write_runs(sql, rest) && is_known
}

/// Finds the values whose types a list repeats from its start, such as the rows of an INSERT, and how often; `None` for
/// most lists.
fn leading_group(values: &[Value]) -> (&[Value], usize) {
    let none = ([].as_slice(), 0);
    // The repeated group consists of the equal types at the start, and one different type.
    let equal = run(&values[..values.len().min(LARGEST_GROUP)]);
    let largest = LARGEST_GROUP.min(values.len() / FEWEST_GROUPS);
    let is_group = |size: &usize| repetitions(&values[..size * FEWEST_GROUPS], *size) == FEWEST_GROUPS;
    match (equal + 1..=largest).find(is_group) {
        Some(size) => (&values[..size], repetitions(values, size)),
        None => none,
    }
}

/// How often the types of the first `size` values repeat from the start of a list.
fn repetitions(values: &[Value], size: usize) -> usize {
    let (group, rest) = values.split_at(size);
    let are_alike = alike(group);
    let is_repeated = |chunk: &&[Value]| group.iter().zip(*chunk).all(|(a, b)| are_alike(a, b));
    1 + rest.chunks_exact(size).take_while(is_repeated).count()
}

/// The number of values at the start of a list that have the type of the first.
fn run(values: &[Value]) -> usize {
    let Some(first) = values.first() else { return 0 };
    let are_alike = alike(std::slice::from_ref(first));
    values.iter().take_while(|value| are_alike(first, value)).count()
}

/// Whether a value has the type of one of these. Compares kinds, which is fast, and types where kinds do not determine
/// them.
fn alike(some: &[Value]) -> impl Fn(&Value, &Value) -> bool {
    let kinds_say_all = some.iter().all(|value| ValueType::of(value).is_determined_by_its_kind());
    move |a, b| discriminant(a) == discriminant(b) && (kinds_say_all || ValueType::of(a) == ValueType::of(b))
}

/// Writes the types of values, one by one. Returns whether all are known.
fn write_each(sql: &mut String, values: &[Value]) -> bool {
    let mut are_known = true;
    for value in values {
        are_known &= ValueType::of(value).write(sql);
    }
    are_known
}

/// Writes the types of values, equal ones in a row as one type and a number. Returns whether all are known.
fn write_runs(sql: &mut String, mut values: &[Value]) -> bool {
    let mut are_known = true;
    while let Some(first) = values.first() {
        let (equal, rest) = values.split_at(run(values));
        if equal.len() < SHORTEST_RUN {
            are_known &= write_each(sql, equal);
        } else {
            sql.push('(');
            are_known &= ValueType::of(first).write(sql);
            write_times(sql, equal.len());
        }
        values = rest;
    }
    are_known
}

/// Ends a group.
fn write_times(sql: &mut String, times: usize) {
    sql.push('*');
    sql.push_str(&times.to_string());
    sql.push(')');
}

/// Refuses a number that the driver would not bind.
#[cold]
fn check_numbers(values: &[Value]) -> Result<(), TenancyError> {
    let mut numbers = values.iter().filter(|value| ValueType::of(value).is_of(BIG_DECIMAL));
    if numbers.all(numeric::is_numeric) { Ok(()) } else { Err(TenancyError::NumberOutOfRange) }
}

/// Makes the error about the first of these values whose type is not known.
#[cold]
fn unknown(values: &[Value]) -> TenancyError {
    let unknown = values.iter().find(|value| !ValueType::of(value).is_known());
    TenancyError::UnknownValue { kind: unknown.map(value_type::name).unwrap_or_default() }
}

#[cfg(test)]
mod tests;
