//! The plots of docs/evidence/performance.md: SVG, under docs/images/performance.

mod bars;
mod curves;

use std::{fs, path::PathBuf};

use anyhow::Result;
use plotters::style::RGBColor;

use super::{
    figures::{Figures, points, timings},
    tables::BACKENDS,
};
use crate::cargo;

/// Colours that colour-blind readers can distinguish.
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(230, 159, 0)];

/// The font family; the reader's program chooses the font.
const FONT: &str = "sans-serif";

fn path(name: &str) -> PathBuf {
    cargo::root().join("docs/images/performance").join(format!("{name}.svg"))
}

/// Writes every plot for which there are figures.
pub(super) fn write(figures: &Figures) -> Result<()> {
    fs::create_dir_all(path("").with_file_name(""))?;
    for backend in BACKENDS {
        if let Some(text) = figures.get(backend) {
            bars::draw(&path(backend), backend, &timings(text)?)?;
        }
    }
    if let Some(text) = figures.get("curves") {
        curves::draw(path, &points(text)?)?;
    }
    println!("wrote the plots of {}", path("").with_file_name("").display());
    Ok(())
}
