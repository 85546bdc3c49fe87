use crate::{
    catalogue::{table::Table, tables::Catalogue},
    engine::Engine::{self, MySql, Postgres, Sqlite},
    read::statement_names::*,
    scope_statement,
    tenant_type::TenantType,
};
use std::collections::BTreeSet;

const ENGINES: [Engine; 3] = [Sqlite, Postgres, MySql];

/// Statements that can be written for these engines, their names, and a text.
#[rustfmt::skip]
const TEXTS: &[(&[Engine], &str, &str)] = &[
    (&ENGINES, "WHILE", "WHILE 1 = 1 BEGIN SELECT 1; END"),
    (&ENGINES, "ANALYZE", "ANALYZE TABLE p"),
    (&[Postgres, Sqlite], "ANALYZE", "ANALYZE p"),
    (&ENGINES, "SET", "SET a = 1"),
    (&ENGINES, "TRUNCATE", "TRUNCATE p"),
    (&[Postgres], "MSCK", "MSCK REPAIR TABLE p"),
    (&[Postgres], "LOAD", "LOAD tpch"),
    (&ENGINES, "DIRECTORY", "INSERT OVERWRITE DIRECTORY 'a' SELECT x FROM p"),
    (&ENGINES, "CASE", "CASE WHEN 1 THEN SELECT 1; END CASE"),
    (&ENGINES, "IF", "IF 1 THEN SELECT 1; END IF"),
    (&ENGINES, "RAISE", "RAISE USING MESSAGE = 'a'"),
    (&ENGINES, "CALL", "CALL f()"),
    (&ENGINES, "COPY", "COPY p TO STDOUT"),
    (&ENGINES, "OPEN", "OPEN c"),
    (&ENGINES, "CLOSE", "CLOSE c"),
    (&ENGINES, "CREATE VIEW", "CREATE VIEW a AS SELECT x FROM p"),
    (&ENGINES, "CREATE TABLE", "CREATE TABLE a (x int)"),
    (&[Sqlite], "CREATE VIRTUAL TABLE", "CREATE VIRTUAL TABLE a USING fts5(x)"),
    (&ENGINES, "CREATE INDEX", "CREATE INDEX a ON p (x)"),
    (&ENGINES, "CREATE ROLE", "CREATE ROLE a"),
    (&ENGINES, "CREATE SECRET", "CREATE SECRET a (TYPE s3)"),
    (&[Postgres], "CREATE SERVER", "CREATE SERVER a FOREIGN DATA WRAPPER b"),
    (&[Postgres], "CREATE POLICY", "CREATE POLICY a ON p USING (true)"),
    (&ENGINES, "CREATE CONNECTOR", "CREATE CONNECTOR a TYPE 'b' URL 'c'"),
    (&[Postgres], "CREATE OPERATOR", "CREATE OPERATOR + (FUNCTION = f, LEFTARG = int, RIGHTARG = int)"),
    (&[Postgres], "CREATE OPERATOR FAMILY", "CREATE OPERATOR FAMILY a USING btree"),
    (&[Postgres], "CREATE OPERATOR CLASS", "CREATE OPERATOR CLASS a FOR TYPE int USING btree AS OPERATOR 1 <"),
    (&[Postgres], "CREATE TEXT SEARCH", "CREATE TEXT SEARCH CONFIGURATION a (PARSER = b)"),
    (&ENGINES, "ALTER TABLE", "ALTER TABLE p ADD COLUMN y INTEGER"),
    (&[Postgres], "ALTER SCHEMA", "ALTER SCHEMA a RENAME TO b"),
    (&[Postgres], "ALTER INDEX", "ALTER INDEX a RENAME TO b"),
    (&[Postgres], "ALTER VIEW", "ALTER VIEW a AS SELECT x FROM p"),
    (&[Postgres], "ALTER FUNCTION", "ALTER FUNCTION f() RENAME TO g"),
    (&[Postgres], "ALTER TYPE", "ALTER TYPE a RENAME TO b"),
    (&[Postgres], "ALTER COLLATION", "ALTER COLLATION a RENAME TO b"),
    (&[Postgres], "ALTER OPERATOR", "ALTER OPERATOR + (int, int) OWNER TO b"),
    (&[Postgres], "ALTER OPERATOR FAMILY", "ALTER OPERATOR FAMILY a USING btree RENAME TO b"),
    (&[Postgres], "ALTER OPERATOR CLASS", "ALTER OPERATOR CLASS a USING btree RENAME TO b"),
    (&[Postgres], "ALTER TEXT SEARCH", "ALTER TEXT SEARCH CONFIGURATION a RENAME TO b"),
    (&[Postgres], "ALTER ROLE", "ALTER ROLE a RENAME TO b"),
    (&[Postgres], "ALTER POLICY", "ALTER POLICY a ON p RENAME TO b"),
    (&ENGINES, "ALTER CONNECTOR", "ALTER CONNECTOR a SET URL 'c'"),
    (&ENGINES, "ATTACH DATABASE", "ATTACH DATABASE 'a' AS b"),
    (&ENGINES, "ATTACH DATABASE", "ATTACH 'a' AS b"),
    (&ENGINES, "DROP", "DROP TABLE p"),
    (&[Postgres], "DROP FUNCTION", "DROP FUNCTION f"),
    (&[Postgres], "DROP DOMAIN", "DROP DOMAIN a"),
    (&[Postgres], "DROP PROCEDURE", "DROP PROCEDURE a"),
    (&ENGINES, "DROP SECRET", "DROP SECRET a"),
    (&[Postgres], "DROP POLICY", "DROP POLICY a ON p"),
    (&ENGINES, "DROP CONNECTOR", "DROP CONNECTOR a"),
    (&[Postgres], "DECLARE", "DECLARE a CURSOR FOR SELECT x FROM p"),
    (&[Postgres], "CREATE EXTENSION", "CREATE EXTENSION a"),
    (&[Postgres], "CREATE COLLATION", "CREATE COLLATION a FROM \"C\""),
    (&[Postgres], "DROP EXTENSION", "DROP EXTENSION a"),
    (&[Postgres], "DROP OPERATOR", "DROP OPERATOR + (int, int)"),
    (&[Postgres], "DROP OPERATOR FAMILY", "DROP OPERATOR FAMILY a USING btree"),
    (&[Postgres], "DROP OPERATOR CLASS", "DROP OPERATOR CLASS a USING btree"),
    (&[Postgres], "FETCH", "FETCH NEXT FROM a"),
    (&[MySql], "FLUSH", "FLUSH TABLES"),
    (&ENGINES, "DISCARD", "DISCARD ALL"),
    (&ENGINES, "SHOW FUNCTIONS", "SHOW FUNCTIONS"),
    (&ENGINES, "SHOW VARIABLE", "SHOW search_path"),
    (&[MySql], "SHOW STATUS", "SHOW STATUS"),
    (&[MySql], "SHOW VARIABLES", "SHOW VARIABLES"),
    (&ENGINES, "SHOW CREATE", "SHOW CREATE TABLE p"),
    (&ENGINES, "SHOW COLUMNS", "SHOW COLUMNS FROM p"),
    (&ENGINES, "SHOW CATALOGS", "SHOW CATALOGS"),
    (&ENGINES, "SHOW DATABASES", "SHOW DATABASES"),
    (&ENGINES, "SHOW PROCESS LIST", "SHOW PROCESSLIST"),
    (&ENGINES, "SHOW SCHEMAS", "SHOW SCHEMAS"),
    (&ENGINES, "SHOW CHARSET", "SHOW CHARACTER SET"),
    (&ENGINES, "SHOW VARIABLE", "SHOW OBJECTS"),
    (&ENGINES, "SHOW TABLES", "SHOW TABLES"),
    (&ENGINES, "SHOW VIEWS", "SHOW VIEWS"),
    (&ENGINES, "SHOW COLLATION", "SHOW COLLATION"),
    (&ENGINES, "USE", "USE other"),
    (&ENGINES, "a transaction as text (BEGIN)", "BEGIN"),
    (&ENGINES, "a transaction as text (BEGIN)", "START TRANSACTION"),
    (&[Postgres], "COMMENT", "COMMENT ON TABLE p IS 'a'"),
    (&ENGINES, "a transaction as text (COMMIT)", "COMMIT"),
    (&ENGINES, "a transaction as text (COMMIT)", "END"),
    (&ENGINES, "a transaction as text (ROLLBACK)", "ROLLBACK"),
    (&ENGINES, "CREATE SCHEMA", "CREATE SCHEMA a"),
    (&ENGINES, "CREATE DATABASE", "CREATE DATABASE a"),
    (&[Postgres], "CREATE FUNCTION", "CREATE FUNCTION f() RETURNS int AS 'a' LANGUAGE sql"),
    (&[Postgres], "CREATE TRIGGER", "CREATE TRIGGER a BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()"),
    (&ENGINES, "DROP TRIGGER", "DROP TRIGGER a"),
    (&[Postgres], "DROP TRIGGER", "DROP TRIGGER a ON p"),
    (&ENGINES, "CREATE PROCEDURE", "CREATE PROCEDURE a AS BEGIN SELECT 1; END"),
    (&ENGINES, "CREATE WAREHOUSE", "CREATE WAREHOUSE a"),
    (&ENGINES, "ASSERT", "ASSERT 1 = 1"),
    (&ENGINES, "GRANT", "GRANT SELECT ON p TO a"),
    (&ENGINES, "DENY", "DENY SELECT ON p TO a"),
    (&ENGINES, "REVOKE", "REVOKE SELECT ON p FROM a"),
    (&ENGINES, "DEALLOCATE", "DEALLOCATE a"),
    (&ENGINES, "EXECUTE", "EXECUTE a"),
    (&ENGINES, "PREPARE", "PREPARE a AS SELECT 1"),
    (&ENGINES, "KILL", "KILL 1"),
    (&ENGINES, "DESCRIBE", "DESCRIBE p"),
    (&ENGINES, "a transaction as text (SAVEPOINT)", "SAVEPOINT a"),
    (&ENGINES, "a transaction as text (RELEASE)", "RELEASE SAVEPOINT a"),
    (&ENGINES, "MERGE", "MERGE INTO p USING q ON q.id = p.id WHEN MATCHED THEN DELETE"),
    (&ENGINES, "CACHE TABLE", "CACHE TABLE p"),
    (&ENGINES, "UNCACHE TABLE", "UNCACHE TABLE p"),
    (&ENGINES, "CREATE SEQUENCE", "CREATE SEQUENCE a"),
    (&ENGINES, "CREATE DOMAIN", "CREATE DOMAIN a AS int"),
    (&ENGINES, "CREATE TYPE", "CREATE TYPE a AS (x int)"),
    (&ENGINES, "PRAGMA", "PRAGMA user_version"),
    (&ENGINES, "PRAGMA", "PRAGMA user_version = 1"),
    (&ENGINES, "LOCK TABLE", "LOCK TABLE p"),
    (&[MySql], "LOCK TABLES", "LOCK TABLES p READ"),
    (&[MySql], "UNLOCK TABLES", "UNLOCK TABLES"),
    (&ENGINES, "UNLOAD", "UNLOAD (SELECT x FROM p) TO 'a'"),
    (&[Postgres], "LISTEN", "LISTEN a"),
    (&[Postgres], "UNLISTEN", "UNLISTEN a"),
    (&[Postgres], "NOTIFY", "NOTIFY a"),
    (&ENGINES, "RENAME TABLE", "RENAME TABLE p TO a"),
    (&ENGINES, "RAISERROR", "RAISERROR('a', 1, 1)"),
    (&ENGINES, "THROW", "THROW"),
    (&ENGINES, "PRINT", "PRINT 'a'"),
    (&ENGINES, "WAIT FOR", "WAITFOR DELAY 'a'"),
    (&ENGINES, "RETURN", "RETURN"),
    (&ENGINES, "EXPORT DATA", "EXPORT DATA OPTIONS(uri='a') AS SELECT x FROM p"),
    (&ENGINES, "CREATE USER", "CREATE USER a"),
    (&[Sqlite, MySql], "ALTER USER", "ALTER USER a SET b = 'c'"),
    (&[Postgres], "ALTER ROLE", "ALTER USER a SET b = 'c'"),
    (&ENGINES, "VACUUM", "VACUUM"),
    (&ENGINES, "VACUUM", "VACUUM p"),
    (&ENGINES, "RESET", "RESET a"),
];

/// Statements of the tree that no text gives for these engines, since the parser reads them for other ones only.
#[rustfmt::skip]
const OF_OTHER_ENGINES: &[&str] = &[
    "ALTER SESSION", "ATTACH", "COPY INTO SNOWFLAKE", "CREATE FILE FORMAT", "CREATE MACRO",
    "CREATE STAGE", "DETACH", "INSTALL", "LIST", "LOAD DATA", "OPTIMIZE TABLE", "PUT", "REMOVE",
    "SHOW OBJECTS", 
];

/// Statements that are scoped.
const SCOPED: [&str; 5] = ["DELETE", "EXPLAIN", "INSERT", "UPDATE", "a query"];

/// The names in this module's own text.
fn names() -> BTreeSet<&'static str> {
    let arms = include_str!("../statement_names.rs").split(" => \"").skip(1);
    arms.filter_map(|arm| arm.split_once("\",\n")).map(|(name, _)| name).collect()
}

#[test]
fn every_statement_is_refused_with_its_reason_wherever_it_can_be_written() {
    let tables = ["p", "q"].map(|name| Table::tenant(name, "t", TenantType::BigInt));
    let catalogue = Catalogue::new(tables).expect("no conflicts");
    for (engines, name, text) in TEXTS {
        for engine in *engines {
            let message = scope_statement(&catalogue, *engine, text).expect_err(text).to_string();
            let refused = REFUSALS.iter().find(|refused| refused.names.contains(name)).expect(name);
            assert_eq!(
                message,
                format!("{name}, which {}, cannot be scoped; {}", refused.reason, refused.instead),
                "{engine:?}: {text}"
            );
        }
    }
}

#[test]
fn every_kind_of_statement_is_tried_or_cannot_be_written() {
    let tried: BTreeSet<_> = TEXTS.iter().map(|(_, name, _)| *name).collect();
    let others: BTreeSet<_> = OF_OTHER_ENGINES.iter().chain(&SCOPED).copied().collect();
    assert!(tried.is_disjoint(&others), "{:?}", tried.intersection(&others));
    assert_eq!(tried.union(&others).copied().collect::<BTreeSet<_>>(), names());
}

#[test]
fn every_kind_of_statement_that_is_not_scoped_has_one_reason() {
    let mut reasons: Vec<_> = REFUSALS.iter().flat_map(|refused| refused.names).copied().collect();
    for refused in REFUSALS {
        assert!(refused.names.is_sorted(), "{:?}", refused.names);
    }
    reasons.extend(SCOPED);
    let count = reasons.len();
    assert_eq!(reasons.iter().copied().collect::<BTreeSet<_>>(), names());
    assert_eq!(count, names().len(), "none has two");
}
