//! Projects, some with a manager.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "project")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, unique_key = "name")]
    pub account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(unique_key = "name")]
    pub name: String,
    pub note: String,
    pub manager_id: Option<i64>,
    pub country_code: String,
    #[sea_orm(belongs_to, from = "(account_id, manager_id)", to = "(account_id, id)")]
    pub manager: BelongsTo<Option<super::manager::Entity>>,
    #[sea_orm(belongs_to, from = "country_code", to = "code")]
    pub country: BelongsTo<super::country::Entity>,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
    #[sea_orm(has_many)]
    pub tasks: HasMany<super::task::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
