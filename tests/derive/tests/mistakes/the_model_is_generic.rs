//! An entity is one table.

use sea_orm_multitenant::TenantModel;

#[derive(TenantModel)]
#[tenant(column = "account_id")]
pub struct Model<T> {
    pub account_id: T,
}

fn main() {}
