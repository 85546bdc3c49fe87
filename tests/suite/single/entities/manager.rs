//! Managers of projects.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "single_manager")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "name")]
    pub account_id: i64,
    #[sea_orm(unique_key = "name")]
    pub name: String,
    pub note: String,
    #[sea_orm(has_many)]
    pub projects: HasMany<super::project::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
