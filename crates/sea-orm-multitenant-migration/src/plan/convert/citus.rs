//! Distributes the tables: reference tables first, then the root table, then parents before children.

use crate::{
    citus::{distribute::Distribute, reference::ReferenceTable, truncate::truncate_sql},
    engine::Engine,
    error::MigrationError,
    names::QualifiedName,
    plan::{
        check::citus::is_distributed,
        convert::{foreign_keys, steps::Steps},
        error::PlanError,
        record::{Kept, Record, TABLE},
        schema::live::LiveForeignKey,
        step::{Blocks, StepKind},
        world::Owned,
    },
};
use sea_orm_migration::sea_orm::DbBackend;

/// Whether foreign keys are kept in the record table while tables are distributed.
pub(super) fn keeps_record(steps: &Steps<'_>) -> bool {
    steps.world.distributes() && steps.online()
}

/// Makes the shared tables reference tables and distributes the others, on a database with Citus.
///
/// # Errors
/// If a name is unusable.
pub(super) fn steps(steps: &mut Steps<'_>, order: &[Owned<'_>]) -> Result<(), PlanError> {
    if !steps.world.distributes() {
        return Ok(());
    }
    references(steps)?;
    let spread = || order.iter().copied().filter(|table| !table.is_reference());
    let anchor = spread().find(|table| is_distributed(*table)).or_else(|| spread().next());
    let Some(anchor) = anchor else { return Ok(()) };
    let waiting: Vec<_> = spread().filter(|table| !is_distributed(*table)).collect();
    for table in &waiting {
        distribute(steps, *table, anchor)?;
    }
    let together = anchor.is_root && !is_distributed(anchor);
    for table in waiting {
        let sql = truncate_sql(table.name());
        let reason = "truncate the coordinator's copy: the rows are on the shards now";
        // Truncating a table truncates those that reference it: if all are new, one call for the root table is enough.
        if steps.online() || !together || table.name() == anchor.name() {
            steps.add(StepKind::Afterwards, table.name(), sql, reason, Blocks::Briefly, None);
        }
    }
    Ok(())
}

fn references(steps: &mut Steps<'_>) -> Result<(), PlanError> {
    for table in steps.world.shared().filter(|table| !table.is_reference()) {
        // The setting is transaction-local, and only an offline conversion has a transaction.
        let reference = ReferenceTable::new(table.name.clone());
        let reference = if steps.online() { reference.with_local_tables() } else { reference };
        let back = sql(reference.down_sql(DbBackend::Postgres))?;
        for sql in sql(reference.up_sql(DbBackend::Postgres))? {
            let (reason, blocks, back) = if sql.starts_with("SET ") {
                (SETTING, Blocks::Nothing, None)
            } else {
                (REFERENCE, Blocks::Writes, back.first().cloned())
            };
            steps.change(&table.name, sql, reason, blocks, back);
        }
    }
    Ok(())
}

const SETTING: &str =
    "keep Citus from adding the tables that reference the new table to its metadata; reset afterwards";
const REFERENCE: &str = "create a reference table: all tenants share it, and each node keeps a copy";

fn distribute(steps: &mut Steps<'_>, table: Owned<'_>, anchor: Owned<'_>) -> Result<(), PlanError> {
    let (name, tenant) = (table.name().clone(), table.tenant);
    let distribute = if table.name() == anchor.name() {
        Distribute::root(name, tenant)
    } else {
        Distribute::with_root(name, tenant, anchor.name().clone())
    };
    let distribute = if steps.online() { distribute.concurrently() } else { distribute };
    let back = sql(distribute.down_sql(DbBackend::Postgres))?.pop();
    let reason = "distribute: the rows of a tenant are stored together on one node";
    for sql in sql(distribute.up_sql(DbBackend::Postgres))? {
        let blocks = steps.blocks(Blocks::Nothing, Blocks::Everything);
        steps.change(table.name(), sql, reason, blocks, back.clone());
    }
    Ok(())
}

/// The statements of a step; names that come from the database are usable.
fn sql(statements: Result<Vec<String>, MigrationError>) -> Result<Vec<String>, PlanError> {
    statements.map_err(|error| PlanError::Read(error.into()))
}

/// The foreign keys to tenant tables of tables that will be distributed, in their final form.
fn kept(steps: &Steps<'_>) -> Vec<(QualifiedName, LiveForeignKey)> {
    let mut kept = Vec::new();
    for table in steps.world.owned().filter(|table| !table.is_reference()) {
        for key in &table.live.foreign_keys {
            if steps.world.owner(&key.parent).is_some() {
                let target = foreign_keys::target(steps, table.live, key).unwrap_or_else(|| key.clone());
                kept.push((table.name().clone(), target));
            }
        }
    }
    kept
}

/// Whether each tenant table is already distributed as planned.
fn is_done(steps: &Steps<'_>) -> bool {
    steps.world.owned().all(|table| table.is_reference() || is_distributed(table))
}

/// Records and drops the foreign keys. Online distribution accepts only those of the table to itself, and to reference
/// tables if Citus already manages the table.
pub(super) fn release(steps: &mut Steps<'_>, record: &Record) {
    if is_done(steps) {
        return;
    }
    let kept = kept(steps);
    let Some((first, _)) = kept.first().cloned() else { return };
    if !record.exists {
        create_record(steps, &first);
    }
    for (table, key) in &kept {
        record_key(steps, record, table, key);
    }
    drop_keys(steps);
}

fn create_record(steps: &mut Steps<'_>, first: &QualifiedName) {
    let sql = format!(
        "CREATE TABLE {TABLE} (position bigserial PRIMARY KEY, on_table text NOT NULL, name text NOT NULL, statement text NOT NULL, \
         UNIQUE (on_table, name))"
    );
    let reason = "create the record table: it keeps the dropped foreign keys until they are restored";
    steps.change(first, sql, reason, Blocks::Nothing, Some(format!("DROP TABLE {TABLE}")));
}

/// Records a foreign key, unless an interrupted conversion has already done so.
fn record_key(steps: &mut Steps<'_>, record: &Record, table: &QualifiedName, key: &LiveForeignKey) {
    let kept = keep(steps, table, key);
    if record.keys.iter().any(|other| other.table == kept.table && other.name == kept.name) {
        return;
    }
    let [on, name, sql] = [&kept.table, &kept.name, &kept.sql].map(|text| Engine::Postgres.literal(text));
    let sql = format!(
        "INSERT INTO {TABLE} (on_table, name, statement) VALUES ({on}, {name}, {sql}) ON CONFLICT (on_table, name) DO NOTHING"
    );
    let reason = format!("record {}: it is restored once the tables are distributed", key.name);
    steps.change(table, sql, reason, Blocks::Nothing, None);
}

fn drop_keys(steps: &mut Steps<'_>) {
    for table in steps.world.owned().filter(|table| !table.is_reference()) {
        for key in table.live.foreign_keys.iter().filter(|key| steps.world.owner(&key.parent).is_some()) {
            let (on, name) = (steps.quoted(table.name()), steps.quote(&key.name));
            let back = format!("ALTER TABLE {on} ADD {}", foreign_keys::clause(Engine::Postgres, key));
            let reason = format!(
                "drop {}, not enforced until it is validated again: online distribution accepts no foreign keys",
                key.name
            );
            let sql = format!("ALTER TABLE {on} DROP CONSTRAINT {name}");
            steps.add(StepKind::Suspend, table.name(), sql, reason, Blocks::Briefly, Some(back));
        }
    }
}

fn keep(steps: &Steps<'_>, table: &QualifiedName, key: &LiveForeignKey) -> Kept {
    let on = steps.quoted(table);
    let sql = format!("ALTER TABLE {on} ADD {} NOT VALID", foreign_keys::clause(Engine::Postgres, key));
    Kept { table: on, name: key.name.clone(), sql }
}

/// Restores the recorded foreign keys, and drops the record table.
pub(super) fn restore(steps: &mut Steps<'_>, record: &Record) {
    let mut all = record.keys.clone();
    if !is_done(steps) {
        for (table, key) in kept(steps) {
            let kept = keep(steps, &table, &key);
            if !all.iter().any(|other| other.table == kept.table && other.name == kept.name) {
                all.push(kept);
            }
        }
    }
    let Some(first) = steps.world.owned().next().map(|table| table.name().clone()) else { return };
    let finished = is_done(steps);
    for Kept { table, name, sql } in &all {
        let Some(owned) = steps.world.owned().find(|owned| steps.quoted(owned.name()) == *table) else {
            continue;
        };
        let live = owned.live.foreign_keys.iter().find(|key| key.name == *name).filter(|_| finished);
        let quoted = steps.quote(name);
        if live.is_none() {
            let back = format!("ALTER TABLE {table} DROP CONSTRAINT {quoted}");
            let reason = format!("add {name} again: new rows are checked");
            steps.change(owned.name(), sql.clone(), reason, Blocks::Briefly, Some(back));
        }
        if live.is_none_or(|key| !key.valid) {
            let sql = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}");
            let reason = format!("validate {name}: existing rows are checked too, and it is enforced again");
            steps.add(StepKind::Resume, owned.name(), sql, reason, Blocks::Nothing, None);
        }
    }
    if record.exists || !all.is_empty() {
        let sql = format!("DROP TABLE IF EXISTS {TABLE}");
        steps.change(
            &first,
            sql,
            "drop the record table: all foreign keys are restored",
            Blocks::Nothing,
            None,
        );
    }
}
