//! An entity is found by its model's name. `#[sea_orm::model]` copies the derive to a second struct: still one message.

use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(TenantModel)]
#[tenant(column = "account_id")]
pub struct Project {
    pub account_id: i64,
}

fn main() {}
