//! Structures that only PostgreSQL has.

use super::*;
use sea_orm_multitenant::Table;

async fn predicates_orders_and_deferred_keys_stay(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, slug text, \
             CONSTRAINT slug_unique UNIQUE (slug) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, due date, state text, \
             FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)",
            "CREATE INDEX task_due ON task (due DESC NULLS LAST, lower(state)) WHERE state <> 'done'",
            "CREATE UNIQUE INDEX task_open ON task (due) WHERE state = 'open'",
            "CREATE UNIQUE INDEX task_doing ON task (due) WHERE state = 'doing'",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"])).await?;
    let sql = format!(
        "SELECT replace(indexdef, '{0}.', '') FROM pg_indexes WHERE schemaname = '{0}' AND tablename = 'task' ORDER BY 1",
        db.name
    );
    let indexes = db.texts(&sql).await.join("\n");
    for end in [
        "(account_id, due DESC NULLS LAST, lower(state)) WHERE (state <> 'done'::text)",
        "(account_id, due) WHERE (state = 'open'::text)",
        "(account_id, due) WHERE (state = 'doing'::text)",
    ] {
        assert!(indexes.contains(end), "{end}\n{indexes}");
    }
    let sql = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid IN \
               ('task'::regclass, 'project'::regclass) ORDER BY 1";
    assert_eq!(
        db.texts(sql).await,
        [
            "FOREIGN KEY (account_id, project_id) REFERENCES project(account_id, id) ON DELETE SET NULL (project_id) \
             DEFERRABLE INITIALLY DEFERRED",
            "UNIQUE (account_id, slug) DEFERRABLE INITIALLY DEFERRED",
        ]
    );
    Ok(())
}

async fn key_that_would_set_the_tenant_column_is_replaced(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (account_id bigint NOT NULL, id bigint, PRIMARY KEY (account_id, id))",
            "CREATE TABLE task (account_id bigint NOT NULL, id bigint, project_id bigint, PRIMARY KEY (account_id, id), \
             FOREIGN KEY (account_id, project_id) REFERENCES project ON DELETE SET NULL)",
            ACCOUNTS,
            "INSERT INTO project VALUES (1, 7)",
            "INSERT INTO task VALUES (1, 70, 7)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"])).await?;
    db.run("DELETE FROM project").await;
    assert_eq!(db.texts("SELECT coalesce(project_id::text, 'none') FROM task").await, ["none"]);
    Ok(())
}

async fn tables_of_another_schema_are_qualified(db: &TestDb) -> Outcome {
    let other = db.other_schema();
    run(db, &[ACCOUNT, &format!("CREATE SCHEMA {other}"), ACCOUNTS]).await;
    db.run(&format!("CREATE TABLE {other}.project (id bigint PRIMARY KEY, account_id bigint NOT NULL)"))
        .await;
    db.run(&format!(
        "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL REFERENCES {other}.project (id))"
    ))
    .await;
    db.run(&format!("INSERT INTO {other}.project VALUES (7, 1)")).await;
    db.run("INSERT INTO task VALUES (70, 7)").await;
    let project = Table::tenant("project", "account_id", TenantType::BigInt).in_schema(Some(other));
    convert(&planned(db, &["task"], |builder| builder.table(project))).await?;
    db.refused("INSERT INTO task (account_id, id, project_id) VALUES (2, 71, 7)").await;
    Ok(())
}

async fn partitioned_table_is_refused(db: &TestDb) -> Outcome {
    let sql = "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL) PARTITION BY HASH (id)";
    run(
        db,
        &[ACCOUNT, sql, "CREATE TABLE task_0 PARTITION OF task FOR VALUES WITH (MODULUS 1, REMAINDER 0)"],
    )
    .await;
    let plan = plan(db, &["task"]);
    assert!(
        plan.check().await?.iter().all(|finding| finding.table != "task_0"),
        "a partition is converted with its table"
    );
    let error = plan.convert(Mode::Offline).await.expect_err("the table is partitioned");
    assert!(error.to_string().contains("it is partitioned"), "{error}");
    Ok(())
}

async fn conversion_with_hidden_rows_is_refused(db: &TestDb) -> Outcome {
    use sea_orm_multitenant_migration::{FindingKind, RowLevelSecurity, enable_row_level_security};
    let role = &db.name;
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            &format!("CREATE ROLE {role}"),
            &format!("GRANT ALL ON SCHEMA {role} TO {role}"),
            &format!("GRANT ALL ON account, task TO {role}"),
        ],
    )
    .await;
    let security = RowLevelSecurity::new("task", "account_id", TenantType::BigInt);
    enable_row_level_security(&db.manager(), &security).await?;
    let plan = plan(db, &["task"]);
    db.run(&format!("SET ROLE {role}")).await;
    let (findings, converted) = (plan.check().await, plan.convert(Mode::Offline).await);
    db.run("RESET ROLE").await;
    assert!(findings?.iter().any(|finding| finding.kind == FindingKind::RowsHidden));
    let error = converted.expect_err("audits would see no rows");
    assert!(error.to_string().contains("BYPASSRLS"), "{error}");
    db.run(&format!("DROP OWNED BY {role}")).await;
    Ok(())
}

async fn indexes_on_different_expressions_stay_distinct(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (account_id bigint NOT NULL, id bigint, a text, b text, PRIMARY KEY (account_id, id))",
            "CREATE UNIQUE INDEX a_lower ON task (account_id, lower(a))",
            "CREATE UNIQUE INDEX b_lower ON task (lower(b))",
            ACCOUNTS,
            "INSERT INTO task VALUES (1, 1, 'a', 'b')",
        ],
    )
    .await;
    convert(&plan(db, &["task"])).await?;
    db.run("INSERT INTO task VALUES (2, 1, 'A', 'B')").await;
    db.refused("INSERT INTO task VALUES (1, 2, 'c', 'B')").await;
    db.refused("INSERT INTO task VALUES (1, 2, 'A', 'c')").await;
    Ok(())
}

on_backend! {
    postgres Postgres:
    partitioned_table_is_refused,
    conversion_with_hidden_rows_is_refused,
    indexes_on_different_expressions_stay_distinct,
    predicates_orders_and_deferred_keys_stay,
    key_that_would_set_the_tenant_column_is_replaced,
    tables_of_another_schema_are_qualified
}
