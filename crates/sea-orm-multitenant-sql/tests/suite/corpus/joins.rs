//! Joins.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};
use sea_query::{Asterisk, Cond, Expr, ExprTrait, IntoCondition, JoinType, Query, SelectStatement};

/// The names of projects, to which a join is added.
fn of_projects() -> SelectStatement {
    Query::select().column(("project", "name")).from("project").take()
}

/// That a task is of the project.
fn is_of_project() -> Expr {
    Expr::col(("task", "project_id")).equals(("project", "id"))
}

/// A join of projects and tasks.
fn joined(kind: JoinType) -> SelectStatement {
    of_projects().join(kind, "task", is_of_project()).take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let composite = || {
        Cond::all()
            .add(Expr::col(("task", "account_id")).equals(("project", "account_id")))
            .add(is_of_project())
    };
    let mut shapes = vec![
        built("inner", &joined(JoinType::InnerJoin)),
        built("left", &joined(JoinType::LeftJoin)),
        built("right", &joined(JoinType::RightJoin)),
        built("full", &joined(JoinType::FullOuterJoin)).on(&[Sqlite, Postgres]),
        built("plain", &joined(JoinType::Join)),
        built("straight", &joined(JoinType::StraightJoin)).on(&[MySql]),
        built("crossed", &of_projects().cross_join("tag").take()),
        built("inner on a composite key", &of_projects().inner_join("task", composite()).take()),
        built("left on a composite key", &of_projects().left_join("task", composite()).take()),
        built(
            "left with a condition of its own",
            &of_projects()
                .left_join("task", is_of_project().and(Expr::col(("task", "state")).eq("open")))
                .take(),
        ),
        built(
            "left with an or",
            &of_projects()
                .left_join("task", is_of_project().or(Expr::col(("task", "state")).eq("open")))
                .take(),
        ),
        built(
            "left with a condition in WHERE",
            &of_projects()
                .left_join("task", is_of_project())
                .and_where(Expr::col(("task", "id")).is_null())
                .take(),
        ),
        built(
            "left and left, through a link",
            &Query::select()
                .expr_as(Expr::col(("task", "id")), "A_id")
                .expr_as(Expr::col(("tag", "id")), "B_id")
                .from("task")
                .left_join("task_tag", Expr::col(("task_tag", "task_id")).equals(("task", "id")))
                .left_join("tag", Expr::col(("task_tag", "tag_id")).equals(("tag", "id")))
                .take(),
        ),
        built(
            "inner and inner, through a link",
            &Query::select()
                .column(("tag", "name"))
                .from("tag")
                .inner_join("task_tag", Expr::col(("task_tag", "tag_id")).equals(("tag", "id")))
                .inner_join("task", Expr::col(("task_tag", "task_id")).equals(("task", "id")))
                .and_where(Expr::col(("task", "id")).eq(5))
                .take(),
        ),
        built(
            "inner after left",
            &of_projects()
                .left_join("task", is_of_project())
                .inner_join("tag", Expr::col(("tag", "id")).equals(("task", "id")))
                .take(),
        ),
        built(
            "left after inner",
            &of_projects()
                .inner_join("task", is_of_project())
                .left_join("tag", Expr::col(("tag", "id")).equals(("task", "id")))
                .take(),
        ),
        built(
            "right after left",
            &of_projects()
                .left_join("task", is_of_project())
                .right_join("tag", Expr::col(("tag", "id")).equals(("task", "id")))
                .take(),
        ),
        built(
            "a table with itself",
            &Query::select()
                .column(("task", "name"))
                .column(("parent", "name"))
                .from("task")
                .join_as(
                    JoinType::LeftJoin,
                    "task",
                    "parent",
                    Expr::col(("task", "parent_id")).equals(("parent", "id")),
                )
                .take(),
        ),
        built(
            "a shared table",
            &of_projects()
                .left_join("country", Expr::col(("country", "code")).equals(("project", "country_code")))
                .take(),
        ),
        built(
            "a shared table and a tenant's",
            &Query::select()
                .column(("country", "name"))
                .from("country")
                .left_join("project", Expr::col(("project", "country_code")).equals(("country", "code")))
                .take(),
        ),
        built(
            "the tenants' own table",
            &of_projects()
                .inner_join("account", Expr::col(("account", "id")).equals(("project", "account_id")))
                .take(),
        ),
        built(
            "a subquery",
            &of_projects()
                .join_subquery(
                    JoinType::LeftJoin,
                    Query::select()
                        .column("project_id")
                        .expr_as(Expr::col("points").sum(), "points")
                        .from("task")
                        .group_by_col("project_id")
                        .take(),
                    "totals",
                    Expr::col(("totals", "project_id")).equals(("project", "id")),
                )
                .take(),
        ),
        built(
            "a lateral subquery",
            &of_projects()
                .join_lateral(
                    JoinType::InnerJoin,
                    Query::select().column("name").from("task").and_where(is_of_project()).limit(1).take(),
                    "newest",
                    Cond::all(),
                )
                .take(),
        )
        .on(&[Postgres, MySql]),
        built("on a constant", &of_projects().left_join("task", Expr::val(1).eq(1)).take()),
        built(
            "on a subquery",
            &of_projects()
                .left_join(
                    "task",
                    Expr::col(("task", "id"))
                        .in_subquery(Query::select().column("task_id").from("task_tag").take()),
                )
                .take(),
        ),
        built(
            "everything of both",
            &Query::select()
                .column(("project", Asterisk))
                .column(("task", Asterisk))
                .from("project")
                .inner_join("task", is_of_project().into_condition())
                .take(),
        ),
        built(
            "a list of tables and a join",
            &Query::select()
                .column(("tag", "name"))
                .from("project")
                .from("task")
                .left_join("tag", Expr::col(("tag", "id")).equals(("task", "id")))
                .take(),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("by a common column", "SELECT * FROM project JOIN task USING (id)"),
            ("by common columns", "SELECT * FROM project LEFT JOIN task USING (account_id, id)"),
            ("natural", "SELECT * FROM project NATURAL JOIN tag"),
            ("natural left", "SELECT * FROM project NATURAL LEFT JOIN tag"),
            ("in parentheses", "SELECT p.id FROM project AS p LEFT JOIN (task AS t JOIN tag AS g ON g.id = t.id) ON t.project_id = p.id"),
            ("without a condition", "SELECT p.id FROM project AS p JOIN task AS t"),
            ("short names", "SELECT p.id FROM project p INNER JOIN task t ON t.project_id = p.id WHERE t.state = ?"),
            ("of four tables", "SELECT p.id FROM project AS p JOIN task AS t ON t.project_id = p.id JOIN task_tag AS l ON l.task_id = t.id JOIN tag AS g ON g.id = l.tag_id"),
            ("with a value in ON", "SELECT p.id FROM project AS p LEFT JOIN task AS t ON t.project_id = p.id AND t.state = ? WHERE p.name = ?"),
        ],
    ));
    shapes.extend(texts(&[Postgres], &[
        ("full by a common column", "SELECT * FROM project FULL JOIN task USING (id)"),
        ("lateral in a list", "SELECT p.id, s.n FROM project AS p, LATERAL (SELECT COUNT(*) AS n FROM task AS t WHERE t.project_id = p.id) AS s"),
    ]));
    shapes.extend(texts(
        &[Sqlite],
        &[(
            "outer by name",
            "SELECT p.id FROM project AS p LEFT OUTER JOIN task AS t ON t.project_id = p.id",
        )],
    ));
    shapes
}
