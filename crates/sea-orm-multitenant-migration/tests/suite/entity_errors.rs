//! Entities that cannot have a tenant table, and tables that contradict themselves.

// SeaORM's derives generate public items, some of them unused.
#![allow(dead_code, unreachable_pub)]

use crate::entities::{account, country};
use sea_orm_migration::{schema::*, sea_orm::DbBackend};
use sea_orm_multitenant_migration::{MigrationError, TenantForeignKey, TenantTable};

/// Declares an entity with these fields.
macro_rules! entity {
    ($module:ident $table:literal: $($fields:tt)+) => {
        mod $module {
            use sea_orm::entity::prelude::*;
            use sea_orm_multitenant::TenantModel;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
            #[sea_orm(table_name = $table)]
            #[tenant(column = "account_id")]
            pub struct Model {
                $($fields)+
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity! { key_alone "key_alone":
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
}

entity! { tenant_last "tenant_last":
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
}

entity! { unique_tenant_last "unique_tenant_last":
    #[sea_orm(unique_key = "name")]
    pub name: String,
    #[sea_orm(primary_key, auto_increment = false, unique_key = "name")]
    pub account_id: i64,
}

entity! { astray "astray":
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    pub project_id: i64,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<crate::entities::project::Entity>,
}

entity! { founder "founder":
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    pub invited_by: i64,
    #[sea_orm(belongs_to, from = "invited_by", to = "id")]
    pub inviter: BelongsTo<crate::entities::account::Entity>,
}

entity! { lost "lost":
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    pub plain_id: i64,
    #[sea_orm(belongs_to, from = "plain_id", to = "id")]
    pub plain: BelongsTo<super::plain::Entity>,
}

entity! { unlinked "unlinked":
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    pub plain_id: i64,
    #[sea_orm(belongs_to, from = "plain_id", to = "id", skip_fk)]
    pub plain: BelongsTo<super::plain::Entity>,
}

entity! { forgetful "forgetful":
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub project_id: Option<i64>,
    #[sea_orm(
        belongs_to,
        from = "(account_id, project_id)",
        to = "(account_id, id)",
        on_delete = "SetNull"
    )]
    pub project: BelongsTo<Option<crate::entities::project::Entity>>,
}

entity! { long "a_table_whose_name_is_rather_long_but_not_longer_than_engines_take":
    #[sea_orm(primary_key, auto_increment = false, unique_key = "both")]
    pub account_id: i64,
    #[sea_orm(indexed, unique_key = "both")]
    pub number: i64,
}

mod plain {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "plain")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn relation_without_the_tenant_column_is_refused() {
    for (found, column) in [
        (TenantTable::from_entity::<astray::Entity>(), "project_id"),
        (TenantTable::from_entity::<founder::Entity>(), "invited_by"),
    ] {
        assert!(
            matches!(&found, Err(MigrationError::ForeignKeyWithoutTenant { columns, .. }) if columns == column),
            "{found:?}"
        );
    }
}

#[test]
fn relation_to_an_undeclared_table_is_refused() {
    let found = TenantTable::from_entity::<lost::Entity>();
    assert!(
        matches!(&found, Err(MigrationError::UnknownParent { parent, .. }) if parent == "plain"),
        "{found:?}"
    );
    assert!(TenantTable::from_entity::<unlinked::Entity>().is_ok());
}

#[test]
fn entity_set_null_keeps_the_tenant_column_or_is_refused() {
    let table = TenantTable::from_entity::<forgetful::Entity>().expect("the entity has a tenant table");
    let sql = table.create_sql(DbBackend::Postgres).expect("PostgreSQL names the columns");
    assert!(sql[0].contains(r#"ON DELETE SET NULL ("project_id")"#), "{sql:?}");
    for backend in [DbBackend::MySql, DbBackend::Sqlite] {
        assert!(matches!(table.create_sql(backend), Err(MigrationError::ActionOnTenantColumn { .. })));
    }
}

#[test]
fn long_names_of_an_entity_are_truncated() {
    let table = TenantTable::from_entity::<long::Entity>().expect("the entity has a tenant table");
    let sql = table.create_sql(DbBackend::Sqlite).expect("SQLite does not limit names");
    let [_, unique, index] = sql.as_slice() else { panic!("{sql:?}") };
    let name = |sql: &str| sql.split('"').nth(1).expect("a quoted name").to_owned();
    assert_ne!(name(unique), name(index));
    assert_eq!([name(unique).len(), name(index).len()], [63, 63]);
}

#[test]
fn entity_without_a_tenant_column_is_refused() {
    for found in
        [TenantTable::from_entity::<account::Entity>(), TenantTable::from_entity::<country::Entity>()]
    {
        assert!(matches!(found, Err(MigrationError::NotATenantTable { .. })), "{found:?}");
    }
}

#[test]
fn entity_key_without_the_tenant_column_is_refused() {
    let found = TenantTable::from_entity::<key_alone::Entity>();
    assert!(matches!(found, Err(MigrationError::KeyWithoutTenant { .. })), "{found:?}");
}

#[test]
fn key_without_the_tenant_column_first_is_refused() {
    let found = TenantTable::from_entity::<tenant_last::Entity>();
    assert!(
        matches!(&found, Err(MigrationError::TenantNotFirst { columns, .. }) if columns == "id, account_id"),
        "{found:?}"
    );
    let found = TenantTable::from_entity::<unique_tenant_last::Entity>();
    assert!(
        matches!(&found, Err(MigrationError::TenantNotFirst { columns, .. }) if columns == "name, account_id"),
        "{found:?}"
    );
}

/// The error of a table on PostgreSQL.
fn error_of(table: &TenantTable) -> MigrationError {
    table.create_sql(DbBackend::Postgres).expect_err("refused")
}

fn table() -> TenantTable {
    TenantTable::new("task", big_integer("account_id")).id(big_integer("id"))
}

#[test]
fn nullable_tenant_column_is_refused() {
    let found = error_of(&TenantTable::new("task", big_integer_null("account_id")));
    assert!(matches!(found, MigrationError::NullableTenantColumn { .. }), "{found}");
}

#[test]
fn tenant_column_type_must_hold_an_id() {
    for tenant in [double("account_id"), json("account_id")] {
        let table = TenantTable::new("task", tenant);
        assert!(matches!(error_of(&table), MigrationError::TenantColumnType { .. }));
        assert!(matches!(table.row_level_security(), Err(MigrationError::TenantColumnType { .. })));
    }
}

#[test]
fn key_on_an_unknown_column_is_refused() {
    let key = TenantForeignKey::new(["project_id"], "project");
    let of_nothing = TenantForeignKey::new([""; 0], "project").to_columns([""; 0]);
    for table in [
        table().index(["state"]),
        table().unique(["state"]),
        table().foreign_key(key),
        table().generated("number"),
    ] {
        assert!(matches!(error_of(&table), MigrationError::UnknownColumn { .. }));
    }
    for table in [table().index([""; 0]), table().unique([""; 0])] {
        assert!(
            matches!(error_of(&table), MigrationError::UnknownColumn { column, .. } if column.is_empty())
        );
    }
    assert!(table().foreign_key(of_nothing).create_sql(DbBackend::Postgres).is_err());
}

#[test]
fn duplicate_names_are_refused() {
    let columns = table().column(integer("id"));
    let twice = table().column(integer("state")).unique(["state"]).index(["state"]);
    for table in [columns, twice] {
        assert!(matches!(error_of(&table), MigrationError::DuplicateName { .. }));
    }
}

#[test]
fn unique_column_across_tenants_needs_permission() {
    let table = table().column(string_uniq("email"));
    assert!(matches!(error_of(&table), MigrationError::UniqueWithoutTenant { .. }));
    assert!(table.allow_across_tenants(["email"]).create_sql(DbBackend::Postgres).is_ok());
}

#[test]
fn collation_must_be_a_bare_word() {
    for bad in ["utf8mb4_bin; DROP TABLE task", ""] {
        assert!(matches!(error_of(&table().mysql_collation(bad)), MigrationError::UnusableName { .. }));
    }
    let sql =
        table().mysql_collation("utf8mb4_bin").create_sql(DbBackend::MySql).expect("the table is valid");
    assert!(sql[0].ends_with(" COLLATE=utf8mb4_bin"), "{sql:?}");
}
