//! Compares the effects of statements, and the rows.

use super::Case;
use crate::harness::{Backend, TestDb};
use sea_orm::ConnectionTrait;

/// The rows of each table, without the tenant column.
pub(super) async fn rows(db: &TestDb, case: &Case) -> Vec<String> {
    let mut rows = Vec::new();
    for table in &case.tables {
        let name = quoted(db, &table.name);
        let sql = if db.backend == Backend::Postgres {
            format!("SELECT ROW({})::text FROM {name} ORDER BY 1", table.columns.join(", "))
        } else {
            let columns: Vec<_> =
                table.columns.iter().map(|column| format!("IFNULL(HEX(CONCAT({column})), '-')")).collect();
            format!("SELECT CONCAT_WS('|', {}) FROM {name} ORDER BY 1", columns.join(", "))
        };
        rows.push(format!("{}: {}", table.name, db.texts(&sql).await.join(" ")));
    }
    rows
}

pub(super) fn quoted(db: &TestDb, name: &str) -> String {
    if db.backend == Backend::Postgres {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

/// Each statement with its effect, which is rolled back.
pub(super) async fn of(db: &TestDb, case: &Case, converted: bool) -> Vec<(String, String)> {
    let mut outcomes = Vec::new();
    for sql in &case.tried {
        let has_tenant = case.tables.iter().any(|table| {
            (table.has_tenant || converted) && sql.contains(&format!("INTO {} ", quoted(db, &table.name)))
        });
        let (column, value) = if has_tenant { ("account_id, ", "1, ") } else { ("", "") };
        let text = sql.replace("/*C*/", column).replace("/*V*/", value);
        db.run("BEGIN").await;
        let mut done = db.connection.execute_unprepared(&text).await.map(drop);
        if done.is_ok() && db.backend == Backend::Postgres {
            done = db.connection.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await.map(drop);
        }
        let outcome = match done {
            Ok(()) => rows(db, case).await.join("\n"),
            Err(error) => kind(&error.to_string()),
        };
        db.run("ROLLBACK").await;
        outcomes.push((sql.clone(), outcome));
    }
    outcomes
}

/// The kind of the violated constraint: names of constraints change.
fn kind(error: &str) -> String {
    let lower = error.to_lowercase();
    let kinds = [
        "duplicate",
        "foreign key",
        "check constraint",
        "exclusion",
        "not-null",
        "cannot be null",
        "doesn't have a default",
    ];
    kinds.into_iter().find(|kind| lower.contains(kind)).map_or_else(|| error.to_owned(), ToOwned::to_owned)
}
