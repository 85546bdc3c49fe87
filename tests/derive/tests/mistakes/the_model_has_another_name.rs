//! The model's struct must be named `Model`. `#[sea_orm::model]` copies the derive to a second struct, which must not give a second error.

use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(TenantModel)]
#[tenant(column = "account_id")]
pub struct Project {
    pub account_id: i64,
}

fn main() {}
