//! A shape: a statement as each engine would be sent it.

use crate::ENGINES;
use sea_orm_multitenant_sql::Engine;
use sea_query::{MysqlQueryBuilder, PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder};

/// A statement, with its text for each engine that has it.
pub(super) struct Shape {
    name: &'static str,
    engines: Vec<Engine>,
    /// Not called for other engines: sea-query panics where an engine lacks a construct.
    build: Box<dyn Fn(Engine) -> String>,
}

impl Shape {
    /// What the shape is called.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The statement for an engine.
    pub(super) fn text(&self, engine: Engine) -> Option<String> {
        self.engines.contains(&engine).then(|| (self.build)(engine))
    }

    /// The shape on these engines only.
    pub(super) fn on(self, engines: &[Engine]) -> Self {
        Self { engines: engines.to_vec(), ..self }
    }
}

/// A statement of sea-query's, as it builds it for each engine.
pub(super) fn built<S>(name: &'static str, statement: &S) -> Shape
where
    S: QueryStatementWriter + Clone + 'static,
{
    let statement = statement.clone();
    let build = move |engine| match engine {
        Engine::Sqlite => statement.build(SqliteQueryBuilder).0,
        Engine::Postgres => statement.build(PostgresQueryBuilder).0,
        Engine::MySql => statement.build(MysqlQueryBuilder).0,
    };
    Shape { name, engines: ENGINES.to_vec(), build: Box::new(build) }
}

/// A statement of sea-query's that PostgreSQL alone has.
pub(super) fn on_postgres<S>(name: &'static str, statement: &S) -> Shape
where
    S: QueryStatementWriter + Clone + 'static,
{
    built(name, statement).on(&[Engine::Postgres])
}

/// A statement written by hand, with names in double quotes and `?` for each value; no text in it holds either.
pub(super) fn text(name: &'static str, sql: &str) -> Shape {
    let sql = sql.to_owned();
    let build = move |engine| match engine {
        Engine::Sqlite => sql.clone(),
        Engine::Postgres => numbered(&sql),
        Engine::MySql => sql.replace('"', "`"),
    };
    Shape { name, engines: ENGINES.to_vec(), build: Box::new(build) }
}

/// A text with a number for each `?`.
fn numbered(sql: &str) -> String {
    let mut pieces = sql.split('?');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.enumerate().fold(first, |sql, (index, piece)| format!("{sql}${}{piece}", index + 1))
}

/// Statements written by hand, for these engines.
pub(super) fn texts(engines: &[Engine], named: &[(&'static str, &str)]) -> Vec<Shape> {
    named.iter().map(|(name, sql)| text(name, sql).on(engines)).collect()
}

/// A statement written by hand, as this engine alone reads it.
pub(super) fn exact(engine: Engine, name: &'static str, sql: &str) -> Shape {
    let sql = sql.to_owned();
    Shape { name, engines: vec![engine], build: Box::new(move |_| sql.clone()) }
}
