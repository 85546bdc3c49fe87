//! What all tasks left behind: rows, connections, and nothing else.

use super::{
    CONNECTIONS, TENANTS,
    entry::{Entity, Model},
    ledger::{Fate, Ledger},
    work::Work,
};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, TransactionTrait};
use sea_orm_multitenant::Tenancy;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::timeout;

/// How long a pool may take to hand out what it has.
const SOON: Duration = Duration::from_secs(30);

/// Looks at rows and connections.
pub(super) async fn check(tenancy: &Tenancy, ledger: &Ledger) -> Result<(), String> {
    let rows =
        Entity::find().all(tenancy.unscoped("what is there")).await.map_err(|error| error.to_string())?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.tenant > 2).collect();
    rows_are_as_known(&rows, ledger)?;
    tenants_see_their_rows(tenancy, &rows).await?;
    connections_are_free_and_clean(tenancy, &rows).await
}

/// Each row is its tenant's, and there are those that must be and none that must not.
fn rows_are_as_known(rows: &[Model], ledger: &Ledger) -> Result<(), String> {
    for row in rows {
        let author = Work::tenant(Work::author(row.id));
        if row.tenant != author || row.mark != author || row.note != format!("{} of {author}", row.id) {
            return Err(format!("a row crossed: {row:?}"));
        }
        if ledger.fate(row.id) == Fate::Lost {
            return Err(format!("a row of a transaction that was not committed: {row:?}"));
        }
    }
    let there: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    let kept = ledger.kept();
    match kept.iter().find(|id| !there.contains(id)) {
        Some(id) => Err(format!("the row {id} was committed and is not there")),
        // What is known must be worth the test: thousands of rows.
        None if kept.len() < 2_000 => Err(format!("only {} rows are known", kept.len())),
        None => Ok(()),
    }
}

/// Each tenant sees what is its own, all of it.
async fn tenants_see_their_rows(tenancy: &Tenancy, rows: &[Model]) -> Result<(), String> {
    let mut expected: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for row in rows {
        expected.entry(row.tenant).or_default().insert(row.id);
    }
    for tenant in (0..TENANTS).map(Work::tenant) {
        let scope = tenancy.scope(tenant).map_err(|error| error.to_string())?;
        let seen = Entity::find().all(&scope).await.map_err(|error| error.to_string())?;
        let seen: BTreeSet<_> = seen.into_iter().map(|row| row.id).collect();
        if seen != expected.remove(&tenant).unwrap_or_default() {
            return Err(format!("tenant {tenant} sees {seen:?}"));
        }
    }
    Ok(())
}

/// The pool hands out all its connections at once; each serves any tenant, and all tenants without one.
async fn connections_are_free_and_clean(tenancy: &Tenancy, rows: &[Model]) -> Result<(), String> {
    let mut held = Vec::new();
    for number in 0..CONNECTIONS {
        let began = timeout(SOON, tenancy.unscoped("each connection of the pool").begin()).await;
        let began = began.map_err(|_| format!("the pool hands out {number} connections only"))?;
        held.push(began.map_err(|error| error.to_string())?);
    }
    for connection in &held {
        let all = Entity::find().count(connection).await.map_err(|error| error.to_string())?;
        // On the servers there are two more, of the tenant for whom no task works.
        if all as usize - rows.len()
            != usize::from(connection.get_database_backend() != sea_orm::DbBackend::Sqlite) * 2
        {
            return Err(format!("a connection sees {all} rows of {}", rows.len()));
        }
        for tenant in (0..TENANTS).step_by(97).map(Work::tenant) {
            let scope = tenancy.scope_on(connection, tenant).map_err(|error| error.to_string())?;
            let seen = Entity::find().count(&scope).await.map_err(|error| error.to_string())?;
            let own = rows.iter().filter(|row| row.tenant == tenant).count();
            if seen as usize != own {
                return Err(format!(
                    "tenant {tenant} sees {seen} rows of {own} on a connection used by others"
                ));
            }
        }
    }
    for connection in held {
        connection.commit().await.map_err(|error| error.to_string())?;
    }
    Ok(())
}
