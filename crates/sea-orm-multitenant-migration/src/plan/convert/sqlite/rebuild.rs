//! Recreates tables and copies their rows.

use crate::{
    names::QualifiedName,
    plan::{
        convert::{
            sqlite::{indexes, names::of_old},
            steps::Steps,
        },
        error::PlanError,
        schema::live::{LiveTable, RowId},
        step::Blocks,
        world::World,
    },
};
use std::collections::BTreeSet;

/// Recreates each of these tables with its new text.
pub(super) fn steps(steps: &mut Steps<'_>, tables: &[&LiveTable], texts: &[String]) -> Result<(), PlanError> {
    let Some(first) = tables.first() else { return Ok(()) };
    steps.change(
        &first.name,
        "PRAGMA defer_foreign_keys = ON".to_owned(),
        "check foreign keys at the end: tables may reference each other",
        Blocks::Nothing,
        None,
    );
    for table in tables {
        rename_old(steps, table);
    }
    for (table, text) in tables.iter().zip(texts) {
        let reason = "recreate the table: SQLite cannot change keys in place";
        let back = Some(format!("DROP TABLE {}", steps.quoted(&table.name)));
        steps.change(&table.name, text.clone(), reason, Blocks::Writes, back);
    }
    for table in tables {
        copy(steps, table);
    }
    drop_old(steps, tables);
    for table in tables {
        finish(steps, table)?;
    }
    Ok(())
}

/// Drops the old tables, children first. When SQLite drops a table, all its parents must exist: in a cycle, an empty
/// placeholder replaces one that is already dropped.
fn drop_old(steps: &mut Steps<'_>, tables: &[&LiveTable]) {
    let mut stand_ins = Vec::new();
    for (at, table) in tables.iter().enumerate().rev() {
        let sql = format!("DROP TABLE {}", steps.quoted(&old_name(steps.world, table)));
        let reason = "drop the old table: its rows are in the new one";
        steps.change(&table.name, sql, reason, Blocks::Everything, None);
        let left = tables[..at].iter().flat_map(|other| &other.foreign_keys);
        let keys: Vec<_> =
            left.filter(|key| key.parent == table.name).map(|key| &key.parent_columns).collect();
        if !keys.is_empty() {
            let reason = "create an empty placeholder for it: tables that reference it are dropped next";
            let sql = placeholder(steps, table, &keys);
            steps.change(&table.name, sql, reason, Blocks::Nothing, None);
            stand_ins.push(*table);
        }
    }
    for table in stand_ins {
        let sql = format!("DROP TABLE {}", steps.quoted(&old_name(steps.world, table)));
        steps.change(&table.name, sql, "drop the placeholder", Blocks::Nothing, None);
    }
}

/// CREATE TABLE with the columns that these foreign keys reference.
fn placeholder(steps: &Steps<'_>, table: &LiveTable, keys: &[&Vec<String>]) -> String {
    let names: BTreeSet<_> = keys.iter().copied().flatten().collect();
    let columns = names.into_iter().map(|name| steps.quote(name));
    // A foreign key without columns references a primary key.
    let primary = table.primary().map(|key| &key.columns);
    let unique = keys.iter().map(|columns| {
        let words = if primary == Some(columns) { "PRIMARY KEY" } else { "UNIQUE" };
        format!("{words} ({})", steps.list(columns))
    });
    let unique: BTreeSet<_> = unique.collect();
    let parts: Vec<_> = columns.chain(unique).collect();
    format!("CREATE TABLE {} ({})", steps.quoted(&old_name(steps.world, table)), parts.join(", "))
}

fn old_name(world: &World<'_>, table: &LiveTable) -> QualifiedName {
    QualifiedName::from(of_old(world, table))
}

/// Drops the indexes, to free their names, and renames the table; foreign keys to it follow the rename.
fn rename_old(steps: &mut Steps<'_>, table: &LiveTable) {
    for key in table.keys.iter().filter(|key| !key.definition.is_empty()) {
        indexes::drop(steps, table, key, "drop the index: it is recreated on the new table");
    }
    let (name, old) = (steps.quoted(&table.name), steps.quoted(&old_name(steps.world, table)));
    steps.change(
        &table.name,
        format!("ALTER TABLE {name} RENAME TO {old}"),
        "rename the old table",
        Blocks::Everything,
        Some(format!("ALTER TABLE {old} RENAME TO {name}")),
    );
}

/// Copies the rows, with their rowids and the counter of AUTOINCREMENT.
fn copy(steps: &mut Steps<'_>, table: &LiveTable) {
    let engine = steps.world.schema.engine;
    let kept = table.columns.iter().filter(|column| !column.computed);
    let mut names: Vec<_> = row_id(table).map(ToOwned::to_owned).into_iter().collect();
    names.extend(kept.map(|column| engine.quote(&column.name)));
    if let Some(owned) = steps.world.owner(&table.name).filter(|owned| !owned.has_column()) {
        names.push(engine.quote(owned.tenant));
    }
    let (list, old) = (names.join(", "), old_name(steps.world, table));
    // ABORT: otherwise an ON CONFLICT clause of a constraint could skip rows.
    let sql = format!(
        "INSERT OR ABORT INTO {} ({list}) SELECT {list} FROM {}",
        steps.quoted(&table.name),
        steps.quoted(&old)
    );
    steps.change(&table.name, sql, "copy all rows", Blocks::Writes, None);
    if table.columns.iter().any(|column| column.generated) {
        let [to, from] = [&table.name.name, &old.name].map(|name| engine.literal(name));
        let reason = "keep the counter: ids of deleted rows are not used again";
        let sql = format!("DELETE FROM sqlite_sequence WHERE name = {to}");
        steps.change(&table.name, sql, reason, Blocks::Writes, None);
        let sql = format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {to}, seq FROM sqlite_sequence WHERE name = {from}"
        );
        steps.change(&table.name, sql, reason, Blocks::Writes, None);
    }
}

/// The name of the rowid that no column hides: a full-text index or the program may identify rows by it. `None` if no
/// rowid must be copied, or if columns hide all its names, so that nothing can read it.
pub(crate) fn row_id(table: &LiveTable) -> Option<&'static str> {
    let hides = |name: &&&str| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let mut names = ["rowid", "_rowid_", "oid"].iter();
    names.find(|name| !hides(name)).copied().filter(|_| table.row_id == RowId::Hidden)
}

/// Recreates the indexes, and the statistics that were dropped with the old ones.
fn finish(steps: &mut Steps<'_>, table: &LiveTable) -> Result<(), PlanError> {
    for key in table.keys.iter().filter(|key| !key.definition.is_empty()) {
        let sql = indexes::recreate_sql(steps.world, table, key)?;
        let reason = "recreate the index, with the tenant column first";
        steps.change(&table.name, sql, reason, Blocks::Writes, None);
    }
    if table.is_analyzed {
        let sql = format!("ANALYZE {}", steps.quoted(&table.name));
        steps.change(&table.name, sql, "rebuild its statistics", Blocks::Writes, None);
    }
    Ok(())
}
