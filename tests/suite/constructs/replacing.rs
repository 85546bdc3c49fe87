//! REPLACE, IGNORE and `OR …`, on tables every key of which is declared to contain the tenant column.

use super::prelude::*;
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Table, Tenancy, TenantScope, TenantType};

/// A scope that knows of the keys, recorded where it goes out.
fn scope(db: &TestDb) -> TenantScope<crate::harness::Recorder<DatabaseConnection>> {
    let tags = Table::tenant("tag", "account_id", TenantType::BigInt).with_tenant_in_every_key();
    let tenancy = Tenancy::builder().table(tags).build(db.unscoped().clone()).expect("the tables agree");
    tenancy.scope_owned(db.record_unscoped(1), 1).expect("integers are tenants here")
}

/// Both tenants have `1 urgent` and `2 later`; the tenant's are linked to no task here.
async fn unlinked(db: &TestDb) -> Outcome {
    execute(&db.scope(1), "DELETE FROM task_tag").await?;
    Ok(())
}

async fn replace_replaces_the_tenants_rows(db: &TestDb) -> Outcome {
    unlinked(db).await?;
    let scope = scope(db);
    // One row has the primary key, another the name: both are the tenant's own.
    execute(&scope, "REPLACE INTO tag (id, name, note) VALUES (1, 'later', 'A-replaced')").await?;
    assert_eq!(tags(db, 1).await?, ["1 later A-replaced"]);
    execute(&scope, "REPLACE INTO tag (id, name, note) SELECT id, name, note FROM project WHERE id > 1")
        .await?;
    assert_eq!(tags(db, 1).await?, ["1 later A-replaced", "2 Borealis A-Borealis", "3 Cygnus A-Cygnus"]);
    assert_eq!(tags(db, 2).await?, ["1 urgent B-urgent", "2 later B-later"]);
    Ok(())
}

async fn replace_is_refused_where_the_keys_are_not_declared(db: &TestDb) -> Outcome {
    let sql = if db.is_mariadb() {
        [
            "REPLACE INTO tag (id) VALUES (1)",
            "INSERT IGNORE INTO tag (id) VALUES (1)",
            "UPDATE IGNORE tag SET id = 1",
        ]
    } else {
        [
            "REPLACE INTO tag (id) VALUES (1)",
            "INSERT OR IGNORE INTO tag (id) VALUES (1)",
            "UPDATE OR REPLACE tag SET id = 1",
        ]
    };
    for sql in sql {
        let refusal = refusal(db, sql).await.to_string();
        assert!(refusal.contains("with_tenant_in_every_key"), "{refusal}");
    }
    Ok(())
}

async fn ignore_leaves_rows_whose_key_the_tenant_has(db: &TestDb) -> Outcome {
    let scope = scope(db);
    let (insert, update) = if db.is_mariadb() {
        ("INSERT IGNORE", "UPDATE IGNORE")
    } else {
        ("INSERT OR IGNORE", "UPDATE OR IGNORE")
    };
    let rows = "VALUES (1, 'own id', 'A'), (8, 'later', 'A'), (9, 'new', 'A-new')";
    assert_eq!(execute(&scope, &format!("{insert} INTO tag (id, name, note) {rows}")).await?, 1);
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later", "9 new A-new"]);
    execute(&scope, &format!("{update} tag SET name = 'new' WHERE id < 9 OR 1 = 1")).await?;
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later", "9 new A-new"]);
    Ok(())
}

async fn insert_ignore_meets_no_other_tenants_row(db: &TestDb) -> Outcome {
    // The other tenant has the fourth project, and the tenant none of this id or name.
    let projects = Table::tenant("project", "account_id", TenantType::BigInt).with_tenant_in_every_key();
    let tenancy = Tenancy::builder().table(projects).build(db.unscoped().clone())?;
    let scope = tenancy.scope_owned(db.record_unscoped(1), 1)?;
    let insert = if db.is_mariadb() { "INSERT IGNORE" } else { "INSERT OR IGNORE" };
    let row = "(id, name, note, country_code) VALUES (4, 'Draco', 'A-Draco', 'FR')";
    assert_eq!(execute(&scope, &format!("{insert} INTO project {row}")).await?, 1);
    let notes = texts(&scope, "SELECT note FROM project WHERE name = 'Draco'").await?;
    assert_eq!(notes, ["A-Draco"]);
    Ok(())
}

async fn or_fail_keeps_what_came_before(db: &TestDb) -> Outcome {
    let scope = scope(db);
    let rows = "VALUES (8, 'new', 'A-new'), (1, 'own id', 'A'), (9, 'newer', 'A')";
    let failed = execute(&scope, &format!("INSERT OR FAIL INTO tag (id, name, note) {rows}")).await;
    assert!(failed.is_err());
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later", "8 new A-new"]);
    assert!(execute(&scope, &format!("INSERT OR ROLLBACK INTO tag (id, name, note) {rows}")).await.is_err());
    assert_eq!(tags(db, 1).await?, ["1 urgent A-urgent", "2 later A-later", "8 new A-new"]);
    Ok(())
}

async fn update_or_replace_replaces_the_tenants_rows(db: &TestDb) -> Outcome {
    unlinked(db).await?;
    execute(&scope(db), "UPDATE OR REPLACE tag SET name = 'later' WHERE id = 1 OR name = 'urgent'").await?;
    assert_eq!(tags(db, 1).await?, ["1 later A-urgent"]);
    assert_eq!(tags(db, 2).await?, ["1 urgent B-urgent", "2 later B-later"]);
    Ok(())
}

on_every_backend!(@ mariadb Mariadb:
    replace_replaces_the_tenants_rows,
    replace_is_refused_where_the_keys_are_not_declared,
    ignore_leaves_rows_whose_key_the_tenant_has,
    insert_ignore_meets_no_other_tenants_row
);
on_every_backend!(@ sqlite Sqlite:
    replace_replaces_the_tenants_rows,
    replace_is_refused_where_the_keys_are_not_declared,
    ignore_leaves_rows_whose_key_the_tenant_has,
    insert_ignore_meets_no_other_tenants_row,
    or_fail_keeps_what_came_before,
    update_or_replace_replaces_the_tenants_rows
);
