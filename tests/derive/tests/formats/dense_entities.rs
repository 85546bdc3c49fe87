//! SeaORM 2.0's dense format, with relations in both directions.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(has_many)]
        pub projects: HasMany<super::project::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

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
        pub account_id: Uuid,
        #[sea_orm(belongs_to, from = "account_id", to = "id")]
        pub account: HasOne<super::account::Entity>,
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
    assert!(matches!(account::Entity::ownership(), EntityOwnership::Root));
    assert_eq!(tenant_column::<project::Entity>(), "account_id");
    assert!(matches!(project::Entity::ownership(), EntityOwnership::Tenant(project::Column::AccountId)));
}
