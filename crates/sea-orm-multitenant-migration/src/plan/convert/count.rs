//! Counts and checksums, before and after.

use super::Steps;
use crate::{
    engine::Engine,
    plan::{
        schema::LiveTable,
        step::{Blocks, Step, StepKind},
        world::Owned,
    },
};

/// Puts a lock and the counts before the steps, and the counts behind them.
pub(super) fn around(steps: &mut Steps<'_>, order: &[Owned<'_>]) {
    let engine = steps.world.schema.engine;
    let mut before = Vec::new();
    if engine == Engine::Postgres {
        let local = order.iter().filter(|table| table.live.citus.is_none());
        let names: Vec<_> = local.map(|table| steps.quoted(table.name())).collect();
        if let Some(first) = order.first()
            && !names.is_empty()
        {
            before.push(Step {
                kind: StepKind::Change,
                table: first.name().to_string(),
                sql: format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", ")),
                reason: "nobody writes until the conversion is over".to_owned(),
                blocks: Blocks::Everything,
                back: None,
            });
        }
    }
    let tables = order.iter().map(|table| table.live);
    let counts: Vec<_> =
        tables.map(|table| step(engine, table, StepKind::Count, "what is there before")).collect();
    before.extend(counts);
    let after: Vec<_> = order
        .iter()
        .map(|table| step(engine, table.live, StepKind::Verify, "every row is there, with its values"))
        .collect();
    let at =
        steps.steps.iter().position(|step| step.kind == StepKind::Afterwards).unwrap_or(steps.steps.len());
    let rest = steps.steps.split_off(at);
    let changes = std::mem::replace(&mut steps.steps, before);
    steps.steps.extend(changes);
    steps.steps.extend(after);
    steps.steps.extend(rest);
}

fn step(engine: Engine, table: &LiveTable, kind: StepKind, reason: &str) -> Step {
    let (table, sql) = (table.name.to_string(), sql(engine, table));
    Step { kind, table, sql, reason: reason.to_owned(), blocks: Blocks::Nothing, back: None }
}

/// Rows as `n`, and the sum of the hashes of their values as `checksum`. On SQLite, which has no hash, each row as `line`.
fn sql(engine: Engine, table: &LiveTable) -> String {
    let names: Vec<_> = table.columns.iter().map(|column| engine.quote(&column.name)).collect();
    let name = table.name.quoted(engine);
    match engine {
        Engine::Postgres => format!(
            "SELECT count(*) AS n, coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text AS checksum FROM {name}",
            names.join(", ")
        ),
        Engine::MySql => {
            let values: Vec<_> = names.iter().map(|name| format!("COALESCE(HEX({name}), '-')")).collect();
            format!(
                "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS('|', {})), 15), 16, 10) AS UNSIGNED)), 0) AS CHAR) \
                 AS checksum FROM {name}",
                values.join(", ")
            )
        }
        Engine::Sqlite => {
            let values: Vec<_> = names.iter().map(|name| format!("quote({name})")).collect();
            format!("SELECT {} AS line FROM {name}", values.join(" || '|' || "))
        }
    }
}
