//! Who is logged in: random tokens, each with the account and the user it stands for.
//!
//! Sessions are no account's rows: the token comes before the account is known. They live in the memory of this process,
//! which is enough for an example; after a restart, everybody logs in again.

use axum_extra::extract::cookie::{Cookie, SameSite};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The name of the cookie.
pub const COOKIE: &str = "session";

/// How long a session lives.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Whom a session stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub account_id: i64,
    /// The user, who is one of the account's.
    pub user_id: i64,
}

/// All sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    by_token: Mutex<HashMap<String, (Session, Instant)>>,
}

impl Sessions {
    /// Begins a session and returns its token.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn begin(&self, session: Session) -> Result<String, getrandom::Error> {
        let token = token()?;
        let mut by_token = self.lock();
        by_token.retain(|_, (_, begun)| begun.elapsed() < LIFETIME);
        by_token.insert(token.clone(), (session, Instant::now()));
        Ok(token)
    }

    /// The session of a token.
    pub fn get(&self, token: &str) -> Option<Session> {
        let found = self.lock().get(token).copied();
        found.filter(|(_, begun)| begun.elapsed() < LIFETIME).map(|(session, _)| session)
    }

    /// Ends a session.
    pub fn end(&self, token: &str) {
        self.lock().remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Session, Instant)>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cookie that carries a token. Scripts cannot read it, and no other site's form can send it.
///
/// Not `Secure`, since the example speaks plain HTTP on this machine; behind HTTPS it must be.
pub fn cookie(token: String) -> Cookie<'static> {
    Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Lax).build()
}

/// 256 random bits, as text.
fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
