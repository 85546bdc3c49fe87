//! What the cases have in common: scopes, rows as expected, errors.

use super::super::{entities::*, families::*};
use crate::harness::{Log, Recorder, Side, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryOrder, SqlErr, entity::prelude::*};
use sea_orm_multitenant::{Refusal, TenancyError, TenantScope};
use std::fmt::Debug;

/// The tenant that cases act for.
pub(super) const OWN: i64 = 1;

/// The tenant whose rows no case may change.
pub(super) const OTHER: i64 = 2;

/// The scope of a tenant, as users get it.
pub(super) fn scope(db: &TestDb, tenant: i64) -> TenantScope<DatabaseConnection> {
    db.tenancy.scope(tenant).expect("integers are tenants here")
}

/// The scope of a tenant, and what it sends.
pub(super) fn watched(db: &TestDb, tenant: i64) -> (TenantScope<Recorder<DatabaseConnection>>, Log) {
    let log = Log::default();
    let recorder = Recorder::new(db.for_scopes(), log.clone(), Side::WentOut(tenant));
    (db.tenancy.scope_owned(recorder, tenant).expect("integers are tenants here"), log)
}

/// The texts of the statements that were sent, without the quotes of names.
pub(super) fn sent(log: &Log) -> Vec<String> {
    log.went_out().into_iter().map(|(_, statement)| without_quotes(&statement.sql)).collect()
}

/// A text without the quotes of names.
pub(super) fn without_quotes(sql: &str) -> String {
    sql.replace(['"', '`'], "")
}

/// How often a text, without quotes, compares the column with a bound value.
pub(super) fn comparisons(sql: &str, column: &str) -> usize {
    ["$", "?"].iter().map(|value| sql.matches(&format!("{column} = {value}")).count()).sum()
}

/// The projects that a connection sees, by id.
pub(super) async fn projects(db: &impl ConnectionTrait) -> Result<Vec<project::Model>, DbErr> {
    project::Entity::find().order_by_asc(project::Column::Id).all(db).await
}

/// The projects that a tenant starts with.
pub(super) fn projects_of(tenant: i64) -> Vec<project::Model> {
    let count = if tenant == OTHER { 4 } else { 3 };
    (1..=count).map(|n| project_row(tenant, n)).collect()
}

/// The notes of the projects of [`OWN`], looked up behind the scopes' back, by id.
pub(super) async fn own_notes(db: &TestDb) -> Result<Vec<String>, DbErr> {
    let own = project::Entity::find().filter(project::Column::AccountId.eq(OWN));
    let own = own.order_by_asc(project::Column::Id).all(db.unscoped()).await?;
    Ok(own.into_iter().map(|row| row.note).collect())
}

/// The notes of the projects that [`OWN`] starts with.
pub(super) const NOTES: [&str; 3] = ["A-Apollo", "A-Borealis", "A-Cygnus"];

/// Two texts.
pub(super) fn pair((left, right): (&str, &str)) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

/// The tenancy's error in a result, which tells nothing of the other tenant.
pub(super) fn tenancy_error<T: Debug>(result: Result<T, DbErr>) -> TenancyError {
    let error = result.expect_err("the statement is refused");
    assert_tells_nothing(&error);
    TenancyError::from_db_err(&error).unwrap_or_else(|| panic!("not a tenancy error: {error:?}")).clone()
}

/// The refusal in a result.
pub(super) fn refusal<T: Debug>(result: Result<T, DbErr>) -> Refusal {
    match tenancy_error(result) {
        TenancyError::Refused(refusal) => refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// Asserts that nothing was sent, because a write of this table named the other tenant.
pub(super) fn assert_mismatch<T: Debug>(result: Result<T, DbErr>, table: &impl EntityName) {
    let expected = TenancyError::TenantMismatch {
        table: table.table_name().to_owned(),
        expected: OWN.to_string(),
        found: OTHER.to_string(),
    };
    assert_eq!(tenancy_error(result), expected);
}

/// Asserts that nothing was sent, because a write was to a shared table.
pub(super) fn assert_shared_write<T: Debug>(result: Result<T, DbErr>, table: &impl EntityName) {
    assert_eq!(refusal(result), Refusal::SharedTableWrite { table: table.table_name().to_owned() });
}

/// Asserts that an update by key found no row of the tenant.
pub(super) fn assert_not_updated<T: Debug>(result: Result<T, DbErr>) {
    assert_eq!(result.expect_err("no row of the tenant has the key"), DbErr::RecordNotUpdated);
}

/// Asserts that the database itself refused a foreign key, and told nothing of the other tenant's rows.
pub(super) fn assert_foreign_key_error<T: Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("the database refuses the foreign key");
    assert_tells_nothing(&error);
    assert_eq!(TenancyError::from_db_err(&error), None, "{error:?}");
    assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error:?}");
}

/// Asserts that the database itself refused a key that is taken, and told nothing of the row that has it.
pub(super) fn assert_unique_error<T: Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("the database refuses the key");
    assert_tells_nothing(&error);
    assert_eq!(TenancyError::from_db_err(&error), None, "{error:?}");
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
}

/// Asserts that an upsert met a row of the other tenant: it changed nothing, or failed on MariaDB, whose upserts have no
/// WHERE.
pub(super) fn assert_changes_nothing(db: &TestDb, stored: Result<u64, DbErr>) {
    if db.is_mariadb() {
        let error = stored.expect_err("the upsert fails on the row of another tenant");
        assert_eq!(TenancyError::from_db_err(&error), None);
        assert!(error.to_string().contains("1690"), "{error:?}");
        assert_tells_nothing(&error);
    } else {
        assert_eq!(stored, Ok(0));
    }
}

/// Asserts that an error holds no data of the other tenant.
fn assert_tells_nothing(error: &DbErr) {
    let text = format!("{error} {error:?}");
    assert!(!text.contains("B-") && !text.contains("Zeta"), "{text}");
}
