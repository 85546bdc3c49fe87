//! Plans the steps that put the tenant column first in all keys.

#[cfg(feature = "citus")]
pub(crate) mod citus;
pub(crate) mod columns;
pub(crate) mod consent;
pub(crate) mod count;
pub(crate) mod foreign_keys;
pub(crate) mod index_text;
pub(crate) mod key_names;
pub(crate) mod key_text;
pub(crate) mod keys;
pub(crate) mod order;
pub(crate) mod refuse;
pub(crate) mod snapshot;
pub(crate) mod sqlite;
pub(crate) mod steps;
pub(crate) mod tenant_first;

use crate::plan::{
    check,
    convert::steps::Steps,
    error::PlanError,
    mode::Mode,
    record::Record,
    step::{Step, StepKind},
    world::{Owned, World},
};

/// All steps; none if there is nothing to do.
///
/// Each part depends only on the current schema, so that a new plan after an interruption contains the remaining
/// steps.
pub(crate) fn steps(world: &World<'_>, mode: Mode, record: &Record) -> Result<Vec<Step>, PlanError> {
    refuse::check(world, mode)?;
    if !world.schema.engine.alters_foreign_keys() {
        sqlite::refuse::check(world)?;
    }
    let order = order::parents_first(world);
    let mut steps = Steps::new(world, mode);
    consent::check(&steps)?;
    let fills = columns::sources(world, &order)?;
    if world.schema.engine.alters_foreign_keys() {
        columns::steps(&mut steps, &order, &fills);
        columns::audits(&mut steps);
        keys::create(&mut steps, &order);
        exchange_foreign_keys(&mut steps, &order, record);
        keys::exchange(&mut steps, &order);
        // Citus does not distribute tables with triggers.
        columns::release(&mut steps, &order);
        distribute(&mut steps, &order, record)?;
        // They must run after all others.
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

/// Replaces the foreign keys. Online, Citus distributes no table that has one, so they are kept in the record table.
fn exchange_foreign_keys(steps: &mut Steps<'_>, order: &[Owned<'_>], record: &Record) {
    #[cfg(feature = "citus")]
    if citus::keeps_record(steps) {
        return citus::release(steps, record);
    }
    let _ = record;
    foreign_keys::exchange(steps, order);
}

/// Distributes the tables; without the feature, `refuse` has refused any table that would be distributed.
fn distribute(steps: &mut Steps<'_>, order: &[Owned<'_>], record: &Record) -> Result<(), PlanError> {
    #[cfg(feature = "citus")]
    {
        citus::steps(steps, order)?;
        if citus::keeps_record(steps) {
            citus::restore(steps, record);
        }
    }
    let _ = (steps, order, record);
    Ok(())
}

/// Checks that only the distribution remains to be done.
///
/// # Errors
/// [`PlanError::Unconvertible`] with the first finding that a conversion would fix.
pub(crate) fn is_ready(world: &World<'_>) -> Result<(), PlanError> {
    match check::of_schema(world).into_iter().find(|finding| refuse::is_to_convert(&finding.kind)) {
        Some(finding) => Err(PlanError::Unconvertible {
            what: finding.what(),
            table: finding.table,
            way_out: "`convert` does both".to_owned(),
        }),
        None => Ok(()),
    }
}
