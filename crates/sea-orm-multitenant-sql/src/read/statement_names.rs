//! What to call a statement that a scope refuses, and why it does.

#[cfg(test)]
mod tests;

use crate::refusal::{ON_CONNECTION, Refusal, UNSCOPED};
use sqlparser::ast::Statement;

/// Statements refused for one reason.
struct RefusedFor {
    /// What they do, so that it reads after `which`.
    reason: &'static str,
    /// The way out.
    instead: &'static str,
    /// Their names, as [`of`] gives them, in byte order.
    names: &'static [&'static str],
}

/// Why statements are refused.
#[rustfmt::skip]
const REFUSALS: &[RefusedFor] = &[
    RefusedFor {
        reason: "changes the schema, which all tenants share",
        instead: "put it into a migration, or run it through `Tenancy::unscoped`",
        names: &[
            "ALTER COLLATION", "ALTER CONNECTOR", "ALTER FUNCTION", "ALTER INDEX", "ALTER OPERATOR",
            "ALTER OPERATOR CLASS", "ALTER OPERATOR FAMILY", "ALTER SCHEMA", "ALTER TABLE",
            "ALTER TEXT SEARCH", "ALTER TYPE", "ALTER VIEW", "ATTACH", "ATTACH DATABASE", "COMMENT",
            "CREATE COLLATION", "CREATE CONNECTOR", "CREATE DATABASE", "CREATE DOMAIN", "CREATE EXTENSION",
            "CREATE FILE FORMAT", "CREATE FUNCTION", "CREATE INDEX", "CREATE MACRO", "CREATE OPERATOR",
            "CREATE OPERATOR CLASS", "CREATE OPERATOR FAMILY", "CREATE PROCEDURE", "CREATE SCHEMA",
            "CREATE SEQUENCE", "CREATE SERVER", "CREATE STAGE", "CREATE TABLE", "CREATE TEXT SEARCH",
            "CREATE TRIGGER", "CREATE TYPE", "CREATE VIEW", "CREATE VIRTUAL TABLE", "CREATE WAREHOUSE",
            "DETACH", "DROP", "DROP CONNECTOR", "DROP DOMAIN", "DROP EXTENSION", "DROP FUNCTION",
            "DROP OPERATOR", "DROP OPERATOR CLASS", "DROP OPERATOR FAMILY", "DROP PROCEDURE", "DROP TRIGGER",
            "INSTALL", "LOAD", "MSCK", "RENAME TABLE",
        ],
    },
    RefusedFor {
        reason: "changes rights, which are not a tenant's",
        instead: "run it through `Tenancy::unscoped`",
        names: &[
            "ALTER POLICY", "ALTER ROLE", "ALTER USER", "CREATE POLICY", "CREATE ROLE", "CREATE SECRET",
            "CREATE USER", "DENY", "DROP POLICY", "DROP SECRET", "GRANT", "REVOKE",
        ],
    },
    RefusedFor {
        reason: "works on the rows of all tenants",
        instead: "write SELECT, INSERT, UPDATE or DELETE, or run it through `Tenancy::unscoped`",
        names: &[
            "ANALYZE", "CACHE TABLE", "COPY", "COPY INTO SNOWFLAKE", "DIRECTORY", "EXPORT DATA", "LOAD DATA",
            "LOCK TABLE", "LOCK TABLES", "OPTIMIZE TABLE", "PUT", "REMOVE", "TRUNCATE", "UNCACHE TABLE",
            "UNLOAD", "VACUUM",
        ],
    },
    RefusedFor {
        reason: "changes the session, which other tenants use next",
        instead: ON_CONNECTION,
        names: &[
            "ALTER SESSION", "CLOSE", "DEALLOCATE", "DECLARE", "DISCARD", "EXECUTE", "FETCH", "LISTEN",
            "OPEN", "PRAGMA", "PREPARE", "RESET", "SET", "UNLISTEN", "UNLOCK TABLES", "USE",
        ],
    },
    RefusedFor {
        reason: "tells of the server and its tables",
        instead: "read it through `Tenancy::unscoped`",
        names: &[
            "DESCRIBE", "LIST", "SHOW CATALOGS", "SHOW CHARSET", "SHOW COLLATION", "SHOW COLUMNS",
            "SHOW CREATE", "SHOW DATABASES", "SHOW FUNCTIONS", "SHOW OBJECTS", "SHOW PROCESS LIST",
            "SHOW SCHEMAS", "SHOW STATUS", "SHOW TABLES", "SHOW VARIABLE", "SHOW VARIABLES", "SHOW VIEWS",
        ],
    },
    RefusedFor {
        reason: "runs code that a scope cannot see",
        instead: "run its statements one at a time",
        names: &[
            "ASSERT", "CALL", "CASE", "IF", "PRINT", "RAISE", "RAISERROR", "RETURN", "THROW", "WAIT FOR",
            "WHILE",
        ],
    },
    RefusedFor {
        reason: "reaches other sessions",
        instead: "run it through `Tenancy::unscoped`",
        names: &[
            "FLUSH", "KILL", "NOTIFY",
        ],
    },
    RefusedFor {
        reason: "the connection would not know of",
        instead: "begin and end transactions with `TransactionTrait`",
        names: &[
            "a transaction as text (BEGIN)", "a transaction as text (COMMIT)",
            "a transaction as text (RELEASE)", "a transaction as text (ROLLBACK)",
            "a transaction as text (SAVEPOINT)",
        ],
    },
    RefusedFor {
        reason: "may insert, update and delete at once",
        instead: "write an upsert, or an UPDATE and an INSERT",
        names: &[
            "MERGE",
        ],
    },
];

/// The refusal of a statement.
pub(crate) fn refusal(statement: &Statement) -> Refusal {
    let name = of(statement);
    let (construct, instead) = match REFUSALS.iter().find(|refused| refused.names.contains(&name)) {
        Some(RefusedFor { reason, instead, names: _ }) => {
            (format!("{name}, which {reason},").into(), *instead)
        }
        None => (name.into(), UNSCOPED),
    };
    Refusal::Unsupported { construct, table: None, instead: instead.into() }
}

/// The statement's kind in SQL's own words.
pub(crate) fn of(statement: &Statement) -> &'static str {
    match statement {
        Statement::Query(_) => "a query",
        Statement::Insert(_) => "INSERT",
        Statement::Update(_) => "UPDATE",
        Statement::Delete(_) => "DELETE",
        Statement::Analyze(..) => "ANALYZE",
        Statement::Set(..) => "SET",
        Statement::Truncate(..) => "TRUNCATE",
        Statement::Msck(..) => "MSCK",
        Statement::Install { .. } => "INSTALL",
        Statement::Load { .. } => "LOAD",
        Statement::Directory { .. } => "DIRECTORY",
        Statement::Case(..) => "CASE",
        Statement::If(..) => "IF",
        Statement::While(..) => "WHILE",
        Statement::Raise(..) => "RAISE",
        Statement::Call(..) => "CALL",
        Statement::Copy { .. } => "COPY",
        Statement::CopyIntoSnowflake { .. } => "COPY INTO SNOWFLAKE",
        Statement::Open(..) => "OPEN",
        Statement::Close { .. } => "CLOSE",
        Statement::CreateView(..) => "CREATE VIEW",
        Statement::CreateTable(..) => "CREATE TABLE",
        Statement::CreateVirtualTable { .. } => "CREATE VIRTUAL TABLE",
        Statement::CreateIndex(..) => "CREATE INDEX",
        Statement::CreateRole(..) => "CREATE ROLE",
        Statement::CreateSecret { .. } => "CREATE SECRET",
        Statement::CreateServer(..) => "CREATE SERVER",
        Statement::CreatePolicy(..) => "CREATE POLICY",
        Statement::CreateConnector(..) => "CREATE CONNECTOR",
        Statement::CreateOperator(..) => "CREATE OPERATOR",
        Statement::CreateOperatorFamily(..) => "CREATE OPERATOR FAMILY",
        Statement::CreateOperatorClass(..) => "CREATE OPERATOR CLASS",
        Statement::CreateTextSearch(..) => "CREATE TEXT SEARCH",
        Statement::AlterTable(..) => "ALTER TABLE",
        Statement::AlterSchema(..) => "ALTER SCHEMA",
        Statement::AlterIndex { .. } => "ALTER INDEX",
        Statement::AlterView { .. } => "ALTER VIEW",
        Statement::AlterFunction(..) => "ALTER FUNCTION",
        Statement::AlterType(..) => "ALTER TYPE",
        Statement::AlterCollation(..) => "ALTER COLLATION",
        Statement::AlterOperator(..) => "ALTER OPERATOR",
        Statement::AlterOperatorFamily(..) => "ALTER OPERATOR FAMILY",
        Statement::AlterOperatorClass(..) => "ALTER OPERATOR CLASS",
        Statement::AlterTextSearch(..) => "ALTER TEXT SEARCH",
        Statement::AlterRole { .. } => "ALTER ROLE",
        Statement::AlterPolicy(..) => "ALTER POLICY",
        Statement::AlterConnector { .. } => "ALTER CONNECTOR",
        Statement::AlterSession { .. } => "ALTER SESSION",
        Statement::AttachDatabase { .. } => "ATTACH DATABASE",
        Statement::AttachDuckDBDatabase { .. } => "ATTACH",
        Statement::DetachDuckDBDatabase { .. } => "DETACH",
        Statement::Drop { .. } => "DROP",
        Statement::DropFunction(..) => "DROP FUNCTION",
        Statement::DropDomain(..) => "DROP DOMAIN",
        Statement::DropProcedure { .. } => "DROP PROCEDURE",
        Statement::DropSecret { .. } => "DROP SECRET",
        Statement::DropPolicy(..) => "DROP POLICY",
        Statement::DropConnector { .. } => "DROP CONNECTOR",
        Statement::Declare { .. } => "DECLARE",
        Statement::CreateExtension(..) => "CREATE EXTENSION",
        Statement::CreateCollation(..) => "CREATE COLLATION",
        Statement::DropExtension(..) => "DROP EXTENSION",
        Statement::DropOperator(..) => "DROP OPERATOR",
        Statement::DropOperatorFamily(..) => "DROP OPERATOR FAMILY",
        Statement::DropOperatorClass(..) => "DROP OPERATOR CLASS",
        Statement::Fetch { .. } => "FETCH",
        Statement::Flush { .. } => "FLUSH",
        Statement::Discard { .. } => "DISCARD",
        Statement::ShowFunctions { .. } => "SHOW FUNCTIONS",
        Statement::ShowVariable { .. } => "SHOW VARIABLE",
        Statement::ShowStatus { .. } => "SHOW STATUS",
        Statement::ShowVariables { .. } => "SHOW VARIABLES",
        Statement::ShowCreate { .. } => "SHOW CREATE",
        Statement::ShowColumns { .. } => "SHOW COLUMNS",
        Statement::ShowCatalogs { .. } => "SHOW CATALOGS",
        Statement::ShowDatabases { .. } => "SHOW DATABASES",
        Statement::ShowProcessList { .. } => "SHOW PROCESS LIST",
        Statement::ShowSchemas { .. } => "SHOW SCHEMAS",
        Statement::ShowCharset(..) => "SHOW CHARSET",
        Statement::ShowObjects(..) => "SHOW OBJECTS",
        Statement::ShowTables { .. } => "SHOW TABLES",
        Statement::ShowViews { .. } => "SHOW VIEWS",
        Statement::ShowCollation { .. } => "SHOW COLLATION",
        Statement::Use(..) => "USE",
        Statement::StartTransaction { .. } => "a transaction as text (BEGIN)",
        Statement::Comment { .. } => "COMMENT",
        Statement::Commit { .. } => "a transaction as text (COMMIT)",
        Statement::Rollback { .. } => "a transaction as text (ROLLBACK)",
        Statement::CreateSchema { .. } => "CREATE SCHEMA",
        Statement::CreateDatabase { .. } => "CREATE DATABASE",
        Statement::CreateFunction(..) => "CREATE FUNCTION",
        Statement::CreateTrigger(..) => "CREATE TRIGGER",
        Statement::DropTrigger(..) => "DROP TRIGGER",
        Statement::CreateProcedure { .. } => "CREATE PROCEDURE",
        Statement::CreateMacro { .. } => "CREATE MACRO",
        Statement::CreateStage { .. } => "CREATE STAGE",
        Statement::CreateFileFormat { .. } => "CREATE FILE FORMAT",
        Statement::CreateWarehouse(..) => "CREATE WAREHOUSE",
        Statement::Assert { .. } => "ASSERT",
        Statement::Grant(..) => "GRANT",
        Statement::Deny(..) => "DENY",
        Statement::Revoke(..) => "REVOKE",
        Statement::Deallocate { .. } => "DEALLOCATE",
        Statement::Execute { .. } => "EXECUTE",
        Statement::Prepare { .. } => "PREPARE",
        Statement::Kill { .. } => "KILL",
        Statement::ExplainTable { .. } => "DESCRIBE",
        Statement::Explain { .. } => "EXPLAIN",
        Statement::Savepoint { .. } => "a transaction as text (SAVEPOINT)",
        Statement::ReleaseSavepoint { .. } => "a transaction as text (RELEASE)",
        Statement::Merge(..) => "MERGE",
        Statement::Cache { .. } => "CACHE TABLE",
        Statement::UNCache { .. } => "UNCACHE TABLE",
        Statement::CreateSequence { .. } => "CREATE SEQUENCE",
        Statement::CreateDomain(..) => "CREATE DOMAIN",
        Statement::CreateType { .. } => "CREATE TYPE",
        Statement::Pragma { .. } => "PRAGMA",
        Statement::Lock(..) => "LOCK TABLE",
        Statement::LockTables { .. } => "LOCK TABLES",
        Statement::UnlockTables => "UNLOCK TABLES",
        Statement::Unload { .. } => "UNLOAD",
        Statement::OptimizeTable { .. } => "OPTIMIZE TABLE",
        Statement::LISTEN { .. } => "LISTEN",
        Statement::UNLISTEN { .. } => "UNLISTEN",
        Statement::NOTIFY { .. } => "NOTIFY",
        Statement::LoadData { .. } => "LOAD DATA",
        Statement::RenameTable(..) => "RENAME TABLE",
        Statement::List(..) => "LIST",
        Statement::Put { .. } => "PUT",
        Statement::Remove(..) => "REMOVE",
        Statement::RaisError { .. } => "RAISERROR",
        Statement::Throw(..) => "THROW",
        Statement::Print(..) => "PRINT",
        Statement::WaitFor(..) => "WAIT FOR",
        Statement::Return(..) => "RETURN",
        Statement::ExportData(..) => "EXPORT DATA",
        Statement::CreateUser(..) => "CREATE USER",
        Statement::AlterUser(..) => "ALTER USER",
        Statement::Vacuum(..) => "VACUUM",
        Statement::Reset(..) => "RESET",
    }
}
