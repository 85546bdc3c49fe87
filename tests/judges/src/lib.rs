//! Judges of scoped statements, for tests only.
//!
//! Each judge reads what a scope sends with the engine's own parser or catalogue, and shares no code with the rewriter
//! or its parser: so it detects what those two misread alike. Judges take plain data: the texts, and the statement's
//! description of itself.
//!
//! * [`postgres`]: PostgreSQL's own grammar.
//! * [`sqlite`]: SQLite's own authorizer.
//! * [`mariadb`]: MariaDB's own EXPLAIN, and a user with limited rights.
//!
//! [`everyday`] has the statements of ordinary programs, for the tests of several packages.

mod court;
mod description;
pub mod everyday;
pub mod mariadb;
pub mod postgres;
pub mod sqlite;
mod tally;

pub use court::Court;
pub use description::{Bound, Description, Judged, Kind, Known, Table, unsigned};
pub use tally::Tally;
