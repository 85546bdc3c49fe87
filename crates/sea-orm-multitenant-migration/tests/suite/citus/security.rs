//! Row-level security on the nodes, for a role without superuser rights.

use super::{create_distributed, project};
use crate::harness::{Outcome, TestDb, connect_as};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement, TransactionTrait};
use sea_orm_multitenant_migration::{disable_row_level_security, enable_row_level_security};

/// The tenants whose projects are visible after these statements, in a new transaction.
async fn seen(connection: &DatabaseConnection, settings: &[&str]) -> Result<Vec<i64>, DbErr> {
    let transaction: DatabaseTransaction = connection.begin().await?;
    for sql in settings {
        transaction.execute_unprepared(sql).await?;
    }
    let sql = "SELECT account_id FROM project ORDER BY 1";
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    transaction.query_all_raw(statement).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn policy_is_enforced_on_the_nodes(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let role = &db.name;
    db.run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'tenancy'")).await;
    db.run(&format!("GRANT USAGE ON SCHEMA {role} TO {role}")).await;
    db.run(&format!("GRANT SELECT ON project TO {role}")).await;
    let connection = connect_as(db, role).await?;
    assert_eq!(seen(&connection, &[]).await?.len(), 20);

    let security = project().row_level_security()?.required();
    enable_row_level_security(&db.manager(), &security).await?;
    let propagate = "SET LOCAL citus.propagate_set_commands TO 'local'";
    assert_eq!(seen(&connection, &[propagate, "SET LOCAL app.tenant_id = '7'"]).await?, [7]);
    for settings in [
        &[] as &[&str],
        &[propagate],
        &["SET LOCAL app.tenant_id = '7'"],
        &[propagate, "SELECT set_config('app.tenant_id', '7', true)"],
        &[propagate, "SET LOCAL app.tenant_id = ''"],
    ] {
        assert!(seen(&connection, settings).await?.is_empty(), "{settings:?}");
    }
    disable_row_level_security(&db.manager(), &security).await?;
    assert_eq!(seen(&connection, &[]).await?.len(), 20);
    connection.close().await?;
    db.run(&format!("DROP OWNED BY {role}")).await;
    Ok(())
}

on_backend! { citus Citus: policy_is_enforced_on_the_nodes }
