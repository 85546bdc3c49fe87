//! A transaction that records its statements.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, ExecResult, QueryResult, Statement};
use std::sync::Mutex;

/// A transaction that records the statements that it receives, and lets other tasks run before each.
pub(super) struct Recorded<'t>(pub(super) &'t DatabaseTransaction, pub(super) Mutex<Vec<String>>);

impl Recorded<'_> {
    async fn keep(&self, sql: &str) {
        self.1.lock().expect("no test panicked").push(sql.to_owned());
        tokio::task::yield_now().await;
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl ConnectionTrait for Recorded<'_> {
    fn get_database_backend(&self) -> sea_orm::DbBackend {
        ConnectionTrait::get_database_backend(self.0)
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.keep(&stmt.sql).await;
        self.0.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.keep(sql).await;
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.keep(&stmt.sql).await;
        self.0.query_one_raw(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.keep(&stmt.sql).await;
        self.0.query_all_raw(stmt).await
    }
}
