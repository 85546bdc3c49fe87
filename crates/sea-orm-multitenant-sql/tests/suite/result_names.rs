use super::scope;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn an_expression_that_renders_differently_keeps_the_name_that_its_text_gave_it() {
    let sql = "SELECT count( * ), max(x), (SELECT max(x) FROM q), x, p.id, ? FROM p";
    let sqlite = scope(Sqlite, sql).expect("scoped");
    assert!(
        sqlite.sql().starts_with(
            "SELECT count(*) AS `count( * )`, max(`x`) AS `max(x)`, (SELECT max(`x`) FROM `q` WHERE `q`.`t` = ?) AS `(SELECT max(x) FROM q)`, `x`, `p`.`id`, ? AS `?` FROM"
        ),
        "{}",
        sqlite.sql()
    );
    let mysql = scope(MySql, sql).expect("scoped");
    assert!(mysql.sql().contains("AS `(SELECT max(x) FROM q)`"), "{}", mysql.sql());
}

#[test]
fn the_name_survives_quotes_common_table_expressions_and_set_operations() {
    let scoped =
        scope(Sqlite, r#"WITH c AS (SELECT 1 AS x) SELECT DISTINCT max( "x" ) FROM c UNION SELECT 2"#)
            .expect("scoped");
    assert!(
        scoped.sql().contains(r#"SELECT DISTINCT max(`x`) AS `max( "x" )` FROM `c` UNION SELECT 2"#),
        "{}",
        scoped.sql()
    );
    let scoped = scope(Sqlite, "SELECT x IS DISTINCT FROM 1, 1+1 FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), "SELECT `x` IS NOT 1 AS `x IS DISTINCT FROM 1`, 1 + 1 AS `1+1` FROM `ref_`");
}

#[test]
fn names_inside_the_statement_are_kept_too() {
    let scoped = scope(Sqlite, r#"SELECT "x+1" FROM (SELECT x+1 FROM p) AS d"#).expect("scoped");
    assert_eq!(
        scoped.sql(),
        r#"SELECT `x+1` FROM (SELECT `x` + 1 AS `x+1` FROM `p` WHERE `p`.`t` = ?) AS `d`"#
    );
    let scoped = scope(MySql, "SELECT SQL_NO_CACHE x+1, ( x ), null FROM ref_").expect("scoped");
    assert!(scoped.sql().contains("`x` + 1 AS `x+1`, (`x`), NULL FROM"), "{}", scoped.sql());
}

#[test]
fn postgres_names_results_by_itself() {
    let scoped = scope(Postgres, "SELECT count( * ), (SELECT max(x) FROM q) FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT count(*), (SELECT max("x") FROM "q" WHERE "q"."t" = $1) FROM "ref_""#);
}

#[test]
fn results_of_returning_keep_their_names() {
    let sql = "DELETE FROM p RETURNING x, x+1, (SELECT max(x) FROM q)";
    let scoped = scope(Sqlite, sql).expect("scoped");
    let expected = "RETURNING `x`, `x` + 1 AS `x+1`, (SELECT max(`x`) FROM `q` WHERE `q`.`t` = ?) AS `(SELECT max(x) FROM q)`";
    assert!(scoped.sql().ends_with(expected), "{}", scoped.sql());
    let scoped = scope(MySql, "INSERT INTO log (x) VALUES (1) RETURNING x+1").expect("scoped");
    assert!(scoped.sql().ends_with("RETURNING `x` + 1 AS `x+1`"), "{}", scoped.sql());
}

#[test]
fn a_placeholder_that_gets_another_number_keeps_it_in_the_name() {
    let sql = "INSERT INTO p (t, x) VALUES (?1, 1) RETURNING x, (SELECT ?2)";
    let scoped = scope(Sqlite, sql).expect("scoped");
    assert!(scoped.sql().ends_with("RETURNING `x`, (SELECT ?1) AS `(SELECT ?2)`"), "{}", scoped.sql());
}

#[test]
fn to_sqlite_a_comment_and_a_line_belong_to_the_name() {
    let sql = "SELECT x+1 /* one */ , /* two */ x+2 -- more\nFROM ref_";
    let scoped = scope(Sqlite, sql).expect("scoped");
    let expected = r#"SELECT `x` + 1 AS `x+1 /* one */`, `x` + 2 AS `x+2 -- more` FROM `ref_`"#;
    assert_eq!(scoped.sql(), expected);
    let scoped = scope(Sqlite, "SELECT x\n+1 FROM ref_").expect("scoped");
    assert_eq!(scoped.sql(), "SELECT `x` + 1 AS `x\n+1` FROM `ref_`");
    let scoped = scope(MySql, sql).expect("scoped");
    assert_eq!(scoped.sql(), "SELECT `x` + 1 AS `x+1`, `x` + 2 AS `x+2` FROM `ref_`");
}

#[test]
fn to_mysql_a_column_of_a_table_made_derived_keeps_its_spelling() {
    let scoped = scope(MySql, "SELECT p.ID, Name, x + 1 AS y FROM p JOIN q USING (x)").expect("scoped");
    assert!(
        scoped.sql().starts_with("SELECT `p`.`ID` AS `ID`, `Name` AS `Name`, `x` + 1 AS `y` FROM (SELECT"),
        "{}",
        scoped.sql()
    );
    let scoped = scope(MySql, "SELECT p.ID FROM p").expect("scoped");
    assert!(scoped.sql().starts_with("SELECT `p`.`ID` FROM"), "{}", scoped.sql());
}
