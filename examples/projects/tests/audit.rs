//! Audits the statements that the application sends, as the guide to existing applications shows it.
//!
//! The application is used over HTTP while its statements are recorded: those of its scopes as the application wrote them,
//! and those that it sends without a scope. `tenancy audit` reads the file. Its output is in the guide;
//! `INSTA_UPDATE=always cargo test -p projects --test audit` writes it there again.

use hyper::Method;
use projects::{app::App, client::Client, database, seed::PASSWORD, tenancy};
use sea_orm::Database;
use sea_orm_multitenant::{
    Tenancy,
    audit::{StatementUse, write_json_lines},
    testing::{Recorder, watch_scopes},
};
use serde_json::json;
use std::{collections::HashSet, fs, future::pending, process::ExitCode, sync::Mutex, time::Duration};
use tokio::net::TcpListener;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/existing-application.md");

/// What is around the output in the guide.
const MARKS: (&str, &str) =
    ("$ cargo run -p projects --bin tenancy -- audit --file statements.jsonl\n", "```\n");

/// The statements that scopes were given, each with the text that they sent.
static SCOPED: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

#[tokio::test]
async fn the_guide_has_the_audit_of_the_applications_statements() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let mut db = Database::connect(database::file(&directory.path().join("audit.sqlite"))).await?;
    let recorder = Recorder::of(&mut db);
    assert!(watch_scopes(|scoped| {
        let (callers, sent) = (scoped.callers.to_owned(), scoped.sent.to_owned());
        SCOPED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((callers, sent));
    }));
    use_application(App::on(db.clone(), Duration::ZERO).await?).await?;

    let (callers, sent): (Vec<_>, HashSet<_>) = SCOPED.lock()?.iter().cloned().unzip();
    let mut statements = StatementUse::count(recorder.statements());
    statements.retain(|statement| !sent.contains(&statement.sql));
    statements.extend(counted(callers));
    assert!(statements.len() > 40, "{statements:#?}");
    let file = directory.path().join("statements.jsonl");
    write_json_lines(fs::File::create(&file)?, &statements)?;

    let arguments = ["tenancy", "audit", "--file", &file.to_string_lossy()].map(ToOwned::to_owned);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = tenancy::line(Tenancy::new(db)?).run_from(arguments, &mut out, &mut err).await;
    assert_eq!((code, String::from_utf8(err)?.as_str()), (ExitCode::from(1), ""));
    compare_with_guide(&String::from_utf8(out)?)
}

/// Uses the application as one account does.
async fn use_application(app: App) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(app.serve(listener, pending()));
    let ada = Client::logged_in(address, "acme", "ada@acme.example", PASSWORD).await?;
    let created = ada.api(Method::POST, "/api/projects", Some(&json!({ "name": "Moon base" }))).await?.json();
    let project = format!("/api/projects/{}", created["id"]);
    for page in ["/", "/projects", "/api/projects", "/api/account", &project, &project[4..]] {
        ada.get(page).await?;
    }
    ada.api(Method::PUT, &project, Some(&json!({ "name": "Moon base 2" }))).await?;
    let tasks = format!("{project}/tasks");
    ada.api(Method::POST, &tasks, Some(&json!({ "name": "Land", "state": "open" }))).await?;
    ada.get(&tasks).await?;
    ada.api(Method::DELETE, &project, None).await?;
    server.abort();
    Ok(())
}

/// Counts equal texts.
fn counted(texts: Vec<String>) -> Vec<StatementUse> {
    let statement = |sql| sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    StatementUse::count(texts.into_iter().map(statement))
}

fn compare_with_guide(output: &str) -> Result<(), Box<dyn std::error::Error>> {
    let guide = fs::read_to_string(GUIDE)?;
    let begin = guide.find(MARKS.0).ok_or("the guide has no output")? + MARKS.0.len();
    let end = begin + guide[begin..].find(MARKS.1).ok_or("the output has no end")?;
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(GUIDE, format!("{}{output}{}", &guide[..begin], &guide[end..]))?;
        return Ok(());
    }
    assert_eq!(&guide[begin..end], output, "write it again by INSTA_UPDATE=always");
    Ok(())
}
