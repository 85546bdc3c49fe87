//! The command `status`.

use crate::{arguments::Format, failure::Failure, output};
use sea_orm_multitenant_migration::TenancyPlan;
use std::io::Write;

pub(super) async fn run(
    plan: &TenancyPlan,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let status = plan.status().await?;
    if format == Format::Json {
        output::json(out, &status)?;
        return Ok(true);
    }
    let citus = if status.citus { ", with Citus" } else { "" };
    writeln!(out, "{}{citus}", status.engine)?;
    let mut table =
        output::table(["table", "rows", "tenant column", "primary key", "row security", "Citus", "findings"]);
    for each in &status.tables {
        let findings = [(each.errors, "error"), (each.warnings, "warning"), (each.notes, "note")];
        let findings: Vec<_> = findings
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        table.add_row([
            each.table.clone(),
            each.rows.to_owned(),
            each.tenant_column.clone().unwrap_or_else(|| "-".to_owned()),
            each.primary_key.join(", "),
            if each.row_level_security { "yes" } else { "no" }.to_owned(),
            each.citus.clone().unwrap_or_else(|| "-".to_owned()),
            findings.join(", "),
        ]);
    }
    output::write(out, &table, "No tables.")?;
    Ok(true)
}
