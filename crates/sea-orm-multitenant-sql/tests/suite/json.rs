//! JSON: operators, functions, JSON_TABLE.

use super::{ENGINES, assert_refused, assert_scoped};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn operators_of_json_are_known() {
    for operator in ["->", "->>", "#>", "#>>", "@>", "<@", "?", "?|", "?&", "||", "-", "#-", "@?", "@@"] {
        assert_scoped(
            &[Postgres],
            &format!(
                "SELECT x {operator} name AS a FROM p WHERE x {operator} (SELECT name FROM q) IS NOT NULL"
            ),
            &format!(
                "SELECT x {operator} name AS a FROM p WHERE p.t = T AND (x {operator} (SELECT name FROM q WHERE q.t = T) IS NOT NULL)"
            ),
        );
    }
    assert_scoped(
        &ENGINES,
        "SELECT name -> '$.a' AS a, name ->> '$.b' AS b FROM p",
        "SELECT name -> '$.a' AS a, name ->> '$.b' AS b FROM p WHERE p.t = T",
    );
}

#[test]
fn json_functions_are_known_where_the_engine_has_them() {
    for (engine, calls) in [
        (
            Sqlite,
            "json_extract(name, '$.a'), json_array_length(name), json_set(name, '$.a', 1), json_type(name), json_group_array(x), json_valid(name), jsonb(name)",
        ),
        (
            Postgres,
            "jsonb_set(name, '{a}', '1'), jsonb_path_query_first(name, '$.a'), jsonb_array_length(name), json_build_object('a', x), jsonb_agg(x), to_jsonb(x), jsonb_typeof(name), json_value(name, '$.a' RETURNING INT), json_query(name, '$.a' RETURNING JSONB), json_exists(name, '$.a')",
        ),
        (
            MySql,
            "json_extract(name, '$.a'), json_contains(name, '1'), json_unquote(name), json_arrayagg(x), json_objectagg(name, x), json_length(name), json_search(name, 'one', 'a'), json_value(name, '$.a'), json_merge_patch(name, '{}')",
        ),
    ] {
        for call in calls
            .split("), ")
            .map(|call| if call.ends_with(')') { call.to_owned() } else { format!("{call})") })
        {
            assert_scoped(
                &[engine],
                &format!("SELECT {call} AS a FROM p"),
                &format!("SELECT {call} AS a FROM p WHERE p.t = T"),
            );
        }
    }
    assert_refused(
        &[Postgres],
        "SELECT json_value(name, '$.a' RETURNING regclass) AS a FROM p",
        "a cast to a catalogue type",
    );
}

#[test]
fn functions_that_make_rows_of_json_stand_beside_tables() {
    assert_scoped(
        &[Sqlite],
        "SELECT j.value FROM p, json_each(p.name) AS j JOIN json_tree(p.name, '$.a') AS k ON k.key = j.key",
        "SELECT j.value FROM p, json_each(p.name) AS j JOIN json_tree(p.name, '$.a') AS k ON k.key = j.key WHERE p.t = T",
    );
    assert_scoped(
        &[Postgres],
        "SELECT j.value FROM p LEFT JOIN LATERAL jsonb_array_elements(p.name) AS j ON true",
        "SELECT j.value FROM p LEFT JOIN LATERAL jsonb_array_elements(p.name) AS j ON true WHERE p.t = T",
    );
    assert_scoped(
        &[Sqlite],
        "SELECT value FROM json_each((SELECT name FROM p))",
        "SELECT value FROM json_each((SELECT name FROM p WHERE p.t = T))",
    );
}

#[test]
fn json_table_is_made_of_what_is_checked() {
    let columns = "COLUMNS(o FOR ORDINALITY, a INT PATH '$.a' DEFAULT '1' ON EMPTY NULL ON ERROR, NESTED PATH '$.b[*]' COLUMNS (c VARCHAR(9) PATH '$.c', d INT EXISTS PATH '$.d'))";
    assert_scoped(
        &[MySql],
        &format!("SELECT j.a FROM p, JSON_TABLE(p.name, '$[*]' {columns}) AS j WHERE j.a = 1 OR j.a = 2"),
        &format!(
            "SELECT j.a FROM p, JSON_TABLE(p.name, '$[*]' {columns}) AS j WHERE p.t = T AND (j.a = 1 OR j.a = 2)"
        ),
    );
    assert_scoped(
        &[MySql],
        "SELECT j.a FROM JSON_TABLE((SELECT name FROM p), '$[*]' COLUMNS(a INT PATH '$')) AS j LEFT JOIN q ON q.x = j.a",
        "SELECT j.a FROM JSON_TABLE((SELECT name FROM p WHERE p.t = T), '$[*]' COLUMNS(a INT PATH '$')) AS j LEFT JOIN q ON q.t = T AND (q.x = j.a)",
    );
    assert_refused(
        &[MySql],
        "SELECT j.a FROM JSON_TABLE(load_file('a'), '$[*]' COLUMNS (a INT PATH '$')) AS j",
        "the function `load_file`",
    );
    assert_refused(
        &[MySql],
        "SELECT p.x FROM p, JSON_TABLE(p.name, '$[*]' COLUMNS (a INT PATH '$')) AS p",
        "twice in one FROM",
    );
    assert_refused(
        &[Sqlite],
        "SELECT j.a FROM JSON_TABLE('[]', '$[*]' COLUMNS (a INT PATH '$')) AS j",
        "JSON_TABLE",
    );
}
