//! Each resolver with each outcome.

use crate::harness::{app, ask, code, get_with, store, tenancy, tenant_header};
use axum::body::Body;
use http::{HeaderName, HeaderValue, Request, request::Parts};
use rstest::rstest;
use sea_orm_multitenant_axum::{
    Candidate, Chain, Cookie, Fixed, FromExtension, HostMap, PathSegment, ResolveError, Subdomain,
    TenantLayer, WholeHost, async_resolver,
};

/// Sends a request to an application with these resolvers and returns the tenant, or the code of the rejection.
async fn outcome(resolvers: impl Into<Chain>, request: Request<Body>) -> String {
    let app = app(TenantLayer::new(tenancy().await, resolvers, store()));
    match ask(&app, request).await {
        (200, tenant) => tenant,
        (_, body) => code(&body).trim_end_matches("_tenant").to_owned(),
    }
}

fn host(host: &str) -> Request<Body> {
    get_with("/", &[("host", host)])
}

#[rstest]
#[case("acme.example.org", "1")]
#[case("ACME.Example.Org", "1")]
#[case("acme.example.org:8080", "1")]
#[case("acme.example.org.", "1")]
#[case("acme.example.org.:443", "1")]
#[case("xn--bcher-kva.example.org", "6")]
#[case("XN--BCHER-KVA.EXAMPLE.ORG", "6")]
#[case("zeta.example.org", "2")]
#[case("gone.example.org", "disabled")]
#[case("nobody.example.org", "unknown")]
#[case("admin.example.org", "unknown")]
#[case("PUBLIC.example.org", "unknown")]
#[case("example.org", "missing")]
#[case("www.example.org", "missing")]
#[case("WWW.example.org:80", "missing")]
#[case("a.acme.example.org", "missing")]
#[case("www.acme.example.org", "missing")]
#[case("acme.example.com", "missing")]
#[case("acmeexample.org", "missing")]
#[case("example.org.acme.example", "missing")]
#[case("127.0.0.1", "missing")]
#[case("127.0.0.1:8080", "missing")]
#[case("[::1]:8080", "missing")]
#[case("acme..example.org", "malformed")]
#[case(".example.org", "malformed")]
#[case("acme.example.org..", "malformed")]
#[case("acme.example.org:http", "malformed")]
#[case("zeta@acme.example.org", "malformed")]
#[case("acme%2eexample.org", "malformed")]
#[case("xn--a.example.org", "malformed")]
#[case("", "malformed")]
#[tokio::test]
async fn subdomain_is_resolved(#[case] name: &str, #[case] expected: &str) {
    let resolver = Subdomain::of("Example.ORG").expect("a host");
    assert_eq!(outcome(resolver, host(name)).await, expected);
}

/// A host that is not in DNS's form may be read as another host, or none, by other programs that see the request.
#[rstest]
#[case("bücher.example.org")]
#[case("ac\u{ad}me.example.org")]
#[case("\u{ff41}\u{ff43}\u{ff4d}\u{ff45}.example.org")]
#[case("acme\u{3002}example.org")]
#[case("acme.example\u{ff0e}org")]
#[case("ac\u{200d}me.example.org")]
#[case("acme.ex\u{ad}ample.org")]
#[tokio::test]
async fn a_host_that_idna_would_map_is_malformed(#[case] name: &str) {
    let hosts = HostMap::new([("acme.example.org", "acme")]).expect("hosts");
    let chains: [Chain; 3] =
        [Subdomain::of("example.org").expect("a host").into(), hosts.into(), WholeHost::new().into()];
    for chain in chains {
        let mut request = host("example.org");
        request.headers_mut().insert("host", HeaderValue::from_bytes(name.as_bytes()).expect("a value"));
        assert_eq!(outcome(chain, request).await, "malformed");
    }
    let forwarded = HeaderName::from_static("x-forwarded-host");
    let mut request = host("acme.example.org");
    request
        .headers_mut()
        .insert(forwarded.clone(), HeaderValue::from_bytes(name.as_bytes()).expect("a value"));
    let subdomain = Subdomain::of("example.org").expect("a host").from_header(forwarded);
    assert_eq!(outcome(subdomain, request).await, "malformed");
}

#[test]
fn a_host_listed_with_two_tenants_is_an_error() {
    let error = HostMap::new([("acme.com", "acme"), ("ACME.com.", "zeta")]).expect_err("two tenants");
    assert_eq!(error.to_string(), "`ACME.com.` is listed with two tenants; remove one");
    assert!(HostMap::new([("bücher.example", "acme"), ("xn--bcher-kva.example", "zeta")]).is_err());
    assert!(HostMap::new([("acme.com", "acme"), ("Acme.com", "acme")]).is_ok());
}

#[tokio::test]
async fn a_base_domain_may_be_written_in_unicode() {
    let base = Subdomain::of("bücher.example").expect("a host");
    assert_eq!(outcome(base, host("acme.xn--bcher-kva.example")).await, "1");
}

#[rstest]
#[case("www.acme.example.org", "1")]
#[case("acme.example.org", "1")]
#[case("www.example.org", "missing")]
#[case("www.www.example.org", "missing")]
#[case("www.a.acme.example.org", "missing")]
#[tokio::test]
async fn subdomain_with_www_stripped(#[case] name: &str, #[case] expected: &str) {
    let resolver = Subdomain::of("example.org").expect("a host").strip_www();
    assert_eq!(outcome(resolver, host(name)).await, expected);
}

#[tokio::test]
async fn subdomain_with_www_as_a_name_is_reserved() {
    let resolver = Subdomain::of("example.org").expect("a host").www_is_a_tenant();
    assert_eq!(outcome(resolver, host("www.example.org")).await, "unknown");
}

#[rstest]
#[case("http://acme.example.org/", Some("ACME.example.org:80"), "1")]
#[case("http://acme.example.org/", None, "1")]
#[case("http://acme.example.org/", Some("zeta.example.org"), "ambiguous")]
#[case("/", None, "missing")]
#[tokio::test]
async fn subdomain_of_the_uri_and_the_header(
    #[case] uri: &str,
    #[case] header: Option<&str>,
    #[case] expected: &str,
) {
    let headers: Vec<_> = header.map(|host| ("host", host)).into_iter().collect();
    let resolver = Subdomain::of("example.org").expect("a host");
    assert_eq!(outcome(resolver, get_with(uri, &headers)).await, expected);
}

#[tokio::test]
async fn two_hosts_are_ambiguous() {
    let request = || get_with("/", &[("host", "acme.example.org"), ("host", "acme.example.org")]);
    assert_eq!(outcome(Subdomain::of("example.org").expect("a host"), request()).await, "ambiguous");
    let hosts = HostMap::new([("acme.example.org", "acme")]).expect("hosts");
    assert_eq!(outcome(hosts, request()).await, "ambiguous");
    assert_eq!(outcome(WholeHost::new(), request()).await, "ambiguous");
}

#[tokio::test]
async fn a_forwarded_host_is_read_only_if_configured() {
    let request = || get_with("/", &[("host", "acme.example.org"), ("x-forwarded-host", "zeta.example.org")]);
    let base = || Subdomain::of("example.org").expect("a host");
    assert_eq!(outcome(base(), request()).await, "1");
    let forwarded = HeaderName::from_static("x-forwarded-host");
    assert_eq!(outcome(base().from_header(forwarded.clone()), request()).await, "2");
    assert_eq!(outcome(base().from_header(forwarded), host("acme.example.org")).await, "missing");
}

#[rstest]
#[case("acme.com", "1")]
#[case("ACME.COM.:443", "1")]
#[case("shop.zeta.example", "2")]
#[case("xn--bcher-kva.example", "6")]
#[case("nobody.example", "missing")]
#[case("sub.acme.com", "missing")]
#[case("root.example", "unknown")]
#[case("gone.example", "disabled")]
#[case("stale.example", "unknown")]
#[case("10.0.0.1", "missing")]
#[case("acme.com:x", "malformed")]
#[tokio::test]
async fn host_map_is_resolved(#[case] name: &str, #[case] expected: &str) {
    let hosts = [
        ("acme.com", "acme"),
        ("Shop.Zeta.example", "zeta"),
        ("bücher.example", "xn--bcher-kva"),
        ("root.example", "admin"),
        ("gone.example", "gone"),
        ("stale.example", "nobody"),
    ];
    assert_eq!(outcome(HostMap::new(hosts).expect("hosts"), host(name)).await, expected);
}

#[rstest]
#[case("acme", "1")]
#[case("ACME:80", "1")]
#[case("nobody.example", "unknown")]
#[case("127.0.0.1", "missing")]
#[case("admin", "unknown")]
#[case("gone.", "disabled")]
#[case("acme:http", "malformed")]
#[tokio::test]
async fn whole_host_is_resolved(#[case] name: &str, #[case] expected: &str) {
    assert_eq!(outcome(WholeHost::new(), host(name)).await, expected);
}

#[rstest]
#[case(&["acme"], "1")]
#[case(&["gone"], "disabled")]
#[case(&["ACME"], "unknown")]
#[case(&["nobody"], "unknown")]
#[case(&["1"], "unknown")]
#[case(&["public"], "unknown")]
#[case(&["Admin"], "unknown")]
#[case(&["' OR 1=1 --"], "unknown")]
#[case(&[], "missing")]
#[case(&[""], "malformed")]
#[case(&["  "], "malformed")]
#[case(&["acme "], "malformed")]
#[case(&["acme\tx"], "malformed")]
#[case(&["acme", "acme"], "ambiguous")]
#[case(&["acme", "zeta"], "ambiguous")]
#[case(&["acme, zeta"], "ambiguous")]
#[case(&["acme,acme"], "ambiguous")]
#[tokio::test]
async fn header_is_resolved(#[case] values: &[&str], #[case] expected: &str) {
    let headers: Vec<_> = values.iter().map(|value| ("x-tenant", *value)).collect();
    assert_eq!(outcome(tenant_header(), get_with("/", &headers)).await, expected);
}

#[tokio::test]
async fn header_with_non_utf8_bytes_is_malformed() {
    for bytes in [&b"\xff\xfe"[..], &[b'a'; 254]] {
        let mut request = get_with("/", &[]);
        request.headers_mut().insert("x-tenant", HeaderValue::from_bytes(bytes).expect("a value"));
        assert_eq!(outcome(tenant_header(), request).await, "malformed");
    }
}

#[rstest]
#[case("/acme", "1")]
#[case("/acme/", "1")]
#[case("/acme/projects/7", "1")]
#[case("/%61cme/projects", "malformed")]
#[case("/acm%65", "malformed")]
#[case("/%41CME", "malformed")]
#[case("/acme%2dx", "malformed")]
#[case("/b%C3%BCcher", "unknown")]
#[case("/b%c3%bccher", "malformed")]
#[case("/b%C3%bccher", "malformed")]
#[case("/a%20b", "unknown")]
#[case("/a@b", "unknown")]
#[case("/a%40b", "malformed")]
#[case("/a|b", "malformed")]
#[case("/a%", "malformed")]
#[case("/a%2", "malformed")]
#[case("/a%zz", "malformed")]
#[case("/a%25b", "unknown")]
#[case("/ACME", "unknown")]
#[case("/nobody/x", "unknown")]
#[case("/gone/x", "disabled")]
#[case("/Public/x", "unknown")]
#[case("/%70ublic/x", "malformed")]
#[case("/", "missing")]
#[case("//acme", "malformed")]
#[case("/./acme", "malformed")]
#[case("/../acme", "malformed")]
#[case("/%2e%2e/acme", "malformed")]
#[case("/acme%2Fzeta", "malformed")]
#[case("/%ff", "malformed")]
#[case("/acme%00", "malformed")]
#[case("/acme%20", "malformed")]
#[tokio::test]
async fn path_segment_is_resolved(#[case] uri: &str, #[case] expected: &str) {
    assert_eq!(outcome(PathSegment::first(), get_with(uri, &[])).await, expected);
}

#[rstest]
#[case("/t/acme", "1")]
#[case("/t/acme/t/zeta", "1")]
#[case("/t/", "missing")]
#[case("/t", "missing")]
#[case("/team/acme", "missing")]
#[case("/x/t/acme", "missing")]
#[case("/t//acme", "malformed")]
#[tokio::test]
async fn path_segment_after_a_prefix_is_resolved(#[case] path: &str, #[case] expected: &str) {
    assert_eq!(outcome(PathSegment::after("/t/"), get_with(path, &[])).await, expected);
}

#[derive(Clone)]
struct Claims(Option<&'static str>);

#[rstest]
#[case(Some(Claims(Some("acme"))), "1")]
#[case(Some(Claims(Some("nobody"))), "unknown")]
#[case(Some(Claims(Some("admin"))), "unknown")]
#[case(Some(Claims(Some("gone"))), "disabled")]
#[case(Some(Claims(Some(""))), "malformed")]
#[case(Some(Claims(None)), "missing")]
#[case(None, "missing")]
#[tokio::test]
async fn request_extension_is_resolved(#[case] claims: Option<Claims>, #[case] expected: &str) {
    let mut request = get_with("/", &[]);
    if let Some(claims) = claims {
        request.extensions_mut().insert(claims);
    }
    let resolver = FromExtension::new(|claims: &Claims| claims.0.map(str::to_owned));
    assert_eq!(outcome(resolver, request).await, expected);
}

#[rstest]
#[case(&["tenant=acme"], "1")]
#[case(&["theme=dark; tenant=acme; x=y"], "1")]
#[case(&["theme=dark", "tenant=\"acme\""], "malformed")]
#[case(&["tenant=\"acme"], "malformed")]
#[case(&["tenant=acme\""], "malformed")]
#[case(&["tenant=acme; tenant=acme"], "1")]
#[case(&["xtenant=zeta;tenant=acme"], "1")]
#[case(&["tenant=nobody"], "unknown")]
#[case(&["tenant=WWW"], "unknown")]
#[case(&["tenant=gone"], "disabled")]
#[case(&["Tenant=acme"], "missing")]
#[case(&["tenants=acme"], "missing")]
#[case(&["tenant"], "missing")]
#[case(&[], "missing")]
#[case(&["tenant="], "malformed")]
#[case(&["tenant=\"\""], "malformed")]
#[case(&["tenant=acme; tenant=zeta"], "ambiguous")]
#[case(&["tenant=acme", "tenant=zeta"], "ambiguous")]
#[tokio::test]
async fn cookie_is_resolved(#[case] cookies: &[&str], #[case] expected: &str) {
    let headers: Vec<_> = cookies.iter().map(|value| ("cookie", *value)).collect();
    assert_eq!(outcome(Cookie::new("tenant"), get_with("/", &headers)).await, expected);
}

#[rstest]
#[case("acme", "1")]
#[case("nobody", "unknown")]
#[case("gone", "disabled")]
#[case("public", "4")]
#[tokio::test]
async fn fixed_tenant_is_resolved(#[case] identifier: &str, #[case] expected: &str) {
    assert_eq!(outcome(Fixed::new(identifier), host("zeta.example.org")).await, expected);
}

fn tenant_of(session: &str) -> Result<Option<Candidate>, ResolveError> {
    if session == "two" {
        return Err(ResolveError::Ambiguous);
    }
    Ok(session.strip_prefix("s-").map(Candidate::new))
}

#[rstest]
#[case("s-acme", "1")]
#[case("s-nobody", "unknown")]
#[case("s-admin", "unknown")]
#[case("s-gone", "disabled")]
#[case("s-", "malformed")]
#[case("two", "ambiguous")]
#[case("expired", "missing")]
#[tokio::test]
async fn closure_is_resolved(#[case] session: &str, #[case] expected: &str) {
    let resolver = async_resolver(|request: &Parts| {
        let session = request.headers["x-session"].to_str().expect("text").to_owned();
        async move {
            tokio::task::yield_now().await;
            tenant_of(&session)
        }
    });
    let chain = Chain::new().then_async(resolver);
    let request = || get_with("/", &[("x-session", session)]);
    assert_eq!(outcome(chain, request()).await, expected);
    // A closure that does not wait is a resolver by itself.
    let at_once = |request: &Parts| tenant_of(request.headers["x-session"].to_str().expect("text"));
    assert_eq!(outcome(Chain::new().then(at_once), request()).await, expected);
}
