//! The commands `plan`, `convert` and `distribute`.

use crate::{
    arguments::{Format, Steps},
    failure::Failure,
    output,
    progress::Shown,
};
use sea_orm_multitenant_migration::{Conversion, Mode, Step};
use serde::Serialize;
use std::io::Write;

impl Steps {
    pub(super) fn mode(self) -> Mode {
        if self.online { Mode::Online } else { Mode::Offline }
    }
}

/// The JSON output.
#[derive(Serialize)]
struct Plan<'p> {
    steps: &'p [Step],
    one_transaction: bool,
    unenforced: Option<(usize, usize)>,
}

/// Prints the steps as a table, and as SQL.
pub(super) fn show(
    conversion: &Conversion,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let steps = conversion.steps();
    if format == Format::Json {
        let (one_transaction, unenforced) = (conversion.is_one_transaction(), conversion.unenforced());
        output::json(out, &Plan { steps, one_transaction, unenforced })?;
        return Ok(true);
    }
    let mut table = output::table(["step", "table", "what for", "blocks", "way back"]);
    for (at, step) in steps.iter().enumerate() {
        let back =
            if conversion.is_one_transaction() { "rollback" } else { step.back.as_deref().unwrap_or("-") };
        table.add_row([
            (at + 1).to_string(),
            step.table.clone(),
            step.reason.clone(),
            step.blocks.to_string(),
            back.to_owned(),
        ]);
    }
    output::write(out, &table, "Nothing to do.")?;
    if steps.is_empty() {
        return Ok(true);
    }
    writeln!(out, "{}", how(conversion))?;
    for (at, step) in steps.iter().enumerate() {
        writeln!(out, "\n-- {}. {}: {}\n{};", at + 1, step.table, step.reason, step.sql)?;
        if let Some(back) = &step.back {
            writeln!(out, "-- back: {back};")?;
        }
    }
    Ok(true)
}

/// The state after a failure, and between which steps foreign keys are not enforced.
fn how(conversion: &Conversion) -> String {
    let failure = if conversion.is_one_transaction() {
        "All steps run in one transaction: a failure leaves the database unchanged."
    } else {
        "Each step is committed by itself: after a failure, run the conversion again to continue."
    };
    match conversion.unenforced() {
        Some((first, last)) => {
            format!("{failure}\nFrom step {first} to step {last}, not all foreign keys are enforced.")
        }
        None => failure.to_owned(),
    }
}

pub(super) async fn run(
    conversion: &Conversion,
    dry_run: bool,
    format: Format,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    if dry_run {
        return show(conversion, format, out);
    }
    if conversion.steps().is_empty() {
        match format {
            Format::Json => output::json(out, &serde_json::json!({ "steps": 0, "tables": [] }))?,
            Format::Table => writeln!(out, "Nothing to do.")?,
        }
        return Ok(true);
    }
    writeln!(err, "{}", how(conversion))?;
    let report = {
        let mut shown = Shown::new(conversion.steps().len(), err);
        conversion.run(&mut shown).await?
    };
    if format == Format::Json {
        output::json(out, &report)?;
        return Ok(true);
    }
    if !report.tables.is_empty() {
        let mut table = output::table(["table", "rows before and after", "checksum before and after"]);
        for counted in &report.tables {
            table.add_row([counted.table.clone(), counted.rows.to_string(), counted.checksum.clone()]);
        }
        output::write(out, &table, "")?;
    }
    writeln!(out, "Done: {} steps in {}.", report.steps, output::time(report.time))?;
    Ok(true)
}
