//! A program whose entities declare no root. A separate test program, because entities are registered for the whole
//! program.

// SeaORM's derives generate public items, some of them unused.
#![allow(dead_code, unreachable_pub)]

use sea_orm_multitenant_migration::{MigrationError, citus::Distribute};

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn entity_without_a_root_cannot_be_distributed() {
    let error = Distribute::entity::<project::Entity>().unwrap_err();
    let expected = MigrationError::NoOneRoot { table: "project".to_owned(), roots: String::new() };
    assert_eq!(error, expected);
    assert!(error.to_string().contains("found: none; name it with `Distribute::with_root`"), "{error}");
}
