//! `/acme/projects`: a segment of the path.

use crate::{
    reads::Reads,
    resolver::resolve::{Candidate, ResolveError, Resolver},
};
use axum::extract::OriginalUri;
use http::{Uri, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Resolves a segment of the path, and may remove it from the request's URI.
///
/// Finds nothing for a path that does not begin with the prefix, or ends before the segment. Malformed for an empty
/// segment, `.` and `..`, a segment with a slash (`%2F`), and one that does not decode to UTF-8. Also malformed for a
/// spelling other than the normal one: a percent-encoded letter, digit or any of ``-._~!$&'()*+,;=:@`` (`/%61cme`),
/// lower-case hexadecimal digits, and a character that is not encoded and should be. Programs in front of the
/// application that look at paths, such as a cache, treat two spellings as two paths.
///
/// To remove the segment, put the layer around the router, since a router's own layers run after the route was chosen:
/// `TenantLayer::layer(&layer, router)`. axum's `OriginalUri` stays the whole URI, and `MatchedPath` matches the rest.
/// Under `Router::nest` a layer sees the path without the nest's prefix; [`of_original_uri`](Self::of_original_uri)
/// reads the whole path.
///
/// ```
/// use http::Request;
/// use sea_orm_multitenant_axum::{Candidate, PathSegment, Resolver};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (parts, ()) = Request::get("/t/acme/projects?page=2").body(())?.into_parts();
/// let kept = PathSegment::after("/t").resolve(&parts)?;
/// assert_eq!(kept, Some(Candidate::new("acme")));
/// let stripped = PathSegment::after("/t").strip().resolve(&parts)?;
/// assert_eq!(stripped, Some(Candidate::new("acme").with_uri("/projects?page=2".parse()?)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PathSegment {
    /// Without a trailing slash.
    prefix: String,
    strip: bool,
    original: bool,
}

impl PathSegment {
    /// Creates a resolver of the first segment: `acme` of `/acme/projects`.
    pub fn first() -> Self {
        Self::after("")
    }

    /// Creates a resolver of the segment after a prefix: `acme` of `/t/acme/projects` after `/t`.
    pub fn after(prefix: &str) -> Self {
        Self { prefix: prefix.trim_end_matches('/').to_owned(), strip: false, original: false }
    }

    /// Removes the prefix and the segment from the URI that the inner service sees.
    #[must_use]
    pub fn strip(self) -> Self {
        Self { strip: true, original: false, ..self }
    }

    /// Reads the original path, before any nest removed its prefix. Nothing is removed from the URI then.
    #[must_use]
    pub fn of_original_uri(self) -> Self {
        Self { original: true, strip: false, ..self }
    }
}

impl Resolver for PathSegment {
    fn resolve(&self, request: &Parts) -> Result<Option<Candidate>, ResolveError> {
        let original = request.extensions.get::<OriginalUri>().filter(|_| self.original);
        let uri = original.map_or(&request.uri, |OriginalUri(uri)| uri);
        let behind = uri.path().strip_prefix(&self.prefix).and_then(|path| path.strip_prefix('/'));
        let Some(path) = behind else { return Ok(None) };
        let (segment, rest) = match path.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None if path.is_empty() => return Ok(None),
            None => (path, None),
        };
        let decoded = percent_decode_str(segment).decode_utf8();
        let identifier = decoded.map_err(|_| ResolveError::Malformed)?;
        if !is_spelt(segment, &identifier) {
            return Err(ResolveError::Malformed);
        }
        if identifier.is_empty()
            || identifier == "."
            || identifier == ".."
            || identifier.contains(['/', '\\'])
        {
            return Err(ResolveError::Malformed);
        }
        let candidate = Candidate::new(identifier);
        if self.strip {
            Ok(Some(candidate.with_uri(without_segment(uri, rest)?)))
        } else {
            Ok(Some(candidate))
        }
    }

    fn reads(&self) -> Reads {
        Reads::nothing()
    }
}

/// The ASCII characters that must be percent-encoded in a segment: all except the `pchar` of RFC 3986.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Whether a segment is the normal spelling of an identifier.
fn is_spelt(segment: &str, identifier: &str) -> bool {
    let mut rest = segment;
    let spelt = utf8_percent_encode(identifier, ESCAPED)
        .all(|part| rest.strip_prefix(part).map(|behind| rest = behind).is_some());
    spelt && rest.is_empty()
}

/// Replaces the path of the URI by `rest`.
fn without_segment(uri: &Uri, rest: Option<&str>) -> Result<Uri, ResolveError> {
    // A path that begins with two slashes would be read as another host by whoever redirects to it.
    let rest = rest.unwrap_or_default();
    if rest.starts_with(['/', '\\']) {
        return Err(ResolveError::Malformed);
    }
    let path_and_query = match uri.query() {
        Some(query) => format!("/{rest}?{query}"),
        None => format!("/{rest}"),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.try_into().map_err(|_| ResolveError::Malformed)?);
    Uri::from_parts(parts).map_err(|_| ResolveError::Malformed)
}
