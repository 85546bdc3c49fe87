//! What to do about an error of the engine.

use sea_orm_migration::DbErr;

/// The way out when the session ended: what became of its last statement is not known then.
const CUT_OFF: &str = "the session was ended: connect and convert again";

/// Errors that are known, by parts of the drivers' texts and codes, and the way out.
///
/// The codes are in the debug form of the driver's error, which is not linked here; messages of PostgreSQL may be in any language.
const KNOWN: [(&[&str], &str); 6] = [
    (
        &[
            "code: \"55P03\"",
            "Lock wait timeout exceeded",
            "database is locked",
            "database table is locked",
            "database schema is locked",
        ],
        "another session has a lock on the table: wait until it ends, or end it, and convert again",
    ),
    (
        &["code: \"40P01\"", "Deadlock found"],
        "it and another session waited for each other: convert again while nobody writes",
    ),
    (
        &[
            "code: \"42501\"",
            "denied to user",
            "Access denied",
            "attempt to write a readonly database",
            "code: \"25006\"",
        ],
        "this role may not do it: convert as the owner of the tables, by a connection that may write",
    ),
    (
        &["code: \"53100\"", "database or disk is full", "No space left on device", "is full\""],
        "there is no room: a conversion needs as much as the tables and their indexes have, for as long as it runs. Make room, and \
         convert again",
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
        "somebody has dropped or renamed something since the plan was made: convert again, which looks anew",
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
        CUT_OFF,
    ),
];

/// What to do about an error, behind what was left; empty where the engine's own words are all there is.
pub(super) fn way_out(error: &DbErr) -> &'static str {
    let all = format!("{error:?}");
    let known = KNOWN.iter().find(|(parts, _)| parts.iter().any(|part| all.contains(part)));
    known.map_or("", |(_, way_out)| way_out)
}

/// Whether a lock was not had in time, or two waited for each other.
pub(super) fn gave_way(error: &DbErr) -> bool {
    let all = format!("{error:?}");
    ["code: \"55P03\"", "code: \"40P01\""].iter().any(|code| all.contains(code))
}

/// Whether the session ended, so that it is not known what became of the last statement.
pub(super) fn is_cut_off(error: &DbErr) -> bool {
    way_out(error) == CUT_OFF
}
