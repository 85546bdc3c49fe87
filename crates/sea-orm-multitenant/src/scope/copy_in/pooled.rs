//! A connection of the pool that must not go back to it within a COPY.

use sea_orm::sqlx::{Error, PgPool, Postgres, pool::PoolConnection};

/// A connection of the pool.
///
/// The driver does not count the answer to a COPY among those that it still has to read. After a call that is dropped within
/// one, the connection would give the next statement an answer of the statement before, which may be another tenant's.
pub(super) struct Pooled {
    pub(super) connection: PoolConnection<Postgres>,
    /// Whether a COPY has begun whose answer has not been read: the connection is closed then.
    pub(super) copying: bool,
}

impl Pooled {
    pub(super) async fn of(pool: &PgPool) -> Result<Self, Error> {
        Ok(Self { connection: pool.acquire().await?, copying: false })
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if self.copying {
            self.connection.close_on_drop();
        }
    }
}
