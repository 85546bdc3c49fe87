//! The projects. Their names are unique per account: two accounts may both have an "Office move".

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "project")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "account_project_name")]
    pub account_id: i64,
    #[sea_orm(unique_key = "account_project_name")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[sea_orm(has_many)]
    pub tasks: HasMany<super::task::Entity>,
    #[sea_orm(has_many)]
    pub imports: HasMany<super::task_import::Entity>,
    #[sea_orm(has_many, via = "project_manager")]
    pub managers: HasMany<super::manager::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
