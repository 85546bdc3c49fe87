//! Imports of tasks, in the background.
//!
//! A request puts a [`Job`] into the queue, as text, as queues outside of the process have it. The job carries its
//! account; the worker has none of its own, and runs each job in the job's.

mod lines;
mod queue;
mod worker;

pub use lines::{Line, read};
pub use queue::{OF_ACCOUNT, Place, Queue};

use sea_orm_multitenant::{Tenancy, TenantContext};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Lines to make tasks of.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Whose: a message without it is not read.
    pub account: TenantContext,
    /// The id of the import.
    pub import_id: i64,
    /// The id of the project.
    pub project_id: i64,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Starts the worker, which ends when the queue is dropped, and returns the queue to it.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn start(tenancy: Tenancy, pace: Duration) -> Queue {
    let (queue, arrivals) = Queue::new();
    tokio::spawn(worker::run(tenancy, arrivals, pace));
    queue
}
