//! The harness itself: what it must notice, it notices.

use super::{Body, on, scoping};
use crate::composite::{
    entities::project,
    families::{Rows, project_row},
};
use sea_orm::{DbBackend, EntityTrait, Statement, Value, sea_query::Expr};
use sea_orm_multitenant::{Catalogue, Table, TenantType};

/// Runs a body on SQLite as a test of the suite is run.
fn run_on_sqlite(body: Body) {
    on::sqlite::<Rows>("suite::harness::sqlite::itself", body);
}

mod sqlite {
    use super::*;
    use sea_orm::{ColumnTrait, QueryFilter};

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
