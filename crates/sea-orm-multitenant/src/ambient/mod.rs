//! The current tenant of a task, and streams that have one.

pub(crate) mod current;
pub(crate) mod stream;
