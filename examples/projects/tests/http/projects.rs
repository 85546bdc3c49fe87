//! Projects and their managers of one account, without effect on another account.

use crate::site::{Site, expect, expect_redirect, id_of};
use hyper::Method;
use serde_json::{Value, json};

pub(crate) async fn forms_create_edit_and_delete_projects(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let (manager, other) = (ids.manager.to_string(), ids.other_manager.to_string());
    let fields = [
        ("name", " Moon base "),
        ("description", "Far away"),
        ("manager_ids", &manager),
        ("manager_ids", &other),
    ];
    let created = site.acme.post("/projects", &fields).await.unwrap();
    expect(&created, 303);
    let path = created.location.unwrap();
    let page = site.acme.get(&path).await.unwrap();
    assert!(page.body.contains("<h1>Moon base</h1>") && page.body.contains("Far away"), "{page:?}");
    let form = site.acme.get(&format!("{path}/edit")).await.unwrap();
    assert_eq!(form.body.matches(" checked").count(), 2, "{form:?}");

    let edited = site.acme.post(&path, &[("name", "Mars base"), ("manager_ids", &other)]).await.unwrap();
    expect_redirect(&edited, &path);
    let project = site.acme.get(&format!("/api{path}")).await.unwrap().json();
    assert_eq!((&project["name"], &project["description"]), (&json!("Mars base"), &json!("")));
    assert_eq!(project["managers"].as_array().unwrap().len(), 1);

    expect(&site.nordlicht.get(&path).await.unwrap(), 404);
    expect_redirect(&site.acme.post(&format!("{path}/delete"), &[]).await.unwrap(), "/projects");
    expect(&site.acme.get(&path).await.unwrap(), 404);
    assert!(!site.acme.get("/projects").await.unwrap().body.contains("Mars base"));
}

pub(crate) async fn the_api_creates_edits_and_deletes_projects(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let body = json!({ "name": "Moon base", "manager_ids": [ids.manager, ids.manager] });
    let created = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
    expect(&created, 201);
    let path = format!("/api/projects/{}", id_of(&created));
    assert_eq!(created.json()["managers"][0]["id"], json!(ids.manager));
    assert_eq!(created.json()["tasks"], json!([]));
    assert_eq!(site.acme.get(&path).await.unwrap().json(), created.json());
    let stored = site.rows().await.projects.into_iter().find(|row| row.name == "Moon base").unwrap();
    assert_eq!(stored.account_id, ids.account);

    let body = json!({ "name": "Moon base", "description": "Near" });
    let edited = site.acme.api(Method::PUT, &path, Some(&body)).await.unwrap();
    expect(&edited, 200);
    assert_eq!((&edited.json()["description"], &edited.json()["managers"]), (&json!("Near"), &json!([])));
    // Repeating it changes nothing, and is no error.
    expect(&site.acme.api(Method::PUT, &path, Some(&body)).await.unwrap(), 200);

    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 204);
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 404);
    let names = site.acme.get("/api/projects").await.unwrap().json();
    assert!(names.as_array().unwrap().iter().all(|project| project["name"] != "Moon base"));
}

pub(crate) async fn managers_are_assigned_and_removed(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let path = format!("/projects/{}", ids.project);
    let before = site.rows().await;
    let assigned = async || {
        let project = site.acme.get(&format!("/api{path}")).await.unwrap().json();
        let managers = project["managers"].as_array().unwrap().clone();
        managers.iter().any(|manager| manager["id"] == json!(ids.other_manager))
    };
    let manager = ids.other_manager.to_string();
    for _ in 0..2 {
        let answer = site.acme.post(&format!("{path}/managers"), &[("manager_id", &manager)]).await.unwrap();
        expect_redirect(&answer, &path);
        assert!(assigned().await);
    }
    expect_redirect(&site.acme.post(&format!("{path}/managers/{manager}/remove"), &[]).await.unwrap(), &path);
    assert!(!assigned().await);
    assert_eq!(site.rows().await, before);

    let api = format!("/api{path}/managers/{manager}");
    for _ in 0..2 {
        expect(&site.acme.api(Method::PUT, &api, None).await.unwrap(), 204);
    }
    assert!(assigned().await);
    expect(&site.acme.api(Method::DELETE, &api, None).await.unwrap(), 204);
    expect(&site.acme.api(Method::DELETE, &api, None).await.unwrap(), 404);
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn a_deleted_project_takes_its_own_tasks_with_it_and_no_others(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let mut left = site.rows().await;
    left.projects.retain(|row| row.id != ids.project);
    left.assignments.retain(|row| row.project_id != ids.project);
    left.tasks.retain(|row| row.project_id != ids.project);
    left.imports.retain(|row| row.project_id != ids.project);
    let path = format!("/api/projects/{}", ids.project);
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 204);
    assert_eq!(site.rows().await, left);
}

pub(crate) async fn a_name_is_unique_within_an_account_only(site: Site) {
    let body = json!({ "name": "Kestrel upper stage" });
    let own = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
    expect(&own, 422);
    assert_eq!(own.json(), json!({ "error": "the name is already in use" }));
    // A refusal does not reveal the names of another account's projects.
    expect(&site.nordlicht.api(Method::POST, "/api/projects", Some(&body)).await.unwrap(), 201);
    // Names that look alike are different, on all backends.
    let alike = json!({ "name": "késtrel Upper Stage" });
    expect(&site.acme.api(Method::POST, "/api/projects", Some(&alike)).await.unwrap(), 201);
}

pub(crate) async fn an_invalid_project_is_answered_422_and_nothing_is_stored(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let path = format!("/api/projects/{}", ids.project);
    let before = site.rows().await;
    let long = "x".repeat(121);
    let cases = [
        (json!({ "name": "" }), "the name is missing"),
        (json!({ "name": " \t " }), "the name is missing"),
        (json!({ "name": long }), "longer than 120"),
        (json!({ "name": "a\u{0}b" }), "cannot be printed"),
        (json!({ "name": "a", "description": "x".repeat(2001) }), "longer than 2000"),
        (json!({ "name": "a", "description": "\u{0}" }), "cannot be printed"),
        (json!({ "name": "a", "manager_ids": [987_654_321] }), "there is no such manager"),
        (json!({ "name": "a", "manager_ids": ["1"] }), "manager_ids"),
        (json!({ "description": "a" }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!("text"), ""),
    ];
    for (body, message) in cases {
        for (method, path) in [(Method::POST, "/api/projects"), (Method::PUT, &path)] {
            let answer = site.acme.api(method, path, Some(&body)).await.unwrap();
            expect(&answer, 422);
            let error = answer.json()["error"].as_str().map(str::to_owned).unwrap();
            assert!(error.contains(message), "{body}: {error}");
        }
    }
    for fields in
        [vec![("name", "")], vec![("name", &*long)], vec![("name", "a"), ("manager_ids", "x")], vec![]]
    {
        expect(&site.acme.post("/projects", &fields).await.unwrap(), 422);
        expect(&site.acme.post(&format!("/projects/{}", ids.project), &fields).await.unwrap(), 422);
    }
    // A body that is not JSON, and no body.
    expect(&site.acme.api(Method::POST, "/api/projects", None).await.unwrap(), 422);
    expect(&site.acme.post("/api/projects", &[("name", "a")]).await.unwrap(), 422);
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn what_people_write_is_kept_letter_by_letter(site: Site) {
    let name = r#"Ünïcode 🚲 'single' "double" \back\ `tick` $1 ? %s ; -- /* */ ${x} {{ y }}"#;
    let description = "two\nlines \\'; DROP TABLE project; --";
    let body = json!({ "name": name, "description": description });
    let created = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
    expect(&created, 201);
    let read = site.acme.get(&format!("/api/projects/{}", id_of(&created))).await.unwrap().json();
    assert_eq!((&read["name"], &read["description"]), (&Value::from(name), &Value::from(description)));
}
