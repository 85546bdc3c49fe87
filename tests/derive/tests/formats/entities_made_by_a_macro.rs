//! Entities that a `macro_rules!` macro writes, with the tenant column as its argument.

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

macro_rules! entity {
    ($module:ident, $table:literal, $column:literal, $field:ident: $ty:ty) => {
        mod $module {
            use sea_orm::entity::prelude::*;
            use sea_orm_multitenant::TenantModel;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
            #[sea_orm(table_name = $table)]
            #[tenant(column = $column)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub $field: $ty,
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(project, "project", "account_id", account_id: i64);
entity!(task, "task", "owner", owner: Uuid);

/// The column that an entity declares.
fn tenant_column<E: TenantEntity>() -> &'static str {
    match E::ownership() {
        EntityOwnership::Tenant(column) => column.as_str(),
        EntityOwnership::TenantOrGlobal(_) | EntityOwnership::Root | EntityOwnership::Shared { .. } => "",
    }
}

#[test]
fn compiles_and_runs() {
    assert_eq!(tenant_column::<project::Entity>(), "account_id");
    assert_eq!(tenant_column::<task::Entity>(), "owner");
}
