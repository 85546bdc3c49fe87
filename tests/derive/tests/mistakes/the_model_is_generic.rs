//! A generic entity would be several tables.

use sea_orm_multitenant::TenantModel;

#[derive(TenantModel)]
#[tenant(column = "account_id")]
pub struct Model<T> {
    pub account_id: T,
}

fn main() {}
