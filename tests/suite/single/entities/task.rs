//! Tasks of projects.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "single_task")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    pub project_id: i64,
    pub title: String,
    pub note: String,
    pub points: i32,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<super::project::Entity>,
    #[sea_orm(has_many, via = "task_tag")]
    pub tags: HasMany<super::tag::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
