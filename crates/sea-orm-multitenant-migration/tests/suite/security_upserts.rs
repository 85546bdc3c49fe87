//! Upserts that conflict with another tenant's row on a key without the tenant column, with and without policies.

use crate::harness::{Outcome, TestDb};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenantSetting, TenantType};
use sea_orm_multitenant_migration::{
    RowLevelSecurity, disable_row_level_security, enable_row_level_security,
};

const UPSERT: &str =
    "INSERT INTO note (id, text) VALUES (2, 'mine') ON CONFLICT (id) DO UPDATE SET text = excluded.text";
const UNGUARDED: &str =
    "INSERT INTO note VALUES (1, 2, 'mine') ON CONFLICT (id) DO UPDATE SET text = excluded.text";
const NOTHING: &str = "INSERT INTO note (id, text) VALUES (2, 'mine') ON CONFLICT (id) DO NOTHING";

async fn upsert_keeps_another_tenants_row_with_policies(db: &TestDb) -> Outcome {
    let role = &db.name;
    for sql in [
        "CREATE TABLE note (account_id bigint NOT NULL, id bigint PRIMARY KEY, text text)",
        "INSERT INTO note VALUES (1, 1, 'own'), (2, 2, 'canary')",
        &format!("CREATE ROLE {role}"),
        &format!("GRANT ALL ON SCHEMA {role} TO {role}"),
        &format!("ALTER TABLE note OWNER TO {role}"),
    ] {
        db.run(sql).await;
    }
    let tenancy = Tenancy::builder()
        .without_entities()
        .tenant_table("note", "account_id", TenantType::BigInt)
        .columns("note", ["account_id", "id", "text"])
        .row_level_security(TenantSetting::default())
        .build(db.connection.clone())?;
    let security = RowLevelSecurity::new("note", "account_id", TenantType::BigInt);
    let scope = tenancy.scope(1)?;
    for policies in [false, true] {
        if policies {
            enable_row_level_security(&db.manager(), &security).await?;
        }
        db.run(&format!("SET ROLE {role}")).await;
        for sql in [UPSERT, NOTHING] {
            assert_eq!(scope.begin().await?.execute_unprepared(sql).await?.rows_affected(), 0, "{sql}");
        }
        let lent = tenancy.unscoped("a transaction of others").begin().await?;
        let upserted = tenancy.scope_on(&lent, 1)?.execute_unprepared(UPSERT).await?;
        assert_eq!(upserted.rows_affected(), 0);
        drop(lent);
        db.run("RESET ROLE").await;
    }
    for (tenant, what) in [("1", "without the guard"), ("", "without the setting")] {
        let transaction = db.connection.begin().await?;
        transaction.execute_unprepared(&format!("SET LOCAL ROLE {role}")).await?;
        transaction
            .execute_unprepared(&format!("SELECT set_config('app.tenant_id', '{tenant}', true)"))
            .await?;
        let error = transaction.execute_unprepared(UNGUARDED).await.expect_err(what);
        assert!(error.to_string().contains("row-level security policy"), "{what}: {error}");
    }
    disable_row_level_security(&db.manager(), &security).await?;
    assert_eq!(db.texts("SELECT text FROM note ORDER BY id").await, ["own", "canary"]);
    Ok(())
}

on_backend! { postgres Postgres: upsert_keeps_another_tenants_row_with_policies }
