//! Rebalancing, in a database of its own on each node: it moves the shards of all tables.

use super::rule;
use crate::harness::{Backend, Outcome, TestDb, execute, options};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_migration::SchemaManager;
use sea_orm_multitenant_migration::citus::{
    CitusRule, Distribute, NodeAddress, Rebalance, RebalanceJob, RebalanceState, ShardTransfer, nodes, shards,
};
use std::{collections::BTreeMap, time::Duration};

/// The address of a database on a node.
fn address(server: &str, node: &NodeAddress, database: &str) -> String {
    let (before, _) = server.rsplit_once('@').expect("the address names a user");
    format!("{before}@{}:{}/{database}", node.name, node.port)
}

/// Makes a database on each node, the first of which is the coordinator; the last worker joins later.
async fn cluster(db: &TestDb) -> Result<(DatabaseConnection, Vec<NodeAddress>), DbErr> {
    let server = Backend::Citus.server().expect("there is a server");
    let mut found = nodes(&db.manager()).await?;
    found.sort_by_key(|node| !node.is_coordinator);
    let nodes: Vec<_> = found.into_iter().map(|node| node.address).collect();
    for node in &nodes {
        execute(&address(&server, node, "postgres"), &format!("CREATE DATABASE {}", db.name)).await?;
        execute(&address(&server, node, &db.name), "CREATE EXTENSION citus").await?;
    }
    let connection = Database::connect(options(&address(&server, &nodes[0], &db.name))).await?;
    let NodeAddress { name, port } = &nodes[0];
    connection.execute_unprepared(&format!("SELECT citus_set_coordinator_host('{name}', {port})")).await?;
    add(&connection, &nodes[1]).await?;
    Ok((connection, nodes))
}

async fn add(connection: &DatabaseConnection, node: &NodeAddress) -> Result<(), DbErr> {
    let NodeAddress { name, port } = node;
    connection.execute_unprepared(&format!("SELECT citus_add_node('{name}', {port})")).await.map(drop)
}

/// Drops the databases.
async fn drop_cluster(db: &TestDb, nodes: &[NodeAddress]) -> Result<(), DbErr> {
    let server = Backend::Citus.server().expect("there is a server");
    for node in nodes {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", db.name);
        execute(&address(&server, node, "postgres"), &sql).await?;
    }
    Ok(())
}

/// How many shards each node has.
async fn spread(manager: &SchemaManager<'_>) -> Result<Vec<usize>, DbErr> {
    let mut counts = BTreeMap::new();
    for shard in shards(manager).await? {
        *counts.entry((shard.node.name, shard.node.port)).or_insert(0) += 1;
    }
    Ok(counts.into_values().collect())
}

async fn shards_are_spread_over_a_new_node(db: &TestDb) -> Outcome {
    let (connection, nodes) = cluster(db).await?;
    let ended = rebalance(&connection, &nodes).await;
    connection.close().await?;
    drop_cluster(db, &nodes).await?;
    ended
}

async fn rebalance(connection: &DatabaseConnection, nodes: &[NodeAddress]) -> Outcome {
    let manager = SchemaManager::new(connection);
    connection.execute_unprepared("CREATE TABLE account (id BIGINT PRIMARY KEY)").await?;
    connection.execute_unprepared("INSERT INTO account SELECT generate_series(1, 20)").await?;
    Distribute::root("account", "id").shards(4).up(&manager).await?;
    assert_eq!(spread(&manager).await?, [4]);
    assert_eq!(Rebalance::new().start(&manager).await?, None, "one node is even");

    add(connection, &nodes[2]).await?;
    let plan = Rebalance::new().transfer(ShardTransfer::BlockWrites);
    let job = plan.start(&manager).await?.ok_or("there is something to move")?;
    let again = plan.start(&manager).await.expect_err("one runs");
    assert_eq!(rule(&again), Some(CitusRule::RebalanceRunning), "{again}");
    let mut seen = Vec::new();
    let end = RebalanceJob::from_id(job.id())
        .wait(&manager, Duration::from_millis(200), |now| seen.push((now.done, now.tasks)))
        .await?;
    assert_eq!(end.state, RebalanceState::Finished);
    assert_eq!((end.done, end.tasks), (2, 2));
    assert_eq!(seen.first(), Some(&(0, 2)), "it is said before it begins");
    assert_eq!(seen.last(), Some(&(2, 2)));
    assert!(seen.is_sorted());
    assert_eq!(spread(&manager).await?, [2, 2]);
    assert_eq!(plan.start(&manager).await?, None, "it is even now");

    let unknown = RebalanceJob::from_id(job.id() + 100).progress(&manager).await;
    assert!(matches!(unknown, Err(DbErr::RecordNotFound(_))));

    // Shards of the second worker go back to the first, and are stopped on their way.
    let NodeAddress { name, port } = &nodes[2];
    let drain = format!("SELECT citus_set_node_property('{name}', {port}, 'shouldhaveshards', false)");
    connection.execute_unprepared(&drain).await?;
    let job = plan.drain_only().start(&manager).await?.ok_or("there is something to move")?;
    plan.stop(&manager).await?;
    let end = job.wait(&manager, Duration::from_millis(200), |_| ()).await?;
    assert_eq!(end.state, RebalanceState::Cancelled);

    // In a group with a table that has no primary key nothing can be moved while it is written.
    connection.execute_unprepared("CREATE TABLE log (account_id BIGINT)").await?;
    Distribute::with_root("log", "account_id", "account").up(&manager).await?;
    let blocked = Rebalance::new().start(&manager).await.expect_err("there is no primary key");
    assert_eq!(rule(&blocked), Some(CitusRule::NoPrimaryKey), "{blocked}");
    Ok(())
}

on_backend! { citus Citus: shards_are_spread_over_a_new_node }
