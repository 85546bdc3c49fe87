//! What a program asks of the tenancy itself: which unique key a row has violated, and that rows move to another
//! tenant.

use crate::{
    composite::{
        entities::{account, project, tag},
        families::{Rows, tag_row},
    },
    harness::{Backend, Outcome, TestDb},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait, IdenStatic, IntoActiveModel,
    TransactionTrait,
};
use sea_orm_multitenant::is_taken;

/// A new tag of tenant 1 with the name of one of its tags.
fn same_name() -> tag::ActiveModel {
    tag::ActiveModel { account_id: Set(1), id: Set(70), ..tag_row(1, 1).into_active_model().reset_all() }
}

async fn a_violated_unique_key_has_its_columns(db: &TestDb) -> Outcome {
    let outside = same_name().insert(&db.scope(1)).await;
    // In a transaction too, in which PostgreSQL takes no statement after the error.
    let transaction = db.scope(1).begin().await?;
    for error in [outside, same_name().insert(&transaction).await] {
        let error = error.expect_err("the name is taken");
        let violated = db.tenancy.unique_violation::<tag::Entity>(&error).await?.expect("a unique key");
        let columns: Vec<_> = violated.columns().iter().map(IdenStatic::as_str).collect();
        assert_eq!(columns, ["account_id", "name"]);
        assert!(violated.has(tag::Column::Name) && !violated.has(tag::Column::Note));
        assert_eq!(violated.key().is_none(), db.unscoped().get_database_backend() == DbBackend::Sqlite);
        // It is no key of another table. MariaDB names no table, and projects have a key of the same name.
        let of_projects =
            db.tenancy.unique_violation::<project::Entity>(&error).await?.expect("a unique key");
        assert!(of_projects.columns().is_empty() || db.backend == Backend::Mariadb, "{of_projects:?}");
    }
    drop(transaction);
    let same_id =
        tag::ActiveModel { name: Set("new".to_owned()), ..tag_row(1, 1).into_active_model().reset_all() };
    let again = same_id.insert(&db.scope(1)).await;
    let violated = db.tenancy.unique_violation::<tag::Entity>(&again.expect_err("its key is taken")).await?;
    let columns: Vec<_> =
        violated.expect("a unique key").columns().iter().map(|column| column.as_str().to_owned()).collect();
    assert_eq!(columns, ["account_id", "id"]);
    let no_manager = project::ActiveModel { manager_id: Set(Some(77)), ..Default::default() };
    let error = project::Entity::update_many().set(no_manager).exec(&db.scope(1)).await;
    let error = error.expect_err("there is no such manager");
    assert!(db.tenancy.unique_violation::<project::Entity>(&error).await?.is_none());
    Ok(())
}

async fn a_value_is_taken_by_another_row_of_the_tenant_alone(db: &TestDb) -> Outcome {
    let columns = || [tag::Column::Name];
    assert!(is_taken(&db.tenancy.scope(1)?, &same_name(), columns()).await?);
    let itself = tag_row(1, 1).into_active_model();
    assert!(!is_taken(&db.tenancy.scope(1)?, &itself, columns()).await?);
    assert!(!is_taken(&db.tenancy.scope(3)?, &same_name(), columns()).await?, "the names are other tenants'");
    let free = tag::ActiveModel { name: Set("of nobody".to_owned()), ..same_name() };
    assert!(!is_taken(&db.tenancy.scope(1)?, &free, columns()).await?);
    let unset = tag::ActiveModel { name: sea_orm::ActiveValue::NotSet, ..same_name() };
    assert!(is_taken(&db.tenancy.scope(1)?, &unset, columns()).await.is_err());
    assert!(is_taken(&db.tenancy.scope(1)?, &same_name(), []).await.is_err());
    Ok(())
}

async fn rows_move_to_another_tenant_and_no_further(db: &TestDb) -> Outcome {
    let third = account::ActiveModel { id: Set(3), name: Set("Third".to_owned()), note: Set("C".to_owned()) };
    account::Entity::insert(third).exec(db.unscoped()).await?;
    let own = tag::ActiveModel { id: Set(70), name: Set("moved".to_owned()), ..same_name() };
    own.insert(&db.scope(1)).await?;
    let moved = db.tenancy.reassign(1, 3, "a test")?.rows::<tag::Entity>(tag::Column::Name.eq("moved"));
    assert_eq!(moved.run().await?.counts(), [("tag".to_owned(), 1)]);
    let found = tag::Entity::find().all(&db.scope(3)).await?;
    assert_eq!(found.iter().map(|tag| (tag.account_id, tag.id)).collect::<Vec<_>>(), [(3, 70)]);
    assert!(tag::Entity::find_by_id((1, 70)).one(&db.scope(1)).await?.is_none());
    // The tags that tasks have cannot move without them.
    let linked = db.tenancy.reassign(1, 3, "a test")?.rows::<tag::Entity>(tag::Column::Name.eq("urgent"));
    assert!(linked.run().await.is_err());
    // A tenant that is not there.
    let nobody = db.tenancy.reassign(3, 99, "a test")?.rows::<account::Entity>(account::Column::Id.eq(3));
    assert!(nobody.run().await.is_err());
    assert_eq!(tag::Entity::find().all(&db.scope(3)).await?.len(), 1);
    Ok(())
}

on_every_backend!(
    a_violated_unique_key_has_its_columns,
    a_value_is_taken_by_another_row_of_the_tenant_alone,
    rows_move_to_another_tenant_and_no_further,
);
