//! Tenant stores: find a tenant by an identifier.

mod cached;
mod entity;
mod static_list;
pub(crate) mod tenant_store;

pub use cached::Cached;
pub use entity::{EntityStore, NotATenantEntity};
pub use static_list::StaticStore;
pub use tenant_store::{Found, StoreError, TenantStore};
