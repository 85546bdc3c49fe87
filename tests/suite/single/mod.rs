//! Every family with keys of one column: an id that the database counts up, and the tenant beside it.

pub(crate) mod entities;

#[path = "../families/mod.rs"]
pub(crate) mod families;

mod foreign_ids;
mod holders;
mod parents;
mod parents_key_types;
mod parents_left_out;
mod parents_raw;
mod parents_stored;
