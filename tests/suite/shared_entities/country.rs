//! Countries, which all tenants read.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "country")]
#[tenant(shared)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
