//! Limits how often passwords can be guessed.

use crate::error::AppError;
use moka::future::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// The number of wrong passwords for one email within [`WINDOW`].
const MOST: u32 = 10;
/// How long attempts are remembered, from the first one on.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// The number of remembered emails: guessing at more of them makes none of them forget ten guesses.
const EMAILS: u64 = 100_000;

/// The login attempts, by account and email, whether or not there is such a user.
#[derive(Debug, Clone)]
pub struct Guesses {
    by_email: Cache<(i64, String), Arc<AtomicU32>>,
}

impl Default for Guesses {
    fn default() -> Self {
        Self { by_email: Cache::builder().max_capacity(EMAILS).time_to_live(WINDOW).build() }
    }
}

impl Guesses {
    /// Counts an attempt before the password is compared, so that concurrent attempts cannot exceed the limit.
    ///
    /// # Errors
    /// [`AppError::TooMany`], whether the password is right or wrong.
    pub async fn count(&self, account: i64, email: &str) -> Result<(), AppError> {
        let tried = self.by_email.get_with((account, email.to_owned()), async { Arc::default() }).await;
        let is_one_more = tried
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tried| (tried < MOST).then_some(tried + 1));
        is_one_more.map(drop).map_err(|_| AppError::TooMany { what: "logins for this email", wait: WINDOW })
    }

    /// Forgets the attempts for an email, after the right password.
    pub async fn forget(&self, account: i64, email: &str) {
        self.by_email.invalidate(&(account, email.to_owned())).await;
    }
}
