#![doc = include_str!("docs/lib.md")]

mod authorize;
mod chain;
mod client;
mod extract;
mod layer;
mod policy;
mod reads;
mod rejection;
mod request;
mod resolver;
mod resource;
mod slot;
mod store;
mod transaction;
mod vary;

pub use authorize::Access;
pub use chain::Chain;
pub use client::{HeaderError, TenantHeader};
pub use extract::{Scope, Tenant};
pub use layer::{TenantLayer, TenantService};
pub use policy::Policy;
pub use reads::Reads;
pub use rejection::{ExtractRejection, Rejection};
pub use resolver::{
    AsyncResolver, Candidate, Cookie, Fixed, FromExtension, Header, HostMap, InvalidHost, PathSegment,
    ResolveError, Resolver, Subdomain, WholeHost, async_resolver,
};
pub use resource::{Action, ResourceEntity, ResourceError, TenantResource};
pub use store::{Cached, EntityStore, Found, NotATenantEntity, StaticStore, StoreError, TenantStore};
pub use transaction::{ScopedTransaction, TransactionLayer, TransactionService};

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/axum.md")]
struct Guide;

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/resource.md")]
struct ResourceGuide;
