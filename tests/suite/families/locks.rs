//! Row locks.

use super::prelude::*;

async fn lock_exclusive_locks_the_tenants_rows(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let rows =
        project::Entity::find().order_by_asc(project::Column::Id).lock_exclusive().all(&transaction).await?;
    transaction.commit().await?;
    assert_eq!(rows, [1, 2, 3].map(|n| project_row(1, n)));
    Ok(())
}

/// SeaORM writes LOCK IN SHARE MODE for MariaDB.
async fn lock_shared_locks_the_tenants_rows(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let rows =
        project::Entity::find().order_by_asc(project::Column::Id).lock_shared().all(&transaction).await?;
    transaction.commit().await?;
    assert_eq!(rows, [1, 2, 3].map(|n| project_row(1, n)));
    Ok(())
}

on_every_backend!(lock_exclusive_locks_the_tenants_rows, lock_shared_locks_the_tenants_rows);
