//! How the work of a scope grows: with tenants, tables of the catalogue, threads and distinct texts.
//!
//! `curves`: a line a point: curve, series, x, value, and the value beside that of the point it is to be as low as.

mod catalogue;
mod points;
mod statements;
mod tenants;
mod texts;
mod threads;

use indicatif::{ProgressBar, ProgressStyle};
use points::Point;
use std::{error::Error, time::Duration};

/// Runs one curve, and returns its points.
type Curve = fn() -> Result<Vec<Point>, Box<dyn Error>>;

/// All curves. That of the memory is the first, for which the others have used none.
const CURVES: [(&str, Curve); 4] = [
    ("texts", texts::run),
    ("catalogue", catalogue::run),
    ("threads", threads::run),
    ("tenants", tenants::run),
];

fn main() -> Result<(), Box<dyn Error>> {
    let style = ProgressStyle::with_template("{msg:48} {bar:30} {pos}/{len} {elapsed}")?;
    let bar = ProgressBar::new(CURVES.len() as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(500));
    let mut lines = Vec::new();
    for (name, run) in CURVES {
        bar.set_message(format!("curves: {name}"));
        for Point { series, x, value, ratio } in run()? {
            lines.push(format!("{name}\t{series}\t{x}\t{value:.3}\t{ratio:.3}"));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{}", lines.join("\n"));
    Ok(())
}
