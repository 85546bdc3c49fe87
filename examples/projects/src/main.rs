//! The application as a program.
//!
//! Run with
//!
//! ```sh
//! cargo run -p projects
//! ```
//!
//! for SQLite, or with `DATABASE_URL=postgres://…` or `mysql://…`; then open the addresses that it prints. With `--
//! --check` it checks itself over HTTP, on a fresh database, and exits.

use anyhow::{Context, Result};
use clap::Parser;
use projects::{
    app::App,
    check, database, demo,
    seed::PASSWORD,
    tenants::{DOMAIN, SCHEME},
};
use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    time::Duration,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The ports to listen on: the first free one is used.
const PORTS: std::ops::RangeInclusive<u16> = 8080..=8099;

/// Project management for several accounts in one database.
#[derive(Debug, Parser)]
struct Options {
    /// SQLite file, created if it is missing; without this and without a URL, `projects.sqlite` in the program's
    /// directory.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// URL of another database: `postgres://…` or `mysql://…`. The file takes precedence.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    /// Milliseconds that an import waits before each task, so that its progress can be watched.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 250)]
    import_pace: u64,
    /// Check the application over HTTP on a fresh temporary database, and exit.
    #[arg(long)]
    check: bool,
    /// Create missing tables and the demo's accounts, and exit.
    #[arg(long, conflicts_with = "check")]
    migrate: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    if options.check { check::run().await } else { serve(options).await }
}

async fn serve(options: Options) -> Result<()> {
    let (pace, ends) = (Duration::from_millis(options.import_pace), options.migrate);
    let app = App::open(connection(options)?, pace).await.context("the database cannot be used")?;
    if ends {
        return Ok(());
    }
    println!("\n{}", demo::table(&demo::side_by_side(&app).await?));
    let listener = listen().await?;
    let port = listener.local_addr()?.port();
    println!("Each account has an address and users of its own; the password of all is \"{PASSWORD}\":\n");
    for account in &*app.demo {
        println!("  {:<36}  {}", format!("{SCHEME}://{}.{DOMAIN}:{port}", account.subdomain), account.email);
    }
    println!("\nAll accounts:  {SCHEME}://{DOMAIN}:{port}");
    println!("Side by side:  {SCHEME}://{DOMAIN}:{port}/side-by-side\n");
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    };
    Ok(app.serve(listener, interrupted).await?)
}

fn connection(options: Options) -> Result<sea_orm::ConnectOptions> {
    let Options { database, database_url, import_pace: _, check: _, migrate: _ } = options;
    match (database, database_url) {
        (None, Some(url)) => {
            println!("Database: the one that DATABASE_URL names");
            Ok(database::url(&url))
        }
        (file, _) => {
            let file = file.map_or_else(database::default_file, Ok)?;
            println!("Database: {}", file.display());
            Ok(database::file(&file))
        }
    }
}

async fn listen() -> Result<TcpListener> {
    for port in PORTS {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound.with_context(|| format!("cannot listen on port {port}")),
        }
    }
    anyhow::bail!("the ports {} to {} are all in use", PORTS.start(), PORTS.end())
}
