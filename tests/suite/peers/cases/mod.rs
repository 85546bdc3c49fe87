//! The cases. This folder is compiled once for each style of keys.

pub(crate) mod activerecord_multi_tenant;
pub(crate) mod acts_as_tenant;
pub(crate) mod django_multitenant;
pub(crate) mod django_scopes;
pub(crate) mod django_tenants;
pub(crate) mod finbuckle;
pub(crate) mod leak_classes;
mod support;

/// What every case uses.
mod prelude {
    pub(super) use super::super::{MARKET, entities::*, families::*, market};
    pub(super) use super::support::*;
    pub(super) use crate::harness::{Backend, Outcome, TestDb};
    pub(super) use crate::peers::extra::{bound, named_tenancy, statement, texts};
    pub(super) use sea_orm::{
        ActiveValue::{NotSet, Set},
        entity::prelude::*,
        sea_query::{ExprTrait, OnConflict, Query},
        *,
    };
    pub(super) use sea_orm_multitenant::{Refusal, Tenancy, TenancyError, TenantId, TenantType};
}
