//! A shared table that scopes write, declared in one attribute or in two.

use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod tag {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "tag")]
    #[tenant(shared, writable)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod label {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "label")]
    #[tenant(writable)]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn compiles_and_runs() {
    assert!(matches!(tag::Entity::ownership(), EntityOwnership::Shared { writable: true }));
    assert!(matches!(label::Entity::ownership(), EntityOwnership::Shared { writable: true }));
}
