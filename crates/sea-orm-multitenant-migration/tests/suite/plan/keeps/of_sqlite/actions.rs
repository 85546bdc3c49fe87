//! Foreign keys with actions, on SQLite.

use super::{ACCOUNT, ACCOUNTS, convert, fails, plan, refused, run};
use crate::harness::{Outcome, TestDb};
use sea_orm_multitenant_migration::Severity;

async fn actions_that_set_columns_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE member (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint NOT NULL, \
             owner_id bigint REFERENCES member ON DELETE SET NULL ON UPDATE CASCADE, \
             other_id bigint DEFAULT 5, FOREIGN KEY (other_id) REFERENCES member (id) MATCH FULL ON DELETE SET DEFAULT ON UPDATE SET NULL)",
            ACCOUNTS,
            "INSERT INTO member VALUES (5, 1), (6, 1), (7, 1), (8, 2)",
            "INSERT INTO task VALUES (1, 1, 6, 7), (2, 2, 8, 8)",
        ],
    )
    .await;
    let plan = plan(db, &["member", "task"]);
    convert(&plan).await?;
    db.run("DELETE FROM member WHERE id = 7").await;
    db.run("UPDATE member SET id = 60 WHERE id = 6").await;
    let row = "SELECT ifnull(owner_id, '-') || ' ' || ifnull(other_id, '-') FROM task WHERE id = 1";
    assert_eq!(db.texts(row).await, ["60 5"]);
    db.run("DELETE FROM member WHERE id = 60").await;
    db.run("UPDATE member SET id = 50 WHERE id = 5").await;
    assert_eq!(db.texts(row).await, ["- -"]);
    db.refused("UPDATE task SET owner_id = 8 WHERE id = 1").await;
    let findings = plan.check().await?;
    let keys = findings.iter().filter(|finding| finding.to_string().contains("omits the tenant column"));
    assert_eq!(keys.count(), 0, "{findings:?}");
    Ok(())
}

async fn actions_that_cannot_be_kept_are_refused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE member (code TEXT PRIMARY KEY, account_id bigint NOT NULL, email TEXT UNIQUE)",
            "CREATE TABLE task (id INTEGER PRIMARY KEY, account_id bigint NOT NULL, owner TEXT REFERENCES member (email) ON DELETE SET NULL, \
             boss TEXT REFERENCES member ON DELETE SET NULL)",
        ],
    )
    .await;
    let plan = plan(db, &["member", "task"]);
    refused(
        &plan,
        "(owner) to `member` sets its columns: with the tenant column it would set that column too",
    )
    .await;
    let plan = plan.allow_across_tenants("member", ["email"]);
    refused(&plan, "(boss) to `member` sets its columns").await;
    let plan = plan.allow_across_tenants("member", ["code"]);
    convert(&plan).await?;
    assert!(!plan.check().await?.iter().any(|finding| finding.severity > Severity::Note));
    run(
        db,
        &[
            ACCOUNTS,
            "INSERT INTO member VALUES ('a', 1, 'a@b')",
            "INSERT INTO task VALUES (1, 1, 'a@b', 'a')",
            "DELETE FROM member",
        ],
    )
    .await;
    assert_eq!(db.texts("SELECT ifnull(owner, '-') || ifnull(boss, '-') FROM task").await, ["--"]);
    Ok(())
}

async fn cycles_restrictions_and_self_references_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            "CREATE TABLE account (id INTEGER PRIMARY KEY, owner_id bigint REFERENCES member (id) ON DELETE RESTRICT, \
             heir_id bigint REFERENCES account ON DELETE CASCADE)",
            "CREATE TABLE member (id INTEGER PRIMARY KEY, account_id bigint NOT NULL REFERENCES account (id), \
             boss_id bigint REFERENCES member ON DELETE RESTRICT, deputy_id bigint REFERENCES member ON DELETE CASCADE)",
            ACCOUNTS.replace("account VALUES (1), (2)", "account VALUES (1, NULL, NULL), (2, NULL, NULL)").as_str(),
            "INSERT INTO member VALUES (5, 1, 5, NULL), (6, 1, 5, NULL), (7, 2, NULL, NULL)",
            "UPDATE account SET owner_id = 6 WHERE id = 1",
        ],
    )
    .await;
    convert(&plan(db, &["member"])).await?;
    fails(db, "DELETE FROM member WHERE id = 6", "FOREIGN KEY").await;
    db.refused("UPDATE account SET owner_id = 7 WHERE id = 1").await;
    db.refused("UPDATE member SET boss_id = 7 WHERE id = 5").await;
    db.run("DELETE FROM member WHERE id = 7").await;
    assert!(db.texts("SELECT \"table\" FROM pragma_foreign_key_check").await.is_empty());
    Ok(())
}

on_backend! {
    sqlite Sqlite:
    actions_that_set_columns_stay,
    actions_that_cannot_be_kept_are_refused,
    cycles_restrictions_and_self_references_stay
}
