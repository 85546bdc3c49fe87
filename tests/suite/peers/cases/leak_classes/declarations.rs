//! 25: tables that are not, or no longer, what the entities say.

use super::prelude::*;

/// A migration of an older state declares the table by name, and does not depend on what the entities have become.
async fn class_25_a_table_is_scoped_by_name_without_its_entity(db: &TestDb) -> Outcome {
    let name = tag::Entity.table_name();
    let builder = Tenancy::builder().tenant_table(name, "account_id", TenantType::BigInt);
    let tenancy = named_tenancy(db, &[], builder).await?;
    let own = tenancy.scope(OWN)?;
    let select = || statement(db.backend, format!("SELECT note AS text FROM {name} ORDER BY id"));
    assert_eq!(texts(&own, select()).await?, ["A-urgent", "A-later"]);
    let renote = format!("UPDATE {name} SET note = 'A-old'");
    assert_eq!(own.execute_unprepared(&renote).await?.rows_affected(), 2);
    let unknown = own.execute_unprepared(&format!("DELETE FROM {}", project::Entity.table_name())).await;
    assert!(matches!(refusal(unknown), Refusal::UnknownTable { .. }));
    Ok(())
}

/// A column that the entity does not have yet is the tenant's like any other once it is declared; one that nobody declares
/// is refused.
async fn class_25_columns_that_the_entity_does_not_know_are_declared(db: &TestDb) -> Outcome {
    let name = task_tag::Entity.table_name();
    let migrate = db.tenancy.unscoped("a migration");
    migrate
        .execute_unprepared(&format!("ALTER TABLE {name} ADD COLUMN weight INTEGER NOT NULL DEFAULT 5"))
        .await?;
    let tenancy = Tenancy::builder().columns(name, ["weight"]).build(db.unscoped().clone())?;
    let own = tenancy.scope(OWN)?;
    let heavier = format!("UPDATE {name} SET weight = weight + 1 WHERE weight = 5");
    assert_eq!(own.execute_unprepared(&heavier).await?.rows_affected(), 3);
    assert_eq!(task_tag::Entity::find().count(&own).await?, 3);
    for unknown in ["UPDATE {name} SET height = 1", "UPDATE {name} SET weight = height"] {
        let refused = own.execute_unprepared(&unknown.replace("{name}", name)).await;
        assert!(matches!(refusal(refused), Refusal::Unsupported { .. }), "{unknown}");
    }
    Ok(())
}

/// A scope runs no migration: what changes tables is refused, and is unscoped access with its reason.
async fn class_25_a_scope_changes_no_table(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = task_tag::Entity.table_name();
    for sql in [
        format!("ALTER TABLE {name} ADD COLUMN weight INTEGER"),
        format!("DROP TABLE {name}"),
        format!("TRUNCATE TABLE {name}"),
        format!("CREATE TABLE copied AS SELECT * FROM {name}"),
    ] {
        assert!(matches!(refusal(own.execute_unprepared(&sql).await), Refusal::Unsupported { .. }), "{sql}");
    }
    assert_eq!(task_tag::Entity::find().count(&own).await?, 3);
    Ok(())
}

cases!(
    class_25_a_table_is_scoped_by_name_without_its_entity,
    class_25_columns_that_the_entity_does_not_know_are_declared,
    class_25_a_scope_changes_no_table,
);
