//! What an engine reads and the parser alone does not.

use super::{ENGINES, assert_refused, assert_scoped};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

/// Conditions and values, and what is sent for them.
#[track_caller]
fn assert_values(engines: &[sea_orm_multitenant_sql::Engine], cases: &[(&str, &str)]) {
    for (value, sent) in cases {
        let sql = format!("SELECT {value} AS v FROM p");
        assert_scoped(engines, &sql, &format!("SELECT {sent} AS v FROM p WHERE p.t = T"));
    }
}

#[test]
fn a_type_before_a_literal_is_a_cast() {
    assert_values(
        &[Postgres],
        &[
            ("inet '10.0.0.1'", "CAST('10.0.0.1' AS inet)"),
            ("timestamp(0) '2024-01-01'", "CAST('2024-01-01' AS TIMESTAMP(0))"),
            (
                "uuid '6f1d7a90-7d6b-4a7e-9b7b-0d9a3c1f0b11' = $1",
                "CAST('6f1d7a90-7d6b-4a7e-9b7b-0d9a3c1f0b11' AS UUID) = ?",
            ),
        ],
    );
    for value in [
        "regclass '1'",
        "pg_authid '(1)'",
        "inet x",
        "lower(x) '1'",
        "numeric(1) '1'",
        "abs(0) '1'",
        "timestamp(0) '1' '2'",
    ] {
        assert_refused(&[Postgres], &format!("SELECT {value} AS v FROM p"), "");
    }
    assert_refused(&[Sqlite, MySql], "SELECT inet '1' AS v FROM p", "");
    assert_refused(&[Sqlite, MySql], "SELECT timestamp(0) '1' AS v FROM p", "");
}

#[test]
fn a_collation_follows_any_operand_on_postgres() {
    assert_values(
        &[Postgres],
        &[
            ("$1::text COLLATE \"C\"", "?::TEXT COLLATE C"),
            ("name = ($1 || 'a') COLLATE \"C\"", "name = (? || 'a') COLLATE C"),
        ],
    );
    assert_refused(&[Postgres], "SELECT x FROM p ORDER BY name::text COLLATE select", "");
}

#[test]
fn a_frame_excludes_rows_of_the_same_window() {
    for exclusion in ["CURRENT ROW", "GROUP", "TIES", "NO OTHERS"] {
        let call = format!(
            "sum(x) OVER (PARTITION BY id ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE {exclusion})"
        );
        let sent = call.replace("(PARTITION", "( PARTITION");
        assert_values(&[Sqlite, Postgres], &[(&call, &sent)]);
        assert_refused(&[MySql], &format!("SELECT {call} AS v FROM p"), "");
    }
    let named = "SELECT sum(x) OVER w AS v FROM p WINDOW w AS (ORDER BY x ROWS 1 PRECEDING EXCLUDE TIES)";
    assert_scoped(
        &[Sqlite, Postgres],
        named,
        "SELECT sum(x) OVER w AS v FROM p WHERE p.t = T WINDOW w AS ( ORDER BY x ROWS 1 PRECEDING EXCLUDE TIES)",
    );
    for window in
        ["w ORDER BY x ROWS 1 PRECEDING EXCLUDE TIES", "ORDER BY x ROWS 1 PRECEDING EXCLUDE", "EXCLUDE TIES"]
    {
        assert_refused(&ENGINES, &format!("SELECT sum(x) OVER ({window}) AS v FROM p"), "");
    }
    assert_refused(&ENGINES, "SELECT x FROM p WHERE x IN (1 EXCLUDE TIES)", "");
}

#[test]
fn null_is_asked_for_in_one_word() {
    assert_values(
        &[Sqlite, Postgres],
        &[("x ISNULL", "(x IS NULL)"), ("x ISNULL AND id ISNULL", "(x IS NULL) AND (id IS NULL)")],
    );
    assert_refused(&[MySql], "SELECT x FROM p WHERE x ISNULL", "");
}

#[test]
fn not_stands_before_sqlites_comparisons() {
    assert_values(
        &[Sqlite],
        &[
            ("name NOT GLOB 'a*'", "(NOT (name GLOB 'a*'))"),
            ("name NOT REGEXP ? OR x", "(NOT (name REGEXP ?)) OR x"),
        ],
    );
    // SQLite compares from the left: (name NOT GLOB 'a') = 1, (x IS 2) NOT GLOB 3.
    for condition in ["name NOT GLOB 'a' = 1", "x IS 2 NOT GLOB 3", "x IS NOT 2 NOT REGEXP 3"] {
        assert_refused(&[Sqlite], &format!("SELECT x FROM p WHERE {condition}"), "");
    }
    assert_values(
        &[Sqlite],
        &[
            ("x LIKE 2 NOT GLOB 3 LIKE 4", "(NOT (x LIKE 2 GLOB 3)) LIKE 4"),
            ("x < 2 NOT GLOB 3 < 4", "(NOT (x < 2 GLOB 3 < 4))"),
            ("NOT x NOT GLOB id + 1 AND x", "NOT (NOT (x GLOB id + 1)) AND x"),
        ],
    );
    assert_refused(&[Postgres, MySql], "SELECT x FROM p WHERE name NOT GLOB 'a'", "");
}

#[test]
fn sqlites_hints_are_left_out() {
    for (from, sent) in [
        ("p INDEXED BY i", "p"),
        ("p AS a INDEXED BY i", "p AS a"),
        ("p a NOT INDEXED", "p `a`"),
        ("p NOT INDEXED JOIN q INDEXED BY i ON q.id = 1", "p JOIN q ON q.id = 1"),
        ("(p)", "p"),
    ] {
        let sql = format!("SELECT count(*) AS n FROM {from}");
        let scoped = super::scope(Sqlite, &sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
        let sent =
            sent.replace("AS a", "AS `a`").replace("p", "`p`").replace("q", "`q`").replace("id", "`id`");
        assert!(
            scoped.sql().starts_with(&format!("SELECT count(*) AS `n` FROM {sent} WHERE")),
            "{}",
            scoped.sql()
        );
    }
    assert_refused(&[Postgres, MySql], "SELECT x FROM p NOT INDEXED", "");
    assert_refused(&[Postgres], "SELECT x FROM (p)", "");
    // A column of this name is no hint.
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE NOT indexed", "`indexed`");
    assert_refused(&[Sqlite], "SELECT x FROM p ORDER BY NOT indexed", "`indexed`");
}

#[test]
fn elements_of_a_tables_columns_are_read() {
    assert_values(
        &[Postgres],
        &[
            ("p.name[1]", "p.name[1]"),
            ("p.name['a']['b'] ->> 'c'", "p.name['a']['b'] ->> 'c'"),
            ("p.name[2:3]", "p.name[2:3]"),
            ("(jsonb_each(name)).key", "(jsonb_each(name)).key"),
        ],
    );
    for value in [
        "p.secret[1]",
        "q.name[1]",
        "p.ctid[1]",
        "p.ts_stat[1]",
        "p.name[1].ts_stat",
        "(p).name",
        "(p).ts_stat",
        "(jsonb_each(name)).ts_stat",
        "(jsonb_each(name)).key.ts_stat",
        "(jsonb_object_keys(name)).key",
        "(\"jsonb_each\"(name)).key",
        "(unnest(name)).key",
        "(my_own(name)).key",
        "p.name[(SELECT x FROM secret)]",
    ] {
        assert_refused(&[Postgres], &format!("SELECT {value} AS v FROM p"), "");
    }
    assert_refused(&[Sqlite, MySql], "SELECT p.name[1] AS v FROM p", "");
}

#[test]
fn arguments_have_names_on_postgres() {
    assert_values(
        &[Postgres],
        &[
            ("make_interval(days => $1)", "make_interval(days => ?)"),
            ("make_interval(days := $1, hours := 2)", "make_interval(days => ?, hours => 2)"),
        ],
    );
    assert_refused(&[Postgres], "SELECT query_to_xml(query => 'SELECT 1') AS v FROM p", "the function");
    assert_refused(&[Postgres], "SELECT make_interval('a' => 1) AS v FROM p", "");
    // No built-in function has the argument: only a function of the database's own can be meant.
    for call in ["lower(title => x)", "make_interval(title => x)", "sum(title => x)", "lower(\"Title\" => x)"]
    {
        assert_refused(&[Postgres], &format!("SELECT {call} AS v FROM p"), "the argument `");
    }
    assert_refused(&[Postgres], "SELECT x := 1 AS v FROM p", "");
    assert_refused(&[Sqlite, MySql], "SELECT lower(a => 'x') AS v FROM p", "");
}

#[test]
fn patterns_are_compared_one_by_one_on_postgres() {
    assert_values(
        &[Postgres],
        &[
            ("name LIKE ANY (ARRAY['a%', 'b%'])", "name LIKE ANY (ARRAY['a%', 'b%'])"),
            ("name NOT ILIKE ANY ($1::text[])", "name NOT ILIKE ANY (?::TEXT[])"),
            ("name LIKE ANY (SELECT q.name FROM q)", "name LIKE ANY (SELECT q.name FROM q WHERE q.t = T)"),
        ],
    );
    for value in [
        "name LIKE ANY ('{a}') || 'b'",
        "name LIKE ANY (SELECT name FROM secret)",
        "name LIKE ANY ('{a}') ESCAPE 'a'",
    ] {
        assert_refused(&[Postgres], &format!("SELECT {value} AS v FROM p"), "");
    }
    assert_refused(&[Sqlite, MySql], "SELECT name LIKE ANY ('a') AS v FROM p", "");
}

#[test]
fn a_conflict_clause_follows_a_select_without_from() {
    assert_scoped(
        &[Postgres],
        "INSERT INTO p (t, name) SELECT $1, unnest($2::text[]) ON CONFLICT (t, name) DO NOTHING",
        "INSERT INTO p (t, name) SELECT T, unnest(?::TEXT[]) ON CONFLICT(t, name) DO NOTHING",
    );
    assert_refused(&ENGINES, "SELECT x ON FROM p", "");
}

#[test]
fn a_target_has_another_name_on_sqlite() {
    assert_scoped(
        &[Sqlite, Postgres],
        "INSERT INTO p AS u (id, x) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET x = u.x + excluded.x",
        "INSERT INTO p AS u (id, x, t) VALUES (1, 2, T) ON CONFLICT(t, id) DO UPDATE SET x = u.x + excluded.x WHERE u.t = T",
    );
    assert_refused(&[MySql], "INSERT INTO p AS u (x) VALUES (2)", "");
    assert_refused(
        &[Sqlite],
        "INSERT INTO p AS excluded (x) VALUES (2) ON CONFLICT (x) DO UPDATE SET x = 1",
        "excluded",
    );
}

#[test]
fn a_search_in_boolean_mode_tells_whether_a_row_matches() {
    assert_scoped(
        &[MySql],
        "SELECT x FROM p WHERE x = 1 AND NOT MATCH (name) AGAINST ('+a -b*' IN BOOLEAN MODE)",
        "SELECT x FROM p WHERE p.t = T AND (x = 1 AND NOT (MATCH (name) AGAINST ('+a -b*' IN BOOLEAN MODE) > 0))",
    );
    assert_values(
        &[MySql],
        &[(
            "MATCH (p.name) AGAINST ('a' IN BOOLEAN MODE) > 0",
            "MATCH (p.name) AGAINST ('a' IN BOOLEAN MODE) > 0",
        )],
    );
    for condition in [
        "MATCH (name) AGAINST ('a')",
        "MATCH (name) AGAINST ('a' IN NATURAL LANGUAGE MODE) > 0",
        "MATCH (name) AGAINST ('a' WITH QUERY EXPANSION) > 0",
        "MATCH (name) AGAINST ('a' IN BOOLEAN MODE) > 0.5",
        "MATCH (name) AGAINST ('a' IN BOOLEAN MODE) > x",
        "MATCH (name) AGAINST ('a' IN BOOLEAN MODE) >= 0",
        "x = MATCH (name) AGAINST ('a' IN BOOLEAN MODE)",
        "MATCH (secret) AGAINST ('a' IN BOOLEAN MODE)",
        "MATCH (q.name) AGAINST ('a' IN BOOLEAN MODE)",
        // Their sign is that of a rank, which other tenants' rows move: InnoDB ranks the first -0.8 or 19.
        "MATCH (name) AGAINST ('apple ~banana' IN BOOLEAN MODE)",
        "MATCH (name) AGAINST ('<a >b' IN BOOLEAN MODE) > 0",
        "MATCH (name) AGAINST ('\"a b\" @4' IN BOOLEAN MODE)",
        "MATCH (name) AGAINST ('a \\~b' IN BOOLEAN MODE)",
        "MATCH (name) AGAINST (? IN BOOLEAN MODE)",
        "MATCH (name) AGAINST (7e IN BOOLEAN MODE)",
    ] {
        assert_refused(&[MySql], &format!("SELECT x FROM p WHERE {condition}"), "");
    }
    assert_refused(&[MySql], "SELECT MATCH (name) AGAINST ('a' IN BOOLEAN MODE) AS v FROM p", "ranking");
    assert_refused(
        &[MySql],
        "SELECT x FROM p ORDER BY MATCH (name) AGAINST ('a' IN BOOLEAN MODE)",
        "ranking",
    );
    assert_refused(
        &[Sqlite, Postgres],
        "SELECT x FROM p WHERE MATCH (name) AGAINST ('a' IN BOOLEAN MODE)",
        "",
    );
}
