//! PostgreSQL looks a parent up without a lock: what keeps a child from a parent that goes while the statement runs.

use super::{Rows, by_id, links, tenancy};
use crate::harness::{Outcome, TestDb};
use sea_orm::{ConnectionTrait, DbErr, ExecResult, Statement, TransactionTrait};
use std::time::Duration;

const BY_ID: &str = "FOREIGN KEY (holder_id) REFERENCES holder (id)";
const WITH_TENANT: &str = "FOREIGN KEY (account_id, holder_id) REFERENCES holder (account_id, id)";

/// Fresh tables, where the database has this foreign key.
async fn create(db: &TestDb, key: &str) -> Result<(), DbErr> {
    for sql in [
        "DROP TABLE IF EXISTS item",
        "DROP TABLE IF EXISTS holder",
        "CREATE TABLE holder (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, UNIQUE (account_id, id))",
        &format!(
            "CREATE TABLE item (n INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, holder_id BIGINT, {key})"
        ),
        "INSERT INTO holder (id, account_id) VALUES (1, 1), (2, 2)",
        "INSERT INTO item (n, account_id) VALUES (1, 1)",
    ] {
        db.unscoped().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Waits until a statement waits for a row.
async fn until_one_waits(db: &TestDb) -> Outcome {
    let sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..500 {
        let statement = Statement::from_string(db.unscoped().get_database_backend(), sql);
        let row = db.unscoped().query_one_raw(statement).await?.ok_or("a count is a row")?;
        if row.try_get::<i64>("", "n")? > 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err("nothing waits".into())
}

/// What became of tenant 1's UPDATE, which has looked its parent up and waits for its row, while others did this.
async fn written_while(
    db: &TestDb,
    meanwhile: &str,
) -> Result<Result<ExecResult, DbErr>, Box<dyn std::error::Error>> {
    let (writer, holding) = (db.connect_again().await?, db.connect_again().await?);
    let row = holding.begin().await?;
    row.execute_unprepared("UPDATE item SET n = n WHERE n = 1").await?;
    let tenancy = tenancy(&writer, None, by_id())?;
    let scope = tenancy.scope(1)?;
    let others = async {
        until_one_waits(db).await?;
        db.unscoped().execute_unprepared(meanwhile).await?;
        row.commit().await?;
        Outcome::Ok(())
    };
    let (written, others) =
        tokio::join!(scope.execute_unprepared("UPDATE item SET holder_id = 1 WHERE n = 1"), others);
    others?;
    drop(scope);
    writer.close().await?;
    holding.close().await?;
    Ok(written)
}

async fn the_databases_key_refuses_a_parent_that_went(db: &TestDb) -> Outcome {
    let (delete, moved) =
        ("DELETE FROM holder WHERE id = 1", "UPDATE holder SET account_id = 2 WHERE id = 1");
    let again = "DELETE FROM holder WHERE id = 1; INSERT INTO holder (id, account_id) VALUES (1, 2)";
    for (key, meanwhile) in
        [(BY_ID, delete), (WITH_TENANT, delete), (WITH_TENANT, moved), (WITH_TENANT, again)]
    {
        create(db, key).await?;
        let error = written_while(db, meanwhile).await?.expect_err("the parent went");
        assert!(error.to_string().contains("violates foreign key"), "{key} {meanwhile}: {error}");
        assert_eq!((links(db, 1).await?, links(db, 2).await?), (0, 0), "{key} {meanwhile}");
    }
    for key in [BY_ID, WITH_TENANT] {
        create(db, key).await?;
        assert_eq!(written_while(db, "UPDATE holder SET id = 3 WHERE id = 2").await??.rows_affected(), 1);
        assert_eq!(links(db, 1).await?, 1, "{key}");
    }
    Ok(())
}

/// The lock that a scope's SELECT takes is kept until the transaction ends.
async fn a_parent_that_is_locked_stays(db: &TestDb) -> Outcome {
    let (delete, moved) =
        ("DELETE FROM holder WHERE id = 1", "UPDATE holder SET account_id = 2 WHERE id = 1");
    for (lock, meanwhile) in [("KEY SHARE", delete), ("SHARE", delete), ("SHARE", moved)] {
        create(db, BY_ID).await?;
        let second = db.connect_again().await?;
        let tenancy = tenancy(&second, None, by_id())?;
        let scope = tenancy.scope(1)?.begin().await?;
        let locked = async |id| {
            let sql = format!("SELECT id FROM holder WHERE id = {id} FOR {lock}");
            let statement = Statement::from_string(db.unscoped().get_database_backend(), sql);
            scope.query_all_raw(statement).await.map(|rows| rows.len())
        };
        assert_eq!((locked(1).await?, locked(2).await?), (1, 0), "{lock}");
        let other = db.unscoped().begin().await?;
        other.execute_unprepared("SET LOCAL lock_timeout = '200ms'").await?;
        let error = other.execute_unprepared(meanwhile).await.expect_err("it waits");
        assert!(error.to_string().contains("lock timeout"), "{lock} {meanwhile}: {error}");
        other.rollback().await?;
        scope.execute_unprepared("UPDATE item SET holder_id = 1 WHERE n = 1").await?;
        scope.commit().await?;
        assert_eq!((links(db, 1).await?, links(db, 2).await?), (1, 0), "{lock} {meanwhile}");
        second.close().await?;
    }
    Ok(())
}

tests_on! { postgres: the_databases_key_refuses_a_parent_that_went, a_parent_that_is_locked_stays }
