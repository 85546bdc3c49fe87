//! Statements that would change the state of the session.

use super::{acts_for, create, error_of};
use crate::harness::{Outcome, TestDb};
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_multitenant::{TenancyError, TenantSetting};

async fn statements_that_change_session_state_are_refused(db: &TestDb) -> Outcome {
    let tenancy = create(db, TenantSetting::default()).await?;
    let transaction = tenancy.unscoped("state that outlives a scope").begin().await?;
    let scope = tenancy.scope_on(&transaction, 1)?;
    for sql in [
        "SET LOCAL app.tenant_id = '2'",
        "SET app.tenant_id = '2'",
        "RESET app.tenant_id",
        "RESET ALL",
        "DISCARD ALL",
        "SELECT set_config('app.tenant_id', '2', true)",
        "SELECT set_config('sea_orm_multitenant.act', '2', true)",
        "SET search_path = pg_temp",
        "SET LOCAL search_path TO other",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET LOCAL row_security = off",
        "SET CONSTRAINTS ALL DEFERRED",
        "SET TRANSACTION READ ONLY",
        "SAVEPOINT sea_orm_multitenant",
        "RELEASE SAVEPOINT sea_orm_multitenant",
        "ROLLBACK TO SAVEPOINT sea_orm_multitenant",
        "COMMIT",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE ALL",
        "CREATE TEMP TABLE project (id bigint)",
        "CREATE TEMP VIEW project AS SELECT 1",
        "SELECT name INTO TEMP kept FROM project",
        "DECLARE c CURSOR FOR SELECT name FROM project",
        "FETCH ALL FROM c",
        "LISTEN tenant",
        "NOTIFY tenant",
        "LOCK TABLE project",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock(1)",
        "SELECT pg_notify('a', 'b')",
        "SELECT setval('s', 1)",
        "SELECT setseed(0.5)",
        "SELECT current_setting('app.tenant_id')",
        "SELECT lastval()",
    ] {
        let error = scope.execute_unprepared(sql).await.expect_err(sql);
        assert!(matches!(error_of(&error), TenancyError::Refused(_)), "{sql}: {error}");
    }
    acts_for(&scope, 1).await
}

on_backend! { postgres Postgres:
    statements_that_change_session_state_are_refused,
}
