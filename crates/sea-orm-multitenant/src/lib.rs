#![doc = include_str!("docs/lib.md")]

#[cfg(feature = "tokio")]
mod ambient;
mod bind;
mod borrowed;
#[cfg(feature = "serde")]
mod context;
mod entity;
mod error;
pub mod prelude;
mod registry;
mod relations;
mod scope;
mod signature;
mod statement;
mod statement_cache;
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

/// For the code that the derive of [`TenantModel`] generates; not a public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::registry::Registration;
    pub use inventory::submit;
}

/// Runs the README's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Runs the guide's examples as tests.
#[cfg(all(doctest, feature = "serde", feature = "tokio"))]
#[doc = include_str!("../../../docs/jobs.md")]
struct Jobs;

/// Runs the guide's examples as tests.
#[cfg(all(doctest, feature = "testing", feature = "tokio"))]
#[doc = include_str!("../../../docs/testing.md")]
struct Testing;
