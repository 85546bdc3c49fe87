//! CASE, casts and other expressions.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{CaseStatement, Cond, Expr, ExprTrait, Query, SelectStatement, UnOper};

/// An expression over the tasks.
fn of_tasks(expr: impl Into<Expr>) -> SelectStatement {
    Query::select().expr_as(expr.into(), "result").from("task").take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let points = || Expr::col(("task", "points"));
    let mut shapes = vec![
        built("a case", &of_tasks(CaseStatement::new().case(points().gt(5), "large"))),
        built(
            "a case and the rest",
            &of_tasks(CaseStatement::new().case(points().gt(5), "large").finally("small")),
        ),
        built(
            "a case of three",
            &of_tasks(
                CaseStatement::new()
                    .case(points().gt(8), "huge")
                    .case(points().gt(5), "large")
                    .finally(points()),
            ),
        ),
        built(
            "a case of several conditions",
            &of_tasks(
                CaseStatement::new()
                    .case(Cond::any().add(points().gt(8)).add(Expr::col("state").eq("open")), 1)
                    .finally(Expr::null()),
            ),
        ),
        built(
            "a case in a case",
            &of_tasks(
                CaseStatement::new()
                    .case(points().is_null(), CaseStatement::new().case(points().gt(1), 1).finally(2))
                    .finally(3),
            ),
        ),
        built(
            "a subquery in a case",
            &of_tasks(
                CaseStatement::new()
                    .case(
                        Expr::exists(Query::select().expr(Expr::val(1)).from("tag").take()),
                        Expr::from(Query::select().expr(Expr::col("id").max()).from("project").take()),
                    )
                    .finally(0),
            ),
        ),
        built("a cast", &of_tasks(points().cast_as("text"))).on(&[Sqlite, Postgres]),
        built("a cast to characters", &of_tasks(points().cast_as("char"))).on(&[MySql]),
        built("an enumeration", &of_tasks(Expr::val("open").as_enum("task_state"))),
        built("an enumeration of a column", &of_tasks(Expr::col("state").as_enum("text"))),
        built("not", &of_tasks(points().gt(1).unary(UnOper::Not))),
        built("sums and products", &of_tasks(points().add(1).mul(points().sub(2)).div(3))),
        built("a long sum", &of_tasks((1..9).fold(points(), |sum, next| sum.add(next)))),
        built("now", &of_tasks(Expr::current_timestamp())),
        built("the time", &of_tasks(Expr::current_time())),
        built("a null", &of_tasks(Expr::null())),
        built(
            "a row",
            &of_tasks(Expr::tuple([points(), Expr::col("id")]).gt(Expr::tuple([1.into(), 2.into()]))),
        ),
        built("written by hand", &of_tasks(Expr::cust("points * 2"))),
        built(
            "written by hand around an expression",
            &of_tasks(Expr::cust_with_expr("points + ?", points().add(1))),
        )
        .on(&[Sqlite, MySql]),
        built(
            "compared with any of a subquery",
            &of_tasks(points().gt(Expr::any(Query::select().column("points").from("task").take()))),
        )
        .on(&[Postgres, MySql]),
        built(
            "compared with all of a subquery",
            &of_tasks(points().gte(Expr::all(Query::select().column("points").from("task").take()))),
        )
        .on(&[Postgres, MySql]),
        built(
            "compared with some of a subquery",
            &of_tasks(points().eq(Expr::some(Query::select().column("points").from("task").take()))),
        )
        .on(&[Postgres, MySql]),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            (
                "a case of a value",
                "SELECT CASE state WHEN 'open' THEN 1 WHEN ? THEN 2 ELSE 3 END AS n FROM task",
            ),
            ("a sign before a sign", "SELECT - - points AS n FROM task"),
            ("texts put together", "SELECT name || '-' || state AS n FROM task"),
            ("a comparison of comparisons", "SELECT (points > 1) = (id > 1) AS n FROM task"),
            ("a list of expressions", "SELECT id IN (points, points + 1, ?) AS n FROM task"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("a cast by colons", "SELECT points::text AS n FROM task WHERE id = ?::bigint"),
            ("a cast of a cast", "SELECT points::text::bigint AS n FROM task"),
            ("an interval", "SELECT due_on + INTERVAL '1 day' AS n FROM task"),
            ("a time zone", "SELECT due_on AT TIME ZONE 'UTC' AS n FROM task"),
            ("a collation", "SELECT name COLLATE \"C\" AS n FROM task ORDER BY 1"),
            ("a part of a date", "SELECT EXTRACT(YEAR FROM due_on) AS n FROM task"),
            ("a part of a text", "SELECT SUBSTRING(name FROM 2 FOR 3) AS n FROM task"),
            ("a trimmed text", "SELECT TRIM(BOTH 'x' FROM name) AS n FROM task"),
            ("the place of a text", "SELECT POSITION('a' IN name) AS n FROM task"),
            ("a similar text", "SELECT name SIMILAR TO 'a%' AS n FROM task"),
            ("a pattern", "SELECT name ~* 'a.c' AS n FROM task"),
            ("is true", "SELECT (points > 1) IS TRUE AS n FROM task"),
        ],
    ));
    shapes.extend(texts(
        &[MySql],
        &[
            ("an interval without quotes", "SELECT due_on + INTERVAL 1 DAY AS n FROM task"),
            ("a whole division", "SELECT points DIV 2 AS n FROM task"),
            ("a remainder by word", "SELECT points MOD 2 AS n FROM task"),
            ("a conversion", "SELECT CONVERT(name USING utf8mb4) AS n FROM task"),
            ("a collation of a text", "SELECT name COLLATE utf8mb4_bin AS n FROM task"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite],
        &[
            ("a collation without case", "SELECT name COLLATE NOCASE AS n FROM task"),
            ("an alternative", "SELECT IIF(points > 1, 'a', 'b') AS n FROM task"),
        ],
    ));
    shapes
}
