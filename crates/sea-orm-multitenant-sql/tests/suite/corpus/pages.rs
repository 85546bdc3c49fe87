//! Pages and cursors, as SeaORM counts and cuts them.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};

/// Projects as an entity selects them.
fn projects() -> SelectStatement {
    Query::select()
        .columns([("project", "account_id"), ("project", "id"), ("project", "name")])
        .from("project")
        .take()
}

/// The count of a query's rows.
fn count(query: SelectStatement) -> SelectStatement {
    Query::select()
        .expr_as(Func::count(Expr::col(sea_query::Asterisk)), "num_items")
        .from_subquery(query, "sub_query")
        .take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let id = || Expr::col(("project", "id"));
    let name = || Expr::col(("project", "name"));
    let ordered = || projects().order_by(("project", "id"), Order::Asc).take();
    let mut shapes = vec![
        built("a count", &count(projects())),
        built("a count with a condition", &count(projects().and_where(name().like("A%")).take())),
        built(
            "a count of a group",
            &count(Query::select().column("state").from("task").group_by_col("state").take()),
        ),
        built(
            "a count of what differs",
            &count(Query::select().distinct().column("country_code").from("project").take()),
        ),
        built(
            "a count of a join",
            &count(
                projects()
                    .left_join("task", Expr::col(("task", "project_id")).equals(("project", "id")))
                    .take(),
            ),
        ),
        built("the first page", ordered().limit(10).offset(0)),
        built("a page", ordered().limit(10).offset(20)),
        built("the first row", ordered().limit(1)),
        built("a cursor after", ordered().and_where(id().gt(5)).limit(3)),
        built(
            "a cursor before",
            projects().and_where(id().lt(5)).order_by(("project", "id"), Order::Desc).limit(3),
        ),
        built("a cursor between", ordered().and_where(id().gt(5)).and_where(id().lt(9)).limit(3)),
        built(
            "a cursor by two columns",
            projects()
                .cond_where(
                    Cond::any()
                        .add(Cond::all().add(name().eq("a")).add(id().gt(5)))
                        .add(Cond::all().add(name().gt("a"))),
                )
                .order_by(("project", "name"), Order::Asc)
                .order_by(("project", "id"), Order::Asc)
                .limit(3),
        ),
        built(
            "a cursor by three columns",
            projects().cond_where(
                Cond::any()
                    .add(Cond::all().add(name().eq("a")).add(id().eq(5)).add(Expr::col("budget").gt(1)))
                    .add(Cond::all().add(name().eq("a")).add(id().gt(5)))
                    .add(name().gt("a")),
            ),
        ),
        built(
            "a cursor with a join",
            projects()
                .inner_join("task", Expr::col(("task", "project_id")).equals(("project", "id")))
                .and_where(id().gt(5))
                .order_by(("project", "id"), Order::Asc)
                .order_by(("task", "id"), Order::Asc)
                .limit(3),
        ),
        built("an offset alone", ordered().offset(5)),
        built("whether there is any", Query::select().expr_as(Expr::exists(projects()), "found")),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("a page by values", "SELECT id FROM project ORDER BY id LIMIT ? OFFSET ?"),
            ("a page in a page", "SELECT id FROM (SELECT id FROM project ORDER BY id LIMIT 10) AS page ORDER BY id DESC LIMIT 1"),
        ],
    ));
    shapes.extend(texts(
        &[Sqlite, MySql],
        &[("a page by a comma", "SELECT id FROM project ORDER BY id LIMIT 2, 3")],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            (
                "a page in other words",
                "SELECT id FROM project ORDER BY id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY",
            ),
            ("a page with ties", "SELECT id FROM project ORDER BY name FETCH FIRST 3 ROWS WITH TIES"),
            ("no limit", "SELECT id FROM project LIMIT ALL"),
        ],
    ));
    shapes
}
