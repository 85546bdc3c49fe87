//! Login and sessions.

use crate::{
    routes,
    site::{ADA, JANA, Site, expect, expect_redirect},
};
use hyper::Method;
use projects::{
    client::{Answer, Client},
    seed::PASSWORD,
};
use serde_json::json;

const BEN: &str = "ben@acme.example";

pub(crate) async fn pages_send_who_is_not_logged_in_to_the_login(site: Site) {
    let before = site.rows().await;
    let ids = site.ids("Acme Rockets").await;
    for call in [routes::pages(), routes::pages_of(ids), routes::forms_of(ids)].concat() {
        let answer = call.by(&site.nobody).await;
        assert_eq!(answer.location.as_deref(), Some("/login"), "{call:?}: {answer:?}");
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (303, ""), "{call:?}");
    }
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn the_api_answers_401_to_who_is_not_logged_in(site: Site) {
    let before = site.rows().await;
    let ids = site.ids("Acme Rockets").await;
    for call in
        [routes::api(), routes::api_of(ids), routes::api_writes_of(ids), routes::managers_of(ids)].concat()
    {
        let answer = call.by(&site.nobody).await;
        assert_eq!(answer.status.as_u16(), 401, "{call:?}: {answer:?}");
        assert_eq!(answer.json(), json!({ "error": "log in first" }), "{call:?}");
    }
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn a_wrong_password_is_refused_without_saying_what_was_wrong(site: Site) {
    for (email, password) in
        [(ADA, "wrong"), (ADA, ""), ("nobody@acme.example", PASSWORD), ("", ""), ("a\0b", "c\0d")]
    {
        let body = json!({ "email": email, "password": password });
        let api = site.nobody.api(Method::POST, "/api/login", Some(&body)).await.unwrap();
        expect(&api, 401);
        assert_eq!(api.json(), json!({ "error": "the email or the password is wrong" }));
        let page = site.nobody.post("/login", &[("email", email), ("password", password)]).await.unwrap();
        expect(&page, 401);
        assert!(page.body.contains("the email or the password is wrong"));
        assert_eq!((api.set_cookie, page.set_cookie), (None, None));
    }
    // Users of other accounts are not found, although all users are in one table.
    expect(&site.nobody.post("/login", &[("email", JANA), ("password", PASSWORD)]).await.unwrap(), 401);
    expect(
        &site.nobody.post("/login", &[("email", "' OR 1=1 --"), ("password", PASSWORD)]).await.unwrap(),
        401,
    );
    expect(&site.nobody.post("/login", &[("email", ADA)]).await.unwrap(), 422);
}

pub(crate) async fn a_form_logs_in_and_out(site: Site) {
    let mut visitor = site.nobody.clone();
    expect(&visitor.get("/login").await.unwrap(), 200);
    let answer =
        visitor.post("/login", &[("email", " ADA@acme.example "), ("password", PASSWORD)]).await.unwrap();
    expect_redirect(&answer, "/projects");
    let cookie = answer.set_cookie.clone().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    visitor.keep_cookie(&answer);
    let page = visitor.get("/projects").await.unwrap();
    expect(&page, 200);
    assert!(page.body.contains("Acme Rockets") && page.body.contains("United States"));
    let account = visitor.get("/api/account").await.unwrap().json();
    assert_eq!((&account["subdomain"], &account["user"]["email"]), (&json!("acme"), &json!(ADA)));
    // Logging in as another user leaves nothing of the first session.
    let first = visitor.clone();
    let answer = visitor.post("/login", &[("email", BEN), ("password", PASSWORD)]).await.unwrap();
    visitor.keep_cookie(&answer);
    assert_eq!(visitor.get("/api/account").await.unwrap().json()["user"]["email"], json!(BEN));
    expect_redirect(&first.get("/projects").await.unwrap(), "/login");
    expect_redirect(&visitor.post("/logout", &[]).await.unwrap(), "/login");
    expect_redirect(&visitor.get("/projects").await.unwrap(), "/login");
}

pub(crate) async fn a_session_ends_with_the_logout(site: Site) {
    let client = Client::logged_in(site.address, "acme", ADA, PASSWORD).await.unwrap();
    expect(&client.get("/api/projects").await.unwrap(), 200);
    let answer = client.api(Method::POST, "/api/logout", None).await.unwrap();
    expect(&answer, 204);
    assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
    // The client still sends the cookie.
    expect(&client.get("/api/projects").await.unwrap(), 401);
    expect(&site.acme.get("/api/projects").await.unwrap(), 200);
}

pub(crate) async fn a_login_begins_another_session_than_the_browser_brings(site: Site) {
    // A session cookie that an attacker has planted: made up, or the attacker's own.
    let own = Client::logged_in(site.address, "acme", BEN, PASSWORD).await.unwrap();
    for planted in ["__Host-session=planted".to_owned(), own.cookie().unwrap().to_owned()] {
        let mut victim = site.nobody.clone().with_cookies(&planted);
        let login = json!({ "email": ADA, "password": PASSWORD });
        let answers = [
            victim.api(Method::POST, "/api/login", Some(&login)).await.unwrap(),
            victim.post("/login", &[("email", ADA), ("password", PASSWORD)]).await.unwrap(),
        ];
        let tokens: Vec<_> = answers.iter().map(|answer| answer.set_cookie.clone().unwrap()).collect();
        assert!(
            tokens[0] != tokens[1] && !tokens.iter().any(|token| token.starts_with(&planted)),
            "{tokens:?}"
        );
        expect(&victim.get("/api/account").await.unwrap(), 401);
        victim.keep_cookie(&answers[1]);
        assert_eq!(victim.get("/api/account").await.unwrap().json()["user"]["email"], json!(ADA));
    }
    // Also through the API, where the session was the attacker's.
    expect(&own.get("/api/account").await.unwrap(), 401);
}

pub(crate) async fn a_made_up_session_is_nobodys(site: Site) {
    for cookie in [
        "__Host-session=",
        "__Host-session=1",
        "__Host-session=0000000000000000000000000000000000000000000000000000000000000000",
    ] {
        let mut client = site.nobody.clone();
        let mut answer: Answer = client.get("/login").await.unwrap();
        answer.set_cookie = Some(cookie.to_owned());
        client.keep_cookie(&answer);
        expect(&client.get("/api/projects").await.unwrap(), 401);
        expect_redirect(&client.get("/projects").await.unwrap(), "/login");
    }
}
