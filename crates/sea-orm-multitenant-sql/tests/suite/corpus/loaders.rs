//! What SeaORM's finders, relations, loaders and nested saves send.

use super::shape::{Shape, built, exact};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres};
use sea_query::{Cond, Expr, ExprTrait, JoinType, OnConflict, Order, Query, SelectStatement, ValueTuple};

/// Tasks as an entity selects them.
fn tasks() -> SelectStatement {
    Query::select()
        .columns([("task", "account_id"), ("task", "id"), ("task", "project_id"), ("task", "name")])
        .from("task")
        .take()
}

/// A select of two entities' columns, under the names that SeaORM gives them.
fn two() -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(("project", "id")), "A_id")
        .expr_as(Expr::col(("project", "name")), "A_name")
        .expr_as(Expr::col(("task", "id")), "B_id")
        .expr_as(Expr::col(("task", "name")), "B_name")
        .from("project")
        .left_join("task", Expr::col(("project", "id")).equals(("task", "project_id")))
        .take()
}

/// The tags of tasks, by way of the links.
fn tags_of_tasks() -> SelectStatement {
    Query::select()
        .columns([("tag", "account_id"), ("tag", "id"), ("tag", "name")])
        .expr_as(Expr::col(("task_tag", "task_id")), "task_id")
        .from("tag")
        .join(JoinType::InnerJoin, "task_tag", Expr::col(("task_tag", "tag_id")).equals(("tag", "id")))
        .take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let key = || {
        Cond::all().add(Expr::col(("task", "account_id")).eq(1_i64)).add(Expr::col(("task", "id")).eq(5_i64))
    };
    vec![
        built("a row by its key", tasks().and_where(Expr::col(("task", "id")).eq(5_i64)).limit(1)),
        built("a row by its composite key", tasks().cond_where(key()).limit(1)),
        built("a row and its related row", two().limit(1)),
        built("rows and their related rows", two().order_by(("project", "id"), Order::Asc)),
        built(
            "rows and their related rows of two levels",
            two()
                .expr_as(Expr::col(("task_tag", "tag_id")), "C_tag_id")
                .left_join("task_tag", Expr::col(("task", "id")).equals(("task_tag", "task_id"))),
        ),
        built(
            "rows of several parents",
            tasks().and_where(Expr::col(("task", "project_id")).is_in([1, 2, 3])),
        ),
        built(
            "rows of several parents by tuples",
            tasks().and_where(
                Expr::tuple([Expr::col(("task", "project_id"))])
                    .in_tuples([ValueTuple::One(1.into()), ValueTuple::One(2.into())]),
            ),
        ),
        built(
            "rows of several parents by composite keys",
            tasks().and_where(
                Expr::tuple([Expr::col(("task", "account_id")), Expr::col(("task", "project_id"))])
                    .in_tuples([(1_i64, 1_i64), (1, 2)]),
            ),
        ),
        built("rows of no parent", tasks().and_where(Expr::val(1).eq(0))),
        built(
            "linked rows of several",
            tags_of_tasks().and_where(Expr::col(("task_tag", "task_id")).is_in([1, 2])),
        ),
        built("linked rows of one", tags_of_tasks().and_where(Expr::col(("task_tag", "task_id")).eq(1))),
        built(
            "rows that have a related one",
            tasks().and_where(Expr::exists(
                Query::select()
                    .expr(Expr::val(1))
                    .from("task_tag")
                    .and_where(Expr::col(("task_tag", "task_id")).equals(("task", "id")))
                    .take(),
            )),
        ),
        built(
            "links of a row",
            Query::select()
                .columns(["task_id", "tag_id"])
                .from("task_tag")
                .and_where(Expr::col(("task_tag", "task_id")).eq(1)),
        ),
        built(
            "new links, unless they are there",
            Query::insert()
                .into_table("task_tag")
                .columns(["task_id", "tag_id"])
                .values_panic([1.into(), 2.into()])
                .on_conflict(OnConflict::columns(["task_id", "tag_id"]).do_nothing().to_owned())
                .returning(Query::returning().columns(["task_id", "tag_id"])),
        ),
        built(
            "links to remove",
            Query::delete().from_table("task_tag").and_where(
                Expr::tuple([Expr::col("task_id"), Expr::col("tag_id")]).in_tuples([(1, 2), (1, 3)]),
            ),
        ),
        built(
            "children of a row that is deleted",
            tasks()
                .join(
                    JoinType::InnerJoin,
                    "project",
                    Expr::col(("project", "id")).equals(("task", "project_id")),
                )
                .and_where(Expr::col(("project", "id")).eq(1)),
        ),
        built(
            "children to delete",
            Query::delete().from_table("task").and_where(Expr::col("project_id").is_in([1, 2])),
        ),
        built(
            "an inserted row",
            Query::insert()
                .into_table("task")
                .columns(["id", "name", "project_id"])
                .values_panic([Expr::val(1), Expr::val("a"), Expr::val(2)])
                .returning(Query::returning().columns(["account_id", "id", "name", "project_id"])),
        ),
        built(
            "a changed row",
            Query::update()
                .table("task")
                .values([("name", "a".into()), ("points", 3.into())])
                .cond_where(key())
                .returning(Query::returning().columns(["account_id", "id", "name", "project_id"])),
        ),
        built(
            "rows of one column",
            Query::select().expr_as(Expr::col(("task", "name")), "name").from("task"),
        ),
        built(
            "a row and its parent, under another name",
            tasks()
                .join_as(
                    JoinType::LeftJoin,
                    "task",
                    "r0",
                    Expr::col(("task", "parent_id")).equals(("r0", "id")),
                )
                .expr_as(Expr::col(("r0", "id")), "B_id"),
        ),
        built("a deleted row", Query::delete().from_table("task").cond_where(key())),
        exact(Postgres, "rows of a list given as an array", "SELECT id FROM task WHERE id = ANY($1)"),
        exact(
            MySql,
            "an inserted row read back",
            "SELECT `task`.`id` FROM `task` WHERE `task`.`id` = ? LIMIT ?",
        ),
    ]
}
