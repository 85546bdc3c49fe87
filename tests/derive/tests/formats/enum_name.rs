//! A variant of `Column` of another name than the field. Without `column_name`, SeaORM names the column after it.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(enum_name = "Owner")]
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "task")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(enum_name = "Owner", column_name = "account_id")]
        pub account_id: i64,
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
    assert_eq!(tenant_column::<project::Entity>(), "owner");
    assert_eq!(tenant_column::<task::Entity>(), "account_id");
    assert!(matches!(project::Entity::ownership(), EntityOwnership::Tenant(project::Column::Owner)));
}
