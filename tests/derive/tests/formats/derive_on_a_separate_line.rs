//! The derive on a separate line, before and after those of SeaORM.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod after {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "after")]
    #[derive(TenantModel)]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod before {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(TenantModel)]
    /// A project.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "before")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod above {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(TenantModel)]
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "above")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
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
    assert_eq!(tenant_column::<after::Entity>(), "account_id");
    assert_eq!(tenant_column::<before::Entity>(), "account_id");
    assert_eq!(tenant_column::<above::Entity>(), "account_id");
}
