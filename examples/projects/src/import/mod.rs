//! Imports of tasks, in the background.
//!
//! A request puts a [`Job`] into the queue, as text, as queues outside of the process have it. The job carries its
//! account; the worker has none of its own, and runs each job in the job's.

mod lines;
mod worker;

pub use lines::{Line, read};

use crate::error::AppError;
use sea_orm_multitenant::{Tenancy, TenantContext};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc;

/// Jobs that may wait.
const CAPACITY: usize = 64;

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

/// Where jobs wait for the worker.
#[derive(Debug, Clone)]
pub struct Queue {
    messages: mpsc::Sender<String>,
}

impl Queue {
    /// Starts the worker, which ends when no queue to it is left.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(tenancy: Tenancy, pace: Duration) -> Self {
        let (messages, jobs) = mpsc::channel(CAPACITY);
        tokio::spawn(worker::run(tenancy, jobs, pace));
        Self { messages }
    }

    /// Adds a job.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when too many wait.
    pub fn push(&self, job: &Job) -> Result<(), AppError> {
        self.send(serde_json::to_string(job).map_err(AppError::internal)?)
    }

    /// Adds a message, whatever it says.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn send(&self, message: String) -> Result<(), AppError> {
        self.messages.try_send(message).map_err(|_| AppError::Unavailable)
    }
}
