//! Upserts that meet another tenant's row by a key without the tenant column, under policies and without.

use crate::harness::{Outcome, TestDb};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_multitenant::{Tenancy, TenantSetting, TenantType};
use sea_orm_multitenant_migration::{
    RowLevelSecurity, disable_row_level_security, enable_row_level_security,
};

const UPSERT: &str =
    "INSERT INTO note (id, text) VALUES (2, 'mine') ON CONFLICT (id) DO UPDATE SET text = excluded.text";
const NOTHING: &str = "INSERT INTO note (id, text) VALUES (2, 'mine') ON CONFLICT (id) DO NOTHING";

async fn an_upsert_on_another_tenants_row_is_an_error_under_policies(db: &TestDb) -> Outcome {
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
        .row_level_security(TenantSetting::default())
        .build(db.connection.clone())?;
    let security = RowLevelSecurity::new("note", "account_id", TenantType::BigInt);
    let scope = tenancy.scope(1)?;
    for policies in [false, true] {
        if policies {
            enable_row_level_security(&db.manager(), &security).await?;
        }
        db.run(&format!("SET ROLE {role}")).await;
        let upserted = scope.begin().await?.execute_unprepared(UPSERT).await;
        let ignored = scope.begin().await?.execute_unprepared(NOTHING).await?;
        db.run("RESET ROLE").await;
        assert_eq!(ignored.rows_affected(), 0);
        match upserted {
            Ok(done) => assert!(!policies && done.rows_affected() == 0, "{done:?}"),
            Err(error) => {
                assert!(policies && error.to_string().contains("row-level security policy"), "{error}")
            }
        }
    }
    disable_row_level_security(&db.manager(), &security).await?;
    assert_eq!(db.texts("SELECT text FROM note ORDER BY id").await, ["own", "canary"]);
    Ok(())
}

on_backend! { postgres Postgres: an_upsert_on_another_tenants_row_is_an_error_under_policies }
