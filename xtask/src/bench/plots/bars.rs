//! Bar charts: the time of each operation by each arm, compared with the filter by hand.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::FONT;
use crate::bench::figures::{Timing, distinct};

/// The arms that have bars, and their colours.
const ARMS: [(&str, RGBColor); 4] = [
    ("no tenant", RGBColor(153, 153, 153)),
    ("by hand again", RGBColor(86, 180, 233)),
    ("scope", RGBColor(0, 114, 178)),
    ("row-level security", RGBColor(213, 94, 0)),
];

/// The height of an operation's bars, in pixels.
const ROW: u32 = 48;

/// The margins around the bars, in pixels.
const LABELS: u32 = 270;
const TOP: u32 = 80;
const BOTTOM: u32 = 60;

pub(super) fn draw(path: &Path, backend: &str, timings: &[Timing<'_>]) -> Result<()> {
    let operations = distinct(timings, |timing| timing.operation);
    let name = match backend {
        "sqlite" => "SQLite in memory",
        "postgres" => "PostgreSQL",
        _ => "MariaDB",
    };
    draw_on(path, name, &operations, timings).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn draw_on(
    path: &Path,
    name: &str,
    operations: &[&str],
    timings: &[Timing<'_>],
) -> Result<(), Box<dyn std::error::Error>> {
    let height = operations.len() as u32 * ROW + TOP + BOTTOM;
    let root = SVGBackend::new(path, (960, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let text = |size: i32| (FONT, size).into_font().color(&BLACK);
    root.draw_text(
        &format!("{name}: time of an operation beside that of a filter by hand"),
        &text(20),
        (20, 14),
    )?;
    let arms: Vec<_> =
        ARMS.into_iter().filter(|(arm, _)| timings.iter().any(|timing| timing.arm == *arm)).collect();
    for (index, (arm, colour)) in arms.iter().enumerate() {
        let x = LABELS as i32 + index as i32 * 160;
        root.draw(&Rectangle::new([(x, 48), (x + 14, 62)], colour.filled()))?;
        root.draw_text(arm, &text(14), (x + 20, 47))?;
    }
    let longest = timings.iter().map(|timing| timing.ratio).fold(1.0, f64::max).min(8.0);
    let rows = operations.len() as f64;
    let mut chart = ChartBuilder::on(&root)
        .margin_top(TOP)
        .margin_right(30)
        .margin_left(LABELS)
        .x_label_area_size(BOTTOM)
        .build_cartesian_2d(0.0..longest * 1.05, 0.0..rows)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("1 = the time of the filter by hand; thin lines: 95 % interval of the median")
        .x_label_formatter(&|x| format!("{x:.1}"))
        .label_style(text(14))
        .draw()?;
    // The first operation is on top.
    let bar = 0.8 / arms.len() as f64;
    let top = |row: usize, arm: usize| rows - row as f64 - 0.1 - arm as f64 * bar;
    for (row, operation) in operations.iter().enumerate() {
        for (index, (arm, colour)) in arms.iter().enumerate() {
            let of = |timing: &&Timing<'_>| timing.operation == *operation && timing.arm == *arm;
            let Some(timing) = timings.iter().find(of) else { continue };
            let (high, low) = (top(row, index), top(row, index + 1));
            let shown = timing.ratio.min(longest);
            chart.draw_series([Rectangle::new([(0.0, high), (shown, low)], colour.filled())])?;
            let middle = f64::midpoint(high, low);
            let interval = [(timing.low.min(longest), middle), (timing.high.min(longest), middle)];
            chart.draw_series([PathElement::new(interval, BLACK)])?;
        }
        let (x, y) = chart.backend_coord(&(0.0, rows - row as f64 - 0.5));
        let style = text(14).pos(Pos::new(HPos::Right, VPos::Center));
        root.draw_text(operation, &style, (x - 8, y))?;
    }
    chart.draw_series([PathElement::new([(1.0, 0.0), (1.0, rows)], BLACK.stroke_width(2))])?;
    root.present()?;
    Ok(())
}
