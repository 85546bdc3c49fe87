//! The tenant column of a table with global rows cannot be part of the primary key. Without SeaORM's derive, which has
//! an error of its own for such a key.

mod project {
    use sea_orm_multitenant::TenantModel;

    #[derive(TenantModel)]
    #[sea_orm(table_name = "project")]
    #[tenant(column = "account_id", global)]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Option<i64>,
    }
}

fn main() {}
