//! Where the tenant is kept: in the scope, and nowhere else.

use super::prelude::*;
use futures_util::poll;
use std::pin::pin;

/// 1: on one thread and one connection, a request that ends or is dropped half way leaves nothing to the next.
async fn class_01_a_request_leaves_no_tenant_to_the_next_on_its_thread(db: &TestDb) -> Outcome {
    let tenancy = Tenancy::new(db.one_connection().await?)?;
    for _ in 0..3 {
        let request = tenancy.scope(OTHER)?;
        assert_eq!(projects(&request).await?, projects_of(OTHER));
        {
            let mut cancelled = pin!(projects(&request));
            assert!(poll!(cancelled.as_mut()).is_pending(), "it waits for the database");
        }
        drop(request);
        assert_eq!(tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
        assert_eq!(projects(&tenancy.scope(OWN)?).await?, projects_of(OWN));
    }
    Ok(())
}

/// 2: a worker makes the scope from the job; a job that names no tenant, or panics, does not get the one before it.
async fn class_02_a_worker_acts_for_the_tenant_of_each_job(db: &TestDb) -> Outcome {
    let (send, mut jobs) = tokio::sync::mpsc::unbounded_channel::<Option<i64>>();
    let tenancy = db.tenancy.clone();
    let worker = tokio::spawn(async move {
        let mut answers = Vec::new();
        while let Some(tenant) = jobs.recv().await {
            answers.push(match tenancy.scope(Value::BigInt(tenant)) {
                Ok(scope) => projects(&scope).await,
                Err(error) => Err(error.into()),
            });
        }
        answers
    });
    for tenant in [Some(OTHER), None, Some(OWN), None] {
        send.send(tenant)?;
    }
    drop(send);
    let mut answers = worker.await?.into_iter();
    let mut next = || answers.next().expect("every job has an answer");
    assert_eq!(next()?, projects_of(OTHER));
    assert_eq!(tenancy_error(next()), TenancyError::NoTenant);
    assert_eq!(next()?, projects_of(OWN));
    assert_eq!(tenancy_error(next()), TenancyError::NoTenant);
    Ok(())
}

/// 2: the same of a job that panics in the middle of a transaction.
async fn class_02_a_job_that_panics_leaves_no_tenant_to_the_next(db: &TestDb) -> Outcome {
    let tenancy = Tenancy::new(db.one_connection().await?)?;
    let job = scope_on_new_task(tenancy.clone(), OTHER, |rows| {
        assert!(rows.is_empty(), "the other tenant has rows, so that this panics");
    });
    assert!(job.await.is_err_and(|error| error.is_panic()));
    assert_eq!(tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
    assert_eq!(projects(&tenancy.scope(OWN)?).await?, projects_of(OWN));
    Ok(())
}

/// Reads a tenant's projects in a transaction in a task of its own, and calls `then` before the transaction ends.
fn scope_on_new_task(
    tenancy: Tenancy,
    tenant: i64,
    then: fn(Vec<project::Model>),
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let scope = tenancy.scope(tenant).expect("integers are tenants here");
        let transaction = scope.begin().await.expect("a transaction begins");
        let rows = projects(&transaction).await.expect("projects can be read");
        then(rows);
        transaction.commit().await.expect("it ends");
    })
}

/// 3: what a task is given, it and its own tasks keep.
async fn class_03_a_spawned_task_keeps_the_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, OWN);
    let nested = tokio::spawn({
        let scope = scope.clone();
        async move { tokio::spawn(async move { projects(&scope).await }).await }
    });
    assert_eq!(nested.await???, projects_of(OWN));
    let mut tasks = tokio::task::JoinSet::new();
    for tenant in [OWN, OTHER, OWN, OTHER] {
        let scope = self::scope(db, tenant);
        tasks.spawn(async move { (tenant, projects(&scope).await) });
    }
    while let Some(done) = tasks.join_next().await {
        let (tenant, rows) = done?;
        assert_eq!(rows?, projects_of(tenant));
    }
    Ok(())
}

/// 3: a transaction that is moved to a task is the tenant's there too.
async fn class_03_a_transaction_moved_to_a_task_keeps_the_tenant(db: &TestDb) -> Outcome {
    let transaction = scope(db, OWN).begin().await?;
    let task = tokio::spawn(async move {
        let rows = projects(&transaction).await?;
        let inner = transaction.begin().await?;
        let again = projects(&inner).await?;
        inner.rollback().await?;
        transaction.commit().await?;
        Ok::<_, DbErr>([rows, again])
    });
    assert_eq!(task.await??, [projects_of(OWN), projects_of(OWN)]);
    Ok(())
}

/// 26: a job that no request started takes its tenant from its own data, as JSON here, or does not start.
async fn class_26_a_job_without_a_request_takes_its_tenant_from_its_data(db: &TestDb) -> Outcome {
    let run = async |job: &str| {
        let job: serde_json::Value = serde_json::from_str(job).expect("it is JSON");
        let scope = db.tenancy.scope(Value::BigInt(job["tenant"].as_i64()))?;
        projects(&scope).await
    };
    assert_eq!(run(r#"{"tenant": 2}"#).await?, projects_of(OTHER));
    assert_eq!(run(r#"{"tenant": 1}"#).await?, projects_of(OWN));
    for job in [r#"{"tenant": null}"#, r#"{"tenant": "all"}"#, "{}"] {
        assert_eq!(tenancy_error(run(job).await), TenancyError::NoTenant, "{job}");
    }
    Ok(())
}

cases!(
    class_01_a_request_leaves_no_tenant_to_the_next_on_its_thread,
    class_02_a_worker_acts_for_the_tenant_of_each_job,
    class_02_a_job_that_panics_leaves_no_tenant_to_the_next,
    class_03_a_spawned_task_keeps_the_tenant,
    class_03_a_transaction_moved_to_a_task_keeps_the_tenant,
    class_26_a_job_without_a_request_takes_its_tenant_from_its_data,
);
