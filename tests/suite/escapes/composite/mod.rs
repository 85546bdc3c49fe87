//! Every case with composite keys: (tenant, id), so that the tenants' ids collide.

pub(crate) mod entities;

/// What is a test on PostgreSQL is one on Citus too.
macro_rules! on_every_backend {
    ($($tests:tt)+) => { on_citus_too! { $($tests)+ } };
}

#[path = "../cases/mod.rs"]
pub(crate) mod cases;
