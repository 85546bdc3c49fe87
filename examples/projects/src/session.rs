//! Sessions: random tokens, each for an account and a user.
//!
//! Sessions belong to no account: the token is read before the account is known. They are in the memory of this
//! process, which is enough for an example; after a restart, everybody has to log in again.

use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::{Cookie, SameSite};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The name of the cookie. Because of its prefix, browsers accept it only with `Secure` and `Path=/` and without
/// `Domain`: neither a sibling subdomain nor somebody on the network can replace it.
/// <https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2>
pub const COOKIE: &str = "__Host-session";

/// The longest lifetime of a session.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);
/// The lifetime of a session without requests.
const IDLE: Duration = Duration::from_secs(60 * 60);
/// The number of sessions of a user: another one ends the oldest.
const OF_USER: usize = 10;

/// The user of a session.
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
    by_token: Mutex<HashMap<String, Entry>>,
}

#[derive(Debug)]
struct Entry {
    session: Session,
    begun: Instant,
    used: Instant,
}

impl Entry {
    fn lives(&self, now: Instant) -> bool {
        now.duration_since(self.begun) < LIFETIME && now.duration_since(self.used) < IDLE
    }
}

impl Sessions {
    /// Begins a session and returns its token.
    ///
    /// # Errors
    /// When the operating system cannot provide randomness.
    pub fn begin(&self, session: Session) -> Result<String, getrandom::Error> {
        self.begin_at(session, Instant::now())
    }

    fn begin_at(&self, session: Session, now: Instant) -> Result<String, getrandom::Error> {
        let new = new_token()?;
        let mut by_token = self.lock();
        by_token.retain(|_, entry| entry.lives(now));
        let of_user = by_token.iter().filter(|(_, entry)| entry.session == session);
        if of_user.clone().count() >= OF_USER {
            let oldest = of_user.min_by_key(|(_, entry)| entry.begun).map(|(token, _)| token.clone());
            oldest.and_then(|token| by_token.remove(&token));
        }
        by_token.insert(new.clone(), Entry { session, begun: now, used: now });
        Ok(new)
    }

    /// Returns the session of a token.
    pub fn get(&self, token: &str) -> Option<Session> {
        self.get_at(token, Instant::now())
    }

    fn get_at(&self, token: &str, now: Instant) -> Option<Session> {
        let mut by_token = self.lock();
        let entry = by_token.get_mut(token).filter(|entry| entry.lives(now))?;
        entry.used = now;
        Some(entry.session)
    }

    /// Ends a session.
    pub fn end(&self, token: &str) {
        self.lock().remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Creates the cookie with a token. Scripts cannot read it, and no other site's form can send it.
///
/// `Secure` although the example uses plain HTTP: Chromium and Firefox treat `http://*.localhost` as secure, and other
/// addresses need HTTPS.
pub fn cookie(token: String) -> Cookie<'static> {
    Cookie::build((COOKIE, token)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}

/// Creates the cookie that removes the other one.
pub fn no_cookie() -> Cookie<'static> {
    let mut cookie = cookie(String::new());
    cookie.make_removal();
    cookie
}

/// Returns the token in a request's cookie. If there are two cookies of this name, it is unknown which one the
/// application set: the result is `None`.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = texts.flat_map(Cookie::split_parse).filter_map(Result::ok);
    let mut tokens = cookies.filter(|cookie| cookie.name() == COOKIE);
    let token = tokens.next()?;
    tokens.next().is_none().then(|| token.value().to_owned())
}

/// 256 random bits, as text.
fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Session = Session { account_id: 1, user_id: 1 };
    const JANA: Session = Session { account_id: 2, user_id: 2 };
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_session_ends_when_idle_and_after_its_longest_lifetime() {
        let (sessions, begun) = (Sessions::default(), Instant::now());
        let unused = sessions.begin_at(ADA, begun).expect("a token");
        let used = sessions.begin_at(ADA, begun).expect("a token");
        assert_ne!(unused, used);
        for minutes in (0..12 * 60).step_by(30) {
            assert_eq!(
                sessions.get_at(&used, begun + minutes * MINUTE),
                Some(ADA),
                "after {minutes} minutes"
            );
        }
        assert_eq!(sessions.get_at(&unused, begun + IDLE), None);
        assert_eq!(sessions.get_at(&used, begun + LIFETIME), None);
        // The next login removes expired sessions.
        sessions.begin_at(JANA, begun + LIFETIME).expect("a token");
        assert_eq!(sessions.lock().len(), 1);
    }

    #[test]
    fn another_login_ends_only_the_users_oldest_session() {
        let (sessions, begun) = (Sessions::default(), Instant::now());
        let jana = sessions.begin_at(JANA, begun).expect("a token");
        let logins =
            (1..=20).map(|minutes| sessions.begin_at(ADA, begun + minutes * MINUTE).expect("a token"));
        let logins: Vec<_> = logins.collect();
        let alive = logins.iter().map(|token| sessions.get_at(token, begun + 30 * MINUTE).is_some());
        assert_eq!(alive.collect::<Vec<_>>(), [[false; 10], [true; 10]].concat());
        assert_eq!(sessions.get_at(&jana, begun + 30 * MINUTE), Some(JANA));
    }

    #[test]
    fn two_session_cookies_are_no_session() {
        let token_of = |cookies: &[&str]| {
            let mut headers = HeaderMap::new();
            for text in cookies {
                headers.append(header::COOKIE, text.parse().expect("a value"));
            }
            token(&headers)
        };
        assert_eq!(token_of(&["a=b; __Host-session=1; c=d"]).as_deref(), Some("1"));
        assert_eq!(token_of(&["a=b", "__Host-session=1"]).as_deref(), Some("1"));
        for tossed in [
            &["session=1"][..],
            &["__host-session=1"],
            &["__Secure-session=1"],
            &["__Host-session2=1"],
            &["a=__Host-session=1"],
            &["__Host-session=1; __Host-session=2"],
            &["__Host-session=1; __Host-session=1"],
            &["__Host-session=1", "__Host-session=2"],
        ] {
            assert_eq!(token_of(tossed), None, "{tossed:?}");
        }
    }
}
