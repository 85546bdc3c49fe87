//! The scope of a tenant over a connection.

mod connection;
pub(crate) mod copy_in;
mod inherent;
#[cfg(feature = "rbac")]
pub(crate) mod restricted;
mod setting;
pub(crate) mod setting_mode;
mod stream;
pub(crate) mod transaction;

use crate::{
    error::TenancyError,
    scope::setting_mode::SettingMode,
    statement::{Shared, inserts, scoped_statement},
    tenant_id::{BoundTenant, TenantId},
    tenant_set::{BoundTenants, TenantSet},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use std::{fmt, sync::Arc};

/// A connection or transaction that sees and changes the rows of one tenant.
///
/// It implements SeaORM's `ConnectionTrait`, `StreamTrait` and `TransactionTrait`, and around a transaction
/// `TransactionSession`, so that it works wherever SeaORM takes a connection. Every statement is scoped or refused
/// before it is sent. Its transactions and streams have the same tenant.
///
/// Made by [`Tenancy::scope`](crate::Tenancy::scope), and for a [`TenantSet`] by
/// [`Tenancy::scope_many`](crate::Tenancy::scope_many). A scope of a set has a different type, so that it cannot be
/// passed where the scope of one tenant is expected. A scope gives no access to the connection inside it.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database, TransactionSession, TransactionTrait};
/// use sea_orm_multitenant::{Tenancy, TenantType};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
///
/// let transaction = tenancy.scope(1)?.begin().await?; // a scope of tenant 1 too
/// transaction.execute_unprepared("INSERT INTO project (name) VALUES ('Apollo')").await?;
/// transaction.commit().await?;
///
/// let deleted = tenancy.scope(2)?.execute_unprepared("DELETE FROM project").await?;
/// assert_eq!(deleted.rows_affected(), 0);
/// # Ok(())
/// # }
/// ```
pub struct TenantScope<C, T = TenantId> {
    connection: C,
    context: Arc<Context<T>>,
    mode: SettingMode,
}

/// What a scope passes on to its transactions.
#[derive(Clone)]
struct Context<T> {
    shared: Arc<Shared>,
    tenants: T,
    bound: BoundTenants,
    /// The tenant that inserted rows get, in a scope of a set.
    inserting: Option<BoundTenants>,
}

impl<C> TenantScope<C> {
    /// Returns the tenant of this scope.
    pub fn tenant(&self) -> &TenantId {
        &self.context.tenants
    }
}

impl<C> TenantScope<C, TenantSet> {
    /// Returns the tenants of this scope.
    pub fn tenants(&self) -> &TenantSet {
        &self.context.tenants
    }

    /// Lets the scope of [all tenants](crate::Tenancy::scope_all) write and lock rows. Any other scope of a set may do so
    /// already.
    ///
    /// An inserted row must name its tenant, as in any set.
    #[must_use]
    pub fn writable(self) -> Self {
        let mut context = self.context.as_ref().clone();
        if let BoundTenants::All { writable } = &mut context.bound {
            *writable = true;
        }
        Self { context: Arc::new(context), ..self }
    }

    /// Gives inserted rows to one tenant of the set, so that they need not name it.
    ///
    /// Each INSERT is then a statement of that tenant alone: what it selects, the rows that its foreign keys
    /// reference, and the row that an upsert changes are that tenant's. A row that names another tenant is refused with
    /// [`TenancyError::TenantMismatch`]. Every other statement stays one of the whole set. So a parent account
    /// that sees its children's rows is a scope of all of them that inserts as the parent.
    ///
    /// # Errors
    /// [`TenancyError::NotInSet`] for a tenant that is not in the set, and as
    /// [`Tenancy::scope`](crate::Tenancy::scope) for its id.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, Statement};
    /// use sea_orm_multitenant::{Tenancy, TenancyError, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
    /// db.execute_unprepared("INSERT INTO project VALUES (2, 'Gemini'), (3, 'Skylab')").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    ///
    /// let family = tenancy.scope_many([1, 2])?.inserting_as(1)?;
    /// family.execute_unprepared("INSERT INTO project (name) VALUES ('Apollo')").await?;
    /// let read = Statement::from_string(family.get_database_backend(), "SELECT name FROM project");
    /// assert_eq!(family.query_all_raw(read).await?.len(), 2);
    /// assert!(matches!(tenancy.scope_many([1, 2])?.inserting_as(3), Err(TenancyError::NotInSet { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn inserting_as<I>(self, tenant: I) -> Result<Self, TenancyError>
    where
        I: TryInto<TenantId>,
        TenancyError: From<I::Error>,
    {
        let mut context = self.context.as_ref().clone();
        let id: TenantId = tenant.try_into()?;
        if !context.tenants.contains(&id) {
            return Err(TenancyError::NotInSet {
                tenant: id.to_string(),
                tenants: context.bound.to_string(),
            });
        }
        context.inserting = Some(BoundTenants::One(BoundTenant::new(id, &context.shared.tenant_types)?));
        Ok(Self { context: Arc::new(context), ..self })
    }
}

impl<C, T> TenantScope<C, T> {
    #[inline]
    pub(crate) fn new(
        connection: C,
        mode: SettingMode,
        shared: Arc<Shared>,
        tenants: T,
        bound: BoundTenants,
    ) -> Self {
        Self { connection, context: Arc::new(Context { shared, tenants, bound, inserting: None }), mode }
    }

    /// Makes a scope of the same tenant over another connection.
    fn over<D>(&self, connection: D, mode: SettingMode) -> TenantScope<D, T> {
        TenantScope { connection, context: Arc::clone(&self.context), mode }
    }
}

impl<C: ConnectionTrait, T> TenantScope<C, T> {
    /// Returns the statement that would be sent for `statement`, for logs and tests. Nothing is sent.
    ///
    /// On PostgreSQL its text ends with the types of its values, as in `/*lt*/`: drivers cache prepared statements by
    /// their texts.
    ///
    /// # Errors
    /// [`TenancyError::Refused`], [`TenancyError::TenantMismatch`], [`TenancyError::TenantNotInSet`],
    /// [`TenancyError::ValueCount`], [`TenancyError::UnknownValue`] or [`TenancyError::NumberOutOfRange`], as when the
    /// statement is run.
    ///
    /// ```
    /// use sea_orm::{Database, DbBackend, Statement};
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "SELECT name FROM project WHERE id = ?", [7.into()]);
    /// let scoped = tenancy.scope(42)?.rewrite(statement)?;
    /// assert_eq!(scoped.sql, "SELECT `name` FROM `project` WHERE `project`.`account_id` = ? AND (`id` = ?)");
    /// assert_eq!(scoped.values.map(|values| values.0), Some(vec![42_i64.into(), 7.into()]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn rewrite(&self, statement: Statement) -> Result<Statement, TenancyError> {
        let Context { shared, tenants: _, bound, inserting } = self.context.as_ref();
        let backend = self.connection.get_database_backend();
        let tenants = match inserting {
            Some(inserting) if bound.may_write() && inserts(shared, backend, &statement.sql) => inserting,
            _ => bound,
        };
        scoped_statement(shared, tenants, backend, statement)
    }

    /// Converts the error of a statement that was sent to the tenancy's error, where one of its checks has failed.
    fn typed(&self, error: DbErr) -> DbErr {
        if let DbErr::RbacError(_) = error {
            // A `RestrictedConnection` refuses all text, and a scope sends nothing else.
            let hint = "a scope over a RestrictedConnection can run nothing: make the scope over the plain connection, and \
                        restrict it with TenantScope::restricted_by (feature `rbac`)";
            return DbErr::RbacError(hint.to_owned());
        }
        let (catalogue, message) = (self.context.shared.catalogue(), error.to_string());
        if let Some((table, key)) = catalogue.failed_foreign_key(&message) {
            return DbErr::from(TenancyError::ForeignParent {
                table: table.qualified_name(),
                column: key.columns().join(", "),
                parent: key.parent(),
            });
        }
        if let Some((table, key)) = catalogue.failed_global_reference(&message) {
            return DbErr::from(TenancyError::GlobalChild {
                table: table.qualified_name(),
                column: key.columns().join(", "),
                parent: key.parent(),
            });
        }
        if sea_orm_multitenant_sql::failed_strictness(&message) {
            return DbErr::from(TenancyError::SessionNotStrict);
        }
        match catalogue.failed_shared_key(&message) {
            Some(table) => DbErr::from(TenancyError::KeyOfSeveralTenants { table: table.qualified_name() }),
            None => error,
        }
    }

    /// As [`rewrite`](Self::rewrite), with the error as a `DbErr`.
    fn scoped(&self, statement: Statement) -> Result<Statement, DbErr> {
        self.rewrite(statement).map_err(DbErr::from)
    }
}

impl<C: Clone, T> Clone for TenantScope<C, T> {
    fn clone(&self) -> Self {
        self.over(self.connection.clone(), self.mode.clone())
    }
}

impl<C, T: fmt::Debug> fmt::Debug for TenantScope<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantScope").field("tenant", &self.context.tenants).finish_non_exhaustive()
    }
}
