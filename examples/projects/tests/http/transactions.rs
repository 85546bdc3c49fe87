//! One transaction per request.

use crate::site::{Site, expect, expect_redirect, id_of};
use hyper::Method;
use serde_json::json;

pub(crate) async fn a_refused_request_leaves_nothing_of_what_it_had_written(site: Site) {
    let before = site.rows().await;
    let manager = site.ids("Acme Rockets").await.manager;
    for wrong in [
        json!({ "name": "" }),
        json!({ "name": "Third", "due_on": "3001-01-01" }),
        json!({ "name": "x".repeat(121) }),
    ] {
        // The project, its manager and two tasks are already inserted when the third task is refused.
        let tasks = [json!({ "name": "First" }), json!({ "name": "Second" }), wrong];
        let body = json!({ "name": "Half a project", "manager_ids": [manager], "tasks": tasks });
        let answer = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
        expect(&answer, 422);
        assert_eq!(site.rows().await, before);
    }
    // Showing the form again reads more in the transaction in which the database refused something.
    let taken = before.projects.iter().find(|row| row.name == "Kestrel upper stage").unwrap();
    let other =
        before.projects.iter().find(|row| row.account_id == taken.account_id && row.id != taken.id).unwrap();
    let path = format!("/projects/{}", other.id);
    let answer = site.acme.post(&path, &[("name", &taken.name)]).await.unwrap();
    expect(&answer, 422);
    assert!(answer.body.contains("the name is already in use"), "{answer:?}");
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn a_request_that_succeeds_keeps_all_of_it(site: Site) {
    let body = json!({ "name": "Whole project", "tasks": [{ "name": "First" }, { "name": "Second", "state": "done" }] });
    let created = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
    expect(&created, 201);
    assert_eq!(created.json()["tasks"].as_array().unwrap().len(), 2);
    let path = format!("/projects/{}", id_of(&created));
    assert!(site.acme.get(&path).await.unwrap().body.contains("1 of 2 tasks done"));
    // A redirection is a success as well.
    expect_redirect(&site.acme.post(&path, &[("name", "Renamed")]).await.unwrap(), &path);
    assert!(site.acme.get(&path).await.unwrap().body.contains("<h1>Renamed</h1>"));
}
