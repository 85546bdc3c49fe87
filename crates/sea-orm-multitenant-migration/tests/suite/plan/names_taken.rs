//! Conversions whose generated names are taken, too long, or SQL keywords.

use super::{
    keeps::{ACCOUNT, ACCOUNTS, convert_case, plan, run},
    offline::EndAt,
    online::Next,
};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{Mode, PlanError, TenancyPlan};

const TABLES: [&str; 4] = [
    "CREATE TABLE project (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
    "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, title varchar(40) NOT NULL, \
     CONSTRAINT task_title UNIQUE (title), FOREIGN KEY (project_id) REFERENCES project (id))",
    "INSERT INTO project VALUES (7, 1), (8, 2)",
    "INSERT INTO task VALUES (70, 7, 'a'), (80, 8, 'B')",
];

/// Objects that have the names which a conversion of these tables would generate.
const ON_POSTGRES: [&str; 9] = [
    "CREATE TABLE \"idx-task-account_id-id\" (id bigint)",
    "CREATE SEQUENCE \"idx-task-account_id-title\"",
    "CREATE VIEW \"idx-task-account_id-task_title\" AS SELECT 1 AS one",
    "CREATE INDEX \"idx-project-account_id-id\" ON account (id)",
    "ALTER TABLE task ADD CONSTRAINT \"fk-task-account_id-project_id\" CHECK (id > 0)",
    "ALTER TABLE task ADD CONSTRAINT \"tenancy-not-null-task\" CHECK (title IS NOT NULL)",
    "CREATE FUNCTION \"tenancy-fill-task\"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.title = lower(NEW.title); RETURN NEW; END'",
    "CREATE TRIGGER \"tenancy-fill-task\" BEFORE INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION \"tenancy-fill-task\"()",
    "CREATE FUNCTION \"tenancy-fill-task-2\"() RETURNS int LANGUAGE sql AS 'SELECT 2'",
];

/// Index names are unique within a table, ignoring case; names of foreign keys are unique within a database.
const ON_MARIADB: [&str; 5] = [
    "CREATE INDEX `IDX-task-account_id-TITLE` ON task (title, id)",
    "CREATE INDEX `Tenancy-Key-task` ON task (id, title)",
    "CREATE TABLE kind (id bigint PRIMARY KEY)",
    "CREATE TABLE note (id bigint PRIMARY KEY, kind_id bigint, \
     CONSTRAINT `FK-task-account_id-project_id` FOREIGN KEY (kind_id) REFERENCES kind (id))",
    "ALTER TABLE task ADD CONSTRAINT `fk-task-account_id-project_id-task_ibfk_1` CHECK (id > 0)",
];

const ON_SQLITE: [&str; 4] = [
    "CREATE TABLE \"tenancy-old-task\" (id bigint)",
    "CREATE TABLE \"TENANCY-old-task-2\" (id bigint)",
    "CREATE TABLE \"task-3\" (id bigint PRIMARY KEY, account_id bigint NOT NULL, title TEXT UNIQUE)",
    "CREATE VIEW \"idx-task-account_id-id\" AS SELECT 1 AS one",
];

async fn create(db: &TestDb) {
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    run(db, &TABLES).await;
    match db.backend {
        Backend::Sqlite => run(db, &ON_SQLITE).await,
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => run(db, &ON_POSTGRES).await,
        Backend::Mariadb => run(db, &ON_MARIADB).await,
    }
}

fn plan_of(db: &TestDb) -> TenancyPlan {
    let others = ["idx-task-account_id-id", "tenancy-old-task", "TENANCY-old-task-2", "note", "kind"];
    let tables: &[&str] = match db.backend {
        Backend::Sqlite => &["project", "task", "task-3"],
        Backend::Postgres | Backend::Citus | Backend::CitusAlone | Backend::Mariadb => &["project", "task"],
    };
    others.into_iter().fold(plan(db, tables), TenancyPlan::ignore)
}

/// Asserts that the keys are the tenant's, and that the objects with the names are unchanged.
async fn is_converted(db: &TestDb) {
    db.run("INSERT INTO task (id, project_id, title, account_id) VALUES (71, 8, 'a', 2)").await;
    db.refused("INSERT INTO task (id, project_id, title, account_id) VALUES (72, 8, 'a', 2)").await;
    db.refused("INSERT INTO task (id, project_id, title, account_id) VALUES (73, 7, 'c', 2)").await;
    if db.backend == Backend::Postgres {
        let checks = "SELECT conname::text FROM pg_constraint WHERE conrelid = 'task'::regclass AND contype = 'c' ORDER BY 1";
        assert_eq!(db.texts(checks).await, ["fk-task-account_id-project_id", "tenancy-not-null-task"]);
        let functions = "SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1";
        assert_eq!(db.texts(functions).await, ["tenancy-fill-task", "tenancy-fill-task-2"]);
        assert_eq!(
            db.texts("SELECT title FROM task WHERE id = 80").await,
            ["B"],
            "the fill fires no trigger"
        );
        db.run("INSERT INTO task (id, project_id, title, account_id) VALUES (74, 8, 'LOUD', 2)").await;
        assert_eq!(db.texts("SELECT title FROM task WHERE id = 74").await, ["loud"]);
    }
}

async fn taken_names_are_avoided(db: &TestDb) -> Outcome {
    create(db).await;
    convert_case(&plan_of(db), Mode::Offline).await?;
    is_converted(db).await;
    Ok(())
}

async fn taken_names_are_avoided_online(db: &TestDb) -> Outcome {
    create(db).await;
    convert_case(&plan_of(db), Mode::Online).await?;
    is_converted(db).await;
    Ok(())
}

/// Each run executes one more step: it must find the names that earlier runs generated.
async fn names_are_found_again_after_each_interruption(db: &TestDb) -> Outcome {
    create(db).await;
    let mode = if db.backend == Backend::Postgres { Mode::Online } else { Mode::Offline };
    let plan = plan_of(db);
    assert!(!plan.convert(mode).await?.is_one_transaction());
    for run in 0.. {
        assert!(run < 100, "the conversion does not terminate: {:?}", plan.convert(mode).await?.steps());
        match plan.convert(mode).await?.run(&mut Next::default()).await {
            Ok(_) => break,
            Err(error) => assert!(matches!(error, PlanError::Interrupted { .. }), "{error}"),
        }
    }
    assert!(plan.convert(mode).await?.steps().is_empty());
    is_converted(db).await;
    Ok(())
}

/// `idx-a-b-c` is the generated name for a key of `a` on `b-c`, and for one of `a-b` on `c`.
async fn names_with_hyphens_stay_distinct(db: &TestDb) -> Outcome {
    let quote = if db.backend == Backend::Mariadb { '`' } else { '"' };
    let sql = |text: &str| text.replace('~', &quote.to_string());
    let tables = [
        "CREATE TABLE p (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
        "CREATE TABLE ~a~ (id bigint PRIMARY KEY, account_id bigint NOT NULL, ~account_id-x~ varchar(9) UNIQUE, ~account_id-p~ bigint, \
         FOREIGN KEY (~account_id-p~) REFERENCES p (id))",
        "CREATE TABLE ~a-account_id~ (id bigint PRIMARY KEY, account_id bigint NOT NULL, x varchar(9) UNIQUE, p bigint, \
         FOREIGN KEY (p) REFERENCES p (id))",
        "INSERT INTO p VALUES (1, 1), (2, 2)",
        "INSERT INTO ~a~ VALUES (1, 1, 'x', 1)",
        "INSERT INTO ~a-account_id~ VALUES (1, 1, 'x', 1)",
    ];
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    for table in tables {
        db.run(&sql(table)).await;
    }
    convert_case(&plan(db, &["p", "a", "a-account_id"]), Mode::Offline).await?;
    for table in ["a", "a-account_id"] {
        db.run(&sql(&format!("INSERT INTO ~{table}~ VALUES (1, 2, 'x', 2)"))).await;
        db.refused(&sql(&format!("INSERT INTO ~{table}~ VALUES (2, 2, 'x', 2)"))).await;
        db.refused(&sql(&format!("INSERT INTO ~{table}~ VALUES (3, 2, 'y', 1)"))).await;
    }
    Ok(())
}

/// 63 bytes, the maximum of PostgreSQL, plus one for MariaDB's 64.
async fn longest_names_are_truncated_and_stay_distinct(db: &TestDb) -> Outcome {
    let length = if db.backend == Backend::Postgres { 63 } else { 64 };
    let [parent, child] = ["p", "c"].map(|end| format!("{}{end}", "t".repeat(length - 1)));
    let columns = ["a", "b"].map(|end| format!("{}{end}", "c".repeat(length - 1)));
    let [a, b] = &columns;
    run(db, &[ACCOUNT, ACCOUNTS]).await;
    db.run(&format!("CREATE TABLE {parent} (id bigint PRIMARY KEY, account_id bigint NOT NULL)")).await;
    db.run(&format!(
        "CREATE TABLE {child} (id bigint PRIMARY KEY, account_id bigint, {a} bigint UNIQUE, {b} bigint UNIQUE, \
         CONSTRAINT to_a FOREIGN KEY ({a}) REFERENCES {parent} (id), CONSTRAINT to_b FOREIGN KEY ({b}) REFERENCES {parent} (id))"
    ))
    .await;
    db.run(&format!("INSERT INTO {parent} VALUES (1, 1), (2, 2)")).await;
    db.run(&format!("INSERT INTO {child} VALUES (1, 1, 1, 1)")).await;
    let mode = if db.backend == Backend::Postgres { Mode::Online } else { Mode::Offline };
    let plan = plan(db, &[&parent, &child]);
    // An interruption in the middle, after which the truncated names must be found again.
    if let Err(error) = plan.convert(mode).await?.run(&mut EndAt(9)).await {
        assert!(matches!(error, PlanError::Interrupted { .. }), "{error}");
    }
    convert_case(&plan, mode).await?;
    db.run(&format!("INSERT INTO {child} VALUES (1, 2, 2, 2)")).await;
    db.refused(&format!("INSERT INTO {child} VALUES (2, 2, 1, NULL)")).await;
    db.refused(&format!("INSERT INTO {child} VALUES (3, 2, NULL, 1)")).await;
    Ok(())
}

async fn sql_keywords_are_quoted_as_names(db: &TestDb) -> Outcome {
    let quote = if db.backend == Backend::Mariadb { '`' } else { '"' };
    let sql = |text: &str| text.replace('~', &quote.to_string());
    for text in [
        "CREATE TABLE ~user~ (~select~ bigint PRIMARY KEY)",
        "CREATE TABLE ~order~ (~primary~ bigint PRIMARY KEY, ~default~ bigint NOT NULL, ~unique~ varchar(9) UNIQUE)",
        "CREATE TABLE ~group~ (~table~ bigint PRIMARY KEY, ~references~ bigint NOT NULL, ~check~ int, CHECK (~check~ > 0), \
         FOREIGN KEY (~references~) REFERENCES ~order~ (~primary~) ON DELETE CASCADE)",
        "CREATE INDEX ~index~ ON ~group~ (~check~)",
        "INSERT INTO ~user~ VALUES (1), (2)",
        "INSERT INTO ~order~ VALUES (7, 1, 'a'), (8, 2, 'b')",
        "INSERT INTO ~group~ VALUES (70, 7, 1), (80, 8, 2)",
    ] {
        db.run(&sql(text)).await;
    }
    let tenancy = Tenancy::builder()
        .without_entities()
        .root_table("user", "select", TenantType::BigInt)
        .tenant_table("order", "default", TenantType::BigInt)
        .tenant_table("group", "default", TenantType::BigInt);
    let plan = TenancyPlan::new(
        &tenancy.build(db.connection.clone()).expect("the tables do not contradict each other"),
    );
    let mode = if db.backend == Backend::Postgres { Mode::Online } else { Mode::Offline };
    convert_case(&plan, mode).await?;
    db.run(&sql("INSERT INTO ~order~ VALUES (7, 2, 'a')")).await;
    db.refused(&sql("INSERT INTO ~order~ VALUES (9, 2, 'a')")).await;
    db.refused(&sql("INSERT INTO ~group~ (~table~, ~references~, ~default~) VALUES (90, 8, 1)")).await;
    db.run(&sql("DELETE FROM ~order~ WHERE ~default~ = 1")).await;
    assert_eq!(db.texts(&sql("SELECT CAST(~table~ AS char(2)) FROM ~group~")).await, ["80"]);
    Ok(())
}

on_every_backend!(
    taken_names_are_avoided,
    names_with_hyphens_stay_distinct,
    longest_names_are_truncated_and_stay_distinct,
    sql_keywords_are_quoted_as_names,
);
on_backend! {
    online Postgres:
    taken_names_are_avoided_online,
    names_are_found_again_after_each_interruption
}
on_backend! { step_by_step Mariadb: names_are_found_again_after_each_interruption }
