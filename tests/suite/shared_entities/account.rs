//! The tenants themselves.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "account")]
#[tenant(root)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub name: String,
    pub note: String,
}

impl ActiveModelBehavior for ActiveModel {}
