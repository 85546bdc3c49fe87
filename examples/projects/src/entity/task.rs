//! Tasks of projects.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;
use serde::{Deserialize, Serialize};
use std::fmt;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "task")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    pub project_id: i64,
    pub name: String,
    pub state: State,
    pub due_on: Option<Date>,
    #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
    pub project: BelongsTo<super::project::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has begun.
    #[default]
    #[sea_orm(string_value = "open")]
    Open,
    /// Somebody works on it.
    #[sea_orm(string_value = "doing")]
    Doing,
    /// It is done.
    #[sea_orm(string_value = "done")]
    Done,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_value())
    }
}
