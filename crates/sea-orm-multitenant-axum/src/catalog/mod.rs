//! From an identifier to a tenant.

mod cached;
mod entity;
mod static_map;
pub(crate) mod store;

pub use cached::Cached;
pub use entity::{EntityCatalog, NotOfTenants};
pub use static_map::StaticCatalog;
pub use store::{CatalogError, Found, TenantCatalog};
