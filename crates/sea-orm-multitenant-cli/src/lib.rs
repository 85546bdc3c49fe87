//! A command line for [`sea-orm-multitenant`](sea_orm_multitenant) that audits and converts a database that several
//! tenants share.
//!
//! It is a library, because the catalogue is in the program that derives `TenantModel`: a binary of your own calls
//! [`run`] with its [`Tenancy`].
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     let url = std::env::var("DATABASE_URL").unwrap_or_default();
//!     let db = match sea_orm::Database::connect(url).await {
//!         Ok(db) => db,
//!         Err(error) => {
//!             eprintln!("cannot connect to the database: {error}");
//!             return ExitCode::FAILURE;
//!         }
//!     };
//!     match sea_orm_multitenant::Tenancy::new(db) {
//!         Ok(tenancy) => sea_orm_multitenant_cli::run(tenancy).await,
//!         Err(error) => {
//!             eprintln!("{error}");
//!             ExitCode::FAILURE
//!         }
//!     }
//! }
//! ```
//!
//! `docs/guide/cli.md` in the repository is the guide.

mod arguments;
mod command;
mod failure;
mod output;
mod progress;

use clap::Parser;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_migration::TenancyPlan;
use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/cli.md")]
struct Guide;

/// Runs the command that the program's arguments name, and returns its exit code: 0 for success, 1 for findings and
/// failures, 2 for invalid arguments.
///
/// Results go to standard output; progress and errors to standard error.
pub async fn run(tenancy: Tenancy) -> ExitCode {
    CommandLine::new(tenancy).run().await
}

/// As [`run`], with explicit arguments, the first of which is the program's name, and explicit writers for output and
/// errors.
///
/// ```
/// use sea_orm::Database;
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use std::process::ExitCode;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let code = sea_orm_multitenant_cli::run_from(tenancy, ["tenancy", "check"], &mut out, &mut err).await;
/// assert_eq!(code, ExitCode::from(1)); // the database has no table `project`
/// assert!(String::from_utf8(out)?.ends_with("Errors: 1, warnings: 0, notes: 0\n"));
/// # Ok(())
/// # }
/// ```
pub async fn run_from<A: Into<OsString> + Clone>(
    tenancy: Tenancy,
    arguments: impl IntoIterator<Item = A>,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> ExitCode {
    CommandLine::new(tenancy).run_from(arguments, out, err).await
}

/// A command line with additional settings of the plan.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantType};
/// use sea_orm_multitenant_cli::CommandLine;
/// use std::process::ExitCode;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE member (account_id BIGINT NOT NULL, id BIGINT, email TEXT UNIQUE, PRIMARY KEY (account_id, id))").await?;
/// db.execute_unprepared("CREATE TABLE audit_log (id INTEGER PRIMARY KEY)").await?;
/// let tenancy = Tenancy::builder().tenant_table("member", "account_id", TenantType::BigInt).build(db)?;
/// let line = CommandLine::new(tenancy).plan(|plan| plan.allow_across_tenants("member", ["email"]).ignore("audit_log"));
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// assert_eq!(line.run_from(["tenancy", "check"], &mut out, &mut err).await, ExitCode::SUCCESS);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CommandLine {
    tenancy: Tenancy,
    plan: TenancyPlan,
}

impl CommandLine {
    /// Creates the command line of this tenancy.
    pub fn new(tenancy: Tenancy) -> Self {
        let plan = TenancyPlan::new(&tenancy);
        Self { tenancy, plan }
    }

    /// Changes the plan: which tables to ignore, which unique keys may span tenants.
    #[must_use]
    pub fn plan(mut self, with: impl FnOnce(TenancyPlan) -> TenancyPlan) -> Self {
        self.plan = with(self.plan);
        self
    }

    /// As [`run`](fn@run).
    pub async fn run(self) -> ExitCode {
        let (mut out, mut err) = (io::stdout(), io::stderr());
        self.run_from(std::env::args_os(), &mut out, &mut err).await
    }

    /// As [`run_from`](fn@run_from).
    pub async fn run_from<A: Into<OsString> + Clone>(
        self,
        arguments: impl IntoIterator<Item = A>,
        out: &mut (dyn Write + Send),
        err: &mut (dyn Write + Send),
    ) -> ExitCode {
        let arguments = match arguments::Arguments::try_parse_from(arguments) {
            Ok(arguments) => arguments,
            Err(error) => {
                let place: &mut (dyn Write + Send) = if error.use_stderr() { err } else { out };
                // A closed pipe needs no further message.
                let _ = write!(place, "{}", error.render());
                return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
            }
        };
        let plan = arguments.plan(self.plan);
        match command::run(arguments, &self.tenancy, &plan, out, err).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => {
                let _ = writeln!(err, "error: {error}");
                ExitCode::from(error.code())
            }
        }
    }
}
