//! Functions and aggregates.

use super::shape::{Shape, built, on_postgres, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Expr, ExprTrait, Func, FunctionCall, PgFunc, Query, SelectStatement};

/// A call over the tasks.
fn of_tasks(call: impl Into<Expr>) -> SelectStatement {
    Query::select().expr_as(call.into(), "result").from("task").take()
}

/// A function by name.
fn call<const N: usize>(name: &'static str, args: [Expr; N]) -> FunctionCall {
    Func::cust(name).args(args)
}

pub(super) fn shapes() -> Vec<Shape> {
    let points = || Expr::col("points");
    let name = || Expr::col("name");
    let mut shapes = vec![
        built("count", &of_tasks(points().count())),
        built("count of everything", &of_tasks(Func::count(Expr::col(sea_query::Asterisk)))),
        built("count of what differs", &of_tasks(points().count_distinct())),
        built("sum", &of_tasks(points().sum())),
        built("average", &of_tasks(points().avg())),
        built("greatest value", &of_tasks(points().max())),
        built("least value", &of_tasks(points().min())),
        built("absolute", &of_tasks(Func::abs(points()))),
        built("length", &of_tasks(Func::char_length(name()))),
        built("greatest of several", &of_tasks(Func::greatest([points(), Expr::val(1)]))),
        built("least of several", &of_tasks(Func::least([points(), Expr::val(1)]))),
        built(
            "first that is there",
            &of_tasks(Func::coalesce([points(), Expr::col("parent_id"), Expr::val(0)])),
        ),
        built("lower case", &of_tasks(Func::lower(name()))),
        built("upper case", &of_tasks(Func::upper(name()))),
        built("rounded", &of_tasks(Func::round(points()))),
        built("rounded to digits", &of_tasks(Func::round_with_precision(points(), 2))),
        built("chance", &of_tasks(Func::random())),
        built("digest", &of_tasks(Func::md5(name()))).on(&[Postgres, MySql]),
        built("all bits", &of_tasks(Func::bit_and(points()))).on(&[Postgres, MySql]),
        built("any bit", &of_tasks(Func::bit_or(points()))).on(&[Postgres, MySql]),
        built("a cast as a call", &of_tasks(Func::cast_as(points(), "text"))).on(&[Sqlite, Postgres]),
        built("a call in a call", &of_tasks(Func::lower(Func::coalesce([name(), Expr::val("")])))),
        built(
            "a subquery as an argument",
            &of_tasks(Func::coalesce([
                Expr::from(Query::select().expr(Expr::col("id").max()).from("project").take()),
                Expr::val(0),
            ])),
        ),
        built("a filtered aggregate", &of_tasks(Func::count(Expr::col("id")).filter(points().gt(3))))
            .on(&[Sqlite, Postgres]),
        built("put together", &of_tasks(call("CONCAT", [name(), Expr::val("-"), Expr::col("state")]))),
        built("replaced", &of_tasks(call("REPLACE", [name(), Expr::val("a"), Expr::val("b")]))),
        built("cut", &of_tasks(call("SUBSTR", [name(), Expr::val(1), Expr::val(2)]))),
        built("null when equal", &of_tasks(call("NULLIF", [points(), Expr::val(0)]))),
        built("a function that is not known", &of_tasks(call("slugify", [name()]))),
        built("a function that makes the server wait", &of_tasks(call("pg_sleep", [Expr::val(1)]))),
        built("a generated key", &of_tasks(call("last_insert_id", []))),
        built("a JSON object", &of_tasks(call("JSON_OBJECT", [Expr::val("id"), Expr::col("id")])))
            .on(&[Sqlite, MySql]),
        on_postgres("names in an array", &of_tasks(PgFunc::array_agg(name()))),
        on_postgres("different names in an array", &of_tasks(PgFunc::array_agg_distinct(name()))),
        on_postgres("rows as JSON", &of_tasks(PgFunc::json_agg(name()))),
        on_postgres(
            "an object of pairs",
            &of_tasks(PgFunc::json_build_object(vec![(Expr::val("n"), name())])),
        ),
        on_postgres(
            "a truncated date",
            &of_tasks(PgFunc::date_trunc(sea_query::PgDateTruncUnit::Day, Expr::col("due_on"))),
        ),
        on_postgres("a beginning", &of_tasks(PgFunc::starts_with(name(), "a"))),
        on_postgres("a new identifier", &of_tasks(PgFunc::gen_random_uuid())),
        on_postgres("an advisory lock", &of_tasks(PgFunc::advisory_lock(Expr::val(1)))),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            (
                "a count in a condition of a group",
                "SELECT state FROM task GROUP BY state HAVING COUNT(*) > ?",
            ),
            (
                "aggregates side by side",
                "SELECT COUNT(*) AS n, SUM(points) AS s, MAX(points) - MIN(points) AS d FROM task",
            ),
            ("a sum of cases", "SELECT SUM(CASE WHEN state = 'open' THEN points ELSE 0 END) AS n FROM task"),
            ("an average or nothing", "SELECT COALESCE(AVG(points), 0) AS n FROM task"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("a text of all names", "SELECT STRING_AGG(name, ', ' ORDER BY id) AS n FROM task"),
            ("a median", "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY points) AS n FROM task"),
            ("whether any", "SELECT BOOL_OR(points > 3) AS n FROM task"),
            ("a series", "SELECT d.day FROM GENERATE_SERIES(1, 5) AS d (day)"),
            (
                "a series beside a table",
                "SELECT t.id, s.n FROM task AS t, GENERATE_SERIES(1, t.points) AS s (n)",
            ),
            ("an array unnested", "SELECT u.x FROM UNNEST(ARRAY[1, 2]) AS u (x)"),
            ("an age", "SELECT AGE(due_on) AS n FROM task"),
            ("a formatted date", "SELECT TO_CHAR(due_on, 'YYYY-MM') AS n FROM task"),
            ("the session's user", "SELECT CURRENT_USER AS n"),
            ("a query by its text", "SELECT QUERY_TO_XML('SELECT 1', true, true, '') AS n"),
        ],
    ));
    shapes.extend(texts(
        &[MySql],
        &[
            (
                "a text of all names in order",
                "SELECT GROUP_CONCAT(name ORDER BY id SEPARATOR ', ') AS n FROM task",
            ),
            ("an alternative", "SELECT IF(points > 1, 'a', 'b') AS n FROM task"),
            ("days between", "SELECT DATEDIFF(due_on, NOW()) AS n FROM task"),
            ("a date by a format", "SELECT DATE_FORMAT(due_on, '%Y-%m') AS n FROM task"),
            ("a date and an interval", "SELECT DATE_ADD(due_on, INTERVAL 1 DAY) AS n FROM task"),
            ("the place in a list", "SELECT FIELD(state, 'open', 'done') AS n FROM task"),
            ("the contents of a file", "SELECT LOAD_FILE('/etc/hosts') AS n"),
            ("rows found before the limit", "SELECT FOUND_ROWS() AS n"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite],
        &[
            ("a text of all names with commas", "SELECT GROUP_CONCAT(name, ', ') AS n FROM task"),
            ("a date by its parts", "SELECT STRFTIME('%Y-%m', due_on) AS n FROM task"),
            ("a date", "SELECT DATETIME(due_on, '+1 day') AS n FROM task"),
            ("a kind of value", "SELECT TYPEOF(points) AS n FROM task"),
            ("the last row's id", "SELECT LAST_INSERT_ROWID() AS n"),
        ],
    ));
    shapes
}
