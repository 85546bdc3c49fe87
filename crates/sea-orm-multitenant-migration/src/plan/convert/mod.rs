//! From keys of one column to keys led by the tenant.

mod citus;
mod columns;
mod consent;
mod count;
mod foreign_keys;
mod index_text;
mod key_text;
mod keys;
mod order;
mod refuse;
pub(super) mod snapshot;
mod sqlite;

use super::{
    error::PlanError,
    finding::FindingKind,
    record::Record,
    step::{Blocks, Step, StepKind},
    world::World,
};
use crate::QualifiedName;

/// How a conversion treats those who use the database meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// They wait until it is done. One transaction on PostgreSQL and SQLite; on MySQL, which has none for changes of the
    /// schema, each step is for itself.
    #[default]
    Offline,
    /// They go on, but for moments. PostgreSQL alone.
    Online,
}

/// The steps of a conversion, as they are found one after the other.
pub(super) struct Steps<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) mode: Mode,
    pub(super) steps: Vec<Step>,
}

impl Steps<'_> {
    fn online(&self) -> bool {
        self.mode == Mode::Online
    }

    /// `when_offline` for everybody, when the table is locked anyway.
    fn blocks(&self, online: Blocks, offline: Blocks) -> Blocks {
        if self.online() { online } else { offline }
    }

    fn add(
        &mut self,
        kind: StepKind,
        table: &QualifiedName,
        sql: String,
        reason: impl Into<String>,
        blocks: Blocks,
        back: Option<String>,
    ) {
        self.steps.push(Step { kind, table: table.to_string(), sql, reason: reason.into(), blocks, back });
    }

    fn change(
        &mut self,
        table: &QualifiedName,
        sql: String,
        reason: impl Into<String>,
        blocks: Blocks,
        back: Option<String>,
    ) {
        self.add(StepKind::Change, table, sql, reason, blocks, back);
    }

    fn audit(&mut self, table: &QualifiedName, sql: String, reason: impl Into<String>) {
        self.add(StepKind::Audit, table, sql, reason, Blocks::Nothing, None);
    }

    fn quote(&self, name: &str) -> String {
        self.world.schema.engine.quote(name)
    }

    fn quoted(&self, name: &QualifiedName) -> String {
        name.quoted(self.world.schema.engine)
    }

    fn list(&self, names: &[String]) -> String {
        self.world.schema.engine.list(names)
    }
}

/// All steps; none when there is nothing to do.
///
/// Each asks what the schema is now, so that after an interruption the rest is found.
pub(super) fn steps(world: &World<'_>, mode: Mode, record: &Record) -> Result<Vec<Step>, PlanError> {
    refuse::check(world, mode)?;
    if !world.schema.engine.alters_foreign_keys() {
        sqlite::refuse::check(world)?;
    }
    let order = order::parents_first(world);
    let mut steps = Steps { world, mode, steps: Vec::new() };
    consent::check(&steps)?;
    let fills = columns::sources(world, &order)?;
    if world.schema.engine.alters_foreign_keys() {
        let with_record = world.distributes() && mode == Mode::Online;
        columns::steps(&mut steps, &order, &fills);
        columns::audits(&mut steps);
        keys::create(&mut steps, &order);
        if with_record {
            citus::release(&mut steps, record);
        } else {
            foreign_keys::exchange(&mut steps, &order);
        }
        keys::exchange(&mut steps, &order);
        // Citus distributes no table with a trigger.
        columns::release(&mut steps, &order);
        citus::steps(&mut steps, &order)?;
        if with_record {
            citus::restore(&mut steps, record);
        }
        // They run behind all others.
        steps.steps.sort_by_key(|step| step.kind == StepKind::Afterwards);
    } else {
        sqlite::steps(&mut steps, &order, &fills)?;
    }
    if steps.steps.iter().all(|step| step.kind == StepKind::Audit) {
        return Ok(Vec::new());
    }
    if mode == Mode::Offline {
        count::around(&mut steps, &order);
    }
    Ok(steps.steps)
}

/// Whether nothing but the distribution is left to do.
///
/// # Errors
/// [`PlanError::Unconvertible`] with the first finding that a conversion would end.
pub(super) fn is_ready(world: &World<'_>) -> Result<(), PlanError> {
    match super::check::of_schema(world).into_iter().find(|finding| is_to_convert(&finding.kind)) {
        Some(finding) => Err(PlanError::Unconvertible {
            what: finding.what(),
            table: finding.table,
            way_out: "`convert` does both".to_owned(),
        }),
        None => Ok(()),
    }
}

/// Whether a conversion ends such a finding by other means than distribution.
fn is_to_convert(kind: &FindingKind) -> bool {
    use FindingKind as K;
    matches!(
        kind,
        K::TenantColumnMissing { .. }
            | K::TenantColumnNullable { .. }
            | K::PrimaryKeyWithoutTenant { .. }
            | K::UniqueWithoutTenant { .. }
            | K::ForeignKeyWithoutTenant { .. }
            | K::SetNull { .. }
    )
}
