use super::{ENGINES, assert_refused, assert_scoped, scope};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn a_single_table_gets_its_predicate_before_the_callers_in_parentheses() {
    assert_scoped(&ENGINES, "SELECT x FROM p", "SELECT x FROM p WHERE p.t = T");
    assert_scoped(
        &ENGINES,
        "SELECT x FROM p AS a WHERE a.x = 1 OR 1 = 1",
        "SELECT x FROM p AS a WHERE a.t = T AND (a.x = 1 OR 1 = 1)",
    );
}

#[test]
fn comma_inner_and_cross_joins_get_their_predicates_in_where() {
    let expected = |join: &str| format!("SELECT 1 AS one FROM {join} WHERE p.t = T AND q.t = T");
    for join in ["p, q", "p JOIN q ON p.id = q.x", "p INNER JOIN q ON p.id = q.x", "p CROSS JOIN q"] {
        assert_scoped(&ENGINES, &format!("SELECT 1 AS one FROM {join}"), &expected(join));
    }
    assert_scoped(
        &[MySql],
        "SELECT 1 AS one FROM p STRAIGHT_JOIN q ON p.id = q.x",
        &expected("p STRAIGHT_JOIN q ON p.id = q.x"),
    );
}

#[test]
fn the_right_side_of_a_left_join_gets_its_predicate_in_on() {
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM p LEFT JOIN q ON q.x = p.id OR q.x = 0 LEFT JOIN r ON r.x = q.id",
        "SELECT p.x FROM p LEFT JOIN q ON q.t = T AND (q.x = p.id OR q.x = 0) LEFT JOIN r ON r.t = T AND (r.x = q.id) WHERE p.t = T",
    );
}

#[test]
fn the_left_side_of_a_right_join_gets_its_predicates_in_on() {
    assert_scoped(
        &[Postgres, MySql],
        "SELECT p.x FROM p JOIN q ON q.x = p.id RIGHT JOIN r ON r.x = q.id",
        "SELECT p.x FROM p JOIN q ON q.x = p.id RIGHT JOIN r ON p.t = T AND q.t = T AND (r.x = q.id) WHERE r.t = T",
    );
}

#[test]
fn a_nested_join_on_the_nullable_side_gets_all_its_predicates_in_on() {
    assert_scoped(
        &ENGINES,
        "SELECT p.x FROM p LEFT JOIN (q JOIN r ON r.x = q.id) ON q.x = p.id",
        "SELECT p.x FROM p LEFT JOIN (q JOIN r ON r.x = q.id) ON q.t = T AND r.t = T AND (q.x = p.id) WHERE p.t = T",
    );
}

#[test]
fn a_tenant_table_right_of_a_shared_one_is_scoped_in_on() {
    assert_scoped(
        &ENGINES,
        "SELECT ref_.x FROM ref_ LEFT JOIN p ON p.x = ref_.x",
        "SELECT ref_.x FROM ref_ LEFT JOIN p ON p.t = T AND (p.x = ref_.x)",
    );
}

#[test]
fn a_full_join_becomes_a_join_of_derived_tables() {
    assert_scoped(
        &[Postgres],
        "SELECT a.x FROM p AS a FULL JOIN q ON q.x = a.id",
        "SELECT a.x FROM (SELECT * FROM p WHERE p.t = T) AS a FULL JOIN (SELECT * FROM q WHERE q.t = T) AS q ON q.x = a.id",
    );
}

#[test]
fn using_and_natural_become_joins_of_derived_tables() {
    for join in ["JOIN q USING(id)", "LEFT JOIN q USING(id)", "NATURAL JOIN q", "NATURAL LEFT JOIN q"] {
        let derived = join.replacen(" q", " (SELECT * FROM q WHERE q.t = T) AS q", 1);
        let from = format!("FROM (SELECT * FROM p WHERE p.t = T) AS p {derived}");
        let sql = format!("SELECT p.x FROM p {join}");
        assert_scoped(&[Sqlite, Postgres], &sql, &format!("SELECT p.x {from}"));
        assert_scoped(&[MySql], &sql, &format!("SELECT p.x AS x {from}"));
    }
}

#[test]
fn an_alias_that_renames_columns_becomes_a_derived_table() {
    let (sql, from) =
        ("SELECT b FROM p AS a (b, c, d, e)", "FROM (SELECT * FROM p WHERE p.t = T) AS a (b, c, d, e)");
    assert_scoped(&[Postgres], sql, &format!("SELECT b {from}"));
    assert_scoped(&[MySql], sql, &format!("SELECT b AS b {from}"));
}

#[test]
fn an_aliased_nested_join_becomes_one_of_derived_tables() {
    assert_scoped(
        &[Postgres],
        "SELECT j.x FROM (p JOIN q ON q.x = p.id) AS j",
        "SELECT j.x FROM ((SELECT * FROM p WHERE p.t = T) AS p JOIN (SELECT * FROM q WHERE q.t = T) AS q ON q.x = p.id) AS j",
    );
}

#[test]
fn an_outer_join_without_on_becomes_a_join_of_derived_tables() {
    assert_scoped(
        &[Sqlite],
        "SELECT p.x FROM p LEFT JOIN q",
        "SELECT p.x FROM (SELECT * FROM p WHERE p.t = T) AS p LEFT JOIN (SELECT * FROM q WHERE q.t = T) AS q",
    );
}

#[test]
fn sqlite_refuses_right_and_full_joins() {
    assert_refused(&[Sqlite], "SELECT p.x FROM p RIGHT JOIN q ON q.x = p.id", "turn it into a LEFT JOIN");
    assert_refused(&[Sqlite, MySql], "SELECT p.x FROM p FULL JOIN q ON q.x = p.id", "FULL JOIN");
}

#[test]
fn a_row_lock_is_never_moved_into_a_derived_table() {
    assert_scoped(
        &[Postgres, MySql],
        "SELECT x FROM p FOR UPDATE",
        "SELECT x FROM p WHERE p.t = T FOR UPDATE",
    );
    for from in ["p JOIN q USING (id)", "p AS a (b, c, d, e)", "(p JOIN q ON q.x = p.id) AS j"] {
        assert_refused(&[Postgres, MySql], &format!("SELECT 1 AS one FROM {from} FOR UPDATE"), "a row lock");
    }
}

#[test]
fn one_name_twice_in_one_from_is_refused() {
    for from in [
        "p, p",
        "p AS a JOIN q AS A ON 1 = 1",
        "p JOIN (SELECT 1 AS one) AS P ON 1 = 1",
        "p, (q JOIN r AS p ON 1 = 1)",
    ] {
        assert_refused(&ENGINES, &format!("SELECT 1 AS one FROM {from}"), "twice in one FROM");
    }
}

#[test]
fn a_schema_qualified_table_is_spoken_of_by_its_name() {
    assert_scoped(&ENGINES, "SELECT x FROM app.far", "SELECT x FROM app.far WHERE far.t = T");
    assert_scoped(&ENGINES, "SELECT x FROM app.far AS f", "SELECT x FROM app.far AS f WHERE f.t = T");
}

#[test]
fn a_text_tenant_is_compared_byte_by_byte() {
    assert_scoped(
        &[Postgres],
        "SELECT x FROM word WHERE x = 1",
        "SELECT x FROM word WHERE word.t = T AND CASE WHEN CAST(word.t AS TEXT) COLLATE C = T THEN 1 END IS NOT NULL AND (x = 1)",
    );
    assert_scoped(
        &[Sqlite],
        "SELECT x FROM word WHERE x = 1",
        "SELECT x FROM word WHERE word.t = T AND word.t COLLATE BINARY = T AND (x = 1)",
    );
    assert_scoped(
        &[MySql],
        "SELECT x FROM word WHERE x = 1",
        "SELECT x FROM word WHERE word.t = T AND CAST(CONVERT(word.t USING utf8mb4) AS BINARY) = T AND (x = 1)",
    );
}

#[test]
fn a_name_that_may_be_more_than_a_name_is_quoted() {
    let scoped =
        scope(Postgres, "WITH \"only\" AS (SELECT 1 AS x) SELECT x FROM \"only\" p").expect("scoped");
    assert_eq!(scoped.sql(), r#"WITH "only" AS (SELECT 1 AS "x") SELECT "x" FROM "only" "p""#);
    let scoped = scope(Postgres, "SELECT x FROM P AS Q").expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT "x" FROM "p" AS "q" WHERE "q"."t" = $1"#);
    let scoped = scope(Sqlite, "DELETE FROM [p]").expect("scoped");
    assert_eq!(scoped.sql(), r#"DELETE FROM `p` WHERE `p`.`t` = ?"#);
}

#[test]
fn a_join_without_on_before_another_is_refused_where_it_would_take_the_others() {
    for join in [
        "JOIN q RIGHT JOIN r ON q.x = r.x",
        "STRAIGHT_JOIN q LEFT JOIN r ON p.x = r.x",
        "INNER JOIN q JOIN r ON p.x = r.x",
    ] {
        assert_refused(
            &[MySql],
            &format!("SELECT 1 AS one FROM p {join}"),
            "a JOIN without ON before another join",
        );
    }
    assert_scoped(
        &[MySql],
        "SELECT 1 AS one FROM p CROSS JOIN q LEFT JOIN r ON p.x = r.x",
        "SELECT 1 AS one FROM p CROSS JOIN q LEFT JOIN r ON r.t = T AND (p.x = r.x) WHERE p.t = T AND q.t = T",
    );
}

#[test]
fn rows_of_shared_tables_are_not_locked() {
    for lock in ["FOR UPDATE", "FOR SHARE", "FOR UPDATE OF ref_"] {
        assert_refused(
            &[Postgres, MySql],
            &format!("SELECT p.x FROM p JOIN ref_ ON ref_.x = p.x {lock}"),
            "a row lock",
        );
    }
    assert_scoped(
        &[Postgres],
        "SELECT p.x FROM p JOIN ref_ ON ref_.x = p.x FOR UPDATE OF p",
        "SELECT p.x FROM p JOIN ref_ ON ref_.x = p.x WHERE p.t = T FOR UPDATE OF p",
    );
}
