//! What can be wrong with a table before anything is sent.

#[cfg(feature = "citus")]
use crate::citus::error::CitusError;
use sea_orm_migration::DbErr;
use sea_orm_multitenant::TenancyError;
use std::sync::Arc;

/// Why a statement of a migration is not sent.
///
/// It becomes a [`DbErr`], which `MigrationTrait` wants, by `?`; [`MigrationError::from_db_err`] finds it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A name that the caller gave is longer than the engine takes; PostgreSQL would cut it without an error.
    #[error("the name `{name}` has a length of {length}, and {engine} takes {limit}; give it a shorter one")]
    NameTooLong {
        /// The name.
        name: String,
        /// Its length: bytes on PostgreSQL, characters on MySQL.
        length: usize,
        /// The greatest length.
        limit: usize,
        /// The engine.
        engine: &'static str,
    },
    /// A name is empty or contains a zero byte.
    #[error("`{name}` cannot be the name of a table, column or constraint")]
    UnusableName {
        /// The name.
        name: String,
    },
    /// Two columns, or two constraints and indexes, of a table have one name.
    #[error("`{table}` has two columns or two constraints of the name `{name}`; name one of them by `named`")]
    DuplicateName {
        /// The table.
        table: String,
        /// The name.
        name: String,
    },
    /// A key, an index or a foreign key names a column that the table does not have, or none at all.
    #[error("a key of `{table}` names the column `{column}`, which the table does not have")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column; empty when a key has none.
        column: String,
    },
    /// The tenant column may be NULL, so that a row could belong to nobody.
    #[error("the tenant column `{column}` of `{table}` is nullable; make it `NOT NULL`")]
    NullableTenantColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A table with global rows has no key without the tenant column, or is to be distributed.
    #[error(
        "`{table}` has global rows, whose tenant column is NULL: create it by `TenantTable::new(…).id(…).with_global_rows()`; Citus \
         distributes no such table, so put the global rows into a table of their own, distributed as a reference table"
    )]
    GlobalRows {
        /// The table.
        table: String,
    },
    /// The tenant column has a type that cannot hold a tenant's id.
    #[error("the tenant column `{column}` of `{table}` has type {ty}; use an integer, a UUID or a string")]
    TenantColumnType {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// Two columns of a table are generated.
    #[error("`{table}` has two generated columns, `{first}` and `{second}`; engines take one")]
    TwoGeneratedColumns {
        /// The table.
        table: String,
        /// A column.
        first: String,
        /// The other.
        second: String,
    },
    /// A unique key lacks the tenant column, so that one tenant's value is refused for another's, and Citus refuses it.
    #[error(
        "a unique key on {columns} of `{table}` lacks the tenant column; lead it by the tenant (`TenantTable::unique`, or \
         `unique_key` on the fields of the entity), or say `allow_across_tenants`"
    )]
    UniqueWithoutTenant {
        /// The table.
        table: String,
        /// The columns, with commas between them.
        columns: String,
    },
    /// A key of an entity has the tenant column behind another: SeaORM orders a key as its fields.
    #[error("the key on {columns} of `{table}` is not led by `{tenant}`; move that field before the others")]
    TenantNotFirst {
        /// The table.
        table: String,
        /// The columns, with commas between them.
        columns: String,
        /// The tenant column.
        tenant: String,
    },
    /// The primary key of an entity lacks the tenant column.
    #[error(
        "the primary key of `{table}` lacks the tenant column `{tenant}`; put `#[sea_orm(primary_key, auto_increment = false)]` \
         on both fields, or create the table with `Schema::create_table_from_entity`"
    )]
    KeyWithoutTenant {
        /// The table.
        table: String,
        /// The tenant column.
        tenant: String,
    },
    /// The entity is the tenants' own table or shared by all: it has no tenant column.
    #[error("`{table}` has no tenant column; create it with `Schema::create_table_from_entity`")]
    NotATenantTable {
        /// The table.
        table: String,
    },
    /// A relation of an entity to a table of tenants leaves the tenant column out, so that a row could have another
    /// tenant's parent.
    #[error(
        "the foreign key on {columns} of `{table}` to `{parent}` leaves the tenant column out; name it on both sides, as in \
         `from = \"(account_id, project_id)\", to = \"(account_id, id)\"`, or say `skip_fk`"
    )]
    ForeignKeyWithoutTenant {
        /// The table.
        table: String,
        /// Its columns, with commas between them.
        columns: String,
        /// The parent.
        parent: String,
    },
    /// A relation of an entity leads to a table that no entity with `TenantModel` declares: whose rows it has is unknown.
    #[error(
        "the foreign key on {columns} of `{table}` leads to `{parent}`, which no entity with `TenantModel` declares; derive it \
         there, or say `skip_fk` and add the key with `TenantTable::foreign_key`"
    )]
    UnknownParent {
        /// The table.
        table: String,
        /// Its columns, with commas between them.
        columns: String,
        /// The parent.
        parent: String,
    },
    /// The foreign key would set the tenant column to NULL or its default, which takes the row from its tenant.
    #[error(
        "{action} of the foreign key `{key}` of `{table}` would set the tenant column too, and {engine} cannot leave it out; use \
         NO ACTION, RESTRICT or CASCADE, and set the column to NULL before the parent is deleted"
    )]
    ActionOnTenantColumn {
        /// The table.
        table: String,
        /// The foreign key.
        key: String,
        /// The action, as in `ON DELETE SET NULL`.
        action: String,
        /// The engine.
        engine: &'static str,
    },
    /// PostgreSQL before 15 cannot name the columns that ON DELETE sets.
    #[error(
        "ON DELETE SET NULL that spares the tenant column needs PostgreSQL 15, this is {version}; use NO ACTION, RESTRICT or \
         CASCADE, and set the column to NULL before the parent is deleted"
    )]
    PostgresTooOld {
        /// The server's `server_version_num`.
        version: i32,
    },
    /// The engine cannot add a foreign key to a table that is there, nor drop one from it.
    #[error(
        "{engine} cannot add or drop the foreign key `{key}` of `{table}`, which is there already; create a table with the keys it \
         is to have, copy the rows, drop the old one, rename the new one"
    )]
    ForeignKeyOfExistingTable {
        /// The table.
        table: String,
        /// The foreign key.
        key: String,
        /// The engine.
        engine: &'static str,
    },
    /// The foreign key leads to another schema, which the engine has no form for.
    #[error(
        "{engine} has no foreign keys between schemas: `{table}` and its parent `{parent}` must be in one"
    )]
    ForeignSchema {
        /// The table.
        table: String,
        /// The parent.
        parent: String,
        /// The engine.
        engine: &'static str,
    },
    /// The name of the setting is not of the form `app.tenant_id`.
    #[error(
        "`{setting}` cannot be a setting; use two names with a point between them, as in `app.tenant_id`"
    )]
    UnusableSetting {
        /// The setting.
        setting: String,
    },
    /// Row-level security is required, and the engine has none.
    #[error(
        "{engine} has no row-level security, which `{table}` requires; use PostgreSQL, or leave out `required`"
    )]
    RowLevelSecurity {
        /// The table.
        table: String,
        /// The engine.
        engine: &'static str,
    },
    /// The database has no Citus, which a step requires.
    #[error(
        "{engine} here has no Citus, which {step} requires; run `CREATE EXTENSION citus`, or leave out `required`"
    )]
    CitusMissing {
        /// The step.
        step: String,
        /// The engine.
        engine: &'static str,
    },
    /// Citus refused a statement.
    #[cfg(feature = "citus")]
    #[error(transparent)]
    Citus(#[from] CitusError),
    /// A step that Citus takes outside of transactions alone, in one.
    #[error(
        "`{function}` of `{table}` cannot run in a transaction; override `use_transaction` of the migration to return \
         `Some(false)`"
    )]
    InTransaction {
        /// The function of Citus.
        function: &'static str,
        /// The table.
        table: String,
    },
    /// A step was not told how things were before it, and Citus does not know.
    #[error(
        "`{function}` of `{table}` has no way back unless it is told how things were: say `{method}`, or leave out `down`"
    )]
    NoWayBack {
        /// The function of Citus.
        function: &'static str,
        /// The table.
        table: String,
        /// The method that tells it.
        method: &'static str,
    },
    /// A setting that lasts as long as a transaction, outside of one.
    #[error(
        "outside a transaction a setting lasts no statement; begin one by `SchemaManager::begin`, or return `Some(true)` from \
         `use_transaction` of the migration"
    )]
    NoTransaction,
    /// A shared table is to be distributed by tenant.
    #[error("`{table}` is shared by all tenants; make it a `ReferenceTable`")]
    SharedTable {
        /// The table.
        table: String,
    },
    /// A table of tenants is to be a reference table, with all rows on every node.
    #[error("`{table}` has rows of tenants; `Distribute` it")]
    NotShared {
        /// The table.
        table: String,
    },
    /// The entities of the program declare no root, or several, so that it is not known where a table belongs.
    #[error(
        "the root of `{table}` is not known, found: {}; name it by `Distribute::with_root`",
        if .roots.is_empty() { "none" } else { .roots.as_str() }
    )]
    NoOneRoot {
        /// The table.
        table: String,
        /// The roots, with commas between them; empty when there is none.
        roots: String,
    },
    /// A number of shards for a table that has those of another.
    #[error(
        "`{table}` has the shards of `{other}`, which it is colocated with; leave out `shards`, or say it of `{other}`"
    )]
    ShardCount {
        /// The table.
        table: String,
        /// The other.
        other: String,
    },
    /// The engine is none of those that tables can be made on.
    #[error("tables cannot be made on {backend}; use SQLite, PostgreSQL, MySQL or MariaDB")]
    Backend {
        /// The engine.
        backend: String,
    },
    /// The entities of the program contradict each other, so that the owners of their parents are not known.
    #[error(transparent)]
    Entities(#[from] TenancyError),
}

impl MigrationError {
    /// The error of this crate inside an error of SeaORM, if it is one.
    ///
    /// ```
    /// use sea_orm_migration::{DbErr, sea_orm::DbBackend, schema::big_integer};
    /// use sea_orm_multitenant_migration::{MigrationError, TenantTable};
    ///
    /// let table = TenantTable::new("task", big_integer("account_id")).index(["project_id"]);
    /// let error = DbErr::from(table.create_sql(DbBackend::Sqlite).unwrap_err());
    /// assert!(matches!(
    ///     MigrationError::from_db_err(&error),
    ///     Some(MigrationError::UnknownColumn { column, .. }) if column == "project_id"
    /// ));
    /// ```
    pub fn from_db_err(error: &DbErr) -> Option<&Self> {
        match error {
            DbErr::TryIntoErr { from: _, into: _, source } => source.downcast_ref(),
            _ => None,
        }
    }
}

impl From<MigrationError> for DbErr {
    /// Wraps the error in the one variant of [`DbErr`] that carries any error as its source.
    fn from(error: MigrationError) -> Self {
        Self::TryIntoErr { from: "tenant table", into: "statements", source: Arc::new(error) }
    }
}
