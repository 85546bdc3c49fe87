//! Entities with the tenant column first in their keys, and the same tables built from columns.

// SeaORM's derives generate public items.
#![allow(unreachable_pub)]

use sea_orm_migration::{schema::*, sea_query::ForeignKeyAction};
use sea_orm_multitenant_migration::{TenantForeignKey, TenantIndex, TenantTable, TenantUnique};

pub(crate) mod account {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "account")]
    #[tenant(root)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod country {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "country")]
    #[tenant(shared)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "project", comment = "what a tenant's tasks are about")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false, unique_key = "name")]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(unique_key = "name", column_type = "String(StringLen::N(120))")]
        pub name: String,
        #[sea_orm(default_value = 3)]
        pub state: i32,
        #[sea_orm(belongs_to, from = "account_id", to = "id", on_delete = "Cascade")]
        pub account: BelongsTo<super::account::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "task")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub project_id: Option<i64>,
        pub country_id: Option<i64>,
        #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
        pub barcode: Option<String>,
        #[sea_orm(indexed)]
        pub points: i32,
        #[sea_orm(
            belongs_to,
            from = "(account_id, project_id)",
            to = "(account_id, id)",
            on_delete = "Cascade",
            on_update = "NoAction"
        )]
        pub project: BelongsTo<Option<super::project::Entity>>,
        #[sea_orm(belongs_to, from = "country_id", to = "id", on_delete = "SetNull")]
        pub country: BelongsTo<Option<super::country::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `project`, built from columns.
pub(crate) fn project_by_columns() -> TenantTable {
    TenantTable::new("project", big_integer("account_id"))
        .id(big_integer("id"))
        .column(string_len("name", 120))
        .column(integer("state").default(3))
        .unique(["name"])
        .foreign_key(TenantForeignKey::to_root("account").on_delete(ForeignKeyAction::Cascade))
}

/// The table `task`, built from columns.
pub(crate) fn task_by_columns() -> TenantTable {
    TenantTable::new("task", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("project_id"))
        .column(big_integer_null("country_id"))
        .column(string_len_null("barcode", 40).unique_key())
        .allow_across_tenants(["barcode"])
        .column(integer("points"))
        .index(["points"])
        .foreign_key(
            TenantForeignKey::new(["project_id"], "project")
                .on_delete(ForeignKeyAction::Cascade)
                .on_update(ForeignKeyAction::NoAction),
        )
        .foreign_key(
            TenantForeignKey::to_shared(["country_id"], "country").on_delete(ForeignKeyAction::SetNull),
        )
}

/// A table of projects without a parent table.
pub(crate) fn project() -> TenantTable {
    TenantTable::new("project", big_integer("account_id"))
        .id(big_integer("id"))
        .column(string_len("name", 120))
        .unique(TenantUnique::new(["name"]))
}

/// A table of tasks that reference [`project`]s.
pub(crate) fn task(key: TenantForeignKey) -> TenantTable {
    TenantTable::new("task", big_integer("account_id"))
        .id(big_integer("id"))
        .column(big_integer_null("project_id"))
        .index(TenantIndex::new(["project_id"]))
        .foreign_key(key)
}

/// The key from a task to its project.
pub(crate) fn to_project() -> TenantForeignKey {
    TenantForeignKey::new(["project_id"], "project")
}
