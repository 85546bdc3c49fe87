//! Writes many rows at once.

pub(crate) mod connection;
#[cfg(feature = "copy")]
mod encode;
mod failure;
mod many_rows;
#[cfg(feature = "copy")]
mod moment;
#[cfg(feature = "copy")]
mod parents;
#[cfg(feature = "copy")]
mod pooled;
#[cfg(feature = "copy")]
mod protocol;

use crate::scope::{
    TenantScope,
    copy_in::{connection::CopyConnection, failure::not_copied},
};
use futures_util::{Stream, StreamExt, stream};
use sea_orm::{DbErr, EntityTrait, Value};

impl<C, T> TenantScope<C, T>
where
    C: CopyConnection + Send,
    T: Send + Sync,
{
    /// Writes many rows into the table of `E`, all of them or none, and returns their number.
    ///
    /// Each row has a value for each of `columns`, in their order. The scope fills in the tenant column, and checks it
    /// where a row has it; it checks the rows that foreign keys reference, as for an INSERT. The rows are read as they
    /// are sent, so that any number of them takes the same memory.
    ///
    /// With the feature `copy`, rows of a tenant table go to PostgreSQL by COPY, in a transaction of their own. Many-row
    /// INSERTs write the same rows on the other engines, and on PostgreSQL
    ///
    /// * in a transaction that has begun, whose connection SeaORM does not give away;
    /// * with [row-level security](crate::TenancyBuilder::row_level_security), for which PostgreSQL has no COPY;
    /// * for a set of tenants that does not [insert as](TenantScope::inserting_as) one of them, for the root table and for
    ///   writable shared tables;
    /// * where a column is cast when it is written (`save_as`), except for enums of the database;
    /// * where a foreign key without the tenant column has several columns, or a type other than integer, text or UUID.
    ///
    /// A parent that the same call writes may not be there yet when its child is checked: write parents first.
    ///
    /// # Errors
    /// As for an INSERT, for example [`TenancyError::TenantMismatch`](crate::TenancyError::TenantMismatch), [`TenancyError::ForeignParent`](crate::TenancyError::ForeignParent) and the database's;
    /// [`TenancyError::NotCopied`](crate::TenancyError::NotCopied) if a row has too few or too many values, or a value that COPY has no text for. No row is
    /// written then.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, EntityTrait};
    /// use sea_orm_multitenant::prelude::*;
    ///
    /// mod reading {
    ///     use sea_orm::entity::prelude::*;
    ///     use sea_orm_multitenant::TenantModel;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    ///     #[sea_orm(table_name = "reading")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i32,
    ///         pub account_id: i64,
    ///         pub sensor: String,
    ///         pub degrees: i32,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let table = "CREATE TABLE reading (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, sensor TEXT, degrees INT)";
    /// tenancy.unscoped("create the table").execute_unprepared(table).await?;
    ///
    /// let scope = tenancy.scope(1)?;
    /// let columns = [reading::Column::Sensor, reading::Column::Degrees];
    /// let rows = (0..10_000).map(|n| vec!["roof".into(), (n % 40).into()]);
    /// assert_eq!(scope.copy_in::<reading::Entity>(columns, rows).await?, 10_000);
    /// assert_eq!(reading::Entity::find().one(&scope).await?.expect("a row").account_id, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn copy_in<E: EntityTrait>(
        &self,
        columns: impl IntoIterator<Item = E::Column>,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, DbErr> {
        self.copy_in_stream::<E>(columns, stream::iter(rows).map(Ok)).await
    }

    /// As [`copy_in`](Self::copy_in), with the rows of a stream. An error of the stream ends the call, and no row is
    /// written.
    ///
    /// # Errors
    /// As for [`copy_in`](Self::copy_in), and those of the stream.
    pub async fn copy_in_stream<E: EntityTrait>(
        &self,
        columns: impl IntoIterator<Item = E::Column>,
        rows: impl Stream<Item = Result<Vec<Value>, DbErr>>,
    ) -> Result<u64, DbErr> {
        let columns: Vec<E::Column> = columns.into_iter().collect();
        if columns.is_empty() {
            return Err(not_copied::<E>("there is no column; name at least one").into());
        }
        let width = columns.len();
        let rows = rows.map(move |row| match row {
            Ok(row) if row.len() != width => {
                let found = row.len();
                Err(not_copied::<E>(&format!("a row has {found} values for {width} columns")).into())
            }
            row => row,
        });
        #[cfg(feature = "copy")]
        if let Some(copy) = protocol::Copy::<E>::of(self, &columns)? {
            return copy.run(rows).await;
        }
        many_rows::insert::<E, C, T>(self, &columns, rows).await
    }
}
