//! What the tenancy command line must know about the application in addition to its entities.

use anyhow::Context;
use sea_orm::{ConnectOptions, Database};
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_cli::CommandLine;

/// The command line for a database.
///
/// # Errors
/// When the database cannot be reached.
pub async fn open(options: ConnectOptions) -> anyhow::Result<CommandLine> {
    let connection = Database::connect(options).await.context("the database cannot be reached")?;
    Ok(line(Tenancy::new(connection)?))
}

/// The command line of a tenancy. A user's email is unique in the whole application.
pub fn line(tenancy: Tenancy) -> CommandLine {
    CommandLine::new(tenancy).plan(|plan| plan.allow_across_tenants("app_user", ["email"]))
}
