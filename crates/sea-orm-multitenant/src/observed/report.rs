//! What an observer has seen.

use crate::audit::{RefusedConstruct, StatementUse, write_json_lines};
use serde::Serialize;
use std::io::{self, Write};

/// What an [`Observer`](super::Observer) has seen so far.
///
/// It has no values: texts are kept with `'…'` in place of literal texts, `0` in place of numbers, and without comments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ObservedReport {
    /// How many statements a scope would have sent.
    pub accepted: u64,
    /// How many a scope would have refused.
    pub refused: u64,
    /// How many no scope runs, because they act on no rows: DDL, settings, transaction control as text.
    pub administrative: u64,
    /// The constructs that a scope would have refused, what occurred most often first.
    pub refusals: Vec<RefusedConstruct>,
    /// The statements, what ran most often first.
    pub statements: Vec<ObservedStatement>,
    /// How many statements are counted but not among [`statements`](Self::statements): their texts are too long or
    /// cannot be cut into tokens, or the observer had as many as it keeps.
    pub unlisted: u64,
    /// How the comparisons of reads have ended.
    pub comparisons: Comparisons,
    /// The reads whose answers differed, what differed most often first.
    pub differences: Vec<Difference>,
}

/// A statement that ran over an observed connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ObservedStatement {
    /// The text, without values.
    pub sql: String,
    /// How often it ran.
    pub calls: u64,
    /// How often a scope would have refused it: for some statements the values decide.
    pub refused: u64,
}

/// How many comparisons of reads have ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Comparisons {
    /// The same rows; with ORDER BY also in the same order.
    pub equal: u64,
    /// The same rows in another order, although there is an ORDER BY: it may not decide between some rows.
    pub reordered: u64,
    /// Other rows.
    pub different: u64,
    /// Other rows, in an answer that may vary by itself: the clock, random numbers, or a LIMIT without ORDER BY.
    pub uncertain: u64,
    /// A value is of a type that cannot be compared, such as an array.
    pub unreadable: u64,
    /// The database returned an error.
    pub failed: u64,
    /// It took longer than the limit.
    pub timed_out: u64,
    /// Too many comparisons were running, or there was no runtime to run it on.
    pub skipped: u64,
}

/// A read whose answer in a scope differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The text, without values.
    pub sql: String,
    /// How often the answers differed.
    pub times: u64,
    /// Whether the answer may vary by itself, so that the difference may come from that.
    pub is_uncertain: bool,
    /// The number of rows of the statement as it is, at the last difference.
    pub callers_rows: u64,
    /// The number of rows in the scope, at the last difference.
    pub scoped_rows: u64,
}

impl ObservedReport {
    /// Writes the statements as JSON lines, which `tenancy audit --file` and
    /// [`parse_statements`](crate::audit::parse_statements) read.
    ///
    /// # Errors
    /// Those of the writer.
    ///
    /// ```
    /// use sea_orm::{ConnectionTrait, Database, DbBackend};
    /// use sea_orm_multitenant::{Tenancy, TenantType, audit};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.execute_unprepared("CREATE TABLE project (account_id BIGINT NOT NULL, name TEXT)").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db.clone())?;
    /// let observer = tenancy.observer().build();
    /// observer.over(db, 1)?.execute_unprepared("DELETE FROM project WHERE name = 'Apollo'").await?;
    ///
    /// let mut file = Vec::new();
    /// observer.report().write_json_lines(&mut file)?;
    /// let read = audit::parse_statements(DbBackend::Sqlite, &String::from_utf8(file)?)?;
    /// assert_eq!(read[0].sql, "DELETE FROM project WHERE name = '…'");
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_json_lines(&self, writer: impl Write) -> io::Result<()> {
        let uses = self.statements.iter().map(|seen| StatementUse::new(seen.sql.as_str(), seen.calls));
        write_json_lines(writer, &uses.collect::<Vec<_>>())
    }
}
