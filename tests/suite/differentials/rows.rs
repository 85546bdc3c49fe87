//! The rows of both tenants and of answers, as text.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, TryGetable, Value, sqlx::Row};
use std::fmt::Debug;

/// The tenant that texts are sent for.
pub(super) const OWN: i64 = 1;

/// The tenant whose rows they must not reach.
pub(super) const OTHER: i64 = 2;

/// The tables that tell of both, children first, with their tenant columns.
const TABLES: [(&str, &str); 6] = [
    ("task_tag", "account_id"),
    ("task", "account_id"),
    ("project", "account_id"),
    ("manager", "account_id"),
    ("tag", "account_id"),
    ("account", "id"),
];

/// How a text is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    /// For its rows.
    Query,
    /// For the number of rows that it changed.
    Execute,
}

impl Call {
    /// The ways to send a text: what begins as a read is sent for its rows only.
    pub(super) fn of(text: &str) -> &'static [Self] {
        let reads = ["SELECT", "(", "VALUES", "TABLE"].iter().any(|word| text.starts_with(word));
        if reads { &[Self::Query] } else { &[Self::Query, Self::Execute] }
    }
}

/// The answer to a text, and the tables' rows after it.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    /// Its rows, sorted, or how many it changed.
    pub(super) rows: Vec<String>,
    /// The rows of [`OWN`].
    pub(super) own: Vec<String>,
    /// The rows of [`OTHER`].
    pub(super) other: Vec<String>,
}

/// All rows of a tenant.
pub(super) async fn rows_of(connection: &impl ConnectionTrait, tenant: i64) -> Result<Vec<String>, DbErr> {
    let mut all = Vec::new();
    for (table, column) in TABLES {
        let sql = format!("SELECT * FROM {table} WHERE {column} = {tenant}");
        let rows = send(connection, &sql, &[], Call::Query).await?;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    Ok(all)
}

/// Deletes all rows of a tenant.
pub(super) async fn delete_rows_of(connection: &impl ConnectionTrait, tenant: i64) -> Result<(), DbErr> {
    for (table, column) in TABLES {
        let sql = format!("DELETE FROM {table} WHERE {column} = {tenant}");
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Sends a text with its values, and says what it answers.
pub(super) async fn send(
    connection: &impl ConnectionTrait,
    text: &str,
    values: &[Value],
    call: Call,
) -> Result<Vec<String>, DbErr> {
    let backend = connection.get_database_backend();
    // Without values the statement has none at all, as when a program gives none.
    let statement = match values {
        [] => Statement::from_string(backend, text),
        values => Statement::from_sql_and_values(backend, text, values.iter().cloned()),
    };
    match call {
        Call::Query => {
            let rows = connection.query_all_raw(statement).await?;
            let mut rows: Vec<_> = rows.iter().map(|row| line(text, row)).collect();
            rows.sort_unstable();
            Ok(rows)
        }
        Call::Execute => Ok(vec![connection.execute_raw(statement).await?.rows_affected().to_string()]),
    }
}

/// A row with the names of its columns.
fn line(text: &str, row: &QueryResult) -> String {
    let names = row.column_names();
    let cells = names.iter().enumerate().map(|(index, name)| match value(row, index) {
        Some(value) => format!("{name}: {value}"),
        None => panic!("the column {name} of {text:?} cannot be read"),
    });
    cells.collect::<Vec<_>>().join(", ")
}

/// The value at an index: as one of the usual types, or else its bytes.
fn value(row: &QueryResult, index: usize) -> Option<String> {
    fn of<T: TryGetable + Debug>(row: &QueryResult, index: usize) -> Option<String> {
        row.try_get_by_index::<Option<T>>(index).ok().map(shown)
    }
    of::<i64>(row, index)
        .or_else(|| of::<i32>(row, index))
        .or_else(|| of::<u64>(row, index))
        .or_else(|| of::<f64>(row, index))
        .or_else(|| of::<String>(row, index))
        .or_else(|| of::<bool>(row, index))
        .or_else(|| row.try_as_pg_row()?.try_get_unchecked::<Option<Vec<u8>>, _>(index).ok().map(shown))
        .or_else(|| row.try_as_mysql_row()?.try_get_unchecked::<Option<Vec<u8>>, _>(index).ok().map(shown))
        .or_else(|| of::<Vec<u8>>(row, index))
}

/// A value, or NULL.
fn shown<T: Debug>(value: Option<T>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| format!("{value:?}"))
}
