//! JSON.

use super::shape::{Shape, built, exact, on_postgres, texts};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::extension::{postgres::PgExpr, sqlite::SqliteExpr};
use sea_query::{Expr, ExprTrait, Query};

pub(super) fn shapes() -> Vec<Shape> {
    let settings = || Expr::col("settings");
    let of_projects = |expr: Expr| Query::select().expr_as(expr, "result").from("project").take();
    let on_sqlite = |name, expr| built(name, &of_projects(expr)).on(&[Sqlite]);
    let mut shapes = vec![
        on_postgres("a field", &of_projects(PgExpr::get_json_field(settings(), "a"))),
        on_postgres("a field as text", &of_projects(PgExpr::cast_json_field(settings(), "a"))),
        on_postgres("contains", &of_projects(settings().contains(Expr::val("{}")))),
        on_postgres("is contained", &of_projects(settings().contained(Expr::val("{}")))),
        on_postgres("put together", &of_projects(settings().concatenate(Expr::val("{}")))),
        on_postgres(
            "a field compared",
            &Query::select()
                .column("id")
                .from("project")
                .and_where(PgExpr::cast_json_field(settings(), "a").eq("b"))
                .take(),
        ),
        on_sqlite("a field, on SQLite", SqliteExpr::get_json_field(settings(), "$.a")),
        on_sqlite("a field as text, on SQLite", SqliteExpr::cast_json_field(settings(), "$.a")),
    ];
    shapes.extend(texts(
        &[Postgres],
        &[
            ("a path", "SELECT settings #> '{a,b}' AS v, settings #>> '{a,b}' AS w FROM project"),
            ("without a key", "SELECT settings - 'a' AS v FROM project"),
            ("without a path", "SELECT settings #- '{a}' AS v FROM project"),
            ("a path that holds", "SELECT id FROM project WHERE settings @@ '$.a == 1'"),
            ("elements", "SELECT e.value FROM project AS p, JSONB_ARRAY_ELEMENTS(p.settings) AS e"),
            ("pairs", "SELECT e.key, e.value FROM project AS p, JSONB_EACH(p.settings) AS e"),
            ("an object", "SELECT JSONB_BUILD_OBJECT('id', id, 'name', name) AS v FROM project"),
            ("all rows", "SELECT JSONB_AGG(JSONB_BUILD_OBJECT('id', id)) AS v FROM project"),
            ("a changed field", "UPDATE project SET settings = JSONB_SET(settings, '{a}', '1') WHERE id = ?"),
            ("a row as an object", "SELECT ROW_TO_JSON(p) AS v FROM project AS p"),
            ("a nested field", "SELECT settings -> 'a' -> 'b' ->> 'c' AS v FROM project"),
            ("a value by path", "SELECT JSON_VALUE(settings, '$.a') AS v FROM project"),
            ("records", "SELECT r.a FROM JSONB_TO_RECORDSET('[]') AS r (a BIGINT)"),
        ],
    ));
    shapes.extend([
        exact(Postgres, "a path that is there", "SELECT id FROM project WHERE settings @? '$.a'"),
        exact(Postgres, "a key that is there", "SELECT id FROM project WHERE settings ? 'a'"),
        exact(Postgres, "any key that is there", "SELECT id FROM project WHERE settings ?| ARRAY['a']"),
        exact(Postgres, "all keys that are there", "SELECT id FROM project WHERE settings ?& ARRAY['a']"),
    ]);
    shapes.extend(texts(
        &[MySql],
        &[
            ("a field, on MySQL", "SELECT settings -> '$.a' AS v, settings ->> '$.a' AS w FROM project"),
            ("an extract, on MySQL", "SELECT JSON_UNQUOTE(JSON_EXTRACT(settings, '$.a')) AS v FROM project WHERE JSON_CONTAINS(settings, ?)"),
            ("all rows, on MySQL", "SELECT JSON_ARRAYAGG(JSON_OBJECT('id', id)) AS v FROM project"),
            ("a table, on MySQL", "SELECT j.a FROM project AS p, JSON_TABLE(p.settings, '$[*]' COLUMNS (a INT PATH '$.a')) AS j"),
            ("a member, on MySQL", "SELECT id FROM project WHERE 1 MEMBER OF (settings)"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite],
        &[
            ("an extract, on SQLite", "SELECT JSON_EXTRACT(settings, '$.a') AS v FROM project"),
            ("all rows, on SQLite", "SELECT JSON_GROUP_ARRAY(JSON_OBJECT('id', id)) AS v FROM project"),
            ("elements, on SQLite", "SELECT e.value FROM project AS p, JSON_EACH(p.settings) AS e"),
            (
                "a changed field, on SQLite",
                "UPDATE project SET settings = JSON_SET(settings, '$.a', ?) WHERE id = ?",
            ),
        ],
    ));
    shapes
}
