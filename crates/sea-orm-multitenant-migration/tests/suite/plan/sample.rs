//! The sample schema: single-column keys, and links that the database does not restrict to a tenant.

use crate::harness::{Backend, TestDb, texts};
use sea_orm_multitenant::{ForeignKey, Table, Tenancy, TenantType};
use sea_orm_multitenant_migration::{Finding, TenancyPlan};

/// The root table and the tenant tables.
pub(super) const TABLES: [&str; 6] = ["account", "manager", "project", "task", "tag", "task_tag"];

/// The statements that create it. `task_tag` has no tenant column.
pub(super) fn tables(backend: Backend) -> Vec<String> {
    let id = match backend {
        Backend::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => "bigserial PRIMARY KEY",
        Backend::Mariadb => "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY",
    };
    // Table constraints, because older MariaDB parses and ignores REFERENCES on a column.
    [
        "CREATE TABLE country (code char(2) PRIMARY KEY, name varchar(80) NOT NULL UNIQUE)".to_owned(),
        format!("CREATE TABLE account (id {id}, name varchar(120) NOT NULL, subdomain varchar(63) NOT NULL UNIQUE, country char(2), \
                 FOREIGN KEY (country) REFERENCES country (code))"),
        format!("CREATE TABLE manager (id {id}, account_id bigint NOT NULL, name varchar(120) NOT NULL, \
                 FOREIGN KEY (account_id) REFERENCES account (id))"),
        format!("CREATE TABLE project (id {id}, account_id bigint NOT NULL, manager_id bigint, name varchar(120) NOT NULL, \
                 CONSTRAINT project_name UNIQUE (name), FOREIGN KEY (account_id) REFERENCES account (id), \
                 FOREIGN KEY (manager_id) REFERENCES manager (id) ON DELETE SET NULL)"),
        format!("CREATE TABLE task (id {id}, account_id bigint NOT NULL, project_id bigint NOT NULL, parent_id bigint, \
                 title varchar(120) NOT NULL CHECK (title <> ''), number bigint NOT NULL DEFAULT 7, \
                 FOREIGN KEY (account_id) REFERENCES account (id), \
                 FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE CASCADE, \
                 FOREIGN KEY (parent_id) REFERENCES task (id))"),
        format!("CREATE TABLE tag (id {id}, account_id bigint NOT NULL, name varchar(60) NOT NULL, \
                 FOREIGN KEY (account_id) REFERENCES account (id))"),
        "CREATE TABLE task_tag (task_id bigint NOT NULL, tag_id bigint NOT NULL, PRIMARY KEY (task_id, tag_id), \
                 FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE, FOREIGN KEY (tag_id) REFERENCES tag (id))"
            .to_owned(),
        "CREATE INDEX task_by_project ON task (project_id, number)".to_owned(),
    ]
    .into()
}

/// Three tenants, each with `each` projects and ten times as many tasks.
pub(super) fn rows(each: usize) -> Vec<String> {
    let mut rows = vec!["INSERT INTO country VALUES ('AT', 'Austria'), ('BR', 'Brazil')".to_owned()];
    for tenant in 1..=3 {
        rows.push(format!("INSERT INTO account (id, name, subdomain, country) VALUES ({tenant}, 'A{tenant}', 's{tenant}', 'AT')"));
        rows.push(format!("INSERT INTO manager (id, account_id, name) VALUES ({tenant}, {tenant}, 'M')"));
        rows.push(format!("INSERT INTO tag (id, account_id, name) VALUES ({tenant}, {tenant}, 'urgent')"));
        for project in (0..each).map(|at| tenant + 3 * at) {
            let manager = if project % 2 == 0 { "NULL".to_owned() } else { tenant.to_string() };
            rows.push(format!(
                "INSERT INTO project (id, account_id, manager_id, name) VALUES ({project}, {tenant}, {manager}, 'P{project}')"
            ));
            let tasks = (0..10).map(|at| project * 10 + at);
            let values = tasks.clone().map(|task| format!("({task}, {tenant}, {project}, 'T{task}')"));
            rows.push(format!(
                "INSERT INTO task (id, account_id, project_id, title) VALUES {}",
                values.collect::<Vec<_>>().join(", ")
            ));
            rows.push(format!("UPDATE task SET parent_id = {0} WHERE id = {0} + 1", project * 10));
            rows.push(format!("INSERT INTO task_tag VALUES ({}, {tenant})", project * 10));
        }
    }
    rows
}

/// Creates the sample with some rows, and advances the sequences.
pub(super) async fn create(db: &TestDb, each: usize) {
    for sql in tables(db.backend).into_iter().chain(rows(each)) {
        db.run(&sql).await;
    }
    if !matches!(db.backend, Backend::Sqlite | Backend::Mariadb) {
        for table in &TABLES[..5] {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            );
            db.run(&sql).await;
        }
    }
}

/// The catalogue of a program for it.
pub(super) fn tenancy(db: &TestDb) -> Tenancy {
    let owned = |name: &str| Table::tenant(name, "account_id", TenantType::BigInt);
    let key = |column: &str, parent: &str| ForeignKey::new([column], parent, ["id"]);
    Tenancy::builder()
        .without_entities()
        .root_table("account", "id", TenantType::BigInt)
        .shared_table("country")
        .table(owned("manager"))
        .table(owned("project").with_foreign_key(key("manager_id", "manager")))
        .table(owned("task").with_foreign_key(key("project_id", "project")))
        .table(owned("tag"))
        .table(
            owned("task_tag").with_foreign_key(key("task_id", "task")).with_foreign_key(key("tag_id", "tag")),
        )
        .build(db.connection.clone())
        .expect("the tables do not contradict each other")
}

/// The plan of the sample.
pub(super) fn plan(db: &TestDb) -> TenancyPlan {
    // MySQL, MariaDB and Citus would set the tenant column too.
    TenancyPlan::new(&tenancy(db)).accept_no_action("project", ["manager_id"])
}

/// The findings without notes.
pub(super) async fn grave(plan: &TenancyPlan) -> Vec<String> {
    use sea_orm_multitenant_migration::Severity;
    let findings = plan.check().await.expect("the schema is read");
    findings.iter().filter(|finding| finding.severity > Severity::Note).map(Finding::to_string).collect()
}

/// The rows of all tables as text, without tenant columns that a conversion adds.
pub(super) async fn dump(db: &TestDb) -> Vec<String> {
    let mut dump = Vec::new();
    for (table, columns) in [
        ("account", "id, name, subdomain, country"),
        ("manager", "id, account_id, name"),
        ("project", "id, account_id, manager_id, name"),
        ("task", "id, account_id, project_id, parent_id, title, number"),
        ("tag", "id, account_id, name"),
        ("task_tag", "task_id, tag_id"),
    ] {
        let values: Vec<_> = columns.split(", ").map(|column| cast(db.backend, column)).collect();
        let line = if db.backend == Backend::Mariadb {
            format!("CONCAT_WS('|', '{table}', {})", values.join(", "))
        } else {
            format!("'{table}|' || {}", values.join(" || '|' || "))
        };
        dump.extend(texts(&db.connection, &format!("SELECT {line} FROM {table} ORDER BY 1")).await);
    }
    dump
}

fn cast(backend: Backend, column: &str) -> String {
    let ty = if backend == Backend::Mariadb { "char" } else { "text" };
    format!("coalesce(CAST({column} AS {ty}), '-')")
}

/// Keys, foreign keys and indexes as the engine reports them, which a failed conversion must not change.
pub(super) async fn schema(db: &TestDb) -> Vec<String> {
    let sql = match db.backend {
        Backend::Sqlite => "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY 1".to_owned(),
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => format!(
            "SELECT pg_get_constraintdef(k.oid) || k.conname || k.conrelid::regclass::text FROM pg_constraint k \
             WHERE connamespace = '{0}'::regnamespace UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '{0}' \
             UNION ALL SELECT table_name || column_name || is_nullable || data_type FROM information_schema.columns \
             WHERE table_schema = '{0}' UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = '{0}'::regnamespace ORDER BY 1",
            db.name
        ),
        Backend::Mariadb => format!(
            "SELECT CAST(CONCAT_WS('|', table_name, column_name, column_type, is_nullable, column_key) AS CHAR) FROM \
             information_schema.columns WHERE table_schema = '{0}' ORDER BY 1",
            db.name
        ),
    };
    db.texts(&sql).await
}
