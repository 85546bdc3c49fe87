//! The imports of tasks, with their progress.

use sea_orm::entity::prelude::*;
use sea_orm_multitenant::TenantModel;
use serde::Serialize;
use std::fmt;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
#[sea_orm(table_name = "task_import")]
#[tenant(column = "account_id")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    pub project_id: i64,
    pub state: State,
    pub total: i32,
    pub imported: i32,
    pub refused: i32,
    /// Why lines were refused, one line of text each.
    #[sea_orm(column_type = "Text")]
    pub remarks: String,
    #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
    pub project: BelongsTo<super::project::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The state of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waiting for the worker.
    #[default]
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// In progress.
    #[sea_orm(string_value = "running")]
    Running,
    /// Completed: every line was imported or refused.
    #[sea_orm(string_value = "finished")]
    Finished,
    /// Ended before its last line.
    #[sea_orm(string_value = "stopped")]
    Stopped,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_value())
    }
}
