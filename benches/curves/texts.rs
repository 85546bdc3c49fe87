//! From 1 to 1,000,000 distinct texts, as from a caller that varies literals: the memory that they take, and the time
//! of a statement that is used in between.

use crate::{
    points::{Point, nanos},
    statements::{rewrite, runtime},
};
use indicatif::ProgressBar;
use memory_stats::memory_stats;
use sea_orm::{DbBackend, Statement};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_benches::{TENANT, connect, join, median};
use std::error::Error;

const TEXTS: [usize; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/// A step for each point.
pub(crate) const STEPS: u64 = TEXTS.len() as u64;

pub(crate) fn run(bar: &ProgressBar) -> Result<Vec<Point>, Box<dyn Error>> {
    let runtime = runtime()?;
    let db = runtime.block_on(connect("sqlite::memory:"))?;
    let tenancy = Tenancy::new(db.clone())?;
    let scope = tenancy.scope(TENANT)?;
    // The time with an otherwise empty cache.
    let quiet = Tenancy::new(db)?.scope(TENANT)?;
    let used = join();
    rewrite(&scope, used.clone())?;
    let before = resident()?;
    let mut sent = 0;
    let mut points = Vec::new();
    for texts in TEXTS {
        // About a thousand lookups between two points.
        let pause = (texts / 1_000).max(1);
        let mut times = Vec::new();
        let (mut memory, mut plans) = (0.0_f64, 0);
        while sent < texts {
            sent += 1;
            let sql = format!("SELECT id FROM project WHERE id = {sent}");
            rewrite(&scope, Statement::from_string(DbBackend::Sqlite, sql))?;
            if sent % pause == 0 {
                memory = memory.max(resident()? - before);
                plans = plans.max(tenancy.cached_statements());
                let looks = if sent <= 10 { 20 } else { 1 };
                for _ in 0..looks {
                    let beside = nanos(1_000, |_| rewrite(&quiet, used.clone()))?;
                    let time = nanos(1_000, |_| rewrite(&scope, used.clone()))?;
                    times.push((time, time / beside));
                }
            }
        }
        let time = median(times.iter().map(|(time, _)| *time));
        let ratio = median(times.iter().map(|(_, ratio)| *ratio));
        let (mebibytes, plans) = (memory / 1_048_576.0, plans as f64);
        points.push(Point { series: "memory, MiB", x: texts, value: mebibytes, ratio: mebibytes / 64.0 });
        points.push(Point { series: "plans", x: texts, value: plans, ratio: plans / 10_000.0 });
        points.push(Point { series: "a cached statement, ns", x: texts, value: time, ratio });
        bar.inc(1);
    }
    Ok(points)
}

/// The memory of the process, in bytes.
fn resident() -> Result<f64, Box<dyn Error>> {
    let stats = memory_stats().ok_or("the system does not say how much memory a process has")?;
    Ok(stats.physical_mem as f64)
}
