//! PostgreSQL's own grammar, from libpg_query.
//!
//! The text that is sent must be one statement with the kind, tables, functions and types that the statement declares;
//! every tenant table in it must be compared with the tenant; and without these comparisons its tree must equal that of
//! the caller's text.

mod attributes;
mod canonical;
mod columns;
mod differ;
mod guards;
mod left_out;
mod repeats;
mod sets;
mod structure;
mod tree;
mod writes;

use crate::description::{Description, Judged, Known};
use serde_json::Value;
use std::thread;
use writes::Side;

/// The stack for a text, in bytes: libpg_query walks trees recursively, and callers may have a small stack.
const STACK: usize = 1 << 29;

/// Judges a scoped statement.
///
/// # Errors
/// The complaint of the judge.
pub fn judge(said: &Description<'_>, known: &Known<'_>) -> Result<Judged, String> {
    thread::scope(|scope| {
        let judge = || judge_here(said, known);
        let judging = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, judge);
        let judged = judging.map_err(|error| error.to_string())?.join();
        judged.unwrap_or_else(|_| Err("the judge panicked".to_owned()))
    })
}

fn judge_here(said: &Description<'_>, known: &Known<'_>) -> Result<Judged, String> {
    let callers = read_one(said.callers);
    let mut sent = match (read_one(said.sent), &callers) {
        (Ok(sent), _) => sent,
        (Err(Unread::TooDeep), _) => {
            return Ok(Judged::Alone("the tree is deeper than libpg_query passes on"));
        }
        (Err(Unread::NotSql(_)), Err(Unread::NotSql(_))) => {
            return Ok(Judged::Alone("PostgreSQL reads neither the caller's text nor what is sent"));
        }
        (Err(Unread::NotSql(error)), _) => {
            return Err(format!("PostgreSQL does not read what is sent: {error}"));
        }
    };
    tree::bind(&mut sent, Some(said.bound))?;
    structure::check(said, known, &sent)?;
    attributes::check(known, &sent)?;
    guards::take_out(known, &mut sent, &[])?;
    let uncomparable = writes::take_out(said, known, Side::Sent, &mut sent)?;
    let Ok(mut callers) = callers else {
        return Ok(Judged::Alone("PostgreSQL does not read the caller's text"));
    };
    if let Some(reason) = uncomparable {
        return Ok(Judged::Alone(reason));
    }
    tree::bind(&mut callers, None)?;
    if let Some(reason) = writes::take_out(said, known, Side::Callers, &mut callers)? {
        return Ok(Judged::Alone(reason));
    }
    repeats::take_out(said, known, &mut callers);
    left_out::take_out(&mut sent, &callers);
    sets::take_out_checks(&mut sent);
    if said.for_set {
        sets::take_out(known, &mut sent);
        sets::take_out(known, &mut callers);
    }
    canonical::form(&mut sent);
    canonical::form(&mut callers);
    match differ::difference(known, &sent, &callers) {
        None => Ok(Judged::Compared),
        Some(difference) => {
            Err(format!("PostgreSQL reads another statement than the caller's: {difference}"))
        }
    }
}

/// Why a text has no tree.
enum Unread {
    NotSql(String),
    TooDeep,
}

/// Returns the one statement of a text.
fn read_one(sql: &str) -> Result<Value, Unread> {
    let mut statements = tree::statements(sql).map_err(|error| {
        if error.contains("recursion limit") { Unread::TooDeep } else { Unread::NotSql(error) }
    })?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (_, _) => Err(Unread::NotSql("not one statement".to_owned())),
    }
}
