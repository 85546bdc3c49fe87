//! What happens to children when a parent is deleted.

use crate::{
    entities::{project, task, to_project},
    harness::{Backend, Outcome, TestDb},
};
use sea_orm_migration::{DbErr, schema::*, sea_query::ForeignKeyAction};
use sea_orm_multitenant_migration::{MigrationError, TenantForeignKey, TenantTable};

async fn rows(db: &TestDb) {
    db.run("INSERT INTO project VALUES (1, 7, 'a'), (2, 7, 'b')").await;
    db.run("INSERT INTO task VALUES (1, 1, 7), (2, 1, 7)").await;
}

async fn set_null_keeps_the_tenant_column_or_is_refused(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let table = task(to_project().on_delete(ForeignKeyAction::SetNull));
    let created = table.create(&db.manager()).await;
    if db.backend != Backend::Postgres {
        assert_refused(created, "ON DELETE SET NULL");
        return Ok(());
    }
    created?;
    rows(db).await;
    db.run("DELETE FROM project WHERE account_id = 1").await;
    let left = "SELECT concat_ws(' ', account_id, id, project_id) FROM task ORDER BY account_id";
    assert_eq!(db.texts(left).await, ["1 1", "2 1 7"]);
    Ok(())
}

async fn set_default_keeps_the_tenant_column_or_is_refused(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let created = task(to_project().on_delete(ForeignKeyAction::SetDefault)).create(&db.manager()).await;
    match db.backend {
        Backend::Postgres | Backend::Citus | Backend::CitusAlone => created?,
        Backend::Sqlite | Backend::Mariadb => assert_refused(created, "ON DELETE SET DEFAULT"),
    }
    Ok(())
}

async fn on_update_set_null_is_refused(db: &TestDb) -> Outcome {
    for action in [ForeignKeyAction::SetNull, ForeignKeyAction::SetDefault] {
        let created = task(to_project().on_update(action)).create(&db.manager()).await;
        assert_refused(created, "ON UPDATE SET");
    }
    Ok(())
}

async fn set_null_to_the_root_is_refused(db: &TestDb) -> Outcome {
    let table = TenantTable::new("project", big_integer("account_id"))
        .foreign_key(TenantForeignKey::to_root("account").on_delete(ForeignKeyAction::SetNull));
    assert_refused(table.create(&db.manager()).await, "ON DELETE SET NULL");
    Ok(())
}

async fn set_null_of_a_shared_parent_is_allowed(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE country (id BIGINT NOT NULL PRIMARY KEY)").await;
    let member = TenantTable::new("member", big_integer("account_id"))
        .id(string_len("name", 20))
        .column(big_integer_null("country_id"))
        .foreign_key(
            TenantForeignKey::to_shared(["country_id"], "country").on_delete(ForeignKeyAction::SetNull),
        );
    member.create(&db.manager()).await?;
    db.run("INSERT INTO country VALUES (1)").await;
    db.run("INSERT INTO member VALUES (1, 'a', 1)").await;
    db.refused("INSERT INTO member VALUES (1, 'b', 2)").await;
    db.run("DELETE FROM country").await;
    assert_eq!(db.texts("SELECT name FROM member WHERE country_id IS NULL").await, ["a"]);
    Ok(())
}

async fn cascade_deletes_only_the_tenants_rows(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    task(to_project().on_delete(ForeignKeyAction::Cascade)).create(&db.manager()).await?;
    rows(db).await;
    db.run("INSERT INTO project VALUES (1, 8, 'c')").await;
    db.run("DELETE FROM project WHERE account_id = 1").await;
    assert_eq!(db.texts("SELECT CAST(account_id AS CHAR(1)) FROM task").await, ["2"]);
    Ok(())
}

fn assert_refused(created: Result<(), DbErr>, words: &str) {
    let error = created.expect_err("refused");
    let found = MigrationError::from_db_err(&error);
    assert!(
        matches!(found, Some(MigrationError::ActionOnTenantColumn { action, .. }) if action.starts_with(words)),
        "{error}"
    );
    assert!(error.to_string().contains("use NO ACTION, RESTRICT or CASCADE"), "{error}");
}

on_every_backend!(
    set_null_keeps_the_tenant_column_or_is_refused,
    set_default_keeps_the_tenant_column_or_is_refused,
    on_update_set_null_is_refused,
    set_null_to_the_root_is_refused,
    set_null_of_a_shared_parent_is_allowed,
    cascade_deletes_only_the_tenants_rows,
);
