//! One account can neither see nor change anything of another.

use crate::{
    routes::{self, Call},
    site::{Ids, Site, expect, expect_redirect, id_of},
};
use hyper::Method;
use projects::entity::{project_manager, task};
use sea_orm::{ActiveModelTrait, EntityTrait, Set, SqlErr};
use serde_json::json;

/// An id that no row has.
const NO_ONES: i64 = 987_654_321;

pub(crate) async fn nothing_of_another_account_is_in_any_response(site: Site) {
    for (client, own, other) in [
        (&site.acme, "Acme Rockets", "Nordlicht Verlag"),
        (&site.nordlicht, "Nordlicht Verlag", "Acme Rockets"),
    ] {
        let (own, other) = (site.ids(own).await, site.ids(other).await);
        let markers = site.rows().await.markers(other.account);
        assert!(markers.len() > 30, "too few to prove anything: {markers:?}");
        let mut seen = String::new();
        for call in [routes::pages(), routes::api(), routes::pages_of(own), routes::api_of(own)].concat() {
            let answer = call.by(client).await;
            expect(&answer, 200);
            let found: Vec<_> = markers.iter().filter(|marker| answer.body.contains(*marker)).collect();
            assert!(found.is_empty(), "{call:?} shows {found:?}");
            seen += &answer.body;
        }
        let rows = site.rows().await;
        let names = rows.projects.iter().filter(|row| row.account_id == own.account).map(|row| &row.name);
        assert!(names.clone().all(|name| seen.contains(name)), "an account does not see its own projects");
    }
}

pub(crate) async fn another_accounts_ids_answer_404_to_every_route_and_method(site: Site) {
    let (own, other) = (site.ids("Nordlicht Verlag").await, site.ids("Acme Rockets").await);
    let before = site.rows().await;
    let markers = before.markers(other.account);
    // A project of this account with another account's manager, and the other way round.
    let own_project = Ids { project: own.project, task: own.task, ..other };
    let own_managers = Ids { manager: own.manager, other_manager: own.other_manager, ..other };
    let removals = [
        Call::Post(
            format!("/projects/{}/managers/{}/remove", own_project.project, other.manager),
            Vec::new(),
        ),
        Call::Api(
            Method::DELETE,
            format!("/api/projects/{}/managers/{}", own_project.project, other.manager),
            None,
        ),
    ];
    for call in
        [routes::all_of(other), routes::managers_of(other), routes::all_of(own_managers), removals.into()]
            .concat()
    {
        let answer = call.by(&site.nordlicht).await;
        assert_eq!(answer.status.as_u16(), 404, "{call:?}: {answer:?}");
        assert!(!markers.iter().any(|marker| answer.body.contains(marker)), "{call:?}: {answer:?}");
    }
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn another_accounts_id_and_no_ones_id_get_the_same_answer(site: Site) {
    let other = site.ids("Acme Rockets").await;
    let nothing = Ids {
        account: NO_ONES,
        project: NO_ONES,
        manager: NO_ONES,
        other_manager: NO_ONES,
        task: NO_ONES,
        import: NO_ONES,
    };
    let all = |ids| [routes::all_of(ids), routes::managers_of(ids)].concat();
    for (call, control) in all(other).into_iter().zip(all(nothing)) {
        let (answer, control) = (call.by(&site.nordlicht).await, control.by(&site.nordlicht).await);
        assert_eq!((answer.status, answer.body), (control.status, control.body), "{call:?}");
    }
}

pub(crate) async fn a_forged_project_or_manager_is_refused_and_nothing_is_stored(site: Site) {
    let (own, other) = (site.ids("Nordlicht Verlag").await, site.ids("Acme Rockets").await);
    let before = site.rows().await;
    let (project, task) = (own.project, own.task);
    let managers = vec![("name", "Stolen".to_owned()), ("manager_ids", other.manager.to_string())];
    let move_away = vec![("name", "Stolen".to_owned()), ("project_id", other.project.to_string())];
    let managers_json = Some(json!({ "name": "Stolen", "manager_ids": [own.manager, other.manager] }));
    let move_json = Some(json!({ "name": "Stolen", "project_id": other.project }));
    let calls = [
        Call::Post("/projects".to_owned(), managers.clone()),
        Call::Post(format!("/projects/{project}"), managers),
        Call::Post(format!("/projects/{project}/managers"), vec![("manager_id", other.manager.to_string())]),
        Call::Post(format!("/tasks/{task}"), move_away),
        Call::Api(Method::POST, "/api/projects".to_owned(), managers_json.clone()),
        Call::Api(Method::PUT, format!("/api/projects/{project}"), managers_json),
        Call::Api(Method::PUT, format!("/api/projects/{project}/managers/{}", other.manager), None),
        Call::Api(Method::PUT, format!("/api/tasks/{task}"), move_json),
    ];
    for call in calls {
        let answer = call.by(&site.nordlicht).await;
        assert_eq!(answer.status.as_u16(), 422, "{call:?}: {answer:?}");
    }
    for call in [
        Call::Post(format!("/projects/{}/tasks", other.project), vec![("name", "Planted".to_owned())]),
        Call::Api(
            Method::POST,
            format!("/api/projects/{}/tasks", other.project),
            Some(json!({ "name": "Planted" })),
        ),
    ] {
        expect(&call.by(&site.nordlicht).await, 404);
    }
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn the_database_itself_refuses_a_row_of_another_account_as_parent(site: Site) {
    let (own, other) = (site.ids("Nordlicht Verlag").await, site.ids("Acme Rockets").await);
    let before = site.rows().await;
    let scope = site.app.tenancy.scope(own.account).unwrap();
    let task = task::ActiveModel {
        project_id: Set(other.project),
        name: Set("Planted".to_owned()),
        state: Set(task::State::Open),
        ..Default::default()
    };
    let refused = task.insert(&scope).await.unwrap_err();
    assert!(matches!(refused.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{refused}");
    let assignment = project_manager::ActiveModel {
        project_id: Set(own.project),
        manager_id: Set(other.manager),
        ..Default::default()
    };
    let refused =
        project_manager::Entity::insert(assignment).exec_without_returning(&scope).await.unwrap_err();
    assert!(matches!(refused.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{refused}");
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn a_body_that_names_an_account_is_refused(site: Site) {
    let other = site.ids("Acme Rockets").await.account;
    let before = site.rows().await;
    let body = json!({ "name": "Planted", "account_id": other });
    let answer = site.nordlicht.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
    expect(&answer, 422);
    assert!(answer.body.contains("account_id"), "{answer:?}");
    let form = [("name", "Planted"), ("account_id", &other.to_string())];
    expect(&site.nordlicht.post("/projects", &form).await.unwrap(), 422);
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn requests_of_two_accounts_at_once_stay_apart(site: Site) {
    let both = [(&site.acme, "Acme"), (&site.nordlicht, "Nordlicht")];
    let requests: Vec<_> = (0..40)
        .map(|index| {
            let (client, name) = both[index % 2];
            let (client, name) = (client.clone(), format!("{name} {index}"));
            tokio::spawn(async move {
                let body = json!({ "name": name });
                let created = client.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
                expect(&created, 201);
                let path = format!("/projects/{}", id_of(&created));
                expect(&client.get(&path).await.unwrap(), 200);
                let renamed = client.post(&path, &[("name", &format!("{name}!"))]).await.unwrap();
                expect_redirect(&renamed, &path);
                client.get("/api/projects").await.unwrap().body
            })
        })
        .collect();
    for (index, request) in requests.into_iter().enumerate() {
        let body = request.await.unwrap();
        let (own, other) = if index % 2 == 0 { ("Acme ", "Nordlicht ") } else { ("Nordlicht ", "Acme ") };
        assert!(body.contains(&format!("{own}{index}!")) && !body.contains(other), "{index}: {body}");
    }
    let rows = site.rows().await;
    assert_eq!(rows.projects.iter().filter(|row| row.name.ends_with('!')).count(), 40);
}
