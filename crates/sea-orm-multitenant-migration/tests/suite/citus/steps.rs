//! Executes and undoes every step.

use super::{assert_whole, citus_tables, create, create_distributed, distribute, steps};
use crate::{
    entities,
    harness::{Outcome, TestDb},
};
use sea_orm_multitenant_migration::citus::{
    ChangeColocation, Colocation, Distribute, DistributedSchema, LocalTable, MoveShard, NodeAddress,
    ReferenceTable, ShardTransfer, citus_version, nodes, require_citus, shards, truncate_local_data,
};

/// The expected state of the tables.
pub(super) const DISTRIBUTED: [&str; 4] = [
    "account Distributed id 4",
    "country Reference - 1",
    "project Distributed account_id 4",
    "task Distributed account_id 4",
];

async fn citus_version_is_returned(db: &TestDb) -> Outcome {
    let version = citus_version(&db.connection).await?.expect("the cluster has Citus");
    assert!(version.contains('.'), "{version}");
    assert_eq!(require_citus(&db.connection).await?, version);
    Ok(())
}

async fn tables_are_distributed_and_undistributed(db: &TestDb) -> Outcome {
    create(db).await?;
    for _ in 0..2 {
        distribute(&db.manager()).await?;
        assert_eq!(citus_tables(db).await?, DISTRIBUTED);
        assert_whole(db).await;
        let (country, tables) = steps();
        for table in tables.iter().rev() {
            table.down(&db.manager()).await?;
        }
        country.down(&db.manager()).await?;
        assert!(citus_tables(db).await?.is_empty());
        assert_whole(db).await;
    }
    Ok(())
}

async fn tables_are_distributed_by_entity(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE account (id BIGINT PRIMARY KEY)").await;
    db.run("CREATE TABLE country (id BIGINT PRIMARY KEY)").await;
    entities::project_by_columns().create(&db.manager()).await?;
    let steps = [
        Distribute::entity::<entities::account::Entity>()?,
        Distribute::entity::<entities::project::Entity>()?,
    ];
    let country = ReferenceTable::entity::<entities::country::Entity>()?;
    country.up(&db.manager()).await?;
    for step in &steps {
        step.up(&db.manager()).await?;
    }
    // Without the number of shards, which depends on the server's setting.
    let tables = citus_tables(db).await?;
    let tables: Vec<_> =
        tables.iter().filter_map(|table| table.rsplit_once(' ')).map(|(table, _)| table).collect();
    assert_eq!(tables, ["account Distributed id", "country Reference -", "project Distributed account_id"]);
    for step in steps.iter().rev() {
        step.down(&db.manager()).await?;
    }
    country.down(&db.manager()).await?;
    assert!(citus_tables(db).await?.is_empty());
    Ok(())
}

async fn tables_with_quoted_names_are_distributed(db: &TestDb) -> Outcome {
    db.run(r#"CREATE TABLE "The ""Root""" ("Id's" BIGINT PRIMARY KEY)"#).await;
    db.run(r#"CREATE TABLE "Child" ("Root" BIGINT PRIMARY KEY REFERENCES "The ""Root""")"#).await;
    let root = Distribute::root((db.name.as_str(), r#"The "Root""#), "Id's").shards(4);
    let child = Distribute::with_root("Child", "Root", (db.name.as_str(), r#"The "Root""#));
    root.up(&db.manager()).await?;
    child.up(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, ["Child Distributed Root 4", r#"The "Root" Distributed Id's 4"#]);
    child.down(&db.manager()).await?;
    root.down(&db.manager()).await?;
    assert!(citus_tables(db).await?.is_empty());
    Ok(())
}

async fn local_data_is_truncated(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let local = "SELECT (pg_relation_size('account') > 0)::text";
    assert_eq!(db.texts(local).await, ["true"]);
    truncate_local_data(&db.manager(), "account").await?;
    assert_eq!(db.texts(local).await, ["false"]);
    assert_whole(db).await;
    Ok(())
}

async fn colocation_is_changed_and_changed_back(db: &TestDb) -> Outcome {
    for table in ["a", "b"] {
        db.run(&format!("CREATE TABLE {table} (id BIGINT PRIMARY KEY)")).await;
        Distribute::root(table, "id").shards(4).up(&db.manager()).await?;
    }
    let groups = "SELECT count(DISTINCT colocationid)::text FROM pg_dist_partition \
                  WHERE logicalrelid IN ('a'::regclass, 'b'::regclass)";
    assert_eq!(db.texts(groups).await, ["2"]);
    let (together, apart) = (ChangeColocation::with("b", "a"), ChangeColocation::alone("b"));
    together.up(&db.manager()).await?;
    assert_eq!(db.texts(groups).await, ["1"]);
    together.down(&db.manager()).await?;
    assert_eq!(db.texts(groups).await, ["2"]);
    together.up(&db.manager()).await?;
    let apart = apart.before(Colocation::With("a".into()));
    apart.up(&db.manager()).await?;
    assert_eq!(db.texts(groups).await, ["2"]);
    apart.down(&db.manager()).await?;
    assert_eq!(db.texts(groups).await, ["1"]);
    Ok(())
}

async fn local_table_is_added_and_removed(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE parent (id BIGINT PRIMARY KEY)").await;
    db.run("CREATE TABLE child (id BIGINT PRIMARY KEY REFERENCES parent)").await;
    let step = LocalTable::new("parent");
    for _ in 0..2 {
        step.up(&db.manager()).await?;
        assert_eq!(citus_tables(db).await?, ["child Local - 1", "parent Local - 1"]);
        step.down(&db.manager()).await?;
        assert!(citus_tables(db).await?.is_empty());
    }
    Ok(())
}

async fn reference_table_can_add_local_tables(db: &TestDb) -> Outcome {
    db.run("CREATE TABLE country (code TEXT PRIMARY KEY)").await;
    db.run("CREATE TABLE city (name TEXT PRIMARY KEY, country TEXT REFERENCES country)").await;
    let step = ReferenceTable::new("country").with_local_tables();
    step.up(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, ["city Local - 1", "country Reference - 1"]);
    step.down(&db.manager()).await?;
    assert!(citus_tables(db).await?.is_empty());
    ReferenceTable::new("country").up(&db.manager()).await?;
    assert_eq!(citus_tables(db).await?, ["country Reference - 1"]);
    Ok(())
}

async fn a_schema_is_distributed_and_undistributed(db: &TestDb) -> Outcome {
    let schema = db.other_schema();
    db.run(&format!("CREATE SCHEMA {schema}")).await;
    db.run(&format!("CREATE TABLE {schema}.note (id BIGINT PRIMARY KEY)")).await;
    let step = DistributedSchema::new(&schema);
    let kinds = format!(
        "SELECT citus_table_type FROM public.citus_tables WHERE table_name = '{schema}.note'::regclass"
    );
    for _ in 0..2 {
        step.up(&db.manager()).await?;
        assert_eq!(db.texts(&kinds).await, ["schema"]);
        step.down(&db.manager()).await?;
        assert!(db.texts(&kinds).await.is_empty());
    }
    Ok(())
}

async fn a_shard_is_moved_and_moved_back(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    for transfer in [ShardTransfer::Auto, ShardTransfer::ForceLogical, ShardTransfer::BlockWrites] {
        let (shard, from) = first_shard(db).await?;
        let workers = nodes(&db.manager()).await?;
        let to = workers.into_iter().find(|node| !node.is_coordinator && node.address != from);
        let to = to.expect("there are two workers").address;
        let step = MoveShard::new(shard, from.clone(), to.clone()).transfer(transfer);
        step.up(&db.manager()).await?;
        assert_eq!(first_shard(db).await?, (shard, to));
        assert_whole(db).await;
        step.down(&db.manager()).await?;
        assert_eq!(first_shard(db).await?, (shard, from));
    }
    Ok(())
}

/// The first shard of the accounts, and its node.
async fn first_shard(db: &TestDb) -> Result<(i64, NodeAddress), Box<dyn std::error::Error>> {
    let account = format!("{}.account", db.name);
    let shard = shards(&db.manager()).await?.into_iter().find(|shard| shard.table.to_string() == account);
    let shard = shard.ok_or("accounts have shards")?;
    Ok((shard.shard, shard.node))
}

on_backend! { citus Citus:
    citus_version_is_returned,
    tables_are_distributed_and_undistributed,
    tables_are_distributed_by_entity,
    tables_with_quoted_names_are_distributed,
    local_data_is_truncated,
    colocation_is_changed_and_changed_back,
    local_table_is_added_and_removed,
    reference_table_can_add_local_tables,
    a_schema_is_distributed_and_undistributed,
    a_shard_is_moved_and_moved_back,
}
