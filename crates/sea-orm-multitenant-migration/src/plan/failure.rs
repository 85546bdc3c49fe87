//! What to do about an error of the engine.

use sea_orm_migration::DbErr;

/// The advice for a lost connection: the result of its last statement is unknown.
const CONNECTION_LOST: &str = "the connection was lost: connect and convert again";

/// Known errors, by fragments of the drivers' messages and codes, with the advice for each.
///
/// The codes are read from the debug form of the driver's error, because the driver is not linked here; PostgreSQL's
/// messages may be in any language.
const KNOWN: [(&[&str], &str); 6] = [
    (
        &[
            "code: \"55P03\"",
            "Lock wait timeout exceeded",
            "database is locked",
            "database table is locked",
            "database schema is locked",
        ],
        "another session holds a lock on the table: wait until it ends, or end it, and convert again",
    ),
    (
        &["code: \"40P01\"", "Deadlock found"],
        "it deadlocked with another session: convert again while nobody writes",
    ),
    (
        &[
            "code: \"42501\"",
            "denied to user",
            "Access denied",
            "attempt to write a readonly database",
            "code: \"25006\"",
        ],
        "this role lacks a privilege: convert as the owner of the tables, on a connection that may write",
    ),
    (
        &["code: \"53100\"", "database or disk is full", "No space left on device", "is full\""],
        "the disk is full: while it runs, a conversion needs as much space as the tables and their indexes take. Free \
         space, and convert again",
    ),
    (
        &[
            "code: \"42P01\"",
            "code: \"42703\"",
            "code: \"42704\"",
            "doesn't exist",
            "no such table",
            "no such column",
            "no such index",
        ],
        "an object was dropped or renamed after the plan was made: convert again to plan from the current schema",
    ),
    (
        &[
            "Io(",
            "PoolClosed",
            "PoolTimedOut",
            "WorkerCrashed",
            "code: \"57P01\"",
            "code: \"57014\"",
            "Connection was killed",
        ],
        CONNECTION_LOST,
    ),
];

/// The advice for an error; empty if only the engine's message is known.
pub(super) fn way_out(error: &DbErr) -> &'static str {
    let all = format!("{error:?}");
    let known = KNOWN.iter().find(|(parts, _)| parts.iter().any(|part| all.contains(part)));
    known.map_or("", |(_, way_out)| way_out)
}

/// Whether a lock timed out, or the statement deadlocked.
pub(super) fn is_lock_conflict(error: &DbErr) -> bool {
    let all = format!("{error:?}");
    ["code: \"55P03\"", "code: \"40P01\""].iter().any(|code| all.contains(code))
}

/// Whether the connection was lost, so the result of the last statement is unknown.
pub(super) fn is_connection_lost(error: &DbErr) -> bool {
    way_out(error) == CONNECTION_LOST
}
