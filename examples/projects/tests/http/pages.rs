//! What a browser gets.

use crate::site::{Site, expect, id_of};
use hyper::Method;
use projects::{app::App, entity::task_import};
use serde_json::json;
use std::time::Duration;

const SCRIPT: &str = r#"<script>alert("1")</script><img src=x onerror='alert(2)'>"#;

pub(crate) async fn what_people_type_is_escaped(site: Site) {
    let body = json!({ "name": SCRIPT, "description": SCRIPT });
    let project = id_of(&site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap());
    let tasks = format!("/api/projects/{project}/tasks");
    let task = id_of(&site.acme.api(Method::POST, &tasks, Some(&json!({ "name": SCRIPT }))).await.unwrap());
    let long = format!("{SCRIPT}{}", "x".repeat(120));
    let answers = [
        site.acme.get("/projects").await,
        site.acme.get(&format!("/projects/{project}")).await,
        site.acme.get(&format!("/projects/{project}/edit")).await,
        site.acme.get("/tasks").await,
        site.acme.get(&format!("/tasks/{task}/edit")).await,
        site.acme.post(&format!("/projects/{project}"), &[("name", &long)]).await,
        site.acme.post(&format!("/tasks/{task}"), &[("name", &long)]).await,
        site.nobody.post("/login", &[("email", SCRIPT), ("password", "")]).await,
        site.acme.post(&format!("/tasks/{task}"), &[("name", "a"), (SCRIPT, "b")]).await,
        site.nobody.get("/side-by-side").await,
    ];
    for answer in answers {
        let answer = answer.unwrap();
        assert!(!answer.body.contains("<script") && !answer.body.contains("<img"), "{answer:?}");
        assert!(answer.body.contains("&#60;script&#62;"), "it is not there at all: {answer:?}");
    }
}

pub(crate) async fn a_form_with_a_mistake_comes_back_with_what_was_typed(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let manager = ids.manager.to_string();
    let fields = [("name", ""), ("description", "Kept in mind"), ("manager_ids", &manager)];
    for path in ["/projects".to_owned(), format!("/projects/{}", ids.project)] {
        let answer = site.acme.post(&path, &fields).await.unwrap();
        expect(&answer, 422);
        assert!(
            answer.body.contains("the name is missing") && answer.body.contains("Kept in mind"),
            "{answer:?}"
        );
        assert_eq!(answer.body.matches(" checked").count(), 1);
        assert!(answer.body.contains(&format!(r#"action="{path}""#)), "{answer:?}");
    }
    for path in [format!("/projects/{}/tasks", ids.project), format!("/tasks/{}", ids.task)] {
        let answer = site.acme.post(&path, &[("name", ""), ("due_on", "2026-12-24")]).await.unwrap();
        expect(&answer, 422);
        assert!(
            answer.body.contains("the name is missing") && answer.body.contains("2026-12-24"),
            "{answer:?}"
        );
        assert!(answer.body.contains(&format!(r#"action="{path}""#)), "{answer:?}");
    }
}

pub(crate) async fn addresses_of_nothing_answer_404_and_wrong_methods_405(site: Site) {
    for path in
        ["/nothing", "/projects/x", "/projects/-1", "/projects/99999999999999999999", "/tasks/1%00/edit"]
    {
        let answer = site.acme.get(path).await.unwrap();
        expect(&answer, 404);
        assert!(answer.body.contains("<!doctype html>"), "{answer:?}");
    }
    for path in ["/api", "/api/nothing", "/api/projects/x", "/api/tasks/1.5", "/api/projects/1/managers"] {
        let answer = site.acme.get(path).await.unwrap();
        expect(&answer, 404);
        assert_eq!(answer.json(), json!({ "error": "not found" }), "{path}");
    }
    let page = site.acme.api(Method::DELETE, "/projects", None).await.unwrap();
    expect(&page, 405);
    // A link or an image on another site logs nobody out.
    for path in ["/logout", "/api/logout"] {
        expect(&site.acme.get(path).await.unwrap(), 405);
    }
    expect(&site.acme.get("/projects").await.unwrap(), 200);
    let api = site.acme.api(Method::PATCH, "/api/projects", None).await.unwrap();
    expect(&api, 405);
    assert!(api.json()["error"].is_string());
}

pub(crate) async fn two_accounts_are_shown_side_by_side(site: Site) {
    let answer = site.nobody.get("/side-by-side").await.unwrap();
    expect(&answer, 200);
    let (left, right) = answer.body.split_once("Nordlicht Verlag").unwrap();
    assert!(left.contains("Acme Rockets") && left.contains("Kestrel upper stage"));
    assert!(right.contains("Lighthouse anthology") && !right.contains("Kestrel upper stage"));
    assert!(!answer.body.contains("Kaze Bicycles"));
    // No page of the demo shows credentials, except the password that is public.
    assert!(!answer.body.contains("argon2") && !answer.body.contains("@acme.example"));
}

pub(crate) async fn no_cache_keeps_a_page_and_no_script_runs(site: Site) {
    for path in ["/login", "/projects", "/api/projects", "/style.css", "/nothing"] {
        let answer = site.acme.get(path).await.unwrap();
        let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
}

pub(crate) async fn a_second_start_finds_the_database_as_it_was(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let path = format!("/api/projects/{}", ids.project);
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 204);
    let before = site.rows().await;
    let second = App::open(site.options.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(second.demo, site.app.demo);
    second.tenancy.unscoped("end the second one").close_by_ref().await.unwrap();
    let mut after = site.rows().await;
    // The imports were in the memory of the first application.
    assert!(after.imports.iter().all(|row| row.state == task_import::State::Stopped), "{:?}", after.imports);
    after.imports.clone_from(&before.imports);
    assert_eq!(after, before);
}
