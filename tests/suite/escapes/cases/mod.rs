//! The cases. This folder is compiled once for each style of keys.

pub(crate) mod context;
pub(crate) mod read;
pub(crate) mod rows;
pub(crate) mod write;

/// What every case uses.
mod prelude {
    pub(super) use super::super::entities::*;
    pub(super) use super::rows::*;
    pub(super) use crate::harness::{Backend, Outcome, TestDb};
    pub(super) use sea_orm::{
        ActiveValue::{NotSet, Set},
        entity::prelude::*,
        sea_query::Query,
        *,
    };
    pub(super) use sea_orm_multitenant::{Refusal, TenancyError, TenantId, TenantScope};
}
