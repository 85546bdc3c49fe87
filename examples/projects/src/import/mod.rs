//! Imports tasks in the background.
//!
//! A request puts a [`Job`] into the queue, serialized as text as for an external queue. The job contains its account;
//! the worker has none, and runs each job for the job's account.

mod lines;
mod queue;
mod worker;

pub use lines::{Line, read};
pub use queue::{OF_ACCOUNT, Place, Queue};

use sea_orm_multitenant::{Tenancy, TenantContext};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Lines to import as tasks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The account: a message without it is not accepted.
    pub account: TenantContext,
    /// The id of the import.
    pub import_id: i64,
    /// The id of the project.
    pub project_id: i64,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Starts the worker, which ends when the queue is dropped, and returns the queue.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn start(tenancy: Tenancy, pace: Duration) -> Queue {
    let (queue, arrivals) = Queue::new();
    tokio::spawn(worker::run(tenancy, arrivals, pace));
    queue
}
