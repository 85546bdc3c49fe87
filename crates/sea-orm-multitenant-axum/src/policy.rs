//! What is asked of a request, and how it is told no.

use crate::rejection::{Rejection, Responder, TARGET};
use axum::response::Response;
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};

/// Names that no request can make the tenant of, unless told otherwise.
const RESERVED: [&str; 3] = ["public", "www", "admin"];

/// Which paths need a tenant, which names are none, and what a rejection looks like.
///
/// Paths are those that the layer sees: whole around a router, without the prefix of the nest inside of one.
///
/// ```
/// use axum::response::IntoResponse;
/// use http::StatusCode;
/// use sea_orm_multitenant_axum::{Policy, Rejection};
///
/// let policy = Policy::default()
///     .exclude("/health") // no tenant is looked for; not `/healthy`, not `/health/db`
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
    /// Looks for no tenant on this path: it gets neither scope nor record, whatever the request says.
    #[must_use]
    pub fn exclude(mut self, path: &str) -> Self {
        self.excluded.exact.insert(path.to_owned());
        self
    }

    /// As [`exclude`](Self::exclude), for a path and those below it, segment by segment.
    #[must_use]
    pub fn exclude_below(mut self, path: &str) -> Self {
        self.excluded.prefixes.push(path.trim_end_matches('/').to_owned());
        self
    }

    /// Lets a request without a tenant pass on this path. One that names a tenant must name a usable one.
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

    /// Reserves a name besides `public`, `www` and `admin`: from a request it is unknown, in whatever case.
    #[must_use]
    pub fn reserve(mut self, name: &str) -> Self {
        self.reserved.insert(name.to_lowercase());
        self
    }

    /// Reserves these names only.
    #[must_use]
    pub fn reserve_only<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { reserved: names.into_iter().map(str::to_lowercase).collect(), ..self }
    }

    /// Answers rejections, of the layer and of its extractors, with what this function makes of them.
    #[must_use]
    pub fn respond_with(self, respond: impl Fn(Rejection) -> Response + Send + Sync + 'static) -> Self {
        Self { responder: Responder::new(respond), ..self }
    }

    /// Whether a name is reserved.
    pub fn is_reserved(&self, name: &str) -> bool {
        self.reserved.contains(&name.to_lowercase())
    }

    /// Whether no tenant is looked for on this path.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.excluded.contain(path)
    }

    /// Whether a tenant may be missing on this path.
    pub(crate) fn allows_missing(&self, path: &str) -> bool {
        self.optional.contain(path)
    }

    pub(crate) fn responder(&self) -> &Responder {
        &self.responder
    }

    /// The response to a rejected request, which is logged.
    pub(crate) fn reject(&self, rejection: Rejection) -> Response {
        log(rejection);
        self.responder.respond(rejection)
    }
}

/// Clients' mistakes are many and their own; a refusal is worth a look, a failure more.
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

/// Paths, and paths with all below them.
#[derive(Debug, Clone, Default)]
struct Paths {
    exact: HashSet<String>,
    /// Without a slash at the end.
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
    fn a_slash_is_a_prefix_of_all() {
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
