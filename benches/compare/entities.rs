//! The tables, with keys of tenant and id; in the database of the tenant alone, with keys of the id.

// The items that SeaORM derives are `pub`.
#![allow(unreachable_pub)]

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, Set};
use sea_orm_multitenant_benches::{TENANT, project, project_row, task};

/// The number of projects of each tenant; each project has ten tasks.
pub(crate) const PROJECTS: i64 = 500;

/// The number of events of each tenant.
pub(crate) const EVENTS: i64 = 100_000;

pub(crate) mod event {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "event")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub kind: i64,
        pub amount: i64,
        pub note: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An event of the tenant; the tenant column is left unset if there is a scope.
pub(crate) fn event_row(account_id: Option<i64>, id: i64) -> event::ActiveModel {
    event::ActiveModel {
        account_id: account_id.map(Set).unwrap_or_default(),
        id: Set(id),
        kind: Set(id % 7),
        amount: Set(id * 3),
        note: Set("what happened".to_owned()),
    }
}

fn tables(backend: DbBackend, alone: bool) -> [String; 3] {
    // A reserved word of MySQL.
    let rank = if backend == DbBackend::MySql { "`rank`" } else { "\"rank\"" };
    let key = if alone { "id" } else { "account_id, id" };
    let text = "VARCHAR(100) NOT NULL";
    [
        format!(
            "CREATE TABLE project (account_id BIGINT NOT NULL, id BIGINT NOT NULL, name {text}, state {text}, \
             due BIGINT NOT NULL, {rank} BIGINT NOT NULL, budget BIGINT NOT NULL, note {text}, PRIMARY KEY ({key}))"
        ),
        format!(
            "CREATE TABLE task (account_id BIGINT NOT NULL, id BIGINT NOT NULL, project_id BIGINT NOT NULL, \
             title {text}, PRIMARY KEY ({key}))"
        ),
        format!(
            "CREATE TABLE event (account_id BIGINT NOT NULL, id BIGINT NOT NULL, kind BIGINT NOT NULL, \
             amount BIGINT NOT NULL, note {text}, PRIMARY KEY ({key}))"
        ),
    ]
}

/// Creates the tables and their rows: for the tenant alone, or for two tenants, with this many events each.
pub(crate) async fn fill(db: &DatabaseConnection, alone: bool, events: i64) -> Result<(), DbErr> {
    for table in tables(db.get_database_backend(), alone) {
        db.execute_unprepared(&table).await?;
    }
    let of_project = if alone { "project_id" } else { "account_id, project_id" };
    db.execute_unprepared(&format!("CREATE INDEX task_project ON task ({of_project})")).await?;
    for account_id in if alone { vec![TENANT] } else { vec![TENANT, TENANT + 1] } {
        let projects = (1..=PROJECTS).map(|id| project_row(account_id, id));
        project::Entity::insert_many(projects).exec_without_returning(db).await?;
        let tasks = (1..=PROJECTS * 10).map(|id| task::ActiveModel {
            account_id: Set(account_id),
            id: Set(id),
            project_id: Set((id - 1) / 10 + 1),
            title: Set(format!("task {id}")),
        });
        task::Entity::insert_many(tasks).exec_without_returning(db).await?;
        for begin in (1..=events).step_by(2_000) {
            let events = (begin..begin + 2_000).map(|id| event_row(Some(account_id), id));
            event::Entity::insert_many(events).exec_without_returning(db).await?;
        }
    }
    Ok(())
}
