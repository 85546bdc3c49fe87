//! Steps that affect all tables of a database or wait for all its transactions, in a separate database.

use super::{assert_whole, citus_tables, create_distributed, rule, steps::DISTRIBUTED};
use crate::harness::{Outcome, TestDb};
use sea_orm::DbErr;
use sea_orm_migration::SchemaManager;
use sea_orm_multitenant_migration::citus::{
    AlterDistributed, CitusRule, Distribute, IsolateTenant, NodeAddress, Rebalance, RebalanceJob,
    RebalanceState, ShardTransfer, nodes, shards,
};
use std::{collections::BTreeMap, time::Duration};

async fn shards_are_changed_and_changed_back(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let step = AlterDistributed::shards("account", 6).shards_before(4).cascade_to_colocated();
    step.up(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, DISTRIBUTED.map(|table| table.replace(" 4", " 6")));
    assert_whole(db).await;
    step.down(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, DISTRIBUTED);
    assert_whole(db).await;
    Ok(())
}

async fn tenant_is_isolated_and_merged_back(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let step = IsolateTenant::new("account", 7).transfer(ShardTransfer::BlockWrites).shards_before(4);
    step.up(&db.manager()).await?;
    assert!(
        !citus_tables(db).await?.contains(&DISTRIBUTED[0].to_owned()),
        "the number of shards has changed"
    );
    let alone = "SELECT count(*)::text FROM pg_dist_shard WHERE logicalrelid = 'account'::regclass \
                 AND shardminvalue = shardmaxvalue";
    assert_eq!(db.texts(alone).await, ["1"]);
    assert_whole(db).await;
    step.down(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, DISTRIBUTED);
    assert_whole(db).await;
    Ok(())
}

/// The number of shards of each node.
async fn spread(manager: &SchemaManager<'_>) -> Result<Vec<usize>, DbErr> {
    let mut counts = BTreeMap::new();
    for shard in shards(manager).await? {
        *counts.entry((shard.node.name, shard.node.port)).or_insert(0) += 1;
    }
    Ok(counts.into_values().collect())
}

/// Sets whether a node should have shards.
async fn use_node(db: &TestDb, NodeAddress { name, port }: &NodeAddress, is_used: bool) {
    db.run(&format!("SELECT citus_set_node_property('{name}', {port}, 'shouldhaveshards', {is_used})")).await;
}

async fn a_table_is_distributed_concurrently(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE account (id BIGINT PRIMARY KEY, name TEXT)").await;
    db.run("INSERT INTO account SELECT n, 'a' || n FROM generate_series(1, 20) AS n").await;
    let account = Distribute::root("account", "id").shards(4).concurrently();
    account.up(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, ["account Distributed id 4"]);
    assert_eq!(db.texts("SELECT count(*)::text FROM account").await, ["20"]);
    account.down(&db.manager()).await?;
    assert!(citus_tables(db).await?.is_empty());
    Ok(())
}

async fn rebalance_moves_shards_to_a_new_node(db: &TestDb) -> Outcome {
    let manager = db.manager();
    let nodes = nodes(&manager).await?;
    let new = nodes.iter().rfind(|node| !node.is_coordinator).expect("there are workers").address.clone();
    use_node(db, &new, false).await;
    db.run("CREATE TABLE account (id BIGINT PRIMARY KEY)").await;
    db.run("INSERT INTO account SELECT generate_series(1, 20)").await;
    Distribute::root("account", "id").shards(4).up(&manager).await?;
    assert_eq!(spread(&manager).await?, [4]);
    assert_eq!(Rebalance::new().start(&manager).await?, None, "one node is balanced");

    use_node(db, &new, true).await;
    let plan = Rebalance::new().transfer(ShardTransfer::BlockWrites);
    let job = plan.start(&manager).await?.ok_or("there is something to move")?;
    let again = plan.start(&manager).await.expect_err("a rebalance is running");
    assert_eq!(rule(&again), Some(CitusRule::RebalanceRunning), "{again}");
    let mut seen = Vec::new();
    let end = RebalanceJob::from_id(job.id())
        .wait(&manager, Duration::from_millis(200), |now| seen.push((now.done, now.tasks)))
        .await?;
    assert_eq!(end.state, RebalanceState::Finished);
    assert_eq!((end.done, end.tasks), (2, 2));
    assert_eq!(seen.first(), Some(&(0, 2)), "progress is reported before the start");
    assert_eq!(seen.last(), Some(&(2, 2)));
    assert!(seen.is_sorted());
    assert_eq!(spread(&manager).await?, [2, 2]);
    assert_eq!(plan.start(&manager).await?, None, "the shards are balanced");

    let unknown = RebalanceJob::from_id(job.id() + 100).progress(&manager).await;
    assert!(matches!(unknown, Err(DbErr::RecordNotFound(_))));

    // The shards move back; the rebalance is stopped midway.
    use_node(db, &new, false).await;
    let job = plan.drain_only().start(&manager).await?.ok_or("there is something to move")?;
    plan.stop(&manager).await?;
    let end = job.wait(&manager, Duration::from_millis(200), |_| ()).await?;
    assert_eq!(end.state, RebalanceState::Cancelled);

    // If a table of the group has no primary key, its shards cannot be moved during writes.
    db.run("CREATE TABLE log (account_id BIGINT)").await;
    Distribute::with_root("log", "account_id", "account").up(&manager).await?;
    let blocked = Rebalance::new().start(&manager).await.expect_err("a table has no primary key");
    assert_eq!(rule(&blocked), Some(CitusRule::NoPrimaryKey), "{blocked}");
    Ok(())
}

on_backend! { citus CitusAlone: shards_are_changed_and_changed_back, tenant_is_isolated_and_merged_back, a_table_is_distributed_concurrently, rebalance_moves_shards_to_a_new_node }
