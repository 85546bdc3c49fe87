//! The types of a statement's values, as a comment at the end of its text.
//!
//! sqlx keeps the statements that a connection has prepared by their texts, and PostgreSQL gives the parameters of a statement the types
//! of the values of whoever was first (<https://www.postgresql.org/docs/current/protocol-message-formats.html>, Parse): a later value
//! of another type would be read byte by byte as the first one's. So there the text that a scope sends names the types.
//!
//! A text is signed by itself and its values alone, whatever was sent before: two connections, or processes, sign alike.
//!
//! ```text
//! SELECT … /*lt*/                       a BIGINT and a text; the letters are those of `value_type`
//! INSERT … VALUES … /*(lti*1000)l*/     1,000 rows of three values, and one more
//! SELECT … /*Aill*/                     an array of INT4, and two BIGINTs
//! ```

mod numeric;
mod value_type;

use crate::TenancyError;
use sea_orm::Value;
use sea_orm_multitenant_sql::Engine;
use value_type::{BIG_DECIMAL, ValueType};

/// Fewest equal types that are written as one and their number: fewer would not be shorter.
const SHORTEST_RUN: usize = 6;

/// Fewest values among which groups are looked for.
const MANY_VALUES: usize = 32;

/// Most types in a group: the columns of a row to insert.
const LARGEST_GROUP: usize = 64;

/// Fewest times that a group must be repeated.
const FEWEST_GROUPS: usize = 4;

/// Whether an engine's prepared statements have the types of values. SQLite takes the type of each value with it, and so does the protocol
/// of MySQL and MariaDB, with which sqlx sends the types at each execution.
pub(crate) fn is_needed(engine: Engine) -> bool {
    match engine {
        Engine::Postgres => true,
        Engine::Sqlite | Engine::MySql => false,
    }
}

/// How many bytes the signature of so many values mostly has at most.
pub(crate) fn room(values: usize) -> usize {
    " /**/".len() + values.min(2 * LARGEST_GROUP)
}

/// Signs a text that is to be sent with these values.
///
/// # Errors
/// [`TenancyError::UnknownValue`] for a value whose type is not known, [`TenancyError::NumberOutOfRange`] for one that would not be bound.
pub(crate) fn sign(sql: &mut String, values: &[Value]) -> Result<(), TenancyError> {
    let begin = sql.len();
    sql.push_str(" /*");
    let (group, times) = leading_group(values);
    let rest = &values[group.len() * times..];
    let mut are_known = true;
    if !group.is_empty() {
        sql.push('(');
        are_known &= write_runs(sql, group.iter().map(ValueType::of));
        write_times(sql, times);
    }
    are_known &= write_runs(sql, rest.iter().map(ValueType::of));
    sql.push_str("*/");
    if !are_known {
        return Err(unknown(values));
    }
    if sql.as_bytes()[begin..].contains(&BIG_DECIMAL) { check_numbers(values) } else { Ok(()) }
}

/// The types that values begin with again and again, as in the rows of an INSERT, and how often; none in most lists.
fn leading_group(values: &[Value]) -> (&[Value], usize) {
    let none = ([].as_slice(), 0);
    let [first, rest @ ..] = values else { return none };
    if values.len() < MANY_VALUES {
        return none;
    }
    // What is repeated holds the equal types at the begin, and another one.
    let first = ValueType::of(first);
    let equal = rest.iter().take(LARGEST_GROUP).take_while(|value| ValueType::of(value) == first).count() + 1;
    let largest = LARGEST_GROUP.min(values.len() / FEWEST_GROUPS);
    let is_repeated =
        |size: usize, at: usize| ValueType::of(&values[at]) == ValueType::of(&values[at - size]);
    let is_group = |size: &usize| (*size..size * FEWEST_GROUPS).all(|at| is_repeated(*size, at));
    match (equal + 1..=largest).find(is_group) {
        Some(size) => {
            let repeated = (size..values.len()).take_while(|at| is_repeated(size, *at)).count();
            (&values[..size], 1 + repeated / size)
        }
        None => none,
    }
}

/// Writes types, equal ones in a row as one and their number. Whether all are known.
fn write_runs(sql: &mut String, mut types: impl Iterator<Item = ValueType>) -> bool {
    let mut are_known = true;
    let mut next = types.next();
    while let Some(ty) = next {
        let mut times = 1;
        loop {
            next = types.next();
            if next != Some(ty) {
                break;
            }
            times += 1;
        }
        if times < SHORTEST_RUN {
            for _ in 0..times {
                are_known &= ty.write(sql);
            }
        } else {
            sql.push('(');
            are_known &= ty.write(sql);
            write_times(sql, times);
        }
    }
    are_known
}

/// Ends a group.
fn write_times(sql: &mut String, times: usize) {
    sql.push('*');
    sql.push_str(&times.to_string());
    sql.push(')');
}

/// Refuses a number that would not be bound.
#[cold]
fn check_numbers(values: &[Value]) -> Result<(), TenancyError> {
    let mut numbers = values.iter().filter(|value| ValueType::of(value).is_of(BIG_DECIMAL));
    if numbers.all(numeric::is_numeric) { Ok(()) } else { Err(TenancyError::NumberOutOfRange) }
}

/// The error about the first of these values whose type is not known.
#[cold]
fn unknown(values: &[Value]) -> TenancyError {
    let unknown = values.iter().find(|value| !ValueType::of(value).is_known());
    TenancyError::UnknownValue { kind: unknown.map(value_type::name).unwrap_or_default() }
}

#[cfg(test)]
mod tests;
