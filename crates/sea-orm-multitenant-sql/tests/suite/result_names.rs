use super::planned;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

#[test]
fn an_expression_that_renders_differently_keeps_the_name_that_its_text_gave_it() {
    let sql = "SELECT count( * ), max(x), (SELECT max(x) FROM q), x, p.id, ? FROM p";
    let sqlite = planned(Sqlite, sql).expect("scoped");
    assert!(
        sqlite.sql().starts_with(
            r#"SELECT count(*) AS "count( * )", max(x), (SELECT max(x) FROM "q" WHERE "q"."t" = ?) AS "(SELECT max(x) FROM q)", x, p.id, ? AS "?" FROM"#
        ),
        "{}",
        sqlite.sql()
    );
    let mysql = planned(MySql, sql).expect("scoped");
    assert!(mysql.sql().contains("AS `(SELECT max(x) FROM q)`"), "{}", mysql.sql());
}

#[test]
fn the_name_survives_quotes_common_table_expressions_and_set_operations() {
    let plan =
        planned(Sqlite, r#"WITH c AS (SELECT 1 AS x) SELECT DISTINCT max( "x" ) FROM c UNION SELECT 2"#)
            .expect("scoped");
    assert!(
        plan.sql().contains(r#"SELECT DISTINCT max("x") AS "max( ""x"" )" FROM "c" UNION SELECT 2"#),
        "{}",
        plan.sql()
    );
    let plan = planned(Sqlite, "SELECT x IS DISTINCT FROM 1, 1+1 FROM ref_").expect("scoped");
    assert_eq!(plan.sql(), r#"SELECT x IS NOT 1 AS "x IS DISTINCT FROM 1", 1 + 1 AS "1+1" FROM "ref_""#);
}

#[test]
fn names_inside_the_statement_are_kept_too() {
    let plan = planned(Sqlite, r#"SELECT "x+1" FROM (SELECT x+1 FROM p) AS d"#).expect("scoped");
    assert_eq!(plan.sql(), r#"SELECT "x+1" FROM (SELECT x + 1 AS "x+1" FROM "p" WHERE "p"."t" = ?) AS "d""#);
    let plan = planned(MySql, "SELECT SQL_NO_CACHE x+1, ( x ), null FROM ref_").expect("scoped");
    assert!(plan.sql().contains("x + 1 AS `x+1`, (x), NULL FROM"), "{}", plan.sql());
}

#[test]
fn postgres_names_results_by_itself() {
    let plan = planned(Postgres, "SELECT count( * ), (SELECT max(x) FROM q) FROM ref_").expect("scoped");
    assert_eq!(plan.sql(), r#"SELECT count(*), (SELECT max(x) FROM "q" WHERE "q"."t" = $1) FROM "ref_""#);
}
