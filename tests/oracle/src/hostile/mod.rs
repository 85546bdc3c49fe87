//! Hostile texts: what one parser reads otherwise than another, made on purpose.
//!
//! The statements of the oracle are well formed. These have keywords where names may stand, operators of other engines,
//! characters that one reader skips and another takes for letters, and attributes that are calls. What a scope accepts is judged by
//! the engine's own grammar, runs on a database that others share and on one that the tenant has alone, and must answer the same,
//! hold nothing of another tenant's, and leave their rows as they are, neither changed nor locked. What the caller's own text answers
//! alone must be the same too.

mod after;
mod generate;
mod kinds;
mod modes;
mod run;
mod session;
mod shrink;
mod tables;
mod watcher;

pub use run::{Found, Options, Report, run};
