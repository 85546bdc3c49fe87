//! Locking reads.

use super::shape::{Shape, built, exact};
use sea_orm_multitenant_sql::Engine::{MySql, Postgres};
use sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query, SelectStatement};

/// A task, and its project.
fn task() -> SelectStatement {
    Query::select()
        .column(("task", "id"))
        .from("task")
        .inner_join("project", Expr::col(("project", "id")).equals(("task", "project_id")))
        .and_where(Expr::col(("task", "id")).eq(1))
        .take()
}

pub(super) fn shapes() -> Vec<Shape> {
    let tags = || Query::select().column("id").from("tag").take();
    vec![
        built("for update", tags().lock_exclusive()),
        built("for share", tags().lock_shared()),
        built("for update by type", tags().lock(LockType::Update)),
        built("for share by type", tags().lock(LockType::Share)),
        built("for a change of no key", tags().lock(LockType::NoKeyUpdate)).on(&[Postgres]),
        built("for sharing a key", tags().lock(LockType::KeyShare)).on(&[Postgres]),
        built("for update or not at all", tags().lock_with_behavior(LockType::Update, LockBehavior::Nowait)),
        built(
            "for update of what is free",
            tags().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
        ),
        built("of one table", task().lock_with_tables(LockType::Update, ["task"])).on(&[Postgres]),
        built("of two tables", task().lock_with_tables(LockType::Update, ["task", "project"]))
            .on(&[Postgres]),
        built(
            "of one table or not at all",
            task().lock_with_tables_behavior(LockType::Update, ["task"], LockBehavior::Nowait),
        )
        .on(&[Postgres]),
        built("of a join", task().lock_exclusive()),
        built("with a limit", tags().limit(1).lock_exclusive()),
        built(
            "of an outer join",
            Query::select()
                .column(("task", "id"))
                .from("task")
                .left_join("project", Expr::col(("project", "id")).equals(("task", "project_id")))
                .lock_with_tables(LockType::Update, ["task"]),
        )
        .on(&[Postgres]),
        exact(MySql, "for share, in new words", "SELECT id FROM tag FOR SHARE"),
        exact(MySql, "of a join by a common column", "SELECT id FROM tag JOIN task USING (id) FOR UPDATE"),
        exact(
            Postgres,
            "of a subquery",
            "SELECT id FROM (SELECT id FROM tag FOR UPDATE SKIP LOCKED LIMIT 1) AS free",
        ),
        exact(
            Postgres,
            "of a job to take",
            "UPDATE task SET state = 'taken' WHERE id = (SELECT id FROM task WHERE state = $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
        ),
    ]
}
