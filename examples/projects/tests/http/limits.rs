//! Limits on what one account, or one visitor, can use of shared resources.

use crate::{
    imports::end_of,
    site::{ADA, Ids, JANA, Site, expect, id_of},
};
use hyper::Method;
use projects::{
    app::App,
    client::{Answer, Client},
    entity::{manager, project, project_manager, task},
    import::OF_ACCOUNT,
    paging::MOST,
    seed::PASSWORD,
};
use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};
use std::{collections::HashSet, future::pending, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpListener, net::TcpStream, task::JoinSet};

/// More rows than a page may have.
const ROWS: u32 = MOST + 5;

fn ids_in(answer: &Answer) -> Vec<i64> {
    answer.json().as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// Adds rows to each table that lists show, beyond the limits of requests.
async fn add_rows(site: &Site, ids: Ids) {
    let scope = site.app.tenancy.scope(ids.account).unwrap();
    let name = |number: u32| Set(format!("Row {number:04}"));
    let managers = (0..ROWS).map(|number| manager::ActiveModel { name: name(number), ..Default::default() });
    manager::Entity::insert_many(managers).exec_without_returning(&scope).await.unwrap();
    let projects = (0..ROWS).map(|number| project::ActiveModel {
        name: name(number),
        description: Set(String::new()),
        ..Default::default()
    });
    project::Entity::insert_many(projects).exec_without_returning(&scope).await.unwrap();
    let tasks = (0..ROWS).map(|number| task::ActiveModel {
        project_id: Set(ids.project),
        name: name(number),
        state: Set(task::State::Open),
        ..Default::default()
    });
    task::Entity::insert_many(tasks).exec_without_returning(&scope).await.unwrap();
}

pub(crate) async fn every_list_has_pages_and_no_page_has_more_rows_than_the_most(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    add_rows(&site, ids).await;
    let rows = site.rows().await;
    let own = |accounts: Vec<i64>| accounts.into_iter().filter(|id| *id == ids.account).count();
    let of_project = rows.tasks.iter().filter(|row| row.project_id == ids.project).count();
    for (path, all) in [
        ("/api/projects".to_owned(), own(rows.projects.iter().map(|row| row.account_id).collect())),
        ("/api/tasks".to_owned(), own(rows.tasks.iter().map(|row| row.account_id).collect())),
        (format!("/api/projects/{}/tasks", ids.project), of_project),
    ] {
        for wrong in ["per_page=101", "per_page=0", "page=0", "per_page=-1", "page=99999999999", "per_page=x"]
        {
            let answer = site.acme.get(&format!("{path}?{wrong}")).await.unwrap();
            assert_eq!(answer.status.as_u16(), 422, "{path}?{wrong}: {answer:?}");
        }
        assert_eq!(ids_in(&site.acme.get(&path).await.unwrap()).len(), 50, "{path}");
        // The whole list, by following its links.
        let (mut seen, mut next, mut pages) = (HashSet::new(), Some(format!("?per_page={MOST}")), 0);
        while let Some(query) = next {
            let answer = site.acme.get(&format!("{path}{query}")).await.unwrap();
            let ids = ids_in(&answer);
            assert!(ids.len() <= 100 && ids.iter().all(|id| seen.insert(*id)), "{path}{query}");
            pages += 1;
            next = link(&answer, "next");
            assert_eq!(link(&answer, "prev").is_some(), pages > 1, "{path}{query}");
        }
        assert_eq!((seen.len(), pages), (all, all.div_ceil(100)), "{path}");
        let beyond = site.acme.get(&format!("{path}?page=4294967295&per_page=100")).await.unwrap();
        assert_eq!((beyond.status.as_u16(), beyond.json()), (200, json!([])), "{path}");
    }
}

/// Returns the query string of another page, from the header `Link`.
fn link(answer: &Answer, name: &str) -> Option<String> {
    let links = answer.headers.get("link")?.to_str().unwrap().to_owned();
    let link = links.split(", ").find(|link| link.ends_with(&format!(r#"rel="{name}""#)))?;
    Some(link[1..link.find('>').unwrap()].to_owned())
}

pub(crate) async fn no_page_shows_more_rows_than_the_most(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    add_rows(&site, ids).await;
    let project = format!("/projects/{}", ids.project);
    for path in
        ["/projects", "/tasks", &project, &format!("{project}/edit"), &format!("/tasks/{}/edit", ids.task)]
    {
        let page = site.acme.get(path).await.unwrap();
        let rows = page.body.matches(">Row ").count() + page.body.matches("> Row ").count();
        assert!(rows > 20 && rows <= 200, "{path}: {rows}");
        assert!(page.body.len() < 100_000, "{path}: {}", page.body.len());
    }
    for path in ["/projects", "/tasks", &project] {
        let page = site.acme.get(path).await.unwrap();
        assert!(page.body.contains(r#"<a href="?page=2&#38;per_page=50">Next</a>"#), "{path}: {page:?}");
        expect(&site.acme.get(&format!("{path}?per_page=101")).await.unwrap(), 422);
        let second = site.acme.get(&format!("{path}?page=2&per_page=50")).await.unwrap();
        assert!(second.body.contains("Previous") && second.body.contains("Row "), "{path}: {second:?}");
    }
    // A project with several pages of tasks shows the first page and the number of tasks.
    let shown = site.acme.get(&format!("/api{project}")).await.unwrap().json();
    assert_eq!(shown["tasks"].as_array().unwrap().len(), 100);
    assert!(shown["task_count"].as_u64().unwrap() > 100, "{shown}");
    assert!(site.nobody.get("/side-by-side").await.unwrap().body.len() < 100_000);
}

pub(crate) async fn a_form_keeps_what_is_chosen_and_not_among_the_first(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    add_rows(&site, ids).await;
    let rows = site.rows().await;
    let manager = rows.managers.iter().find(|row| row.name == "Row 0104").unwrap().id;
    let project = rows.projects.iter().find(|row| row.name == "Row 0104").unwrap().id;
    let path = format!("/api/projects/{project}/managers/{manager}");
    expect(&site.acme.api(Method::PUT, &path, None).await.unwrap(), 204);
    let form = site.acme.get(&format!("/projects/{project}/edit")).await.unwrap();
    assert!(form.body.contains(&format!(r#"value="{manager}" checked"#)), "{form:?}");
    let body = json!({ "name": "In the last project" });
    let tasks = format!("/api/projects/{project}/tasks");
    let task = id_of(&site.acme.api(Method::POST, &tasks, Some(&body)).await.unwrap());
    let form = site.acme.get(&format!("/tasks/{task}/edit")).await.unwrap();
    assert!(form.body.contains(&format!(r#"<option value="{project}" selected>Row 0104"#)), "{form:?}");
}

pub(crate) async fn too_much_in_one_request_is_refused_and_nothing_is_stored(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let before = site.rows().await;
    let project = format!("/api/projects/{}", ids.project);
    let tasks = vec![json!({ "name": "a" }); 101];
    for (body, message) in [
        (json!({ "name": "a", "manager_ids": (0..51).collect::<Vec<_>>() }), "at most 50 managers"),
        (json!({ "name": "a", "manager_ids": (0..40_000).collect::<Vec<_>>() }), "at most 50 managers"),
        (json!({ "name": "a", "tasks": tasks }), "at most 100 tasks"),
    ] {
        let answer = site.acme.api(Method::POST, "/api/projects", Some(&body)).await.unwrap();
        expect(&answer, 422);
        assert!(answer.body.contains(message), "{answer:?}");
    }
    let many = (0..40_000).collect::<Vec<_>>();
    let body = json!({ "name": "a", "manager_ids": many });
    expect(&site.acme.api(Method::PUT, &project, Some(&body)).await.unwrap(), 422);

    // A body is read up to its limit, on every route and from every sender.
    let large = "x".repeat(256 * 1024);
    let body = json!({ "name": large });
    for client in [&site.acme, &site.nobody] {
        for path in ["/api/projects", "/api/login", "/api/nothing", &format!("{project}/imports")] {
            let answer = client.api(Method::POST, path, Some(&body)).await.unwrap();
            assert_eq!(answer.status.as_u16(), 413, "{path}: {answer:?}");
            assert_eq!(answer.json(), json!({ "error": "the request body is too large" }), "{path}");
        }
        for path in ["/login", "/projects", &format!("/projects/{}/imports", ids.project)] {
            expect(&client.post(path, &[("lines", &large)]).await.unwrap(), 413);
        }
    }
    assert_eq!(site.rows().await, before);
    // The largest import that the limit of lines allows fits the limit of the body.
    let form = [("lines", format!("{},doing,2030-01-31\n", "x".repeat(120)).repeat(500))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let begun = site.acme.post(&format!("/projects/{}/imports", ids.project), &form).await.unwrap();
    expect(&begun, 303);
}

pub(crate) async fn a_project_has_no_more_managers_than_the_most_however_they_come(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    add_rows(&site, ids).await;
    let rows = site.rows().await;
    let own = rows.managers.iter().filter(|row| row.account_id == ids.account).map(|row| row.id);
    let managers: Vec<_> = own.take(51).collect();
    let project = format!("/api/projects/{}", ids.project);
    let body = json!({ "name": "Crowded", "manager_ids": managers[..50] });
    expect(&site.acme.api(Method::PUT, &project, Some(&body)).await.unwrap(), 200);
    let one_more = format!("{project}/managers/{}", managers[50]);
    expect(&site.acme.api(Method::PUT, &one_more, None).await.unwrap(), 422);
    expect(
        &site.acme.api(Method::PUT, &format!("{project}/managers/{}", managers[0]), None).await.unwrap(),
        204,
    );
    let stored = project_manager::Entity::find().all(&site.db).await.unwrap();
    assert_eq!(stored.iter().filter(|row| row.project_id == ids.project).count(), 50);
}

/// A second application on the same database, whose worker pauses for an hour.
async fn slow(site: &Site) -> (Client, Client) {
    let app = App::on(site.db.clone(), Duration::from_secs(3600)).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener, pending()));
    let acme = Client::logged_in(address, "acme", ADA, PASSWORD).await.unwrap();
    (acme, Client::logged_in(address, "nordlicht", JANA, PASSWORD).await.unwrap())
}

pub(crate) async fn imports_of_one_account_at_once_leave_the_queue_to_the_others(site: Site) {
    let (own, other) = (site.ids("Acme Rockets").await, site.ids("Nordlicht Verlag").await);
    let (acme, nordlicht) = slow(&site).await;
    let before = site.rows().await;
    let mut requests = JoinSet::new();
    for number in 0..30 {
        let acme = acme.clone();
        requests.spawn(async move {
            let path = format!("/projects/{}/imports", own.project);
            if number % 2 == 0 {
                acme.post(&path, &[("lines", "Wanted")]).await.unwrap()
            } else {
                let body = json!({ "lines": "Wanted" });
                acme.api(Method::POST, &format!("/api{path}"), Some(&body)).await.unwrap()
            }
        });
    }
    let (refused, begun): (Vec<_>, Vec<_>) =
        requests.join_all().await.into_iter().partition(|answer| answer.status.as_u16() == 429);
    assert_eq!((begun.len(), refused.len()), (OF_ACCOUNT, 30 - OF_ACCOUNT), "{begun:?}");
    assert!(begun.iter().all(|answer| [202, 303].contains(&answer.status.as_u16())), "{begun:?}");
    for answer in refused {
        let after: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(after > 0 && answer.body.contains("too many imports at once"), "{answer:?}");
    }
    // Refused imports have left no rows.
    let imports = site.rows().await.imports.len();
    assert_eq!(imports, before.imports.len() + OF_ACCOUNT);
    let path = format!("/api/projects/{}/imports", other.project);
    for _ in 0..OF_ACCOUNT {
        let begun = nordlicht.api(Method::POST, &path, Some(&json!({ "lines": "Wanted" }))).await.unwrap();
        expect(&begun, 202);
    }
}

pub(crate) async fn an_import_that_has_ended_leaves_its_place_to_another(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let path = format!("/api/projects/{}/imports", ids.project);
    for number in 0..2 * OF_ACCOUNT {
        let body = json!({ "lines": format!("Task {number}") });
        let begun = loop {
            let answer = site.acme.api(Method::POST, &path, Some(&body)).await.unwrap();
            // Its state is written before its place is free.
            if number < OF_ACCOUNT || answer.status.as_u16() != 429 {
                break answer;
            }
        };
        expect(&begun, 202);
        assert_eq!(end_of(&site.acme, id_of(&begun)).await["state"], "finished");
    }
}

pub(crate) async fn whoever_sends_bodies_slowly_keeps_nobody_from_the_database(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let cookie = site.acme.cookie().unwrap().to_owned();
    let mut held = Vec::new();
    // More than any database has connections.
    for _ in 0..20 {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        let host = site.acme.host();
        let head = format!(
            "PUT /api/tasks/{} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
            ids.task,
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = async {
        expect(&site.nordlicht.get("/api/projects").await.unwrap(), 200);
        let body = json!({ "name": "In time" });
        expect(&site.nordlicht.api(Method::POST, "/api/projects", Some(&body)).await.unwrap(), 201);
    };
    // Far less than the time that a body may take.
    tokio::time::timeout(Duration::from_secs(5), asked).await.expect("the database is kept busy");
    drop(held);
}

pub(crate) async fn a_password_can_be_guessed_only_so_often(site: Site) {
    let log_in = async |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        site.nobody.api(Method::POST, "/api/login", Some(&body)).await.unwrap()
    };
    // The right password resets the count.
    for _ in 0..3 {
        for _ in 0..9 {
            expect(&log_in(ADA, "wrong").await, 401);
        }
        expect(&log_in(ADA, PASSWORD).await, 204);
    }
    // Existing and unknown users are answered alike, and concurrent guesses count as well.
    for email in [ADA, "nobody@acme.example"] {
        let mut guesses = JoinSet::new();
        for number in 0..30 {
            let (client, spelled) =
                (site.nobody.clone(), if number % 2 == 0 { email.to_uppercase() } else { email.into() });
            guesses.spawn(async move {
                let body = json!({ "email": spelled, "password": "wrong" });
                client.api(Method::POST, "/api/login", Some(&body)).await.unwrap().status.as_u16()
            });
        }
        let answers = guesses.join_all().await;
        assert_eq!(answers.iter().filter(|status| **status == 401).count(), 10, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 429).count(), 20, "{answers:?}");
        let right = log_in(email, PASSWORD).await;
        expect(&right, 429);
        assert!(right.set_cookie.is_none() && right.headers.contains_key("retry-after"), "{right:?}");
        let page = site.nobody.post("/login", &[("email", email), ("password", PASSWORD)]).await.unwrap();
        expect(&page, 429);
        assert!(page.set_cookie.is_none() && page.headers.contains_key("retry-after"), "{page:?}");
    }
    expect(&log_in("ben@acme.example", PASSWORD).await, 204);
    // The other account has its own count.
    let body: Value = json!({ "email": ADA, "password": PASSWORD });
    expect(
        &site.nobody.clone().at("nordlicht").api(Method::POST, "/api/login", Some(&body)).await.unwrap(),
        401,
    );
}

pub(crate) async fn an_email_or_password_that_cannot_be_is_only_wrong(site: Site) {
    for (email, password) in [
        ("x".repeat(191), "x".to_owned()),
        ("x".repeat(100_000), String::new()),
        (ADA.to_owned(), "x".repeat(100_000)),
    ] {
        let body = json!({ "email": email, "password": password });
        expect(&site.nobody.api(Method::POST, "/api/login", Some(&body)).await.unwrap(), 401);
    }
}
