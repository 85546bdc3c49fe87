//! The statements that a server has counted.

use crate::audit::{
    error::AuditError,
    usage::{StatementUse, TextForm},
};
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, Statement, TransactionSession, TransactionTrait,
};

/// Marks the audit's own statements, so that the server's statistics are read without them. A comment inside a statement
/// stays in them.
const MARK: &str = "/* sea-orm-multitenant: audit */";

/// Reads the statements that the server has counted for the database of this connection, what ran most often first.
///
/// On PostgreSQL from the extension `pg_stat_statements`, which the server must load; without statements inside functions.
/// On MySQL and MariaDB from the performance schema, which must be turned on: its digests, and the statements that
/// connections which are open have prepared. SQLite keeps no statistics. The transaction in which they are read is READ ONLY, and none of the statements is run.
///
/// # Errors
/// [`AuditError::NoStatistics`] when the server keeps none; [`AuditError::Database`] with the error of the database.
///
/// ```
/// use sea_orm::Database;
/// use sea_orm_multitenant::audit::{AuditError, read_statistics};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// assert!(matches!(read_statistics(&db).await, Err(AuditError::NoStatistics { .. })));
/// # Ok(())
/// # }
/// ```
pub async fn read_statistics<C>(connection: &C) -> Result<Vec<StatementUse>, AuditError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let backend = connection.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Err(AuditError::NoStatistics {
            missing: "SQLite keeps no statistics of statements",
            way_out: "record the statements in the program's tests, and audit the file: `tenancy audit --file FILE`",
        });
    }
    let transaction = connection.begin_with_config(None, Some(AccessMode::ReadOnly)).await?;
    let found = match backend {
        DbBackend::Postgres => of_postgres(&transaction).await,
        _ => of_mysql(&transaction).await,
    };
    transaction.rollback().await?;
    found
}

/// The statements in `pg_stat_statements`: the view on the search path, or else the one in the extension's schema.
async fn of_postgres(connection: &impl ConnectionTrait) -> Result<Vec<StatementUse>, AuditError> {
    let find = format!(
        "SELECT {MARK} coalesce(pg_catalog.to_regclass('pg_stat_statements')::text, \
             (SELECT pg_catalog.format('%I.pg_stat_statements', n.nspname) FROM pg_catalog.pg_extension AS e \
              JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements')) AS view"
    );
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, find)).await?;
    let view = row.map(|row| row.try_get::<Option<String>>("", "view")).transpose()?.flatten();
    let Some(view) = view else {
        return Err(AuditError::NoStatistics {
            missing: "the database has no extension `pg_stat_statements`",
            way_out: "add it to `shared_preload_libraries`, restart the server, and run `CREATE EXTENSION pg_stat_statements`; \
                      or audit a file: `tenancy audit --file FILE`",
        });
    };
    // Older versions have no column `toplevel`.
    let read = format!(
        "SELECT {MARK} s.query AS query, sum(s.calls)::bigint AS calls FROM {view} AS s \
         WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) \
         AND coalesce((pg_catalog.to_jsonb(s) ->> 'toplevel')::boolean, true) \
         AND (s.query IS NULL OR pg_catalog.strpos(s.query, '{MARK}') = 0) \
         GROUP BY s.query ORDER BY 2 DESC, 1"
    );
    Ok(counted(connection, &read, TextForm::PgStatStatements).await?)
}

/// What the performance schema of MySQL and MariaDB has.
async fn of_mysql(connection: &impl ConnectionTrait) -> Result<Vec<StatementUse>, AuditError> {
    let on = Statement::from_string(DbBackend::MySql, "SELECT CAST(@@performance_schema AS SIGNED) AS is_on");
    let row = connection.query_one_raw(on).await?;
    if row.map(|row| row.try_get::<i64>("", "is_on")).transpose()? != Some(1) {
        return Err(AuditError::NoStatistics {
            missing: "the server's performance schema is off",
            way_out: "start the server with `performance_schema=ON`, or audit a file: `tenancy audit --file FILE`",
        });
    }
    let mut statements = counted(connection, DIGESTS, TextForm::Digest).await?;
    statements.extend(counted(connection, PREPARED, TextForm::Prepared).await?);
    statements.sort_by_key(|statement| std::cmp::Reverse(statement.calls));
    Ok(statements)
}

/// The digests of texts that were sent. That of this statement has no comment, but names the table.
const DIGESTS: &str = "SELECT DIGEST_TEXT AS query, CAST(SUM(COUNT_STAR) AS SIGNED) AS calls \
    FROM performance_schema.events_statements_summary_by_digest \
    WHERE SCHEMA_NAME <=> DATABASE() \
    AND (DIGEST_TEXT IS NULL OR DIGEST_TEXT NOT LIKE '%performance_schema%') \
    GROUP BY DIGEST_TEXT";

/// The statements that connections have prepared. MariaDB has no digests of these, and SeaORM's driver prepares every
/// statement. MariaDB 10.11 leaves COUNT_EXECUTE at 0: each connection that has prepared the statement counts as one.
const PREPARED: &str = "SELECT p.SQL_TEXT AS query, CAST(SUM(GREATEST(p.COUNT_EXECUTE, 1)) AS SIGNED) AS calls \
    FROM performance_schema.prepared_statements_instances AS p \
    JOIN performance_schema.threads AS t ON t.THREAD_ID = p.OWNER_THREAD_ID \
    WHERE t.PROCESSLIST_DB <=> DATABASE() AND p.SQL_TEXT NOT LIKE '%performance_schema%' \
    GROUP BY p.SQL_TEXT";

async fn counted(
    connection: &impl ConnectionTrait,
    read: &str,
    form: TextForm,
) -> Result<Vec<StatementUse>, DbErr> {
    let rows =
        connection.query_all_raw(Statement::from_string(connection.get_database_backend(), read)).await?;
    let of_row = |row: &sea_orm::QueryResult| -> Result<StatementUse, DbErr> {
        let sql = row.try_get::<Option<String>>("", "query")?.unwrap_or_default();
        let calls = u64::try_from(row.try_get::<i64>("", "calls")?).unwrap_or_default();
        Ok(StatementUse::new(sql, calls).in_form(form))
    };
    rows.iter().map(of_row).collect()
}
