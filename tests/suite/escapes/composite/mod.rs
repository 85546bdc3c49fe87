//! Every case with composite keys: (tenant, id), so that the tenants' ids collide.

pub(crate) mod entities;

#[path = "../cases/mod.rs"]
pub(crate) mod cases;
