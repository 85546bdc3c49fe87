//! A scope's transactions are scopes of the same tenant.

use crate::scope::TenantScope;
use sea_orm::{
    AccessMode, ConnectionTrait, DbErr, IsolationLevel, TransactionError, TransactionOptions,
    TransactionSession, TransactionTrait,
};
use std::{
    fmt::{Debug, Display},
    pin::Pin,
};

#[async_trait::async_trait]
impl<C, N> TransactionTrait for TenantScope<C, N>
where
    C: ConnectionTrait + TransactionTrait + Send,
    N: Send + Sync,
{
    type Transaction = TenantScope<C::Transaction, N>;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        let _locked = self.mode.lock().await;
        self.may_begin()?;
        self.within(self.connection.begin().await?).await
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        let _locked = self.mode.lock().await;
        self.may_begin()?;
        self.within(self.connection.begin_with_config(isolation_level, access_mode).await?).await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        let _locked = self.mode.lock().await;
        self.may_begin()?;
        self.within(self.connection.begin_with_options(options).await?).await
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        run(self.begin().await, callback).await
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
        E: Display + Debug + Send,
    {
        run(self.begin_with_config(isolation_level, access_mode).await, callback).await
    }
}

impl<C, N> TenantScope<C, N>
where
    C: ConnectionTrait + TransactionTrait + Send,
    N: Send + Sync,
{
    /// Runs an async closure in a transaction of this tenant: committed on `Ok`, rolled back on `Err` and on drop.
    ///
    /// # Errors
    /// [`TransactionError::Transaction`] with the closure's error, [`TransactionError::Connection`] when the
    /// transaction could not begin or end.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, DbErr};
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// let inserted = tenancy
    ///     .scope(1)?
    ///     .transaction_async(async |scope| {
    ///         let done = scope.execute_unprepared("INSERT INTO project (name) VALUES ('Apollo')").await?;
    ///         Ok::<_, DbErr>(done.rows_affected())
    ///     })
    ///     .await?;
    /// assert_eq!(inserted, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn transaction_async<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c TenantScope<C::Transaction, N>) -> Result<T, E> + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        let transaction = self.begin().await.map_err(TransactionError::Connection)?;
        let outcome = callback(&transaction).await;
        end(transaction, outcome).await
    }

    /// As [`transaction_async`](Self::transaction_async), with an isolation level and an access mode.
    ///
    /// # Errors
    /// As [`transaction_async`](Self::transaction_async).
    pub async fn transaction_with_config_async<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c TenantScope<C::Transaction, N>) -> Result<T, E> + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        let transaction = self
            .begin_with_config(isolation_level, access_mode)
            .await
            .map_err(TransactionError::Connection)?;
        let outcome = callback(&transaction).await;
        end(transaction, outcome).await
    }
}

/// Runs a callback in a transaction that has begun, and ends it.
pub(crate) async fn run<X, F, T, E>(begun: Result<X, DbErr>, callback: F) -> Result<T, TransactionError<E>>
where
    X: TransactionSession,
    F: for<'c> FnOnce(&'c X) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>,
{
    let transaction = begun.map_err(TransactionError::Connection)?;
    let outcome = callback(&transaction).await;
    end(transaction, outcome).await
}

/// Commits on `Ok`, rolls back on `Err`.
async fn end<X: TransactionSession, T, E>(
    transaction: X,
    outcome: Result<T, E>,
) -> Result<T, TransactionError<E>> {
    let ended = if outcome.is_ok() { transaction.commit().await } else { transaction.rollback().await };
    match (outcome, ended) {
        (Ok(value), Ok(())) => Ok(value),
        (Err(error), Ok(())) => Err(TransactionError::Transaction(error)),
        (_, Err(error)) => Err(TransactionError::Connection(error)),
    }
}

#[async_trait::async_trait]
impl<C: TransactionSession + Send, N: Send + Sync> TransactionSession for TenantScope<C, N> {
    async fn commit(self) -> Result<(), DbErr> {
        let Self { connection, context: _, mode } = self;
        let _locked = mode.lock().await;
        connection.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        let Self { connection, context: _, mode } = self;
        let _locked = mode.lock().await;
        connection.rollback().await
    }
}
