//! Hostile texts: texts that two parsers may read differently.
//!
//! The statements of the oracle are well formed. These texts have keywords where names may be, operators of other
//! engines, characters that one lexer skips and another takes for letters, and attributes that are function calls. A
//! text that a scope accepts is judged by the engine's own grammar, and runs on a database that the tenant shares with
//! others and on one that it has alone. Both must give the same answer, which must contain nothing of another tenant,
//! and other tenants' rows must be neither changed nor locked. The caller's own text, run on the tenant's database,
//! must give the same answer as well.

mod after;
mod beyond;
mod constructs;
mod generate;
mod kinds;
mod modes;
mod run;
mod session;
mod shrink;
mod tables;
mod watcher;

pub use run::{Found, Options, Report, run};
