//! A scope as a `StreamTrait`.

use crate::scope::TenantScope;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, StreamTrait};
use std::{future::ready, pin::Pin};

impl<C: ConnectionTrait + StreamTrait, T: Send + Sync> StreamTrait for TenantScope<C, T> {
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
        let scoped = self.scoped(stmt).and_then(|stmt| Ok(self.may_stream().map(|()| stmt)?));
        match scoped {
            Ok(stmt) => self.connection.stream_raw(stmt),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }
}
