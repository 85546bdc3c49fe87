//! The root table has a composite key, but a tenant id is one column.

mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub region: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn main() {
    let _ = <project::Entity as sea_orm_multitenant::TenantEntity>::ownership();
}
