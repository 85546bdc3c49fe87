//! What the parser cannot read is refused by its name, with a way out.

use super::{ENGINES, assert_refused};
use sea_orm_multitenant_sql::Engine::{self, MySql, Postgres, Sqlite};

const TEXTS: &[(&[Engine], &str, &str)] = &[
    (&[MySql], "INSERT INTO p (x) VALUES (1) ON DUPLICATE KEY IGNORE", "do_nothing_on"),
    (
        &[Sqlite, Postgres],
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (x) DO NOTHING ON CONFLICT DO NOTHING",
        "a second ON CONFLICT",
    ),
    (
        &ENGINES,
        "SELECT x OVER w FROM p WINDOW w AS (ORDER BY x)",
        "OVER after something that is not a function call",
    ),
    (&ENGINES, "SELECT x OVER (ORDER BY x) FROM p", "OVER after something that is not a function call"),
    (&[Postgres], "SELECT x FROM p WHERE x IS NOT 1", "IS DISTINCT FROM for IS NOT"),
    (&[MySql], "SELECT x FROM p WHERE x IS ?", "write `<=>`"),
    (&[MySql], "SELECT count(x) FILTER (WHERE x > 1) AS n FROM p", "CASE WHEN condition"),
    (
        &[MySql],
        "SELECT x FROM p WHERE x > now() - INTERVAL '1:1' HOUR_MINUTE",
        "an interval of several units",
    ),
    (&[Postgres], "SELECT json_exists(name, '$.a' PASSING 1 AS a) FROM p", "PASSING in a JSON function"),
    (&[MySql], "SELECT x FROM p WHERE name SOUNDS LIKE 'a'", "soundex"),
    (&[MySql], "SELECT x FROM p INTO OUTFILE 'a'", "SELECT INTO a file"),
    (&[MySql], "SELECT x FROM p INTO DUMPFILE 'a'", "SELECT INTO a file"),
    (&[MySql], "SELECT x FROM p FOR UPDATE WAIT 5", "a row lock that waits"),
    (&ENGINES, "TABLE p", "TABLE cannot be scoped; write SELECT * FROM it"),
    (&[Postgres], "SELECT * FROM ROWS FROM (generate_series(1, 2))", "ROWS FROM"),
    (&[MySql], "EXPLAIN PARTITIONS SELECT x FROM p", "EXPLAIN PARTITIONS"),
    (&[MySql], "EXPLAIN EXTENDED SELECT x FROM p", "EXPLAIN EXTENDED"),
];

#[test]
fn texts_that_the_parser_cannot_read_are_refused_by_name() {
    for (engines, sql, part) in TEXTS {
        assert_refused(engines, sql, part);
    }
}

#[test]
fn a_text_that_can_be_read_is_not_refused_for_a_word_in_it() {
    for sql in ["SELECT x over FROM p", "SELECT x AS passing FROM p", "SELECT passing.x FROM p AS passing"] {
        super::scope(Postgres, sql).expect("scoped");
    }
}
