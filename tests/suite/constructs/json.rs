//! JSON operators, functions and tables.

use super::prelude::*;

async fn json_each_makes_rows_of_the_tenants(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let sql = "SELECT j.value FROM tag, json_each(json_array(tag.name, tag.note)) AS j \
               WHERE j.key = 1 OR j.value = 'later' ORDER BY tag.id, j.key";
    assert_eq!(texts(&scope, sql).await?, ["A-urgent", "later", "A-later"]);
    let sql = "SELECT json_extract(json_object('n', note), '$.n') FROM tag WHERE json_object('n', name) ->> '$.n' = 'later'";
    assert_eq!(texts(&scope, sql).await?, ["A-later"]);
    let sql = "SELECT value FROM json_each((SELECT json_group_array(note) FROM tag)) ORDER BY value";
    assert_eq!(texts(&scope, sql).await?, ["A-later", "A-urgent"]);
    Ok(())
}

async fn json_table_makes_rows_of_the_tenants(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let sql = "SELECT j.a FROM tag, JSON_TABLE(JSON_ARRAY(tag.name, tag.note), '$[*]' \
               COLUMNS (n FOR ORDINALITY, a VARCHAR(20) PATH '$' DEFAULT 'none' ON EMPTY)) AS j \
               WHERE j.n = 2 OR j.a = 'later' ORDER BY tag.id, j.n";
    assert_eq!(texts(&scope, sql).await?, ["A-urgent", "later", "A-later"]);
    let sql = "SELECT j.a FROM JSON_TABLE((SELECT JSON_ARRAYAGG(note) FROM tag), '$[*]' COLUMNS (a VARCHAR(20) PATH '$')) AS j \
               LEFT JOIN tag ON tag.note = j.a ORDER BY j.a";
    assert_eq!(texts(&scope, sql).await?, ["A-later", "A-urgent"]);
    let sql = "SELECT JSON_UNQUOTE(JSON_EXTRACT(JSON_OBJECT('n', note), '$.n')) FROM tag WHERE JSON_CONTAINS(JSON_ARRAY(name), '\"later\"')";
    assert_eq!(texts(&scope, sql).await?, ["A-later"]);
    Ok(())
}

async fn jsonb_operators_read_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    for condition in [
        "jsonb_build_object('n', name) @> '{\"n\": \"later\"}'",
        "'{\"n\": \"later\"}' <@ jsonb_build_object('n', name)",
        "jsonb_build_object('n', name) -> 'n' = '\"later\"'",
        "jsonb_build_object('n', name) ->> 'n' = 'later'",
        "jsonb_build_object('n', name) #>> '{n}' = 'later'",
        "jsonb_build_object('n', name) #> '{n}' = '\"later\"'",
        "jsonb_build_object(name, 1) ? 'later'",
        "jsonb_build_object(name, 1) ?| ARRAY['later', 'x']",
        "jsonb_build_object(name, 1) ?& ARRAY['later']",
        "jsonb_build_object('n', name) @? '$.n ? (@ == \"later\")'",
        "jsonb_build_object('n', name) @@ '$.n == \"later\"'",
        "jsonb_build_object('n', name) - 'x' || '{}' = '{\"n\": \"later\"}'",
        "jsonb_build_object('n', name) #- '{x}' = '{\"n\": \"later\"}'",
        "(SELECT count(*) FROM jsonb_array_elements_text(jsonb_build_array(name)) AS e (v) WHERE e.v = 'later') = 1",
    ] {
        let sql = format!("SELECT note FROM tag WHERE {condition} OR 1 = 0");
        assert_eq!(texts(&scope, &sql).await?, ["A-later"], "{condition}");
    }
    Ok(())
}

on_every_backend!(@ sqlite Sqlite: json_each_makes_rows_of_the_tenants);
on_every_backend!(@ mariadb Mariadb: json_table_makes_rows_of_the_tenants);
on_every_backend!(@ postgres Postgres: jsonb_operators_read_the_tenants_rows);
