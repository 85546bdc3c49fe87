//! Which managers lead which project: a junction table, which is a tenant table like the others.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "project_manager")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub project_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub manager_id: i64,
    #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
    pub project: BelongsTo<super::project::Entity>,
    #[sea_orm(belongs_to, from = "(account_id, manager_id)", to = "(account_id, id)")]
    pub manager: BelongsTo<super::manager::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
