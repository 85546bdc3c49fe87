//! Every family with composite keys: (tenant, id), so that the tenants' ids collide.

pub(crate) mod entities;

#[path = "../families/mod.rs"]
pub(crate) mod families;

mod raw_sql;
