//! What is a column, as the engines have it: names that call functions, that skip characters, that stand for no row.

use super::prelude::*;

/// Asserts that the engine answers a statement for everybody, and that a scope refuses it.
async fn assert_only_unscoped(db: &TestDb, sql: &str, reason: &str) -> Outcome {
    let rows = db.unscoped().query_all_raw(statement(db.unscoped(), sql, [])).await?;
    assert!(!rows.is_empty(), "the engine reads {sql}");
    let refusal = refusal(db, sql).await.to_string();
    assert!(refusal.contains(reason), "{sql}: {refusal}");
    Ok(())
}

async fn a_field_of_a_value_runs_no_text(db: &TestDb) -> Outcome {
    let query = "select array_to_tsvector(array[title]) from task";
    assert_only_unscoped(
        db,
        &format!("SELECT g.ts_stat::TEXT FROM unnest(ARRAY['{query}']) AS g"),
        "may call a function",
    )
    .await?;
    assert_only_unscoped(
        db,
        "SELECT d.current_setting FROM (SELECT * FROM unnest(ARRAY['server_version']) AS g) AS e, unnest(ARRAY['port']) AS d",
        "may call a function",
    )
    .await
}

async fn a_field_of_a_row_calls_no_function_of_the_users_own(db: &TestDb) -> Outcome {
    let spy = "CREATE FUNCTION spy(task) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM task'";
    db.unscoped().execute_unprepared(spy).await?;
    for sql in [
        "SELECT t.spy FROM task AS t",
        "SELECT d.spy FROM (SELECT t FROM task AS t) AS e, task AS d",
        "SELECT u.spy FROM unnest(ARRAY(SELECT t FROM task AS t)) AS u",
        "SELECT spy.spy FROM unnest(ARRAY(SELECT t FROM task AS t)) AS spy",
        "SELECT r.spy FROM jsonb_populate_record(NULL::task, '{}') AS r",
    ] {
        assert_only_unscoped(db, sql, "may call a function").await?;
    }
    Ok(())
}

async fn columns_of_functions_are_the_engines(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for (sql, expected) in [
        ("SELECT g.g::TEXT FROM generate_series(1, 2) AS g", &["1", "2"][..]),
        ("SELECT g.ordinality::TEXT FROM generate_series(5, 6) WITH ORDINALITY AS g (x)", &["1", "2"]),
        ("SELECT s.s::TEXT FROM generate_subscripts(ARRAY[7, 8], 1) AS s", &["1", "2"]),
        ("SELECT e.value::TEXT FROM json_array_elements('[3]') AS e", &["3"]),
        ("SELECT e.value FROM jsonb_array_elements_text('[3]') AS e", &["3"]),
        ("SELECT e.key || e.value FROM jsonb_each_text('{\"a\": \"b\"}') AS e", &["ab"]),
        ("SELECT k.k FROM json_object_keys('{\"a\": 1}') AS k", &["a"]),
        ("SELECT j.j::TEXT FROM jsonb_path_query('[4]', '$[*]') AS j", &["4"]),
        ("SELECT array_to_string(m.m, '') FROM regexp_matches('ab', 'a') AS m", &["a"]),
        ("SELECT t.t FROM regexp_split_to_table('a,b', ',') AS t", &["a", "b"]),
        ("SELECT t.t FROM string_to_table('a,b', ',') AS t", &["a", "b"]),
        ("SELECT q.q::TEXT FROM plainto_tsquery('simple', 'a') AS q", &["'a'"]),
        ("SELECT r.a FROM jsonb_to_record('{\"a\": \"b\"}') AS r (a TEXT)", &["b"]),
        ("SELECT v.column1 FROM (VALUES ('a')) AS v", &["a"]),
        ("SELECT d.count::TEXT FROM (SELECT count(*) FROM task) AS d", &["3"]),
        ("SELECT d.title FROM (SELECT title::VARCHAR FROM task WHERE id = 1) AS d", &["design"]),
    ] {
        assert_eq!(texts(&scope, sql).await?, expected, "{sql}");
    }
    Ok(())
}

async fn columns_of_json_are_the_engines(db: &TestDb) -> Outcome {
    let sql = "SELECT j.fullkey || j.path || j.type || j.atom || value FROM json_each('[5]') AS j";
    assert_eq!(texts(&db.scope(1), sql).await?, ["$[0]$integer55"]);
    Ok(())
}

async fn a_system_column_has_no_disguise(db: &TestDb) -> Outcome {
    for name in ["\u{feff}rowid", "\u{feff}oid"] {
        for sql in [
            format!("SELECT {name} FROM country"),
            format!("SELECT count(*) FROM task GROUP BY {name}"),
            format!("SELECT title FROM task ORDER BY {name}"),
        ] {
            assert_only_unscoped(db, &sql, "a character in a name").await?;
        }
    }
    let nested = "SELECT (SELECT z FROM (SELECT 1 AS oid) AS a, (SELECT oid AS z) AS b) FROM task";
    assert_only_unscoped(db, nested, "the system column `oid`").await?;
    assert_only_unscoped(db, "SELECT \"nobody\" FROM task", "write texts in single quotes").await
}

async fn an_assignment_is_not_dropped_by_its_name(db: &TestDb) -> Outcome {
    for sql in [
        "UPDATE tag SET account_id = excluded.account_id FROM (SELECT 2 AS account_id) AS excluded",
        "UPDATE tag SET account_id = excluded.account_id FROM project AS excluded",
    ] {
        let refusal = refusal(db, sql).await.to_string();
        assert!(refusal.contains("the tenant column of `tag` cannot be changed"), "{refusal}");
    }
    let refusal = refusal(db, "UPDATE tag SET account_id = excluded.account_id").await.to_string();
    assert!(refusal.contains("is no relation in sight"), "{refusal}");
    let row = "INSERT INTO tag (id, name, note) VALUES (1, 'urgent', 'A-new')";
    let update = "ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, note = excluded.note";
    execute(&db.scope(1), &format!("{row} {update}")).await?;
    assert_eq!(tags(db, 1).await?, ["1 urgent A-new", "2 later A-later"]);
    Ok(())
}

async fn values_are_the_row_to_insert_only_in_an_upsert(db: &TestDb) -> Outcome {
    for sql in ["UPDATE tag SET account_id = VALUES(account_id)", "SELECT VALUES(name) FROM tag"] {
        let refusal = refusal(db, sql).await.to_string();
        assert!(refusal.contains("outside of ON DUPLICATE KEY UPDATE"), "{refusal}");
    }
    let row = "INSERT INTO tag (id, name, note) VALUES (1, 'urgent', 'A-new')";
    let update = "ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), note = VALUES(note)";
    execute(&db.scope(1), &format!("{row} {update}")).await?;
    assert_eq!(tags(db, 1).await?, ["1 urgent A-new", "2 later A-later"]);
    Ok(())
}

on_every_backend!(@ postgres Postgres:
    a_field_of_a_value_runs_no_text,
    a_field_of_a_row_calls_no_function_of_the_users_own,
    columns_of_functions_are_the_engines,
    an_assignment_is_not_dropped_by_its_name
);
on_every_backend!(@ sqlite Sqlite:
    columns_of_json_are_the_engines,
    a_system_column_has_no_disguise,
    an_assignment_is_not_dropped_by_its_name
);
on_every_backend!(@ mariadb Mariadb: values_are_the_row_to_insert_only_in_an_upsert);
