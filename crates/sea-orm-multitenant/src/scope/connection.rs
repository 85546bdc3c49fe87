//! A scope as a `ConnectionTrait`.

use crate::scope::TenantScope;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// Ends the transaction of one statement: commits it, or rolls back if the statement failed.
async fn ended<R>(transaction: DatabaseTransaction, answer: Result<R, DbErr>) -> Result<R, DbErr> {
    match &answer {
        Ok(_) => transaction.commit().await?,
        // The statement's error says more than one of the rollback, which the pool repeats.
        Err(_) => drop(transaction.rollback().await),
    }
    answer
}

#[async_trait::async_trait]
impl<C: ConnectionTrait + Send, T: Send + Sync> ConnectionTrait for TenantScope<C, T> {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let stmt = self.scoped(stmt)?;
        let answer = match self.pool()? {
            None => self.told(self.connection.execute_raw(stmt)).await,
            Some(pool) => {
                let transaction = self.begun(pool).await?;
                let answer = transaction.execute_raw(stmt).await;
                ended(transaction, answer).await
            }
        };
        answer.map_err(|error| self.typed(error))
    }

    /// Runs one statement without values; the tenant is bound, so the statement is prepared all the same.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.connection.get_database_backend(), sql)).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let stmt = self.scoped(stmt)?;
        let answer = match self.pool()? {
            None => self.told(self.connection.query_one_raw(stmt)).await,
            Some(pool) => {
                let transaction = self.begun(pool).await?;
                let answer = transaction.query_one_raw(stmt).await;
                ended(transaction, answer).await
            }
        };
        answer.map_err(|error| self.typed(error))
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let stmt = self.scoped(stmt)?;
        let answer = match self.pool()? {
            None => self.told(self.connection.query_all_raw(stmt)).await,
            Some(pool) => {
                let transaction = self.begun(pool).await?;
                let answer = transaction.query_all_raw(stmt).await;
                ended(transaction, answer).await
            }
        };
        answer.map_err(|error| self.typed(error))
    }

    fn support_returning(&self) -> bool {
        self.connection.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.connection.is_mock_connection()
    }
}
