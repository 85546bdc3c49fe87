//! The arguments of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use sea_orm_multitenant_migration::{Severity, TenancyPlan};
use std::path::PathBuf;

/// Audits and converts a database that several tenants share.
#[derive(Debug, Parser)]
#[command(name = "tenancy", bin_name = "tenancy", term_width = 100)]
#[command(after_help = "Exit codes: 0 success, 1 findings or a failure, 2 invalid arguments.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// The options of all commands.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// Output format.
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
    /// Ignore a table; may be repeated.
    #[arg(long, value_name = "TABLE", global = true)]
    ignore: Vec<String>,
    /// Accept a unique key without the tenant column, which is unique across all tenants; may be repeated.
    #[arg(long, value_name = "TABLE:COLUMN,…", value_parser = across, global = true)]
    across_tenants: Vec<(String, Vec<String>)>,
    /// Convert a foreign key's SET NULL or SET DEFAULT to NO ACTION where the engine would set the tenant column too;
    /// may be repeated.
    #[arg(long, value_name = "TABLE:COLUMN,…", value_parser = across, global = true)]
    accept_no_action: Vec<(String, Vec<String>)>,
    /// Report missing row-level security as an error.
    #[arg(long, global = true)]
    require_row_level_security: bool,
    /// Do not distribute tables, even if the database has Citus.
    #[arg(long, global = true)]
    without_citus: bool,
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Tables, for people.
    #[default]
    Table,
    /// JSON, for programs.
    Json,
}

/// The command to run.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what makes the database unsafe for several tenants.
    Check {
        /// The lowest severity that makes the exit code 1.
        #[arg(long, value_enum, default_value_t)]
        fail_on: Least,
    },
    /// Print the steps of a conversion without running them.
    Plan(Steps),
    /// Convert keys so that the tenant column comes first, and distribute the tables if the database has Citus.
    Convert {
        #[command(flatten)]
        steps: Steps,
        /// Print the steps without running them.
        #[arg(long)]
        dry_run: bool,
    },
    /// Distribute tables whose keys have the tenant column first, if the database has Citus.
    Distribute {
        #[command(flatten)]
        steps: Steps,
        /// Print the steps without running them.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print a summary of each table.
    Status,
    /// Print what a scope makes of the statements that the program sends: which it refuses, and what to do instead. Runs
    /// none of them.
    ///
    /// The statements come from the server's statistics, which are read in a read-only transaction: pg_stat_statements on
    /// PostgreSQL, the performance schema on MySQL and MariaDB; or from files.
    Audit {
        /// Read the statements from a file in place of the server's statistics: SQL, each statement ended by a
        /// semicolon, or JSON lines such as {"sql": "SELECT 1", "calls": 3}; `-` is standard input; may be repeated.
        #[arg(long, value_name = "FILE")]
        file: Vec<PathBuf>,
        /// Also print each accepted statement, with the text that a scope sends.
        #[arg(long)]
        statements: bool,
    },
    /// Print the statement that a scope sends and, on Citus, how many shards it touches. Runs nothing.
    Explain {
        /// The statement.
        sql: String,
        /// The tenant of the scope.
        #[arg(long)]
        tenant: String,
        /// The value of the next placeholder: an integer, or otherwise a text; may be repeated.
        #[arg(long, value_name = "VALUE")]
        value: Vec<String>,
    },
}

/// The options of a conversion.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Steps {
    /// Let readers and writers continue during the conversion (PostgreSQL only).
    #[arg(long)]
    pub(crate) online: bool,
}

/// A severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Least {
    Note,
    #[default]
    Warning,
    Error,
}

impl Least {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

impl Arguments {
    /// Applies the options to the plan.
    pub(crate) fn plan(&self, mut plan: TenancyPlan) -> TenancyPlan {
        let Shared {
            format: _,
            ignore,
            across_tenants,
            accept_no_action,
            require_row_level_security,
            without_citus,
        } = &self.shared;
        for table in ignore {
            plan = plan.ignore(table);
        }
        for (table, columns) in across_tenants {
            plan = plan.allow_across_tenants(table, columns);
        }
        for (table, columns) in accept_no_action {
            plan = plan.accept_no_action(table, columns);
        }
        if *require_row_level_security {
            plan = plan.require_row_level_security();
        }
        if *without_citus {
            plan = plan.without_distribution();
        }
        plan
    }
}

/// Parses a table and columns, written as `member:email`.
fn across(text: &str) -> Result<(String, Vec<String>), String> {
    let wrong = || format!("`{text}` is not a table with columns; write it as member:email or member:a,b");
    let (table, columns) = text.split_once(':').ok_or_else(wrong)?;
    let columns: Vec<_> = columns.split(',').map(|column| column.trim().to_owned()).collect();
    if table.is_empty() || columns.iter().any(String::is_empty) {
        Err(wrong())
    } else {
        Ok((table.to_owned(), columns))
    }
}
