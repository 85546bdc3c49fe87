//! `/acme/projects`: a segment of the path.

use crate::{
    reads::Reads,
    resolver::resolve::{Candidate, ResolveError, Resolver},
};
use axum::extract::OriginalUri;
use http::{Uri, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Resolves a segment of the path, and may take it off the request's URI.
///
/// None for a path that does not begin with the prefix or ends before the segment; malformed for an empty segment, `.` and
/// `..`, one with a slash (`%2F`) and one that is not UTF-8 behind its percent signs. Malformed too for another spelling of a segment
/// than the one that a URL has: a percent sign in place of a letter, digit or any of ``-._~!$&'()*+,;=:@`` (`/%61cme`), one with
/// hexadecimal digits in lower case, and a character without one that needs it. What looks at paths in front of the application,
/// such as a cache, takes two spellings for two paths.
///
/// To take the segment off, the layer must be around the router, since a router's own layers run when the route has been
/// chosen: `TenantLayer::layer(&layer, router)`. axum's `OriginalUri` stays the whole one, `MatchedPath` is that of the rest.
/// Under `Router::nest` a layer sees the path without the prefix of the nest; [`of_original_uri`](Self::of_original_uri)
/// reads the whole one.
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
    /// Without a slash at its end.
    prefix: String,
    strip: bool,
    original: bool,
}

impl PathSegment {
    /// The first segment: `acme` of `/acme/projects`.
    pub fn first() -> Self {
        Self::after("")
    }

    /// The segment behind a prefix: `acme` of `/t/acme/projects` behind `/t`.
    pub fn after(prefix: &str) -> Self {
        Self { prefix: prefix.trim_end_matches('/').to_owned(), strip: false, original: false }
    }

    /// Takes the prefix and the segment off the URI that the inner service sees.
    #[must_use]
    pub fn strip(self) -> Self {
        Self { strip: true, original: false, ..self }
    }

    /// Reads the path as it came, in front of every nest. Nothing is taken off then.
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

/// What a segment has only behind a percent sign, beside what is not ASCII: all but the `pchar` of RFC 3986.
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

/// Whether a segment is the one spelling of an identifier.
fn is_spelt(segment: &str, identifier: &str) -> bool {
    let mut rest = segment;
    let spelt = utf8_percent_encode(identifier, ESCAPED)
        .all(|part| rest.strip_prefix(part).map(|behind| rest = behind).is_some());
    spelt && rest.is_empty()
}

/// The URI with `rest` as its path.
fn without_segment(uri: &Uri, rest: Option<&str>) -> Result<Uri, ResolveError> {
    // Two slashes in front would make a URI of another host of it, for whoever redirects to it.
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
