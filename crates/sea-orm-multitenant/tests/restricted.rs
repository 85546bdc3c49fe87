//! SeaORM's role-based permissions and the tenant hold together.
#![allow(unreachable_pub)] // The entity is written as in an application.

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait, RestrictedConnection, Schema,
    TransactionTrait,
    rbac::{RbacContext, RbacUserId, schema},
};
use sea_orm_multitenant::prelude::*;

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub account_id: i64,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A user who may insert and read, and one who may read.
const EDITOR: RbacUserId = RbacUserId(1);
const READER: RbacUserId = RbacUserId(2);

/// A database with a project of each of the tenants 1 and 2, and the permissions of two users.
async fn database() -> Result<(DatabaseConnection, Tenancy), DbErr> {
    let db = Database::connect("sqlite::memory:").await?;
    db.execute(&Schema::new(db.get_database_backend()).create_table_from_entity(project::Entity)).await?;
    schema::create_tables(&db, Default::default()).await?;
    let mut roles = RbacContext::load(&db).await?;
    roles.add_tables(&db, &["project"]).await?;
    roles.add_crud_permissions(&db).await?;
    roles.add_roles(&db, &["editor", "reader"]).await?;
    roles.add_role_permissions(&db, "editor", &["select", "insert"], &["project"]).await?;
    roles.add_role_permissions(&db, "reader", &["select"], &["project"]).await?;
    roles.assign_user_role(&db, &[(EDITOR.0, "editor"), (READER.0, "reader")]).await?;
    db.load_rbac().await?;
    let tenancy = Tenancy::new(db.clone())?;
    for tenant in [1, 2] {
        project::Entity::insert(named("Apollo")).exec(&tenancy.scope(tenant)?).await?;
    }
    Ok((db, tenancy))
}

fn named(name: &str) -> project::ActiveModel {
    project::ActiveModel { name: Set(name.into()), ..Default::default() }
}

#[tokio::test]
async fn permissions_and_tenant_hold_in_transactions() -> Result<(), DbErr> {
    let (db, tenancy) = database().await?;
    let scope = tenancy.scope(1)?.restricted_by(db.restricted_for(EDITOR)?);
    assert_eq!(scope.user_id(), EDITOR);
    let transaction = scope.begin().await?;
    project::Entity::insert(named("Gemini")).exec(&transaction).await?;
    assert_eq!(project::Entity::find().all(&transaction).await?.len(), 2);
    let denied = project::Entity::delete_many().exec(&transaction).await;
    assert!(matches!(denied, Err(DbErr::AccessDenied { .. })), "{denied:?}");
    transaction.commit().await?;

    let read = |tenant, user| {
        let scope = tenancy.scope(tenant).map(|scope| scope.restricted_by(user));
        async move { project::Entity::find().all(&scope?).await }
    };
    let reader = db.restricted_for(READER)?;
    let projects = read(1, reader.clone()).await?;
    assert_eq!(projects.len(), 2);
    assert!(projects.iter().all(|project| project.account_id == 1));
    assert_eq!(read(2, reader).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn raw_sql_is_refused_in_a_restricted_scope() -> Result<(), DbErr> {
    let (db, tenancy) = database().await?;
    let scope = tenancy.scope(1)?.restricted_by(db.restricted_for(EDITOR)?);
    let error = scope.execute_unprepared("DELETE FROM project").await.expect_err("it is refused");
    assert!(
        matches!(&error, DbErr::RbacError(message) if message.contains("build the statement")),
        "{error}"
    );
    assert_eq!(project::Entity::find().all(&tenancy.scope(1)?).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_scope_over_a_restricted_connection_names_the_other_order() -> Result<(), DbErr> {
    let (db, tenancy) = database().await?;
    let restricted: RestrictedConnection = db.restricted_for(EDITOR)?;
    let scope = tenancy.scope_on(&restricted, 1)?;
    let error = project::Entity::find().all(&scope).await.expect_err("SeaORM's permissions read no text");
    assert!(error.to_string().contains("TenantScope::restricted_by"), "{error}");
    Ok(())
}
