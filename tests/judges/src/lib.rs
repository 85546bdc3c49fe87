//! Judges of scoped statements, for tests alone.
//!
//! Each reads what a scope sends with the engine's own means, and shares no code with the rewriter or its parser: what the two
//! misread alike, these see. They are given plain data: the texts, and what the statement says of itself.
//!
//! * [`postgres`]: PostgreSQL's own grammar.

mod of_plan;
pub mod postgres;
mod said;
mod tally;

pub use of_plan::Court;
pub use said::{Bound, Judged, Kind, Known, Said, Table};
pub use tally::Tally;
