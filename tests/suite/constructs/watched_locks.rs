//! Which rows an engine locks for a scope's statement, watched from a second connection.
//!
//! The statements are sent past the recorder: what counts is what the engine does.

use super::prelude::*;
use sea_orm::{DatabaseConnection, IsolationLevel};
use sea_orm_multitenant::{Tenancy, TenantScope, TenantType};

/// The tables of tenants' rows, and the column that tells them apart.
const OWN: [&str; 3] = ["project", "task", "tag"];

fn scope(db: &TestDb, tenant: i64) -> TenantScope<DatabaseConnection> {
    db.tenancy.scope(tenant).expect("integers are tenants here")
}

/// How many rows of tenant 2 a second connection can lock at once, and how many shared rows it can read with a lock.
async fn free(db: &TestDb) -> Result<(usize, usize), DbErr> {
    let mut foreign = 0;
    for table in OWN {
        let sql = format!("SELECT id FROM {table} WHERE account_id = 2 FOR UPDATE SKIP LOCKED");
        foreign += numbers(db.unscoped(), &sql).await?.len();
    }
    // What other tenants' foreign keys to a shared row need.
    let lock = if db.is_mariadb() { "LOCK IN SHARE MODE" } else { "FOR KEY SHARE" };
    let shared = texts(db.unscoped(), &format!("SELECT code FROM country {lock} SKIP LOCKED")).await?.len();
    Ok((foreign, shared))
}

/// How many of tenant 1's projects a second connection can lock.
async fn own_free(db: &TestDb) -> Result<usize, DbErr> {
    let sql = "SELECT id FROM project WHERE account_id = 1 FOR UPDATE SKIP LOCKED";
    Ok(numbers(db.unscoped(), sql).await?.len())
}

/// Asserts that a statement locks projects of tenant 1 and neither rows of tenant 2 nor shared ones.
async fn assert_keeps_to_own_rows(db: &TestDb, sql: &str) -> Outcome {
    let (all, own) = (free(db).await?, own_free(db).await?);
    // Otherwise a write of MariaDB also locks the first row behind a range, which may be another tenant's.
    let transaction = scope(db, 1).begin_with_config(Some(IsolationLevel::ReadCommitted), None).await?;
    transaction.execute_raw(statement(&transaction, sql, [])).await?;
    assert_eq!(free(db).await?, all, "locked for others by {sql}");
    assert!(own_free(db).await? < own, "nothing is locked by {sql}");
    transaction.rollback().await?;
    Ok(())
}

async fn locks_keep_to_the_tenants_rows(db: &TestDb) -> Outcome {
    for sql in [
        "SELECT id FROM project FOR UPDATE",
        "SELECT id FROM project WHERE id > 0 FOR UPDATE NOWAIT",
        "SELECT p.id FROM project AS p JOIN task AS t ON t.project_id = p.id FOR UPDATE",
        "SELECT id FROM project WHERE country_code IN (SELECT code FROM country) FOR UPDATE",
        "SELECT id, (SELECT MAX(name) FROM country) FROM project FOR UPDATE",
        "UPDATE project SET note = 'x' WHERE id > 0",
        "UPDATE project SET note = 'x' WHERE country_code IN (SELECT code FROM country)",
    ] {
        assert_keeps_to_own_rows(db, sql).await?;
    }
    Ok(())
}

async fn postgres_locks_through_subqueries_up_to_shared_rows(db: &TestDb) -> Outcome {
    for sql in [
        "SELECT id FROM (SELECT id FROM project) AS c FOR UPDATE",
        "SELECT c.id FROM task AS t, LATERAL (SELECT id FROM project WHERE id = t.project_id) AS c FOR KEY SHARE OF t FOR UPDATE OF c",
        "SELECT p.id FROM project AS p, (SELECT code FROM country) AS c FOR UPDATE OF p",
        "WITH c AS (SELECT code FROM country) SELECT p.id FROM project AS p JOIN c ON c.code = p.country_code FOR UPDATE",
        "UPDATE project SET note = 'x' FROM country WHERE country.code = project.country_code",
    ] {
        assert_keeps_to_own_rows(db, sql).await?;
    }
    // What is refused would lock them: without a scope it does.
    let all = free(db).await?;
    let unscoped = db.unscoped().begin().await?;
    texts(&unscoped, "SELECT code FROM (SELECT code FROM country) AS c FOR UPDATE").await?;
    assert_eq!(free(db).await?, (all.0, 0), "PostgreSQL locks through a subquery in FROM");
    unscoped.rollback().await?;
    assert_refused(db, &["SELECT code FROM (SELECT code FROM country) AS c FOR UPDATE"]).await
}

/// InnoDB locks each row that it reads, and keeps those that match at READ COMMITTED, or all (MySQL manual, 17.7.2.1).
async fn without_an_index_read_committed_keeps_to_the_tenants_rows(db: &TestDb) -> Outcome {
    db.create_table("CREATE TABLE plain (account_id BIGINT NOT NULL, id BIGINT PRIMARY KEY, note TEXT)")
        .await?;
    let rows = "INSERT INTO plain VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 3, 'c'), (2, 4, 'd')";
    execute(db.unscoped(), rows).await?;
    let tenancy = Tenancy::builder()
        .without_entities()
        .tenant_table("plain", "account_id", TenantType::BigInt)
        .build(db.unscoped().clone())
        .expect("one table");
    let probe = "SELECT id FROM plain FOR UPDATE SKIP LOCKED";
    for sql in ["SELECT id FROM plain FOR UPDATE", "UPDATE plain SET note = 'x'", "DELETE FROM plain"] {
        for (level, free) in
            [(IsolationLevel::ReadCommitted, vec![3, 4]), (IsolationLevel::RepeatableRead, vec![])]
        {
            let scope = tenancy.scope(1).expect("integers are tenants here");
            let transaction = scope.begin_with_config(Some(level), None).await?;
            execute(&transaction, sql).await?;
            assert_eq!(numbers(db.unscoped(), probe).await?, free, "{level}: {sql}");
            transaction.rollback().await?;
        }
    }
    execute(db.unscoped(), "CREATE INDEX plain_account ON plain (account_id)").await?;
    let transaction = tenancy.scope(1).expect("integers are tenants here").begin().await?;
    execute(&transaction, "SELECT id FROM plain FOR UPDATE").await?;
    assert_eq!(
        numbers(db.unscoped(), probe).await?,
        [3, 4],
        "with an index that begins with the tenant column"
    );
    transaction.rollback().await?;
    Ok(())
}

async fn writes_of_mariadb_share_what_they_read_of_shared_tables(db: &TestDb) -> Outcome {
    for sql in [
        "UPDATE project AS p JOIN country AS c ON c.code = p.country_code SET p.note = c.name",
        "UPDATE project AS p JOIN task AS t ON t.project_id = p.id SET p.note = 'x'",
        "SELECT id FROM project LOCK IN SHARE MODE",
    ] {
        assert_keeps_to_own_rows(db, sql).await?;
    }
    // What is refused would lock them: without a scope it does.
    let all = free(db).await?;
    let unscoped = db.unscoped().begin().await?;
    numbers(&unscoped, "SELECT id FROM project USE INDEX () WHERE account_id = 1 FOR UPDATE").await?;
    assert!(free(db).await?.0 < all.0, "InnoDB locks each row that it reads");
    unscoped.rollback().await?;
    assert_refused(
        db,
        &[
            "SELECT id FROM project USE INDEX () FOR UPDATE",
            "SELECT id FROM project USE INDEX () LOCK IN SHARE MODE",
            "UPDATE task AS t JOIN project AS p USE INDEX () ON p.id = t.project_id SET t.note = 'x'",
            "SELECT code FROM (SELECT code FROM country) AS c FOR UPDATE",
            "WITH c AS (SELECT code FROM country) SELECT code FROM c FOR UPDATE",
        ],
    )
    .await
}

/// Asserts that none of these is sent.
async fn assert_refused(db: &TestDb, statements: &[&str]) -> Outcome {
    for sql in statements {
        let refused = scope(db, 1).execute_raw(statement(db.unscoped(), sql, [])).await;
        let error = refused.expect_err(sql);
        assert!(TenancyError::from_db_err(&error).is_some(), "{sql}: {error}");
    }
    Ok(())
}

tests_on! { postgres: locks_keep_to_the_tenants_rows, postgres_locks_through_subqueries_up_to_shared_rows }
tests_on! { mariadb: locks_keep_to_the_tenants_rows, writes_of_mariadb_share_what_they_read_of_shared_tables, without_an_index_read_committed_keeps_to_the_tenants_rows }
