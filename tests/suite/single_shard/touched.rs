//! Which shards a statement touches, read from its plan.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use std::collections::BTreeSet;

/// The plan of a statement with all tasks, and the text of each.
pub(super) async fn plan(connection: &DatabaseConnection, statement: &Statement) -> Result<String, DbErr> {
    let explain = |sql: &str| format!("EXPLAIN (VERBOSE, COSTS OFF, FORMAT YAML) {sql}");
    match plan_of(connection, Statement { sql: explain(&statement.sql), ..statement.clone() }).await {
        // Citus explains INSERT … SELECT only with the values in its text.
        Err(error) if error.to_string().contains("no value found for parameter") => {
            let text = Statement::from_string(DbBackend::Postgres, explain(&statement.to_string()));
            plan_of(connection, text).await
        }
        answered => answered,
    }
}

async fn plan_of(connection: &DatabaseConnection, explain: Statement) -> Result<String, DbErr> {
    let transaction = connection.begin().await?;
    transaction.execute_unprepared("SET LOCAL citus.explain_all_tasks TO on").await?;
    let rows = transaction.query_all_raw(explain).await;
    transaction.rollback().await?;
    let lines = rows?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<String>, _>>()?;
    Ok(lines.join("\n"))
}

/// Whether a plan reads or writes a table other than those of the engine itself.
pub(super) fn names_a_table(plan: &str) -> bool {
    let mut schemas = plan.lines().filter_map(|line| line.trim_start().strip_prefix("Schema: "));
    schemas.any(|schema| schema != r#""pg_catalog""#)
}

/// A shard of each of the colocated tables: the least hash of its tenants.
type Shard = i32;

/// The shards of a schema's tables, by their names on the nodes.
#[derive(Debug)]
pub(super) struct Shards {
    named: Vec<(String, Shard)>,
    /// One of the tables: all have the same shards.
    table: String,
}

impl Shards {
    /// Those of the distributed tables in the schema of a connection.
    pub(super) async fn of(connection: &DatabaseConnection) -> Result<Self, DbErr> {
        let sql = "SELECT c.relname::text, s.shardid::text, s.shardminvalue::integer FROM pg_dist_shard AS s \
                   JOIN pg_class AS c ON c.oid = s.logicalrelid \
                   WHERE c.relnamespace = current_schema()::regnamespace AND s.shardminvalue IS NOT NULL";
        let (mut named, mut table) = (Vec::new(), String::new());
        for row in connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await? {
            let id: String = row.try_get_by_index(1)?;
            table = row.try_get_by_index(0)?;
            named.push((format!("{table}_{id}"), row.try_get_by_index(2)?));
        }
        Ok(Self { named, table })
    }

    /// Those that have the rows of these tenants.
    pub(super) async fn of_tenants(
        &self,
        connection: &DatabaseConnection,
        tenants: &[i64],
    ) -> Result<BTreeSet<Shard>, DbErr> {
        let tenants: Vec<_> = tenants.iter().map(ToString::to_string).collect();
        let sql = format!(
            "SELECT DISTINCT s.shardminvalue::integer FROM unnest('{{{}}}'::bigint[]) AS tenant \
             JOIN pg_dist_shard AS s ON s.shardid = get_shard_id_for_distribution_column('{}', tenant)",
            tenants.join(","),
            self.table,
        );
        let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// Those that a plan names.
    pub(super) fn touched(&self, plan: &str) -> BTreeSet<Shard> {
        let is_named = |name: &str| {
            plan.match_indices(name)
                .any(|(at, _)| !plan[at + name.len()..].starts_with(|next: char| next.is_ascii_digit()))
        };
        self.named.iter().filter(|(name, _)| is_named(name)).map(|(_, shard)| *shard).collect()
    }
}
