//! Migrations for [`sea-orm-multitenant`](sea_orm_multitenant): tables and keys for any `MigrationTrait` of
//! `sea-orm-migration`.
//!
//! * [`TenantTable`]: a table with the tenant column, the primary key `(tenant, id)`, keys and indexes with the tenant
//!   column first, and foreign keys `(tenant, parent_id)`; built from columns or from an entity that derives
//!   `TenantModel`.
//! * [`TenantForeignKey`], [`TenantUnique`], [`TenantIndex`]: the same for an existing table.
//! * `citus`: distribution over nodes on a database with Citus; a feature, on by default.
//! * [`enable_row_level_security`]: a second layer on PostgreSQL.
//! * [`TenancyPlan`]: audits an existing schema, and converts it to one that is safe for several tenants.
//!
//! Each is a value. It returns its statements (`create_sql`), executes them one per message (`create`), and has the
//! reverse methods. The same value works on SQLite, PostgreSQL, MySQL and MariaDB; what an engine does not support is
//! a [`MigrationError`] before anything is executed.
//!
//! A migration runs on the connection itself, outside any scope.

#[cfg(feature = "citus")]
pub mod citus;
mod engine;
mod error;
mod names;
mod plan;
mod tables;

pub use error::MigrationError;
pub use names::QualifiedName;
pub use plan::{
    Blocks, Conversion, Counted, Finding, FindingKind, Left, Mode, PlanError, Progress, Report, Severity,
    Status, Step, StepKind, TableStatus, TenancyPlan,
};
pub use tables::{
    foreign_key::TenantForeignKey,
    index::{TenantIndex, TenantUnique},
    on_table::OnTable,
    row_level_security::{RowLevelSecurity, disable_row_level_security, enable_row_level_security},
    table::definition::TenantTable,
};

/// The guide's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/existing-application.md")]
struct ExistingApplication;

/// The guide's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/convert.md")]
struct ConvertGuide;

/// The guide's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/migrations.md")]
struct Guide;

/// The guide's examples are tests.
#[cfg(all(doctest, feature = "citus"))]
#[doc = include_str!("../../../docs/guide/citus.md")]
struct CitusGuide;
