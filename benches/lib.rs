//! Tables and rows that the benches share: two tenants in an in-memory SQLite database.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait,
    QueryFilter, QuerySelect, QueryTrait, Schema, Set, Statement,
};
use sea_orm_multitenant::{Tenancy, TenantScope};

/// The number of rows of each tenant.
pub const PROJECTS: i64 = 100;

/// The tenant whose rows are read.
pub const TENANT: i64 = 1;

/// A project of a tenant, with eight columns.
pub mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        /// The tenant.
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        /// The id, unique in its tenant.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Its name.
        pub name: String,
        /// Its state.
        pub state: String,
        /// The due date, in days.
        pub due: i64,
        /// Its rank.
        pub rank: i64,
        /// Its budget, in cents.
        pub budget: i64,
        /// Notes.
        pub note: String,
        /// Its tasks.
        #[sea_orm(has_many)]
        pub tasks: HasMany<super::task::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A task of a project.
pub mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "task")]
    #[tenant(column = "account_id")]
    pub struct Model {
        /// The tenant.
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        /// The id, unique in its tenant.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// The project it belongs to.
        pub project_id: i64,
        /// The title.
        pub title: String,
        /// The project.
        #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
        pub project: HasOne<super::project::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Opens a single connection, so that all statements share one cache of prepared statements and, in memory, one
/// database.
///
/// # Errors
/// When the database cannot be reached.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// The join of eight and four columns, for an engine.
pub fn join_for(backend: DbBackend) -> Statement {
    task::Entity::find()
        .find_also_related(project::Entity)
        .filter(task::COLUMN.project_id.eq(1))
        .limit(10)
        .build(backend)
}

/// The join, for SQLite.
pub fn join() -> Statement {
    join_for(DbBackend::Sqlite)
}

/// The median of some values; NaN if there are none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A database with the rows of two tenants, and the scope of one of them.
///
/// # Errors
/// When SQLite returns an error.
pub async fn database() -> Result<(DatabaseConnection, TenantScope<DatabaseConnection>), DbErr> {
    let db = connect("sqlite::memory:").await?;
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(project::Entity)).await?;
    db.execute(&schema.create_table_from_entity(task::Entity)).await?;
    for account_id in [TENANT, TENANT + 1] {
        let projects = (1..=PROJECTS).map(|id| project_row(account_id, id));
        project::Entity::insert_many(projects).exec_without_returning(&db).await?;
        let tasks = (1..=PROJECTS * 5).map(|id| task::ActiveModel {
            account_id: Set(account_id),
            id: Set(id),
            project_id: Set(id % PROJECTS + 1),
            title: Set(format!("task {id}")),
        });
        task::Entity::insert_many(tasks).exec_without_returning(&db).await?;
    }
    let scope = Tenancy::new(db.clone())?.scope(TENANT)?;
    Ok((db, scope))
}

/// A project with every column set.
pub fn project_row(account_id: i64, id: i64) -> project::ActiveModel {
    project::ActiveModel {
        account_id: Set(account_id),
        id: Set(id),
        name: Set(format!("project {id}")),
        state: Set("open".to_owned()),
        due: Set(id * 7),
        rank: Set(id % 10),
        budget: Set(id * 1_000),
        note: Set("a note of ordinary length about the project".to_owned()),
    }
}
