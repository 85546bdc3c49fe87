//! Passwords, hashed with Argon2id.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Memory, in KiB, and passes that hashing takes. Far below what a real application needs, so that the demo and its tests
/// begin at once: there, use `Argon2::default()`.
const DEMO_COST: (u32, u32) = (256, 1);

/// Hashes a password, with a salt of its own.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn hash(password: &str) -> Result<String, password_hash::Error> {
    let (memory, passes) = DEMO_COST;
    let params = Params::new(memory, passes, 1, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2.hash_password(password.as_bytes())?.to_string())
}

/// Passwords that are compared at once: each takes the memory of its hash, and a processor.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Whether a password is the hashed one. Slow by design, so not on the threads that serve requests.
///
/// # Errors
/// When the comparison panics.
pub async fn is_right(password: String, hash: String) -> Result<bool, tokio::task::JoinError> {
    // It is never closed.
    let _turn = TURNS.acquire().await;
    tokio::task::spawn_blocking(move || matches(&password, &hash)).await
}

fn matches(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}
