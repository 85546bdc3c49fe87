//! The migrations, up, down and up again, with the rows of the demo.

use crate::site::Site;
use projects::{migration::Migrator, seed};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_migration::{TenancyPlan, citus::citus_version};

/// The reference tables of Citus.
const WHOLE: [&str; 3] = ["country", "account", "app_user"];

pub(crate) async fn the_migrations_run_up_and_down_and_up(site: Site) {
    let before = site.rows().await;
    assert_distributed(&site, citus_version(&site.db).await.unwrap().is_some()).await;
    // The last migration leaves all rows unchanged.
    Migrator::down(&site.db, Some(1)).await.unwrap();
    assert_distributed(&site, false).await;
    assert_eq!(site.rows().await, before);
    Migrator::up(&site.db, None).await.unwrap();
    assert_distributed(&site, citus_version(&site.db).await.unwrap().is_some()).await;
    assert_eq!(site.rows().await, before);

    Migrator::down(&site.db, None).await.unwrap();
    for table in
        ["country", "account", "app_user", "manager", "project", "project_manager", "task", "task_import"]
    {
        assert!(!SchemaManager::new(&site.db).has_table(table).await.unwrap(), "{table} is still there");
    }
    Migrator::up(&site.db, None).await.unwrap();
    assert_distributed(&site, citus_version(&site.db).await.unwrap().is_some()).await;
    let accounts = seed::accounts(&Tenancy::new(site.db.clone()).unwrap()).await.unwrap();
    let names =
        |accounts: &[seed::DemoAccount]| accounts.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&accounts), names(&site.app.demo));
}

/// Asserts how Citus stores each table; does nothing when the tables are not distributed.
async fn assert_distributed(site: &Site, distributed: bool) {
    let status = TenancyPlan::new(&Tenancy::new(site.db.clone()).unwrap()).status().await.unwrap();
    for table in status.tables.iter().filter(|table| table.rows != "unknown") {
        let kind = if WHOLE.contains(&&*table.table) { "reference" } else { "distributed" };
        assert_eq!(table.citus.as_deref(), distributed.then_some(kind), "{}", table.table);
    }
    assert_eq!(status.tables.iter().filter(|table| table.rows != "unknown").count(), 8);
}
