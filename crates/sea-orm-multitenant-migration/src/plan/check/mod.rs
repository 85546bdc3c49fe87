//! Finds what makes the database unsafe for several tenants.

pub(crate) mod citus;
pub(crate) mod columns;
pub(crate) mod filled;
pub(crate) mod foreign_keys;
pub(crate) mod keys;
pub(crate) mod rows;
pub(crate) mod security;
pub(crate) mod statements;

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    world::World,
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// All findings, the most severe first, then by table.
pub(crate) async fn all(db: &impl ConnectionTrait, world: &World<'_>) -> Result<Vec<Finding>, DbErr> {
    let mut findings = of_schema(world);
    findings.extend(rows::findings(db, world).await?);
    findings.extend(statements::findings(db, world).await?);
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.table.cmp(&b.table)));
    Ok(findings)
}

/// The findings that need no look at the rows.
pub(crate) fn of_schema(world: &World<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = world
        .missing()
        .map(|table| Finding::new(Severity::Error, &table.qualified_name(), FindingKind::TableMissing))
        .collect();
    for table in world.unknown() {
        findings.push(Finding::new(Severity::Warning, &table.name, FindingKind::TableUnknown));
    }
    for table in world.owned() {
        columns::check(world, table, &mut findings);
        filled::check(world, table, &mut findings);
        keys::check(world, table, &mut findings);
        if world.schema.engine.has_row_level_security() {
            security::check(world, table, &mut findings);
        }
    }
    for table in &world.schema.tables {
        foreign_keys::check(world, table, &mut findings);
    }
    security::of_all(world, &mut findings);
    if world.distributes() {
        citus::check(world, &mut findings);
    }
    findings
}
