//! The rows that tasks write.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// The statement that creates the table.
pub(super) const TABLE: &str = "CREATE TABLE entry (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    mark BIGINT NOT NULL,
    note VARCHAR(100) NOT NULL,
    PRIMARY KEY (tenant, id)
)";

/// A row; `mark` is the tenant who last changed it, which is `tenant` unless something crossed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub mark: i64,
    pub note: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// A row with all its values.
pub(super) fn row(tenant: i64, id: i64) -> ActiveModel {
    ActiveModel { tenant: Set(tenant), ..scoped_row(tenant, id) }
}

/// A row whose tenant is left to the scope.
pub(super) fn scoped_row(tenant: i64, id: i64) -> ActiveModel {
    ActiveModel {
        id: Set(id),
        mark: Set(tenant),
        note: Set(format!("{id} of {tenant}")),
        ..Default::default()
    }
}
