//! Tasks.

use crate::site::{Site, expect, expect_redirect, id_of};
use hyper::Method;
use serde_json::json;

/// Another project of the same account.
async fn another_project(site: &Site, account: i64, project: i64) -> i64 {
    let rows = site.rows().await;
    rows.projects.iter().find(|row| row.account_id == account && row.id != project).unwrap().id
}

pub(crate) async fn forms_create_edit_move_and_delete_tasks(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let page = format!("/projects/{}", ids.project);
    let form = [("name", "Count the bolts"), ("due_on", "")];
    expect_redirect(&site.acme.post(&format!("{page}/tasks"), &form).await.unwrap(), &page);
    assert!(site.acme.get(&page).await.unwrap().body.contains("Count the bolts"));
    let stored = site.rows().await.tasks.into_iter().find(|row| row.name == "Count the bolts").unwrap();
    assert_eq!((stored.account_id, stored.due_on), (ids.account, None));

    let path = format!("/tasks/{}", stored.id);
    expect(&site.acme.get(&format!("{path}/edit")).await.unwrap(), 200);
    let target = another_project(&site, ids.account, ids.project).await;
    let form = [
        ("name", "Count the nuts"),
        ("state", "doing"),
        ("due_on", "2026-12-24"),
        ("project_id", &target.to_string()),
    ];
    expect_redirect(&site.acme.post(&path, &form).await.unwrap(), &format!("/projects/{target}"));
    let form = site.acme.get(&format!("{path}/edit")).await.unwrap();
    assert!(form.body.contains("Count the nuts") && form.body.contains("2026-12-24"), "{form:?}");
    assert!(form.body.contains("<option selected>doing"), "{form:?}");
    assert!(site.acme.get("/tasks").await.unwrap().body.contains("Count the nuts"));
    assert!(!site.acme.get(&page).await.unwrap().body.contains("Count the nuts"));

    let answer = site.acme.post(&format!("{path}/delete"), &[]).await.unwrap();
    expect_redirect(&answer, &format!("/projects/{target}"));
    expect(&site.acme.get(&format!("{path}/edit")).await.unwrap(), 404);
    expect(&site.acme.post(&format!("{path}/delete"), &[]).await.unwrap(), 404);
}

pub(crate) async fn the_api_creates_edits_moves_and_deletes_tasks(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let tasks = format!("/api/projects/{}/tasks", ids.project);
    let body = json!({ "name": "Count the bolts", "due_on": "2026-12-24" });
    let created = site.acme.api(Method::POST, &tasks, Some(&body)).await.unwrap();
    expect(&created, 201);
    let task = created.json();
    assert_eq!((&task["state"], &task["due_on"]), (&json!("open"), &json!("2026-12-24")));
    let path = format!("/api/tasks/{}", id_of(&created));
    assert_eq!(site.acme.get(&path).await.unwrap().json(), task);
    assert!(site.acme.get(&tasks).await.unwrap().json().as_array().unwrap().contains(&task));
    assert!(site.acme.get("/api/tasks").await.unwrap().json().as_array().unwrap().contains(&task));

    let target = another_project(&site, ids.account, ids.project).await;
    let body = json!({ "name": "Count the nuts", "state": "done", "project_id": target });
    let edited = site.acme.api(Method::PUT, &path, Some(&body)).await.unwrap();
    expect(&edited, 200);
    let edited = edited.json();
    assert_eq!((&edited["state"], &edited["due_on"]), (&json!("done"), &json!(null)));
    assert_eq!(edited["project_id"], json!(target));

    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 204);
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 404);
    expect(&site.acme.get(&path).await.unwrap(), 404);
}

pub(crate) async fn an_invalid_task_is_answered_422_and_nothing_is_stored(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let before = site.rows().await;
    let (new, old) = (format!("/api/projects/{}/tasks", ids.project), format!("/api/tasks/{}", ids.task));
    let cases = [
        (json!({ "name": "" }), "the name is missing"),
        (json!({ "name": "x".repeat(121) }), "longer than 120"),
        (json!({ "name": "a\nb" }), "cannot be printed"),
        (json!({ "name": "a", "state": "lost" }), "state"),
        (json!({ "name": "a", "due_on": "tomorrow" }), "due_on"),
        (json!({ "name": "a", "due_on": "2026-02-30" }), "due_on"),
        (json!({ "name": "a", "due_on": "0001-01-01" }), "1900"),
        (json!({ "name": "a", "due_on": "+12345-01-01" }), "2999"),
        (json!({ "name": "a", "account_id": 1 }), "account_id"),
    ];
    for (body, message) in cases {
        for (method, path) in [(Method::POST, &new), (Method::PUT, &old)] {
            let answer = site.acme.api(method, path, Some(&body)).await.unwrap();
            expect(&answer, 422);
            assert!(answer.body.contains(message), "{body}: {answer:?}");
        }
    }
    for fields in [[("name", ""), ("due_on", "")], [("name", "a"), ("due_on", "31.12.")]] {
        expect(&site.acme.post(&format!("/projects/{}/tasks", ids.project), &fields).await.unwrap(), 422);
        expect(&site.acme.post(&format!("/tasks/{}", ids.task), &fields).await.unwrap(), 422);
    }
    assert_eq!(site.rows().await, before);
}
