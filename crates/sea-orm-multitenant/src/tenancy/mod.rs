//! The tenancy of a program: its catalogue, its connection, its statement cache.

pub(crate) mod builder;

use crate::{
    borrowed::Borrowed,
    error::TenancyError,
    scope::{TenantScope, setting_mode::SettingMode},
    statement::Shared,
    tenant_id::{BoundTenant, TenantId},
    tenant_set::{BoundTenants, TenantSet},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use sea_orm_multitenant_sql::Catalogue;
use std::sync::Arc;

/// The catalogue of tables and the connection to their database. Makes the scopes.
///
/// Cheap to clone; all clones share one catalogue, one connection pool and one statement cache.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database, EntityTrait};
/// use sea_orm_multitenant::prelude::*;
///
/// mod note {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "note")]
///     #[tenant(column = "account_id")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub account_id: i64,
///         pub text: String,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
/// tenancy
///     .unscoped("create the tables")
///     .execute_unprepared("CREATE TABLE note (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, text TEXT NOT NULL)")
///     .await?;
///
/// let (acme, zeta) = (tenancy.scope(1)?, tenancy.scope(2)?);
/// note::ActiveModel::builder().set_text("hello").insert(&acme).await?;
/// assert_eq!(note::Entity::find().all(&acme).await?.len(), 1);
/// assert_eq!(note::Entity::find().all(&zeta).await?.len(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tenancy {
    connection: DatabaseConnection,
    shared: Arc<Shared>,
}

impl Tenancy {
    /// Makes the scope of one tenant over this tenancy's connection pool.
    ///
    /// # Errors
    /// [`TenancyError::NoTenant`] and [`TenancyError::UnsupportedTenantId`] when `tenant` is a value that identifies no
    /// tenant; [`TenancyError::TenantType`] when it does not fit the type of the catalogue's tenant columns.
    ///
    /// ```
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::{Tenancy, TenancyError, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// assert_eq!(tenancy.scope(42)?.tenant().to_string(), "42");
    /// assert!(matches!(tenancy.scope("acme"), Err(TenancyError::TenantType { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope<T>(&self, tenant: T) -> Result<TenantScope<DatabaseConnection>, TenancyError>
    where
        T: TryInto<TenantId>,
        TenancyError: From<T::Error>,
    {
        self.scope_with(self.connection.clone(), self.shared.for_pool(&self.connection), tenant)
    }

    /// Makes the scope of one tenant over a connection or transaction that the caller keeps.
    ///
    /// With [row-level security](crate::TenancyBuilder::row_level_security) each statement sets the tenant and restores
    /// what was set before.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, TransactionTrait};
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    ///
    /// let transaction = tenancy.unscoped("move a row between two tenants").begin().await?;
    /// let deleted = tenancy.scope_on(&transaction, 1)?.execute_unprepared("DELETE FROM project").await?;
    /// tenancy.scope_on(&transaction, 2)?.execute_unprepared("INSERT INTO project (name) VALUES ('moved')").await?;
    /// transaction.commit().await?;
    /// assert_eq!(deleted.rows_affected(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope_on<'a, C, T>(
        &self,
        connection: &'a C,
        tenant: T,
    ) -> Result<TenantScope<Borrowed<'a, C>>, TenancyError>
    where
        C: ConnectionTrait,
        T: TryInto<TenantId>,
        TenancyError: From<T::Error>,
    {
        self.scope_with(Borrowed::new(connection), self.shared.for_borrowed(connection), tenant)
    }

    /// Makes the scope of one tenant over a connection or transaction, which it takes ownership of.
    ///
    /// # Errors
    /// As [`scope`](Self::scope).
    pub fn scope_owned<C, T>(&self, connection: C, tenant: T) -> Result<TenantScope<C>, TenancyError>
    where
        C: ConnectionTrait,
        T: TryInto<TenantId>,
        TenancyError: From<T::Error>,
    {
        self.scope_with(connection, self.shared.for_owned(), tenant)
    }

    fn scope_with<C, T>(
        &self,
        connection: C,
        mode: SettingMode,
        tenant: T,
    ) -> Result<TenantScope<C>, TenancyError>
    where
        T: TryInto<TenantId>,
        TenancyError: From<T::Error>,
    {
        let id = tenant.try_into()?;
        let bound = BoundTenants::One(BoundTenant::new(id.clone(), &self.shared.tenant_types)?);
        Ok(TenantScope::new(connection, mode, Arc::clone(&self.shared), id, bound))
    }

    /// Makes the scope of a set of at most 1,000 tenants over this tenancy's connection pool.
    ///
    /// It sees the rows of all tenants of the set, but never combines rows of different tenants: joined tables must
    /// have equal tenants, and so must a subquery and the row around it; what cannot be expressed in SQL is refused.
    /// Each inserted row must name its tenant. A scope of no tenants sees nothing. SeaORM identifies rows by their
    /// primary key, and relates them by the columns of a relation: where these lack the tenant column, and two tenants
    /// of the set have rows with the same key, a statement fails with [`TenancyError::KeyOfSeveralTenants`].
    ///
    /// # Errors
    /// As [`scope`](Self::scope), for each of the tenants; [`TenancyError::Refused`] for more than 1,000.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, Statement};
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// let both = tenancy.scope_many([1, 2])?;
    /// both.execute_unprepared("INSERT INTO project (account_id, name) VALUES (1, 'Apollo'), (2, 'Gemini')").await?;
    ///
    /// let pairs = "SELECT a.name FROM project AS a JOIN project AS b ON TRUE";
    /// let pairs = both.query_all_raw(Statement::from_string(both.get_database_backend(), pairs)).await?;
    /// assert_eq!(pairs.len(), 2); // each project with itself, not with another tenant's
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope_many<I>(
        &self,
        tenants: I,
    ) -> Result<TenantScope<DatabaseConnection, TenantSet>, TenancyError>
    where
        I: IntoIterator<Item: TryInto<TenantId>>,
        TenancyError: From<<I::Item as TryInto<TenantId>>::Error>,
    {
        self.scope_many_with(self.connection.clone(), self.shared.for_pool(&self.connection), tenants)
    }

    /// Makes the scope of a set of tenants over a connection or transaction that the caller keeps.
    ///
    /// # Errors
    /// As [`scope_many`](Self::scope_many).
    pub fn scope_many_on<'a, C, I>(
        &self,
        connection: &'a C,
        tenants: I,
    ) -> Result<TenantScope<Borrowed<'a, C>, TenantSet>, TenancyError>
    where
        C: ConnectionTrait,
        I: IntoIterator<Item: TryInto<TenantId>>,
        TenancyError: From<<I::Item as TryInto<TenantId>>::Error>,
    {
        self.scope_many_with(Borrowed::new(connection), self.shared.for_borrowed(connection), tenants)
    }

    /// Makes the scope of a set of tenants over a connection or transaction, which it takes ownership of.
    ///
    /// # Errors
    /// As [`scope_many`](Self::scope_many).
    pub fn scope_many_owned<C, I>(
        &self,
        connection: C,
        tenants: I,
    ) -> Result<TenantScope<C, TenantSet>, TenancyError>
    where
        C: ConnectionTrait,
        I: IntoIterator<Item: TryInto<TenantId>>,
        TenancyError: From<<I::Item as TryInto<TenantId>>::Error>,
    {
        self.scope_many_with(connection, self.shared.for_owned(), tenants)
    }

    fn scope_many_with<C, I>(
        &self,
        connection: C,
        mode: SettingMode,
        tenants: I,
    ) -> Result<TenantScope<C, TenantSet>, TenancyError>
    where
        I: IntoIterator<Item: TryInto<TenantId>>,
        TenancyError: From<<I::Item as TryInto<TenantId>>::Error>,
    {
        let ids = tenants.into_iter().map(|tenant| tenant.try_into().map_err(TenancyError::from));
        let set = TenantSet::new(ids)?;
        let bound = BoundTenants::of_set(&set, &self.shared.tenant_types)?;
        Ok(TenantScope::new(connection, mode, Arc::clone(&self.shared), set, bound))
    }

    /// Makes the scope of all tenants over this tenancy's connection pool, for reports and administration. Logged at
    /// `warn` with the reason, as [`unscoped`](Self::unscoped) is.
    ///
    /// It sees the rows of every tenant and never combines rows of different tenants, as a scope of a
    /// [set](Self::scope_many) does, and has the same type. It only reads: a statement that writes or locks rows is
    /// refused with [`TenancyError::ReadOnly`], unless [`writable`](TenantScope::writable) allows it. On PostgreSQL
    /// with [row-level security](crate::TenancyBuilder::row_level_security) every statement is refused, since its
    /// setting names one tenant.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, Statement};
    /// use sea_orm_multitenant::{Tenancy, TenancyError, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE purchase (account_id BIGINT NOT NULL, id INTEGER)").await?;
    /// db.execute_unprepared("CREATE TABLE item (account_id BIGINT NOT NULL, purchase_id INTEGER)").await?;
    /// db.execute_unprepared("INSERT INTO purchase VALUES (1, 7), (2, 7)").await?;
    /// db.execute_unprepared("INSERT INTO item VALUES (1, 7), (2, 7)").await?;
    /// let tenancy = Tenancy::builder()
    ///     .tenant_table("purchase", "account_id", TenantType::BigInt)
    ///     .tenant_table("item", "account_id", TenantType::BigInt)
    ///     .build(db)?;
    ///
    /// let all = tenancy.scope_all("the monthly report");
    /// let pairs = "SELECT item.purchase_id FROM item JOIN purchase ON purchase.id = item.purchase_id";
    /// let pairs = Statement::from_string(all.get_database_backend(), pairs);
    /// assert_eq!(all.query_all_raw(pairs).await?.len(), 2); // not four: each item has its own tenant's purchase
    /// let error = all.execute_unprepared("DELETE FROM item").await.unwrap_err();
    /// assert_eq!(TenancyError::from_db_err(&error), Some(&TenancyError::ReadOnly));
    /// assert_eq!(all.writable().execute_unprepared("DELETE FROM item").await?.rows_affected(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn scope_all(&self, reason: &str) -> TenantScope<DatabaseConnection, TenantSet> {
        let caller = std::panic::Location::caller();
        tracing::warn!(target: "sea_orm_multitenant", reason, %caller, "a scope of all tenants");
        let (connection, mode) = (self.connection.clone(), self.shared.for_pool(&self.connection));
        let bound = BoundTenants::All { writable: false };
        TenantScope::new(connection, mode, Arc::clone(&self.shared), TenantSet::all(), bound)
    }

    /// Whether both are clones of one tenancy, and so share their catalogue, connection pool and statement cache.
    ///
    /// ```
    /// use sea_orm::Database;
    /// use sea_orm_multitenant::Tenancy;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::new(db.clone())?;
    /// assert!(tenancy.is_clone_of(&tenancy.clone()));
    /// assert!(!tenancy.is_clone_of(&Tenancy::new(db)?));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Returns the connection itself, which reaches the rows of all tenants. Logged at `warn` with the reason.
    ///
    /// For work that belongs to no single tenant: migrations, creating a tenant, reports over all tenants.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database};
    /// use sea_orm_multitenant::Tenancy;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let done = tenancy.unscoped("create the tables").execute_unprepared("CREATE TABLE t (id INTEGER)").await?;
    /// assert_eq!(done.rows_affected(), 0);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn unscoped(&self, reason: &str) -> &DatabaseConnection {
        let caller = std::panic::Location::caller();
        tracing::warn!(target: "sea_orm_multitenant", reason, %caller, "unscoped access to the rows of all tenants");
        &self.connection
    }

    /// What all scopes of this tenancy share.
    #[cfg(feature = "observed")]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Returns the catalogue: every table that a scope can reach.
    pub fn catalogue(&self) -> &Catalogue {
        &self.shared.catalogue
    }

    /// Returns the connection pool, for what this crate itself sends for no tenant.
    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Returns the database backend of the pool.
    pub(crate) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Whether the tenancy has a setting for row-level security.
    pub(crate) fn has_setting(&self) -> bool {
        self.shared.setting().is_some()
    }

    /// Returns the number of cached statements, for metrics: see
    /// [`statement_cache_capacity`](crate::TenancyBuilder::statement_cache_capacity).
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database};
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL)").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// for tenant in [1, 2] {
    ///     tenancy.scope(tenant)?.execute_unprepared("DELETE FROM project").await?;
    /// }
    /// assert_eq!(tenancy.cached_statements(), 1); // all tenants share it
    /// # Ok(())
    /// # }
    /// ```
    pub fn cached_statements(&self) -> usize {
        self.shared.statements.len()
    }
}
