//! Runs actix-web's handlers for a tenant: the code of `docs/guide/actix.md`.

pub mod entity;
pub mod handlers;
pub mod tenants;
