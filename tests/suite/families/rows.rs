//! The rows that every test starts with, and the rows as tests expect them.
//!
//! Both tenants have managers Ada and Bob, projects Apollo, Borealis and Cygnus, three tasks, and two tags; the notes of
//! tenant 1 begin with A, those of tenant 2 with B. Tenant 2 alone has the project Draco with a fourth task.

use super::super::entities::*;
use crate::harness::{Backend, Fixture};
use sea_orm::{DatabaseConnection, DbErr, IntoActiveModel, QueryOrder, entity::prelude::*};

/// The rows of both tenants.
pub(crate) struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = STYLE;

    fn schema(backend: Backend) -> Vec<String> {
        let mut statements = crate::shared_entities::schema();
        statements.extend(schema(backend));
        statements
    }

    async fn seed(db: &DatabaseConnection) -> Result<(), DbErr> {
        let countries = [("FR", "France"), ("JP", "Japan")]
            .map(|(code, name)| country::Model { code: code.to_owned(), name: name.to_owned() });
        country::Entity::insert_many(countries.map(IntoActiveModel::into_active_model))
            .exec_without_returning(db)
            .await?;
        for tenant in [1, 2] {
            seed_tenant(db, tenant).await?;
        }
        Ok(())
    }

    async fn rows_of(db: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        let mut rows = Vec::new();
        rows.extend(texts(&account::Entity::find_by_id(tenant).all(db).await?));
        rows.extend(texts(&country::Entity::find().order_by_asc(country::Column::Code).all(db).await?));
        rows.extend(texts(&all::<manager::Entity>(tenant, manager::Column::AccountId, db).await?));
        rows.extend(texts(&all::<project::Entity>(tenant, project::Column::AccountId, db).await?));
        rows.extend(texts(&all::<task::Entity>(tenant, task::Column::AccountId, db).await?));
        rows.extend(texts(&all::<tag::Entity>(tenant, tag::Column::AccountId, db).await?));
        rows.extend(texts(&all::<task_tag::Entity>(tenant, task_tag::Column::AccountId, db).await?));
        Ok(rows)
    }
}

/// Inserts the rows of one tenant.
async fn seed_tenant(db: &DatabaseConnection, tenant: i64) -> Result<(), DbErr> {
    account::Entity::insert(account_row(tenant).into_active_model()).exec_without_returning(db).await?;
    let managers = [1, 2].map(|n| manager_row(tenant, n).into_active_model());
    manager::Entity::insert_many(managers).exec_without_returning(db).await?;
    let extra = if tenant == 2 { 4 } else { 3 };
    let projects = (1..=extra).map(|n| project_row(tenant, n).into_active_model());
    project::Entity::insert_many(projects).exec_without_returning(db).await?;
    let tasks = (1..=extra).map(|n| task_row(tenant, n).into_active_model());
    task::Entity::insert_many(tasks).exec_without_returning(db).await?;
    let tags = [1, 2].map(|n| tag_row(tenant, n).into_active_model());
    tag::Entity::insert_many(tags).exec_without_returning(db).await?;
    let links = [(1, 1), (1, 2), (2, 1)].map(|(task, tag)| link_row(tenant, task, tag).into_active_model());
    task_tag::Entity::insert_many(links).exec_without_returning(db).await?;
    Ok(())
}

/// All rows of a tenant in one table, in the order of the columns.
async fn all<E: EntityTrait>(
    tenant: i64,
    column: E::Column,
    db: &DatabaseConnection,
) -> Result<Vec<E::Model>, DbErr> {
    let rows = E::find().filter(column.eq(tenant));
    <E::Column as sea_orm::Iterable>::iter().fold(rows, QueryOrder::order_by_asc).all(db).await
}

/// Rows as text.
fn texts(rows: &[impl std::fmt::Debug]) -> Vec<String> {
    rows.iter().map(|row| format!("{row:?}")).collect()
}

/// A note that says whose row it is.
fn note(tenant: i64, text: &str) -> String {
    let owner = if tenant == 1 { "A" } else { "B" };
    format!("{owner}-{text}")
}

/// The tenant's own row.
pub(crate) fn account_row(tenant: i64) -> account::Model {
    let name = if tenant == 1 { "Acme" } else { "Zeta" };
    account::Model { id: tenant, name: name.to_owned(), note: note(tenant, "account") }
}

/// The `n`th manager: Ada, Bob.
pub(crate) fn manager_row(tenant: i64, n: i64) -> manager::Model {
    let name = if n == 1 { "Ada" } else { "Bob" };
    manager::Model { account_id: tenant, id: id(tenant, n), name: name.to_owned(), note: note(tenant, name) }
}

/// The `n`th project: Apollo of Ada, Borealis of Bob, Cygnus of nobody, Draco of nobody.
pub(crate) fn project_row(tenant: i64, n: i64) -> project::Model {
    let (name, manager, country_code) = match n {
        1 => ("Apollo", Some(1), "FR"),
        2 => ("Borealis", Some(2), "JP"),
        3 => ("Cygnus", None, "FR"),
        _ => ("Draco", None, "FR"),
    };
    project::Model {
        account_id: tenant,
        id: id(tenant, n),
        name: name.to_owned(),
        note: note(tenant, name),
        manager_id: manager.map(|n| id(tenant, n)),
        country_code: country_code.to_owned(),
    }
}

/// The `n`th task: two of Apollo, one of Borealis, one of Draco.
pub(crate) fn task_row(tenant: i64, n: i64) -> task::Model {
    let (title, project) = match n {
        1 => ("design", 1),
        2 => ("build", 1),
        3 => ("test", 2),
        _ => ("ship", 4),
    };
    task::Model {
        account_id: tenant,
        id: id(tenant, n),
        project_id: id(tenant, project),
        title: title.to_owned(),
        note: note(tenant, title),
        points: i32::try_from(n).expect("small"),
    }
}

/// The `n`th tag: urgent, later.
pub(crate) fn tag_row(tenant: i64, n: i64) -> tag::Model {
    let name = if n == 1 { "urgent" } else { "later" };
    tag::Model { account_id: tenant, id: id(tenant, n), name: name.to_owned(), note: note(tenant, name) }
}

/// The link between a task and a tag: design is urgent and later, build is urgent.
pub(crate) fn link_row(tenant: i64, task: i64, tag: i64) -> task_tag::Model {
    task_tag::Model { account_id: tenant, task_id: id(tenant, task), tag_id: id(tenant, tag) }
}
