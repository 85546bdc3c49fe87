//! Set operations.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UnionType};

/// The ids of a table's rows.
fn ids(table: &'static str) -> SelectStatement {
    Query::select().column("id").from(table).take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        built("distinct", &ids("project").union(UnionType::Distinct, ids("task")).take()),
        built("all", &ids("project").union(UnionType::All, ids("task")).take()),
        built("in both", &ids("project").union(UnionType::Intersect, ids("task")).take()),
        built("in one only", &ids("project").union(UnionType::Except, ids("task")).take()),
        built(
            "of three",
            &ids("project").union(UnionType::All, ids("task")).union(UnionType::Distinct, ids("tag")).take(),
        ),
        built(
            "of several at once",
            &ids("project").unions([(UnionType::All, ids("task")), (UnionType::All, ids("tag"))]).take(),
        ),
        built(
            "with an order and a limit",
            &ids("project").union(UnionType::All, ids("task")).order_by("id", Order::Desc).limit(3).take(),
        ),
        built(
            "with conditions",
            &ids("project")
                .and_where(Expr::col("name").eq("a"))
                .union(UnionType::All, ids("task").and_where(Expr::col("name").eq("b")).take())
                .take(),
        ),
        built(
            "with a shared table",
            &Query::select()
                .column("code")
                .from("country")
                .union(UnionType::All, Query::select().column("country_code").from("project").take())
                .take(),
        ),
        built(
            "as a source",
            &Query::select()
                .expr(Expr::col("id").count())
                .from_subquery(ids("project").union(UnionType::All, ids("task")).take(), "both_")
                .take(),
        ),
        built(
            "of a value",
            &ids("project").union(UnionType::All, Query::select().expr(Expr::val(1)).take()).take(),
        ),
        built("with an unknown table", &ids("project").union(UnionType::All, ids("secret")).take()),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            (
                "without parentheses",
                "SELECT id, name FROM project UNION ALL SELECT id, name FROM tag ORDER BY name",
            ),
            ("with a value in a list", "SELECT id, ? AS kind FROM project UNION SELECT id, ? FROM tag"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres, MySql],
        &[
            ("of limited parts", "(SELECT id FROM project ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM task ORDER BY id LIMIT 1)"),
            ("nested", "(SELECT id FROM project UNION SELECT id FROM task) EXCEPT SELECT id FROM tag"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite, Postgres],
        &[("of values", "SELECT id FROM project UNION ALL VALUES (1), (2)")],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[("with repeats kept", "SELECT id FROM project EXCEPT ALL SELECT id FROM task")],
    ));
    shapes
}
