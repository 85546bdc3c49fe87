//! Imports in the background.

use crate::site::{Rows, Site, expect, id_of};
use hyper::Method;
use projects::{
    client::Client,
    entity::task,
    import::{Job, Line},
};
use sea_orm_multitenant::TenantContext;
use serde_json::{Value, json};
use std::time::Duration;

/// Begins an import and waits until it ends.
async fn import(client: &Client, project: i64, lines: &str) -> Value {
    let path = format!("/api/projects/{project}/imports");
    let begun = client.api(Method::POST, &path, Some(&json!({ "lines": lines }))).await.unwrap();
    expect(&begun, 202);
    end_of(client, id_of(&begun)).await
}

pub(crate) async fn end_of(client: &Client, id: i64) -> Value {
    for _ in 0..400 {
        let import = client.get(&format!("/api/imports/{id}")).await.unwrap().json();
        if import["state"] == "finished" || import["state"] == "stopped" {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the import does not end");
}

/// The tasks that did not exist before.
fn new_tasks<'a>(before: &Rows, after: &'a Rows) -> Vec<&'a task::Model> {
    after.tasks.iter().filter(|task| !before.tasks.contains(task)).collect()
}

pub(crate) async fn an_import_ends_with_tasks_of_its_own_account_only(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let before = site.rows().await;
    let lines = "name,state,due\nOrder paint\n\"Paint, twice\",doing\nDry,lost\nMove in,done,2030-01-31\n";
    let import = import(&site.acme, ids.project, lines).await;
    assert_eq!(
        (&import["total"], &import["imported"], &import["refused"]),
        (&json!(4), &json!(3), &json!(1))
    );
    assert_eq!(import["remarks"], json!(["Line 4: the state must be open, doing or done"]));

    let after = site.rows().await;
    let new = new_tasks(&before, &after);
    assert!(
        new.iter().all(|task| (task.account_id, task.project_id) == (ids.account, ids.project)),
        "{new:?}"
    );
    let names: Vec<_> = new.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["Order paint", "Paint, twice", "Move in"]);
    assert_eq!(after.tasks.len(), before.tasks.len() + 3);
    assert_eq!(after.imports.len(), before.imports.len() + 1);
    assert_eq!((after.projects, after.managers), (before.projects, before.managers));

    let id = import["id"].as_i64().unwrap();
    for path in [format!("/imports/{id}"), format!("/api/imports/{id}")] {
        let answer = site.nordlicht.get(&path).await.unwrap();
        expect(&answer, 404);
        assert!(!answer.body.contains("Line 4"), "{answer:?}");
    }
}

pub(crate) async fn two_accounts_import_at_once_and_stay_apart(site: Site) {
    let (acme, nordlicht) = (site.ids("Acme Rockets").await, site.ids("Nordlicht Verlag").await);
    let before = site.rows().await;
    let lines = |name: &str| (0..20).map(|number| format!("{name} {number}\n")).collect::<String>();
    let (left, right, again) = (lines("Left"), lines("Right"), lines("Again"));
    tokio::join!(
        import(&site.acme, acme.project, &left),
        import(&site.nordlicht, nordlicht.project, &right),
        import(&site.acme, acme.project, &again),
    );
    let after = site.rows().await;
    let new = new_tasks(&before, &after);
    assert_eq!(new.len(), 60);
    for task in new {
        let owner = if task.name.starts_with("Right") { nordlicht } else { acme };
        assert_eq!((task.account_id, task.project_id), (owner.account, owner.project), "{task:?}");
    }
}

pub(crate) async fn the_page_looks_again_until_the_import_has_ended(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    // The fixture's import, which no worker processes.
    let waiting = site.acme.get(&format!("/imports/{}", ids.import)).await.unwrap();
    expect(&waiting, 200);
    assert!(waiting.body.contains(r#"<meta http-equiv="refresh""#) && waiting.body.contains("1 of 7 lines"));

    let form = [("lines", "One\nTwo")];
    let begun = site.acme.post(&format!("/projects/{}/imports", ids.project), &form).await.unwrap();
    expect(&begun, 303);
    let path = begun.location.unwrap();
    end_of(&site.acme, path.strip_prefix("/imports/").unwrap().parse().unwrap()).await;
    let ended = site.acme.get(&path).await.unwrap();
    assert!(!ended.body.contains("http-equiv") && ended.body.contains("2 of 2 lines"), "{ended:?}");
    assert!(ended.body.contains("finished"));
}

pub(crate) async fn a_message_without_an_account_or_for_anothers_project_writes_nothing(site: Site) {
    let (own, other) = (site.ids("Nordlicht Verlag").await, site.ids("Acme Rockets").await);
    let before = site.rows().await;
    let line = Line { number: 1, name: "Planted".into(), state: String::new(), due_on: String::new() };
    let lines = vec![line];
    let job = |account: i64, import_id, project_id| {
        let account = TenantContext::new(account);
        Job { account, import_id, project_id, lines: lines.clone() }
    };
    let mut without = serde_json::to_value(job(own.account, own.import, own.project)).unwrap();
    without.as_object_mut().unwrap().remove("account");
    for message in [without.to_string(), r#"{"account":null}"#.to_owned(), "no job".to_owned()] {
        let place = site.app.imports.reserve(&TenantContext::new(own.account)).unwrap();
        site.app.imports.send(place, message);
    }
    // Another account's import, and an import of this account into another account's project.
    for job in [job(own.account, other.import, other.project), job(own.account, own.import, other.project)] {
        let place = site.app.imports.reserve(&job.account).unwrap();
        site.app.imports.push(place, &job).unwrap();
    }
    // The worker continues, one job after another, and serves the accounts in turn: when this account's last job is
    // done, those are done too.
    let last = import(&site.acme, other.project, "Wanted").await;
    assert_eq!(last["state"], "finished");
    assert_eq!(end_of(&site.nordlicht, own.import).await["state"], "stopped");

    let after = site.rows().await;
    let new = new_tasks(&before, &after);
    assert_eq!(new.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["Wanted"]);
    let state = |rows: &Rows, id| rows.imports.iter().find(|row| row.id == id).cloned();
    assert_eq!(state(&after, other.import), state(&before, other.import));
    assert_eq!(state(&after, own.import).unwrap().imported, 0);
}

pub(crate) async fn what_cannot_be_imported_comes_back_with_the_form(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let before = site.rows().await;
    let path = format!("/projects/{}/imports", ids.project);
    expect(&site.acme.get(&path).await.unwrap(), 200);
    for lines in ["", " \n ", "name,state\n"] {
        let answer = site.acme.post(&path, &[("lines", lines)]).await.unwrap();
        expect(&answer, 422);
        assert!(answer.body.contains("there are no lines to import"), "{answer:?}");
        let body = json!({ "lines": lines });
        expect(&site.acme.api(Method::POST, &format!("/api{path}"), Some(&body)).await.unwrap(), 422);
    }
    let many = "Task\n".repeat(501);
    let answer = site.acme.post(&path, &[("lines", &many)]).await.unwrap();
    expect(&answer, 422);
    assert!(answer.body.contains("more than 500 lines") && answer.body.contains("Task\nTask"), "{answer:?}");
    assert_eq!(site.rows().await, before);
}
