//! Subqueries in every place.

use super::shape::{Shape, built, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

/// The ids of projects of which a condition holds.
fn projects(condition: Expr) -> SelectStatement {
    Query::select().column("id").from("project").and_where(condition).take()
}

/// A column of the tasks.
fn of_tasks(column: &'static str) -> SelectStatement {
    Query::select().column(column).from("task").take()
}

/// The tasks of a project.
fn of_project() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from("task")
        .and_where(Expr::col(("task", "project_id")).equals(("project", "id")))
        .take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        built("in", &projects(Expr::col("id").in_subquery(of_tasks("project_id")))),
        built("not in", &projects(Expr::col("id").not_in_subquery(of_tasks("project_id")))),
        built("exists", &projects(Expr::exists(of_project()))),
        built("does not exist", &projects(Expr::not_exists(of_project()))),
        built("exists, the other way", &projects(Expr::exists(of_project()).not())),
        built(
            "exists of a shared table",
            &projects(Expr::exists(Query::select().expr(Expr::val(1)).from("country").take())),
        ),
        built(
            "a single value",
            &projects(Expr::col("id").eq(Expr::from(of_tasks("project_id").limit(1).take()))),
        ),
        built(
            "in, of a subquery",
            &projects(
                Expr::col("id").in_subquery(
                    of_tasks("project_id")
                        .and_where(
                            Expr::col("id")
                                .in_subquery(Query::select().column("task_id").from("task_tag").take()),
                        )
                        .take(),
                ),
            ),
        ),
        built(
            "of a grouped table",
            &projects(
                Expr::col("id").in_subquery(
                    of_tasks("project_id")
                        .group_by_col("project_id")
                        .and_having(Expr::col("id").count().gt(2))
                        .take(),
                ),
            ),
        ),
        built(
            "in a shared table's condition",
            &Query::select()
                .column("code")
                .from("country")
                .and_where(
                    Expr::col("code")
                        .in_subquery(Query::select().column("country_code").from("project").take()),
                )
                .take(),
        ),
        built(
            "in HAVING",
            &Query::select()
                .column("state")
                .from("task")
                .group_by_col("state")
                .and_having(
                    Expr::col("id")
                        .max()
                        .gt(Expr::from(Query::select().expr(Expr::col("id").max()).from("tag").take())),
                )
                .take(),
        ),
        built(
            "in the select list",
            &Query::select()
                .expr_as(
                    Expr::from(Query::select().expr(Expr::col("id").count()).from("task").take()),
                    "tasks",
                )
                .from("project")
                .take(),
        ),
        built(
            "of the tenants' own table",
            &projects(
                Expr::col("account_id").in_subquery(Query::select().column("id").from("account").take()),
            ),
        ),
    ];
    shapes.extend(texts(
        &ENGINES,
        &[
            ("in ON", "SELECT p.id FROM project AS p JOIN tag AS g ON g.id = (SELECT MAX(id) FROM task)"),
            ("in GROUP BY", "SELECT COUNT(*) AS n FROM project GROUP BY (SELECT MAX(id) FROM task)"),
            ("in a function", "SELECT COALESCE((SELECT MAX(id) FROM task), 0) AS n"),
            ("in BETWEEN", "SELECT id FROM project WHERE id BETWEEN (SELECT MIN(id) FROM task) AND (SELECT MAX(id) FROM task)"),
            ("in a list", "SELECT id FROM project WHERE id IN ((SELECT MIN(id) FROM task), 3)"),
            ("in a tuple", "SELECT id FROM project WHERE (id, name) IN (SELECT project_id, name FROM task)"),
            ("with values inside and outside", "SELECT id FROM project WHERE name = ? AND id IN (SELECT project_id FROM task WHERE state = ?) AND note = ?"),
            ("that names the outer table", "SELECT p.id FROM project AS p WHERE EXISTS (SELECT 1 FROM task AS p WHERE p.id = 1)"),
            ("of three levels", "SELECT id FROM project AS p WHERE EXISTS (SELECT 1 FROM task AS t WHERE t.project_id = p.id AND EXISTS (SELECT 1 FROM task_tag AS l WHERE l.task_id = t.id AND l.tag_id = p.id))"),
            ("of a union", "SELECT id FROM project WHERE id IN (SELECT project_id FROM task UNION SELECT id FROM tag)"),
            ("of an unknown table", "SELECT id FROM project WHERE id IN (SELECT id FROM secret)"),
            ("in ORDER BY", "SELECT id FROM project ORDER BY (SELECT COUNT(*) FROM task WHERE task.project_id = project.id) DESC"),
        ],
    ));
    shapes.extend(texts(
        &[Postgres, MySql],
        &[("compared with all", "SELECT id FROM project WHERE id >= ALL (SELECT project_id FROM task)")],
    ));
    shapes.extend(texts(
        &[Postgres],
        &[
            ("as an array", "SELECT ARRAY(SELECT id FROM task) AS ids"),
            ("in LIMIT", "SELECT id FROM project LIMIT (SELECT COUNT(*) FROM task)"),
            (
                "in FILTER",
                "SELECT COUNT(*) FILTER (WHERE id IN (SELECT project_id FROM task)) AS n FROM project",
            ),
        ],
    ));
    shapes
}
