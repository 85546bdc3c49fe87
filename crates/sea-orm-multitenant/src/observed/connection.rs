//! A connection that runs statements as they are.

use crate::{
    error::TenancyError,
    observed::{comparison::Comparison, observer::Observer},
    scope::transaction::run,
    tenant_id::TenantId,
    tenant_set::BoundTenants,
};
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult, Statement,
    StatementBuilder, StreamTrait, TransactionError, TransactionOptions, TransactionSession,
    TransactionTrait,
};
use std::{
    fmt::{self, Debug, Display},
    pin::Pin,
    sync::Arc,
};

/// A connection or transaction that runs each statement as it is, and records what a scope would have made of it.
///
/// **It isolates nothing**, and is no [`TenantScope`](crate::TenantScope). Made by [`Observer::over`]; see
/// [`observed`](crate::observed). Results and errors are those of the connection inside it. Its transactions are
/// observed too.
pub struct ObservedConnection<C> {
    connection: C,
    context: Arc<Context>,
}

/// What a connection passes on to its transactions.
struct Context {
    observer: Observer,
    tenant: TenantId,
    bound: BoundTenants,
}

impl Observer {
    /// Makes a connection that runs statements as they are, and records what a scope of `tenant` would have made of them.
    ///
    /// # Errors
    /// As [`Tenancy::scope`](crate::Tenancy::scope).
    pub fn over<C, T>(&self, connection: C, tenant: T) -> Result<ObservedConnection<C>, TenancyError>
    where
        C: ConnectionTrait,
        T: TryInto<TenantId>,
        TenancyError: From<T::Error>,
    {
        let id = tenant.try_into()?;
        let bound = self.bound(&id)?;
        Ok(ObservedConnection::new(connection, self.clone(), id, bound))
    }
}

impl<C> ObservedConnection<C> {
    fn new(connection: C, observer: Observer, tenant: TenantId, bound: BoundTenants) -> Self {
        Self { connection, context: Arc::new(Context { observer, tenant, bound }) }
    }

    /// Returns the tenant whose scope the statements are judged by.
    pub fn tenant(&self) -> &TenantId {
        &self.context.tenant
    }

    /// The same for another connection.
    fn over<D>(&self, connection: D) -> ObservedConnection<D> {
        ObservedConnection { connection, context: Arc::clone(&self.context) }
    }

    fn observe(&self, statement: &Statement) -> Option<Comparison> {
        self.context.observer.observe(&self.context.bound, statement)
    }

    /// Begins the comparison of a read that has succeeded.
    fn compare<T>(&self, comparison: Option<Comparison>, result: &Result<T, DbErr>) {
        if let (Some(comparison), Ok(_)) = (comparison, result) {
            self.context.observer.start(comparison);
        }
    }
}

impl<C: Clone> Clone for ObservedConnection<C> {
    fn clone(&self) -> Self {
        self.over(self.connection.clone())
    }
}

impl<C> Debug for ObservedConnection<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObservedConnection").field("tenant", &self.context.tenant).finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait + Send> ConnectionTrait for ObservedConnection<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.observe(&stmt);
        self.connection.execute_raw(stmt).await
    }

    // The builders' methods are passed on as they are: a connection may treat them otherwise than raw statements.
    async fn execute<S: StatementBuilder>(&self, stmt: &S) -> Result<ExecResult, DbErr> {
        self.observe(&self.get_database_backend().build(stmt));
        self.connection.execute(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.observe(&Statement::from_string(self.get_database_backend(), sql));
        self.connection.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let comparison = self.observe(&stmt);
        let result = self.connection.query_one_raw(stmt).await;
        self.compare(comparison, &result);
        result
    }

    async fn query_one<S: StatementBuilder>(&self, stmt: &S) -> Result<Option<QueryResult>, DbErr> {
        let comparison = self.observe(&self.get_database_backend().build(stmt));
        let result = self.connection.query_one(stmt).await;
        self.compare(comparison, &result);
        result
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let comparison = self.observe(&stmt);
        let result = self.connection.query_all_raw(stmt).await;
        self.compare(comparison, &result);
        result
    }

    async fn query_all<S: StatementBuilder>(&self, stmt: &S) -> Result<Vec<QueryResult>, DbErr> {
        let comparison = self.observe(&self.get_database_backend().build(stmt));
        let result = self.connection.query_all(stmt).await;
        self.compare(comparison, &result);
        result
    }

    fn support_returning(&self) -> bool {
        self.connection.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.connection.is_mock_connection()
    }
}

impl<C: ConnectionTrait + StreamTrait> StreamTrait for ObservedConnection<C> {
    type Stream<'a>
        = C::Stream<'a>
    where
        Self: 'a;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.connection)
    }

    fn stream_raw<'a>(
        &'a self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        let comparison = self.observe(&stmt);
        let stream = self.connection.stream_raw(stmt);
        Box::pin(async move {
            let result = stream.await;
            self.compare(comparison, &result);
            result
        })
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait + TransactionTrait + Send> TransactionTrait for ObservedConnection<C> {
    type Transaction = ObservedConnection<C::Transaction>;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.connection.begin().await?))
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.connection.begin_with_config(isolation_level, access_mode).await?))
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        Ok(self.over(self.connection.begin_with_options(options).await?))
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

#[async_trait::async_trait]
impl<C: TransactionSession + Send> TransactionSession for ObservedConnection<C> {
    async fn commit(self) -> Result<(), DbErr> {
        self.connection.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        self.connection.rollback().await
    }
}
