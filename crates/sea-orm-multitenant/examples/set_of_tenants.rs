//! A scope of several tenants: a report over some accounts, in which rows are joined only to rows of the same tenant.
//!
//! Run it with `cargo run -p sea-orm-multitenant --example set_of_tenants`.
#![allow(unreachable_pub)] // The entity is written as `sea-orm-cli` writes it.

use sea_orm::{ActiveValue::Set, ConnectionTrait, Database, EntityTrait, QueryOrder, Schema};
use sea_orm_multitenant::prelude::*;

mod invoice {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "invoice")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub cents: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    let admin = tenancy.unscoped("create the tables");
    admin
        .execute(&Schema::new(admin.get_database_backend()).create_table_from_entity(invoice::Entity))
        .await?;

    for account in 1..=3_i64 {
        let invoice =
            invoice::ActiveModel { number: Set(1), cents: Set(account * 100), ..Default::default() };
        invoice::Entity::insert(invoice).exec_without_returning(&tenancy.scope(account)?).await?;
    }

    // Accounts 1 and 3, as an auditor of both may see them; account 2 is not read.
    let audited = tenancy.scope_many([1_i64, 3])?;
    let invoices = invoice::Entity::find().order_by_asc(invoice::Column::AccountId).all(&audited).await?;
    println!("audited: {invoices:?}");
    assert_eq!(invoices.iter().map(|invoice| invoice.account_id).collect::<Vec<_>>(), [1, 3]);

    // An insert would have to guess the tenant: a set refuses it.
    let invoice = invoice::ActiveModel { number: Set(2), cents: Set(1), ..Default::default() };
    let error =
        invoice::Entity::insert(invoice).exec_without_returning(&audited).await.expect_err("it is refused");
    println!("refused: {error}");
    assert!(TenancyError::from_db_err(&error).is_some());
    Ok(())
}
