//! A scope as a `StreamTrait`.

use crate::scope::TenantScope;
use async_stream::try_stream;
use futures_util::{TryStreamExt, future::Either, stream::BoxStream};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement, StreamTrait};
use std::pin::Pin;

impl<C: ConnectionTrait + StreamTrait, T: Send + Sync> StreamTrait for TenantScope<C, T> {
    type Stream<'a>
        = Either<C::Stream<'a>, BoxStream<'a, Result<QueryResult, DbErr>>>
    where
        Self: 'a;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.connection)
    }

    fn stream_raw<'a>(
        &'a self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            let stmt = self.scoped(stmt)?;
            self.may_stream()?;
            match self.pool()? {
                None => self.connection.stream_raw(stmt).await.map(Either::Left),
                Some(pool) => Ok(Either::Right(rows_of(self.begun(pool).await?, stmt))),
            }
        })
    }
}

/// Streams the rows of a statement and commits its transaction after the last one. If the stream is dropped before, the
/// transaction is rolled back.
fn rows_of<'a>(
    transaction: DatabaseTransaction,
    statement: Statement,
) -> BoxStream<'a, Result<QueryResult, DbErr>> {
    Box::pin(try_stream! {
        let mut rows = transaction.stream_raw(statement).await?;
        while let Some(row) = rows.try_next().await? {
            yield row;
        }
        drop(rows);
        transaction.commit().await?;
    })
}
