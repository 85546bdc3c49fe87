//! A tenant entity as a web API.

mod action;
mod answer;
mod body;
mod declared;
mod entity;
mod error;
mod failure;
mod fields;
mod hooks;
mod key;
mod kind;
#[cfg(feature = "with-chrono")]
mod moment;
#[cfg(feature = "utoipa")]
mod openapi;
mod query;
mod read;
mod settings;
mod tenant_resource;
mod value;
mod work;
mod write;

pub use action::Action;
pub use entity::ResourceEntity;
pub use error::ResourceError;
pub use tenant_resource::TenantResource;
