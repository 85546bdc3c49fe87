//! Shapes of tables that conversions meet.

use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant::{Table, Tenancy, TenancyBuilder, TenantType};
use sea_orm_multitenant_migration::{Mode, PlanError, Severity, TenancyPlan};

/// A plan of tables of tenants, their own `account` first.
fn plan(db: &TestDb, tables: &[&str]) -> TenancyPlan {
    planned(db, tables, |builder| builder)
}

fn planned(db: &TestDb, tables: &[&str], with: impl FnOnce(TenancyBuilder) -> TenancyBuilder) -> TenancyPlan {
    let root = Tenancy::builder().without_entities().root_table("account", "id", TenantType::BigInt);
    let all = tables
        .iter()
        .fold(root, |builder, table| builder.tenant_table(*table, "account_id", TenantType::BigInt));
    TenancyPlan::new(
        &with(all).build(db.connection.clone()).expect("the tables do not contradict each other"),
    )
}

async fn run(db: &TestDb, statements: &[&str]) {
    for sql in statements {
        db.run(sql).await;
    }
}

/// Converts, and finds nothing afterwards but notes.
async fn convert(plan: &TenancyPlan) -> Outcome {
    plan.convert(Mode::Offline).await?.run(&mut ()).await?;
    let grave: Vec<_> = plan.check().await?.into_iter().filter(|f| f.severity > Severity::Note).collect();
    assert!(grave.is_empty(), "{grave:?}");
    assert!(plan.convert(Mode::Offline).await?.steps().is_empty());
    Ok(())
}

const ACCOUNT: &str = "CREATE TABLE account (id bigint PRIMARY KEY)";
const ACCOUNTS: &str = "INSERT INTO account VALUES (1), (2)";

async fn tenants_are_handed_down_from_parents_that_had_none_themselves(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, FOREIGN KEY (account_id) REFERENCES account (id))",
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, FOREIGN KEY (project_id) REFERENCES project (id))",
            "CREATE TABLE remark (id bigint PRIMARY KEY, task_id bigint, project_id bigint, \
             FOREIGN KEY (task_id) REFERENCES task (id), FOREIGN KEY (project_id) REFERENCES project (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1), (8, 2)",
            "INSERT INTO task VALUES (70, 7), (80, 8)",
            "INSERT INTO remark VALUES (1, 70, NULL), (2, NULL, 8), (3, 80, 8)",
        ],
    )
    .await;
    convert(&plan(db, &["remark", "task", "project"])).await?;
    let owners = db.texts("SELECT CAST(account_id AS char(1)) FROM remark ORDER BY id").await;
    assert_eq!(owners, ["1", "2", "2"]);
    db.refused("INSERT INTO remark (account_id, id, task_id) VALUES (1, 4, 80)").await;
    Ok(())
}

async fn a_row_whose_tenant_nobody_knows_stops_it(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint, project_id bigint, FOREIGN KEY (project_id) REFERENCES project (id))",
            ACCOUNTS,
            "INSERT INTO project VALUES (7, 1)",
            "INSERT INTO task VALUES (70, NULL, 7), (71, 1, NULL), (72, NULL, NULL)",
        ],
    )
    .await;
    let plan = plan(db, &["project", "task"]);
    let error = plan.convert(Mode::Offline).await?.run(&mut ()).await.expect_err("task 72 is nobody's");
    assert!(matches!(&error, PlanError::Audit { table, rows: 1, .. } if table == "task"), "{error}");
    db.run("DELETE FROM task WHERE id = 72").await;
    convert(&plan).await?;
    assert_eq!(db.texts("SELECT CAST(account_id AS char(1)) FROM task ORDER BY id").await, ["1", "1"]);
    Ok(())
}

async fn without_a_way_to_a_tenant_nothing_is_planned(db: &TestDb) -> Outcome {
    run(db, &[ACCOUNT, "CREATE TABLE task (id bigint PRIMARY KEY)"]).await;
    let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("nothing says whose a task is");
    assert!(matches!(&error, PlanError::NoWayToTenant { table, .. } if table == "task"), "{error}");
    Ok(())
}

async fn a_key_from_outside_is_for_a_person_to_decide(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            "CREATE TABLE audit_log (id bigint PRIMARY KEY, task_id bigint, FOREIGN KEY (task_id) REFERENCES task (id))",
        ],
    )
    .await;
    let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("the key would be lost");
    assert!(matches!(&error, PlanError::Unconvertible { table, .. } if table == "audit_log"), "{error}");
    assert!(error.to_string().contains("drop it, or declare the table"), "{error}");
    Ok(())
}

async fn the_tenants_own_table_may_lead_to_their_rows(db: &TestDb) -> Outcome {
    if db.backend == Backend::Sqlite {
        return Ok(()); // The circle is the next test's.
    }
    run(
        db,
        &[
            "CREATE TABLE account (id bigint PRIMARY KEY, owner_id bigint)",
            "CREATE TABLE member (id bigint PRIMARY KEY, account_id bigint NOT NULL, FOREIGN KEY (account_id) REFERENCES account (id))",
            "INSERT INTO account VALUES (1, NULL), (2, NULL)",
            "INSERT INTO member VALUES (7, 1), (8, 2)",
            "UPDATE account SET owner_id = id + 6",
            "ALTER TABLE account ADD FOREIGN KEY (owner_id) REFERENCES member (id)",
        ],
    )
    .await;
    convert(&plan(db, &["member"])).await?;
    db.refused("UPDATE account SET owner_id = 8 WHERE id = 1").await;
    Ok(())
}

async fn a_key_to_a_unique_column_leads_to_the_tenants_own_value(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE label (id bigint PRIMARY KEY, account_id bigint NOT NULL, code varchar(20) NOT NULL UNIQUE)",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, code varchar(20), FOREIGN KEY (code) REFERENCES label (code))",
            ACCOUNTS,
            "INSERT INTO label VALUES (1, 1, 'a'), (2, 2, 'b')",
            "INSERT INTO task VALUES (1, 1, 'a'), (2, 2, NULL)",
        ],
    )
    .await;
    convert(&plan(db, &["label", "task"])).await?;
    db.refused("UPDATE task SET code = 'b' WHERE id = 1").await;
    db.run("INSERT INTO label (id, account_id, code) VALUES (3, 2, 'a')").await;
    db.run("UPDATE task SET code = 'a' WHERE id = 2").await;
    Ok(())
}

async fn a_unique_key_across_tenants_stays_when_it_is_meant(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE member (id bigint PRIMARY KEY, account_id bigint NOT NULL, email varchar(90) NOT NULL UNIQUE)",
            ACCOUNTS,
            "INSERT INTO member VALUES (1, 1, 'a@b')",
        ],
    )
    .await;
    convert(&plan(db, &["member"]).allow_across_tenants("member", ["email"])).await?;
    db.refused("INSERT INTO member (id, account_id, email) VALUES (1, 2, 'a@b')").await;
    if db.backend == Backend::Sqlite {
        return Ok(());
    }
    db.run("INSERT INTO member (id, account_id, email) VALUES (1, 2, 'b@b')").await;
    Ok(())
}

on_every_backend!(
    tenants_are_handed_down_from_parents_that_had_none_themselves,
    a_row_whose_tenant_nobody_knows_stops_it,
    without_a_way_to_a_tenant_nothing_is_planned,
    a_key_from_outside_is_for_a_person_to_decide,
    the_tenants_own_table_may_lead_to_their_rows,
    a_key_to_a_unique_column_leads_to_the_tenants_own_value,
    a_unique_key_across_tenants_stays_when_it_is_meant,
);

/// What only PostgreSQL has.
mod of_postgres {
    use super::*;

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

    async fn a_key_that_would_set_the_tenant_column_is_exchanged(db: &TestDb) -> Outcome {
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

    async fn tables_of_another_schema_are_named_with_it(db: &TestDb) -> Outcome {
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

    async fn partitions_are_for_a_person_to_decide(db: &TestDb) -> Outcome {
        let sql =
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL) PARTITION BY HASH (id)";
        run(
            db,
            &[ACCOUNT, sql, "CREATE TABLE task_0 PARTITION OF task FOR VALUES WITH (MODULUS 1, REMAINDER 0)"],
        )
        .await;
        let plan = plan(db, &["task"]);
        assert!(
            plan.check().await?.iter().all(|finding| finding.table != "task_0"),
            "a partition follows its table"
        );
        let error = plan.convert(Mode::Offline).await.expect_err("no key can be exchanged");
        assert!(error.to_string().contains("it is partitioned"), "{error}");
        Ok(())
    }

    async fn rows_that_are_hidden_are_not_taken_for_none(db: &TestDb) -> Outcome {
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
        let error = converted.expect_err("audits would see nothing");
        assert!(error.to_string().contains("BYPASSRLS"), "{error}");
        db.run(&format!("DROP OWNED BY {role}")).await;
        Ok(())
    }

    async fn expressions_are_not_taken_for_each_other(db: &TestDb) -> Outcome {
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
        partitions_are_for_a_person_to_decide,
        rows_that_are_hidden_are_not_taken_for_none,
        expressions_are_not_taken_for_each_other,
        predicates_orders_and_deferred_keys_stay,
        a_key_that_would_set_the_tenant_column_is_exchanged,
        tables_of_another_schema_are_named_with_it
    }
}

/// What only MariaDB has.
mod of_mariadb {
    use super::*;

    async fn a_key_on_the_beginning_of_a_column_is_for_a_person_to_decide(db: &TestDb) -> Outcome {
        run(
            db,
            &[
                ACCOUNT,
                "CREATE TABLE task (account_id bigint NOT NULL, id bigint, a varchar(90), PRIMARY KEY (account_id, id), UNIQUE KEY a_begins (a(5)))",
            ],
        )
        .await;
        let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("it would be another key");
        assert!(error.to_string().contains("`a_begins` is on the beginning of a column"), "{error}");
        Ok(())
    }

    on_backend! { mariadb Mariadb: a_key_on_the_beginning_of_a_column_is_for_a_person_to_decide }
}

/// What only SQLite needs: tables are made anew.
mod of_sqlite {
    use super::*;

    async fn views_triggers_indexes_and_counters_stay(db: &TestDb) -> Outcome {
        run(
            db,
            &[
                ACCOUNT,
                "CREATE TABLE project (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id bigint NOT NULL, name text COLLATE NOCASE UNIQUE, \
                 upper text AS (upper(name)))",
                "CREATE TABLE task (code text PRIMARY KEY, account_id bigint NOT NULL, state text DEFAULT 'open', \
                 project_id bigint REFERENCES project ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID",
                "CREATE INDEX task_open ON task (state) WHERE state = 'open'",
                "CREATE VIEW open_task AS SELECT code FROM task WHERE state = 'open'",
                "CREATE VIEW codes AS SELECT code FROM open_task",
                "CREATE TABLE log (line text)",
                "CREATE TRIGGER task_made AFTER INSERT ON task BEGIN INSERT INTO log VALUES (new.code); END",
                ACCOUNTS,
                "INSERT INTO project (id, account_id, name) VALUES (7, 1, 'Apollo'), (99, 2, 'Gemini')",
                "INSERT INTO task (code, account_id, project_id) VALUES ('a', 1, 7)",
                "DELETE FROM project WHERE id = 99",
            ],
        )
        .await;
        let plan = plan(db, &["project", "task"]).ignore("log");
        convert(&plan).await?;
        assert_eq!(db.texts("SELECT code FROM codes").await, ["a"]);
        assert_eq!(db.texts("SELECT line FROM log").await, ["a"], "copied rows are no new rows");
        db.run("INSERT INTO project (account_id, name) VALUES (2, 'APOLLO')").await;
        assert_eq!(
            db.texts("SELECT CAST(max(id) AS text) FROM project").await,
            ["100"],
            "99 does not come again"
        );
        assert_eq!(db.texts("SELECT upper FROM project WHERE id = 7").await, ["APOLLO"]);
        db.refused("INSERT INTO project (account_id, name) VALUES (2, 'apollo')").await;
        db.run("INSERT INTO task (code, account_id, project_id) VALUES ('a', 2, 100)").await;
        assert_eq!(db.texts("SELECT line FROM log").await, ["a", "a"]);
        let tables =
            db.texts("SELECT sql FROM sqlite_master WHERE name IN ('task', 'task_open') ORDER BY name").await;
        assert!(
            tables[0].ends_with("WITHOUT ROWID") && tables[0].contains("DEFERRABLE INITIALLY DEFERRED"),
            "{}",
            tables[0]
        );
        assert!(tables[1].contains(r#"("account_id", state) WHERE state = 'open'"#), "{}", tables[1]);
        Ok(())
    }

    async fn a_circle_is_for_a_person_to_decide(db: &TestDb) -> Outcome {
        run(
            db,
            &[
                "CREATE TABLE account (id INTEGER PRIMARY KEY, owner_id bigint REFERENCES member (id))",
                "CREATE TABLE member (id INTEGER PRIMARY KEY, account_id bigint NOT NULL REFERENCES account (id))",
            ],
        )
        .await;
        let error = plan(db, &["member"]).convert(Mode::Offline).await.expect_err("neither can go first");
        assert!(matches!(error, PlanError::Unconvertible { .. }), "{error}");
        assert!(error.to_string().contains("lead back to it"), "{error}");
        Ok(())
    }

    async fn a_table_that_cannot_be_read_is_for_a_person_to_decide(db: &TestDb) -> Outcome {
        run(
            db,
            &[ACCOUNT, "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint, name text UNIQUE ON CONFLICT REPLACE)"],
        )
        .await;
        let error = plan(db, &["task"]).convert(Mode::Offline).await.expect_err("ON CONFLICT would be lost");
        assert!(error.to_string().contains("its CREATE TABLE cannot be read"), "{error}");
        assert!(db.connection.execute_unprepared("SELECT 1").await.is_ok());
        Ok(())
    }

    on_backend! {
        sqlite Sqlite:
        views_triggers_indexes_and_counters_stay,
        a_circle_is_for_a_person_to_decide,
        a_table_that_cannot_be_read_is_for_a_person_to_decide
    }
}
