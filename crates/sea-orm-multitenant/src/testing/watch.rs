//! Reports the statements that scopes rewrite, for a program's own tests.

use sea_orm::{DbBackend, Value};
use sea_orm_multitenant_sql::Catalogue;
use sea_orm_multitenant_sql::ScopedStatement;
use std::sync::OnceLock;

/// A statement that a scope has rewritten, before it is sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Scoped<'a> {
    /// The engine.
    pub backend: DbBackend,
    /// The text that the caller wrote.
    pub callers: &'a str,
    /// The text that is sent.
    pub sent: &'a str,
    /// The values that are sent with it.
    pub values: &'a [Value],
    /// The scoped statement, with the places of its values.
    pub statement: &'a ScopedStatement,
    /// The catalogue of the scope.
    pub catalogue: &'a Catalogue,
}

/// The function that is called; one per process.
static WATCHER: OnceLock<fn(&Scoped<'_>)> = OnceLock::new();

/// Calls `watcher` with each statement of every scope of the process, on the thread that sends it. Returns whether it
/// was registered: only the first call registers a function.
///
/// ```
/// use sea_orm::{ConnectionTrait, Database};
/// use sea_orm_multitenant::{Tenancy, TenantType, testing::watch_scopes};
/// use std::sync::Mutex;
///
/// static SEEN: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let is_registered = watch_scopes(|scoped| {
///     let (callers, sent) = (scoped.callers.to_owned(), scoped.sent.to_owned());
///     SEEN.lock().expect("nobody panics").push((callers, sent));
/// });
/// assert!(is_registered);
///
/// let db = Database::connect("sqlite::memory:").await?;
/// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
/// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
/// tenancy.scope(42)?.execute_unprepared("DELETE FROM project").await?;
///
/// let sent = "DELETE FROM `project` WHERE `project`.`account_id` = ?";
/// assert_eq!(*SEEN.lock()?, [("DELETE FROM project".to_owned(), sent.to_owned())]);
/// # Ok(())
/// # }
/// ```
pub fn watch_scopes(watcher: fn(&Scoped<'_>)) -> bool {
    WATCHER.set(watcher).is_ok()
}

/// Copies the caller's text, which will be overwritten, if a function is registered.
pub(crate) fn copy_for_watcher(callers: &str) -> Option<String> {
    WATCHER.get().map(|_| callers.to_owned())
}

/// Calls the registered function.
pub(crate) fn notify(scoped: &Scoped<'_>) {
    if let Some(watcher) = WATCHER.get() {
        watcher(scoped);
    }
}
