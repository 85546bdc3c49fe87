//! The self-check: runs the application on a fresh database, and sends HTTP requests for two accounts.

use crate::{app::App, client::Client, database, demo, seed::PASSWORD};
use anyhow::{Context, Result, ensure};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use std::{future::pending, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// Runs the check and prints what it has checked.
///
/// # Errors
/// At the first unexpected response.
pub async fn run() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let app = App::open(database::file(&directory.path().join("check.sqlite")), Duration::ZERO).await?;
    println!("\n{}", demo::table(&demo::side_by_side(&app).await?));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(app.serve(listener, pending()));
    let checked = requests(address).await;
    server.abort();
    checked
}

async fn requests(address: SocketAddr) -> Result<()> {
    let nobody = Client::new(address);
    addresses(&nobody).await?;
    logged_out(&nobody.at("acme")).await?;
    let acme = Client::logged_in(address, "acme", "ada@acme.example", PASSWORD).await?;
    let nordlicht = Client::logged_in(address, "nordlicht", "jana@nordlicht.example", PASSWORD).await?;
    passed("two accounts log in");
    pages(&acme, &nordlicht).await?;
    strangers(address, &acme).await?;
    let id = project_of(&acme).await?;
    passed("one account creates a project");
    forged(&nordlicht, id).await?;
    import(&acme, &nordlicht, id).await?;
    let seen = acme.get(&format!("/projects/{id}")).await?;
    ensure!(seen.status == StatusCode::OK && seen.body.contains("Moon base"), "the project has changed");
    passed("the project is as its own account left it");
    println!("\nAll checks passed.");
    Ok(())
}

fn passed(what: &str) {
    println!("  ok  {what}");
}

async fn addresses(nobody: &Client) -> Result<()> {
    let home = nobody.get("/").await?;
    ensure!(home.status == StatusCode::OK && home.body.contains("Acme Rockets"), "no accounts at the domain");
    let unknown = nobody.clone().at("nobody").get("/projects").await?;
    ensure!(unknown.status == StatusCode::NOT_FOUND, "an unknown account: {}", unknown.status);
    let missing = nobody.get("/projects").await?;
    ensure!(missing.status == StatusCode::BAD_REQUEST, "an address of no account: {}", missing.status);
    passed("the domain lists the accounts, an unknown account is 404, none is 400");
    Ok(())
}

async fn strangers(address: SocketAddr, acme: &Client) -> Result<()> {
    let by_header =
        acme.clone().at_host(&address.to_string()).with_tenant("acme").get("/api/account").await?;
    ensure!(by_header.status == StatusCode::OK, "an account named in a header: {}", by_header.status);
    let elsewhere = acme.clone().at("nordlicht").get("/projects").await?;
    ensure!(elsewhere.status == StatusCode::FORBIDDEN, "a session of another account: {}", elsewhere.status);
    let both = acme.clone().with_tenant("nordlicht").get("/projects").await?;
    ensure!(both.status == StatusCode::BAD_REQUEST, "two accounts in one request: {}", both.status);
    passed("a header names an account as well; who belongs to another gets 403, and two names are none");
    Ok(())
}

async fn import(acme: &Client, nordlicht: &Client, project: i64) -> Result<()> {
    let lines = json!({ "lines": "Build,open\nFly,lost\nLand,open,2030-01-31" });
    let path = format!("/api/projects/{project}/imports");
    let begun = acme.api(Method::POST, &path, Some(&lines)).await?;
    ensure!(begun.status == StatusCode::ACCEPTED, "no import has begun: {}", begun.body);
    let id = begun.json().get("id").and_then(Value::as_i64).context("the import has no id")?;
    let page = format!("/api/imports/{id}");
    for _ in 0..200 {
        let import = acme.get(&page).await?.json();
        if import.get("state") == Some(&json!("finished")) {
            ensure!(import["imported"] == 2 && import["refused"] == 1, "the import: {import}");
            let other = nordlicht.get(&page).await?;
            ensure!(other.status == StatusCode::NOT_FOUND, "another account's import: {}", other.status);
            passed("an import runs in the background as its own account, and shows the other nothing");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("the import does not end")
}

async fn logged_out(nobody: &Client) -> Result<()> {
    let page = nobody.get("/projects").await?;
    ensure!(page.location.as_deref() == Some("/login"), "a page is shown to nobody: {}", page.status);
    let api = nobody.get("/api/projects").await?;
    ensure!(api.status == StatusCode::UNAUTHORIZED, "the API answers nobody: {}", api.status);
    passed("who is not logged in is sent to the login, or gets 401 from the API");
    Ok(())
}

async fn pages(acme: &Client, nordlicht: &Client) -> Result<()> {
    let (acme, nordlicht) = (acme.get("/projects").await?.body, nordlicht.get("/projects").await?.body);
    ensure!(
        acme.contains("Kestrel upper stage") && nordlicht.contains("Lighthouse anthology"),
        "a project is missing"
    );
    ensure!(!acme.contains("Lighthouse anthology"), "Acme sees a project of Nordlicht");
    ensure!(!nordlicht.contains("Kestrel upper stage"), "Nordlicht sees a project of Acme");
    passed("each sees its own projects and none of the other's");
    Ok(())
}

async fn project_of(client: &Client) -> Result<i64> {
    let answer = client.api(Method::POST, "/api/projects", Some(&json!({ "name": "Moon base" }))).await?;
    ensure!(answer.status == StatusCode::CREATED, "no project was created: {}", answer.body);
    answer.json().get("id").and_then(Value::as_i64).context("the project has no id")
}

async fn forged(client: &Client, id: i64) -> Result<()> {
    let (api, page) = (format!("/api/projects/{id}"), format!("/projects/{id}"));
    let input = json!({ "name": "Taken over" });
    let answers = [
        client.get(&page).await?,
        client.post(&page, &[("name", "Taken over")]).await?,
        client.post(&format!("{page}/delete"), &[]).await?,
        client.get(&api).await?,
        client.api(Method::PUT, &api, Some(&input)).await?,
        client.api(Method::DELETE, &api, None).await?,
    ];
    for answer in answers {
        ensure!(answer.status == StatusCode::NOT_FOUND, "another account's project: {}", answer.status);
        ensure!(!answer.body.contains("Moon base"), "another account's project is shown");
    }
    passed("the other account gets 404 for it: to read, to change and to delete");
    Ok(())
}
