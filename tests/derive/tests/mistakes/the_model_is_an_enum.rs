//! An enum has no rows.

use sea_orm_multitenant::TenantModel;

#[derive(TenantModel)]
#[tenant(shared)]
pub enum Model {
    Row,
}

fn main() {}
