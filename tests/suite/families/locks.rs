//! Row locks.

use super::prelude::*;
use sea_orm_multitenant::{Refusal, TenancyError};

async fn lock_exclusive_locks_the_tenants_rows(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let rows =
        project::Entity::find().order_by_asc(project::Column::Id).lock_exclusive().all(&transaction).await?;
    transaction.commit().await?;
    assert_eq!(rows, [1, 2, 3].map(|n| project_row(1, n)));
    Ok(())
}

/// SeaORM writes LOCK IN SHARE MODE for MariaDB, which the parser cannot read: refused before anything is sent.
async fn lock_shared_locks_the_tenants_rows_where_it_can_be_read(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let transaction = scope.begin().await?;
    let rows =
        project::Entity::find().order_by_asc(project::Column::Id).lock_shared().all(&transaction).await;
    transaction.commit().await?;
    if db.is_mariadb() {
        let error = rows.expect_err("it cannot be read");
        assert!(matches!(
            TenancyError::from_db_err(&error),
            Some(TenancyError::Refused(Refusal::Parse { .. }))
        ));
        assert!(db.log.went_out().is_empty(), "{}", db.log);
    } else {
        assert_eq!(rows?, [1, 2, 3].map(|n| project_row(1, n)));
    }
    assert_eq!(project::Entity::find().count(&scope).await?, 3);
    Ok(())
}

on_every_backend!(
    lock_exclusive_locks_the_tenants_rows,
    lock_shared_locks_the_tenants_rows_where_it_can_be_read,
);
