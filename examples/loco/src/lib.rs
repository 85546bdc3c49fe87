//! Runs Loco's controllers and workers for a tenant: the code of `docs/guide/loco.md`.

pub mod app;
pub mod controllers;
pub mod entity;
pub mod initializers;
pub mod workers;
