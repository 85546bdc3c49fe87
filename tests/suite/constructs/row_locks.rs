//! LOCK IN SHARE MODE, FOR NO KEY UPDATE, FOR KEY SHARE.

use super::prelude::*;

/// Asserts that `sql` reads the tenant's projects, and locks them and no other's until its transaction ends.
async fn assert_locks(db: &TestDb, sql: &str) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    assert_eq!(texts(&transaction, sql).await?, ["A-Apollo", "A-Borealis", "A-Cygnus"], "{sql}");
    let probe = |tenant| format!("SELECT id FROM project WHERE account_id = {tenant} FOR UPDATE NOWAIT");
    assert!(numbers(db.unscoped(), &probe(1)).await.is_err(), "the rows are locked by {sql}");
    assert_eq!(numbers(db.unscoped(), &probe(2)).await?.len(), 4, "the other tenant's are not");
    transaction.commit().await?;
    assert_eq!(numbers(db.unscoped(), &probe(1)).await?.len(), 3);
    Ok(())
}

async fn lock_in_share_mode_locks_the_tenants_rows(db: &TestDb) -> Outcome {
    assert_locks(db, "SELECT note FROM project ORDER BY id LOCK IN SHARE MODE").await?;
    assert_locks(db, "SELECT note FROM project WHERE id > 0 OR 1 = 1 ORDER BY id LOCK IN SHARE MODE NOWAIT")
        .await?;
    let nested =
        "SELECT note FROM project WHERE id IN (SELECT id FROM manager LOCK IN SHARE MODE) ORDER BY id";
    assert_eq!(texts(&db.scope(1), nested).await?, ["A-Apollo", "A-Borealis"]);
    Ok(())
}

async fn the_locks_of_postgres_lock_the_tenants_rows(db: &TestDb) -> Outcome {
    for lock in [
        "FOR NO KEY UPDATE",
        "FOR KEY SHARE",
        "FOR KEY SHARE NOWAIT",
        "FOR NO KEY UPDATE OF project SKIP LOCKED",
    ] {
        assert_locks(db, &format!("SELECT note FROM project ORDER BY id {lock}")).await?;
    }
    Ok(())
}

async fn a_list_of_tables_locks_each(db: &TestDb) -> Outcome {
    assert_locks(
        db,
        "SELECT p.note FROM country JOIN project AS p ON p.country_code = country.code \
         JOIN account AS a ON a.id = p.account_id ORDER BY p.id FOR UPDATE OF p, a NOWAIT",
    )
    .await
}

on_every_backend!(@ mariadb Mariadb: lock_in_share_mode_locks_the_tenants_rows);
on_every_backend!(@ postgres Postgres: the_locks_of_postgres_lock_the_tenants_rows, a_list_of_tables_locks_each);
