//! UPDATE.

use super::shape::{Shape, built, exact, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{CaseStatement, Expr, ExprTrait, Func, Order, Query, UpdateStatement};

/// An update of the tags' colour.
fn colour(value: impl Into<Expr>) -> UpdateStatement {
    Query::update().table("tag").value("colour", value).to_owned()
}

pub(super) fn shapes() -> Vec<Shape> {
    let first = || Expr::col(("tag", "id")).eq(1);
    let mut shapes = vec![
        built("a row", colour("red").and_where(first())),
        built("every row", &colour("red")),
        built(
            "two columns",
            Query::update()
                .table("tag")
                .values([("colour", "red".into()), ("name", "a".into())])
                .and_where(first()),
        ),
        built("a null", &colour(Expr::null())),
        built("a computed value", Query::update().table("task").value("points", Expr::col("points").add(1))),
        built("a function", &colour(Func::upper(Expr::col("name")))),
        built("a value written by hand", &colour(Expr::cust("name || 'x'"))),
        built(
            "a case",
            &colour(CaseStatement::new().case(Expr::col("name").eq("a"), "red").finally(Expr::col("colour"))),
        ),
        built(
            "a subquery",
            &colour(Expr::from(Query::select().expr(Expr::col("name").max()).from("project").take())),
        ),
        built(
            "a correlated subquery",
            &colour(Expr::from(
                Query::select()
                    .column("name")
                    .from("project")
                    .and_where(Expr::col(("project", "id")).equals(("tag", "id")))
                    .take(),
            )),
        ),
        built(
            "a condition of two",
            colour("red").and_where(Expr::col("name").eq("a").or(Expr::col("name").eq("b"))),
        ),
        built(
            "where another table says so",
            colour("red").and_where(
                Expr::col("id").in_subquery(Query::select().column("tag_id").from("task_tag").take()),
            ),
        ),
        built("rows in a list", colour("red").and_where(Expr::col("id").is_in([1, 2, 3]))),
        built("a row, and all of it wanted", colour("red").and_where(first()).returning_all()),
        built(
            "a row, and columns wanted",
            colour("red").and_where(first()).returning(Query::returning().columns([
                "account_id",
                "id",
                "name",
            ])),
        ),
        built("a row, and its key wanted", colour("red").and_where(first()).returning_col("id")),
        built("some rows", colour("red").order_by("id", Order::Asc).limit(2)),
        built(
            "the tenant to a value",
            Query::update().table("tag").value("account_id", 7_i64).and_where(first()),
        ),
        built(
            "the tenant and a column",
            Query::update()
                .table("tag")
                .values([("account_id", 7_i64.into()), ("colour", "red".into())])
                .and_where(first()),
        ),
        built(
            "the tenant computed",
            Query::update().table("tag").value("account_id", Expr::col("account_id").add(1)),
        ),
        built(
            "from another table",
            Query::update()
                .table("task")
                .from("project")
                .value("name", Expr::col(("project", "name")))
                .and_where(Expr::col(("project", "id")).equals(("task", "project_id"))),
        )
        .on(&[Sqlite, Postgres]),
        built("a default", Query::update().table("tag").value("colour", Expr::keyword_default()))
            .on(&[Postgres, MySql]),
        built(
            "an enumeration",
            Query::update().table("task").value("state", Expr::val("open").as_enum("task_state")),
        ),
        built("a shared table", Query::update().table("country").value("name", "x")),
        built("a shared table that is writable", Query::update().table("visit").value("path", "/")),
        built("the tenants' own table", Query::update().table("account").value("name", "x")),
        built("an unknown table", Query::update().table("secret").value("name", "x")),
        built(
            "a text's now",
            Query::update().table("project").value("created_at", Expr::current_timestamp()),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("or without parentheses", "UPDATE tag SET colour = ? WHERE id = ? OR 1 = 1"),
            ("a truth value", "UPDATE task SET state = (points > 3) WHERE id = ?"),
            ("a column of itself", "UPDATE tag SET colour = name, name = colour"),
            ("under a name", "UPDATE tag AS t SET colour = ? WHERE t.id = ?"),
            ("the tenant's own id", "UPDATE tag SET account_id = account_id, colour = ?"),
        ],
    ));
    shapes.extend([
        exact(Postgres, "several columns at once", "UPDATE tag SET (colour, name) = ($1, $2) WHERE id = $3"),
        exact(Postgres, "several columns of a subquery", "UPDATE tag SET (colour, name) = (SELECT name, note FROM project WHERE project.id = tag.id)"),
        exact(Postgres, "from a join", "UPDATE task SET name = p.name FROM project AS p JOIN tag AS g ON g.id = p.id WHERE p.id = task.project_id"),
        exact(Postgres, "from values", "UPDATE tag SET name = v.name FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name) WHERE v.id = tag.id"),
        exact(Postgres, "an element of an array", "UPDATE task SET labels[1] = $1"),
        exact(MySql, "of a join", "UPDATE task JOIN project ON project.id = task.project_id SET task.name = project.name"),
        exact(MySql, "of two tables", "UPDATE task, project SET task.name = project.name WHERE project.id = task.project_id"),
        exact(MySql, "a qualified column", "UPDATE tag SET tag.colour = ? WHERE tag.id = ?"),
        exact(MySql, "or nothing", "UPDATE IGNORE tag SET name = ?"),
        exact(Sqlite, "or in place", "UPDATE OR REPLACE tag SET name = ?"),
    ]);
    shapes
}
