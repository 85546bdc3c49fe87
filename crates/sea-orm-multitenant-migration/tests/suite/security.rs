//! Row-level security, for a role that owns the table and is not a superuser.

use crate::{
    entities::{project, task, to_project},
    harness::{Outcome, TestDb, texts},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_migration::schema::*;
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{
    RowLevelSecurity, TenantTable, disable_row_level_security, enable_row_level_security,
};

/// A project of each of two tenants, in a table of a separate role.
async fn create(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Gemini')").await;
    own(db, "project").await;
    Ok(())
}

async fn own(db: &TestDb, table: &str) {
    let role = &db.name;
    db.run(&format!("CREATE ROLE {role}")).await;
    db.run(&format!("GRANT ALL ON SCHEMA {role} TO {role}")).await;
    db.run(&format!("ALTER TABLE {table} OWNER TO {role}")).await;
}

/// Begins a transaction as the role, with a tenant if one is given.
async fn begin(db: &TestDb, tenant: Option<&str>) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db.connection.begin().await?;
    transaction.execute_unprepared(&format!("SET LOCAL ROLE {}", db.name)).await?;
    if let Some(tenant) = tenant {
        transaction
            .execute_unprepared(&format!("SELECT set_config('app.tenant_id', '{tenant}', true)"))
            .await?;
    }
    Ok(transaction)
}

/// The names that are visible to the role.
async fn seen(db: &TestDb, tenant: Option<&str>) -> Result<Vec<String>, DbErr> {
    Ok(texts(&begin(db, tenant).await?, "SELECT name FROM project ORDER BY name").await)
}

async fn role_reads_only_its_tenants_rows(db: &TestDb) -> Outcome {
    create(db).await?;
    assert_eq!(seen(db, None).await?, ["Apollo", "Gemini"]);
    enable_row_level_security(&db.manager(), &project().row_level_security()?).await?;
    assert!(seen(db, None).await?.is_empty());
    assert!(seen(db, Some("")).await?.is_empty());
    assert_eq!(seen(db, Some("1")).await?, ["Apollo"]);
    assert_eq!(seen(db, Some("2")).await?, ["Gemini"]);
    assert!(seen(db, Some("3")).await?.is_empty());
    // The setting was transaction-local.
    assert!(seen(db, None).await?.is_empty());
    Ok(())
}

async fn role_writes_only_its_tenants_rows(db: &TestDb) -> Outcome {
    create(db).await?;
    enable_row_level_security(&db.manager(), &project().row_level_security()?).await?;
    for (tenant, sql) in [
        (Some("1"), "INSERT INTO project VALUES (2, 8, 'Draco')"),
        (Some("1"), "UPDATE project SET account_id = 2"),
        (None, "INSERT INTO project VALUES (1, 8, 'Draco')"),
        (Some(""), "INSERT INTO project VALUES (1, 8, 'Draco')"),
    ] {
        let error = begin(db, tenant).await?.execute_unprepared(sql).await.expect_err(sql);
        assert!(error.to_string().contains("row-level security"), "{error}");
    }
    for (tenant, changed) in [(None, 0), (Some("1"), 1)] {
        let transaction = begin(db, tenant).await?;
        for sql in ["UPDATE project SET name = name", "DELETE FROM project"] {
            assert_eq!(transaction.execute_unprepared(sql).await?.rows_affected(), changed, "{sql}");
        }
    }
    let transaction = begin(db, Some("1")).await?;
    transaction.execute_unprepared("INSERT INTO project VALUES (1, 8, 'Draco')").await?;
    transaction.commit().await?;
    assert_eq!(db.texts("SELECT name FROM project ORDER BY name").await, ["Apollo", "Draco", "Gemini"]);
    Ok(())
}

async fn row_level_security_can_be_disabled_and_enabled_again(db: &TestDb) -> Outcome {
    create(db).await?;
    let security = project().row_level_security()?;
    for _ in 0..2 {
        enable_row_level_security(&db.manager(), &security).await?;
        assert!(seen(db, None).await?.is_empty());
        disable_row_level_security(&db.manager(), &security).await?;
        assert_eq!(seen(db, None).await?, ["Apollo", "Gemini"]);
    }
    let state = "SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy)) \
                 FROM pg_class WHERE oid = 'project'::regclass";
    assert!(db.texts(state).await[0].starts_with("f f"));
    Ok(())
}

async fn setting_name_can_be_changed(db: &TestDb) -> Outcome {
    create(db).await?;
    let security = project().row_level_security()?.setting("shop.tenant").required();
    enable_row_level_security(&db.manager(), &security).await?;
    assert!(seen(db, Some("1")).await?.is_empty());
    let transaction = begin(db, None).await?;
    transaction.execute_unprepared("SET LOCAL shop.tenant = '2'").await?;
    assert_eq!(texts(&transaction, "SELECT name FROM project").await, ["Gemini"]);
    Ok(())
}

async fn string_tenant_id_is_never_truncated(db: &TestDb) -> Outcome {
    for (table, tenant) in [("short", string_len("account", 3)), ("padded", char_len("account", 3))] {
        let table = TenantTable::new(table, tenant).id(string_len("name", 9));
        table.create(&db.manager()).await?;
        enable_row_level_security(&db.manager(), &table.row_level_security()?).await?;
    }
    db.run("INSERT INTO short VALUES ('abc', 'x')").await;
    db.run("INSERT INTO padded VALUES ('abc', 'x')").await;
    own(db, "short").await;
    db.run(&format!("ALTER TABLE padded OWNER TO {}", db.name)).await;
    for table in ["short", "padded"] {
        let sql = format!("SELECT name FROM {table}");
        for (tenant, rows) in [("abc", 1), ("abcd", 0), ("ab", 0)] {
            assert_eq!(texts(&begin(db, Some(tenant)).await?, &sql).await.len(), rows, "{table} {tenant}");
        }
    }
    Ok(())
}

async fn root_table_shows_only_the_tenant(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE project (id BIGINT PRIMARY KEY, name TEXT)").await;
    db.run("INSERT INTO project VALUES (1, 'Acme'), (2, 'Zeta')").await;
    own(db, "project").await;
    let security = RowLevelSecurity::new("project", "id", TenantType::BigInt);
    enable_row_level_security(&db.manager(), &security).await?;
    assert_eq!(seen(db, Some("2")).await?, ["Zeta"]);
    Ok(())
}

async fn scope_works_with_policies(db: &TestDb) -> Outcome {
    create(db).await?;
    enable_row_level_security(&db.manager(), &project().row_level_security()?).await?;
    let tenancy = Tenancy::builder()
        .without_entities()
        .tenant_table("project", "account_id", TenantType::BigInt)
        .build(db.connection.clone())?;
    let transaction = begin(db, Some("1")).await?;
    assert_eq!(texts(&tenancy.scope_on(&transaction, 1)?, "SELECT name FROM project").await, ["Apollo"]);
    // The scope and the policy name different tenants: no row is visible.
    assert!(texts(&tenancy.scope_on(&transaction, 2)?, "SELECT name FROM project").await.is_empty());
    Ok(())
}

async fn foreign_keys_are_enforced_with_policies(db: &TestDb) -> Outcome {
    create(db).await?;
    let table = task(to_project());
    table.create(&db.manager()).await?;
    db.run(&format!("ALTER TABLE task OWNER TO {}", db.name)).await;
    for table in [project(), table] {
        enable_row_level_security(&db.manager(), &table.row_level_security()?).await?;
    }
    db.run("INSERT INTO project VALUES (2, 9, 'Draco')").await;
    let transaction = begin(db, Some("1")).await?;
    transaction.execute_unprepared("INSERT INTO task VALUES (1, 1, 7)").await?;
    assert!(transaction.execute_unprepared("INSERT INTO task VALUES (1, 2, 9)").await.is_err());
    Ok(())
}

on_backend! { postgres Postgres:
    role_reads_only_its_tenants_rows,
    role_writes_only_its_tenants_rows,
    row_level_security_can_be_disabled_and_enabled_again,
    setting_name_can_be_changed,
    string_tenant_id_is_never_truncated,
    root_table_shows_only_the_tenant,
    scope_works_with_policies,
    foreign_keys_are_enforced_with_policies,
}
