//! One operation of SeaORM after the other, each in turn by every arm: without a tenant, with a filter written by hand, through a
//! scope. Prints a table for docs/performance.md.
//!
//! `compare <name of the backend> <url of a server>`: on the server it makes two databases, and drops them.

mod entities;
mod operations;

use indicatif::{ProgressBar, ProgressStyle};
use operations::{Arm, OPERATIONS, Operation, prepare, run};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_benches::TENANT;
use std::{env, error::Error, time::Instant};

/// The databases of the tenant alone, and of two.
const DATABASES: [&str; 2] = ["compare_alone", "compare_shared"];

/// Rounds that are not counted.
const WARM_UP: usize = 3;

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// The connections of all arms.
struct Arena {
    alone: DatabaseConnection,
    shared: DatabaseConnection,
    tenancy: Tenancy,
}

impl Arena {
    /// Nanoseconds of each arm in each round.
    async fn time(&self, operation: Operation) -> Result<[Vec<u64>; 3], DbErr> {
        let Operation { name, kind, rounds } = operation;
        let scope = self.tenancy.scope(TENANT).map_err(DbErr::from)?;
        let mut times = [const { Vec::new() }; 3];
        for round in 0..rounds + WARM_UP {
            let mut rows = Vec::new();
            for turn in 0..3 {
                // Each arm is the first of a round as often as the others.
                let index = (turn + round) % 3;
                let arm = [Arm::Alone, Arm::ByHand, Arm::Scoped][index];
                let raw = if arm == Arm::Alone { &self.alone } else { &self.shared };
                prepare(kind, raw, round).await?;
                let begun = Instant::now();
                let met = match arm {
                    Arm::Alone | Arm::ByHand => run(kind, arm, raw, round).await?,
                    Arm::Scoped => run(kind, arm, &scope, round).await?,
                };
                let took = begun.elapsed().as_nanos() as u64;
                rows.push(met);
                if round >= WARM_UP {
                    times[index].push(took);
                }
            }
            assert!(rows.iter().all(|met| *met == rows[0]), "{name}: the arms met {rows:?} rows");
        }
        Ok(times)
    }
}

fn median(values: &[u64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2] as f64
}

/// A line of the table: microseconds of each arm, and how much a scope takes beside a filter by hand.
fn line(name: &str, times: &[Vec<u64>; 3]) -> String {
    let [alone, by_hand, scoped] = times.each_ref().map(|times| median(times) / 1_000.0);
    format!("| {name} | {alone:.1} | {by_hand:.1} | {scoped:.1} | {:.3} |", scoped / by_hand)
}

/// The two databases, which are made anew; SQLite's are in memory.
async fn databases(url: &str) -> Result<[String; 2], Box<dyn Error>> {
    if url.starts_with("sqlite:") {
        return Ok([url.to_owned(), url.to_owned()]);
    }
    let (server, _) = url.rsplit_once('/').ok_or("the url names no database")?;
    drop_databases(url).await?;
    let connection = connect(url).await?;
    for name in DATABASES {
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    }
    connection.close().await?;
    Ok(DATABASES.map(|name| format!("{server}/{name}")))
}

async fn drop_databases(url: &str) -> Result<(), DbErr> {
    if url.starts_with("sqlite:") {
        return Ok(());
    }
    let connection = connect(url).await?;
    for name in DATABASES {
        connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await?;
    }
    connection.close().await
}

/// Runs all operations, and returns the lines of the table.
async fn compare(backend: &str, url: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let [alone, shared] = databases(url).await?;
    let (alone, shared) = (connect(&alone).await?, connect(&shared).await?);
    let style = ProgressStyle::with_template("{msg:48} {bar:30} {pos}/{len} {elapsed}")?;
    let bar = ProgressBar::new(OPERATIONS.len() as u64).with_style(style);
    bar.set_message(format!("{backend}: rows"));
    entities::fill(&alone, true).await?;
    entities::fill(&shared, false).await?;
    let arena = Arena { tenancy: Tenancy::new(shared.clone())?, alone, shared };
    let mut lines = Vec::new();
    for operation in OPERATIONS {
        bar.set_message(format!("{backend}: {}", operation.name));
        lines.push(line(operation.name, &arena.time(*operation).await?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    arena.alone.close().await?;
    arena.shared.close().await?;
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [backend, url] = arguments.as_slice() else {
        return Err("compare <backend> <url of a server>".into());
    };
    let lines = compare(backend, url).await;
    drop_databases(url).await?;
    println!(
        "| {backend} | no tenant, µs | by hand, µs | scope, µs | scope / by hand |\n| --- | --- | --- | --- | --- |"
    );
    println!("{}", lines?.join("\n"));
    Ok(())
}
