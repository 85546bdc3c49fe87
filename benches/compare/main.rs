//! Runs SeaORM's operations, each with every arm: with a filter written by hand, without a tenant, through a scope, and
//! on PostgreSQL with row-level security. The ratio of the filter by hand to itself shows how precise the other ratios
//! are.
//!
//! `compare <name of the backend> <url of a server> [seconds of each operation]`: creates two databases on the server
//! and, on PostgreSQL, a role, and drops them at the end. Prints one line for each figure: operation, arm,
//! microseconds, ratio to the filter by hand and its interval.
//!
//! `compare count <operation> <by hand or scope> <times>` does an operation a number of times on SQLite, and prints
//! nothing.

mod arena;
mod count;
mod databases;
mod entities;
mod operations;
mod spread;

use arena::{Arena, Timing};
use indicatif::{ProgressBar, ProgressStyle};
use operations::{Arm, OPERATIONS};
use std::{env, error::Error, time::Duration};

/// Runs all operations, and returns a line for each of their arms.
async fn compare(backend: &str, url: &str, budget: Duration) -> Result<Vec<String>, Box<dyn Error>> {
    let urls = databases::create(url).await?;
    let style = ProgressStyle::with_template("{msg:48} {bar:30} {pos}/{len} {elapsed}")?;
    let bar = ProgressBar::new(OPERATIONS.len() as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar.set_message(format!("{backend}: rows"));
    let arena = Arena::new(&urls).await?;
    let mut lines = Vec::new();
    for operation in OPERATIONS {
        bar.set_message(format!("{backend}: {}", operation.name));
        for Timing { arm, micros, ratio } in arena.time(*operation, budget).await? {
            let (name, arm) = (operation.name, arm.name());
            lines.push(format!(
                "{name}\t{arm}\t{micros:.1}\t{:.3}\t{:.3}\t{:.3}",
                ratio.median, ratio.low, ratio.high
            ));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    arena.close().await?;
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (backend, url, seconds) = match arguments.as_slice() {
        [backend, url] => (backend, url, 6.0),
        [backend, url, seconds] => (backend, url, seconds.parse()?),
        [count, operation, arm, times] if count == "count" => {
            let known = OPERATIONS.iter().find(|known| known.name == operation).ok_or("no such operation")?;
            let arms = [Arm::ByHand, Arm::Scoped];
            let arm = arms.into_iter().find(|known| known.name() == arm).ok_or("no such arm")?;
            return Ok(count::count(known.kind, arm, times.parse()?).await?);
        }
        _ => return Err("compare <backend> <url of a server> [seconds of each operation]".into()),
    };
    let lines = compare(backend, url, Duration::try_from_secs_f64(seconds)?).await;
    let dropped = databases::drop_all(url).await;
    println!("{}", lines?.join("\n"));
    dropped?;
    Ok(())
}
