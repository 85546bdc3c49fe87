//! Attributes of PostgreSQL.

use super::{
    super::{offline::EndAt, online::Next},
    *,
};

/// The text of each index of a table, without the names of schema and index.
async fn indexes(db: &TestDb, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT regexp_replace(replace(pg_get_indexdef(indexrelid), '{}.', ''), ' INDEX .* ON ', ' INDEX ON ') \
         FROM pg_index WHERE indrelid = '{table}'::regclass ORDER BY 1",
        db.name
    );
    db.texts(&sql).await
}

/// The text of each constraint of a kind.
async fn constraints(db: &TestDb, table: &str, kind: char) -> Vec<String> {
    let sql = format!(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = '{kind}' ORDER BY 1"
    );
    db.texts(&sql).await
}

const PARENTS: [&str; 2] = [
    "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
    "INSERT INTO project VALUES (7, 1), (8, 2)",
];

async fn triggers_and_rules(db: &TestDb, mode: Mode) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL REFERENCES project, touched int NOT NULL DEFAULT 0)",
            "CREATE TABLE audit_log (id bigserial PRIMARY KEY, task_id bigint)",
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched = NEW.touched + 1; RETURN NEW; END $$",
            "CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO audit_log (task_id) VALUES (NEW.id); RETURN NULL; END $$",
            "CREATE TRIGGER touch BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION touch()",
            "CREATE TRIGGER \"the log\" AFTER UPDATE ON task FOR EACH ROW EXECUTE FUNCTION log()",
            "CREATE TRIGGER always AFTER UPDATE ON task FOR EACH ROW EXECUTE FUNCTION log()",
            "CREATE TRIGGER never AFTER UPDATE ON task FOR EACH ROW EXECUTE FUNCTION log()",
            "ALTER TABLE task ENABLE ALWAYS TRIGGER always, DISABLE TRIGGER never",
            "CREATE RULE noted AS ON UPDATE TO task DO ALSO INSERT INTO audit_log (task_id) VALUES (NEW.id)",
            ACCOUNTS,
            PARENTS[1],
            "INSERT INTO task VALUES (70, 7), (80, 8)",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"]).ignore("audit_log"), mode).await?;
    assert_eq!(db.texts("SELECT touched::text FROM task").await, ["0", "0"]);
    assert!(db.texts("SELECT task_id::text FROM audit_log").await.is_empty());
    let modes = "SELECT tgname || tgenabled::text FROM pg_trigger WHERE tgrelid = 'task'::regclass AND NOT tgisinternal ORDER BY 1";
    assert_eq!(db.texts(modes).await, ["alwaysA", "neverD", "the logO", "touchO"]);
    db.run("UPDATE task SET project_id = project_id WHERE id = 70").await;
    assert_eq!(db.texts("SELECT touched::text FROM task ORDER BY id").await, ["1", "0"]);
    assert_eq!(db.texts("SELECT task_id::text FROM audit_log").await.len(), 3);
    Ok(())
}

async fn triggers_and_rules_do_not_fire_on_the_fill(db: &TestDb) -> Outcome {
    triggers_and_rules(db, Mode::Offline).await
}

async fn triggers_and_rules_do_not_fire_on_the_fill_online(db: &TestDb) -> Outcome {
    triggers_and_rules(db, Mode::Online).await
}

const ATTRIBUTES: [&str; 14] = [
    "CREATE TABLE task (id bigint NOT NULL, account_id bigint, code text NOT NULL, title text COLLATE \"C\", due date, tags text[], \
     CONSTRAINT task_key PRIMARY KEY (id) INCLUDE (code) WITH (fillfactor = 70), \
     CONSTRAINT task_code UNIQUE NULLS NOT DISTINCT (code, due) INCLUDE (title))",
    "CREATE UNIQUE INDEX task_identity ON task (code)",
    "CREATE INDEX task_pattern ON task (title text_pattern_ops, due DESC NULLS LAST, lower(code) COLLATE \"POSIX\") \
     INCLUDE (id) WITH (fillfactor = 60, deduplicate_items = off) WHERE title <> 'it''s, (x'",
    "CREATE INDEX task_tags ON task USING gin (tags) WITH (fastupdate = off)",
    "ALTER TABLE task REPLICA IDENTITY USING INDEX task_identity",
    "ALTER TABLE task CLUSTER ON task_code",
    "COMMENT ON INDEX task_pattern IS 'it''s the pattern'",
    "COMMENT ON INDEX task_key IS 'index of the key'",
    "COMMENT ON CONSTRAINT task_key ON task IS 'the key'",
    "COMMENT ON CONSTRAINT task_code ON task IS 'the code'",
    "COMMENT ON TABLE task IS 'tasks'",
    "COMMENT ON COLUMN task.account_id IS 'whose it is'",
    "ALTER TABLE task ALTER account_id SET DEFAULT 5, ALTER account_id SET STATISTICS 50, ALTER title SET STORAGE external",
    "INSERT INTO task VALUES (1, 1, 'a', 'b', '2020-01-01', '{x}')",
];

async fn attributes_of_keys(db: &TestDb, mode: Mode) -> Outcome {
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    run(db, &ATTRIBUTES).await;
    convert(&plan(db, &["task"]), mode).await?;
    has_attributes_of_keys(db).await;
    Ok(())
}

/// Each run executes one more step and is interrupted.
async fn attributes_of_keys_stay_through_interruptions(db: &TestDb) -> Outcome {
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    run(db, &ATTRIBUTES).await;
    let plan = plan(db, &["task"]);
    let mut runs = 0;
    while let Err(error) = plan.convert(Mode::Online).await?.run(&mut Next::default()).await {
        assert!(matches!(error, PlanError::Interrupted { .. }), "{error}");
        runs += 1;
        assert!(
            runs < 100,
            "the conversion does not terminate: {:?}",
            plan.convert(Mode::Online).await?.steps()
        );
    }
    assert!(runs > 10, "{runs} runs");
    has_attributes_of_keys(db).await;
    Ok(())
}

/// Interrupts a conversion at some step; a second run does the rest and compares the schema.
async fn interrupted_conversion_is_completed(db: &TestDb) -> Outcome {
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    for end in [5, 8, 11, 14, 17] {
        run(db, &ATTRIBUTES).await;
        let plan = plan(db, &["task"]);
        let error = plan
            .convert(Mode::Online)
            .await?
            .run(&mut EndAt(end))
            .await
            .expect_err("the conversion is interrupted");
        assert!(matches!(error, PlanError::Interrupted { .. }), "{error}");
        convert(&plan, Mode::Online).await?;
        has_attributes_of_keys(db).await;
        db.run("DROP TABLE task").await;
    }
    Ok(())
}

async fn has_attributes_of_keys(db: &TestDb) {
    assert_eq!(
        indexes(db, "task").await,
        [
            "CREATE INDEX ON task USING btree (account_id, title text_pattern_ops, due DESC NULLS LAST, lower(code) COLLATE \"POSIX\") \
             INCLUDE (id) WITH (fillfactor='60', deduplicate_items=off) WHERE (title <> 'it''s, (x'::text)",
            "CREATE INDEX ON task USING gin (tags) WITH (fastupdate=off)",
            "CREATE UNIQUE INDEX ON task USING btree (account_id, code)",
            "CREATE UNIQUE INDEX ON task USING btree (account_id, code, due) INCLUDE (title) NULLS NOT DISTINCT",
            "CREATE UNIQUE INDEX ON task USING btree (account_id, id) INCLUDE (code) WITH (fillfactor='70')",
        ]
    );
    let attributes = "SELECT concat_ws('|', regexp_replace(pg_get_indexdef(indexrelid), '^.* btree ', ''), obj_description(indexrelid, 'pg_class'), \
                obj_description(k.oid, 'pg_constraint'), CASE WHEN indisclustered THEN 'clusters' END, CASE WHEN indisreplident THEN 'identifies' END) \
                FROM pg_index LEFT JOIN pg_constraint k ON conindid = indexrelid WHERE indrelid = 'task'::regclass \
                AND (obj_description(indexrelid, 'pg_class') IS NOT NULL OR k.oid IS NOT NULL OR indisclustered OR indisreplident) ORDER BY 1";
    assert_eq!(
        db.texts(attributes).await,
        [
            "(account_id, code)|identifies",
            "(account_id, code, due) INCLUDE (title) NULLS NOT DISTINCT|the code|clusters",
            "(account_id, id) INCLUDE (code) WITH (fillfactor='70')|index of the key|the key",
            "(account_id, title text_pattern_ops, due DESC NULLS LAST, lower(code) COLLATE \"POSIX\") INCLUDE (id) \
             WITH (fillfactor='60', deduplicate_items=off) WHERE (title <> 'it''s, (x'::text)|it's the pattern",
        ]
    );
}

async fn attributes_of_keys_stay(db: &TestDb) -> Outcome {
    attributes_of_keys(db, Mode::Offline).await
}

async fn attributes_of_keys_stay_online(db: &TestDb) -> Outcome {
    attributes_of_keys(db, Mode::Online).await
}

async fn attributes_of_foreign_keys(db: &TestDb, mode: Mode) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint, b bigint, c bigint, d bigint DEFAULT 7, e bigint)",
            ACCOUNTS,
            PARENTS[1],
            "INSERT INTO task VALUES (1, 1, 7, 7, 7, 7, 99)",
            "ALTER TABLE task ADD CONSTRAINT a FOREIGN KEY (a) REFERENCES project MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL",
            "ALTER TABLE task ADD CONSTRAINT b FOREIGN KEY (b) REFERENCES project ON DELETE RESTRICT DEFERRABLE",
            "ALTER TABLE task ADD CONSTRAINT c FOREIGN KEY (c) REFERENCES project ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE task ADD CONSTRAINT d FOREIGN KEY (d) REFERENCES project ON DELETE SET DEFAULT",
            "ALTER TABLE task ADD CONSTRAINT e FOREIGN KEY (e) REFERENCES project NOT VALID",
            "COMMENT ON CONSTRAINT c ON task IS 'goes with it'",
        ],
    )
    .await;
    convert(&plan(db, &["project", "task"]), mode).await?;
    assert_eq!(
        constraints(db, "task", 'f').await,
        [
            "FOREIGN KEY (account_id, a) REFERENCES project(account_id, id) ON UPDATE CASCADE ON DELETE SET NULL (a)",
            "FOREIGN KEY (account_id, b) REFERENCES project(account_id, id) ON DELETE RESTRICT DEFERRABLE",
            "FOREIGN KEY (account_id, c) REFERENCES project(account_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
            "FOREIGN KEY (account_id, d) REFERENCES project(account_id, id) ON DELETE SET DEFAULT (d)",
            "FOREIGN KEY (account_id, e) REFERENCES project(account_id, id) NOT VALID",
        ]
    );
    let comments = "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE contype = 'f' AND conrelid = 'task'::regclass \
                    AND obj_description(oid, 'pg_constraint') IS NOT NULL";
    assert_eq!(db.texts(comments).await, ["goes with it"]);
    Ok(())
}

async fn attributes_of_foreign_keys_stay(db: &TestDb) -> Outcome {
    attributes_of_foreign_keys(db, Mode::Offline).await
}

async fn attributes_of_foreign_keys_stay_online(db: &TestDb) -> Outcome {
    attributes_of_foreign_keys(db, Mode::Online).await
}

async fn deferrable_primary_key_stays_deferrable(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, account_id bigint NOT NULL)",
            ACCOUNTS,
        ],
    )
    .await;
    convert(&plan(db, &["task"]), Mode::Offline).await?;
    assert_eq!(
        constraints(db, "task", 'p').await,
        ["PRIMARY KEY (account_id, id) DEFERRABLE INITIALLY DEFERRED"]
    );
    Ok(())
}

async fn attributes_that_cannot_be_kept_are_refused(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL, code bigint NOT NULL, UNIQUE (id, code))",
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint, b bigint, title text)",
        ],
    )
    .await;
    for (make, drop, message) in [
        (
            "ALTER TABLE task ADD CONSTRAINT x EXCLUDE USING hash (title WITH =)",
            "ALTER TABLE task DROP CONSTRAINT x",
            "the exclusion constraint `x` compares rows of different tenants",
        ),
        (
            "ALTER TABLE task ADD CONSTRAINT x FOREIGN KEY (a, b) REFERENCES project (id, code) MATCH FULL",
            "ALTER TABLE task DROP CONSTRAINT x",
            "the foreign key x is MATCH FULL on columns that may be NULL",
        ),
        (
            "ALTER TABLE task ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES project ON UPDATE SET NULL",
            "ALTER TABLE task DROP CONSTRAINT x",
            "sets its columns when the parent's key is updated",
        ),
        (
            "CREATE VIEW per_task AS SELECT id, title, count(*) FROM task GROUP BY id",
            "DROP VIEW per_task",
            "rule _RETURN on view per_task depends on the key task_pkey",
        ),
        ("CREATE TABLE part () INHERITS (task)", "DROP TABLE part", "it inherits or is inherited from"),
        (
            "ALTER TABLE task ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES project; ALTER TABLE task DISABLE TRIGGER ALL",
            "ALTER TABLE task DROP CONSTRAINT x",
            "triggers of the foreign key x are not enabled for all sessions",
        ),
    ] {
        db.run(make).await;
        let planner = plan(db, &["project", "task"]).ignore("part");
        let (offline, online) =
            (refusal(&planner, Mode::Offline).await, refusal(&planner, Mode::Online).await);
        assert!(offline.contains(message), "{offline}");
        assert!(online.contains(message), "{online}");
        db.run(drop).await;
    }
    convert(&plan(db, &["project", "task"]), Mode::Offline).await
}

async fn key_from_another_schema_is_refused(db: &TestDb) -> Outcome {
    let other = db.other_schema();
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
            &format!("CREATE SCHEMA {other}"),
            &format!("CREATE TABLE {other}.note (id bigint PRIMARY KEY, task_id bigint CONSTRAINT to_task REFERENCES task)"),
        ],
    )
    .await;
    let refused = refusal(&plan(db, &["task"]), Mode::Online).await;
    assert!(
        refused.contains("the foreign key to_task of") && refused.contains(".note references it"),
        "{refused}"
    );
    Ok(())
}

async fn exclusion_constraint_within_a_tenant_is_kept(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, \
             CONSTRAINT x EXCLUDE USING btree (account_id WITH =, id WITH =))",
        ],
    )
    .await;
    convert(&plan(db, &["task"]), Mode::Offline).await?;
    assert_eq!(constraints(db, "task", 'x').await, ["EXCLUDE USING btree (account_id WITH =, id WITH =)"]);
    Ok(())
}

async fn conversion_waits_for_the_statement_of_a_dropped_future(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            PARENTS[0],
            "CREATE FUNCTION slow(id bigint) RETURNS boolean LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(0.05) FROM account WHERE account.id = 3; RETURN true; END $$",
            "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL REFERENCES project, CHECK (slow(id)))",
            ACCOUNTS,
            PARENTS[1],
            "INSERT INTO task SELECT n, 7 FROM generate_series(1, 40) AS n",
            "INSERT INTO account VALUES (3)",
        ],
    )
    .await;
    let killed = super::super::online::another(db).await;
    let began = std::time::Instant::now();
    {
        let other = TestDb { backend: db.backend, connection: killed, name: db.name.clone() };
        let conversion = plan(&other, &["project", "task"]).convert(Mode::Online).await?;
        // Its future is dropped while the fill, which takes two seconds, is running: the server continues it.
        let cut = tokio::time::timeout(std::time::Duration::from_millis(700), async {
            conversion.run(&mut ()).await
        })
        .await;
        assert!(cut.is_err(), "it ended before the timeout: {cut:?}");
    }
    convert(&plan(db, &["project", "task"]), Mode::Online).await?;
    assert!(began.elapsed() > std::time::Duration::from_secs(2));
    let filled = "SELECT count(*)::text FROM task WHERE account_id = 1";
    assert_eq!(db.texts(filled).await, ["40"]);
    Ok(())
}

async fn statements_that_need_an_old_key_are_found(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, code text CONSTRAINT task_code UNIQUE, title text)",
            "CREATE FUNCTION put() RETURNS void LANGUAGE sql AS $$ INSERT INTO task (id, account_id) VALUES (1, 1) ON CONFLICT (\"id\") DO NOTHING $$",
            "CREATE FUNCTION put_code() RETURNS void LANGUAGE sql AS \
             $$ INSERT INTO task (id, account_id) VALUES (1, 1) ON CONFLICT ON CONSTRAINT task_code DO NOTHING $$",
            "CREATE FUNCTION per_task() RETURNS TABLE (id bigint, title text) LANGUAGE plpgsql AS \
             $$ BEGIN RETURN QUERY SELECT t.id, t.title FROM task t GROUP BY t.id; END $$",
            "CREATE FUNCTION fine() RETURNS void LANGUAGE sql AS \
             $$ INSERT INTO task (id, account_id) VALUES (1, 1) ON CONFLICT DO NOTHING $$",
            "CREATE VIEW titles AS SELECT title, count(*) FROM task GROUP BY title",
        ],
    )
    .await;
    let found = plan(db, &["task"]).check().await?;
    let found: Vec<_> =
        found.iter().map(ToString::to_string).filter(|finding| finding.contains(" has `")).collect();
    assert_eq!(found.len(), 3, "{found:#?}");
    for (statement, clause) in [
        ("put()", "ON CONFLICT (id)"),
        ("put_code()", "ON CONSTRAINT task_code"),
        ("per_task()", "GROUP BY id"),
    ] {
        assert!(
            found.iter().any(|line| line.contains(statement) && line.contains(clause)),
            "{statement}: {found:#?}"
        );
    }
    Ok(())
}

async fn indexes_that_differ_in_one_parameter_are_both_kept(db: &TestDb) -> Outcome {
    run(
        db,
        &[
            ACCOUNT,
            "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, due date)",
            "CREATE INDEX ON task (due, account_id)",
            "CREATE INDEX ON task (due, account_id) WITH (fillfactor = 55)",
        ],
    )
    .await;
    convert(&plan(db, &["task"]), Mode::Offline).await?;
    let kept = indexes(db, "task").await;
    for index in [
        "CREATE INDEX ON task USING btree (account_id, due)",
        "CREATE INDEX ON task USING btree (account_id, due) WITH (fillfactor='55')",
    ] {
        assert!(kept.iter().any(|each| each == index), "{index}: {kept:#?}");
    }
    Ok(())
}

on_backend! {
    postgres Postgres:
    indexes_that_differ_in_one_parameter_are_both_kept,
    triggers_and_rules_do_not_fire_on_the_fill,
    triggers_and_rules_do_not_fire_on_the_fill_online,
    attributes_of_keys_stay,
    attributes_of_keys_stay_online,
    attributes_of_keys_stay_through_interruptions,
    interrupted_conversion_is_completed,
    attributes_of_foreign_keys_stay,
    attributes_of_foreign_keys_stay_online,
    deferrable_primary_key_stays_deferrable,
    attributes_that_cannot_be_kept_are_refused,
    key_from_another_schema_is_refused,
    exclusion_constraint_within_a_tenant_is_kept,
    conversion_waits_for_the_statement_of_a_dropped_future,
    statements_that_need_an_old_key_are_found
}
