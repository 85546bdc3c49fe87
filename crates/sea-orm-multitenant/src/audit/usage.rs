//! A statement and how often it ran.

use sea_orm::Statement;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The text of a statement, and how often it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatementUse {
    /// The text.
    pub sql: String,
    /// How often it ran.
    #[serde(default = "once")]
    pub calls: u64,
    /// How the text was obtained.
    #[serde(default, skip_serializing_if = "TextForm::is_sent")]
    pub form: TextForm,
}

/// How the text of a statement was obtained, which decides whether it can be read as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextForm {
    /// As the program sent it.
    #[default]
    Sent,
    /// From `pg_stat_statements`, which writes a placeholder in place of each constant.
    PgStatStatements,
    /// A digest of MySQL or MariaDB, which writes `?` in place of each constant and `...` in place of a list, and cuts
    /// long texts off.
    Digest,
    /// A prepared statement of MySQL or MariaDB, whose text is kept up to 1,024 bytes.
    Prepared,
}

impl TextForm {
    /// By reference, as serde calls it.
    fn is_sent(&self) -> bool {
        *self == Self::Sent
    }
}

fn once() -> u64 {
    1
}

impl StatementUse {
    /// Makes a statement with its text as the program sent it.
    pub fn new(sql: impl Into<String>, calls: u64) -> Self {
        Self { sql: sql.into(), calls, form: TextForm::Sent }
    }

    /// Sets how the text was obtained.
    #[must_use]
    pub fn in_form(self, form: TextForm) -> Self {
        Self { form, ..self }
    }

    /// Counts equal texts, in the order in which each appears first. The values are left out.
    ///
    /// For the statements that [`Recorder`](crate::testing::Recorder) records in a program's tests.
    ///
    /// ```
    /// use sea_orm::{DbBackend, Statement};
    /// use sea_orm_multitenant::audit::StatementUse;
    ///
    /// let sent = |id| Statement::from_sql_and_values(DbBackend::Sqlite, "SELECT name FROM project WHERE id = ?", [id]);
    /// let counted = StatementUse::count([sent(7.into()), sent(8.into())]);
    /// assert_eq!(counted, [StatementUse::new("SELECT name FROM project WHERE id = ?", 2)]);
    /// ```
    pub fn count(statements: impl IntoIterator<Item = Statement>) -> Vec<Self> {
        Self::count_texts(statements.into_iter().map(|statement| statement.sql))
    }

    /// Counts equal texts, in the order in which each appears first.
    pub(super) fn count_texts(texts: impl IntoIterator<Item = String>) -> Vec<Self> {
        let (mut counted, mut known) = (Vec::<Self>::new(), HashMap::new());
        for text in texts {
            let at = *known.entry(text).or_insert_with_key(|text| {
                counted.push(Self::new(text.as_str(), 0));
                counted.len() - 1
            });
            counted[at].calls += 1;
        }
        counted
    }
}
