//! GROUP BY and HAVING.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres};
use sea_query::{Cond, Expr, ExprTrait, Func, Query};

pub(super) fn shapes() -> Vec<Shape> {
    let count = || Expr::col("id").count();
    let mut shapes = vec![
        built(
            "by a column",
            &Query::select().column("state").expr(count()).from("task").group_by_col("state").take(),
        ),
        built(
            "by two columns",
            &Query::select()
                .columns(["state", "project_id"])
                .expr_as(count(), "n")
                .from("task")
                .group_by_columns(["state", "project_id"])
                .take(),
        ),
        built(
            "by a column of a table",
            &Query::select().expr_as(count(), "n").from("task").group_by_columns([("task", "state")]).take(),
        ),
        built(
            "by an expression",
            &Query::select()
                .expr_as(count(), "n")
                .from("task")
                .add_group_by([Func::lower(Expr::col("name")).into()])
                .take(),
        ),
        built(
            "having a count",
            &Query::select()
                .column("state")
                .from("task")
                .group_by_col("state")
                .and_having(count().gt(2))
                .take(),
        ),
        built(
            "having either",
            &Query::select()
                .column("state")
                .from("task")
                .group_by_col("state")
                .cond_having(Cond::any().add(count().gt(2)).add(Expr::col("points").sum().lt(9)))
                .take(),
        ),
        built(
            "having without groups",
            &Query::select().expr_as(count(), "n").from("task").and_having(count().gt(2)).take(),
        ),
        built(
            "by a key, and everything of the row",
            &Query::select()
                .columns([("project", "id"), ("project", "name"), ("project", "note")])
                .expr_as(Expr::col(("task", "id")).count(), "tasks")
                .from("project")
                .left_join("task", Expr::col(("task", "project_id")).equals(("project", "id")))
                .group_by_col(("project", "id"))
                .take(),
        ),
        built(
            "with a condition before",
            &Query::select()
                .column("state")
                .expr_as(Expr::col("points").avg(), "mean")
                .from("task")
                .and_where(Expr::col("points").gt(0))
                .group_by_col("state")
                .take(),
        ),
        built(
            "of a shared table",
            &Query::select().column("name").from("country").group_by_col("name").take(),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("by position", "SELECT state, COUNT(*) AS n FROM task GROUP BY 1"),
            ("by a result's name", "SELECT points / 10 AS ten, COUNT(*) AS n FROM task GROUP BY ten"),
            ("by a key of one of two", "SELECT p.id, p.name, COUNT(t.id) AS n FROM project AS p JOIN task AS t ON t.project_id = p.id GROUP BY p.id"),
            ("by all of a key", "SELECT id, name FROM project GROUP BY account_id, id"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("with subtotals", "SELECT state, COUNT(*) AS n FROM task GROUP BY ROLLUP (state)"),
            (
                "with all subtotals",
                "SELECT state, points, COUNT(*) AS n FROM task GROUP BY CUBE (state, points)",
            ),
            ("by sets", "SELECT state, COUNT(*) AS n FROM task GROUP BY GROUPING SETS ((state), ())"),
        ],
    ));
    shapes.extend(texts(
        &[MySql],
        &[("with subtotals by word", "SELECT state, COUNT(*) AS n FROM task GROUP BY state WITH ROLLUP")],
    ));
    shapes
}
