//! Line charts: how the cost of a scope changes with a growing quantity.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use super::{COLOURS, FONT};
use crate::bench::figures::{Point, distinct};

/// One plot.
struct Plot {
    curve: &'static str,
    title: &'static str,
    x: &'static str,
    y: &'static str,
    /// The value of a point that is drawn.
    value: fn(&Point<'_>) -> f64,
    /// The series that are drawn: those whose names begin with this text.
    series: &'static str,
    /// A limit that is drawn as a line.
    bound: Option<(&'static str, f64)>,
    base: f64,
}

const RATIO: fn(&Point<'_>) -> f64 = |point| point.ratio;
const VALUE: fn(&Point<'_>) -> f64 = |point| point.value;

const PLOTS: [Plot; 4] = [
    Plot {
        curve: "tenants",
        title: "Tenants in a table of 1,000,000 rows (SQLite)",
        x: "tenants",
        y: "time beside that with one tenant",
        value: RATIO,
        series: "",
        bound: Some(("budget: 1.1", 1.1)),
        base: 10.0,
    },
    Plot {
        curve: "catalogue",
        title: "Tables in the catalogue",
        x: "tables",
        y: "time beside that with ten tables",
        value: RATIO,
        series: "",
        bound: Some(("budget: 1.1", 1.1)),
        base: 10.0,
    },
    Plot {
        curve: "threads",
        title: "Threads that rewrite a cached statement",
        x: "threads",
        y: "million statements a second, together",
        value: VALUE,
        series: "",
        bound: None,
        base: 2.0,
    },
    Plot {
        curve: "texts",
        title: "Memory that distinct texts take",
        x: "distinct texts",
        y: "MiB more than before the first",
        value: VALUE,
        series: "memory",
        bound: Some(("bound: 64 MiB", 64.0)),
        base: 10.0,
    },
];

/// Draws all plots for which there are points, each into the file that `path` returns for its name.
pub(super) fn draw(path: fn(&str) -> PathBuf, points: &[Point<'_>]) -> Result<()> {
    for plot in &PLOTS {
        let is_drawn =
            |point: &&Point<'_>| point.curve == plot.curve && point.series.starts_with(plot.series);
        let points: Vec<_> = points.iter().filter(is_drawn).collect();
        let path = path(plot.curve);
        draw_one(&path, plot, &points).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn draw_one(path: &Path, plot: &Plot, points: &[&Point<'_>]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(path, (860, 480)).into_drawing_area();
    root.fill(&WHITE)?;
    let xs = || points.iter().map(|point| point.x);
    let (first, last) = (xs().fold(f64::MAX, f64::min), xs().fold(0.0, f64::max));
    let bound = plot.bound.map_or(0.0, |(_, bound)| bound);
    let highest = points.iter().map(|point| (plot.value)(point)).fold(bound, f64::max);
    let mut chart = ChartBuilder::on(&root)
        .caption(plot.title, (FONT, 20))
        .margin(16)
        .margin_right(48)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d((first..last).log_scale().base(plot.base), 0.0..highest * 1.3)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(plot.x)
        .y_desc(plot.y)
        .x_label_formatter(&|x| super::super::tables::grouped(x.round()))
        .label_style((FONT, 14))
        .draw()?;
    for (series, colour) in distinct(points, |point| point.series).into_iter().zip(COLOURS) {
        let line: Vec<_> = points
            .iter()
            .filter(|point| point.series == series)
            .map(|point| (point.x, (plot.value)(point)))
            .collect();
        chart
            .draw_series(LineSeries::new(line, colour.stroke_width(2)).point_size(4))?
            // The axis shows the unit.
            .label(series.split(',').next().unwrap_or(series))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    if let Some((label, bound)) = plot.bound {
        let grey = RGBColor(120, 120, 120);
        chart
            .draw_series(DashedLineSeries::new([(first, bound), (last, bound)], 6, 4, grey.into()))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], grey));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .label_font((FONT, 14))
        .draw()?;
    root.present()?;
    Ok(())
}
