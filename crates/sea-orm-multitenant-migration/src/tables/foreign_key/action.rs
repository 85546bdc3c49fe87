//! What a foreign key does when its parent goes or changes: never to the tenant column.

use crate::engine::Engine;
use sea_orm_migration::sea_query::{ForeignKeyAction, ForeignKeyBuilder, PostgresQueryBuilder};

/// The forms that name columns, by which they are known in a statement.
pub(crate) const NAMES_COLUMNS: [&str; 2] = [" ON DELETE SET NULL (", " ON DELETE SET DEFAULT ("];

/// The first `server_version_num` of PostgreSQL that takes them.
pub(crate) const NAMES_COLUMNS_SINCE: i32 = 150_000;

/// What happens to the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Delete,
    Update,
}

impl Event {
    /// The part of the foreign key for this event; the action, as in `ON DELETE SET NULL`, when it cannot be had.
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
        // No engine has the form that names columns for ON UPDATE.
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

/// Whether the action writes to the columns of the key; an action that is not known does.
fn sets_columns(action: ForeignKeyAction) -> bool {
    !matches!(action, ForeignKeyAction::Restrict | ForeignKeyAction::Cascade | ForeignKeyAction::NoAction)
}
