//! The keys of an expanded entity do not appear on its model.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
    pub struct Entity;

    impl EntityName for Entity {
        fn table_name(&self) -> &'static str {
            "project"
        }
    }

    #[derive(Clone, Debug, PartialEq, DeriveModel, DeriveActiveModel, TenantModel)]
    #[tenant(root)]
    pub struct Model {
        pub id: i64,
        pub account_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
    pub enum Column {
        Id,
        AccountId,
    }

    impl ColumnTrait for Column {
        type EntityName = Entity;

        fn def(&self) -> ColumnDef {
            match self {
                Self::Id | Self::AccountId => ColumnType::BigInteger.def(),
            }
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DerivePrimaryKey)]
    pub enum PrimaryKey {
        Id,
    }

    impl PrimaryKeyTrait for PrimaryKey {
        type ValueType = i64;

        fn auto_increment() -> bool {
            true
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

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
    assert_eq!(tenant_column::<project::Entity>(), "");
    assert!(matches!(project::Entity::ownership(), EntityOwnership::Root));
}
