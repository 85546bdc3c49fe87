//! Keys and constraints exist and are enforced.

use crate::{
    entities::{project, task, to_project},
    harness::{Outcome, TestDb},
};
use sea_orm_migration::schema::*;
use sea_orm_multitenant_migration::{TenantForeignKey, TenantTable, TenantUnique};

/// Both tables, with a project of each of two tenants that have the same id and name.
async fn create(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    task(to_project()).create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo'), (2, 7, 'Apollo'), (2, 8, 'Gemini')").await;
    Ok(())
}

async fn another_tenants_parent_is_refused(db: &TestDb) -> Outcome {
    create(db).await?;
    db.run("INSERT INTO task VALUES (1, 1, 7), (2, 1, 8), (1, 2, NULL)").await;
    db.refused("INSERT INTO task VALUES (1, 3, 8)").await;
    db.refused("UPDATE task SET project_id = 8 WHERE account_id = 1").await;
    db.refused("DELETE FROM project WHERE account_id = 2 AND id = 8").await;
    assert_eq!(db.texts("SELECT CAST(COUNT(*) AS CHAR(9)) FROM task").await[0].trim(), "3");
    Ok(())
}

async fn ids_are_unique_within_a_tenant(db: &TestDb) -> Outcome {
    create(db).await?;
    db.refused("INSERT INTO project VALUES (1, 7, 'Draco')").await;
    db.run("INSERT INTO project VALUES (3, 7, 'Draco')").await;
    Ok(())
}

async fn values_are_unique_within_a_tenant(db: &TestDb) -> Outcome {
    create(db).await?;
    db.refused("INSERT INTO project VALUES (1, 9, 'Apollo')").await;
    db.run("INSERT INTO project VALUES (3, 9, 'Apollo')").await;
    Ok(())
}

async fn a_row_without_a_tenant_or_an_id_is_refused(db: &TestDb) -> Outcome {
    // Neither column is declared NOT NULL: the primary key implies it.
    let bare =
        |name: &str| sea_orm_migration::sea_query::ColumnDef::new(name.to_owned()).big_integer().take();
    TenantTable::new("project", bare("account_id")).id(bare("id")).create(&db.manager()).await?;
    for row in ["NULL, 1", "1, NULL"] {
        let sql = format!("INSERT INTO project VALUES ({row})");
        assert!(sea_orm::ConnectionTrait::execute_unprepared(&db.connection, &sql).await.is_err(), "{sql}");
    }
    Ok(())
}

async fn key_can_have_several_columns_after_the_tenant(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let link = TenantTable::new("link", big_integer("account_id"))
        .id(big_integer("from_id"))
        .id(big_integer("to_id"))
        .foreign_key(TenantForeignKey::new(["from_id"], "project"))
        .foreign_key(TenantForeignKey::new(["to_id"], "project"));
    link.create(&db.manager()).await?;
    db.run("INSERT INTO project VALUES (1, 7, 'a'), (1, 8, 'b'), (2, 9, 'c')").await;
    db.run("INSERT INTO link VALUES (1, 7, 8), (1, 8, 7)").await;
    db.refused("INSERT INTO link VALUES (1, 7, 8)").await;
    db.refused("INSERT INTO link VALUES (1, 7, 9)").await;
    Ok(())
}

async fn primary_key_can_be_the_tenant_column_alone(db: &TestDb) -> Outcome {
    let settings = TenantTable::new("settings", big_integer("account_id")).column(integer("seats"));
    settings.create(&db.manager()).await?;
    db.run("INSERT INTO settings VALUES (1, 5), (2, 5)").await;
    db.refused("INSERT INTO settings VALUES (1, 6)").await;
    Ok(())
}

async fn table_can_reference_itself(db: &TestDb) -> Outcome {
    let node = TenantTable::new("node", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("parent_id"))
        .foreign_key(TenantForeignKey::new(["parent_id"], "node"));
    node.create(&db.manager()).await?;
    db.run("INSERT INTO node VALUES (1, 1, NULL)").await;
    db.run("INSERT INTO node VALUES (1, 2, 1)").await;
    db.refused("INSERT INTO node VALUES (2, 2, 1)").await;
    Ok(())
}

async fn parent_columns_can_have_other_names(db: &TestDb) -> Outcome {
    let team = TenantTable::new("team", big_integer("owner")).id(big_integer("number"));
    let member = TenantTable::new("member", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer("team"))
        .foreign_key(
            TenantForeignKey::new(["team"], "team").to_columns(["number"]).to_tenant_column("owner"),
        );
    team.create(&db.manager()).await?;
    member.create(&db.manager()).await?;
    db.run("INSERT INTO team VALUES (1, 5)").await;
    db.run("INSERT INTO member VALUES (1, 1, 5)").await;
    db.refused("INSERT INTO member VALUES (2, 1, 5)").await;
    Ok(())
}

async fn unique_key_across_tenants_is_enforced(db: &TestDb) -> Outcome {
    let member = TenantTable::new("member", big_integer("account_id"))
        .id(big_integer("id"))
        .column(string_len("email", 100))
        .unique(TenantUnique::across_tenants(["email"]));
    member.create(&db.manager()).await?;
    db.run("INSERT INTO member VALUES (1, 1, 'a@x')").await;
    db.refused("INSERT INTO member VALUES (2, 1, 'a@x')").await;
    Ok(())
}

async fn tenant_ids_can_be_uuids_or_strings(db: &TestDb) -> Outcome {
    for (name, tenant) in [("by_uuid", uuid("account_id")), ("by_text", string_len("account_id", 36))] {
        let table = TenantTable::new(name, tenant).id(big_integer("id"));
        table.create(&db.manager()).await?;
        table.row_level_security()?;
    }
    Ok(())
}

async fn quotes_in_names_are_quoted(db: &TestDb) -> Outcome {
    let odd = |text: &str| format!("{text} \"`' {text}");
    let table = TenantTable::new(odd("table"), big_integer(odd("tenant")))
        .id(big_integer(odd("id")))
        .column(big_integer_null(odd("parent")))
        .unique([odd("parent")])
        .foreign_key(TenantForeignKey::new([odd("parent")], odd("table")).to_columns([odd("id")]));
    table.create(&db.manager()).await?;
    table.drop(&db.manager()).await?;
    Ok(())
}

on_every_backend!(
    another_tenants_parent_is_refused,
    ids_are_unique_within_a_tenant,
    values_are_unique_within_a_tenant,
    a_row_without_a_tenant_or_an_id_is_refused,
    key_can_have_several_columns_after_the_tenant,
    primary_key_can_be_the_tenant_column_alone,
    table_can_reference_itself,
    parent_columns_can_have_other_names,
    unique_key_across_tenants_is_enforced,
    tenant_ids_can_be_uuids_or_strings,
    quotes_in_names_are_quoted,
);
