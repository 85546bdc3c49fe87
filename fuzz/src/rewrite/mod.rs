//! The rewriter: any text becomes a scoped statement that keeps to its tenant, or a refusal, and never a panic.
//!
//! What an accepted statement must be is checked by means that share no code with the rewriter: the text that would be
//! sent is read again and each FROM, WHERE and row of it looked at again. PostgreSQL's own grammar and SQLite's own
//! authorizer judge it, too.

mod engines;
mod fences;
mod joins;
mod keys;
mod lookup;
mod mutate;
mod parents;
mod properties;
mod reread;
mod tables;
mod words;
mod writes;

use joins::Bound;

pub use engines::judge;
pub use mutate::mutate;
pub use tables::Tables;

use sea_orm_multitenant_sql::{Argument, Engine, Refusal, ScopedStatement, Whom, scope_statement_for};
use std::collections::BTreeSet;

/// Longest text that is looked at: longer ones are slow and find nothing that shorter ones do not.
const MAX_TEXT: usize = 8 << 10;

/// Stack for the checker's own walks.
const STACK: usize = 64 << 20;

/// One input: the first byte chooses engine and tables, the rest is the statement.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The engine that the statement is for.
    pub engine: Engine,
    /// What is known of the tables.
    pub tables: Tables,
    /// How many tenants the statement is for, when it is for a set.
    pub set: Option<usize>,
    /// The statement.
    pub sql: &'a str,
}

impl<'a> Input<'a> {
    /// Reads an input; `'0'` to `'G'` are the choices of its first byte.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (choice, text) = bytes.split_first()?;
        let sql = std::str::from_utf8(text).ok().filter(|sql| sql.len() <= MAX_TEXT)?;
        let engine = [Engine::Sqlite, Engine::Postgres, Engine::MySql][usize::from(choice % 3)];
        let set = (choice / 12 % 2 == 1).then_some(2);
        Some(Self { engine, tables: Tables::choose(choice / 3), set, sql })
    }

    /// For whom the statement is.
    fn whom(&self) -> Whom {
        self.set.map_or(Whom::OneWithRepeats, Whom::Set)
    }

    /// The scoped statement of a text for the tenant or tenants of this input.
    pub fn scope(&self, sql: &str) -> Result<ScopedStatement, Refusal> {
        scope_statement_for(self.tables.catalogue(), self.engine, sql, self.whom())
    }
}

/// Checks one input.
///
/// # Panics
/// When an accepted statement is not what it must be; that is a finding.
pub fn check(bytes: &[u8]) {
    let Some(input) = Input::read(bytes) else { return };
    let checked =
        if input.sql.len() > 1 << 10 { stacker::grow(STACK, || checked(input)) } else { checked(input) };
    if let Err(problem) = checked {
        panic!("{problem}\n{input:?}");
    }
}

/// What is wrong with the scoped statement of an input, if it is accepted.
fn checked(input: Input<'_>) -> Result<(), String> {
    let Input { engine, tables, set, sql } = input;
    properties::alike_by_shape(input)?;
    let Ok(accepted) = input.scope(sql) else { return Ok(()) };
    let told =
        |problem: String| format!("{problem}\nsent: {}\nwith: {:?}", accepted.sql(), accepted.arguments());
    engines::judge(input, &accepted).map_err(told)?;
    // The parser takes ONLY for the name of a table.
    let names_only = engine == Engine::Postgres && accepted.sql().contains("ONLY \"");
    if names_only || !reread::can_read(engine, accepted.sql()) && !reread::can_read(engine, sql) {
        // What the rewriter reads by other means than the parser, the checker cannot read at all.
        return properties::same_again(input, &accepted).map_err(told);
    }
    let met = fence(engine, tables, set, accepted.sql(), accepted.arguments()).map_err(told)?;
    if set.is_none() {
        without_repeats(input)?;
    }
    properties::same_again(input, &accepted).map_err(told)?;
    properties::values_are_counted(input, &accepted).map_err(told)?;
    properties::tables_are_told(&accepted, &met).map_err(told)?;
    words::are_kept(input, &accepted).map_err(told)?;
    properties::values_keep_their_places(input, &accepted).map_err(told)?;
    properties::rewritten_again(input, &accepted).map_err(told)
}

/// The scoped statement of an accepted statement without the conditions that repeat the tenant is fenced as the other.
fn without_repeats(input: Input<'_>) -> Result<(), String> {
    let Input { engine, tables, set, sql } = input;
    let scoped = scope_statement_for(tables.catalogue(), engine, sql, Whom::One)
        .map_err(|refusal| format!("refused without repeats: {refusal}"))?;
    let sent = || format!("without repeats: {} with: {:?}", scoped.sql(), scoped.arguments());
    fence(engine, tables, set, scoped.sql(), scoped.arguments())
        .map(|_| ())
        .map_err(|problem| format!("{problem}\n{}", sent()))
}

/// The tables of the catalogue that a text which would be sent names, when each is held to its tenant.
///
/// # Errors
/// The first table, row or name that is not held to the tenant.
pub fn fence(
    engine: Engine,
    tables: Tables,
    set: Option<usize>,
    sql: &str,
    arguments: &[Argument],
) -> Result<BTreeSet<String>, String> {
    let statement = reread::statement(engine, sql, arguments.len())?;
    fences::check(engine, tables, &statement, &Bound::new(set, arguments))
}
