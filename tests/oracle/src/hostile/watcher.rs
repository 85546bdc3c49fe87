//! Detects from another connection which rows a statement locks.

use super::tables::TENANT;
use crate::{
    engine::{Database, ErrorClass, Place},
    schema::Backend,
    world::Broken,
};

/// A second connection to the shared database, on an engine that locks rows.
pub(super) struct Watcher {
    database: Database,
    schema: String,
    backend: Backend,
}

impl Watcher {
    pub(super) async fn open(place: &Place) -> Result<Option<Self>, Broken> {
        if place.backend == Backend::Sqlite {
            return Ok(None);
        }
        let database = Database::connect(place).await?;
        Ok(Some(Self { database, schema: place.name.clone(), backend: place.backend }))
    }

    /// Returns the first table with rows of other tenants that the other connection has locked.
    ///
    /// A write of InnoDB takes shared locks on rows of other tables that it reads, which keep nobody from reading them.
    pub(super) async fn locked(&mut self, writes: bool) -> Result<Option<&'static str>, Broken> {
        let of_shared = match (writes, self.backend) {
            (false, _) => "FOR UPDATE",
            (true, Backend::MariaDb) => "LOCK IN SHARE MODE",
            (true, Backend::Postgres | Backend::Sqlite) => "FOR SHARE",
        };
        // By the key: a scan of all rows would wait for the tenant's own.
        let hint = if self.backend == Backend::MariaDb { "FORCE INDEX (PRIMARY) " } else { "" };
        let (others, schema) = (format!("{hint}WHERE account_id > {TENANT}"), self.schema.clone());
        // One by one: a range ends by looking at the row behind it, which is the tenant's.
        let global = format!("{hint}WHERE id IN (1, 2)");
        for (table, rows, lock) in [
            ("country", String::new(), of_shared),
            ("motto", global, of_shared),
            ("task", others, "FOR UPDATE"),
        ] {
            let probe = format!("SELECT 1 FROM {schema}.{table} {rows} {lock} NOWAIT");
            let outcome = self.database.run(&probe, &[]).await;
            self.database.end_transaction(false).await?;
            match outcome {
                Ok(_) => {}
                Err(failure) if failure.class == ErrorClass::Invalid => {
                    return Err(Broken::new(format!("{probe}: {}", failure.message)));
                }
                Err(_) => return Ok(Some(table)),
            }
        }
        Ok(None)
    }

    /// Closes the connection, so that the database can be removed.
    pub(super) async fn close(mut self) -> Result<(), Broken> {
        Ok(self.database.end_transaction(false).await?)
    }
}

/// Whether a text that is sent may lock rows.
pub(super) fn locks(sql: &str) -> bool {
    let upper = sql.to_ascii_uppercase();
    ["FOR UPDATE", "FOR SHARE", "FOR NO KEY", "FOR KEY", "IN SHARE MODE"]
        .iter()
        .any(|words| upper.contains(words))
}
