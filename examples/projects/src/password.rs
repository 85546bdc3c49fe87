//! Hashes passwords with Argon2id.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// The memory in KiB and the passes of hashing. Far less than a real application needs, so that the demo and its tests
/// start quickly: use `Argon2::default()` there.
const DEMO_COST: (u32, u32) = (256, 1);

/// Hashes a password with a new salt.
///
/// # Errors
/// When the operating system cannot provide randomness.
pub fn hash(password: &str) -> Result<String, password_hash::Error> {
    let (memory, passes) = DEMO_COST;
    let params = Params::new(memory, passes, 1, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon2.hash_password(password.as_bytes())?.to_string())
}

/// The number of passwords that are compared at once: each needs the memory of its hash, and a processor.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Whether a password matches a hash. Slow by design, so it does not run on the threads that serve requests.
///
/// # Errors
/// When the comparison panics.
pub async fn is_right(password: String, hash: String) -> Result<bool, tokio::task::JoinError> {
    // The semaphore is never closed.
    let _turn = TURNS.acquire().await;
    tokio::task::spawn_blocking(move || matches(&password, &hash)).await
}

fn matches(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}
