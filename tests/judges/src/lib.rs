//! Judges of scoped statements, for tests alone.
//!
//! Each reads what a scope sends with the engine's own means, and shares no code with the rewriter or its parser: what the two
//! misread alike, these see. They are given plain data: the texts, and what the statement says of itself.
//!
//! * [`postgres`]: PostgreSQL's own grammar.
//! * [`sqlite`]: SQLite's own authorizer.
//! * [`mariadb`]: MariaDB's own EXPLAIN, and a user with few rights.
//!
//! [`everyday`] has the statements of ordinary programs, for the tests of several packages.

pub mod everyday;
pub mod mariadb;
mod of_plan;
pub mod postgres;
mod said;
pub mod sqlite;
mod tally;

pub use of_plan::Court;
pub use said::{Bound, Judged, Kind, Known, Said, Table, unsigned};
pub use tally::Tally;
