//! From keys of one column to keys led by the tenant.

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
pub(crate) mod led;
pub(crate) mod order;
pub(crate) mod refuse;
pub(crate) mod snapshot;
pub(crate) mod sqlite;
pub(crate) mod steps;

use crate::plan::{
    check,
    convert::steps::Steps,
    error::PlanError,
    mode::Mode,
    record::Record,
    step::{Step, StepKind},
    world::{Owned, World},
};

/// All steps; none when there is nothing to do.
///
/// Each asks what the schema is now, so that after an interruption the rest is found.
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
        // Citus distributes no table with a trigger.
        columns::release(&mut steps, &order);
        distribute(&mut steps, &order, record)?;
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

/// Exchanges the foreign keys; online, Citus distributes no table that has one, and they are kept in the record.
fn exchange_foreign_keys(steps: &mut Steps<'_>, order: &[Owned<'_>], record: &Record) {
    #[cfg(feature = "citus")]
    if citus::keeps_record(steps) {
        return citus::release(steps, record);
    }
    let _ = record;
    foreign_keys::exchange(steps, order);
}

/// Distributes the tables; `refuse` lets nothing through that is to be distributed without the feature.
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

/// Whether nothing but the distribution is left to do.
///
/// # Errors
/// [`PlanError::Unconvertible`] with the first finding that a conversion would end.
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
