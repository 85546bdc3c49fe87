//! Tables in schemas of PostgreSQL, databases of MySQL, and attached files of SQLite.

use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_migration::{DbErr, schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::{
    MigrationError, QualifiedName, TenantForeignKey, TenantIndex, TenantTable, TenantUnique,
    disable_row_level_security, enable_row_level_security,
};

async fn attach(db: &TestDb) -> Result<String, DbErr> {
    let schema = db.other_schema();
    let sql = match db.backend {
        Backend::Sqlite => format!("ATTACH DATABASE ':memory:' AS {schema}"),
        Backend::Postgres | Backend::Citus | Backend::CitusAlone | Backend::Mariadb => {
            format!("CREATE SCHEMA {schema}")
        }
    };
    db.connection.execute_unprepared(&sql).await?;
    Ok(schema)
}

async fn tables_in_a_schema_are_created_dropped_and_created_again(db: &TestDb) -> Outcome {
    let schema = attach(db).await?;
    let named = |name: &str| QualifiedName::from((schema.as_str(), name));
    let project = TenantTable::new(named("project"), big_integer("account_id"))
        .id(big_integer("id"))
        .column(integer("state"))
        .unique(["state"])
        .index(["state", "id"]);
    let task = TenantTable::new(named("task"), big_integer("account_id"))
        .id(big_integer("project_id"))
        .foreign_key(TenantForeignKey::new(["project_id"], named("project")));
    for _ in 0..2 {
        project.create(&db.manager()).await?;
        task.create(&db.manager()).await?;
        enable_row_level_security(&db.manager(), &task.row_level_security()?).await?;
        db.run(&format!("INSERT INTO {schema}.project VALUES (1, 7, 0), (2, 7, 0)")).await;
        db.refused(&format!("INSERT INTO {schema}.project VALUES (1, 8, 0)")).await;
        db.run(&format!("INSERT INTO {schema}.task VALUES (1, 7)")).await;
        db.refused(&format!("INSERT INTO {schema}.task VALUES (3, 7)")).await;
        for part in [TenantIndex::new(["state", "id"]).on(named("project"), "account_id")] {
            part.drop(&db.manager()).await?;
            part.create(&db.manager()).await?;
        }
        TenantUnique::new(["state"]).on(named("project"), "account_id").drop(&db.manager()).await?;
        if db.backend != Backend::Sqlite {
            let key = TenantForeignKey::new(["project_id"], named("project")).on(named("task"), "account_id");
            key.drop(&db.manager()).await?;
            key.create(&db.manager()).await?;
        }
        disable_row_level_security(&db.manager(), &task.row_level_security()?).await?;
        task.drop(&db.manager()).await?;
        project.drop(&db.manager()).await?;
    }
    Ok(())
}

on_every_backend!(tables_in_a_schema_are_created_dropped_and_created_again);

#[test]
fn sqlite_refuses_parents_in_another_schema() {
    let key = TenantForeignKey::new(["project_id"], ("app", "project"));
    let table =
        TenantTable::new("task", big_integer("account_id")).id(big_integer("project_id")).foreign_key(key);
    assert!(matches!(table.create_sql(DbBackend::Sqlite), Err(MigrationError::ForeignSchema { .. })));
    assert!(table.create_sql(DbBackend::MySql).is_ok());
}
