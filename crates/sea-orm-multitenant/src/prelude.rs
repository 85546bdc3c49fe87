//! The items that most applications need: `use sea_orm_multitenant::prelude::*;`.

pub use crate::{
    Tenancy, TenancyBuilder, TenancyError, TenantEntity, TenantId, TenantModel, TenantScope, TenantSet,
    TenantType,
};
#[cfg(feature = "tokio")]
pub use crate::{TenantFutureExt, TenantStreamExt, current_tenant, with_tenant};
