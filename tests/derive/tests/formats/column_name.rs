//! A column with a different name in the database: the declaration may use either name.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod by_field {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "by_field")]
    #[tenant(column = "owner")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_name = "account_id")]
        pub owner: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod by_column {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "by_column")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_name = "account_id")]
        pub owner: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The column that an entity declares.
fn tenant_column<E: TenantEntity>() -> &'static str {
    match E::ownership() {
        EntityOwnership::Tenant(column) => column.as_str(),
        EntityOwnership::TenantOrGlobal(_) | EntityOwnership::Root | EntityOwnership::Shared { .. } => "",
    }
}

#[test]
fn compiles_and_runs() {
    assert_eq!(tenant_column::<by_field::Entity>(), "account_id");
    assert_eq!(tenant_column::<by_column::Entity>(), "account_id");
}
