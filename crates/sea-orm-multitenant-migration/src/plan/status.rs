//! A summary of each table, compared with the catalogue.

use crate::plan::{
    finding::{Finding, Severity},
    schema::live::{LiveTable, Role},
    world::{World, name_of},
};
use sea_orm_multitenant::Ownership;

/// The state of a database: each table of the catalogue, and those that are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// The engine.
    pub engine: &'static str,
    /// Whether the database has Citus.
    pub citus: bool,
    /// The tables of the catalogue in its order, then those that are not in it.
    pub tables: Vec<TableStatus>,
}

/// The state of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TableStatus {
    /// The table, with its schema where statements must name it.
    pub table: String,
    /// To whom its rows belong: `the tenants`, `a tenant's`, `shared` or `unknown`.
    pub rows: &'static str,
    /// The tenant column.
    pub tenant_column: Option<String>,
    /// The columns of the primary key in the database; empty without a primary key.
    pub primary_key: Vec<String>,
    /// Whether row-level security is enabled, forced, and has a policy.
    pub row_level_security: bool,
    /// How Citus stores it: `distributed`, `reference` or `local`; `None` if Citus does not manage it.
    pub citus: Option<String>,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
}

pub(super) fn of(world: &World<'_>, findings: &[Finding]) -> Status {
    let declared = world.declared.iter().map(|table| {
        let rows = match table.ownership() {
            Ownership::Root { .. } => "the tenants",
            Ownership::Tenant { .. } => "a tenant's",
            Ownership::Shared { .. } => "shared",
        };
        let column = table.tenant_column().map(|(column, _)| column.to_owned());
        let name = name_of(table);
        of_table(name.to_string(), rows, column, world.schema.table(&name), findings)
    });
    let unknown =
        world.unknown().map(|live| of_table(live.name.to_string(), "unknown", None, Some(live), findings));
    Status {
        engine: world.schema.engine.name(),
        citus: world.schema.citus,
        tables: declared.chain(unknown).collect(),
    }
}

fn of_table(
    table: String,
    rows: &'static str,
    tenant_column: Option<String>,
    live: Option<&LiveTable>,
    findings: &[Finding],
) -> TableStatus {
    let count = |severity| {
        findings.iter().filter(|finding| finding.table == table && finding.severity == severity).count()
    };
    let key = live.and_then(|live| live.keys.iter().find(|key| key.role == Role::Primary));
    TableStatus {
        rows,
        tenant_column,
        primary_key: key.map(|key| key.columns.clone()).unwrap_or_default(),
        row_level_security: live.is_some_and(|live| live.row_level_security),
        citus: live.and_then(|live| live.citus.as_ref()).map(|citus| citus.kind.clone()),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
        table,
    }
}
