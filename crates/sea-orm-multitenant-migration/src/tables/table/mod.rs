//! A table whose rows belong to tenants.

mod create;
pub(crate) mod definition;
mod entity;
mod send;
