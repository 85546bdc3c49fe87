//! Counts rows and sums checksums before and after.

use crate::{
    engine::Engine,
    plan::{
        convert::{sqlite::rebuild::row_id, steps::Steps},
        record,
        schema::live::{LiveColumn, LiveTable},
        step::{Blocks, Step, StepKind},
        world::Owned,
    },
};

/// Adds a lock and the counts before the steps, and the counts after them.
pub(super) fn around(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    let engine = steps.world.schema.engine;
    let others = without_tenant(steps);
    let mut before = Vec::new();
    if engine == Engine::Postgres {
        let owned = order.iter().map(|table| table.live);
        before.extend(lock(steps, owned, "ACCESS EXCLUSIVE"));
        before.extend(lock(steps, others.iter().copied(), "SHARE"));
    }
    let owned = order.iter().map(|table| (table.live, filled(*table)));
    let tables: Vec<_> = owned.chain(others.into_iter().map(|table| (table, None))).collect();
    let counted = |kind, reason| {
        tables.iter().map(|(table, but)| step(engine, table, *but, kind, reason)).collect::<Vec<_>>()
    };
    before.extend(counted(StepKind::Count, "count: rows and checksum before the conversion"));
    let after = counted(StepKind::Verify, "count again: every row is kept, with its values");
    let at =
        steps.steps.iter().position(|step| step.kind == StepKind::Afterwards).unwrap_or(steps.steps.len());
    let rest = steps.steps.split_off(at);
    let changes = std::mem::replace(&mut steps.steps, before);
    steps.steps.extend(changes);
    steps.steps.extend(after);
    steps.steps.extend(rest);
}

/// The tables without a tenant column, in the catalogue or not: no conversion may change their rows.
fn without_tenant<'w>(steps: &Steps<'w>) -> Vec<&'w LiveTable> {
    let world = steps.world;
    let is_other = |table: &&LiveTable| {
        world.owner(&table.name).is_none() && !table.is_virtual && table.name.name != record::TABLE
    };
    world.schema.tables.iter().filter(is_other).collect()
}

/// Locks these tables, except those that Citus manages.
fn lock<'w>(steps: &Steps<'_>, tables: impl Iterator<Item = &'w LiveTable>, mode: &str) -> Option<Step> {
    let local: Vec<_> = tables.filter(|table| table.citus.is_none()).collect();
    let first = local.first()?;
    let names: Vec<_> = local.iter().map(|table| steps.quoted(&table.name)).collect();
    Some(Step {
        kind: StepKind::Change,
        table: first.name.to_string(),
        sql: format!("LOCK TABLE {} IN {mode} MODE", names.join(", ")),
        reason: "lock: no other session writes until the conversion ends".to_owned(),
        blocks: if mode == "SHARE" { Blocks::Writes } else { Blocks::Everything },
        back: None,
    })
}

/// The tenant column if the conversion fills it: then its values change.
fn filled<'w>(table: Owned<'w>) -> Option<&'w str> {
    let fills = |column: &LiveColumn| column.nullable && !table.is_root;
    table.live.column(table.tenant).is_some_and(fills).then_some(table.tenant)
}

fn step(engine: Engine, table: &LiveTable, but: Option<&str>, kind: StepKind, reason: &str) -> Step {
    let (table, sql) = (table.name.to_string(), sql(engine, table, but));
    Step { kind, table, sql, reason: reason.to_owned(), blocks: Blocks::Nothing, back: None }
}

/// Returns the number of rows as `n`, and the sum of the hashes of their values as `checksum`. On SQLite, which has no
/// hash function, returns each row as `line`.
fn sql(engine: Engine, table: &LiveTable, but: Option<&str>) -> String {
    let columns = table.columns.iter().filter(|column| Some(column.name.as_str()) != but);
    let names: Vec<_> = columns.map(|column| engine.quote(&column.name)).collect();
    let name = table.name.quoted(engine);
    match engine {
        Engine::Postgres => format!(
            "SELECT count(*) AS n, coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text AS checksum FROM {name}",
            names.join(", ")
        ),
        Engine::MySql => {
            // HEX of a number uses its integer part only, of a string all bytes.
            let values: Vec<_> =
                names.iter().map(|name| format!("COALESCE(HEX(CONCAT({name})), '-')")).collect();
            format!(
                "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS('|', {})), 15), 16, 10) AS UNSIGNED)), 0) AS CHAR) \
                 AS checksum FROM {name}",
                values.join(", ")
            )
        }
        Engine::Sqlite => {
            // `quote` truncates a string at its first NUL.
            let value = |name: &String| {
                format!("CASE typeof({name}) WHEN 'text' THEN hex({name}) ELSE quote({name}) END")
            };
            let rows = row_id(table).map(|name| format!("quote({name})"));
            let values: Vec<_> = rows.into_iter().chain(names.iter().map(value)).collect();
            format!("SELECT {} AS line FROM {name}", values.join(" || '|' || "))
        }
    }
}
