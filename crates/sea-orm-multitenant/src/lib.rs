#![doc = include_str!("docs/lib.md")]

#[cfg(feature = "tokio")]
mod ambient;
mod bind;
mod borrowed;
#[cfg(feature = "serde")]
mod context;
mod entity;
mod error;
mod plan_cache;
pub mod prelude;
mod registry;
mod relations;
mod scope;
mod signature;
mod statement;
mod tenancy;
mod tenant_id;
mod tenant_set;
mod tenant_setting;
#[cfg(feature = "testing")]
pub mod testing;
mod values;

#[cfg(feature = "tokio")]
pub use ambient::{
    current::{
        InTenant, TenantFutureExt, current_tenant, spawn, spawn_blocking, with_tenant, with_tenant_sync,
        without_tenant,
    },
    stream::{InTenantStream, TenantStreamExt},
};
pub use borrowed::Borrowed;
#[cfg(feature = "serde")]
pub use context::TenantContext;
pub use entity::{EntityOwnership, TenantEntity};
pub use error::{CatalogueConflict, TenancyError};
pub use scope::TenantScope;
pub use sea_orm_multitenant_macros::TenantModel;
pub use sea_orm_multitenant_sql::{
    Catalogue, Conflict, ForeignKey, KeyType, Ownership, Refusal, Table, TenantType,
};
pub use tenancy::{Tenancy, builder::TenancyBuilder};
pub use tenant_id::TenantId;
pub use tenant_set::TenantSet;
pub use tenant_setting::TenantSetting;

/// For the code that [`TenantModel`] makes; not a public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::registry::Registration;
    pub use inventory::submit;
}

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The guide's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/start.md")]
struct Start;

/// The guide's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/refused.md")]
struct Refused;

/// The guide's examples are tests.
#[cfg(all(doctest, feature = "serde", feature = "tokio"))]
#[doc = include_str!("../../../docs/guide/jobs.md")]
struct Jobs;

/// The guide's examples are tests.
#[cfg(all(doctest, feature = "testing", feature = "tokio"))]
#[doc = include_str!("../../../docs/guide/testing.md")]
struct Testing;
