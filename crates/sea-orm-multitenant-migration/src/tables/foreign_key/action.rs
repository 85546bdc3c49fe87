//! Actions of foreign keys, which never set the tenant column.

use crate::engine::Engine;
use sea_orm_migration::sea_query::{ForeignKeyAction, ForeignKeyBuilder, PostgresQueryBuilder};

/// The clauses that name columns, by which a statement that uses them is recognised.
pub(crate) const NAMES_COLUMNS: [&str; 2] = [" ON DELETE SET NULL (", " ON DELETE SET DEFAULT ("];

/// The first `server_version_num` of PostgreSQL that supports them.
pub(crate) const NAMES_COLUMNS_SINCE: i32 = 150_000;

/// The change of the parent that triggers an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Delete,
    Update,
}

impl Event {
    /// The clause for this event; `Err` with the action, such as `ON DELETE SET NULL`, if the engine does not support
    /// it.
    pub(super) fn clause(
        self,
        action: ForeignKeyAction,
        columns: &[String],
        tenant: &str,
        engine: Engine,
    ) -> Result<String, String> {
        let clause = self.words(action);
        let others: Vec<_> = columns.iter().filter(|column| *column != tenant).cloned().collect();
        if !sets_columns(action) || others.len() == columns.len() {
            return Ok(format!(" {clause}"));
        }
        // No engine can name columns in ON UPDATE.
        let names_columns = self == Self::Delete && engine.sets_named_columns();
        if others.is_empty() || !names_columns {
            return Err(clause);
        }
        Ok(format!(" {clause} ({})", engine.list(&others)))
    }

    fn words(self, action: ForeignKeyAction) -> String {
        let event = match self {
            Self::Delete => "ON DELETE ",
            Self::Update => "ON UPDATE ",
        };
        let mut words = event.to_owned();
        PostgresQueryBuilder.prepare_foreign_key_action(&action, &mut words);
        words
    }
}

/// Whether the action sets the columns of the key; assumed for an unknown action.
fn sets_columns(action: ForeignKeyAction) -> bool {
    !matches!(action, ForeignKeyAction::Restrict | ForeignKeyAction::Cascade | ForeignKeyAction::NoAction)
}
