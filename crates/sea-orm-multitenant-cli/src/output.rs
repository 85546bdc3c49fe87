//! Prints tables and JSON.

use crate::failure::Failure;
use comfy_table::{ContentArrangement, Table, presets::ASCII_FULL_CONDENSED};
use serde::Serialize;
use std::{io::Write, time::Duration};

/// The width of tables, the same on a terminal and in a file, so that outputs can be compared.
const WIDTH: u16 = 120;

/// Creates a table with this header.
pub(crate) fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH).set_header(head);
    table
}

/// Prints a table, or the text `none` if the table is empty.
pub(crate) fn write(out: &mut dyn Write, table: &Table, none: &str) -> Result<(), Failure> {
    if table.row_count() == 0 {
        writeln!(out, "{none}")?;
    } else {
        writeln!(out, "{table}")?;
    }
    Ok(())
}

/// Prints a value as JSON.
pub(crate) fn json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Formats a duration.
pub(crate) fn time(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
