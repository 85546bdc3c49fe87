//! A program whose entities declare two roots. A separate test program, because entities are registered for the whole
//! program.

// SeaORM's derives generate public items, some of them unused.
#![allow(dead_code, unreachable_pub)]

use sea_orm_multitenant_migration::{MigrationError, citus::Distribute};

/// Declares an entity with a table name and an ownership.
macro_rules! entity {
    ($module:ident $table:literal $($ownership:tt)+) => {
        mod $module {
            use sea_orm::entity::prelude::*;
            use sea_orm_multitenant::TenantModel;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
            #[sea_orm(table_name = $table)]
            #[tenant($($ownership)+)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: i64,
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity! { account "account" root }
entity! { company "company" root }
entity! { note "note" column = "id" }

#[test]
fn entity_with_several_roots_is_refused() {
    let error = Distribute::entity::<note::Entity>().unwrap_err();
    let MigrationError::NoOneRoot { table, roots } = &error else { panic!("{error}") };
    assert_eq!(table, "note");
    let mut found: Vec<_> = roots.split(", ").collect();
    found.sort_unstable();
    assert_eq!(found, ["account", "company"]);
}

#[test]
fn root_is_distributed_in_its_own_group() {
    assert_eq!(Distribute::entity::<account::Entity>(), Ok(Distribute::root("account", "id")));
    assert_eq!(Distribute::entity::<company::Entity>(), Ok(Distribute::root("company", "id")));
}
