//! A connection that writes down what is sent through it.

use super::{Event, Log, Side};
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult, Statement,
    StreamTrait, TransactionError, TransactionOptions, TransactionSession, TransactionTrait,
};
use std::{
    fmt::{Debug, Display},
    pin::Pin,
};

/// A connection or transaction around another one, which writes every statement to a [`Log`].
#[derive(Debug, Clone)]
pub(crate) struct Recorder<C> {
    connection: C,
    log: Log,
    side: Side,
    /// How many transactions this is in.
    depth: usize,
}

impl<C> Recorder<C> {
    /// Records what is sent through `connection`.
    pub(crate) fn new(connection: C, log: Log, side: Side) -> Self {
        Self { connection, log, side, depth: 0 }
    }

    /// Records a statement.
    fn record(&self, statement: &Statement) {
        self.log.push(self.side, Event::Statement(statement.clone()));
    }

    /// Records the beginning of a transaction, and the transaction.
    fn begun<X>(&self, transaction: X) -> Recorder<X> {
        let what = if self.depth == 0 { "BEGIN" } else { "SAVEPOINT" };
        self.log.push(self.side, Event::Transaction(what));
        Recorder { connection: transaction, log: self.log.clone(), side: self.side, depth: self.depth + 1 }
    }

    /// Records the end of a transaction.
    fn ended(&self, outer: &'static str, nested: &'static str) {
        let what = if self.depth == 1 { outer } else { nested };
        self.log.push(self.side, Event::Transaction(what));
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Recorder<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.record(&stmt);
        self.connection.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.record(&Statement::from_string(self.get_database_backend(), sql));
        self.connection.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.record(&stmt);
        self.connection.query_one_raw(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.record(&stmt);
        self.connection.query_all_raw(stmt).await
    }

    fn support_returning(&self) -> bool {
        self.connection.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.connection.is_mock_connection()
    }
}

impl<C: ConnectionTrait + StreamTrait> StreamTrait for Recorder<C> {
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
        self.record(&stmt);
        self.connection.stream_raw(stmt)
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait + TransactionTrait> TransactionTrait for Recorder<C> {
    type Transaction = Recorder<C::Transaction>;

    async fn begin(&self) -> Result<Self::Transaction, DbErr> {
        Ok(self.begun(self.connection.begin().await?))
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self::Transaction, DbErr> {
        Ok(self.begun(self.connection.begin_with_config(isolation_level, access_mode).await?))
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self::Transaction, DbErr> {
        Ok(self.begun(self.connection.begin_with_options(options).await?))
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self::Transaction) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: Display + Debug + Send,
    {
        self.transaction_with_config(callback, None, None).await
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
        let begun = self.begin_with_config(isolation_level, access_mode).await;
        let transaction = begun.map_err(TransactionError::Connection)?;
        match callback(&transaction).await {
            Ok(value) => transaction.commit().await.map(|()| value).map_err(TransactionError::Connection),
            Err(error) => {
                transaction.rollback().await.map_err(TransactionError::Connection)?;
                Err(TransactionError::Transaction(error))
            }
        }
    }
}

#[async_trait::async_trait]
impl<C: TransactionSession + Send> TransactionSession for Recorder<C> {
    async fn commit(self) -> Result<(), DbErr> {
        self.ended("COMMIT", "RELEASE SAVEPOINT");
        self.connection.commit().await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        self.ended("ROLLBACK", "ROLLBACK TO SAVEPOINT");
        self.connection.rollback().await
    }
}
