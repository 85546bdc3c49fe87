//! The queue of jobs: one queue per account, from which the worker takes jobs in turn.
//!
//! The queue and its limits are in the memory of this process. With several processes, count an account's imports in
//! the database, in a transaction that has locked the account's row.

use super::Job;
use crate::error::AppError;
use sea_orm_multitenant::{TenantContext, TenantId};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The number of jobs of one account that may wait or run.
pub const OF_ACCOUNT: usize = 5;
/// The number of jobs of all accounts.
const OF_ALL: usize = 1000;
/// When to try again.
const WAIT: Duration = Duration::from_secs(30);

/// The queue of the worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    lines: Arc<Mutex<Lines>>,
    /// Wakes the worker, once per job. The worker ends when all senders are dropped.
    arrivals: UnboundedSender<()>,
}

#[derive(Debug, Default)]
struct Lines {
    /// The number of places that each account occupies: reserved, waiting and running.
    places: HashMap<TenantId, usize>,
    /// The accounts with waiting jobs, the next one first.
    waiting: VecDeque<(TenantId, VecDeque<String>)>,
}

/// The worker's end of the queue.
#[derive(Debug)]
pub(super) struct Arrivals {
    lines: Arc<Mutex<Lines>>,
    arrivals: UnboundedReceiver<()>,
}

/// A place in the queue. It is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    lines: Arc<Mutex<Lines>>,
    /// `None` once a job has taken the place.
    account: Option<TenantId>,
}

impl Queue {
    /// Creates a queue and the worker's end of it.
    pub(super) fn new() -> (Self, Arrivals) {
        let (sender, receiver) = unbounded_channel();
        let lines = Arc::default();
        (Self { lines: Arc::clone(&lines), arrivals: sender }, Arrivals { lines, arrivals: receiver })
    }

    /// Reserves a place for a job of an account, before anything is stored for the job.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when the account has no place left, [`AppError::Unavailable`] when the whole queue has
    /// none.
    pub fn reserve(&self, account: &TenantContext) -> Result<Place, AppError> {
        let account = account.tenant();
        let mut lines = lock(&self.lines);
        if lines.places.get(account).is_some_and(|places| *places >= OF_ACCOUNT) {
            return Err(AppError::TooMany { what: "imports at once", wait: WAIT });
        }
        if lines.places.values().sum::<usize>() >= OF_ALL {
            return Err(AppError::Unavailable);
        }
        *lines.places.entry(account.clone()).or_default() += 1;
        Ok(Place { lines: Arc::clone(&self.lines), account: Some(account.clone()) })
    }

    /// Puts a job into its place.
    ///
    /// # Errors
    /// When the job cannot be serialized.
    pub fn push(&self, place: Place, job: &Job) -> Result<(), AppError> {
        self.send(place, serde_json::to_string(job).map_err(AppError::internal)?);
        Ok(())
    }

    /// Puts a message into a place, whatever its text.
    pub fn send(&self, mut place: Place, message: String) {
        let Some(account) = place.account.take() else { return };
        let mut lines = lock(&self.lines);
        match lines.waiting.iter_mut().find(|(other, _)| *other == account) {
            Some((_, messages)) => messages.push_back(message),
            None => lines.waiting.push_back((account, [message].into())),
        }
        // If the worker has ended nobody receives it, and the program is ending too.
        let _ = self.arrivals.send(());
    }
}

impl Arrivals {
    /// Returns the next message and its place; waits for one. Returns `None` when all queues are dropped.
    pub(super) async fn next(&mut self) -> Option<(Place, String)> {
        self.arrivals.recv().await?;
        let mut lines = lock(&self.lines);
        let (account, mut messages) = lines.waiting.pop_front()?;
        let message = messages.pop_front()?;
        if !messages.is_empty() {
            // To the end: each account has one job done before any has two.
            lines.waiting.push_back((account.clone(), messages));
        }
        Some((Place { lines: Arc::clone(&self.lines), account: Some(account) }, message))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(account) = self.account.take() else { return };
        let mut lines = lock(&self.lines);
        let left = lines.places.get(&account).map_or(0, |places| places.saturating_sub(1));
        if left == 0 {
            lines.places.remove(&account);
        } else {
            lines.places.insert(account, left);
        }
    }
}

fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(queue: &Queue, account: i64, message: &str) {
        let place = queue.reserve(&TenantContext::new(account)).expect("a place");
        queue.send(place, message.to_owned());
    }

    #[tokio::test]
    async fn accounts_are_served_in_turn() {
        let (queue, mut arrivals) = Queue::new();
        for (account, message) in [(1, "a"), (1, "b"), (1, "c"), (2, "x"), (3, "z"), (2, "y")] {
            add(&queue, account, message);
        }
        drop(queue);
        let mut served = String::new();
        while let Some((_place, message)) = arrivals.next().await {
            served += &message;
        }
        assert_eq!(served, "axzbyc");
    }

    #[tokio::test]
    async fn a_place_is_occupied_until_its_job_has_ended() {
        let (queue, mut arrivals) = Queue::new();
        let account = TenantContext::new(1_i64);
        for _ in 0..OF_ACCOUNT {
            add(&queue, 1, "job");
        }
        let running = arrivals.next().await.expect("a job");
        let refused = queue.reserve(&account).expect_err("there are too many");
        assert_eq!(refused, AppError::TooMany { what: "imports at once", wait: WAIT });
        add(&queue, 2, "another account's");
        drop(running);
        // A reserved place that is not used is free again as well.
        drop(queue.reserve(&account).expect("a place"));
        let place = queue.reserve(&account).expect("a place");
        assert!(queue.reserve(&account).is_err());
        drop(place);
    }

    #[tokio::test]
    async fn all_accounts_together_have_a_limit() {
        let (queue, _arrivals) = Queue::new();
        let accounts = i64::try_from(OF_ALL).expect("a number");
        let places: Vec<_> = (0..accounts).map(|id| queue.reserve(&TenantContext::new(id))).collect();
        assert!(places.iter().all(Result::is_ok));
        let refused = queue.reserve(&TenantContext::new(accounts)).expect_err("there are too many");
        assert_eq!(refused, AppError::Unavailable);
    }
}
