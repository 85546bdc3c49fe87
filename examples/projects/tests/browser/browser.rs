//! Two accounts in one browser.

use crate::{driver::Browser, visitor::Visitor};
use projects::{app::App, database};
use std::{future::pending, panic, time::Duration};
use tokio::net::TcpListener;

/// Slow enough that the page is seen to refresh.
const PACE: Duration = Duration::from_millis(150);

/// The lines to import.
const TASKS: [&str; 12] = [
    "Order valves",
    "Weld the tank",
    "Test the tank",
    "Mount the igniter",
    "Lay the harness",
    "Balance the gimbal",
    "Fire for ten seconds",
    "Fire for ninety seconds",
    "Start again in vacuum",
    "Shake it",
    "Pack it",
    "Ship it",
];

#[tokio::test]
async fn a_visitor_sees_each_account_at_its_own_address() {
    let directory = tempfile::tempdir().unwrap();
    let app = App::open(database::file(&directory.path().join("browser.sqlite")), PACE).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(app.serve(listener, pending()));

    let browser = Browser::start().await;
    let visitor = Visitor { client: browser.client.clone(), port };
    let outcome = tokio::spawn(visit(visitor)).await;
    // The browser is closed however the visit ended.
    browser.close().await;
    server.abort();
    if let Err(error) = outcome {
        panic::resume_unwind(error.into_panic());
    }
}

async fn visit(visitor: Visitor) {
    let project = acme(&visitor).await;
    let import = import(&visitor).await;
    nordlicht(&visitor, &[project, import]).await;
    // The first account is still logged in at its own address.
    visitor.goto(Some("acme"), "/projects").await;
    visitor.sees(&["Acme Rockets", "Ada Morales", "Harrier upper stage"], &["Lighthouse anthology"]).await;
    visitor.click("Log out").await;
    visitor.sees(&["Log in to Acme Rockets"], &["Harrier upper stage"]).await;
    visitor.goto(Some("zeta"), "/").await;
    visitor.sees(&["404", "there is no such account"], &[]).await;
}

/// Logs in to the first account, looks around and edits a project. Returns the path of the project.
async fn acme(visitor: &Visitor) -> String {
    visitor.goto(None, "/").await;
    visitor.sees(&["Acme Rockets", "Nordlicht Verlag", "Kaze Bicycles"], &[]).await;
    visitor.picture("accounts").await;
    visitor.click("Acme Rockets").await;
    visitor.sees(&["Log in to Acme Rockets"], &[]).await;
    visitor.picture("login").await;
    visitor.log_in("ada@acme.example").await;
    visitor.sees(&["Ada Morales", "Kestrel upper stage"], &["Lighthouse anthology"]).await;
    visitor.has_its_cookie().await;
    visitor.picture("projects-acme").await;

    visitor.click("Kestrel upper stage").await;
    visitor.click("Edit").await;
    visitor.fill("name", "Harrier upper stage").await;
    visitor.click("Save").await;
    visitor.sees(&["Harrier upper stage", "Managers"], &["Kestrel upper stage"]).await;
    visitor.path().await
}

/// Imports tasks into the open project and watches the progress. Returns the path of the import.
async fn import(visitor: &Visitor) -> String {
    visitor.click("Import several").await;
    let lines: String = TASKS.iter().map(|name| format!("{name},open,2030-01-31\n")).collect();
    visitor.fill("lines", &format!("{lines}Weigh the stage,lost\n")).await;
    visitor.click("Import").await;
    visitor.wait_for("#done", |done| !done.starts_with("0 ") && !done.starts_with("13 ")).await;
    visitor.picture("import").await;
    let path = visitor.path().await;
    // Nobody clicks: the page refreshes by itself.
    visitor.wait_for("#state", |state| state == "finished").await;
    visitor.sees(&["13 of 13 lines", "Line 13: the state must be open, doing or done"], &[]).await;
    assert_eq!(visitor.path().await, path);
    visitor.click("To the project").await;
    visitor.sees(&["Harrier upper stage", TASKS[0], TASKS[11]], &["Weigh the stage"]).await;
    path
}

/// Switches to the second account's address, where the first account's login and links do not work.
async fn nordlicht(visitor: &Visitor, links: &[String]) {
    visitor.goto(Some("nordlicht"), "/projects").await;
    visitor.sees(&["Log in to Nordlicht Verlag"], &["Ada Morales"]).await;
    visitor.log_in("ada@acme.example").await;
    visitor.sees(&["the email or the password is wrong"], &[]).await;
    visitor.log_in("jana@nordlicht.example").await;
    visitor.sees(&["Nordlicht Verlag", "Lighthouse anthology"], &["Harrier upper stage", "Acme"]).await;
    visitor.picture("projects-nordlicht").await;
    for link in links {
        visitor.goto(Some("nordlicht"), link).await;
        visitor
            .sees(&["404", "Nothing of your account has this address"], &["Order valves", "Harrier"])
            .await;
    }
    visitor.picture("another-accounts-link").await;
    visitor.goto(Some("nordlicht"), "/tasks").await;
    visitor.sees(&["Tasks"], &["Order valves"]).await;
}
