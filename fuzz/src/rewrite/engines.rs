//! What the engines themselves say of an accepted text: PostgreSQL's own grammar, and SQLite's own authorizer.

use super::{Input, Tables};
use sea_orm_multitenant_judges::{
    Court, Judged,
    sqlite::{Authorizer, bare_schema},
};
use sea_orm_multitenant_sql::{Engine, ScopedStatement};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

thread_local! {
    /// By what is known of the tables. An authorizer stays on its thread.
    static BENCHES: RefCell<HashMap<Tables, Rc<Bench>>> = RefCell::default();
}

/// The judges of a catalogue.
struct Bench {
    court: Court,
    authorizer: Authorizer,
}

impl Bench {
    fn of(tables: Tables) -> Result<Rc<Self>, String> {
        let known = BENCHES.with_borrow(|benches| benches.get(&tables).cloned());
        if let Some(bench) = known {
            return Ok(bench);
        }
        let court = Court::new(tables.catalogue());
        // The database has all columns, whatever the catalogue knows.
        let there = Court::new(tables.known().catalogue());
        let authorizer = Authorizer::new(&bare_schema(there.tables(), &tables.keys()))?;
        let bench = Rc::new(Self { court, authorizer });
        BENCHES.with_borrow_mut(|benches| benches.insert(tables, Rc::clone(&bench)));
        Ok(bench)
    }
}

/// Judges the scoped statement of an input; none for MariaDB, which has no judge without a server: the hostile texts go
/// to one.
///
/// # Errors
/// What is wrong with it.
pub fn judge(input: Input<'_>, scoped: &ScopedStatement) -> Result<Option<Judged>, String> {
    let Input { engine, tables, set: _, sql } = input;
    let bench = Bench::of(tables)?;
    match engine {
        Engine::Postgres => bench.court.postgres(sql, scoped).map(Some),
        Engine::Sqlite => bench.court.sqlite(&bench.authorizer, sql, scoped).map(Some),
        Engine::MySql => Ok(None),
    }
}
