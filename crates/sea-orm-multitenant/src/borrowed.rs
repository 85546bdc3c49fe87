//! A borrowed connection or transaction.

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, Statement, StreamTrait, TransactionError, TransactionOptions, TransactionTrait,
};
use std::{fmt, pin::Pin};

/// A borrowed connection or transaction that implements SeaORM's connection traits.
///
/// SeaORM implements its traits for connections, not for references to them. A [`TenantScope`](crate::TenantScope) over
/// a connection that the caller keeps is therefore a scope over a `Borrowed`. See
/// [`Tenancy::scope_on`](crate::Tenancy::scope_on).
///
/// ```
/// use sea_orm::{ConnectionTrait, Database, DatabaseTransaction, DbErr, TransactionTrait};
/// use sea_orm_multitenant::{Borrowed, Tenancy, TenantScope};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// async fn one(scope: TenantScope<Borrowed<'_, DatabaseTransaction>>) -> Result<i32, DbErr> {
///     let statement = sea_orm::Statement::from_string(scope.get_database_backend(), "SELECT 1 AS one");
///     scope.query_one_raw(statement).await?.map_or(Ok(0), |row| row.try_get("", "one"))
/// }
/// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
/// let transaction = tenancy.unscoped("a transaction of several tenants").begin().await?;
/// assert_eq!(one(tenancy.scope_on(&transaction, 1)?).await?, 1);
/// # Ok(())
/// # }
/// ```
pub struct Borrowed<'a, C>(&'a C);

impl<'a, C> Borrowed<'a, C> {
    /// Borrows `connection`.
    pub(crate) fn new(connection: &'a C) -> Self {
        Self(connection)
    }
}

impl Borrowed<'_, DatabaseConnection> {
    /// Returns the connection.
    pub(crate) fn connection(&self) -> &DatabaseConnection {
        self.0
    }

    /// Checks that the database answers.
    pub(crate) async fn ping(&self) -> Result<(), DbErr> {
        self.0.ping().await
    }
}

impl<C> Clone for Borrowed<'_, C> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<C> fmt::Debug for Borrowed<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Borrowed").finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Borrowed<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(stmt).await
    }

    fn support_returning(&self) -> bool {
        self.0.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.0.is_mock_connection()
    }
}

impl<C: StreamTrait> StreamTrait for Borrowed<'_, C> {
    type Stream<'b>
        = C::Stream<'b>
    where
        Self: 'b;

    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    fn stream_raw<'b>(
        &'b self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'b>, DbErr>> + 'b + Send>> {
        self.0.stream_raw(stmt)
    }
}

#[async_trait::async_trait]
impl<C: TransactionTrait> TransactionTrait for Borrowed<'_, C> {
    type Transaction = C::Transaction;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        self.0.begin().await
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        self.0.begin_with_config(isolation_level, access_mode).await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        self.0.begin_with_options(options).await
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        self.0.transaction(callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        self.0.transaction_with_config(callback, isolation_level, access_mode).await
    }
}
