//! actix-web's handlers within a tenant: the code of `docs/guide/actix.md`.

pub mod entity;
pub mod handlers;
pub mod tenants;
