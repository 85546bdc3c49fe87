//! Executes steps.

use crate::{
    citus::{
        named::named,
        presence::citus_version,
        step::{Direction, Step, Transaction, argument},
    },
    engine::Engine,
    error::MigrationError,
    names::QualifiedName,
};
use sea_orm_migration::{
    DbErr, SchemaManager, SchemaManagerConnection,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

/// Makes Citus reach one shard after another for the rest of the transaction.
const SEQUENTIAL: &str = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'";

/// Keeps Citus from adding the tables that foreign keys link to a reference table to its metadata, so that they can be
/// distributed.
pub(super) const LOCAL_KEYS_OFF: &str = "SET LOCAL citus.enable_local_reference_table_foreign_keys TO off";

/// Resets [`LOCAL_KEYS_OFF`].
pub(super) const LOCAL_KEYS_DEFAULT: &str =
    "SET LOCAL citus.enable_local_reference_table_foreign_keys TO DEFAULT";

/// Executes a step, or emits an event if there is no Citus.
pub(crate) async fn run(
    step: &impl Step,
    direction: Direction,
    manager: &SchemaManager<'_>,
) -> Result<(), DbErr> {
    let engine = Engine::of(manager.get_database_backend())?;
    let statements = step.sql(manager.get_database_backend(), direction)?;
    let transaction = step.transaction(direction);
    if transaction == Transaction::Refused && in_transaction(manager) {
        let function = step.function(direction);
        return Err(MigrationError::InTransaction { function, table: step.subject().to_string() }.into());
    }
    if citus_version(manager.get_connection()).await?.is_none() {
        return if step.is_required() {
            Err(step.missing(engine, direction).into())
        } else {
            log_skipped(step, direction, engine);
            Ok(())
        };
    }
    if transaction == Transaction::Needed && !in_transaction(manager) {
        let own = manager.begin().await?;
        send(step, &statements, &own).await?;
        return own.commit().await;
    }
    send(step, &statements, manager).await
}

async fn send(step: &impl Step, statements: &[String], manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if let Some(table) = step.reaches() {
        sequential_if_linked(manager, table).await?;
    }
    send_all(manager, statements).await
}

fn log_skipped(step: &impl Step, direction: Direction, engine: Engine) {
    tracing::info!(
        target: "sea_orm_multitenant_migration",
        step = step.function(direction),
        subject = %step.subject(),
        engine = engine.name(),
        "skipped: the database has no Citus",
    );
}

/// Executes the statements of a table or part, which are the same with and without Citus, with the settings that Citus
/// needs.
pub(crate) async fn send_block(
    manager: &SchemaManager<'_>,
    table: &QualifiedName,
    statements: &[String],
) -> Result<(), DbErr> {
    if citus_version(manager.get_connection()).await?.is_none() {
        return send_all(manager, statements).await;
    }
    let has_keys = |sql: &String| sql.starts_with("CREATE TABLE ") && sql.contains("FOREIGN KEY");
    if !statements.iter().any(has_keys) {
        sequential_if_linked(manager, table).await?;
        return send_all(manager, statements).await;
    }
    // By default Citus adds a new table with a key to a reference table to its metadata, and then refuses the table's
    // other keys.
    let mut all = vec![LOCAL_KEYS_OFF.to_owned()];
    all.extend_from_slice(statements);
    all.push(LOCAL_KEYS_DEFAULT.to_owned());
    if in_transaction(manager) {
        return send_all(manager, &all).await;
    }
    let own = manager.begin().await?;
    send_all(&own, &all).await?;
    own.commit().await
}

/// Executes statements, one per message: Citus accepts no more, and an error then names one statement.
async fn send_all(manager: &SchemaManager<'_>, statements: &[String]) -> Result<(), DbErr> {
    for sql in statements {
        let statement = Statement::from_string(manager.get_database_backend(), sql);
        manager.get_connection().execute_raw(statement).await.map_err(named)?;
    }
    Ok(())
}

/// Whether statements are part of a transaction of SeaORM's.
pub(crate) fn in_transaction(manager: &SchemaManager<'_>) -> bool {
    match manager.get_connection() {
        SchemaManagerConnection::Connection(_) => false,
        SchemaManagerConnection::Transaction(_) | SchemaManagerConnection::OwnedTransaction(_) => true,
    }
}

/// Makes Citus reach the shards one after another, until the end of the transaction.
///
/// Citus reaches shards in parallel. In the same transaction it then refuses statements that need a single connection
/// per node: DDL and rows of a reference table that foreign keys reference, foreign keys to it, and `undistribute`.
/// Call this before the first access in parallel. The steps of this module, and the parts of an existing table, call
/// it themselves if a foreign key links their table to a reference table. Call it yourself before your own statements,
/// such as an UPDATE of all tenants, and if the foreign key is added later in the transaction.
///
/// Without Citus it does nothing.
///
/// # Errors
/// [`MigrationError::NoTransaction`] outside a transaction, where it would have no effect; or an error of the engine.
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::Database};
/// use sea_orm_multitenant_migration::citus::sequential;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let manager = SchemaManager::new(&db);
/// assert!(sequential(&manager).await.is_err());
/// let manager = manager.begin().await?;
/// sequential(&manager).await?;
/// # Ok(())
/// # }
/// ```
pub async fn sequential(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if !in_transaction(manager) {
        return Err(MigrationError::NoTransaction.into());
    }
    if citus_version(manager.get_connection()).await?.is_some() {
        let statement = Statement::from_string(DbBackend::Postgres, SEQUENTIAL);
        manager.get_connection().execute_raw(statement).await?;
    }
    Ok(())
}

/// Sets sequential mode if foreign keys link the table to a reference table: parallel access to one of them would make
/// Citus refuse the other later in the transaction. Requires Citus.
pub(crate) async fn sequential_if_linked(
    manager: &SchemaManager<'_>,
    table: &QualifiedName,
) -> Result<(), DbErr> {
    if in_transaction(manager) && is_linked(manager, table).await? {
        sequential(manager).await?;
    }
    Ok(())
}

/// Whether foreign keys, in any direction and over any number of tables, link the table to a reference table.
async fn is_linked(manager: &SchemaManager<'_>, table: &QualifiedName) -> Result<bool, DbErr> {
    let table = argument(table);
    let sql = format!(
        "WITH RECURSIVE linked (id) AS (
             SELECT to_regclass({table})::oid
             UNION
             SELECT CASE WHEN k.conrelid = l.id THEN k.confrelid ELSE k.conrelid END
             FROM linked AS l JOIN pg_catalog.pg_constraint AS k ON l.id IN (k.conrelid, k.confrelid)
             WHERE k.contype = 'f'
         )
         SELECT EXISTS (
             SELECT 1 FROM linked AS l JOIN pg_catalog.pg_dist_partition AS p ON p.logicalrelid = l.id
             WHERE p.partmethod = 'n' AND p.repmodel = 't'
         ) AS is_linked"
    );
    let row =
        manager.get_connection().query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "is_linked"))
}
