//! Texts that the parser and an engine read differently: each read or wrote another tenant's rows once.

use super::{assert_refused, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn a_word_that_is_an_operator_to_the_parser_and_a_name_to_the_engine_is_refused() {
    for word in ["XOR", "RLIKE", "REGEXP", "DIV", "GLOB"] {
        let sql = format!("WITH c AS (SELECT 1 AS a) SELECT name {word} FROM {word} y, p");
        assert_refused(&[Postgres], &sql, "");
        let sql = format!("WITH {word} AS (SELECT 1 AS a) SELECT name {word} FROM {word} y, p");
        assert_refused(&[Postgres], &sql, "");
        let sql = format!("SELECT x FROM p WHERE name {word} x");
        assert_refused(&[Postgres], &sql, "");
    }
    for word in ["XOR", "RLIKE", "ILIKE", "DIV", "SIMILAR TO"] {
        assert_refused(&[Sqlite], &format!("SELECT x FROM p WHERE name {word} x"), "");
    }
    for word in ["ILIKE", "GLOB", "MATCH", "SIMILAR TO"] {
        assert_refused(&[MySql], &format!("SELECT x FROM p WHERE name {word} x"), "");
    }
}

#[test]
fn a_word_glued_to_a_sign_is_refused() {
    assert_refused(&[MySql], "SELECT '' ILIKE INTO@y", "");
    assert_refused(&[MySql], "SELECT (SELECT@y || group_concat(p.name) ILIKE FROM ILIKE z, p)", "");
}

#[test]
fn a_character_that_an_engine_skips_is_part_of_a_name_or_refused() {
    for sql in [
        "WITH xor AS (SELECT 1 AS a) INSERT INTO log (x, y) SELECT 5, 2 XOR \u{FEFF}FROM XOR y, ref_ RLIKE \u{FEFF}LIMIT + 0",
        "SELECT \u{FEFF}rowid FROM p",
        "SELECT x\u{FEFF}FROM p",
    ] {
        if let Ok(scoped) = scope(Sqlite, sql) {
            let mut outside = scoped.sql().split('`').step_by(2);
            assert!(outside.all(str::is_ascii), "{}", scoped.sql());
        }
    }
}

#[test]
fn every_name_goes_out_in_quotes() {
    let sql = "SELECT p.x AS a, count(*) FROM p AS b JOIN p ON p.id = b.id GROUP BY p.x HAVING p.x > 1 WINDOW w AS (ORDER BY p.x)";
    for (engine, quote) in [(Sqlite, '`'), (Postgres, '"'), (MySql, '`')] {
        let scoped = scope(engine, sql).expect("scoped");
        for name in ["x", "a", "p", "b", "id", "w"] {
            let (bare, quoted) = (format!(" {name} "), format!("{quote}{name}{quote}"));
            assert!(
                scoped.sql().contains(&quoted) && !scoped.sql().contains(&bare),
                "{engine:?}: {}",
                scoped.sql()
            );
        }
    }
}

#[test]
fn a_keyword_of_the_engine_as_an_alias_stays_a_name() {
    for word in ["from", "xor", "limit", "into", "union", "returning", "window"] {
        let scoped = scope(Postgres, &format!("SELECT x AS \"{word}\" FROM p")).expect("scoped");
        assert!(
            scoped.sql().starts_with(&format!("SELECT \"x\" AS \"{word}\" FROM \"p\"")),
            "{}",
            scoped.sql()
        );
    }
}
