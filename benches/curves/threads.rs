//! From 1 to 64 threads that rewrite at the same time: with one tenancy, whose statement cache they share, and with one
//! tenancy each, which shows the speed if sharing cost nothing.

use crate::{
    points::{Point, interleave},
    statements::{rewrite, runtime},
};
use indicatif::ProgressBar;
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Tenancy, TenancyError, TenantScope};
use sea_orm_multitenant_benches::{TENANT, connect, join, median};
use std::{error::Error, sync::Barrier, thread, time::Instant};

const THREADS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// One step: all points are measured at once.
pub(crate) const STEPS: u64 = 1;

/// The number of statements of a sample, of all threads together.
const STATEMENTS: usize = 128_000;

pub(crate) fn run(bar: &ProgressBar) -> Result<Vec<Point>, Box<dyn Error>> {
    let runtime = runtime()?;
    let db = runtime.block_on(connect("sqlite::memory:"))?;
    let one = Tenancy::new(db.clone())?.scope(TENANT)?;
    let shared: Vec<_> = (0..64).map(|_| one.clone()).collect();
    let mut own = Vec::new();
    for _ in 0..64 {
        own.push(Tenancy::new(db.clone())?.scope(TENANT)?);
    }
    let mut own_first = false;
    let samples = interleave(THREADS.len(), 25, |point| {
        own_first = !own_first;
        let early = throughput(if own_first { &own } else { &shared }, THREADS[point])?;
        let late = throughput(if own_first { &shared } else { &own }, THREADS[point])?;
        Ok::<_, TenancyError>(if own_first { (late, early) } else { (early, late) })
    })?;
    bar.inc(1);
    let mut points = Vec::new();
    for (x, samples) in THREADS.into_iter().zip(&samples) {
        let ratio = median(samples.iter().map(|(shared, own)| own / shared));
        let (shared, own) = (samples.iter().map(|pair| pair.0), samples.iter().map(|pair| pair.1));
        points.push(Point { series: "one tenancy, million a second", x, value: median(shared), ratio });
        let value = median(own);
        points.push(Point { series: "a tenancy each, million a second", x, value, ratio: 1.0 });
    }
    Ok(points)
}

/// The millions of statements that this many threads rewrite per second.
fn throughput(scopes: &[TenantScope<DatabaseConnection>], threads: usize) -> Result<f64, TenancyError> {
    let (statement, each) = (join(), STATEMENTS / threads);
    let barrier = Barrier::new(threads);
    let spans = thread::scope(|running| {
        let mut handles = Vec::new();
        for scope in &scopes[..threads] {
            handles.push(running.spawn(|| {
                let statement = statement.clone();
                barrier.wait();
                let begun = Instant::now();
                (0..each).try_for_each(|_| rewrite(scope, statement.clone()))?;
                Ok::<_, TenancyError>((begun, Instant::now()))
            }));
        }
        handles
            .into_iter()
            .map(|handle| handle.join().expect("no thread panics"))
            .collect::<Result<Vec<_>, _>>()
    })?;
    // Uses the threads' own clocks: the thread that waits for them may be scheduled last.
    let begun = spans.iter().map(|(begun, _)| *begun).min();
    let ended = spans.iter().map(|(_, ended)| *ended).max();
    let took = begun.zip(ended).map_or(f64::NAN, |(begun, ended)| (ended - begun).as_secs_f64());
    Ok((each * threads) as f64 / took / 1e6)
}
