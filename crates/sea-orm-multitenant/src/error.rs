//! What can go wrong, as one type that travels through SeaORM's own.

use sea_orm::DbErr;
use sea_orm_multitenant_sql::{Conflict, Refusal, TenantType};
use std::sync::Arc;

/// An error of the tenancy layer.
///
/// SeaORM's methods return [`DbErr`]; [`TenancyError::from_db_err`] finds the `TenancyError` inside it. No variant holds
/// a row of another tenant: a value named in a message is one that the caller gave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The statement cannot be proved to stay within the tenant. Nothing was sent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A row to insert, or an assignment, names another tenant. Nothing was sent.
    #[error(
        "a write to `{table}` names tenant {found} in the scope of tenant {expected}; leave the tenant column unset: the scope fills it"
    )]
    TenantMismatch {
        /// The table that was to be written.
        table: String,
        /// The tenant of the scope.
        expected: String,
        /// The value that the statement has for the tenant column.
        found: String,
    },
    /// A row to insert names a tenant that is not in the scope's set. Nothing was sent.
    #[error(
        "a row to insert into `{table}` is for tenant {found}, which is not one of the scope's: {tenants}"
    )]
    TenantNotInSet {
        /// The table that was to be written.
        table: String,
        /// The tenants of the scope, separated by commas.
        tenants: String,
        /// The value that the statement has for the tenant column.
        found: String,
    },
    /// A value names a row of a parent table that is not among the tenant's own, whether another tenant has such a row
    /// or nobody. The statement has failed as a whole. In a stream of rows the error is the engine's own.
    ///
    /// See [`TenancyBuilder::check_parents`](crate::TenancyBuilder::check_parents).
    #[error(
        "`{column}` of a row for `{table}` names no row of `{parent}` that the tenant has; name one of the tenant's own"
    )]
    ForeignParent {
        /// The table that was to be written.
        table: String,
        /// Its column, or its columns with commas between them.
        column: String,
        /// The parent table.
        parent: String,
    },
    /// In a scope of several tenants, two of them have rows of one key that lacks the tenant, so that code which knows a
    /// row by that key alone would take them for one. The statement has failed as a whole. In a stream of rows the error is
    /// the engine's own.
    ///
    /// Put the tenant column into the primary key and the relations of the entity, or use a scope for each tenant.
    #[error(
        "several tenants of the scope have rows of `{table}` with one key that lacks the tenant; put the tenant column into the entity's primary key and relations, or use a scope for each tenant"
    )]
    KeyOfSeveralTenants {
        /// The table whose rows have one key.
        table: String,
    },
    /// A row was to be inserted for a tenant whose id is a text, and the session of MySQL or MariaDB is not in strict mode: it
    /// would cut an id that does not fit its column to another tenant's. Nothing was written.
    #[error(
        "the session is not in strict mode, in which an id of a tenant is stored as it is or not at all; put STRICT_TRANS_TABLES into its sql_mode"
    )]
    SessionNotStrict,
    /// The tenant's id is absent, as in `TenantId::try_from(Value::BigInt(None))`.
    #[error("there is no tenant; a scope needs the id of exactly one")]
    NoTenant,
    /// The tenant's id cannot be a value of a tenant column's type: a text for an integer column, or an integer out of
    /// its range.
    #[error(
        "the tenant {tenant} cannot be a value of a tenant column of type {ty:?}; use the type of the column"
    )]
    TenantType {
        /// The tenant.
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
    /// The statement has another number of values than its text has places for. Nothing was sent.
    #[error("the statement has places for {expected} values and brings {found}")]
    ValueCount {
        /// Places in the text.
        expected: usize,
        /// Values of the statement.
        found: usize,
    },
    /// The type as which a value is bound is not known, so that its statement could share a prepared one with values of other types, on
    /// PostgreSQL. Nothing was sent.
    #[error(
        "a value of the kind `{kind}` is bound as a type that is not known here; bind a text or a number, and cast it in the statement"
    )]
    UnknownValue {
        /// The kind of value, without what it holds.
        kind: String,
    },
    /// A `BigDecimal` has more digits than PostgreSQL's NUMERIC. The driver would leave it out, and bind each later value in the place
    /// before its own. Nothing was sent.
    #[error(
        "a number has more digits than a NUMERIC: 131,072 before its point and 16,383 behind it; round it"
    )]
    NumberOutOfRange,
    /// A value of the statement is one that the engine has no type for, and at which its driver panics. Nothing was sent.
    #[error(
        "value {position} of the statement is a {kind}, which this engine cannot hold; use an i64, or a text"
    )]
    UnsupportedValue {
        /// Which of the caller's values, from 1.
        position: usize,
        /// The kind of value.
        kind: String,
    },
    /// The entities and tables of the program contradict each other or cannot be used; all findings together.
    #[error("the catalogue of tables has conflicts: {}", conflicts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Catalogue {
        /// What was found, each about one table.
        conflicts: Vec<CatalogueConflict>,
    },
    /// The name of the setting for row-level security is not two names with a point between them.
    #[error(
        "`{setting}` cannot be the setting that says the tenant; use two names of letters, digits and underscores, as in `app.tenant_id`"
    )]
    UnusableSetting {
        /// The name.
        setting: String,
    },
    /// A statement or transaction was to run for a set of tenants, and [row-level security](crate::TenantSetting) knows one
    /// tenant. Nothing was sent.
    #[error(
        "a scope of {tenants} tenants cannot tell row-level security whose its statements are; make a scope for each tenant"
    )]
    SettingOfManyTenants {
        /// How many tenants the set has.
        tenants: usize,
    },
    /// A statement was to run outside a transaction, where it cannot say its tenant to
    /// [row-level security](crate::TenantSetting): what is set there is gone before the next statement, or that one runs on
    /// another connection. It was not sent.
    #[error(
        "a statement outside a transaction cannot say its tenant to row-level security by `{setting}`; run it in a transaction that begins on the scope: `scope.begin()` or `scope.transaction(…)`"
    )]
    SettingOutsideTransaction {
        /// The setting.
        setting: String,
    },
    /// A stream was to run in a transaction that others may use as well: behind its last row
    /// [row-level security](crate::TenantSetting)'s setting could not be put back. It was not sent.
    #[error(
        "a stream in a transaction that others may use cannot put `{setting}` back at its end; begin the transaction by `tenancy.scope(…)?.begin()`, on a tenancy over that connection, or read the rows by `all`"
    )]
    SettingOfStream {
        /// The setting.
        setting: String,
    },
    /// [Row-level security](crate::TenantSetting)'s setting was changed while a scoped statement ran in a transaction that others
    /// use as well: by them, or by a function or trigger of the statement's. The transaction can only be rolled back.
    #[error(
        "`{setting}` was changed while a scoped statement ran, so that it may have acted for another tenant, and its transaction can only be rolled back; await one statement before the next, or begin a transaction for each tenant"
    )]
    SettingTaken {
        /// The setting.
        setting: String,
    },
    /// The connection is of a database engine that cannot be scoped.
    #[error("statements for {backend} cannot be scoped; use SQLite, PostgreSQL, MySQL or MariaDB")]
    Backend {
        /// The engine.
        backend: String,
    },
}

/// One finding about the catalogue of tables.
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
    /// Two declarations of one table, a missing tenant column, or an unusable name.
    #[error(transparent)]
    Table(#[from] Conflict),
    /// The tenant column of an entity may be NULL, so that a row could belong to nobody.
    #[error("{entity}: the tenant column `{column}` of `{table}` is nullable; make it `NOT NULL`")]
    NullableTenantColumn {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// The column.
        column: String,
    },
    /// The tenant column of an entity has a type that cannot hold a tenant's id.
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
    /// A relation that was [added](crate::TenancyBuilder::relation) is not between two tables, of which the catalogue has
    /// the one with the foreign key.
    #[error(
        "the relation of `{table}` is of no table in the catalogue; derive `TenantModel` on the entity that has the foreign key"
    )]
    UnknownRelation {
        /// The table that has the foreign key; empty when it is a query.
        table: String,
    },
    /// The root entity has no primary key of exactly one column.
    #[error(
        "{entity}: the root table `{table}` has a primary key of {columns} columns; the tenant's id must be the only one"
    )]
    RootKey {
        /// Path of the entity.
        entity: String,
        /// Its table.
        table: String,
        /// How many columns its primary key has.
        columns: usize,
    },
}

impl TenancyError {
    /// The tenancy error inside an error of SeaORM, if it is one.
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
}

impl From<TenancyError> for DbErr {
    /// Wraps the error in the one variant of [`DbErr`] that carries any error as its source.
    fn from(error: TenancyError) -> Self {
        Self::TryIntoErr { from: "statement", into: "statement of one tenant", source: Arc::new(error) }
    }
}

impl From<std::convert::Infallible> for TenancyError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
