//! Two tenants in one table: what one writes, the other neither sees nor changes.
//!
//! Run it with `cargo run -p sea-orm-multitenant --example quickstart`.
#![allow(unreachable_pub)] // The entity is written as `sea-orm-cli` writes it.

use sea_orm::{ActiveValue::Set, ConnectionTrait, Database, EntityTrait, Schema, sea_query::Expr};
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The catalogue of every derived entity, checked once.
    let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    let admin = tenancy.unscoped("create the tables");
    admin
        .execute(&Schema::new(admin.get_database_backend()).create_table_from_entity(project::Entity))
        .await?;

    // A scope is an ordinary SeaORM connection.
    let (acme, zeta) = (tenancy.scope(1)?, tenancy.scope(2)?);
    for name in ["Apollo", "Gemini"] {
        let project = project::ActiveModel { name: Set(name.into()), ..Default::default() };
        project::Entity::insert(project).exec(&acme).await?;
    }

    // The insert filled in the tenant column; the other tenant reads none of it.
    let projects = project::Entity::find().all(&acme).await?;
    println!("tenant 1 has {projects:?}");
    assert!(projects.iter().all(|project| project.account_id == 1));
    assert!(project::Entity::find().all(&zeta).await?.is_empty());

    // An update without a condition reaches the tenant's own rows.
    let renamed = project::Entity::update_many()
        .col_expr(project::Column::Name, Expr::value("taken"))
        .exec(&zeta)
        .await?;
    println!("tenant 2 renamed {} rows", renamed.rows_affected);
    assert_eq!(renamed.rows_affected, 0);
    Ok(())
}
