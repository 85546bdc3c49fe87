//! Which requests need a tenant, and how rejected requests are answered.

use crate::rejection::{Rejection, Responder, TARGET};
use axum::response::Response;
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};

/// Names that cannot be a tenant in a request, by default.
const RESERVED: [&str; 3] = ["public", "www", "admin"];

/// Which paths need a tenant, which names are reserved, and how rejections are answered.
///
/// Paths are those that the layer sees: the whole path around a router, the path without the nest's prefix inside of
/// one.
///
/// ```
/// use axum::response::IntoResponse;
/// use http::StatusCode;
/// use sea_orm_multitenant_axum::{Policy, Rejection};
///
/// let policy = Policy::default()
///     .exclude("/health") // no tenant here; not `/healthy`, not `/health/db`
///     .exclude_below("/assets")
///     .allow_missing("/") // a tenant, or none
///     .reserve("status")
///     .respond_with(|rejection| match rejection {
///         Rejection::Disabled => (StatusCode::PAYMENT_REQUIRED, "please pay").into_response(),
///         other => other.into_response(),
///     });
/// assert!(policy.is_reserved("Status") && policy.is_reserved("ADMIN"));
/// ```
#[derive(Clone)]
pub struct Policy {
    excluded: Paths,
    optional: Paths,
    reserved: BTreeSet<String>,
    responder: Responder,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            excluded: Paths::default(),
            optional: Paths::default(),
            reserved: RESERVED.map(str::to_owned).into(),
            responder: Responder::default(),
        }
    }
}

impl Policy {
    /// Excludes a path: its requests get neither scope nor record, whatever they contain.
    #[must_use]
    pub fn exclude(mut self, path: &str) -> Self {
        self.excluded.exact.insert(path.to_owned());
        self
    }

    /// Excludes a path and the paths below it, compared by segments.
    #[must_use]
    pub fn exclude_below(mut self, path: &str) -> Self {
        self.excluded.prefixes.push(path.trim_end_matches('/').to_owned());
        self
    }

    /// Lets requests without a tenant pass on this path. A request that names a tenant must name one that exists and is
    /// not disabled.
    #[must_use]
    pub fn allow_missing(mut self, path: &str) -> Self {
        self.optional.exact.insert(path.to_owned());
        self
    }

    /// As [`allow_missing`](Self::allow_missing), for a path and those below it; `/` for all.
    #[must_use]
    pub fn allow_missing_below(mut self, path: &str) -> Self {
        self.optional.prefixes.push(path.trim_end_matches('/').to_owned());
        self
    }

    /// Reserves a name in addition to `public`, `www` and `admin`: a request that names it is answered as for an
    /// unknown tenant, in any case of letters.
    #[must_use]
    pub fn reserve(mut self, name: &str) -> Self {
        self.reserved.insert(name.to_lowercase());
        self
    }

    /// Reserves only these names.
    #[must_use]
    pub fn reserve_only<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { reserved: names.into_iter().map(str::to_lowercase).collect(), ..self }
    }

    /// Sets the function that answers rejections of the layer and of its extractors.
    #[must_use]
    pub fn respond_with(self, respond: impl Fn(Rejection) -> Response + Send + Sync + 'static) -> Self {
        Self { responder: Responder::new(respond), ..self }
    }

    /// Whether a name is reserved.
    pub fn is_reserved(&self, name: &str) -> bool {
        self.reserved.contains(&name.to_lowercase())
    }

    /// Whether the path is excluded.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.excluded.contain(path)
    }

    /// Whether a tenant is optional on this path.
    pub(crate) fn allows_missing(&self, path: &str) -> bool {
        self.optional.contain(path)
    }

    pub(crate) fn responder(&self) -> &Responder {
        &self.responder
    }

    /// Logs a rejected request and makes the response to it.
    pub(crate) fn reject(&self, rejection: Rejection) -> Response {
        log(rejection);
        self.responder.respond(rejection)
    }
}

/// Clients' mistakes are frequent and harmless to the service; a refusal deserves attention, a failure more.
pub(crate) fn log(rejection: Rejection) {
    let code = rejection.code();
    match rejection {
        Rejection::Missing | Rejection::Malformed | Rejection::Ambiguous | Rejection::Unknown => {
            tracing::debug!(target: TARGET, code, "request rejected: {rejection}");
        }
        Rejection::Disabled | Rejection::Forbidden => {
            tracing::warn!(target: TARGET, code, "request rejected: {rejection}");
        }
        Rejection::Unavailable | Rejection::NotCommitted | Rejection::Misconfigured => {
            tracing::error!(target: TARGET, code, "request rejected: {rejection}");
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("excluded", &self.excluded)
            .field("optional", &self.optional)
            .field("reserved", &self.reserved)
            .finish_non_exhaustive()
    }
}

/// Paths, and prefixes of paths.
#[derive(Debug, Clone, Default)]
struct Paths {
    exact: HashSet<String>,
    /// Without a trailing slash.
    prefixes: Vec<String>,
}

impl Paths {
    fn contain(&self, path: &str) -> bool {
        let below = |prefix: &String| {
            path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.exact.contains(path) || self.prefixes.iter().any(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/health", true)]
    #[case("/healthy", false)]
    #[case("/health/db", false)]
    #[case("/health/", false)]
    #[case("/HEALTH", false)]
    #[case("/assets", true)]
    #[case("/assets/", true)]
    #[case("/assets/app.css", true)]
    #[case("/assets2", false)]
    #[case("//assets", false)]
    #[case("/x/assets", false)]
    #[case("/", false)]
    fn paths_are_excluded_by_whole_segments(#[case] path: &str, #[case] excluded: bool) {
        let policy = Policy::default().exclude("/health").exclude_below("/assets/");
        assert_eq!(policy.excludes(path), excluded);
        let policy = Policy::default().allow_missing("/health").allow_missing_below("/assets");
        assert_eq!(policy.allows_missing(path), excluded);
        assert!(!policy.excludes(path));
    }

    #[test]
    fn a_slash_is_a_prefix_of_every_path() {
        let policy = Policy::default().allow_missing_below("/");
        assert!(policy.allows_missing("/") && policy.allows_missing("/a/b"));
    }

    #[test]
    fn names_are_reserved_in_any_case() {
        let policy = Policy::default().reserve("Straße");
        for name in ["public", "PUBLIC", "Www", "admin", "straße", "STRAßE"] {
            assert!(policy.is_reserved(name), "{name}");
        }
        assert!(!policy.is_reserved("acme"));
        assert!(!policy.reserve_only(["root"]).is_reserved("admin"));
    }
}
