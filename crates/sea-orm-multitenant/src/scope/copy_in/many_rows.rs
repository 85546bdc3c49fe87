//! Writes rows by INSERTs of many rows, each a statement of the scope.

use crate::scope::{TenantScope, copy_in::connection::CopyConnection};
use futures_util::{Stream, TryStreamExt};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, TransactionSession, TransactionTrait, Value,
    sea_query::{Expr, InsertStatement, Query},
};
use std::pin::pin;

/// The most rows in a statement: with more, none of the engines is faster.
const ROWS: usize = 500;

/// The most values in a statement of SQLite. Its default, which a build may change to a larger one.
const SQLITE_VALUES: usize = 32_766;

/// The most values in a statement of PostgreSQL and MySQL, whose protocols count them in 16 bits.
const VALUES: usize = 65_535;

/// Writes all rows in one transaction of the scope, or in a savepoint of the transaction that it is in.
pub(super) async fn insert<E, C, T>(
    scope: &TenantScope<C, T>,
    columns: &[E::Column],
    rows: impl Stream<Item = Result<Vec<Value>, DbErr>>,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
    C: CopyConnection + Send,
    T: Send + Sync,
{
    let transaction = scope.begin().await?;
    let mut rows = pin!(rows);
    let (mut chunk, mut most, mut written) = (Vec::new(), None, 0);
    while let Some(row) = rows.try_next().await? {
        let most = match most {
            Some(most) => most,
            None => *most.insert(rows_in_a_statement::<E, _, _>(&transaction, columns, &row)?),
        };
        chunk.push(row);
        if chunk.len() >= most {
            written += send::<E, _, _>(&transaction, columns, &mut chunk).await?;
        }
    }
    if !chunk.is_empty() {
        written += send::<E, _, _>(&transaction, columns, &mut chunk).await?;
    }
    TransactionSession::commit(transaction).await?;
    Ok(written)
}

/// Writes the rows of one statement.
async fn send<E: EntityTrait, C: ConnectionTrait + Send, T: Send + Sync>(
    transaction: &TenantScope<C, T>,
    columns: &[E::Column],
    rows: &mut Vec<Vec<Value>>,
) -> Result<u64, DbErr> {
    let statement = statement::<E>(columns, rows.drain(..))?;
    Ok(transaction.execute(&statement).await?.rows_affected())
}

/// The INSERT of rows, each of which has a value for each column.
pub(super) fn statement<E: EntityTrait>(
    columns: &[E::Column],
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<InsertStatement, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(E::default().table_ref()).columns(columns.iter().copied());
    for row in rows {
        let values = columns.iter().zip(row).map(|(column, value)| column.save_as(Expr::val(value)));
        insert.values(values).map_err(|error| DbErr::Custom(error.to_string()))?;
    }
    Ok(insert)
}

/// The number of rows that fit in a statement. The scope may bind a row's values several times, as often in each row.
fn rows_in_a_statement<E: EntityTrait, C: ConnectionTrait, T>(
    transaction: &TenantScope<C, T>,
    columns: &[E::Column],
    row: &[Value],
) -> Result<usize, DbErr> {
    let backend = transaction.get_database_backend();
    let values = |count: usize| -> Result<usize, DbErr> {
        let rows = std::iter::repeat_n(row.to_vec(), count);
        let scoped = transaction.rewrite(backend.build(&statement::<E>(columns, rows)?))?;
        Ok(scoped.values.map_or(0, |values| values.0.len()))
    };
    let (one, two) = (values(1)?, values(2)?);
    let most = if backend == DbBackend::Sqlite { SQLITE_VALUES } else { VALUES };
    // SeaORM's own statement has the values of the caller, and its limit is that of the text that is read.
    let each = two.saturating_sub(one).max(columns.len()).max(1);
    Ok((most.saturating_sub(one) / each).clamp(1, ROWS))
}
