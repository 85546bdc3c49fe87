//! DELETE.

use super::shape::{Shape, built, exact, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Cond, DeleteStatement, Expr, ExprTrait, Order, Query};

/// A delete of links.
fn links() -> DeleteStatement {
    Query::delete().from_table("task_tag").to_owned()
}

pub(super) fn shapes() -> Vec<Shape> {
    let task = || Expr::col(("task_tag", "task_id"));
    let mut shapes = vec![
        built("a row", links().and_where(task().eq(1)).and_where(Expr::col(("task_tag", "tag_id")).eq(2))),
        built("every row", &links()),
        built("rows in a list", links().and_where(task().is_in([1, 2]))),
        built(
            "rows of pairs",
            links().and_where(
                Expr::tuple([task(), Expr::col(("task_tag", "tag_id"))]).in_tuples([(1, 2), (3, 4)]),
            ),
        ),
        built(
            "rows by either",
            links().cond_where(Cond::any().add(task().eq(1)).add(Expr::col("tag_id").eq(2))),
        ),
        built(
            "where another table says so",
            links().and_where(task().in_subquery(
                Query::select().column("id").from("task").and_where(Expr::col("state").eq("done")).take(),
            )),
        ),
        built(
            "where another table has none",
            links().and_where(Expr::not_exists(
                Query::select()
                    .expr(Expr::val(1))
                    .from("task")
                    .and_where(Expr::col(("task", "id")).equals(("task_tag", "task_id")))
                    .take(),
            )),
        ),
        built("some rows", links().order_by("tag_id", Order::Asc).limit(1)),
        built("a row, and all of it wanted", links().and_where(task().eq(1)).returning_all()),
        built("a row, and a column wanted", links().and_where(task().eq(1)).returning_col("tag_id")),
        built(
            "a row, and an expression wanted",
            links().returning(Query::returning().expr(Expr::col("tag_id").add(1))),
        ),
        built("a shared table", Query::delete().from_table("country")),
        built(
            "a shared table that is writable",
            Query::delete().from_table("visit").and_where(Expr::col("id").eq(1)),
        ),
        built("the tenants' own table", Query::delete().from_table("account")),
        built("an unknown table", Query::delete().from_table("secret")),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("or without parentheses", "DELETE FROM task_tag WHERE tag_id = ? OR 1 = 1"),
            ("nothing but a constant", "DELETE FROM task_tag WHERE 1 = 0"),
            ("of another tenant", "DELETE FROM task_tag WHERE account_id = 2"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite, Postgres],
        &[("under a name", "DELETE FROM task_tag AS l WHERE l.tag_id = ?")],
    ));
    shapes.extend([
        exact(Postgres, "with another table", "DELETE FROM task_tag USING tag WHERE tag.id = task_tag.tag_id AND tag.name = $1"),
        exact(Postgres, "with two other tables", "DELETE FROM task_tag USING tag, task WHERE tag.id = task_tag.tag_id AND task.id = task_tag.task_id"),
        exact(Postgres, "only a table", "DELETE FROM ONLY task_tag"),
        exact(MySql, "of a join", "DELETE task_tag FROM task_tag JOIN tag ON tag.id = task_tag.tag_id"),
        exact(MySql, "with a join", "DELETE FROM task_tag USING task_tag JOIN tag ON tag.id = task_tag.tag_id"),
    ]);
    shapes
}
