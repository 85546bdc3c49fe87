//! Common table expressions.

use super::shape::{Shape, built, on_postgres, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{
    Asterisk, CommonTableExpression, Cycle, Expr, ExprTrait, JoinType, Query, Search, SearchOrder,
    SelectStatement, UnionType, WithClause,
};

/// A named query.
fn named(name: &'static str, query: SelectStatement) -> CommonTableExpression {
    let mut cte = CommonTableExpression::new();
    cte.table_name(name).query(query);
    cte
}

/// The open tasks.
fn open_tasks() -> SelectStatement {
    Query::select().columns(["id", "project_id"]).from("task").and_where(Expr::col("state").eq("open")).take()
}

/// Everything of a named query.
fn all_of(name: &'static str) -> SelectStatement {
    Query::select().column(Asterisk).from(name).take()
}

/// The tasks below the first one.
fn tree() -> CommonTableExpression {
    let mut first =
        Query::select().columns(["id", "parent_id"]).from("task").and_where(Expr::col("id").eq(1)).take();
    let below = Query::select()
        .columns([("task", "id"), ("task", "parent_id")])
        .from("task")
        .join(JoinType::InnerJoin, "tree", Expr::col(("task", "parent_id")).equals(("tree", "id")))
        .take();
    let mut cte = named("tree", first.union(UnionType::All, below).take());
    cte.columns(["id", "parent_id"]);
    cte
}

/// A recursive clause of the tree.
fn recursive() -> WithClause {
    WithClause::new().recursive(true).cte(tree()).to_owned()
}

pub(super) fn shapes() -> Vec<Shape> {
    let open = || WithClause::new().cte(named("open", open_tasks())).to_owned();
    let mut two = WithClause::new();
    two.cte(named("open", open_tasks()))
        .cte(named("busy", Query::select().column("project_id").from("open").take()));
    let mut columns = named("open", open_tasks());
    columns.columns(["a", "b"]);
    let mut kept = named("open", open_tasks());
    kept.materialized(true);
    let mut not_kept = named("open", open_tasks());
    not_kept.materialized(false);
    let search = Search::new_from_order_and_expr(
        SearchOrder::DEPTH,
        sea_query::SelectExpr { expr: Expr::col("id"), alias: Some("ordered".into()), window: None },
    );
    let cycle = Cycle::new_from_expr_set_using(Expr::col("id"), "looped", "path");
    let mut shapes = vec![
        built("of a select", &all_of("open").with(open())),
        built("of two selects, one of the other", &all_of("busy").with(two)),
        built("with names of columns", &all_of("open").with(WithClause::new().cte(columns).to_owned())),
        built("kept", &all_of("open").with(WithClause::new().cte(kept).to_owned())).on(&[Sqlite, Postgres]),
        built("not kept", &all_of("open").with(WithClause::new().cte(not_kept).to_owned()))
            .on(&[Sqlite, Postgres]),
        built("recursive", &all_of("tree").with(recursive())),
        on_postgres("recursive with an order", &all_of("tree").with(recursive().search(search).to_owned())),
        on_postgres(
            "recursive with a stop at cycles",
            &all_of("tree").with(recursive().cycle(cycle).to_owned()),
        ),
        built(
            "joined with a table",
            &Query::select()
                .column(("project", "name"))
                .from("project")
                .inner_join("open", Expr::col(("open", "project_id")).equals(("project", "id")))
                .take()
                .with(open()),
        ),
        built(
            "in a condition",
            &Query::select()
                .column("name")
                .from("project")
                .and_where(
                    Expr::col("id").in_subquery(Query::select().column("project_id").from("open").take()),
                )
                .take()
                .with(open()),
        ),
        built(
            "of an insert",
            &Query::insert()
                .into_table("tag")
                .columns(["id", "name"])
                .select_from(Query::select().columns(["id", "project_id"]).from("open").take())
                .expect("two columns and two values")
                .to_owned()
                .with(open()),
        )
        .on(&[Sqlite, Postgres]),
        built(
            "of an update",
            &Query::update()
                .table("project")
                .value("note", "busy")
                .and_where(
                    Expr::col("id").in_subquery(Query::select().column("project_id").from("open").take()),
                )
                .to_owned()
                .with(open()),
        ),
        built(
            "of a delete",
            &Query::delete()
                .from_table("task_tag")
                .and_where(Expr::col("task_id").in_subquery(Query::select().column("id").from("open").take()))
                .to_owned()
                .with(open()),
        ),
        built(
            "named like a table",
            &all_of("tag").with(WithClause::new().cte(named("tag", open_tasks())).to_owned()),
        ),
        built("that stands in the select", &all_of("open").with_cte(open()).to_owned()),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("of a shared table", "WITH c AS (SELECT code FROM country) SELECT code FROM c"),
            ("not used", "WITH open AS (SELECT id FROM task) SELECT id FROM project"),
            ("used twice", "WITH open AS (SELECT id FROM task) SELECT a.id FROM open AS a JOIN open AS b ON a.id = b.id"),
            ("in a subquery", "SELECT id FROM project WHERE id IN (WITH open AS (SELECT project_id FROM task) SELECT project_id FROM open)"),
            ("in a source", "SELECT x.id FROM (WITH open AS (SELECT id FROM task) SELECT id FROM open) AS x"),
            ("of a union", "WITH both_ AS (SELECT id FROM task UNION ALL SELECT id FROM tag) SELECT COUNT(*) AS n FROM both_"),
            ("with values", "WITH open AS (SELECT id FROM task WHERE state = ?) SELECT id FROM open WHERE id > ?"),
            ("of a later one", "WITH a AS (SELECT id FROM b), b AS (SELECT id FROM task) SELECT id FROM a"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("that writes", "WITH gone AS (DELETE FROM task_tag WHERE tag_id = ? RETURNING task_id) SELECT task_id FROM gone"),
            ("that inserts", "WITH new AS (INSERT INTO tag (id, name) VALUES (?, ?) RETURNING id) SELECT id FROM new"),
            ("that updates", "WITH changed AS (UPDATE tag SET name = ? RETURNING id) SELECT COUNT(*) AS n FROM changed"),
        ],
    ));
    shapes.extend(texts(
        &[MySql],
        &[(
            "before a delete",
            "WITH open AS (SELECT id FROM task) DELETE FROM task_tag WHERE task_id IN (SELECT id FROM open)",
        )],
    ));
    shapes
}
