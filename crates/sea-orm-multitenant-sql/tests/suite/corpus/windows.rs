//! Window functions.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{Postgres, Sqlite};
use sea_query::{Expr, ExprTrait, Frame, FrameType, Func, Order, OverStatement, Query, WindowStatement};

pub(super) fn shapes() -> Vec<Shape> {
    let by_state = || WindowStatement::partition_by("state");
    let points = || Expr::col("points");
    let over = |window: WindowStatement| {
        Query::select().expr_window_as(points().max(), window, "highest").from("task").take()
    };
    let number = || Expr::from(Func::cust("ROW_NUMBER"));
    let mut shapes = vec![
        built("by parts", &over(by_state())),
        built("by parts in an order", &over(by_state().order_by("id", Order::Asc).take())),
        built("by several parts", &over(by_state().add_partition_by(Expr::col("project_id")).take())),
        built("by an expression", &over(WindowStatement::partition_by_custom("points / 10"))),
        built("without a name", &Query::select().expr_window(points().sum(), by_state()).from("task").take()),
        built(
            "from the start",
            &over(
                by_state()
                    .order_by("id", Order::Asc)
                    .frame_start(FrameType::Rows, Frame::UnboundedPreceding)
                    .take(),
            ),
        ),
        built(
            "between two rows",
            &over(
                by_state()
                    .order_by("id", Order::Asc)
                    .frame_between(FrameType::Rows, Frame::UnboundedPreceding, Frame::CurrentRow)
                    .take(),
            ),
        ),
        built(
            "a range",
            &over(
                by_state()
                    .order_by("id", Order::Asc)
                    .frame_between(FrameType::Range, Frame::UnboundedPreceding, Frame::UnboundedFollowing)
                    .take(),
            ),
        ),
        built(
            "rows around",
            &over(
                by_state()
                    .order_by("id", Order::Asc)
                    .frame_between(FrameType::Rows, Frame::Preceding(1), Frame::Following(1))
                    .take(),
            ),
        ),
        built(
            "named",
            &Query::select()
                .expr_window_name_as(points().max(), "w", "highest")
                .from("task")
                .window("w", by_state())
                .take(),
        ),
        built(
            "named, without a name of its own",
            &Query::select()
                .expr_window_name(points().max(), "w")
                .from("task")
                .window("w", by_state())
                .take(),
        ),
        built(
            "a number a row",
            &Query::select()
                .expr_window_as(number(), by_state().order_by("id", Order::Desc).take(), "number")
                .from("task")
                .take(),
        ),
        built(
            "the first of each part",
            &Query::select()
                .column("id")
                .from_subquery(
                    Query::select()
                        .column("id")
                        .expr_window_as(number(), by_state().order_by("id", Order::Desc).take(), "number")
                        .from("task")
                        .take(),
                    "numbered",
                )
                .and_where(Expr::col("number").eq(1))
                .take(),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("over everything", "SELECT id, COUNT(*) OVER () AS n FROM task"),
            ("the one before", "SELECT id, LAG(points, 1, 0) OVER (ORDER BY id) AS before_ FROM task"),
            ("a running sum", "SELECT id, SUM(points) OVER (PARTITION BY state ORDER BY id ROWS UNBOUNDED PRECEDING) AS n FROM task"),
            ("a rank of an aggregate", "SELECT state, RANK() OVER (ORDER BY COUNT(*) DESC) AS n FROM task GROUP BY state"),
            ("ordered by a subquery", "SELECT id, RANK() OVER (ORDER BY (SELECT COUNT(*) FROM task_tag WHERE task_tag.task_id = task.id)) AS n FROM task"),
            ("two windows", "SELECT id, RANK() OVER a AS x, SUM(points) OVER b AS y FROM task WINDOW a AS (ORDER BY id), b AS (PARTITION BY state)"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite, Postgres],
        &[("filtered", "SELECT COUNT(*) FILTER (WHERE points > 1) OVER (PARTITION BY state) AS n FROM task")],
    ));
    shapes
}
