//! The inherent methods of SeaORM's connections and transactions, so that a program can use a scope in their place without other imports.

use crate::{borrowed::Borrowed, scope::TenantScope};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionSession};

impl<C: ConnectionTrait, T> TenantScope<C, T> {
    /// The database backend of the connection.
    pub fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.connection)
    }
}

impl<C: TransactionSession + Send, T: Send + Sync> TenantScope<C, T> {
    /// Commits the transaction.
    ///
    /// # Errors
    /// SeaORM's, when the database does not commit it.
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
    /// let transaction = tenancy.scope(1)?.begin().await?;
    /// transaction.execute_unprepared("INSERT INTO project (name) VALUES ('Apollo')").await?;
    /// transaction.commit().await?;
    /// let deleted = tenancy.scope(1)?.execute_unprepared("DELETE FROM project").await?;
    /// assert_eq!(deleted.rows_affected(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn commit(self) -> Result<(), DbErr> {
        TransactionSession::commit(self).await
    }

    /// Rolls the transaction back, as dropping it does.
    ///
    /// # Errors
    /// SeaORM's, when the database does not roll it back.
    pub async fn rollback(self) -> Result<(), DbErr> {
        TransactionSession::rollback(self).await
    }
}

impl<T> TenantScope<DatabaseConnection, T> {
    /// Checks that the database answers.
    ///
    /// # Errors
    /// SeaORM's, when it does not.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sea_orm_multitenant::{Tenancy, TenantType};
    /// let db = sea_orm::Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// assert!(tenancy.scope(1)?.ping().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.connection.ping().await
    }
}

impl<T> TenantScope<Borrowed<'_, DatabaseConnection>, T> {
    /// Checks that the database answers.
    ///
    /// # Errors
    /// SeaORM's, when it does not.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.connection.ping().await
    }
}
