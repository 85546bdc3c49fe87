//! Runs a read as it is and as a scope would, and compares the answers.

use crate::observed::answer::{Answer, NoAnswer};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    Statement, StreamTrait, TransactionTrait,
};
use sea_orm_multitenant_sql::PureRead;
use std::time::Duration;

/// A read that was chosen, both ways.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) callers: Statement,
    pub(super) scoped: Statement,
    pub(super) read: PureRead,
}

/// The result of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    /// The same rows, and in the same order if the statement has an ORDER BY.
    Equal,
    /// The same rows in another order, although the statement has an ORDER BY: it may not decide between some rows.
    Reordered,
    /// Other rows: their numbers.
    Different { callers: u64, scoped: u64 },
    /// Other rows, in an answer that may vary by itself: their numbers.
    Uncertain { callers: u64, scoped: u64 },
    /// A value is of a type that cannot be compared.
    Unreadable,
    /// The database returned an error.
    Failed,
    /// It took too long.
    TimedOut,
}

impl Comparison {
    /// Runs both statements in one transaction that can write nothing and sees one state of the database, and compares
    /// the answers.
    pub(super) async fn run(self, connection: &DatabaseConnection, limit: Duration) -> Compared {
        let Self { callers, scoped, read } = self;
        let answers = async {
            let transaction = begin(connection, limit).await?;
            let answers = (answer(&transaction, callers).await, answer(&transaction, scoped).await);
            transaction.rollback().await?;
            Ok::<_, DbErr>(answers)
        };
        match tokio::time::timeout(limit, answers).await {
            Err(_) => Compared::TimedOut,
            Ok(Err(_)) => Compared::Failed,
            Ok(Ok((Ok(callers), Ok(scoped)))) => compare(&callers, &scoped, read),
            Ok(Ok((Err(NoAnswer::Failed), _) | (_, Err(NoAnswer::Failed)))) => Compared::Failed,
            Ok(Ok((Err(NoAnswer::Unreadable), _) | (_, Err(NoAnswer::Unreadable)))) => Compared::Unreadable,
        }
    }
}

/// Begins the transaction. SQLite has no read-only transactions; a query that the scope has read as one writes nothing
/// there, because SQLite has neither data-modifying WITH nor functions that write on the list of known functions.
async fn begin(connection: &DatabaseConnection, limit: Duration) -> Result<DatabaseTransaction, DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        return connection.begin().await;
    }
    let transaction = connection
        .begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly))
        .await?;
    if connection.get_database_backend() == DbBackend::Postgres {
        // The server ends a statement that nobody waits for any more.
        let limit = format!("SET LOCAL statement_timeout = {}", limit.as_millis().max(1));
        transaction.execute_unprepared(&limit).await?;
    }
    Ok(transaction)
}

async fn answer(transaction: &DatabaseTransaction, statement: Statement) -> Result<Answer, NoAnswer> {
    Answer::read(transaction.stream_raw(statement).await?).await
}

fn compare(callers: &Answer, scoped: &Answer, read: PureRead) -> Compared {
    let PureRead { is_ordered, may_vary } = read;
    if callers == scoped || (!is_ordered && callers.has_same_rows(scoped)) {
        return Compared::Equal;
    }
    if callers.has_same_rows(scoped) {
        return Compared::Reordered;
    }
    let (callers, scoped) = (callers.rows, scoped.rows);
    if may_vary { Compared::Uncertain { callers, scoped } } else { Compared::Different { callers, scoped } }
}
