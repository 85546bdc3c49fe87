//! The current tenant: for code that is far from the one who knows the tenant.
//!
//! It is a task-local of tokio, so it follows a future wherever that is polled, ends with it, and is gone in whatever is
//! spawned without it. It only ever serves to make a scope; the scope carries its tenant by value.

pub(crate) mod current;
pub(crate) mod stream;
