//! The commands.

mod audit;
mod check;
mod convert;
mod explain;
mod status;

use crate::{
    arguments::{Arguments, Command, Shared},
    failure::Failure,
};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_migration::TenancyPlan;
use std::io::Write;

/// Runs a command. Returns whether the exit code is 0.
pub(crate) async fn run(
    arguments: Arguments,
    tenancy: &Tenancy,
    plan: &TenancyPlan,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> Result<bool, Failure> {
    let Arguments { command, shared: Shared { format, .. } } = arguments;
    match command {
        Command::Audit { file, statements } => audit::run(tenancy, &file, statements, format, out, err).await,
        Command::Check { fail_on } => check::run(plan, format, fail_on.severity(), out).await,
        Command::Plan(steps) => convert::show(&plan.convert(steps.mode()).await?, format, out),
        Command::Convert { steps, dry_run } => {
            convert::run(&plan.convert(steps.mode()).await?, dry_run, format, out, err).await
        }
        Command::Distribute { steps, dry_run } => {
            convert::run(&plan.distribute(steps.mode()).await?, dry_run, format, out, err).await
        }
        Command::Status => status::run(plan, format, out).await,
        Command::Explain { sql, tenant, value } => {
            explain::run(tenancy, &tenant, sql, value, format, out).await
        }
    }
}
