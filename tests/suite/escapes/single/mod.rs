//! Every case with keys of one column: an id, and the tenant beside it.

pub(crate) mod entities;

#[path = "../cases/mod.rs"]
pub(crate) mod cases;
