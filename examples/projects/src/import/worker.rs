//! The worker.

use super::{Job, Line, queue::Arrivals};
use crate::{
    entity::task_import::State,
    error::AppError,
    input::TaskInput,
    store::{imports, tasks},
};
use sea_orm::DatabaseConnection;
use sea_orm_multitenant::{Tenancy, TenantScope};
use std::time::Duration;

/// Runs jobs one after another, each for its own account.
pub(super) async fn run(tenancy: Tenancy, mut arrivals: Arrivals, pace: Duration) {
    while let Some((place, message)) = arrivals.next().await {
        // A task per job: if one panics, the other imports continue.
        let job = tokio::spawn(work(tenancy.clone(), message, pace));
        if let Err(error) = job.await {
            tracing::error!(%error, "an import failed");
        }
        drop(place);
    }
}

async fn work(tenancy: Tenancy, message: String, pace: Duration) {
    match serde_json::from_str::<Job>(&message) {
        Ok(Job { account, import_id, project_id, lines }) => {
            let import = import(&tenancy, import_id, project_id, lines, pace);
            if let Err(error) = account.run(import).await {
                tracing::warn!(%error, import_id, account = %account.tenant(), "an import ended early");
            }
        }
        Err(error) => tracing::error!(%error, "a message is no job"),
    }
}

async fn import(
    tenancy: &Tenancy,
    import_id: i64,
    project_id: i64,
    lines: Vec<Line>,
    pace: Duration,
) -> Result<(), AppError> {
    // The job's account, which is the current tenant here; without it there would be no scope.
    let scope = tenancy.current()?;
    imports::set_state(&scope, import_id, State::Running).await?;
    for line in lines {
        tokio::time::sleep(pace).await;
        if let Err(error) = import_line(&scope, import_id, project_id, line).await {
            imports::set_state(&scope, import_id, State::Stopped).await?;
            return Err(error);
        }
    }
    imports::set_state(&scope, import_id, State::Finished).await
}

/// Creates a task from a line and counts it, in one transaction; or counts the line as refused.
async fn import_line(
    scope: &TenantScope<DatabaseConnection>,
    import_id: i64,
    project_id: i64,
    line: Line,
) -> Result<(), AppError> {
    let number = line.number;
    let created = scope
        .transaction_async(async |scope| {
            tasks::create(scope, project_id, TaskInput::try_from(line)?).await?;
            imports::count_imported(scope, import_id).await
        })
        .await;
    match created.map_err(AppError::from) {
        Err(AppError::Invalid(why)) => {
            imports::count_refused(scope, import_id, &format!("Line {number}: {why}")).await
        }
        other => other,
    }
}
