//! The state of Citus: its nodes, tables, shards and tenants.

use crate::{
    citus::{presence::citus_version, run::in_transaction, shard::NodeAddress},
    error::MigrationError,
    names::QualifiedName,
};
use sea_orm_migration::{
    DbErr, SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement},
};

/// How Citus stores a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CitusTableKind {
    /// Its rows are distributed over the nodes by a column.
    Distributed,
    /// Every node has all its rows.
    Reference,
    /// It belongs to a distributed schema.
    Schema,
    /// It is on the coordinator, and in the metadata of the other nodes.
    Local,
}

/// A Citus table, as in the view `citus_tables`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CitusTable {
    /// The table, with its schema.
    pub table: QualifiedName,
    /// How Citus stores it.
    pub kind: CitusTableKind,
    /// The column by which it is distributed.
    pub column: Option<String>,
    /// The colocation group.
    pub colocation: i32,
    /// The number of shards.
    pub shards: i64,
}

/// A copy of a shard on a node, as in the view `citus_shards`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CitusShard {
    /// The table, with its schema.
    pub table: QualifiedName,
    /// The number of the shard.
    pub shard: i64,
    /// How Citus stores the table.
    pub kind: CitusTableKind,
    /// The colocation group.
    pub colocation: i32,
    /// The node.
    pub node: NodeAddress,
    /// The size of the shard in bytes, with its indexes.
    pub bytes: i64,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CitusNode {
    /// The node id.
    pub id: i32,
    /// Its name and port.
    pub address: NodeAddress,
    /// Whether it is the coordinator.
    pub is_coordinator: bool,
    /// Whether it is active.
    pub is_active: bool,
    /// Whether a rebalance gives it shards.
    pub should_have_shards: bool,
}

/// The recent activity of a tenant, as in the view `citus_stat_tenants`.
///
/// It counts statements that reach one tenant on one shard, if `citus.stat_tenants_track` is `all`. A period lasts
/// `citus.stat_tenants_period`, 60 seconds by default.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TenantStatistics {
    /// The colocation group.
    pub colocation: i32,
    /// The tenant id as text.
    pub tenant: String,
    /// SELECTs in the current period.
    pub reads_now: i32,
    /// SELECTs in the previous period.
    pub reads_before: i32,
    /// All statements in the current period.
    pub queries_now: i32,
    /// All statements in the previous period.
    pub queries_before: i32,
    /// Seconds of processor time in the current period.
    pub cpu_now: f64,
    /// Seconds of processor time in the previous period.
    pub cpu_before: f64,
}

/// The kind of the table `p` of `pg_dist_partition`.
const KIND: &str = "CASE WHEN p.colocationid IN (SELECT colocationid FROM pg_catalog.pg_dist_schema) THEN 'schema' \
                    WHEN p.partkey IS NOT NULL THEN 'distributed' WHEN p.repmodel = 't' THEN 'reference' \
                    WHEN p.colocationid = 0 THEN 'local' ELSE 'distributed' END";

/// All Citus tables, by name; none without Citus.
///
/// # Errors
/// An error of the engine.
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::Database};
/// use sea_orm_multitenant_migration::citus;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// assert!(citus::tables(&SchemaManager::new(&db)).await?.is_empty());
/// # Ok(())
/// # }
/// ```
pub async fn tables(manager: &SchemaManager<'_>) -> Result<Vec<CitusTable>, DbErr> {
    // The view asks the nodes for sizes, which waits forever in a transaction that holds a lock on a table.
    let sql = format!(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, {KIND} AS kind, p.colocationid AS colocation,
                CASE WHEN p.partkey IS NOT NULL
                     THEN pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) END AS distributed_by,
                (SELECT count(*) FROM pg_catalog.pg_dist_shard AS s WHERE s.logicalrelid = p.logicalrelid) AS shards
         FROM pg_catalog.pg_dist_partition AS p
         JOIN pg_catalog.pg_class AS c ON c.oid = p.logicalrelid
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         ORDER BY 1, 2"
    );
    rows(manager, &sql, |row| {
        Ok(CitusTable {
            table: table_of(row)?,
            kind: kind_of(row)?,
            column: row.try_get("", "distributed_by")?,
            colocation: row.try_get("", "colocation")?,
            shards: row.try_get("", "shards")?,
        })
    })
    .await
}

/// All shards of all tables, with their nodes and sizes; none without Citus.
///
/// # Errors
/// [`MigrationError::InTransaction`] in a transaction: the nodes are asked for sizes, and would wait for a lock that
/// the transaction may hold; or an error of the engine.
pub async fn shards(manager: &SchemaManager<'_>) -> Result<Vec<CitusShard>, DbErr> {
    if in_transaction(manager) {
        let table = "all tables".to_owned();
        return Err(MigrationError::InTransaction { function: "citus_shards", table }.into());
    }
    let sql = "SELECT n.nspname::text AS schema, c.relname::text AS name, s.citus_table_type AS kind, s.shardid AS shard,
                      s.colocation_id AS colocation, s.nodename AS node, s.nodeport AS port, s.shard_size AS bytes
               FROM pg_catalog.citus_shards AS s
               JOIN pg_catalog.pg_class AS c ON c.oid = s.table_name
               JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
               ORDER BY 1, 2, 4, 6, 7";
    rows(manager, sql, |row| {
        Ok(CitusShard {
            table: table_of(row)?,
            shard: row.try_get("", "shard")?,
            kind: kind_of(row)?,
            colocation: row.try_get("", "colocation")?,
            node: address_of(row)?,
            bytes: row.try_get::<Option<i64>>("", "bytes")?.unwrap_or_default(),
        })
    })
    .await
}

/// The nodes of the cluster; none without Citus.
///
/// # Errors
/// An error of the engine.
pub async fn nodes(manager: &SchemaManager<'_>) -> Result<Vec<CitusNode>, DbErr> {
    let sql = "SELECT nodeid AS id, nodename AS node, nodeport AS port, groupid = 0 AS is_coordinator,
                      isactive AS is_active, shouldhaveshards AS should_have_shards
               FROM pg_catalog.pg_dist_node ORDER BY nodeid";
    rows(manager, sql, |row| {
        Ok(CitusNode {
            id: row.try_get("", "id")?,
            address: address_of(row)?,
            is_coordinator: row.try_get("", "is_coordinator")?,
            is_active: row.try_get("", "is_active")?,
            should_have_shards: row.try_get("", "should_have_shards")?,
        })
    })
    .await
}

/// The recent activity of the tenants, the most active first; none without Citus.
///
/// # Errors
/// An error of the engine.
pub async fn tenant_statistics(manager: &SchemaManager<'_>) -> Result<Vec<TenantStatistics>, DbErr> {
    let sql = "SELECT colocation_id AS colocation, tenant_attribute AS tenant,
                      read_count_in_this_period AS reads_now, read_count_in_last_period AS reads_before,
                      query_count_in_this_period AS queries_now, query_count_in_last_period AS queries_before,
                      cpu_usage_in_this_period AS cpu_now, cpu_usage_in_last_period AS cpu_before
               FROM pg_catalog.citus_stat_tenants
               ORDER BY query_count_in_this_period + query_count_in_last_period DESC, colocation_id, tenant_attribute";
    rows(manager, sql, |row| {
        Ok(TenantStatistics {
            colocation: row.try_get("", "colocation")?,
            tenant: row.try_get("", "tenant")?,
            reads_now: row.try_get("", "reads_now")?,
            reads_before: row.try_get("", "reads_before")?,
            queries_now: row.try_get("", "queries_now")?,
            queries_before: row.try_get("", "queries_before")?,
            cpu_now: row.try_get("", "cpu_now")?,
            cpu_before: row.try_get("", "cpu_before")?,
        })
    })
    .await
}

/// Reads each row of a query on Citus; none without Citus.
async fn rows<T>(
    manager: &SchemaManager<'_>,
    sql: &str,
    read: impl Fn(&QueryResult) -> Result<T, DbErr> + Send,
) -> Result<Vec<T>, DbErr> {
    let connection = manager.get_connection();
    if citus_version(connection).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    rows.iter().map(read).collect()
}

fn table_of(row: &QueryResult) -> Result<QualifiedName, DbErr> {
    Ok(QualifiedName { schema: Some(row.try_get("", "schema")?), name: row.try_get("", "name")? })
}

fn address_of(row: &QueryResult) -> Result<NodeAddress, DbErr> {
    let port: i32 = row.try_get("", "port")?;
    let port = u16::try_from(port).map_err(|_| DbErr::Type(format!("invalid port: {port}")))?;
    Ok(NodeAddress { name: row.try_get("", "node")?, port })
}

fn kind_of(row: &QueryResult) -> Result<CitusTableKind, DbErr> {
    match row.try_get::<String>("", "kind")?.as_str() {
        "distributed" => Ok(CitusTableKind::Distributed),
        "reference" => Ok(CitusTableKind::Reference),
        "schema" => Ok(CitusTableKind::Schema),
        "local" => Ok(CitusTableKind::Local),
        other => Err(DbErr::Type(format!("unknown kind of Citus table: `{other}`"))),
    }
}
