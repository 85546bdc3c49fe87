//! Names that SeaORM changes.

#![allow(non_camel_case_types, non_snake_case)]

use sea_orm::IdenStatic;
use sea_orm_multitenant::{EntityOwnership, TenantEntity};

mod raw {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "raw")]
    #[tenant(column = "type")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub r#type: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod raw_as_written {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "raw_as_written")]
    #[tenant(column = "r#type")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub r#type: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod keyword {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "keyword")]
    #[tenant(column = "self_")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub self_: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod digits {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "digits")]
    #[tenant(column = "account2id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account2id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod underscores {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "underscores")]
    #[tenant(column = "_account_id_")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub _account_id_: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod raw_enum_name {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "raw_enum_name")]
    #[tenant(column = "owner")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(enum_name = "account")]
        pub owner: i64,
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
    assert!(matches!(raw::Entity::ownership(), EntityOwnership::Tenant(raw::Column::Type)));
    assert_eq!(tenant_column::<raw_as_written::Entity>(), "type");
    assert!(matches!(keyword::Entity::ownership(), EntityOwnership::Tenant(keyword::Column::Self_)));
    assert_eq!(tenant_column::<digits::Entity>(), "account2id");
    assert_eq!(tenant_column::<underscores::Entity>(), "account_id");
    assert_eq!(tenant_column::<raw_enum_name::Entity>(), "account");
}
