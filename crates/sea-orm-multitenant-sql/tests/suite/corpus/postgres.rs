//! What PostgreSQL alone has: arrays, text search, ranges.

use super::shape::{Shape, on_postgres, texts};
use sea_orm_multitenant_sql::Engine::Postgres;
use sea_query::extension::postgres::{PgBinOper, PgExpr};
use sea_query::{Expr, ExprTrait, Func, PgFunc, Query, SelectStatement};

/// The tasks of which a condition holds.
fn tasks(condition: Expr) -> SelectStatement {
    Query::select().column("id").from("task").and_where(condition).take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let name = || Expr::col("name");
    let labels = || Expr::col("labels");
    let mut shapes = vec![
        on_postgres("like without case", &tasks(name().ilike("a%"))),
        on_postgres("not like without case", &tasks(name().not_ilike("a%"))),
        on_postgres("matches", &tasks(PgExpr::matches(name(), "a"))),
        on_postgres("put together", &tasks(name().concat("x").eq("ax"))),
        on_postgres("contains", &tasks(labels().contains(Expr::val("a")))),
        on_postgres("overlaps", &tasks(labels().binary(PgBinOper::Overlap, Expr::val("a")))),
        on_postgres("a pattern", &tasks(name().binary(PgBinOper::Regex, "a.c"))),
        on_postgres("a pattern without case", &tasks(name().binary(PgBinOper::RegexCaseInsensitive, "a.c"))),
        on_postgres("similar", &tasks(name().binary(PgBinOper::Similarity, "abc"))),
        on_postgres("a similar word", &tasks(name().binary(PgBinOper::WordSimilarity, "abc"))),
        on_postgres("a distance", &tasks(name().binary(PgBinOper::SimilarityDistance, "abc").lt(1))),
        on_postgres("any of an array", &tasks(Expr::col("id").eq(PgFunc::any(labels())))),
        on_postgres("all of an array", &tasks(Expr::col("id").ne(PgFunc::all(labels())))),
        on_postgres("some of an array", &tasks(Expr::col("id").eq(PgFunc::some(labels())))),
        on_postgres(
            "found by words",
            &tasks(PgExpr::matches(PgFunc::to_tsvector(name(), None), PgFunc::plainto_tsquery("a b", None))),
        ),
        on_postgres(
            "ranked by words",
            &Query::select()
                .expr_as(
                    PgFunc::ts_rank(PgFunc::to_tsvector(name(), None), PgFunc::to_tsquery("a", None)),
                    "rank",
                )
                .from("task")
                .take(),
        ),
        on_postgres(
            "found by a search",
            &tasks(PgExpr::matches(name(), PgFunc::websearch_to_tsquery("a", None))),
        ),
        on_postgres(
            "cast to a quoted type",
            &tasks(Expr::from(Func::cast_as_quoted(name(), "task_state")).eq("x")),
        ),
    ];
    shapes.extend(texts(
        &[Postgres],
        &[
            ("an element", "SELECT labels[1] AS v FROM task"),
            ("a slice", "SELECT labels[1:2] AS v FROM task"),
            ("an array", "SELECT ARRAY[id, points] AS v FROM task"),
            ("an array compared", "SELECT id FROM task WHERE labels && ARRAY[?]"),
            ("any of a value", "SELECT id FROM task WHERE id = ANY(?)"),
            ("any of a cast value", "SELECT id FROM task WHERE id = ANY(?::bigint[])"),
            ("a length", "SELECT ARRAY_LENGTH(labels, 1) AS v FROM task"),
            ("a range", "SELECT id FROM task WHERE due_on <@ DATERANGE(?, ?)"),
            ("an overlap of times", "SELECT (due_on, due_on) OVERLAPS (due_on, due_on) AS v FROM task"),
            (
                "unnested labels",
                "SELECT t.id, l.label FROM task AS t CROSS JOIN LATERAL UNNEST(t.labels) AS l (label)",
            ),
            (
                "numbered rows of a function",
                "SELECT u.x, u.n FROM UNNEST(ARRAY[5, 6]) WITH ORDINALITY AS u (x, n)",
            ),
            ("a row constructor", "SELECT ROW(id, name) AS v FROM task"),
            (
                "a type by its words",
                "SELECT points::double precision AS v, name::character varying(5) AS w FROM task",
            ),
            ("a system column", "SELECT ctid FROM task"),
            ("a cast to a table's name", "SELECT 'task'::regclass AS v"),
            ("an own operator", "SELECT id FROM task WHERE name OPERATOR(pg_catalog.=) 'a'"),
        ],
    ));
    shapes
}
