//! Select lists, sources and orders.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::extension::mysql::{IndexHintScope, MySqlSelectStatementExt};
use sea_query::{Alias, Asterisk, CaseStatement, Expr, ExprTrait, Func, NullOrdering, Order, Query};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        built("columns", &Query::select().columns(["id", "name"]).from("project").take()),
        built("everything", &Query::select().column(Asterisk).from("project").take()),
        built("everything of a table", &Query::select().column(("project", Asterisk)).from("project").take()),
        built(
            "columns of a table as an entity selects them",
            &Query::select()
                .columns([
                    ("project", "account_id"),
                    ("project", "id"),
                    ("project", "name"),
                    ("project", "note"),
                ])
                .from("project")
                .take(),
        ),
        built("an expression", &Query::select().expr(Expr::col("budget").mul(2)).from("project").take()),
        built(
            "an expression under a name",
            &Query::select().expr_as(Expr::col("budget").add(1), "more").from("project").take(),
        ),
        built(
            "a column under a name",
            &Query::select().expr_as(Expr::col(("project", "name")), "A_name").from("project").take(),
        ),
        built("a value", &Query::select().expr(Expr::val(7)).from("project").take()),
        built(
            "a value under a name",
            &Query::select().expr_as(Expr::val("x"), "kind").from("project").take(),
        ),
        built("values without a table", &Query::select().expr(Expr::val(1)).expr(Expr::val("a")).take()),
        built("distinct", &Query::select().distinct().column("country_code").from("project").take()),
        built("a table under a name", &Query::select().column(("p", "id")).from_as("project", "p").take()),
        built(
            "two tables",
            &Query::select()
                .columns([("project", "name"), ("task", "name")])
                .from("project")
                .from("task")
                .and_where(Expr::col(("task", "project_id")).equals(("project", "id")))
                .take(),
        ),
        built(
            "a tenant's table and a shared one",
            &Query::select().column(("country", "name")).from("country").from("project").take(),
        ),
        built("a shared table", &Query::select().columns(["code", "name"]).from("country").take()),
        built("the tenants' own table", &Query::select().column("name").from("account").take()),
        built(
            "a subquery as a source",
            &Query::select()
                .column("name")
                .from_subquery(Query::select().columns(["id", "name"]).from("project").take(), "p")
                .take(),
        ),
        built(
            "a subquery in a subquery as a source",
            &Query::select()
                .column(Asterisk)
                .from_subquery(
                    Query::select()
                        .column("id")
                        .from_subquery(Query::select().column("id").from("task").take(), "inner_tasks")
                        .take(),
                    "outer_tasks",
                )
                .take(),
        ),
        built(
            "values as a source",
            &Query::select().column(Asterisk).from_values([(1, "a"), (2, "b")], "pairs").take(),
        ),
        built("an order", &Query::select().column("id").from("project").order_by("name", Order::Asc).take()),
        built(
            "an order by two columns",
            &Query::select()
                .column("id")
                .from("project")
                .order_by(("project", "name"), Order::Desc)
                .order_by("id", Order::Asc)
                .take(),
        ),
        built(
            "an order by an expression",
            &Query::select()
                .column("id")
                .from("project")
                .order_by_expr(Func::lower(Expr::col("name")).into(), Order::Asc)
                .take(),
        ),
        built(
            "an order with nulls last",
            &Query::select()
                .column("id")
                .from("project")
                .order_by_with_nulls("lead_id", Order::Asc, NullOrdering::Last)
                .take(),
        ),
        built(
            "an order with nulls first",
            &Query::select()
                .column("id")
                .from("project")
                .order_by_with_nulls("lead_id", Order::Desc, NullOrdering::First)
                .take(),
        ),
        built(
            "an order by given values",
            &Query::select()
                .column("id")
                .from("task")
                .order_by("state", Order::Field(sea_query::Values(vec!["open".into(), "done".into()])))
                .take(),
        ),
        built(
            "an order by a case",
            &Query::select()
                .column("id")
                .from("task")
                .order_by_expr(
                    CaseStatement::new().case(Expr::col("state").eq("open"), 0).finally(1).into(),
                    Order::Asc,
                )
                .take(),
        ),
        built(
            "an order by a subquery",
            &Query::select()
                .column("id")
                .from("project")
                .order_by_expr(
                    Expr::from(
                        Query::select()
                            .expr(Func::count(Expr::col("id")))
                            .from("task")
                            .and_where(Expr::col(("task", "project_id")).equals(("project", "id")))
                            .take(),
                    ),
                    Order::Desc,
                )
                .take(),
        ),
        built("a limit", &Query::select().column("id").from("project").limit(5).take()),
        built(
            "a limit and an offset",
            &Query::select().column("id").from("project").limit(5).offset(10).take(),
        ),
        built(
            "an index hint",
            &Query::select()
                .column("id")
                .from("project")
                .use_index("project_name", IndexHintScope::All)
                .take(),
        )
        .on(&[MySql]),
        built(
            "two index hints",
            &Query::select()
                .column("id")
                .from("project")
                .force_index("project_name", IndexHintScope::Join)
                .ignore_index("project_lead", IndexHintScope::OrderBy)
                .take(),
        )
        .on(&[MySql]),
        built(
            "a table of a schema",
            &Query::select().column("id").from((Alias::new("archive"), Alias::new("project"))).take(),
        ),
        built("a table that is not known", &Query::select().column("id").from("secret").take()),
        built(
            "distinct on a column",
            &Query::select()
                .distinct_on(["country_code"])
                .columns(["country_code", "id"])
                .from("project")
                .order_by("country_code", Order::Asc)
                .take(),
        )
        .on(&[Postgres]),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("a bare name after a table", "SELECT p.id FROM project p"),
            ("a bare name after an expression", "SELECT p.id num FROM project AS p"),
            ("everything and a column", "SELECT p.*, p.id AS again FROM project AS p"),
            ("an order by position", "SELECT name, id FROM project ORDER BY 1, 2 DESC"),
            ("an order by a result's name", "SELECT budget * 2 AS twice FROM project ORDER BY twice"),
            ("a value compared in the list", "SELECT id, budget > ? FROM project"),
            ("a constant", "SELECT 1"),
            ("a statement that ends with a semicolon", "SELECT id FROM project;"),
            ("a comment", "SELECT id /* of the project */ FROM project -- all"),
            ("lines", "SELECT id,\n       name\n  FROM project\n WHERE id = ?"),
            ("a subquery in the list", "SELECT id, (SELECT COUNT(*) FROM task WHERE task.project_id = project.id) AS tasks FROM project"),
            ("an unnamed expression", "SELECT budget + 1, LOWER(name) FROM project"),
        ],
    ));
    shapes.extend(texts(&[Sqlite, Postgres], &[("values alone", "VALUES (1, 'a'), (2, 'b')")]));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("a table whose columns are renamed", "SELECT p.a FROM project AS p (a, b)"),
            ("a row as a value", "SELECT p FROM project AS p"),
            ("into another table", "SELECT id INTO copied FROM project"),
            ("a sample", "SELECT id FROM project TABLESAMPLE BERNOULLI (10)"),
            ("a table command", "TABLE project"),
            ("only a table", "SELECT id FROM ONLY project"),
        ],
    ));
    shapes
}
