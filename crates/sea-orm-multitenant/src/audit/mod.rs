//! What a scope makes of the statements that a program sends already: accepted, refused, or not for a scope.
//!
//! An audit takes texts and how often each ran, and runs none of them. The texts come from the server's statistics
//! ([`read_statistics`]), from a file ([`parse_statements`]), or from a recorder in the program's tests
//! ([`StatementUse::count`]). The command line has the same as `tenancy audit`.
//!
//! ```
//! use sea_orm::{Database, DbBackend};
//! use sea_orm_multitenant::{Tenancy, TenantType, audit};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let db = Database::connect("sqlite::memory:").await?;
//! let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
//! let script = "SELECT name FROM project WHERE id = ?; DELETE FROM log; DELETE FROM log; CREATE TABLE x (y INTEGER);";
//!
//! let audit = tenancy.audit(audit::parse_statements(DbBackend::Sqlite, script)?)?;
//! let counts = audit.counts();
//! assert_eq!((counts.accepted.calls, counts.refused.calls, counts.administrative.calls), (1, 2, 1));
//! let refused = &audit.refusals()[0];
//! assert_eq!((refused.code.as_str(), refused.construct.as_str(), refused.count.calls), ("unknown-table", "table `log`", 2));
//! # Ok(())
//! # }
//! ```

mod digest;
mod error;
mod report;
mod statistics;
mod texts;
mod usage;
mod verdict;

pub use error::AuditError;
pub use report::{Audit, AuditedStatement, Count, Counts, RefusedConstruct};
pub use statistics::read_statistics;
pub use texts::{parse_statements, write_json_lines};
pub use usage::{StatementUse, TextForm};
pub use verdict::Verdict;

use crate::{error::TenancyError, statement::engine, tenancy::Tenancy};
use sea_orm::DbBackend;

impl Tenancy {
    /// Judges statements as a scope of one tenant would, for the engine of this tenancy's connection. Nothing is sent.
    ///
    /// # Errors
    /// [`TenancyError::Backend`] when the engine is not supported.
    pub fn audit(&self, statements: impl IntoIterator<Item = StatementUse>) -> Result<Audit, TenancyError> {
        let backend = self.connection().get_database_backend();
        statements.into_iter().map(|statement| self.audit_statement(backend, statement)).collect()
    }

    /// Judges one statement as a scope of one tenant would, on an engine of this kind. Nothing is sent.
    ///
    /// # Errors
    /// [`TenancyError::Backend`] when the engine is not supported.
    ///
    /// ```
    /// use sea_orm::{Database, DbBackend};
    /// use sea_orm_multitenant::{Tenancy, TenantType, audit::{StatementUse, Verdict}};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// let tenancy = Tenancy::builder().tenant_table("project", "account_id", TenantType::BigInt).build(db)?;
    /// let audited = tenancy.audit_statement(DbBackend::Postgres, StatementUse::new("TRUNCATE project", 3))?;
    /// assert!(matches!(audited.verdict, Verdict::Refused { code: "unsupported", .. }));
    /// # Ok(())
    /// # }
    /// ```
    pub fn audit_statement(
        &self,
        backend: DbBackend,
        statement: StatementUse,
    ) -> Result<AuditedStatement, TenancyError> {
        let verdict = verdict::judge(self.catalogue(), engine(backend)?, &statement);
        Ok(AuditedStatement { statement, verdict })
    }
}
