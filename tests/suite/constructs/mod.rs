//! What each engine says beside what SeaORM sends, with composite keys: the tenant's rows, and no other's.

/// What is a test on PostgreSQL is one on Citus too.
macro_rules! on_every_backend {
    ($($tests:tt)+) => { on_citus_too! { $($tests)+ } };
}

mod colliding_keys;
mod columns;
mod conflict_targets;
mod exact_tenants;
mod explain;
mod joined_writes;
mod json;
mod moved_texts;
mod operators;
mod query_builder;
mod recursion;
mod replacing;
mod row_locks;
mod watched_locks;

/// What every test here uses.
mod prelude {
    pub(super) use super::*;
    pub(super) use crate::{
        composite::families::Rows,
        harness::{Backend, Outcome, TestDb},
    };
    pub(super) use sea_orm::{ConnectionTrait, DbErr, TransactionSession, TransactionTrait};
}

use crate::harness::TestDb;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use sea_orm_multitenant::{Refusal, TenancyError};

/// The first column of a tenant's answer, as texts.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The first column of a tenant's answer, as whole numbers.
async fn numbers(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<i64>, DbErr> {
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// A statement with `?` for the values on every engine.
fn statement(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// Runs a statement, and says how many rows it wrote.
async fn execute(connection: &impl ConnectionTrait, sql: &str) -> Result<u64, DbErr> {
    Ok(connection.execute_raw(statement(connection, sql, [])).await?.rows_affected())
}

/// The refusal of a statement, which sends nothing.
async fn refusal(db: &TestDb, sql: &str) -> Refusal {
    let scope = db.scope(1);
    let sent = db.log.went_out().len();
    let error = execute(&scope, sql).await.expect_err("it is refused");
    assert_eq!(db.log.went_out().len(), sent, "nothing is sent");
    match TenancyError::from_db_err(&error) {
        Some(TenancyError::Refused(refusal)) => refusal.clone(),
        other => panic!("{other:?} is no refusal of {sql}"),
    }
}

/// The tags of a tenant, as `id name note`, read behind the scope's back.
async fn tags(db: &TestDb, tenant: i64) -> Result<Vec<String>, DbErr> {
    let concat = if db.is_mariadb() {
        "CONCAT(id, ' ', name, ' ', note)"
    } else {
        "CAST(id AS VARCHAR(9)) || ' ' || name || ' ' || note"
    };
    texts(db.unscoped(), &format!("SELECT {concat} FROM tag WHERE account_id = {tenant} ORDER BY id")).await
}

/// Whether a text contains another. The query builder's traits give texts another `contains`.
fn says(text: &str, part: &str) -> bool {
    text.contains(part)
}
