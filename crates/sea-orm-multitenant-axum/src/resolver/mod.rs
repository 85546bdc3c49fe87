//! Resolvers: read the identifier of the tenant from a request.

mod closure;
mod cookie;
mod extension;
mod fixed;
mod header;
mod host;
mod host_map;
mod path;
pub(crate) mod resolve;
mod subdomain;
mod whole_host;

pub use closure::{AsyncResolver, async_resolver};
pub use cookie::Cookie;
pub use extension::FromExtension;
pub use fixed::Fixed;
pub use header::Header;
pub use host::InvalidHost;
pub use host_map::HostMap;
pub use path::PathSegment;
pub use resolve::{Candidate, ResolveError, Resolver};
pub use subdomain::Subdomain;
pub use whole_host::WholeHost;
