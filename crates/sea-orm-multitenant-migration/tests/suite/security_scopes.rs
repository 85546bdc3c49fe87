//! Scopes that set the tenant for row-level security, for a role that owns the table and is not a superuser.

use crate::{
    entities::project,
    harness::{Outcome, TestDb, texts},
};
use sea_orm::{AccessMode, ConnectionTrait, DbErr, IsolationLevel, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenancyError, TenantSetting, TenantType};
use sea_orm_multitenant_migration::enable_row_level_security;

const NAMES: &str = "SELECT name FROM project ORDER BY name";

/// A project of each of two tenants, with a policy, on a connection that continues as a role without privileges.
async fn tenancy(db: &TestDb, setting: TenantSetting) -> Result<Tenancy, Box<dyn std::error::Error>> {
    project().create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Gemini')").await;
    enable_row_level_security(&db.manager(), &project().row_level_security()?).await?;
    let role = &db.name;
    db.run(&format!("CREATE ROLE {role}")).await;
    db.run(&format!("GRANT ALL ON SCHEMA {role} TO {role}")).await;
    db.run(&format!("ALTER TABLE project OWNER TO {role}")).await;
    db.run(&format!("SET ROLE {role}")).await;
    let tenancy = Tenancy::builder()
        .without_entities()
        .tenant_table("project", "account_id", TenantType::BigInt)
        .row_level_security(setting)
        .build(db.connection.clone())?;
    Ok(tenancy)
}

async fn every_way_to_begin_a_transaction_sets_the_tenant(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, TenantSetting::default()).await?;
    let scope = tenancy.scope(1)?;
    let transaction = scope.begin().await?;
    assert_eq!(texts(&transaction, NAMES).await, ["Apollo"]);
    transaction.commit().await?;

    let transaction =
        scope.begin_with_config(Some(IsolationLevel::Serializable), Some(AccessMode::ReadOnly)).await?;
    assert_eq!(texts(&transaction, NAMES).await, ["Apollo"]);
    transaction.rollback().await?;

    let transaction = scope.begin_with_options(Default::default()).await?;
    assert_eq!(texts(&transaction, NAMES).await, ["Apollo"]);
    drop(transaction);

    let found = scope.transaction_async(async |scope| Ok::<_, DbErr>(texts(scope, NAMES).await)).await?;
    assert_eq!(found, ["Apollo"]);
    Ok(())
}

async fn unscoped_sql_on_the_same_connection_reads_no_rows(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, TenantSetting::default()).await?;
    let raw = tenancy.unscoped("raw SQL");
    assert!(texts(raw, NAMES).await.is_empty());

    let transaction = raw.begin().await?;
    assert!(texts(&transaction, NAMES).await.is_empty());
    let scoped = tenancy.scope_on(&transaction, 2)?.begin().await?;
    scoped.execute_unprepared("INSERT INTO project (id, name) VALUES (8, 'Draco')").await?;
    scoped.commit().await?;
    // The setting ended with the scope.
    assert!(texts(&transaction, NAMES).await.is_empty());
    let foreign = "INSERT INTO project VALUES (2, 9, 'Lyra')";
    assert!(transaction.begin().await?.execute_unprepared(foreign).await.is_err());
    transaction.commit().await?;
    assert!(texts(raw, NAMES).await.is_empty());
    assert_eq!(raw.execute_unprepared("DELETE FROM project").await?.rows_affected(), 0);
    Ok(())
}

async fn savepoint_of_another_tenant_has_its_own_setting(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, TenantSetting::default()).await?;
    let outer = tenancy.unscoped("two tenants in one transaction").begin().await?;
    for (tenant, name) in [(1, "Apollo"), (2, "Gemini"), (1, "Apollo")] {
        let scoped = tenancy.scope_on(&outer, tenant)?.begin().await?;
        assert_eq!(texts(&scoped, NAMES).await, [name]);
        let inner = scoped.begin().await?;
        assert_eq!(texts(&inner, NAMES).await, [name]);
        inner.rollback().await?;
        assert_eq!(texts(&scoped, NAMES).await, [name]);
        scoped.commit().await?;
    }
    Ok(())
}

async fn set_of_tenants_cannot_begin_a_transaction(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, TenantSetting::default()).await?;
    let error = tenancy.scope_many([1, 2])?.begin().await.map(drop).expect_err("two tenants, one setting");
    assert_eq!(
        TenancyError::from_db_err(&error),
        Some(&TenancyError::SettingOfManyTenants { tenants: "2".to_owned() })
    );
    assert_eq!(texts(&tenancy.scope_many([2])?.begin().await?, NAMES).await, ["Gemini"]);
    Ok(())
}

async fn setting_for_workers_sets_the_tenant(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db, TenantSetting::default().on_citus()).await?;
    for (tenant, name) in [(1, "Apollo"), (2, "Gemini")] {
        assert_eq!(texts(&tenancy.scope(tenant)?.begin().await?, NAMES).await, [name]);
    }
    assert!(texts(tenancy.unscoped("raw SQL"), NAMES).await.is_empty());
    Ok(())
}

on_backend! { postgres Postgres:
    every_way_to_begin_a_transaction_sets_the_tenant,
    unscoped_sql_on_the_same_connection_reads_no_rows,
    savepoint_of_another_tenant_has_its_own_setting,
    set_of_tenants_cannot_begin_a_transaction,
    setting_for_workers_sets_the_tenant,
}
