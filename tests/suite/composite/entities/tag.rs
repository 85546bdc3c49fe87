//! Tags of tasks.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "tag")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "name")]
    pub account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(unique_key = "name")]
    pub name: String,
    pub note: String,
    #[sea_orm(has_many, via = "task_tag")]
    pub tasks: HasMany<super::task::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
