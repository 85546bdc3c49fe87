//! Parents in SQL that a program writes itself, and of tables that it declares by name.

use super::{entities::id, families::Rows};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait, Value};
use sea_orm_multitenant::{ForeignKey, Refusal, Table, Tenancy, TenancyError, TenantScope, TenantType};
use uuid::Uuid;

/// A statement with `?` for the values.
fn statement(db: &TestDb, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    let mut sql = sql.to_owned();
    if db.backend == Backend::Postgres {
        let places = 1 + sql.matches('?').count();
        sql = (1..places).fold(sql, |sql, n| sql.replacen('?', &format!("${n}"), 1));
    }
    Statement::from_sql_and_values(db.unscoped().get_database_backend(), sql, values)
}

/// The column of the value that named no row of the tenant.
#[track_caller]
fn stray_column<T: std::fmt::Debug>(result: Result<T, DbErr>) -> String {
    let error = result.expect_err("the statement fails");
    match TenancyError::from_db_err(&error) {
        Some(TenancyError::ForeignParent { column, .. }) => column.clone(),
        _ => panic!("{error:?}"),
    }
}

/// Asserts that nothing was sent.
#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, DbErr>) {
    let error = result.expect_err("the statement is refused");
    let refusal = TenancyError::from_db_err(&error);
    assert!(matches!(refusal, Some(TenancyError::Refused(Refusal::Unsupported { .. }))), "{error:?}");
}

/// Values of `project_id` for an INSERT or an UPDATE of tasks, with a place for the id of a project.
const VALUES: [&str; 6] = [
    "?",
    "{id}",
    "(SELECT id FROM single_project WHERE id = ?)",
    "(SELECT {id})",
    "COALESCE(NULL, ?)",
    "CASE WHEN 1 = 1 THEN ? ELSE NULL END",
];

async fn each_form_of_a_value_is_checked(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for value in VALUES {
        for (project, is_own) in [(id(1, 2), true), (id(2, 4), false), (9999, false)] {
            let value = value.replace("{id}", &project.to_string());
            let values: Vec<Value> = if value.contains('?') { vec![project.into()] } else { Vec::new() };
            let insert = format!(
                "INSERT INTO single_task (title, note, points, project_id) VALUES ('n', 'A-n', 1, {value})"
            );
            let inserted = scope.execute_raw(statement(db, &insert, values.clone())).await;
            let update = format!("UPDATE single_task SET project_id = {value} WHERE id = {}", id(1, 1));
            let updated = scope.execute_raw(statement(db, &update, values)).await;
            if is_own {
                assert_eq!((inserted?.rows_affected(), updated?.rows_affected()), (1, 1), "{value}");
            } else {
                // A subquery that finds no project of the tenant's is NULL, which the column does not take.
                assert!(inserted.is_err() && updated.is_err(), "{value}");
            }
        }
    }
    let tasks = "SELECT COUNT(*) AS n FROM single_task WHERE account_id = 1 AND project_id % 2 = 0";
    let row = db.unscoped().query_one_raw(statement(db, tasks, [])).await?.ok_or("a count is a row")?;
    assert_eq!(row.try_get::<i64>("", "n")?, 0);
    Ok(())
}

async fn selected_rows_are_checked(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let insert = |select: &str| format!("INSERT INTO single_task (project_id, title, note, points) {select}");
    let own = [
        ("SELECT id, name, note, 1 FROM single_project", 3),
        ("SELECT project_id, title, note, points FROM single_task WHERE id = 1", 1),
        (
            "SELECT p.id, t.title, t.note, 1 FROM single_project p JOIN single_task t ON t.project_id = p.id WHERE t.id = 1",
            1,
        ),
        ("SELECT project_id, 'g', 'A-g', COUNT(*) FROM single_task WHERE id <= 5 GROUP BY project_id", 2),
        ("SELECT 1, 'u', 'A-u', 1 UNION ALL SELECT id, 'u', 'A-u', 1 FROM single_project WHERE id = 3", 2),
        ("SELECT MAX(id), 'm', 'A-m', 1 FROM single_project", 1),
    ];
    for (select, rows) in own {
        assert_eq!(scope.execute_unprepared(&insert(select)).await?.rows_affected(), rows, "{select}");
    }
    let stray = [
        "SELECT 8, 's', 'A-s', 1",
        "SELECT t.points, 's', 'A-s', 1 FROM single_task t WHERE t.id = 3",
        "SELECT id, 's', 'A-s', 1 FROM single_project UNION ALL SELECT 8, 's', 'A-s', 1",
    ];
    for select in stray {
        assert_eq!(stray_column(scope.execute_unprepared(&insert(select)).await), "project_id", "{select}");
    }
    let computed = "SELECT points + 1, 's', 'A-s', 1 FROM single_task WHERE 1 = 0";
    assert_refused(scope.execute_unprepared(&insert(computed)).await);
    Ok(())
}

async fn an_update_from_another_table_is_checked(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let own = "UPDATE single_task SET project_id = p.id FROM single_project p WHERE p.id = 3 AND single_task.id = 1";
    assert_eq!(scope.execute_unprepared(own).await?.rows_affected(), 1);
    let stray = "UPDATE single_task SET project_id = t.points FROM single_task t WHERE t.id = 3 AND single_task.id = 1";
    assert_eq!(stray_column(scope.execute_unprepared(stray).await), "project_id");
    Ok(())
}

/// The tables of the following tests, with rows 1 of tenant 1 and 2 of tenant 2.
fn schema(backend: Backend) -> [&'static str; 6] {
    let uuid = match backend {
        Backend::Sqlite | Backend::Postgres => {
            "CREATE TABLE doc (id UUID NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)"
        }
        Backend::Mariadb => {
            "CREATE TABLE doc (id BINARY(16) NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)"
        }
    };
    let page = match backend {
        Backend::Sqlite | Backend::Postgres => {
            "CREATE TABLE page (account_id BIGINT NOT NULL, doc_id UUID REFERENCES doc (id), code VARCHAR(20) REFERENCES word (code))"
        }
        Backend::Mariadb => {
            "CREATE TABLE page (account_id BIGINT NOT NULL, doc_id BINARY(16) REFERENCES doc (id), code VARCHAR(20) REFERENCES word (code))"
        }
    };
    [
        "CREATE TABLE node (id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL, parent_id BIGINT REFERENCES node (id), other BIGINT)",
        "CREATE TABLE line (a BIGINT NOT NULL, b BIGINT NOT NULL, account_id BIGINT NOT NULL, PRIMARY KEY (a, b))",
        "CREATE TABLE part (account_id BIGINT NOT NULL, n BIGINT NOT NULL, line_a BIGINT, line_b BIGINT, FOREIGN KEY (line_a, line_b) REFERENCES line (a, b))",
        "CREATE TABLE word (code VARCHAR(20) NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL)",
        uuid,
        page,
    ]
}

/// The scope of tenant 1 over tables that are declared by name.
async fn by_name(db: &TestDb) -> Result<TenantScope<DatabaseConnection>, Box<dyn std::error::Error>> {
    for statement in schema(db.backend) {
        db.unscoped().execute_unprepared(statement).await?;
    }
    let rows = [
        "INSERT INTO node (id, account_id, other) VALUES (1, 1, 3), (2, 2, 2), (3, 1, 2)",
        "INSERT INTO line (a, b, account_id) VALUES (1, 1, 1), (1, 2, 1), (2, 1, 2), (2, 2, 2)",
        "INSERT INTO word (code, account_id) VALUES ('one', 1), ('two', 2), ('0', 2), ('8', 2), ('8a', 1)",
    ];
    for statement in rows {
        db.unscoped().execute_unprepared(statement).await?;
    }
    for (n, account) in [(1, 1_i64), (2, 2)] {
        let values = [Value::from(Uuid::from_u128(n)), account.into()];
        db.unscoped()
            .execute_raw(statement(db, "INSERT INTO doc (id, account_id) VALUES (?, ?)", values))
            .await?;
    }
    let tenant = |name: &str| Table::tenant(name, "account_id", TenantType::BigInt);
    let tenancy = Tenancy::builder()
        .without_entities()
        .table(tenant("node").with_foreign_key(ForeignKey::new(["parent_id"], "node", ["id"])))
        .columns("node", ["id", "parent_id", "other"])
        .table(tenant("line"))
        .table(tenant("part").with_foreign_key(ForeignKey::new(["line_a", "line_b"], "line", ["a", "b"])))
        .table(tenant("word"))
        .table(tenant("doc"))
        .table(
            tenant("page")
                .with_foreign_key(ForeignKey::new(["doc_id"], "doc", ["id"]))
                .with_foreign_key(ForeignKey::new(["code"], "word", ["code"])),
        )
        .build(db.unscoped().clone())?;
    Ok(tenancy.scope(1)?)
}

async fn a_row_names_a_parent_in_its_own_table(db: &TestDb) -> Outcome {
    let scope = by_name(db).await?;
    let insert = |id: i64, parent: i64| {
        statement(db, "INSERT INTO node (id, parent_id) VALUES (?, ?)", [id.into(), parent.into()])
    };
    assert_eq!(scope.execute_raw(insert(10, 1)).await?.rows_affected(), 1);
    let update = |parent: i64| statement(db, "UPDATE node SET parent_id = ? WHERE id = 10", [parent.into()]);
    assert_eq!(scope.execute_raw(update(3)).await?.rows_affected(), 1);
    for stray in [2, 9999] {
        assert_eq!(stray_column(scope.execute_raw(insert(11, stray)).await), "parent_id");
        assert_eq!(stray_column(scope.execute_raw(update(stray)).await), "parent_id");
    }
    // A column names a row as well as a value does: 1's is an own row, 3's is tenant 2's.
    let column = |id: i64| format!("UPDATE node SET parent_id = other WHERE id = {id}");
    assert_eq!(scope.execute_unprepared(&column(1)).await?.rows_affected(), 1);
    assert_eq!(stray_column(scope.execute_unprepared(&column(3)).await), "parent_id");
    let copy = "INSERT INTO node (id, parent_id) SELECT n.id + 100, n.other FROM node n WHERE n.id = ";
    assert_eq!(scope.execute_unprepared(&format!("{copy}1")).await?.rows_affected(), 1);
    assert_eq!(stray_column(scope.execute_unprepared(&format!("{copy}3")).await), "parent_id");
    let own = "UPDATE node SET parent_id = (SELECT n.id FROM node n WHERE n.id = 1) WHERE id = 10";
    if !db.is_mariadb() {
        assert_eq!(scope.execute_unprepared(own).await?.rows_affected(), 1);
    }
    // A parent of the same statement is not there yet for the check: its row goes first.
    let together = "INSERT INTO node (id, parent_id) VALUES (20, NULL), (21, 20)";
    if !db.is_mariadb() {
        assert_eq!(stray_column(scope.execute_unprepared(together).await), "parent_id");
    }
    Ok(())
}

async fn a_key_of_two_columns_names_a_row_as_a_whole(db: &TestDb) -> Outcome {
    let scope = by_name(db).await?;
    let insert = |a: Option<i64>, b: Option<i64>| {
        statement(db, "INSERT INTO part (n, line_a, line_b) VALUES (1, ?, ?)", [a.into(), b.into()])
    };
    assert_eq!(scope.execute_raw(insert(Some(1), Some(1))).await?.rows_affected(), 1);
    for half in [(Some(2), None), (None, Some(2)), (None, None)] {
        assert_eq!(scope.execute_raw(insert(half.0, half.1)).await?.rows_affected(), 1);
    }
    assert_eq!(stray_column(scope.execute_raw(insert(Some(2), Some(1))).await), "line_a, line_b");
    scope.execute_unprepared("DELETE FROM part WHERE line_a IS NULL OR line_b IS NULL").await?;
    let update = |set: &str| format!("UPDATE part SET {set} WHERE n = 1");
    assert_eq!(scope.execute_unprepared(&update("line_b = 2")).await?.rows_affected(), 1);
    assert_eq!(stray_column(scope.execute_unprepared(&update("line_a = 2")).await), "line_a, line_b");
    assert_eq!(
        stray_column(scope.execute_unprepared(&update("line_a = 2, line_b = 2")).await),
        "line_a, line_b"
    );
    Ok(())
}

async fn keys_of_every_type_are_checked(db: &TestDb) -> Outcome {
    let scope = by_name(db).await?;
    let page = |doc: u128, code: &str| {
        let values = [Value::from(Uuid::from_u128(doc)), code.into()];
        statement(db, "INSERT INTO page (doc_id, code) VALUES (?, ?)", values)
    };
    assert_eq!(scope.execute_raw(page(1, "one")).await?.rows_affected(), 1);
    assert_eq!(stray_column(scope.execute_raw(page(2, "one")).await), "doc_id");
    assert_eq!(stray_column(scope.execute_raw(page(1, "two")).await), "code");
    let nobody = statement(db, "INSERT INTO page (doc_id) VALUES (?)", [Value::Uuid(None)]);
    assert_eq!(scope.execute_raw(nobody).await?.rows_affected(), 1);
    let word = |code: &str| format!("INSERT INTO page (code) VALUES ('{code}')");
    assert_eq!(scope.execute_unprepared(&word("one")).await?.rows_affected(), 1);
    assert_eq!(stray_column(scope.execute_unprepared(&word("two")).await), "code");
    // A number must not be compared as one, and then be stored as a text that is another's.
    for number in ["0", "8"] {
        let stray = scope.execute_unprepared(&format!("INSERT INTO page (code) VALUES ({number})")).await;
        if db.backend == Backend::Postgres {
            stray.expect_err("a number is no text");
        } else {
            assert_eq!(stray_column(stray), "code");
        }
    }
    if db.is_mariadb() {
        let bytes = "INSERT INTO page (code) VALUES (X'30')";
        assert_eq!(stray_column(scope.execute_unprepared(bytes).await), "code");
    }
    if db.backend == Backend::Postgres {
        let literal = |n: u128| format!("INSERT INTO page (doc_id) VALUES ('{}')", Uuid::from_u128(n));
        assert_eq!(scope.execute_unprepared(&literal(1)).await?.rows_affected(), 1);
        assert_eq!(stray_column(scope.execute_unprepared(&literal(2)).await), "doc_id");
        let cast = |n: u128| format!("UPDATE page SET doc_id = '{}'::uuid", Uuid::from_u128(n));
        assert_eq!(scope.execute_unprepared(&cast(1)).await?.rows_affected(), 4);
        assert_eq!(stray_column(scope.execute_unprepared(&cast(2)).await), "doc_id");
    }
    Ok(())
}

/// MySQL and MariaDB turn some errors into warnings where the session is not strict; not this one.
async fn no_setting_of_the_session_hides_a_failure(db: &TestDb) -> Outcome {
    let transaction = db.unscoped().begin().await?;
    transaction.execute_unprepared("SET sql_mode = ''").await?;
    let scope = db.tenancy.scope_on(&transaction, 1)?;
    let insert = |project: i64| {
        format!("INSERT INTO single_task (project_id, title, note, points) VALUES ({project}, 't', 'A-t', 1)")
    };
    assert_eq!(stray_column(scope.execute_unprepared(&insert(8)).await), "project_id");
    let update = |project: i64| format!("UPDATE single_task SET project_id = {project} WHERE id = 1");
    assert_eq!(stray_column(scope.execute_unprepared(&update(8)).await), "project_id");
    assert_eq!(scope.execute_unprepared(&insert(1)).await?.rows_affected(), 1);
    transaction.rollback().await?;
    Ok(())
}

tests_on!(
    sqlite:
    each_form_of_a_value_is_checked,
    selected_rows_are_checked,
    a_row_names_a_parent_in_its_own_table,
    a_key_of_two_columns_names_a_row_as_a_whole,
    keys_of_every_type_are_checked,
    an_update_from_another_table_is_checked,
);
tests_on!(
    postgres:
    each_form_of_a_value_is_checked,
    selected_rows_are_checked,
    a_row_names_a_parent_in_its_own_table,
    a_key_of_two_columns_names_a_row_as_a_whole,
    keys_of_every_type_are_checked,
    an_update_from_another_table_is_checked,
);
tests_on!(
    mariadb:
    each_form_of_a_value_is_checked,
    selected_rows_are_checked,
    a_row_names_a_parent_in_its_own_table,
    a_key_of_two_columns_names_a_row_as_a_whole,
    keys_of_every_type_are_checked,
    no_setting_of_the_session_hides_a_failure,
);
