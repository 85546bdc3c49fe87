//! The tenant column of a table with global rows cannot be part of the primary key.

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id", global)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn main() {
    let _ = <project::Entity as sea_orm_multitenant::TenantEntity>::ownership();
}
