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

/// The state of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not started.
    #[default]
    #[sea_orm(string_value = "open")]
    Open,
    /// In progress.
    #[sea_orm(string_value = "doing")]
    Doing,
    /// Done.
    #[sea_orm(string_value = "done")]
    Done,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_value())
    }
}
