//! Finding the account of a request.

use crate::{
    routes,
    site::{ADA, JANA, Site, expect, expect_redirect},
};
use hyper::Method;
use projects::seed::PASSWORD;
use serde_json::json;

pub(crate) async fn each_account_has_its_address_and_the_other_has_none_of_its_links(site: Site) {
    // Like a person: log in at one address, look, change something, and go to the other address with the same browser,
    // which keeps the cookies of the two apart.
    let mut acme = site.outside.clone().at("acme");
    acme.keep_cookie(&acme.post("/login", &[("email", ADA), ("password", PASSWORD)]).await.unwrap());
    let page = acme.get("/projects").await.unwrap();
    assert!(
        page.body.contains("Kestrel upper stage") && !page.body.contains("Lighthouse anthology"),
        "{page:?}"
    );
    let links: Vec<_> = links(&page.body).collect();
    assert!(links.len() >= 5, "{links:?}");
    let renamed = acme.post(&links[0], &[("name", "Seen by Acme only")]).await.unwrap();
    expect_redirect(&renamed, &links[0]);

    let mut nordlicht = site.outside.clone().at("nordlicht");
    expect_redirect(&nordlicht.get("/projects").await.unwrap(), "/login");
    nordlicht
        .keep_cookie(&nordlicht.post("/login", &[("email", JANA), ("password", PASSWORD)]).await.unwrap());
    let page = nordlicht.get("/projects").await.unwrap();
    assert!(page.body.contains("Lighthouse anthology") && !page.body.contains("Seen by Acme"), "{page:?}");
    for link in &links {
        expect(&acme.get(link).await.unwrap(), 200);
        let answer = nordlicht.get(link).await.unwrap();
        expect(&answer, 404);
        assert!(!answer.body.contains("Acme"), "{answer:?}");
    }
}

/// Returns the addresses of the projects that a page links to.
fn links(page: &str) -> impl Iterator<Item = String> {
    let after = page.split("href=\"").skip(1);
    let addresses = after.filter_map(|text| text.split_once('"')).map(|(address, _)| address.to_owned());
    addresses.filter(|address| address.strip_prefix("/projects/").is_some_and(|id| id.parse::<i64>().is_ok()))
}

pub(crate) async fn a_header_names_the_account_as_well_as_a_subdomain(site: Site) {
    let address = site.address.to_string();
    for host in [&*address, "localhost", "example.com"] {
        let acme = site.acme.clone().at_host(host).with_tenant("acme");
        let account = acme.get("/api/account").await.unwrap();
        expect(&account, 200);
        assert_eq!(account.json()["subdomain"], json!("acme"));
        let projects = acme.get("/api/projects").await.unwrap();
        assert!(projects.body.contains("Kestrel") && !projects.body.contains("Lighthouse"), "{projects:?}");
    }
    let mut program = site.outside.clone().with_tenant("nordlicht");
    let login = json!({ "email": JANA, "password": PASSWORD });
    program.keep_cookie(&program.api(Method::POST, "/api/login", Some(&login)).await.unwrap());
    assert_eq!(program.get("/api/account").await.unwrap().json()["subdomain"], json!("nordlicht"));
    // Both may name an account, if they name the same.
    expect(&site.acme.clone().with_tenant("acme").get("/projects").await.unwrap(), 200);
    expect(&site.acme.clone().with_tenant("nordlicht").get("/projects").await.unwrap(), 400);
}

pub(crate) async fn an_unknown_or_missing_account_is_refused_by_pages_and_api(site: Site) {
    let before = site.rows().await;
    let ids = site.ids("Acme Rockets").await;
    let calls = [routes::pages(), routes::api(), routes::all_of(ids), routes::managers_of(ids)].concat();
    for unknown in ["zeta", "admin", "acmes", "xn--acme-"] {
        let clients =
            [site.acme.clone().at(unknown), site.acme.clone().at_host("localhost").with_tenant(unknown)];
        for client in clients {
            let status = if unknown == "xn--acme-" && client.host().contains(unknown) { 400 } else { 404 };
            for call in &calls {
                let answer = call.by(&client).await;
                assert_eq!(answer.status.as_u16(), status, "{unknown}: {call:?}: {answer:?}");
                assert!(answer.set_cookie.is_none() && !answer.body.contains("Acme"), "{call:?}: {answer:?}");
            }
        }
    }
    for call in calls {
        let answer = call.by(&site.acme.clone().at_host(&site.address.to_string())).await;
        assert_eq!(answer.status.as_u16(), 400, "{call:?}: {answer:?}");
    }
    let api = site.acme.clone().at("zeta").get("/api/projects").await.unwrap();
    assert_eq!(api.json(), json!({ "error": "there is no such account" }));
    let page = site.acme.clone().at("zeta").get("/login").await.unwrap();
    let accounts = format!(r#"href="//localhost:{}/""#, site.address.port());
    assert!(page.body.contains("<!doctype html>") && page.body.contains(&accounts), "{page:?}");
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn who_belongs_to_another_account_is_refused_whatever_the_request_is(site: Site) {
    let before = site.rows().await;
    let ids = site.ids("Nordlicht Verlag").await;
    let markers = before.markers(ids.account);
    let strangers =
        [site.acme.clone().at("nordlicht"), site.acme.clone().at_host("localhost").with_tenant("nordlicht")];
    for stranger in strangers {
        for call in [routes::pages(), routes::api(), routes::all_of(ids), routes::managers_of(ids)].concat() {
            let answer = call.by(&stranger).await;
            assert_eq!(answer.status.as_u16(), 403, "{call:?}: {answer:?}");
            assert!(!markers.iter().any(|marker| answer.body.contains(marker)), "{call:?}: {answer:?}");
        }
    }
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn the_domain_itself_lists_the_accounts(site: Site) {
    let port = site.address.port();
    for client in [
        site.outside.clone(),
        site.outside.clone().at("www"),
        site.outside.clone().at_host(&format!("127.0.0.1:{port}")),
    ] {
        let home = client.get("/").await.unwrap();
        expect(&home, 200);
        for subdomain in ["acme", "nordlicht", "kaze"] {
            assert!(home.body.contains(&format!(r#"href="//{subdomain}.localhost:{port}/""#)), "{home:?}");
        }
    }
    expect_redirect(&site.nobody.get("/").await.unwrap(), "/projects");
    expect(&site.outside.clone().at("zeta").get("/").await.unwrap(), 404);
    expect(&site.outside.clone().at("zeta").get("/style.css").await.unwrap(), 200);
}
