//! The rows that every case starts with: those of the measured cases.
//!
//! Projects 5 and 100 are of tenant A = 1, projects 5 and 200 of tenant B = 2; tasks 50 and 100, 50 and 200. One note of
//! A is forged: it names B's task 200. With keys of one column B's 5 is a 6, and B's 50 a 51.

use super::super::entities::*;
use crate::harness::{Backend, Fixture, TestDb};
use sea_orm::{
    DatabaseConnection, DbErr, IntoActiveModel, QueryOrder, QuerySelect, SqlErr, entity::prelude::*,
};
use sea_orm_multitenant::{TenancyError, TenantScope};
use std::fmt::Debug;

/// Tenant A.
pub(crate) const A: i64 = 1;

/// Tenant B, whose rows no case may change.
pub(crate) const B: i64 = 2;

/// The rows of both tenants.
pub(crate) struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = STYLE;

    fn schema(backend: Backend) -> Vec<String> {
        let mut statements = super::super::super::shared::schema();
        statements.extend(schema(backend));
        statements
    }

    async fn seed(db: &DatabaseConnection) -> Result<(), DbErr> {
        let countries = [(1, "France"), (2, "Japan")];
        add::<country::Entity>(db, countries.map(|(id, name)| country::Model { id, name: name.to_owned() }))
            .await?;
        let employees = [(1, "Eve"), (2, "Finn")];
        add::<employee::Entity>(
            db,
            employees.map(|(id, name)| employee::Model { id, name: name.to_owned() }),
        )
        .await?;
        let accounts = [(A, "A"), (B, "B")];
        let account = |(id, name): (i64, &str)| account::Model { id, name: name.to_owned(), country_id: 1 };
        add::<account::Entity>(db, accounts.map(account)).await?;
        let projects = [(A, 5, "A-p5", 1), (A, 100, "A-p100", 1), (B, B5, "B-p5", 1), (B, 200, "B-p200", 2)];
        add::<project::Entity>(
            db,
            projects.map(|(t, id, name, employee)| project_row(t, id, name, employee)),
        )
        .await?;
        let tasks =
            [(A, 50, 5, "A-t50"), (A, 100, 100, "A-t100"), (B, B50, B5, "B-t50"), (B, 200, 200, "B-t200")];
        add::<task::Entity>(db, tasks.map(|(t, id, project, name)| task_row(t, id, project, name))).await?;
        let subtasks = [(A, 100, 100, "A-s100"), (B, 200, 200, "B-s200")];
        add::<subtask::Entity>(db, subtasks.map(|(t, id, task, name)| subtask_row(t, id, task, name)))
            .await?;
        let notes = [(A, 1, 100, "A-n"), (A, 2, 200, "A-forged"), (B, 3, 200, "B-n"), (B, 4, B50, "B-n50")];
        add::<note::Entity>(db, notes.map(|(t, id, task, text)| note_row(t, id, task, text))).await?;
        let named = [(A, 5), (A, 100), (B, B5), (B, 200)];
        add::<board::Entity>(db, named.map(|(t, id)| board_row(t, id))).await?;
        add::<tag::Entity>(db, named.map(|(t, id)| tag_row(t, id))).await?;
        let links = [(A, 100, 100), (A, 5, 5), (B, 200, 200), (B, B5, 200), (B, B5, B5)];
        add::<board_tag::Entity>(db, links.map(|(t, board, tag)| board_tag_row(t, board, tag))).await?;
        let managers = [(A, 100, "A-m100"), (B, 200, "B-m200"), (B, 201, "B-m201")];
        add::<manager::Entity>(db, managers.map(|(t, id, name)| manager_row(t, id, name))).await?;
        let links = [(A, 100, 100), (B, 200, 200)];
        add::<project_manager::Entity>(db, links.map(|(t, project, of)| project_manager_row(t, project, of)))
            .await
    }

    async fn rows_of(db: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        let mut rows = texts(&account::Entity::find_by_id(tenant).all(db).await?);
        rows.extend(texts(&country::Entity::find().order_by_asc(country::Column::Id).all(db).await?));
        rows.extend(texts(&employee::Entity::find().order_by_asc(employee::Column::Id).all(db).await?));
        rows.extend(all::<project::Entity>(db, project::Column::AccountId, tenant).await?);
        rows.extend(all::<task::Entity>(db, task::Column::AccountId, tenant).await?);
        rows.extend(all::<subtask::Entity>(db, subtask::Column::AccountId, tenant).await?);
        rows.extend(all::<note::Entity>(db, note::Column::AccountId, tenant).await?);
        rows.extend(all::<board::Entity>(db, board::Column::AccountId, tenant).await?);
        rows.extend(all::<tag::Entity>(db, tag::Column::AccountId, tenant).await?);
        rows.extend(all::<board_tag::Entity>(db, board_tag::Column::AccountId, tenant).await?);
        rows.extend(all::<manager::Entity>(db, manager::Column::AccountId, tenant).await?);
        rows.extend(all::<project_manager::Entity>(db, project_manager::Column::AccountId, tenant).await?);
        Ok(rows)
    }
}

/// Inserts rows behind the scopes' back.
async fn add<E>(db: &DatabaseConnection, rows: impl IntoIterator<Item = E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::ActiveModel: Send,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    E::insert_many(rows).exec_without_returning(db).await.map(|_| ())
}

/// All rows of a tenant in one table as text, in the order of the columns.
async fn all<E: EntityTrait>(
    db: &DatabaseConnection,
    column: E::Column,
    tenant: i64,
) -> Result<Vec<String>, DbErr> {
    let rows = E::find().filter(column.eq(tenant));
    let rows = <E::Column as sea_orm::Iterable>::iter().fold(rows, QueryOrder::order_by_asc);
    Ok(texts(&rows.all(db).await?))
}

/// Rows as text.
fn texts(rows: &[impl Debug]) -> Vec<String> {
    rows.iter().map(|row| format!("{row:?}")).collect()
}

/// A project.
pub(super) fn project_row(account_id: i64, id: i64, name: &str, employee_id: i64) -> project::Model {
    project::Model { account_id, id, name: name.to_owned(), employee_id: Some(employee_id) }
}

/// A task.
pub(super) fn task_row(account_id: i64, id: i64, project_id: i64, name: &str) -> task::Model {
    task::Model { account_id, id, project_id, name: name.to_owned() }
}

/// A part of a task.
pub(super) fn subtask_row(account_id: i64, id: i64, task_id: i64, name: &str) -> subtask::Model {
    subtask::Model { account_id, id, task_id, name: name.to_owned() }
}

/// A note.
pub(super) fn note_row(account_id: i64, id: i64, task_id: i64, text: &str) -> note::Model {
    note::Model { account_id, id, task_id, text: text.to_owned() }
}

/// Which tenant it is, and which row.
fn named(kind: &str, tenant: i64, id: i64) -> String {
    let owner = if tenant == A { "A" } else { "B" };
    format!("{owner}-{kind}{id}")
}

/// A board.
pub(super) fn board_row(account_id: i64, id: i64) -> board::Model {
    board::Model { account_id, id, name: named("board", account_id, id) }
}

/// A tag.
pub(super) fn tag_row(account_id: i64, id: i64) -> tag::Model {
    tag::Model { account_id, id, name: named("tag", account_id, id) }
}

/// A link between a board and a tag.
pub(super) fn board_tag_row(account_id: i64, board_id: i64, tag_id: i64) -> board_tag::Model {
    board_tag::Model { account_id, board_id, tag_id }
}

/// A manager.
pub(super) fn manager_row(account_id: i64, id: i64, name: &str) -> manager::Model {
    manager::Model { account_id, id, name: name.to_owned(), seen: 0 }
}

/// A link between a project and a manager.
pub(super) fn project_manager_row(
    account_id: i64,
    project_id: i64,
    manager_id: i64,
) -> project_manager::Model {
    project_manager::Model { account_id, project_id, manager_id }
}

/// The scope of a tenant, as users get it.
pub(super) fn scope(db: &TestDb, tenant: i64) -> TenantScope<DatabaseConnection> {
    db.tenancy.scope(tenant).expect("integers are tenants here")
}

/// The projects of a tenant, looked up behind the scopes' back.
pub(super) async fn projects_of(db: &TestDb, tenant: i64) -> Result<Vec<project::Model>, DbErr> {
    let rows = project::Entity::find().filter(project::Column::AccountId.eq(tenant));
    rows.order_by_asc(project::Column::Id).all(db.unscoped()).await
}

/// The projects that tenant A starts with.
pub(super) fn projects_of_a() -> Vec<project::Model> {
    vec![project_row(A, 5, "A-p5", 1), project_row(A, 100, "A-p100", 1)]
}

/// A project of tenant B, read in B's own scope.
pub(super) async fn project_of_b(db: &TestDb, id: i64) -> Result<project::Model, DbErr> {
    let row = project::Entity::find_by_id(key(B, id)).one(&scope(db, B)).await?;
    Ok(row.expect("B has this project"))
}

/// The names that a select of projects yields, sorted.
pub(super) async fn names(
    select: Select<project::Entity>,
    scope: &impl ConnectionTrait,
) -> Result<Vec<String>, DbErr> {
    let rows = select.select_only().column(project::Column::Name).into_tuple();
    let mut names: Vec<String> = rows.all(scope).await?;
    names.sort();
    Ok(names)
}

/// The tenancy's error in a result.
pub(super) fn tenancy_error<T: Debug>(result: Result<T, DbErr>) -> TenancyError {
    let error = result.expect_err("the statement is refused");
    TenancyError::from_db_err(&error).unwrap_or_else(|| panic!("not a tenancy error: {error:?}")).clone()
}

/// Asserts that nothing was sent, because a write named tenant B in the scope of A.
pub(super) fn assert_mismatch<T: Debug>(result: Result<T, DbErr>, table: &str) {
    let expected = TenancyError::TenantMismatch {
        table: format!("{PREFIX}{table}"),
        expected: A.to_string(),
        found: B.to_string(),
    };
    assert_eq!(tenancy_error(result), expected);
}

/// Asserts that the database itself refused a foreign key.
pub(super) fn assert_foreign_key_error<T: Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("the database refuses the foreign key");
    assert_eq!(TenancyError::from_db_err(&error), None, "{error:?}");
    assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error:?}");
}

/// Asserts that a row of this table names, in this column, no row that its tenant has.
pub(super) fn assert_foreign_parent<T: Debug>(
    result: Result<T, DbErr>,
    table: &str,
    column: &str,
    parent: &str,
) {
    let expected = TenancyError::ForeignParent {
        table: format!("{PREFIX}{table}"),
        column: column.to_owned(),
        parent: format!("{PREFIX}{parent}"),
    };
    assert_eq!(tenancy_error(result), expected);
}

/// Asserts that a row names no row that its tenant has: with composite keys by the word of the database.
pub(super) fn assert_stray<T: Debug>(result: Result<T, DbErr>, table: &str, column: &str, parent: &str) {
    if IS_COMPOSITE {
        assert_foreign_key_error(result);
    } else {
        assert_foreign_parent(result, table, column, parent);
    }
}

/// Asserts that the database itself refused a key that is taken.
pub(super) fn assert_unique_error<T: Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("the database refuses the key");
    assert_eq!(TenancyError::from_db_err(&error), None, "{error:?}");
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
}

/// Asserts that a select found nothing.
pub(super) fn assert_no_rows(rows: &[impl Debug]) {
    assert!(rows.is_empty(), "{rows:?}");
}
