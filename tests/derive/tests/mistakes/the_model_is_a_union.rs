//! A union has no columns.

use sea_orm_multitenant::TenantModel;

#[derive(TenantModel)]
#[tenant(shared)]
pub union Model {
    pub id: i64,
}

fn main() {}
