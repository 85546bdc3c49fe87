//! The state of the cluster.

use super::create_distributed;
use crate::harness::{Outcome, TestDb};
use sea_orm_multitenant_migration::citus::{CitusTableKind, nodes, shards, tables, tenant_statistics};
use std::collections::BTreeSet;

async fn tables_and_shards_are_typed_rows(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let own = |name: &str| format!("{}.{name}", db.name);
    let found = tables(&db.manager()).await?;
    let table =
        |name: &str| found.iter().find(|table| table.table.to_string() == own(name)).expect("it exists");
    assert_eq!(table("task").colocation, table("account").colocation);
    assert_ne!(table("task").colocation, table("country").colocation);
    assert_eq!(table("task").column.as_deref(), Some("account_id"));
    assert_eq!(table("country").column, None);
    assert_eq!(table("country").kind, CitusTableKind::Reference);

    let found = shards(&db.manager()).await?;
    let of =
        |name: &str| found.iter().filter(|shard| shard.table.to_string() == own(name)).collect::<Vec<_>>();
    let accounts = of("account");
    assert_eq!(accounts.len(), 4);
    assert!(accounts.iter().all(|shard| shard.kind == CitusTableKind::Distributed));
    assert!(accounts.iter().all(|shard| shard.colocation == table("account").colocation));
    assert!(accounts.iter().any(|shard| shard.bytes > 0), "there are rows");
    assert_eq!(accounts.iter().map(|shard| &shard.node).collect::<std::collections::HashSet<_>>().len(), 2);
    assert_eq!(of("country").len(), nodes(&db.manager()).await?.len(), "every node has a copy");
    Ok(())
}

async fn nodes_are_typed_rows(db: &TestDb) -> Outcome {
    let found = nodes(&db.manager()).await?;
    assert_eq!(found.iter().filter(|node| node.is_coordinator).count(), 1);
    assert_eq!(found.iter().filter(|node| !node.is_coordinator && node.should_have_shards).count(), 2);
    assert!(found.iter().all(|node| node.is_active && node.address.port > 0));
    assert_eq!(found.iter().map(|node| node.id).collect::<BTreeSet<_>>().len(), 3);
    Ok(())
}

async fn tables_can_be_read_in_a_transaction(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let manager = db.manager().begin().await?;
    sea_orm::ConnectionTrait::execute_unprepared(
        manager.get_connection(),
        "ALTER TABLE account ADD COLUMN x INT",
    )
    .await?;
    assert!(tables(&manager).await?.len() >= 4);
    Ok(())
}

async fn statements_of_one_tenant_are_counted(db: &TestDb) -> Outcome {
    create_distributed(db).await?;
    let group = tables(&db.manager()).await?;
    let group = group.iter().find(|table| table.table.to_string() == format!("{}.task", db.name));
    let group = group.expect("it exists").colocation;
    for _ in 0..5 {
        db.run("SELECT * FROM task WHERE account_id = 17").await;
    }
    let found = tenant_statistics(&db.manager()).await?;
    let tenant = found.iter().find(|row| row.colocation == group && row.tenant == "17");
    let tenant = tenant.unwrap_or_else(|| panic!("tenant 17 of {group} is counted: {found:?}"));
    assert_eq!(tenant.reads_now + tenant.reads_before, 5);
    assert!(tenant.queries_now + tenant.queries_before >= 5);
    assert!(tenant.cpu_now + tenant.cpu_before >= 0.0);
    Ok(())
}

on_backend! { citus Citus:
    tables_and_shards_are_typed_rows,
    nodes_are_typed_rows,
    tables_can_be_read_in_a_transaction,
    statements_of_one_tenant_are_counted,
}
