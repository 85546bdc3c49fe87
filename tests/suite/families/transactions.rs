//! Transactions: the tenant goes with them, and so do rollbacks.

use super::prelude::*;

/// Changes the note of the tenant's first project.
async fn renote(db: &impl ConnectionTrait, note: &str) -> Result<u64, DbErr> {
    let update = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value(note))
        .filter(project::Column::Name.eq("Apollo"));
    Ok(update.exec(db).await?.rows_affected)
}

/// The note of the tenant's first project.
async fn note(db: &TestDb) -> Result<String, DbErr> {
    let row = project::Entity::find_by_id(key(1, 1)).one(db.unscoped()).await?;
    row.map(|row| row.note).ok_or_else(|| DbErr::RecordNotFound("Apollo".to_owned()))
}

async fn what_is_committed_is_kept(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    assert_eq!(renote(&transaction, "A-1").await?, 1);
    assert_eq!(project::Entity::find().count(&transaction).await?, 3);
    transaction.commit().await?;
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn what_is_rolled_back_is_not_kept(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    assert_eq!(renote(&transaction, "A-1").await?, 1);
    transaction.rollback().await?;
    assert_eq!(note(db).await?, "A-Apollo");
    Ok(())
}

async fn what_is_dropped_is_not_kept(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let transaction = scope.begin().await?;
    assert_eq!(renote(&transaction, "A-1").await?, 1);
    drop(transaction);
    assert_eq!(note(db).await?, "A-Apollo");
    assert_eq!(renote(&scope, "A-2").await?, 1);
    Ok(())
}

async fn begin_with_config_keeps_the_tenant(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let transaction =
        scope.begin_with_config(Some(IsolationLevel::Serializable), Some(AccessMode::ReadWrite)).await?;
    assert_eq!(renote(&transaction, "A-1").await?, 1);
    transaction.commit().await?;
    let transaction = scope.begin_with_options(TransactionOptions::default()).await?;
    assert_eq!(project::Entity::find().count(&transaction).await?, 3);
    transaction.commit().await?;
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn a_nested_transaction_keeps_the_tenant(db: &TestDb) -> Outcome {
    let outer = db.scope(1).begin().await?;
    assert_eq!(renote(&outer, "A-1").await?, 1);
    let inner = outer.begin().await?;
    assert_eq!(renote(&inner, "A-2").await?, 1);
    assert_eq!(project::Entity::find().count(&inner).await?, 3);
    inner.commit().await?;
    outer.commit().await?;
    assert_eq!(note(db).await?, "A-2");
    Ok(())
}

async fn a_nested_transaction_that_is_rolled_back_leaves_the_outer_one(db: &TestDb) -> Outcome {
    let outer = db.scope(1).begin().await?;
    assert_eq!(renote(&outer, "A-1").await?, 1);
    let inner = outer.begin().await?;
    assert_eq!(renote(&inner, "A-2").await?, 1);
    inner.rollback().await?;
    let inner = outer.begin().await?;
    assert_eq!(renote(&inner, "A-3").await?, 1);
    drop(inner);
    outer.commit().await?;
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn transaction_commits_what_goes_well(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let rows = scope.transaction::<_, _, DbErr>(|scope| Box::pin(async move { renote(scope, "A-1").await }));
    assert_eq!(rows.await?, 1);
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn transaction_rolls_back_on_an_error(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let failed = scope.transaction::<_, (), DbErr>(|scope| {
        Box::pin(async move {
            renote(scope, "A-1").await?;
            Err(DbErr::Custom("no".to_owned()))
        })
    });
    let failed = failed.await;
    assert!(matches!(failed, Err(TransactionError::Transaction(DbErr::Custom(_)))), "{failed:?}");
    assert_eq!(note(db).await?, "A-Apollo");
    Ok(())
}

async fn the_scopes_own_transaction_commits_and_rolls_back(db: &TestDb) -> Outcome {
    let scope = db.scope_inside(1);
    let rows = scope.transaction::<_, _, DbErr>(|scope| Box::pin(async move { renote(scope, "A-1").await }));
    assert_eq!(rows.await?, 1);
    let failed = scope.transaction_with_config::<_, (), DbErr>(
        |scope| {
            Box::pin(async move {
                renote(scope, "A-2").await?;
                Err(DbErr::Custom("no".to_owned()))
            })
        },
        Some(IsolationLevel::Serializable),
        None,
    );
    assert!(matches!(failed.await, Err(TransactionError::Transaction(DbErr::Custom(_)))));
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn transaction_async_commits_what_goes_well(db: &TestDb) -> Outcome {
    let wanted = String::from("A-1");
    let rows = db.scope_inside(1).transaction_async(async |scope| renote(scope, &wanted).await).await?;
    assert_eq!(rows, 1);
    assert_eq!(note(db).await?, wanted);
    Ok(())
}

async fn transaction_async_rolls_back_on_an_error(db: &TestDb) -> Outcome {
    let scope = db.scope_inside(1);
    let failed = scope
        .transaction_async(async |scope| {
            renote(scope, "A-1").await?;
            let nested = scope.transaction_async(async |scope| renote(scope, "A-2").await).await;
            assert_eq!(nested.expect("it goes well"), 1);
            Err::<(), _>(DbErr::Custom("no".to_owned()))
        })
        .await;
    assert!(matches!(failed, Err(TransactionError::Transaction(DbErr::Custom(_)))), "{failed:?}");
    assert_eq!(note(db).await?, "A-Apollo");
    let rows = scope
        .transaction_with_config_async(
            async |scope| renote(scope, "A-3").await,
            Some(IsolationLevel::Serializable),
            None,
        )
        .await?;
    assert_eq!(rows, 1);
    assert_eq!(note(db).await?, "A-3");
    Ok(())
}

async fn a_scope_over_a_borrowed_transaction_is_one_tenants(db: &TestDb) -> Outcome {
    let transaction = db.record_unscoped(1).begin().await?;
    let scope = db.tenancy.scope_on(&transaction, 1)?;
    assert_eq!(renote(&scope, "A-1").await?, 1);
    let nested = scope.begin().await?;
    assert_eq!(renote(&nested, "A-2").await?, 1);
    nested.rollback().await?;
    assert_eq!(project::Entity::find().count(&scope).await?, 3);
    drop(scope);
    transaction.commit().await?;
    assert_eq!(note(db).await?, "A-1");
    Ok(())
}

async fn a_failed_statement_leaves_nothing_of_its_transaction(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let failed = scope.transaction::<_, (), DbErr>(|scope| {
        Box::pin(async move {
            renote(scope, "A-1").await?;
            let twice =
                tag::ActiveModel { name: Set("later".to_owned()), ..tag_row(1, 1).into_active_model() };
            twice.update(scope).await?;
            Ok(())
        })
    });
    let Err(TransactionError::Transaction(error)) = failed.await else { panic!("the name is taken") };
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
    assert_eq!(note(db).await?, "A-Apollo");
    assert_eq!(renote(&scope, "A-2").await?, 1);
    Ok(())
}

on_every_backend!(
    what_is_committed_is_kept,
    what_is_rolled_back_is_not_kept,
    what_is_dropped_is_not_kept,
    begin_with_config_keeps_the_tenant,
    a_nested_transaction_keeps_the_tenant,
    a_nested_transaction_that_is_rolled_back_leaves_the_outer_one,
    transaction_commits_what_goes_well,
    transaction_rolls_back_on_an_error,
    the_scopes_own_transaction_commits_and_rolls_back,
    transaction_async_commits_what_goes_well,
    transaction_async_rolls_back_on_an_error,
    a_scope_over_a_borrowed_transaction_is_one_tenants,
    a_failed_statement_leaves_nothing_of_its_transaction,
);
