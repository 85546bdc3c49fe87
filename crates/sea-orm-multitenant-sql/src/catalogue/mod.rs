//! Which table belongs to whom.

mod check;
mod columns;
pub(crate) mod conflict;
pub(crate) mod foreign_key;
pub(crate) mod global_rows;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod table;
pub(crate) mod tables;
