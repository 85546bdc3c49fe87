//! A table with global rows, declared in one attribute or in two.

use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod tag {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "tag")]
    #[tenant(column = "account_id", global)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod label {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "label")]
    #[tenant(global)]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(nullable)]
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn compiles_and_runs() {
    assert!(matches!(tag::Entity::ownership(), EntityOwnership::TenantOrGlobal(tag::Column::AccountId)));
    assert!(matches!(label::Entity::ownership(), EntityOwnership::TenantOrGlobal(label::Column::AccountId)));
}
