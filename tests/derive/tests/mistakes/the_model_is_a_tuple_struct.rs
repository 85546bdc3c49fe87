//! The columns have no names.

use sea_orm_multitenant::TenantModel;

#[derive(TenantModel)]
#[tenant(shared)]
pub struct Model(pub i64);

fn main() {}
