//! A reference to a column is a column of a relation in sight, or it is refused.

use super::{ENGINES, assert_refused, scope};
use sea_orm_multitenant_sql::Engine::{self, MySql, Postgres, Sqlite};

const CALL: &str = "may call a function";
const NO_RELATION: &str = "is no relation in sight";
const NO_COLUMN: &str = "is no column of a relation in sight";

#[track_caller]
fn assert_planned(engines: &[Engine], sql: &str) {
    for engine in engines {
        if let Err(refusal) = scope(*engine, sql) {
            panic!("{engine:?} refused {sql}: {refusal}");
        }
    }
}

#[test]
fn a_field_of_a_function_in_from_calls_nothing() {
    for sql in [
        "SELECT g.ts_stat FROM unnest(ARRAY['select 1']) AS g",
        "SELECT g.nextval FROM unnest(ARRAY['s']) AS g (x)",
        "SELECT ts_stat.ts_stat FROM unnest(ARRAY['select 1']) AS ts_stat",
        "SELECT unnest.current_setting FROM unnest(ARRAY['x'])",
        "SELECT g.pg_sleep FROM generate_series(1, 2) AS g",
        "SELECT g.pg_sleep FROM generate_series(1, 2) WITH ORDINALITY AS g (x, y)",
        "SELECT e.e FROM json_array_elements('[1]') AS e",
        "SELECT json_each.query_to_xml FROM json_each('{}')",
        "SELECT r.spy FROM jsonb_to_record('{}') AS r (a INT)",
        "SELECT r.spy FROM json_populate_record(NULL::p, '{}') AS r",
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM unnest(ARRAY['q']) AS g WHERE g.ts_stat IS NULL)",
        "SELECT x FROM p ORDER BY (SELECT g.ts_stat FROM unnest(ARRAY['q']) AS g)",
    ] {
        assert_refused(&[Postgres], sql, CALL);
    }
}

#[test]
fn a_field_of_a_query_in_from_calls_nothing() {
    for sql in [
        "SELECT d.ts_stat FROM (SELECT 'select 1' AS q) AS d",
        "SELECT d.q FROM (SELECT 'select 1' AS q) AS d (ts)",
        "SELECT d.spy FROM (SELECT * FROM p) AS d",
        "SELECT d.spy FROM (SELECT * FROM loose) AS d",
        "SELECT d.spy FROM (SELECT p.* FROM p, q) AS d",
        "SELECT w.spy FROM p CROSS JOIN LATERAL (SELECT p.x) AS w",
        "WITH w AS (SELECT x FROM p) SELECT w.name FROM w",
        "WITH w (y) AS (SELECT x FROM p) SELECT w.x FROM w",
        "WITH RECURSIVE w AS (SELECT 1 AS x UNION ALL SELECT w.spy FROM w) SELECT x FROM w",
        "WITH w AS (UPDATE p SET x = 1 RETURNING id) SELECT w.x FROM w",
        "SELECT v.spy FROM (VALUES (1, 2)) AS v",
        "SELECT v.column3 FROM (VALUES (1, 2)) AS v",
        "SELECT j.spy FROM (p JOIN q ON p.id = q.id) AS j",
        "SELECT u.b FROM (SELECT 1 AS a UNION SELECT 2 AS b) AS u",
        "SELECT \"D\".x FROM (SELECT 1 AS \"X\") AS \"D\"",
        "SELECT a.x FROM p AS a (t, id, y)",
        // USING puts `id` first, so that it is what `a` renames.
        "SELECT d.id FROM (SELECT * FROM p JOIN q USING (id)) AS d (a)",
        "SELECT j.id FROM (p JOIN q USING (id)) AS j (a)",
        "SELECT p.\"X\" FROM p",
    ] {
        assert_refused(&[Postgres], sql, CALL);
    }
}

#[test]
fn a_relation_that_is_not_seen_does_not_stand_for_one_that_is() {
    // To PostgreSQL `g` is the function around: what stands beside it is not in sight where it is named.
    for inner in [
        "SELECT 1 FROM (SELECT 'q' AS ts_stat) AS g, (SELECT g.ts_stat) AS d",
        "SELECT 1 FROM (SELECT 'q' AS ts_stat) AS g, p JOIN q ON g.ts_stat IS NOT NULL",
        "SELECT 1 FROM (SELECT g.ts_stat) AS d, (SELECT 'q' AS ts_stat) AS g",
        "SELECT 1 FROM (SELECT 1 AS one FROM (SELECT g.ts_stat) AS e) AS d, (SELECT 'q' AS ts_stat) AS g",
        "SELECT 1 FROM app.far AS g, (SELECT app.g.ts_stat) AS d",
    ] {
        let sql = format!("SELECT ({inner}) AS a FROM unnest(ARRAY['select 1']) AS g");
        assert_refused(&[Postgres], &sql, "");
    }
    // SQLite goes on to the system column of the table around.
    for inner in [
        "SELECT z FROM (SELECT 1 AS oid) AS a, (SELECT oid AS z) AS b",
        "SELECT 1 FROM (SELECT 1 AS oid) AS p, (SELECT p.oid AS z) AS b",
    ] {
        assert_refused(&[Sqlite], &format!("SELECT ({inner}) AS a FROM p"), "the system column `oid`");
    }
}

#[test]
fn columns_of_what_stands_in_from_are_known() {
    for sql in [
        "SELECT g.g FROM generate_series(1, 2) AS g",
        "SELECT g.x, g.ordinality FROM generate_series(1, 2) WITH ORDINALITY AS g (x)",
        "SELECT generate_series.generate_series FROM generate_series(1, 2)",
        "SELECT u.x FROM unnest(ARRAY[1]) AS u (x)",
        "SELECT u FROM unnest(ARRAY[1]) AS u",
        "SELECT e.value, value, e FROM json_array_elements('[1]') AS e",
        "SELECT e.key, e.value FROM p, jsonb_each(p.name::jsonb) AS e",
        "SELECT r.a, r.b FROM jsonb_to_record('{}') AS r (a INT, b TEXT)",
        "SELECT r.a FROM json_populate_record(NULL::p, '{}') AS r (a)",
        "SELECT v.column1, column2 FROM (VALUES (1, 2)) AS v",
        "SELECT d.count, d.max FROM (SELECT count(*), max(x) FROM p) AS d",
        "SELECT d.x, d.name FROM (SELECT p.x::TEXT, (name) FROM p) AS d",
        "WITH w AS (UPDATE p SET x = 1 RETURNING id, p.*) SELECT w.id, w.x FROM w",
        "WITH w AS (INSERT INTO p (x) VALUES (1) RETURNING id AS new_id) SELECT w.new_id FROM w",
        "WITH w AS (DELETE FROM p RETURNING *) SELECT w.name FROM w",
        "WITH RECURSIVE w (n) AS (SELECT 1 UNION ALL SELECT w.n + 1 FROM w WHERE w.n < 3) SELECT w.n FROM w",
        "SELECT l.y FROM p CROSS JOIN LATERAL (SELECT p.x AS y) AS l",
        "SELECT j.x, j.name FROM (p JOIN q USING (t, id, x, name)) AS j",
        "SELECT DISTINCT ON (y) x AS y FROM p ORDER BY y",
        "SELECT p FROM p WHERE p IS NOT NULL",
        "SELECT count(p), count(p.*), row_to_json(d) FROM p, (SELECT 1 AS a) AS d",
        "SELECT app.far.x FROM app.far",
        "SELECT p.X, P.x, \"p\".\"x\" FROM p",
        "SELECT loose.tenant_id, anything FROM loose",
        "INSERT INTO p (x) VALUES (DEFAULT) ON CONFLICT (x) DO UPDATE SET x = EXCLUDED.x, name = DEFAULT RETURNING p.*",
        "SELECT normalize(name, NFC) FROM p",
    ] {
        assert_planned(&[Postgres], sql);
    }
    for sql in [
        "SELECT j.key, value, j.fullkey, json_tree.path FROM json_each('[]') AS j, json_tree('[]')",
        "SELECT d.x, \"x+1\" FROM (SELECT x, x+1 FROM p) AS d",
        "SELECT x AS y FROM p WHERE y > 1 GROUP BY y HAVING y > 1 ORDER BY y",
        "SELECT x FROM (SELECT x FROM p)",
        "SELECT column1, column2 FROM (VALUES (1, 2))",
        "SELECT x FROM p ORDER BY p.name",
        "SELECT anything, loose.else_ FROM loose",
    ] {
        assert_planned(&[Sqlite], sql);
    }
    for sql in [
        "SELECT j.a FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$', o FOR ORDINALITY)) AS j ORDER BY o",
        "SELECT x AS y FROM p GROUP BY y HAVING y > 1 ORDER BY y",
        "SELECT TIMESTAMPDIFF(MINUTE, name, UTC_TIMESTAMP) AS a FROM p",
        "SELECT P.X FROM p",
        "INSERT INTO p (x, id) VALUES (1, x + 1)",
        "INSERT INTO p SET x = 1, id = x + 1",
        "UPDATE p SET p.x = 1",
        "SELECT anything, loose.else_ FROM loose",
    ] {
        assert_planned(&[MySql], sql);
    }
    for sql in [
        "SELECT x AS y, name FROM p UNION SELECT id, name FROM q ORDER BY y, name",
        "WITH w AS (SELECT * FROM p) SELECT w.x FROM w JOIN q ON q.id = w.id ORDER BY w.name",
        "WITH w (a, b) AS (SELECT x, name FROM p) SELECT w.a, b FROM w",
        "SELECT x FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.x = p.x AND name = 'a')",
        "SELECT p.x FROM p JOIN (SELECT id, max(x) AS top FROM q GROUP BY id) AS d ON d.top = p.x",
        "SELECT x, row_number() OVER (PARTITION BY name ORDER BY id) AS n FROM p ORDER BY n",
    ] {
        assert_planned(&ENGINES, sql);
    }
}

#[test]
fn a_name_that_means_nothing_is_refused() {
    for sql in [
        "SELECT nothing FROM p",
        "SELECT \"nothing\" FROM p",
        "SELECT x FROM p WHERE nothing = 1",
        "SELECT x FROM p GROUP BY nothing",
        "SELECT x FROM p ORDER BY nothing",
        "SELECT x FROM (SELECT id FROM p) AS d",
        "SELECT p.x FROM p WHERE EXISTS (SELECT nothing FROM q)",
        "SELECT p.x FROM p JOIN q USING (nothing)",
        "SELECT x",
        "SELECT id FROM p UNION SELECT x FROM q ORDER BY x",
        "UPDATE p SET x = nothing",
        "DELETE FROM p WHERE nothing = 1",
    ] {
        assert_refused(&ENGINES, sql, NO_COLUMN);
    }
    for sql in ["SELECT z.x FROM p", "SELECT p.x FROM p AS a", "SELECT z.* FROM p", "SELECT q.x FROM p"] {
        assert_refused(&ENGINES, sql, NO_RELATION);
    }
    for sql in ["INSERT INTO p (nothing) VALUES (1)", "UPDATE p SET nothing = 1"] {
        assert_refused(&ENGINES, sql, "a write to the column `nothing`");
    }
    for sql in ["SELECT p.nothing FROM p", "SELECT d.nothing FROM (SELECT x FROM p) AS d"] {
        assert_refused(&[Sqlite, MySql], sql, "no");
    }
    assert_refused(&[Postgres], "SELECT count(z.*) FROM p", NO_RELATION);
    assert_refused(&[Postgres], "SELECT app.p.x FROM p", "is not in the catalogue");
    assert_refused(&[MySql], "UPDATE p SET q.x = 1", "which is no column of it");
    assert_refused(&[Postgres, MySql], "SELECT x AS y FROM p WHERE y = 1", NO_COLUMN);
    assert_refused(&[Postgres], "SELECT x AS y FROM p GROUP BY y HAVING y = 1", NO_COLUMN);
}

#[test]
fn an_unknown_name_in_double_quotes_is_no_text() {
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE name = \"paul\"", "write texts in single quotes");
}

#[test]
fn the_row_to_insert_is_in_sight_only_in_an_upsert() {
    assert_refused(&[Postgres, Sqlite], "UPDATE p SET t = excluded.t", NO_RELATION);
    assert_refused(&ENGINES, "UPDATE p SET x = excluded.x", NO_RELATION);
    for from in ["q AS excluded", "(SELECT 2 AS t) AS excluded", "(SELECT q.t FROM q) AS excluded"] {
        let sql = format!("UPDATE p SET t = excluded.t FROM {from}");
        assert_refused(&[Postgres, Sqlite], &sql, "the tenant column of `p` cannot be changed");
    }
    assert_refused(
        &[MySql],
        "INSERT INTO p (x) VALUES (1) ON DUPLICATE KEY UPDATE t = excluded.t",
        NO_RELATION,
    );
    for sql in [
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO NOTHING RETURNING excluded.x",
        "INSERT INTO p (x) VALUES (excluded.x) ON CONFLICT (x) DO NOTHING",
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (lower(excluded.name)) DO NOTHING",
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 1 RETURNING excluded.x",
    ] {
        assert_refused(&[Postgres, Sqlite], sql, NO_RELATION);
    }
    for sql in ["UPDATE p SET t = VALUES(t)", "SELECT VALUES(x) AS a FROM p", "UPDATE p SET x = VALUE(x)"] {
        assert_refused(&[MySql], sql, "outside of ON DUPLICATE KEY UPDATE");
    }
    for name in ["old", "new"] {
        assert_refused(&[Postgres], &format!("UPDATE p SET x = 1 RETURNING {name}.x"), NO_RELATION);
    }
}

#[test]
fn the_tenant_of_another_relation_is_not_the_rows_own() {
    for sql in ["UPDATE p SET t = t FROM q", "UPDATE p SET t = t FROM loose"] {
        assert_refused(&[Postgres, Sqlite], sql, "the tenant column of `p` cannot be changed");
    }
    assert_planned(&[Postgres, Sqlite], "UPDATE p SET t = p.t FROM q");
    assert_planned(&[Postgres, Sqlite], "UPDATE p SET t = t FROM (SELECT 1 AS one) AS d");
}

#[test]
fn characters_that_engines_skip_are_in_no_name() {
    for name in
        ["\u{feff}rowid", "ro\u{feff}wid", "\u{ad}rowid", "\u{200b}oid", "\u{2060}x", "\u{a0}x", "\u{e000}x"]
    {
        for sql in [
            format!("SELECT {name} FROM loose"),
            format!("SELECT loose.{name} FROM loose"),
            format!("SELECT x AS {name} FROM p"),
            format!("SELECT \"{name}\" FROM loose"),
            format!("INSERT INTO loose (x) VALUES (1) RETURNING {name}"),
        ] {
            assert_refused(&ENGINES, &sql, "");
        }
        assert_refused(&[Sqlite, Postgres], &format!("SELECT {name} FROM loose"), "a character in a name");
    }
    assert_planned(&[Sqlite, Postgres], "SELECT x AS größe, x AS \"→ №1 ñ e\u{301}\", x AS 名 FROM p");
}

#[test]
fn system_columns_are_refused_where_columns_are_not_declared() {
    for name in ["rowid", "oid", "_rowid_", "ROWID"] {
        for sql in [
            format!("SELECT {name} FROM loose"),
            format!("SELECT loose.{name} FROM loose"),
            format!("SELECT d.{name} FROM (SELECT * FROM loose) AS d"),
            format!("SELECT x FROM p GROUP BY {name}"),
            format!("SELECT x FROM p ORDER BY {name}"),
            format!("SELECT p.x FROM p JOIN loose USING ({name})"),
            format!("SELECT key FROM json_each('[]') ORDER BY {name}"),
        ] {
            assert_refused(&[Sqlite], &sql, "system column");
        }
    }
    assert_planned(&[Sqlite], "SELECT rowid FROM (SELECT 1 AS rowid) AS d");
}

#[test]
fn comparing_names_is_bounded() {
    let names = |count: usize| (0..count).map(|n| format!("1 AS a{n}")).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT * FROM (SELECT {}) AS d", names(5_000));
    assert_refused(&ENGINES, &sql, "columns of a query");
    let last = vec!["d.a1999"; 3_000].join(", ");
    let sql = format!("SELECT d.a0 FROM (SELECT {}) AS d WHERE d.a0 IN ({last})", names(2_000));
    assert_refused(&ENGINES, &sql, "comparisons of names");
}

#[test]
fn a_qualified_column_is_set_only_where_the_engine_has_it() {
    assert_refused(&[Sqlite], "UPDATE p SET p.x = 1", "a qualified column in a SET list");
    assert_refused(&[Postgres], "UPDATE p SET p.x = 1", "a write to the column `p`");
    assert_refused(&ENGINES, "UPDATE p SET a.p.x = 1", "a qualified column in a SET list");
}
