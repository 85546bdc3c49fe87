//! The judge of PostgreSQL's grammar detects what it must.

use sea_orm_multitenant_judges::{Bound, Description, Judged, Kind, Known, Table, postgres};

/// `project` and `task` are tenant tables, `country` is shared.
fn tables() -> Vec<Table> {
    let table = |name: &str, tenant_column: Option<&str>, columns: &[&str]| Table {
        declared: name.to_owned(),
        schema: None,
        name: name.to_owned(),
        tenant_column: tenant_column.map(str::to_owned),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        writable: tenant_column.is_some(),
        has_global_rows: false,
    };
    vec![
        table("project", Some("account_id"), &["account_id", "id", "name"]),
        table("task", Some("account_id"), &["account_id", "id", "project_id", "title"]),
        table("country", None, &["code", "name"]),
    ]
}

/// Judges a text against the caller's, with two values of the caller and then the tenant.
fn judge(callers: &str, sent: &str) -> Result<Judged, String> {
    let tables = tables();
    let kind = match sent.split(' ').next() {
        Some("INSERT") => Kind::Insert,
        Some("UPDATE") => Kind::Update,
        Some("DELETE") => Kind::Delete,
        _ => Kind::Select,
    };
    let named = tables.iter().filter(|table| callers.contains(&table.name)).map(|table| table.name.clone());
    let named: Vec<_> = named.collect();
    let said = Description {
        sent,
        callers,
        kind,
        tables: &named,
        bound: &[Bound::Value(0), Bound::Value(1), Bound::Tenant],
        repeated: &[],
        for_set: false,
    };
    let may_call = |name: &str| ["count", "lower", "unnest", "coalesce"].contains(&name);
    postgres::judge(&said, &Known { tables: &tables, may_call: &may_call })
}

#[track_caller]
fn assert_noticed(callers: &str, sent: &str, part: &str) {
    match judge(callers, sent) {
        Ok(judged) => panic!("{judged:?}: {sent}"),
        Err(complaint) => assert!(complaint.contains(part), "{complaint}\n without: {part}"),
    }
}

#[test]
fn scoped_statements_pass() {
    let scoped = [
        (
            "SELECT name FROM project WHERE id = $1",
            r#"SELECT name FROM "project" WHERE "project"."account_id" = $3 AND (id = $1)"#,
        ),
        (
            "SELECT p.name FROM project p LEFT JOIN task AS t ON t.project_id = p.id",
            "SELECT p.name FROM project p LEFT JOIN task AS t ON t.account_id = $3 AND t.project_id = p.id WHERE p.account_id = $3",
        ),
        (
            "SELECT * FROM project JOIN task USING (id)",
            "SELECT * FROM (SELECT * FROM project WHERE project.account_id = $3) AS project JOIN (SELECT * FROM task WHERE task.account_id = $3) AS task USING (id)",
        ),
        (
            "INSERT INTO task (id, title) VALUES ($1, $2)",
            "INSERT INTO task (id, title, account_id) VALUES ($1, $2, $3)",
        ),
        (
            "INSERT INTO task (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET title = $2",
            "INSERT INTO task (id, account_id) VALUES ($1, $3) ON CONFLICT (account_id, id) DO UPDATE SET title = $2 WHERE task.account_id = $3",
        ),
        ("UPDATE task SET title = $1", "UPDATE task SET title = $1 WHERE task.account_id = $3"),
        (
            "DELETE FROM task WHERE id = $1 OR id = $2",
            "DELETE FROM task WHERE task.account_id = $3 AND (id = $1 OR id = $2)",
        ),
        ("SELECT name FROM country", "SELECT name FROM country"),
        (
            "SELECT id, count(*) FROM task GROUP BY id",
            "SELECT id, count(*) FROM task WHERE task.account_id = $3 GROUP BY id, task.account_id",
        ),
    ];
    for (callers, sent) in scoped {
        assert_eq!(judge(callers, sent), Ok(Judged::Compared), "{sent}");
    }
}

#[test]
fn a_name_that_is_an_operator_to_postgresql_is_detected() {
    assert_noticed(
        "WITH xor AS (SELECT 1 AS a) SELECT title XOR FROM XOR y, task",
        r#"WITH "xor" AS (SELECT 1 AS a) SELECT title XOR FROM XOR "y", "task""#,
        "is not compared with the tenant",
    );
    assert_noticed(
        "WITH xor AS (SELECT 1 AS a) SELECT rolname XOR FROM XOR y, pg_authid",
        r#"WITH "xor" AS (SELECT 1 AS a) SELECT rolname XOR FROM XOR "y", pg_authid"#,
        "`pg_authid` is no table of the catalogue",
    );
    assert_noticed(
        "SELECT 1 FROM task WHERE task.id = (SELECT title XOR FROM XOR task)",
        "SELECT 1 FROM task WHERE task.account_id = $3 AND (task.id = (SELECT title XOR FROM task))",
        "is not compared with the tenant",
    );
    assert_noticed("SELECT 1 XOR INTO XOR stolen", "SELECT 1 XOR INTO stolen", "IntoClause");
}

#[test]
fn attribute_notation_is_detected() {
    for function in ["ts_stat", "current_setting", "nextval", "pg_advisory_lock", "pg_sleep", "query_to_xml"]
    {
        let text = format!("SELECT g.{function} FROM unnest(ARRAY['x']) AS g");
        assert_noticed(&text, &text, "names no column");
        let text = format!("SELECT (g).{function} FROM unnest(ARRAY['x']) AS g");
        assert_noticed(&text, &text, "names no column");
        let text =
            format!("SELECT 1 AS {function}, g.{function} FROM (SELECT * FROM unnest(ARRAY['x'])) AS g");
        assert_noticed(&text, &text, "names no column");
        let text = format!("SELECT task.{function} FROM task");
        assert_noticed(&text, &format!("{text} WHERE task.account_id = $3"), "names no column");
    }
}

#[test]
fn system_columns_are_detected() {
    for column in ["ctid", "xmin", "tableoid"] {
        let text = format!("SELECT task.{column} FROM task");
        assert_noticed(&text, &format!("{text} WHERE task.account_id = $3"), "names no column");
    }
}

#[test]
fn a_missing_predicate_is_detected() {
    let missing = [
        ("SELECT id FROM task", "SELECT id FROM task"),
        ("SELECT id FROM task WHERE id = $1", "SELECT id FROM task WHERE task.account_id = $1"),
        ("SELECT id FROM task WHERE id = $1", "SELECT id FROM task WHERE task.account_id = $3 OR id = $1"),
        ("SELECT 1 FROM project p, task t", "SELECT 1 FROM project p, task t WHERE p.account_id = $3"),
        (
            "SELECT 1 FROM project p LEFT JOIN task t ON true",
            "SELECT 1 FROM project p LEFT JOIN task t ON p.account_id = $3 AND t.account_id = $3",
        ),
        (
            "SELECT 1 FROM project p LEFT JOIN task t ON true",
            "SELECT 1 FROM project p LEFT JOIN task t ON true WHERE p.account_id = $3 AND t.account_id = $3",
        ),
        (
            "SELECT 1 FROM project p FULL JOIN task t ON true",
            "SELECT 1 FROM project p FULL JOIN task t ON p.account_id = $3 AND t.account_id = $3",
        ),
        ("UPDATE task SET title = $1", "UPDATE task SET title = $1"),
        (
            "DELETE FROM task WHERE id IN (SELECT id FROM task)",
            "DELETE FROM task WHERE task.account_id = $3 AND id IN (SELECT id FROM task)",
        ),
        (
            "INSERT INTO task (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET title = $2",
            "INSERT INTO task (id, account_id) VALUES ($1, $3) ON CONFLICT (id) DO UPDATE SET title = $2",
        ),
    ];
    for (callers, sent) in missing {
        assert_noticed(callers, sent, "is not compared with the tenant");
    }
}

#[test]
fn a_row_without_the_tenant_is_detected() {
    let insert = "INSERT INTO task (id) VALUES ($1)";
    assert_noticed(insert, insert, "without the tenant");
    assert_noticed(insert, "INSERT INTO task (id, account_id) VALUES ($1, $2)", "does not carry the tenant");
    assert_noticed(
        "INSERT INTO task (id) SELECT id FROM project",
        "INSERT INTO task (id, account_id) SELECT id, account_id FROM project WHERE project.account_id = $3",
        "does not carry the tenant",
    );
    assert_noticed(
        "UPDATE task SET title = $1",
        "UPDATE task SET account_id = $1 WHERE task.account_id = $3",
        "assignment",
    );
}

#[test]
fn a_changed_statement_is_detected() {
    let guarded =
        |condition: &str| format!("SELECT id FROM task WHERE task.account_id = $3 AND ({condition})");
    let changed = [
        // A literal, a value, an operator, an operator's operands, a name.
        ("id = 1", "id = 2"),
        ("id = $1", "id = $2"),
        ("title = 'a'", "title = 'b'"),
        ("id < 1", "id <= 1"),
        ("- @ 5 + 2 = 1", "(- @ 5) + 2 = 1"),
        ("id = 1 OR id = 2 AND title = 'a'", "(id = 1 OR id = 2) AND title = 'a'"),
        ("id = 1", "project_id = 1"),
        ("title = E'a\\\\b'", "title = 'a\\\\b'"),
        ("id = 1 AND id = 2", "id = 1"),
        ("id::text = '1'", "id::int = '1'"),
    ];
    for (callers, sent) in changed {
        let callers = format!("SELECT id FROM task WHERE {callers}");
        assert_noticed(&callers, &guarded(sent), "PostgreSQL reads another statement");
    }
    let (lock, plain) = ("SELECT id FROM task FOR UPDATE", "SELECT id FROM task WHERE task.account_id = $3");
    assert_noticed(lock, plain, "/locking_clause");
    assert_noticed("SELECT id FROM task", &format!("{plain} FOR UPDATE"), "/locking_clause");
    assert_noticed("SELECT id FROM task LIMIT 1", plain, "/limit");
    assert_noticed(
        "UPDATE task SET account_id = x.account_id, title = $1",
        "UPDATE task SET title = $1 WHERE task.account_id = $3",
        "/target_list",
    );
    assert_noticed(
        "SELECT sum(id) OVER (ROWS BETWEEN '1' PRECEDING AND CURRENT ROW) FROM country",
        "SELECT sum(id) OVER (ROWS BETWEEN INTERVAL '1' PRECEDING AND CURRENT ROW) FROM country",
        "function `sum`",
    );
    assert_noticed(
        "SELECT count(id) OVER (ROWS BETWEEN '1' PRECEDING AND CURRENT ROW) FROM country",
        "SELECT count(id) OVER (ROWS BETWEEN INTERVAL '1' PRECEDING AND CURRENT ROW) FROM country",
        "PostgreSQL reads another statement",
    );
}

#[test]
fn statements_that_no_scope_sends_are_detected() {
    let never = [
        ("SELECT 1; SELECT 2", "not one statement"),
        ("SELECT pg_read_file('x')", "the function `pg_read_file`"),
        ("SELECT pg_catalog.pg_read_file('x')", "the function `pg_catalog.pg_read_file`"),
        ("SELECT current_user", "a user"),
        ("SELECT 'task'::regclass", "the type regclass"),
        ("SELECT 1 FROM pg_catalog.pg_class", "`pg_class` is no table"),
        ("TRUNCATE task", "a statement of kind TruncateStmt"),
        ("UPDATE country SET name = 'x'", "which scopes do not write"),
        ("WITH x AS (UPDATE country SET name = 'x' RETURNING 1) SELECT 1", "which scopes do not write"),
        ("SELECT name FROM country WHERE", "does not read what is sent"),
    ];
    for (text, part) in never {
        let callers = if text.ends_with("WHERE") { "SELECT name FROM country" } else { text };
        let kind_matters = text.starts_with("TRUNCATE") || text.contains(';');
        match judge(callers, text) {
            Ok(judged) => assert!(kind_matters && matches!(judged, Judged::Alone(_)), "{judged:?}: {text}"),
            Err(complaint) => assert!(complaint.contains(part), "{complaint}\n without: {part}"),
        }
    }
}
