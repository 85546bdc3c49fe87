//! A shared table.

use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "country")]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn compiles_and_runs() {
    assert!(matches!(country::Entity::ownership(), EntityOwnership::Shared { writable: false }));
}
