//! What a user can say.

use clap::{Args, Parser, Subcommand, ValueEnum};
use sea_orm_multitenant_migration::{Severity, TenancyPlan};

/// Tenants in one database: what keeps it from being safe for them, and the way there.
#[derive(Debug, Parser)]
#[command(name = "tenancy", bin_name = "tenancy", term_width = 100)]
#[command(after_help = "Exit codes: 0 all is well, 1 findings or a failure, 2 arguments that cannot be.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// What all commands take.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// How results are written.
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
    /// A table to say nothing of; may be repeated.
    #[arg(long, value_name = "TABLE", global = true)]
    ignore: Vec<String>,
    /// A unique key that is meant for all tenants together; may be repeated.
    #[arg(long, value_name = "TABLE:COLUMN,…", value_parser = across, global = true)]
    across_tenants: Vec<(String, Vec<String>)>,
    /// A foreign key whose SET NULL or SET DEFAULT may become NO ACTION, where the engine would set the tenant column too; may be repeated.
    #[arg(long, value_name = "TABLE:COLUMN,…", value_parser = across, global = true)]
    accept_no_action: Vec<(String, Vec<String>)>,
    /// Take row-level security that is missing for an error.
    #[arg(long, global = true)]
    require_row_level_security: bool,
    /// Leave Citus alone, although it is in the database.
    #[arg(long, global = true)]
    without_citus: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what keeps the database from being safe for tenants.
    Check {
        /// The least severity that makes the exit code 1.
        #[arg(long, value_enum, default_value_t)]
        fail_on: Least,
    },
    /// Say the steps of a conversion, and run none.
    Plan(Steps),
    /// Convert the keys to such that are led by the tenant, and distribute the tables where Citus is.
    Convert {
        #[command(flatten)]
        steps: Steps,
        /// Say the steps, and run none.
        #[arg(long)]
        dry_run: bool,
    },
    /// Distribute tables whose keys are led by the tenant, where Citus is.
    Distribute {
        #[command(flatten)]
        steps: Steps,
        /// Say the steps, and run none.
        #[arg(long)]
        dry_run: bool,
    },
    /// Say each table in short.
    Status,
    /// Say what a scope makes of a statement and, on Citus, how many shards it touches. Nothing is run.
    Explain {
        /// The statement.
        sql: String,
        /// The tenant of the scope.
        #[arg(long)]
        tenant: String,
        /// A value of a placeholder, in their order: a number, or else a text; may be repeated.
        #[arg(long, value_name = "VALUE")]
        value: Vec<String>,
    },
}

/// How steps are made.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Steps {
    /// Let readers and writers go on meanwhile: PostgreSQL alone.
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
    /// The plan, with what the arguments say of it.
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

/// A table and columns, as `member:email`.
fn across(text: &str) -> Result<(String, Vec<String>), String> {
    let wrong = || format!("`{text}` is no table with columns; write it as member:email or member:a,b");
    let (table, columns) = text.split_once(':').ok_or_else(wrong)?;
    let columns: Vec<_> = columns.split(',').map(|column| column.trim().to_owned()).collect();
    if table.is_empty() || columns.iter().any(String::is_empty) {
        Err(wrong())
    } else {
        Ok((table.to_owned(), columns))
    }
}
