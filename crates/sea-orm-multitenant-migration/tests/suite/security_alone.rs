//! Scopes over the pool, outside a transaction, under policies: each statement runs in a transaction of its own.

use crate::{
    harness::{Outcome, TestDb, texts},
    security_lent::{NAMES, SHOWN, acts_for, assert_setting, create, error_of, one},
};
use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, StreamTrait};
use sea_orm_multitenant::{TenancyError, TenantSetting};

fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

fn name(row: &QueryResult) -> String {
    row.try_get_by_index(0).expect("a text")
}

async fn statement_acts_for_its_tenant_and_leaves_the_session_as_it_was(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let pool = tenancy.unscoped("a setting of the session");
    pool.execute_unprepared("SET app.tenant_id = '2'").await?;
    for tenant in [1, 3, 1] {
        acts_for(&tenancy.scope(tenant)?, tenant).await?;
        acts_for(&tenancy.scope(tenant)?.clone(), tenant).await?;
        assert_setting(pool, "2").await?;
    }
    let scope = tenancy.scope(1)?;
    let insert = "INSERT INTO project (id, name) VALUES (8, 'Draco')";
    assert_eq!(scope.execute_unprepared(insert).await?.rows_affected(), 1);
    assert_eq!(texts(&scope, NAMES).await, ["Apollo", "Draco"], "the insert is committed");
    assert_eq!(one(&tenancy.scope_many([1])?, SHOWN).await?, "Apollo Draco");
    assert_setting(pool, "2").await
}

async fn failed_statement_is_rolled_back_and_the_connection_goes_on(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let scope = tenancy.scope(1)?;
    let insert = "INSERT INTO project (id, name) VALUES (8, 'Draco'), (8, 'Draco again')";
    let error = scope.execute_unprepared(insert).await.expect_err("one key twice");
    assert!(error.sql_err().is_some(), "{error}");
    acts_for(&scope, 1).await
}

async fn stream_acts_for_its_tenant(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let scope = tenancy.scope(1)?;
    let rows: Vec<_> = scope.stream_raw(statement(SHOWN)).await?.try_collect().await?;
    assert_eq!(rows.iter().map(name).collect::<Vec<_>>(), ["Apollo"]);

    let deleted: Vec<_> =
        scope.stream_raw(statement("DELETE FROM project RETURNING name")).await?.try_collect().await?;
    assert_eq!(deleted.iter().map(name).collect::<Vec<_>>(), ["Apollo"]);
    assert!(texts(&scope, NAMES).await.is_empty(), "the deletion is committed after the last row");
    acts_for(&tenancy.scope(2)?, 2).await
}

async fn stream_dropped_early_is_rolled_back(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let scope = tenancy.scope(1)?;
    scope.execute_unprepared("INSERT INTO project (id, name) VALUES (8, 'Draco')").await?;
    let mut rows = scope.stream_raw(statement("DELETE FROM project RETURNING name")).await?;
    assert!(rows.next().await.is_some_and(|row| row.is_ok()));
    drop(rows);
    assert_eq!(texts(&scope, NAMES).await, ["Apollo", "Draco"]);
    Ok(())
}

async fn set_of_several_tenants_is_refused(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    for tenants in [&[1, 2][..], &[]] {
        let refused = TenancyError::SettingOfManyTenants { tenants: tenants.len().to_string() };
        let scope = tenancy.scope_many(tenants.to_vec())?;
        let error = one(&scope, SHOWN).await.expect_err("no setting");
        assert_eq!(error_of(&error), &refused);
        let error = scope.stream_raw(statement(SHOWN)).await.err();
        assert_eq!(error.as_ref().map(error_of), Some(&refused));
    }
    let all = tenancy.scope_all("a test");
    let error = one(&all, SHOWN).await.expect_err("no setting");
    assert_eq!(error_of(&error), &TenancyError::SettingOfManyTenants { tenants: "all".to_owned() });
    Ok(())
}

on_backend! { postgres Postgres:
    statement_acts_for_its_tenant_and_leaves_the_session_as_it_was,
    failed_statement_is_rolled_back_and_the_connection_goes_on,
    stream_acts_for_its_tenant,
    stream_dropped_early_is_rolled_back,
    set_of_several_tenants_is_refused,
}
