//! One conversion of a database at a time: PostgreSQL, whose sessions go on with a statement when their program is gone.

use crate::plan::{error::PlanError, schema::query::Rows};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// How often a plan looks whether the other one has ended.
const LOOKS: u32 = 150;

/// The key of the advisory lock: this library, and the search path.
const KEY: &str =
    "hashtext('sea-orm-multitenant conversion'), hashtext(array_to_string(current_schemas(false), ','))";

/// Waits until no other session converts the database. A program that was killed may have left a statement that still runs, of
/// which the plan must see what it did.
///
/// # Errors
/// [`PlanError::Running`] when it takes longer than half a minute.
pub(super) async fn wait(db: &impl ConnectionTrait) -> Result<(), PlanError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for _ in 1..LOOKS {
        if others(db).await?.is_empty() {
            return Ok(());
        }
        db.execute_unprepared("SELECT pg_sleep(0.2)").await?;
    }
    let sessions = others(db).await?;
    if sessions.is_empty() { Ok(()) } else { Err(PlanError::Running { sessions: sessions.join(", ") }) }
}

/// The sessions that hold the lock, or make an index concurrently, which no transaction and so no such lock can be around.
async fn others(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT DISTINCT o.pid::text AS pid FROM (SELECT l.pid FROM pg_locks l, (SELECT {KEY}) AS k (a, b) \
         WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND l.classid::bigint = k.a::bigint & 4294967295 AND l.objid::bigint = k.b::bigint & 4294967295 \
         UNION ALL SELECT p.pid FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.datname = current_database() \
         AND n.nspname = ANY (current_schemas(false)) AND p.command LIKE '%CONCURRENTLY%') AS o WHERE o.pid <> pg_backend_pid()"
    );
    let mut pids = Vec::new();
    Rows::of(db, &sql).await?.each(|row| {
        pids.push(row.text("pid")?);
        Ok(())
    })?;
    Ok(pids)
}

/// Keeps other conversions away until the transaction ends.
pub(super) async fn hold(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({KEY})")).await?;
    }
    Ok(())
}
