//! Ten thousand tasks of a thousand tenants on five connections: reads, writes, transactions, streams that are dropped,
//! cancellations and panics. No row crosses, no connection is lost, no tenant stays behind on one.
//!
//! What is asserted does not depend on who comes first: each task writes rows of its own and knows of each whether it
//! must be there in the end, must not, or may.

mod aftermath;
mod entry;
mod ledger;
mod pool;
mod work;

use crate::harness::{Backend, Fixture, Outcome, TestDb};
use entry::{Entity, TABLE};
use ledger::Ledger;
use pool::Address;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, TransactionTrait,
};
use sea_orm_multitenant::{Table, Tenancy, TenantType};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;
use work::Work;

/// How many tasks there are.
const TASKS: i64 = 10_000;

/// How many tenants they are for.
const TENANTS: i64 = 1_000;

/// How many connections they share.
const CONNECTIONS: u32 = 5;

/// How long all of it may take; far more than it does, so that what hangs fails.
const LONGEST: Duration = Duration::from_secs(300);

/// One table, with two rows of a tenant for whom no task works.
struct Rows;

impl Fixture for Rows {
    const NAME: &'static str = "load";

    fn schema(_: Backend) -> Vec<String> {
        vec![TABLE.to_owned()]
    }

    async fn seed(connection: &DatabaseConnection) -> Result<(), DbErr> {
        for id in [-1, -2] {
            Entity::insert(entry::row(2, id)).exec_without_returning(connection).await?;
        }
        Ok(())
    }

    async fn rows_of(connection: &DatabaseConnection, tenant: i64) -> Result<Vec<String>, DbErr> {
        let rows = Entity::find().filter(entry::Column::Tenant.eq(tenant)).order_by_asc(entry::Column::Id);
        Ok(rows.all(connection).await?.iter().map(|row| format!("{row:?}")).collect())
    }
}

/// The tenancy of the one table over a pool.
fn tenancy(connection: DatabaseConnection) -> Tenancy {
    let table = Table::tenant("entry", "tenant", TenantType::BigInt)
        .with_columns(["tenant", "id", "mark", "note"])
        .with_primary_key(["tenant", "id"]);
    Tenancy::builder().without_entities().table(table).build(connection).expect("one table has no conflicts")
}

/// Has every connection prepare what tasks are cancelled in: sqlx-mysql 0.9 loses a connection whose task is dropped while
/// it prepares a statement (sqlx issues 563 and 2711), with a scope or without.
async fn prepare(tenancy: &Tenancy) -> Result<(), DbErr> {
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        held.push(tenancy.scope(Work::tenant(0))?.begin().await?);
    }
    for transaction in held {
        Entity::insert(entry::scoped_row(Work::tenant(0), 0)).exec_without_returning(&transaction).await?;
        Entity::find().all(&transaction).await?;
        transaction.rollback().await?;
    }
    Ok(())
}

/// Runs all tasks on a pool of their own, then looks at what they left.
async fn storm(address: &Address) -> Result<(), String> {
    let pool = address.connect(CONNECTIONS).await.map_err(|error| error.to_string())?;
    let tenancy = tenancy(pool.clone());
    prepare(&tenancy).await.map_err(|error| error.to_string())?;
    let ledger = Arc::new(Ledger::default());
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        let scope = tenancy.scope(Work::tenant(number)).map_err(|error| error.to_string())?;
        tasks.spawn(Work { number, scope, ledger: Arc::clone(&ledger) }.supervised());
    }
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|error| format!("a task ended otherwise than it was to: {error}"))?;
    }
    ledger.check()?;
    aftermath::check(&tenancy, &ledger).await?;
    pool.close().await.map_err(|error| error.to_string())
}

async fn ten_thousand_tasks_on_five_connections_keep_apart(db: &TestDb) -> Outcome {
    let address = Address::of(db).await?;
    let hearing = db.hearing.clone();
    // The tasks run on several threads; a test's own runtime has one.
    let threads = tokio::task::spawn_blocking(move || {
        let hear = move || hearing.clone().be_here();
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(4).on_thread_start(hear).enable_all().build()?;
        let stormed = runtime.block_on(async { tokio::time::timeout(LONGEST, storm(&address)).await });
        runtime.shutdown_timeout(Duration::from_secs(5));
        Ok::<_, std::io::Error>(stormed)
    });
    threads.await????;
    Ok(())
}

on_every_backend!(ten_thousand_tasks_on_five_connections_keep_apart);
