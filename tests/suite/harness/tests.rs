//! The harness itself: what it must notice, it notices.

use super::{Backend, Body, Outcome, TestDb, judging, on, rights, scoping};
use crate::composite::{
    entities::project,
    families::{Rows, project_row},
};
use sea_orm::{DbBackend, DbErr, EntityTrait, Statement, TransactionTrait, Value, sea_query::Expr};
use sea_orm_multitenant::{Catalogue, Table, TenantType};

/// Runs a body on SQLite as a test of the suite is run.
fn run_on_sqlite(body: Body) {
    on::sqlite::<Rows>("suite::harness::sqlite::itself", body);
}

mod itself {
    use super::*;
    use sea_orm::{ColumnTrait, QueryFilter};

    #[test]
    #[should_panic(expected = "1 statements went out of scopes, 0 were heard")]
    fn a_statement_that_no_judge_hears_is_noticed() {
        run_on_sqlite(|db| {
            Box::pin(async move {
                project::Entity::find().all(&db.scope(1)).await?;
                db.hearing.take();
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "rows of tenant 2 changed")]
    fn a_change_of_another_tenants_row_is_noticed() {
        run_on_sqlite(|db| {
            Box::pin(async move {
                let note =
                    project::Entity::update_many().col_expr(project::Column::Note, Expr::value("A-mine"));
                note.filter(project::Column::AccountId.eq(2)).exec(db.unscoped()).await?;
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "rows of tenant 2 changed")]
    fn a_row_added_to_another_tenant_is_noticed() {
        run_on_sqlite(|db| {
            Box::pin(async move {
                let row = project::Model { id: 9, name: "Extra".to_owned(), ..project_row(2, 4) };
                let row = sea_orm::IntoActiveModel::into_active_model(row);
                project::Entity::insert(row).exec_without_returning(db.unscoped()).await?;
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "is compared with the tenant 0 times")]
    fn an_unscoped_statement_is_noticed() {
        run_on_sqlite(|db| {
            Box::pin(async move {
                project::Entity::find().all(&db.record_unscoped(1)).await?;
                Ok(())
            })
        });
    }

    #[test]
    #[should_panic(expected = "the test returned an error")]
    fn an_error_of_a_test_is_noticed() {
        run_on_sqlite(|_| Box::pin(async { Err("no".into()) }));
    }
}

/// The judges hear statements of each kind of scope, and say how many.
async fn statements_of_all_scopes_are_judged(db: &TestDb) -> Outcome {
    project::Entity::find().all(&db.tenancy.scope(1)?).await?;
    project::Entity::find().all(&db.tenancy.scope(2)?).await?;
    project::Entity::find().all(&db.tenancy.scope(1)?.begin().await?).await?;
    project::Entity::find().all(&db.scope_many([1, 2])?).await?;
    let heard = db.hearing.take();
    assert_eq!((heard.statements, heard.spoken.len()), (4, 2));
    let tally = judging::judge(db, "::itself", &heard).await?;
    assert_eq!((tally.compared, tally.all()), (2, 2), "{tally}");
    Ok(())
}

/// What is sent in place of a plan's text.
async fn complaint(db: &TestDb, sent: &str) -> Result<String, DbErr> {
    project::Entity::find().all(&db.tenancy.scope(1)?).await?;
    let mut heard = db.hearing.take();
    heard.spoken[0].sent = Statement::from_string(heard.spoken[0].backend(), sent);
    Ok(judging::judge(db, "", &heard).await.expect_err(sent))
}

async fn a_text_that_its_plan_does_not_say_is_noticed(db: &TestDb) -> Outcome {
    for sent in ["SELECT name FROM tag", "SELECT name FROM project WHERE id IN (SELECT id FROM tag)"] {
        let complaint = complaint(db, sent).await?;
        assert!(complaint.contains("tag"), "{complaint}");
    }
    if db.backend == Backend::Postgres {
        let complaint = complaint(db, "SELECT name FROM project").await?;
        assert!(complaint.contains("is not compared with the tenant"), "{complaint}");
    }
    if db.is_mariadb() {
        project::Entity::find().all(&db.tenancy.scope(1)?).await?;
        let mut heard = db.hearing.take();
        rights::check(db, &heard).await?;
        heard.spoken[0].sent = Statement::from_string(DbBackend::MySql, "SELECT User FROM mysql.user");
        let complaint = rights::check(db, &heard).await.expect_err("it may not");
        assert!(complaint.contains("denied"), "{complaint}");
    }
    Ok(())
}

on_every_backend!(statements_of_all_scopes_are_judged, a_text_that_its_plan_does_not_say_is_noticed);

/// What the check of what went out says about a statement for tenant 1.
fn check(sql: &str, values: impl IntoIterator<Item = i64>) -> Result<(), String> {
    let tables = ["project", "task"].map(|name| Table::tenant(name, "account_id", TenantType::BigInt));
    let catalogue = Catalogue::new(tables).expect("no conflicts");
    let values = values.into_iter().map(Value::from);
    scoping::check(&catalogue, 1, &Statement::from_sql_and_values(DbBackend::Sqlite, sql, values))
}

#[test]
fn a_scoped_statement_passes_the_check() {
    let scoped = [
        ("SELECT name FROM project WHERE project.\"account_id\" = ?", vec![1]),
        (
            "SELECT 1 FROM project AS p JOIN task ON task.account_id = ?1 AND x WHERE p.account_id = ?1",
            vec![1],
        ),
        (
            "SELECT 1 FROM project p, task t WHERE p.account_id = ?2 AND t.account_id = ?2 AND p.id = ?1",
            vec![7, 1],
        ),
        ("INSERT INTO task (id, account_id) VALUES (?, ?), (?, ?)", vec![7, 1, 8, 1]),
        ("UPDATE task SET x = 'account_id' WHERE task.account_id = ?", vec![1]),
        ("SELECT name FROM country", vec![]),
        ("SELECT name FROM project WHERE project.account_id = ? /*l*/", vec![1]),
        ("SELECT name FROM project /*x*/ WHERE project.account_id = ?", vec![1]),
    ];
    for (sql, values) in scoped {
        assert_eq!(check(sql, values), Ok(()), "{sql}");
    }
}

#[test]
fn an_unscoped_statement_does_not_pass_the_check() {
    let unscoped = [
        ("SELECT name FROM project", vec![]),
        ("SELECT name FROM project WHERE project.account_id = ?", vec![2]),
        ("SELECT name FROM project WHERE project.account_id = 1", vec![]),
        ("SELECT 1 FROM project AS p WHERE project.account_id = ?", vec![1]),
        ("SELECT 1 FROM project LEFT JOIN task ON x WHERE project.account_id = ?", vec![1]),
        ("SELECT 1 FROM project p, task t WHERE p.account_id = ?", vec![1]),
        ("SELECT 1 FROM task WHERE task.account_id = ? UNION ALL SELECT 1 FROM task", vec![1]),
        ("INSERT INTO task (id) VALUES (?)", vec![1]),
        ("INSERT INTO task (id, account_id) VALUES (?, ?), (?, ?)", vec![7, 1, 8, 2]),
        ("INSERT INTO task (id, account_id) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET x = 1", vec![7, 1]),
        ("INSERT INTO task (id, account_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE x = 1", vec![7, 1]),
        ("UPDATE task SET account_id = ?", vec![1]),
        ("DELETE FROM task WHERE id = ?", vec![1]),
        ("DELETE FROM task /* WHERE task.account_id = ? */", vec![1]),
        (
            "DELETE FROM task WHERE id = ? /*l*/ OR task.x = '/*' AND 1 = 1 /* AND task.account_id = ? */",
            vec![1],
        ),
    ];
    for (sql, values) in unscoped {
        assert!(check(sql, values).is_err(), "{sql}");
    }
}
