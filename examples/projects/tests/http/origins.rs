//! Requests that other sites' pages send with a logged-in user's browser.

use crate::{
    routes::{self, Call},
    site::{ADA, Ids, Site, expect},
};
use hyper::{
    Method,
    header::{HeaderName, ORIGIN, REFERER},
};
use projects::{client::Client, seed::PASSWORD};
use serde_json::json;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The headers that a browser sends from pages of other sites, and those of a program that sends none.
fn strangers(client: &Client) -> Vec<Client> {
    [
        &[][..],
        &[(ORIGIN, "http://evil.example")],
        // A sibling subdomain's page belongs to the same site: `SameSite` lets it send the cookie.
        &[(ORIGIN, "http://nordlicht.localhost"), (SEC_FETCH_SITE, "same-site")],
        &[(ORIGIN, "http://localhost")],
        &[(ORIGIN, "null")],
        &[(SEC_FETCH_SITE, "cross-site")],
        &[(SEC_FETCH_SITE, "same-site")],
        &[(ORIGIN, "http://evil.example"), (SEC_FETCH_SITE, "same-origin")],
        &[(REFERER, "http://acme.localhost/projects")],
    ]
    .map(|headers| client.clone().sent_by(headers))
    .into()
}

/// Requests that write, including login and logout, and one to an unknown address.
fn writes(ids: Ids) -> Vec<Call> {
    let login = json!({ "email": ADA, "password": PASSWORD });
    let form = vec![("email", ADA.to_owned()), ("password", PASSWORD.to_owned())];
    let named = vec![("name", "Planted".to_owned())];
    let others = [
        Call::Post("/login".to_owned(), form),
        Call::Post("/logout".to_owned(), Vec::new()),
        Call::Post("/projects".to_owned(), named),
        Call::Post("/nothing".to_owned(), Vec::new()),
        Call::Api(Method::POST, "/api/login".to_owned(), Some(login)),
        Call::Api(Method::POST, "/api/logout".to_owned(), None),
        Call::Api(Method::POST, "/api/projects".to_owned(), Some(json!({ "name": "Planted" }))),
        Call::Api(Method::PATCH, "/api/projects".to_owned(), None),
    ];
    [routes::forms_of(ids), routes::api_writes_of(ids), routes::manager_writes_of(ids), others.into()]
        .concat()
}

pub(crate) async fn a_write_that_another_page_sends_is_refused_before_all_else(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let before = site.rows().await;
    for client in strangers(&site.acme).into_iter().chain(strangers(&site.nobody)) {
        // Also where there is no account: the check runs before the account is looked up.
        let elsewhere = [client.clone().at("zeta"), client.clone().at_host("other.example")];
        for client in [client].into_iter().chain(elsewhere) {
            for call in writes(ids) {
                let answer = call.by(&client).await;
                assert_eq!(answer.status.as_u16(), 403, "{call:?}: {client:?}: {answer:?}");
                assert!(answer.set_cookie.is_none() && answer.body.contains("Origin"), "{answer:?}");
            }
        }
    }
    assert_eq!(site.rows().await, before);
    // The session has not ended, and other sites' pages may link to this one's.
    for client in strangers(&site.acme) {
        expect(&client.get("/projects").await.unwrap(), 200);
    }
}

pub(crate) async fn a_write_of_the_hosts_own_page_or_of_a_person_is_taken(site: Site) {
    for site_says in ["same-origin", "none"] {
        let client = site.acme.clone().sent_by(&[(SEC_FETCH_SITE, site_says)]);
        expect(&client.post("/projects", &[("name", site_says)]).await.unwrap(), 303);
    }
    // A program at an address of no account.
    let program = site.acme.clone().at_host("localhost").with_tenant("acme");
    let program = program.sent_by(&[(ORIGIN, "http://localhost")]);
    let created = program.api(Method::POST, "/api/projects", Some(&json!({ "name": "Its own" }))).await;
    expect(&created.unwrap(), 201);
}

pub(crate) async fn only_the_applications_own_cookie_is_taken(site: Site) {
    let mut client = site.nobody.clone();
    let answer = client.post("/login", &[("email", ADA), ("password", PASSWORD)]).await.unwrap();
    let cookie = answer.set_cookie.clone().unwrap();
    let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !answer.headers.get_all("set-cookie").iter().skip(1).any(|_| true));
    client.keep_cookie(&answer);
    expect(&client.get("/api/account").await.unwrap(), 200);

    let token = cookie.split([';', '=']).nth(1).unwrap();
    // Cookies that a sibling subdomain, or somebody on the network, can set for this host: other names, and a second
    // one of this name.
    for tossed in [
        format!("session={token}"),
        format!("__host-session={token}"),
        format!("__Secure-session={token}"),
        format!("__Host-session={token}; __Host-session={token}"),
        format!("__Host-session=made-up; __Host-session={token}"),
        format!("__Host-session={token}; __Host-session=made-up"),
    ] {
        let client = site.nobody.clone().with_cookies(&tossed);
        assert_eq!(client.get("/api/account").await.unwrap().status.as_u16(), 401, "{tossed}");
    }
    let both = site.nobody.clone().with_cookies(&format!("session=made-up; __Host-session={token}"));
    expect(&both.get("/api/account").await.unwrap(), 200);

    let out = client.post("/logout", &[]).await.unwrap().set_cookie.unwrap();
    for part in ["__Host-session=;", "Secure", "Path=/", "Max-Age=0"] {
        assert!(out.contains(part), "browsers would not take it: {out}");
    }
}
