//! Errors found before a migration executes a statement.

#[cfg(feature = "citus")]
use crate::citus::error::CitusError;
use sea_orm_migration::DbErr;
use sea_orm_multitenant::TenancyError;
use std::sync::Arc;

/// Why a migration does not execute a statement.
///
/// `?` turns it into a [`DbErr`], which `MigrationTrait` requires; [`MigrationError::from_db_err`] gets it back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A given name is longer than the engine allows; PostgreSQL would truncate it without an error.
    #[error("the name `{name}` has a length of {length}, but {engine} allows {limit}; use a shorter one")]
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
    /// Two columns, or two constraints or indexes, of a table have the same name.
    #[error("`{table}` has two columns or two constraints named `{name}`; name one of them with `named`")]
    DuplicateName {
        /// The table.
        table: String,
        /// The name.
        name: String,
    },
    /// A key, an index or a foreign key names a column that the table does not have, or no column at all.
    #[error("a key of `{table}` names the column `{column}`, which the table does not have")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column; empty when a key has none.
        column: String,
    },
    /// The tenant column may be NULL, so a row could have no tenant.
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
         distributes no such table, so put the global rows into a separate table, distributed as a reference table"
    )]
    GlobalRows {
        /// The table.
        table: String,
    },
    /// The type of the tenant column cannot hold a tenant id.
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
    /// A unique key lacks the tenant column: a value that one tenant uses is refused for the others, and Citus refuses
    /// the key.
    #[error(
        "a unique key on {columns} of `{table}` lacks the tenant column; put the tenant column first \
         (`TenantTable::unique`, or `unique_key` on the fields of the entity), or call `allow_across_tenants`"
    )]
    UniqueWithoutTenant {
        /// The table.
        table: String,
        /// The columns, with commas between them.
        columns: String,
    },
    /// A key of an entity has the tenant column after another column: SeaORM orders the columns of a key as the
    /// fields.
    #[error(
        "the key on {columns} of `{table}` does not begin with `{tenant}`; move that field before the others"
    )]
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
    /// The entity is the root table or a shared table: it has no tenant column.
    #[error("`{table}` has no tenant column; create it with `Schema::create_table_from_entity`")]
    NotATenantTable {
        /// The table.
        table: String,
    },
    /// A relation of an entity to a tenant table omits the tenant column, so a row could reference another tenant's
    /// parent.
    #[error(
        "the foreign key on {columns} of `{table}` to `{parent}` omits the tenant column; name it on both sides, as in \
         `from = \"(account_id, project_id)\", to = \"(account_id, id)\"`, or set `skip_fk`"
    )]
    ForeignKeyWithoutTenant {
        /// The table.
        table: String,
        /// Its columns, with commas between them.
        columns: String,
        /// The parent.
        parent: String,
    },
    /// A relation of an entity references a table that no entity with `TenantModel` declares, so the owner of its rows
    /// is unknown.
    #[error(
        "the foreign key on {columns} of `{table}` references `{parent}`, which no entity with `TenantModel` declares; \
         derive it there, or set `skip_fk` and add the key with `TenantTable::foreign_key`"
    )]
    UnknownParent {
        /// The table.
        table: String,
        /// Its columns, with commas between them.
        columns: String,
        /// The parent.
        parent: String,
    },
    /// The foreign key would set the tenant column to NULL or its default, which removes the row from its tenant.
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
        "ON DELETE SET NULL without the tenant column needs PostgreSQL 15, and this server is {version}; use NO ACTION, \
         RESTRICT or CASCADE, and set the column to NULL before the parent is deleted"
    )]
    PostgresTooOld {
        /// The server's `server_version_num`.
        version: i32,
    },
    /// The engine cannot add a foreign key to an existing table, nor drop one.
    #[error(
        "{engine} cannot add or drop the foreign key `{key}` of the existing table `{table}`; create a new table with the \
         keys it should have, copy the rows, drop the old table, and rename the new one"
    )]
    ForeignKeyOfExistingTable {
        /// The table.
        table: String,
        /// The foreign key.
        key: String,
        /// The engine.
        engine: &'static str,
    },
    /// The foreign key references another schema, which the engine does not support.
    #[error(
        "{engine} has no foreign keys between schemas: `{table}` and its parent `{parent}` must be in the same schema"
    )]
    ForeignSchema {
        /// The table.
        table: String,
        /// The parent.
        parent: String,
        /// The engine.
        engine: &'static str,
    },
    /// The name of the setting does not have the form `app.tenant_id`.
    #[error("`{setting}` cannot be a setting; use two names separated by a dot, as in `app.tenant_id`")]
    UnusableSetting {
        /// The setting.
        setting: String,
    },
    /// Row-level security is required, and the engine has none.
    #[error(
        "{engine} has no row-level security, which `{table}` requires; use PostgreSQL, or omit `required`"
    )]
    RowLevelSecurity {
        /// The table.
        table: String,
        /// The engine.
        engine: &'static str,
    },
    /// A step requires Citus, and the database does not have it.
    #[error(
        "this {engine} database has no Citus, which {step} requires; run `CREATE EXTENSION citus`, or omit `required`"
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
    /// A step that Citus refuses in a transaction runs in one.
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
    /// A step cannot be undone, because its previous state was not given and Citus does not record it.
    #[error(
        "`{function}` of `{table}` cannot be undone unless its previous state is known: call `{method}`, or omit `down`"
    )]
    NoWayBack {
        /// The function of Citus.
        function: &'static str,
        /// The table.
        table: String,
        /// The method that sets the previous state.
        method: &'static str,
    },
    /// A transaction-local setting is used outside a transaction.
    #[error(
        "outside a transaction the setting has no effect; begin one with `SchemaManager::begin`, or return `Some(true)` from \
         `use_transaction` of the migration"
    )]
    NoTransaction,
    /// A shared table was to be distributed by tenant.
    #[error("`{table}` is shared by all tenants; make it a `ReferenceTable`")]
    SharedTable {
        /// The table.
        table: String,
    },
    /// A tenant table was to be a reference table, with all rows on every node.
    #[error("`{table}` has tenant rows; use `Distribute`")]
    NotShared {
        /// The table.
        table: String,
    },
    /// The entities declare no root table or several, so the root of a table is unknown.
    #[error(
        "the root of `{table}` is missing or ambiguous, found: {}; name it with `Distribute::with_root`",
        if .roots.is_empty() { "none" } else { .roots.as_str() }
    )]
    NoOneRoot {
        /// The table.
        table: String,
        /// The roots, with commas between them; empty when there is none.
        roots: String,
    },
    /// A number of shards is given for a table that takes it from the table it is colocated with.
    #[error(
        "`{table}` has the same number of shards as `{other}`, with which it is colocated; omit `shards`, or set it on \
         `{other}`"
    )]
    ShardCount {
        /// The table.
        table: String,
        /// The other.
        other: String,
    },
    /// The engine is not one on which tables can be created.
    #[error("tables cannot be created on {backend}; use SQLite, PostgreSQL, MySQL or MariaDB")]
    Backend {
        /// The engine.
        backend: String,
    },
    /// The entities contradict each other, so the owners of their parents are unknown.
    #[error(transparent)]
    Entities(#[from] TenancyError),
}

impl MigrationError {
    /// Returns the error of this crate that a SeaORM error wraps, if any.
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
