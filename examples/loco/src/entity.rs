//! The tables.

// SeaORM's macros write public items without documentation.
#![allow(missing_docs)]

/// The accounts, which are the tenants.
pub mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The projects of the accounts.
pub mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::{LocoTenantEntity, TenantModel};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel, LocoTenantEntity)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
