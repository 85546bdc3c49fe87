//! The command `check`.

use crate::{arguments::Format, failure::Failure, output};
use sea_orm_multitenant_migration::{Finding, Severity, TenancyPlan};
use serde::Serialize;
use std::io::Write;

/// The JSON output.
#[derive(Serialize)]
struct Findings<'f> {
    findings: &'f [Finding],
}

pub(super) async fn run(
    plan: &TenancyPlan,
    format: Format,
    least: Severity,
    out: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let findings = plan.check().await?;
    match format {
        Format::Json => output::json(out, &Findings { findings: &findings })?,
        Format::Table => {
            let mut table = output::table(["severity", "table", "what", "why it matters", "remedy"]);
            for finding in &findings {
                table.add_row([
                    finding.severity.to_string(),
                    finding.table.clone(),
                    finding.what(),
                    finding.why().to_owned(),
                    finding.way_out(),
                ]);
            }
            output::write(out, &table, "No findings: the database keeps tenants apart.")?;
            if !findings.is_empty() {
                let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
                let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
                writeln!(out, "Errors: {errors}, warnings: {warnings}, notes: {}", count(Severity::Note))?;
            }
        }
    }
    Ok(findings.iter().all(|finding| finding.severity < least))
}
