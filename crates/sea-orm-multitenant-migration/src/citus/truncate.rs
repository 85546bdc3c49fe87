//! Removes the rows that distribution leaves on the coordinator.

use crate::{
    citus::{
        run::run,
        step::{Direction, Requirement, Step, Subject, argument},
    },
    error::MigrationError,
    names::QualifiedName,
};
use sea_orm_migration::{DbErr, SchemaManager};

/// Removes the original rows of a distributed table, which remain invisible on the coordinator; also those of the
/// tables that reference it.
///
/// The rows on the shards stay. It cannot be undone. Without Citus, emits an event at `info`.
///
/// # Errors
/// A wrapped [`MigrationError`] if the name is unusable; or an error of Citus, such as when the table is not
/// distributed.
///
/// ```
/// use sea_orm_migration::{SchemaManager, sea_orm::Database};
/// use sea_orm_multitenant_migration::citus::truncate_local_data;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// truncate_local_data(&SchemaManager::new(&db), "account").await?; // an event
/// # Ok(())
/// # }
/// ```
pub async fn truncate_local_data(
    manager: &SchemaManager<'_>,
    table: impl Into<QualifiedName>,
) -> Result<(), DbErr> {
    run(&Truncate(table.into()), Direction::Up, manager).await
}

/// Citus's function.
const TRUNCATE: &str = "truncate_local_data_after_distributing_table";

/// The statement that removes them.
pub(crate) fn truncate_sql(table: &QualifiedName) -> String {
    format!("SELECT {TRUNCATE}({})", argument(table))
}

/// The step; there is none in the other direction.
struct Truncate(QualifiedName);

impl Requirement for Truncate {
    fn is_required(&self) -> bool {
        false
    }
}

impl Step for Truncate {
    fn function(&self, _: Direction) -> &'static str {
        TRUNCATE
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Table(&self.0)
    }

    fn statements(&self, _: Direction) -> Result<Vec<String>, MigrationError> {
        Ok(vec![truncate_sql(&self.0)])
    }
}
