//! Checks which page sent a request: one of this host, or another site's.
//!
//! A browser adds the cookie to requests that other sites send, too, and another site's form can log a visitor in.
//! `SameSite` does not stop a sibling subdomain: `acme.example.org` and `zeta.example.org` are one site. The header
//! `Origin` does: browsers send it with every request that may change something, and no script can forge it.

use crate::{error::AppError, tenants::SCHEME};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, Uri, header},
    middleware::Next,
    response::Response,
};

/// The headers with which browsers tell who sent a request: <https://www.w3.org/TR/fetch-metadata/>.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a request that may change something unless a page of the same origin sent it. This is the outermost of the
/// working layers: nothing is read or begun before it.
///
/// A request that does not tell who sent it is refused too, with a cookie or without one: current browsers send no such
/// request, and a login has no cookie yet. A program must send `Origin: http://localhost:8080`. If you add tokens in
/// `Authorization`, which no browser adds by itself, you may let requests pass that have a token and no cookie.
pub(crate) async fn demand_own(request: Request, next: Next) -> Result<Response, AppError> {
    if request.method().is_safe() || is_own(request.uri(), request.headers()).unwrap_or(false) {
        Ok(next.run(request).await)
    } else {
        Err(AppError::ForeignOrigin)
    }
}

/// Whether the request tells that only its own origin sent it; `None` when it is malformed.
fn is_own(uri: &Uri, headers: &HeaderMap) -> Option<bool> {
    let host = host(uri, headers)?;
    let origin = single(headers, &header::ORIGIN)?.map(|origin| {
        let rest = origin.strip_prefix(SCHEME).and_then(|rest| rest.strip_prefix("://"));
        rest.is_some_and(|origin| origin.eq_ignore_ascii_case(host))
    });
    // `none` means a person: a typed address, or a form that is sent again.
    let site = single(headers, &SEC_FETCH_SITE)?.map(|site| matches!(site, "same-origin" | "none"));
    let is_given = origin.is_some() || site.is_some();
    Some(is_given && origin.unwrap_or(true) && site.unwrap_or(true))
}

/// The host and port that the request is for; `None` without one, or with two.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let authority = uri.authority().map(|authority| authority.as_str());
    match (authority, single(headers, &header::HOST)?) {
        (Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => None,
        (authority, host) => authority.or(host),
    }
}

/// The value of an optional header; `None` when there are several values, or it is not text.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, host: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.append(header::HOST, host.parse().expect("a host"));
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a value"));
        }
        is_own(&uri.parse().expect("a URI"), &map).unwrap_or(false)
    }

    #[test]
    fn only_the_same_scheme_host_and_port_are_the_same_origin() {
        let host = "acme.localhost:8080";
        for own in ["http://acme.localhost:8080", "http://ACME.localhost:8080"] {
            assert!(asked("/", host, &[("origin", own)]), "{own}");
        }
        for foreign in [
            "https://acme.localhost:8080",
            "http://acme.localhost",
            "http://acme.localhost:80",
            "http://acme.localhost:8081",
            "http://acme.localhost.:8080",
            "http://acme.localhost:8080/",
            "http://acme.localhost:8080.evil.example",
            "http://evil-acme.localhost:8080",
            "http://zeta.localhost:8080",
            "http://localhost:8080",
            "http://evil.example",
            "acme.localhost:8080",
            "null",
            "",
        ] {
            assert!(!asked("/", host, &[("origin", foreign)]), "{foreign}");
        }
    }

    #[test]
    fn every_header_must_match_and_occur_once() {
        const OWN: (&str, &str) = ("origin", "http://a.localhost");
        const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
        const SIBLING: (&str, &str) = ("sec-fetch-site", "same-site");
        const FOREIGN: (&str, &str) = ("origin", "http://b.localhost");
        let host = "a.localhost";
        for right in [&[OWN][..], &[SAME], &[OWN, SAME], &[("sec-fetch-site", "none")]] {
            assert!(asked("/", host, right), "{right:?}");
        }
        for wrong in [
            &[][..],
            &[SIBLING],
            &[("sec-fetch-site", "cross-site")],
            &[OWN, SIBLING],
            &[FOREIGN, SAME],
            &[OWN, FOREIGN],
            &[FOREIGN, OWN],
            &[OWN, OWN],
            &[SAME, SIBLING],
            &[("referer", "http://a.localhost/")],
        ] {
            assert!(!asked("/", host, wrong), "{wrong:?}");
        }
        assert!(asked("http://a.localhost/", host, &[OWN]));
        assert!(!asked("http://b.localhost/", host, &[OWN]));
        assert!(!asked("http://b.localhost/", host, &[FOREIGN]));
        assert!(!asked("/", host, &[OWN, ("host", "b.localhost")]));
    }
}
