//! How the cost of a scope grows: with tenants, tables of the catalogue, threads and distinct texts.
//!
//! `curves [name]` runs one curve or all. Prints one line for each point: curve, series, x, value, and the ratio to the
//! value that it is compared with.

mod catalogue;
mod points;
mod statements;
mod tenants;
mod texts;
mod threads;

use indicatif::{ProgressBar, ProgressStyle};
use points::Point;
use std::{env, error::Error, time::Duration};

/// Runs one curve, advancing the bar by its steps, and returns its points.
type Run = fn(&ProgressBar) -> Result<Vec<Point>, Box<dyn Error>>;

/// All curves, with their numbers of steps. The memory curve is first, before the others have used memory.
const CURVES: [(&str, u64, Run); 4] = [
    ("texts", texts::STEPS, texts::run),
    ("catalogue", catalogue::STEPS, catalogue::run),
    ("threads", threads::STEPS, threads::run),
    ("tenants", tenants::STEPS, tenants::run),
];

fn main() -> Result<(), Box<dyn Error>> {
    let style = ProgressStyle::with_template("{msg:48} {bar:30} {pos}/{len} {elapsed}")?;
    let only = env::args().nth(1);
    let curves: Vec<_> =
        CURVES.into_iter().filter(|(name, ..)| only.as_ref().is_none_or(|only| only == name)).collect();
    let bar = ProgressBar::new(curves.iter().map(|(_, steps, _)| steps).sum()).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(500));
    let mut lines = Vec::new();
    for (name, _, run) in curves {
        bar.set_message(format!("curves: {name}"));
        for Point { series, x, value, ratio } in run(&bar)? {
            lines.push(format!("{name}\t{series}\t{x}\t{value:.3}\t{ratio:.3}"));
        }
    }
    bar.finish_and_clear();
    println!("{}", lines.join("\n"));
    Ok(())
}
