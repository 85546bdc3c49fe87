//! The keywords that the renderer writes outside of quotes, for each engine.
//!
//! A word is listed for the engines in whose grammar it has the meaning with which the renderer writes it. XOR is no
//! keyword of PostgreSQL, so a statement that has it there is refused.

use crate::{engine::Engine, keywords};

/// Keywords and types of all engines.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "ALL", "AND", "AS", "ASC", "BETWEEN", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BY", "CASE", "CAST", "CHAR",
    "CHARACTER", "COLLATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "DATE",
    "DATETIME", "DECIMAL", "DEFAULT", "DELETE", "DESC", "DISTINCT", "DOUBLE", "ELSE", "END", "ESCAPE",
    "EXCEPT", "EXISTS", "EXPLAIN", "FALSE", "FIRST", "FLOAT", "FOLLOWING", "FROM", "GROUP", "HAVING", "IN",
    "INNER", "INSERT", "INT", "INTEGER", "INTERSECT", "INTO", "IS", "JOIN", "LAST", "LEFT", "LIKE", "LIMIT",
    "NATURAL", "NOT", "NULL", "NULLS", "NUMERIC", "OFFSET", "ON", "OR", "ORDER", "OUTER", "OVER", "PARTITION",
    "PRECEDING", "PRECISION", "RANGE", "REAL", "RECURSIVE", "RETURNING", "RIGHT", "ROW", "ROWS", "SELECT",
    "SET", "SMALLINT", "TEXT", "THEN", "TIME", "TIMESTAMP", "TRUE", "UNBOUNDED", "UNION", "UPDATE", "USING",
    "VALUES", "VARCHAR", "WHEN", "WHERE", "WINDOW", "WITH",
];

/// Of PostgreSQL (manual, appendix C), and its types (chapter 8).
#[rustfmt::skip]
const POSTGRES: &[&str] = &[
    "ABSENT", "ANALYZE", "ANY", "ARRAY", "ASYMMETRIC", "AT", "BIT", "BOOL", "BOTH", "BOX", "BREADTH",
    "BUFFERS", "BYTEA", "CENTURY", "CIRCLE", "COLUMNS", "CONFLICT", "CONSTRAINT", "COSTS", "CUBE", "CYCLE",
    "DAY", "DEC", "DECADE", "DEPTH", "DO", "DOW", "DOY", "EMPTY", "EPOCH", "ERROR", "EXCLUDE", "EXTRACT",
    "FETCH", "FILTER", "FLOAT4", "FLOAT8", "FOR", "FORMAT", "FULL", "GENERIC_PLAN", "GROUPING", "GROUPS",
    "HOUR", "ILIKE", "INT2", "INT4", "INT8", "INTERVAL", "ISODOW", "ISOYEAR", "JSON", "JSONB", "JULIAN",
    "KEY", "KEYS", "LATERAL", "LEADING", "LINE", "LOCALTIME", "LOCALTIMESTAMP", "LOCKED", "LSEG",
    "MATERIALIZED", "MEMORY", "MICROSECONDS", "MILLENNIUM", "MILLISECONDS", "MINUTE", "MONTH", "NESTED",
    "NEXT", "NFC", "NFD", "NFKC", "NFKD", "NO", "NORMALIZED", "NOTHING", "NOWAIT", "OBJECT", "OF", "OFF",
    "ONLY", "ORDINALITY", "OTHERS", "OVERLAPS", "OVERLAY", "OVERRIDING", "PATH", "PLACING", "POINT", "POLYGON", "POSITION",
    "QUARTER", "ROLLUP", "SCALAR", "SEARCH", "SECOND", "SERIALIZE", "SETS", "SHARE", "SIMILAR", "SKIP",
    "SOME", "SUBSTRING", "SUMMARY", "SYMMETRIC", "SYSTEM", "TIES", "TIMESTAMPTZ", "TIMETZ", "TIMEZONE", "TIMEZONE_HOUR",
    "TIMEZONE_MINUTE", "TIMING", "TO", "TRAILING", "TRIM", "TSQUERY", "TSVECTOR", "UNIQUE", "UNKNOWN", "UUID",
    "VALUE", "VARBIT", "VARIADIC", "VARYING", "VERBOSE", "WAL", "WEEK", "WITHIN", "WITHOUT", "XML", "YAML", "YEAR",
    "ZONE",
];

/// Of SQLite (<https://sqlite.org/lang_keywords.html>), and names that its columns have as types.
#[rustfmt::skip]
const SQLITE: &[&str] = &[
    "ABORT", "BOOL", "BYTEA", "CLOB", "CONFLICT", "DEC", "DO", "EXCLUDE", "FAIL", "FILTER", "FULL", "GLOB",
    "GROUPS", "IGNORE", "INDEXED", "INT2", "INT8", "JSON", "JSONB", "MATCH", "MATERIALIZED", "MEDIUMINT",
    "NO", "NOTHING", "NVARCHAR", "OTHERS", "PLAN", "QUERY", "REGEXP", "REPLACE", "ROLLBACK", "TIES",
    "TINYINT", "UNSIGNED", "UUID", "VARBINARY", "VARYING",
];

/// Of MySQL and MariaDB (MySQL manual, 11.3), with their types and units of time.
#[rustfmt::skip]
const MYSQL: &[&str] = &[
    "AGAINST", "ANALYZE", "ANY", "BIT", "BOOL", "BOTH", "COLUMNS", "CONVERT", "DAY", "DAY_HOUR", "DAY_MICROSECOND",
    "DAY_MINUTE", "DAY_SECOND", "DEC", "DESCRIBE", "DISTINCTROW", "DIV", "DUAL", "DUPLICATE", "EMPTY",
    "ERROR", "EXTENDED", "EXTRACT", "FETCH", "FOR", "FORCE", "FORMAT", "FORMATS", "HIGH_PRIORITY", "HOUR",
    "HOUR_MICROSECOND", "HOUR_MINUTE", "HOUR_SECOND", "IGNORE", "INDEX", "INET4", "INET6", "INTERVAL", "JSON",
    "KEY", "LATERAL", "LEADING", "LOCALTIME", "LOCALTIMESTAMP", "LOCK", "LOCKED", "LONGBLOB", "LONGTEXT",
    "MATCH", "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "MEMBER", "MICROSECOND", "MINUTE", "MINUTE_MICROSECOND",
    "MINUTE_SECOND", "MOD", "MODE", "MONTH", "NCHAR", "NESTED", "NEXT", "NOWAIT", "OF", "ONLY", "ORDINALITY",
    "PARTITIONS", "PATH", "POSITION", "QUARTER", "REGEXP", "REPLACE", "RLIKE", "ROLLUP", "SECOND",
    "SECOND_MICROSECOND", "SEPARATOR", "SHARE", "SIGNED", "SKIP", "SOME", "SQL_BIG_RESULT",
    "SQL_BUFFER_RESULT", "SQL_NO_CACHE", "SQL_SMALL_RESULT", "SQL_TSI_DAY", "SQL_TSI_HOUR", "SQL_TSI_MINUTE",
    "SQL_TSI_MONTH", "SQL_TSI_QUARTER", "SQL_TSI_SECOND", "SQL_TSI_WEEK", "SQL_TSI_YEAR", "STRAIGHT_JOIN",
    "SUBSTRING", "TIES", "TINYBLOB", "TINYINT", "TINYTEXT", "TRADITIONAL", "TRAILING", "TREE", "TRIM",
    "UNKNOWN", "UNSIGNED", "USE", "UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP", "UUID", "VALUE", "VARBINARY",
    "WEEK", "WITHIN", "XOR", "YEAR", "YEAR_MONTH",
];

/// The longest keyword.
const LONGEST: usize = 20;

/// Whether a word, in any case, is a keyword that the renderer writes for this engine.
pub(super) fn is_keyword(engine: Engine, word: &str) -> bool {
    let own = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
        Engine::MySql => MYSQL,
    };
    keywords::is_in::<LONGEST>(&[COMMON, own], word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_and_short() {
        for list in [COMMON, POSTGRES, SQLITE, MYSQL] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
            assert!(list.iter().all(|keyword| keyword.len() <= LONGEST), "{list:?}");
        }
    }

    #[test]
    fn a_keyword_of_one_engine_is_none_of_another() {
        for (word, engine) in [("XOR", Engine::MySql), ("ILIKE", Engine::Postgres), ("glob", Engine::Sqlite)]
        {
            for each in [Engine::Sqlite, Engine::Postgres, Engine::MySql] {
                assert_eq!(is_keyword(each, word), each == engine, "{word}");
            }
        }
    }
}
