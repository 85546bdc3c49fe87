//! Allows one conversion of a database at a time, by a lock of its session: a server continues a statement after its
//! client is gone.
//!
//! PostgreSQL has advisory locks, MySQL and MariaDB have named locks. SQLite runs inside the client process, and its
//! transaction locks the whole database.

use crate::plan::{
    error::PlanError,
    schema::query::{Rows, number},
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// How many times planning checks whether the other conversion has ended.
const CHECKS: u32 = 150;

/// The key of the advisory lock, from this library's name and the search path.
const KEY: &str =
    "hashtext('sea-orm-multitenant conversion'), hashtext(array_to_string(current_schemas(false), ','))";

/// The name of the lock, at most 64 characters, from this library's name and the database.
const NAME: &str = "CONCAT('sea-orm-multitenant ', MD5(DATABASE()))";

/// Waits until no other session converts the database. A client that was killed may have left a running statement,
/// whose result the plan must take into account.
///
/// # Errors
/// [`PlanError::Running`] after half a minute.
pub(super) async fn wait(db: &impl ConnectionTrait) -> Result<(), PlanError> {
    let sleep = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT pg_sleep(0.2)",
        DbBackend::MySql => "DO SLEEP(0.2)",
        _ => return Ok(()),
    };
    for _ in 1..CHECKS {
        if other_sessions(db).await?.is_empty() {
            return Ok(());
        }
        db.execute_unprepared(sleep).await?;
    }
    let sessions = other_sessions(db).await?;
    if sessions.is_empty() { Ok(()) } else { Err(PlanError::Running { sessions: sessions.join(", ") }) }
}

/// The sessions that hold the lock. On PostgreSQL also those that create an index concurrently, which is not allowed
/// in the transaction that would hold such a lock.
async fn other_sessions(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => format!(
            "SELECT DISTINCT o.pid::text AS pid FROM (SELECT l.pid FROM pg_locks l, (SELECT {KEY}) AS k (a, b) \
             WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND l.classid::bigint = k.a::bigint & 4294967295 AND l.objid::bigint = k.b::bigint & 4294967295 \
             UNION ALL SELECT p.pid FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.datname = current_database() \
             AND n.nspname = ANY (current_schemas(false)) AND p.command LIKE '%CONCURRENTLY%') AS o WHERE o.pid <> pg_backend_pid()"
        ),
        DbBackend::MySql => format!(
            "SELECT CAST(o.id AS CHAR) AS pid FROM (SELECT IS_USED_LOCK({NAME}) AS id) AS o WHERE o.id <> CONNECTION_ID()"
        ),
        _ => return Ok(Vec::new()),
    };
    let mut pids = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        pids.push(row.text("pid")?);
        Ok(())
    })?;
    Ok(pids)
}

/// Locks out other conversions until the transaction ends, or on MySQL until [`release`].
///
/// # Errors
/// [`PlanError::Running`] immediately if another conversion runs: the plan does not include its changes.
pub(super) async fn hold(db: &impl ConnectionTrait) -> Result<(), PlanError> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => format!("SELECT pg_try_advisory_xact_lock({KEY})::int::bigint"),
        DbBackend::MySql => format!("SELECT CAST(COALESCE(GET_LOCK({NAME}, 0), 0) AS SIGNED)"),
        _ => return Ok(()),
    };
    if number(db, &sql).await? == 1 {
        return Ok(());
    }
    Err(PlanError::Running { sessions: other_sessions(db).await?.join(", ") })
}

/// Locks out other conversions for one transaction of an online conversion, and waits for theirs.
pub(super) async fn wait_and_hold(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({KEY})")).await.map(drop)
}

/// Releases the lock of [`hold`] on MySQL, which belongs to the session.
pub(super) async fn release(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("DO RELEASE_LOCK({NAME})")).await.map(drop)
}
