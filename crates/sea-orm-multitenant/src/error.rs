//! The errors of the crate, and how they are carried inside SeaORM's `DbErr`.

use sea_orm::DbErr;
use sea_orm_multitenant_sql::{Conflict, Refusal, TenantType};
use std::sync::Arc;

/// An error of the tenancy layer.
///
/// SeaORM's methods return [`DbErr`]; [`TenancyError::from_db_err`] finds the `TenancyError` inside it. No variant
/// contains data of another tenant: each value in a message is one that the caller gave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The statement cannot be proved to reach only the tenant's rows. Nothing was sent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An inserted row or an assignment names another tenant. Nothing was sent.
    #[error(
        "the statement writes tenant {found} into `{table}` in the scope of tenant {expected}; leave the tenant column unset, the scope fills it in"
    )]
    TenantMismatch {
        /// The table that the statement writes.
        table: String,
        /// The tenant of the scope.
        expected: String,
        /// The value that the statement gives the tenant column.
        found: String,
    },
    /// An inserted row names a tenant that is not in the scope's set of tenants. Nothing was sent.
    #[error(
        "the statement inserts a row of tenant {found} into `{table}`, and the scope's tenants are {tenants}; make a scope that includes tenant {found}"
    )]
    TenantNotInSet {
        /// The table that the statement writes.
        table: String,
        /// The tenants of the scope, separated by commas.
        tenants: String,
        /// The value that the statement gives the tenant column.
        found: String,
    },
    /// A scope of a set cannot insert as a tenant that is not in the set.
    #[error("tenant {tenant} is not in the scope's set of tenants, {tenants}; insert as one of them")]
    NotInSet {
        /// The tenant.
        tenant: String,
        /// The tenants of the scope, separated by commas.
        tenants: String,
    },
    /// A statement was to write or lock rows in the scope of all tenants, which only reads. Nothing was sent.
    #[error(
        "a scope of all tenants only reads, and the statement writes or locks rows; use a scope of the tenants that it is for, or allow it by `writable()`"
    )]
    ReadOnly,
    /// A foreign key value references a row of a parent table that the tenant does not have, whether another tenant has
    /// it or nobody does. The statement has failed and changed nothing. A stream of rows returns the engine's error
    /// instead.
    ///
    /// See [`TenancyBuilder::check_parents`](crate::TenancyBuilder::check_parents).
    #[error(
        "`{column}` of a row of `{table}` references a row of `{parent}` that the tenant does not have; reference one of the tenant's rows"
    )]
    ForeignParent {
        /// The table that the statement writes.
        table: String,
        /// The referencing column, or the columns separated by commas.
        column: String,
        /// The parent table.
        parent: String,
    },
    /// A row was to be deleted, or its key changed, while a global row refers to a row of the tenant: the database could
    /// change the global row, which every tenant reads. The statement has failed and changed nothing.
    ///
    /// Correct the global rows through [`Tenancy::unscoped`](crate::Tenancy::unscoped), or put the tenant column into the
    /// foreign key, in the database too: then no global row can refer to a tenant's.
    #[error(
        "global rows of `{table}` refer to the tenant's rows of `{parent}` by `{column}`, and the statement could change them; set it to NULL in global rows through `Tenancy::unscoped`, or put the tenant column into the foreign key"
    )]
    GlobalChild {
        /// The table that has the global rows.
        table: String,
        /// The referencing column, or the columns separated by commas.
        column: String,
        /// The table whose rows are referenced.
        parent: String,
    },
    /// Two tenants of the scope's set have rows with the same key, and the key lacks the tenant column: code that
    /// identifies rows by that key would take them for one row. The statement has failed and changed nothing. A stream
    /// of rows returns the engine's error instead.
    ///
    /// Put the tenant column into the primary key and the relations of the entity, or use a scope for each tenant.
    #[error(
        "several tenants of the scope have rows of `{table}` with the same key, which lacks the tenant column; put the tenant column into the entity's primary key and relations, or use a scope for each tenant"
    )]
    KeyOfSeveralTenants {
        /// The table that has the rows.
        table: String,
    },
    /// A row was to be written for a tenant whose id is a text, and the session of MySQL or MariaDB is not in strict
    /// mode: it would truncate an id that is too long for its column, to what may be another tenant's id. Nothing was
    /// written.
    #[error(
        "the session is not in strict mode, so the database could truncate the tenant's id to another tenant's; add STRICT_TRANS_TABLES to its sql_mode"
    )]
    SessionNotStrict,
    /// There is no tenant id, as in `TenantId::try_from(Value::BigInt(None))`.
    #[error("there is no tenant id; a scope needs the id of exactly one tenant")]
    NoTenant,
    /// The tenant's id does not fit the type of a tenant column: a text for an integer column, or an integer out of
    /// range.
    #[error(
        "the tenant id {tenant} does not fit a tenant column of type {ty:?}; use an id of the column's type"
    )]
    TenantType {
        /// The tenant's id.
        tenant: String,
        /// The type of the tenant column.
        ty: TenantType,
    },
    /// A value of this kind cannot identify a tenant.
    #[error("a {kind} cannot identify a tenant; use an i32, i64, Uuid or String")]
    UnsupportedTenantId {
        /// The kind of value.
        kind: String,
    },
    /// The rows of a table cannot be given to another tenant: see
    /// [`Tenancy::reassign`](crate::Tenancy::reassign). Nothing was moved.
    #[error("rows of `{table}` cannot be reassigned to another tenant: {because}")]
    NotReassignable {
        /// The table.
        table: String,
        /// Why not, and what to do instead.
        because: String,
    },
    /// Rows cannot be written as they are: see [`TenantScope::copy_in`](crate::TenantScope::copy_in). None was written.
    #[error("rows cannot be copied into `{table}`: {because}")]
    NotCopied {
        /// The table.
        table: String,
        /// Why not, and what to do instead.
        because: String,
    },
    /// The statement has more or fewer values than placeholders. Nothing was sent.
    #[error("the statement has {expected} placeholders and {found} values")]
    ValueCount {
        /// The number of placeholders in the text.
        expected: usize,
        /// The number of values that the statement has.
        found: usize,
    },
    /// The database type of a value is not known, so that on PostgreSQL the statement could reuse a statement prepared
    /// for values of other types. Nothing was sent.
    #[error(
        "the database type of a value of kind `{kind}` is not known; bind a text or a number, and cast it in the statement"
    )]
    UnknownValue {
        /// The kind of value, without its content.
        kind: String,
    },
    /// A `BigDecimal` has more digits than PostgreSQL's NUMERIC. The driver would leave the value out and bind each
    /// later value one place too early. Nothing was sent.
    #[error(
        "a number has more digits than a NUMERIC holds: 131,072 before the decimal point and 16,383 after it; round it"
    )]
    NumberOutOfRange,
    /// The engine has no type for a value of the statement, and its driver would panic. Nothing was sent.
    #[error(
        "value {position} of the statement is a {kind}, which this engine has no type for; use an i64, or a text"
    )]
    UnsupportedValue {
        /// The position of the value in the caller's values, from 1.
        position: usize,
        /// The kind of value.
        kind: String,
    },
    /// The program's entities and tables contradict each other or cannot be used. Contains all conflicts.
    #[error("the catalogue of tables has conflicts: {}", conflicts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Catalogue {
        /// The conflicts, each about one table.
        conflicts: Vec<CatalogueConflict>,
    },
    /// The name of the setting for row-level security is not two identifiers separated by a dot.
    #[error(
        "`{setting}` is not a valid name of a setting; use two names of letters, digits and underscores with a dot between them, as in `app.tenant_id`"
    )]
    UnusableSetting {
        /// The name.
        setting: String,
    },
    /// A statement or transaction was to run for a set of tenants, and [row-level security](crate::TenantSetting) has a
    /// setting for one tenant only. Nothing was sent.
    #[error(
        "row-level security has a setting for one tenant only, and the scope has {tenants}; make a scope for each tenant"
    )]
    SettingOfManyTenants {
        /// The number of tenants in the set; `all` for a scope of all tenants.
        tenants: String,
    },
    /// A statement was to run outside a transaction, where the setting of [row-level security](crate::TenantSetting)
    /// would be lost before the statement runs. The scope is over a borrowed connection that is in no transaction, or
    /// the setting is [for transactions only](crate::TenantSetting::in_transactions_only). Nothing was sent.
    #[error(
        "a statement outside a transaction cannot set `{setting}` for row-level security; run it in a transaction that begins on the scope: `scope.begin()` or `scope.transaction(…)`"
    )]
    SettingOutsideTransaction {
        /// The setting.
        setting: String,
    },
    /// A stream was to run in a transaction that others may use as well: the setting of [row-level
    /// security](crate::TenantSetting) could not be restored after its last row. Nothing was sent.
    #[error(
        "a stream in a transaction that others may use cannot restore `{setting}` after its last row; begin the transaction with `tenancy.scope(…)?.begin()`, on a tenancy over that connection, or read the rows with `all`"
    )]
    SettingOfStream {
        /// The setting.
        setting: String,
    },
    /// The setting of [row-level security](crate::TenantSetting) was changed while a scoped statement ran in a
    /// transaction that others use as well: by them, or by a function or trigger that the statement called. The
    /// transaction can only be rolled back.
    #[error(
        "`{setting}` was changed while a scoped statement ran, which may have acted for another tenant; roll the transaction back, and await each statement before the next, or begin a transaction for each tenant"
    )]
    SettingChanged {
        /// The setting.
        setting: String,
    },
    /// The connection's database engine is not supported.
    #[error("statements for {backend} cannot be scoped; use SQLite, PostgreSQL, MySQL or MariaDB")]
    Backend {
        /// The engine.
        backend: String,
    },
}

/// A conflict in the catalogue of tables.
///
/// ```
/// use sea_orm::Database;
/// use sea_orm_multitenant::{CatalogueConflict, Conflict, Tenancy, TenancyError, TenantType};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let built = Tenancy::builder()
///     .tenant_table("project", "account_id", TenantType::BigInt)
///     .shared_table("project")
///     .build(Database::connect("sqlite::memory:").await?);
/// let Err(TenancyError::Catalogue { conflicts }) = built else { panic!("one table, two owners") };
/// assert!(matches!(conflicts.as_slice(), [CatalogueConflict::Table(Conflict::Declared { .. })]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueConflict {
    /// Two declarations of one table, a missing tenant column, or an invalid name.
    #[error(transparent)]
    Table(#[from] Conflict),
    /// The tenant column of an entity may be NULL, so that a row could belong to no tenant.
    #[error(
        "{entity}: the tenant column `{column}` of `{table}` is nullable; make it `NOT NULL`, or declare that rows without a tenant are global: `#[tenant(column = \"{column}\", global)]`"
    )]
    NullableTenantColumn {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// The column.
        column: String,
    },
    /// The tenant column of an entity with global rows may not be NULL, so that no row can be global.
    #[error(
        "{entity}: `{table}` has global rows, but its tenant column `{column}` is not nullable; make it nullable, or leave out `global`"
    )]
    RequiredTenantColumn {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// The column.
        column: String,
    },
    /// The tenant column of an entity has a type that cannot hold a tenant id.
    #[error(
        "{entity}: the tenant column `{column}` of `{table}` has type {ty}; use an integer, a UUID or a string"
    )]
    UnsupportedTenantColumn {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        ty: String,
    },
    /// Tenant columns have different types. An id has one type, and where a column of another type is compared with it,
    /// the database converts one of them, which may cost the index or fail for some ids.
    #[error(
        "the tenant column `{column}` of `{table}` has type {ty:?}, and `{other_column}` of `{other_table}` has type {other_ty:?}; give both columns one type"
    )]
    TenantTypes {
        /// The first tenant table of the catalogue.
        table: String,
        /// Its tenant column.
        column: String,
        /// The type of that column.
        ty: TenantType,
        /// A table whose tenant column has another type.
        other_table: String,
        /// Its tenant column.
        other_column: String,
        /// The type of that column.
        other_ty: TenantType,
    },
    /// A relation that was [added](crate::TenancyBuilder::relation) is not between two tables, or the catalogue does
    /// not have the table with the foreign key.
    #[error(
        "the table `{table}`, which has the foreign key of an added relation, is not in the catalogue; derive `TenantModel` on its entity"
    )]
    UnknownRelation {
        /// The table that has the foreign key; empty when it is a subquery.
        table: String,
    },
    /// The primary key of the root entity is not exactly one column.
    #[error(
        "{entity}: the primary key of the root table `{table}` has {columns} columns; it must have one, the tenant's id"
    )]
    RootKey {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// The number of columns in its primary key.
        columns: usize,
    },
}

impl TenancyError {
    /// Returns the tenancy error inside an error of SeaORM, if there is one.
    ///
    /// Print the returned error rather than the [`DbErr`] to users: SeaORM prints a prefix before the message, such
    /// as ``Error converting `statement` into `scoped statement`: ``.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database};
    /// use sea_orm_multitenant::{Refusal, Tenancy, TenancyError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let error = tenancy.scope(42)?.execute_unprepared("DROP TABLE project").await.unwrap_err();
    /// assert!(matches!(
    ///     TenancyError::from_db_err(&error),
    ///     Some(TenancyError::Refused(Refusal::Unsupported { .. }))
    /// ));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_db_err(error: &DbErr) -> Option<&Self> {
        match error {
            DbErr::TryIntoErr { from: _, into: _, source } => source.downcast_ref(),
            _ => None,
        }
    }

    /// The step that failed, as what was to be made into what: the words of [`DbErr::TryIntoErr`], which precede the message.
    fn failed_step(&self) -> (&'static str, &'static str) {
        match self {
            Self::Refused(_)
            | Self::ReadOnly
            | Self::TenantMismatch { .. }
            | Self::TenantNotInSet { .. }
            | Self::ValueCount { .. }
            | Self::UnknownValue { .. }
            | Self::NumberOutOfRange
            | Self::UnsupportedValue { .. }
            | Self::SettingOfManyTenants { .. }
            | Self::SettingOutsideTransaction { .. }
            | Self::SettingOfStream { .. }
            | Self::Backend { .. } => ("statement", "scoped statement"),
            Self::NotReassignable { .. } => ("rows", "rows of another tenant"),
            Self::NotCopied { .. } => ("rows", "rows of the table"),
            Self::ForeignParent { .. }
            | Self::GlobalChild { .. }
            | Self::KeyOfSeveralTenants { .. }
            | Self::SessionNotStrict
            | Self::SettingChanged { .. } => ("scoped statement", "result"),
            Self::NoTenant
            | Self::NotInSet { .. }
            | Self::TenantType { .. }
            | Self::UnsupportedTenantId { .. } => ("tenant id", "scope"),
            Self::Catalogue { .. } | Self::UnusableSetting { .. } => ("declared tables", "tenancy"),
        }
    }
}

impl From<TenancyError> for DbErr {
    /// Wraps the error in [`DbErr::TryIntoErr`], the only variant that carries an error of any type as its source.
    fn from(error: TenancyError) -> Self {
        let (from, into) = error.failed_step();
        Self::TryIntoErr { from, into, source: Arc::new(error) }
    }
}

impl From<std::convert::Infallible> for TenancyError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, TenancyError};
    use sea_orm::DbErr;

    /// SeaORM puts a prefix before the source's message: it must name the step that failed, and the source must stay recognisable.
    #[test]
    fn a_db_err_names_the_failed_step_and_carries_the_error() {
        let parent = TenancyError::ForeignParent {
            table: "task".to_owned(),
            column: "project_id".to_owned(),
            parent: "project".to_owned(),
        };
        for (error, step) in [
            (TenancyError::Refused(Refusal::Empty), "`statement` into `scoped statement`"),
            (parent, "`scoped statement` into `result`"),
            (TenancyError::NoTenant, "`tenant id` into `scope`"),
            (TenancyError::UnusableSetting { setting: "x".to_owned() }, "`declared tables` into `tenancy`"),
        ] {
            let carried = DbErr::from(error.clone());
            assert_eq!(carried.to_string(), format!("Error converting {step}: {error}"));
            assert_eq!(TenancyError::from_db_err(&carried), Some(&error));
        }
    }
}
