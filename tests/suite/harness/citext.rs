//! PostgreSQL's extension `citext`: a database has it once, in one schema, and the tests share a database.

use super::TestDb;
use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::{Mutex, MutexGuard};

/// Held by the test in whose schema the extension is.
static HELD: Mutex<()> = Mutex::const_new(());

/// The extension in the schema of one test; other tests that need it wait.
pub(crate) struct Citext(MutexGuard<'static, ()>);

impl Citext {
    /// Creates it in the schema of this test, where its operators are found.
    pub(crate) async fn create(db: &TestDb) -> Result<Self, DbErr> {
        let held = HELD.lock().await;
        // A test that failed has left it.
        db.unscoped().execute_unprepared("DROP EXTENSION IF EXISTS citext CASCADE").await?;
        db.unscoped().execute_unprepared("CREATE EXTENSION citext").await?;
        Ok(Self(held))
    }

    /// Drops it with everything that uses it, and lets another test have it.
    pub(crate) async fn remove(self, db: &TestDb) -> Result<(), DbErr> {
        db.unscoped().execute_unprepared("DROP EXTENSION citext CASCADE").await?;
        drop(self.0);
        Ok(())
    }
}
