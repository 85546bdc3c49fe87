//! Statements that no scope runs, because they act on no rows: DDL, transactions, the session, maintenance.

use crate::{
    audit::{
        script::split_statements,
        words::{is_run, significant, word},
    },
    engine::Engine,
    read::tokenize::tokenize,
};
use sqlparser::tokenizer::Token;

/// What a statement that acts on no rows of the application administrates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Administration {
    /// Tables, indexes, rights: CREATE, ALTER, DROP, GRANT.
    Schema,
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT; a scope has methods for them.
    Transaction,
    /// Settings: SET, SHOW, PRAGMA, USE.
    Session,
    /// VACUUM, ANALYZE, OPTIMIZE.
    Maintenance,
}

impl Administration {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Transaction => "transaction",
            Self::Session => "session",
            Self::Maintenance => "maintenance",
        }
    }
}

/// The words that read or write rows, or hold a statement that does.
const ROWS: [&str; 10] =
    ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH", "EXECUTE", "CALL", "VALUES"];

/// The words by which a subquery in SET reads rows.
const SOURCES: [&str; 3] = ["FROM", "TABLE", "INTO"];

/// Returns what a statement administrates; `None` for a statement that may read or write rows, and for a text that is
/// not exactly one statement.
///
/// TRUNCATE, COPY, LOCK, CALL and DO reach rows, so they are none of these.
///
/// ```
/// use sea_orm_multitenant_sql::{Administration, Engine, administration};
///
/// let of = |sql| administration(Engine::Postgres, sql);
/// assert_eq!(of("CREATE INDEX i ON project (name)"), Some(Administration::Schema));
/// assert_eq!(of("BEGIN"), Some(Administration::Transaction));
/// assert_eq!(of("BEGIN; DELETE FROM project"), None);
/// assert_eq!(of("CREATE TABLE copy AS SELECT * FROM project"), None);
/// ```
pub fn administration(engine: Engine, sql: &str) -> Option<Administration> {
    let tokens = tokenize(engine, sql).ok()?;
    if split_statements(engine, sql).len() != 1 || tokens.iter().any(|found| is_run(&found.token)) {
        return None;
    }
    let tokens: Vec<&Token> = significant(&tokens).collect();
    let words: Vec<String> = tokens.iter().map(|token| word(token)).collect();
    let (first, second) = (words.first()?.as_str(), words.get(1).map_or("", String::as_str));
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let kind = match first {
        "CREATE" if has(&["TABLE"]) && has(&["SELECT", "WITH", "VALUES"]) && !has(&["TRIGGER"]) => {
            return None;
        }
        "CREATE" | "ALTER" | "DROP" | "COMMENT" | "GRANT" | "REVOKE" | "RENAME" | "REINDEX" => {
            return Some(Administration::Schema);
        }
        "START" if second != "TRANSACTION" => return None,
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" => {
            Administration::Transaction
        }
        "SET" if is_setting(&tokens, &words) => return Some(Administration::Session),
        // In parentheses may be a query or a function that writes.
        "SHOW" | "RESET" | "USE" | "DISCARD" | "DEALLOCATE" if !tokens.contains(&&Token::LParen) => {
            Administration::Session
        }
        "PRAGMA" => Administration::Session,
        "VACUUM" | "ANALYZE" | "CHECKPOINT" | "CLUSTER" | "OPTIMIZE" | "FLUSH" | "REFRESH" => {
            Administration::Maintenance
        }
        _ => return None,
    };
    (!has(&ROWS)).then_some(kind)
}

/// Whether a SET reaches no rows: it calls no function but CONCAT, and a subquery in it has no FROM. MySQL's driver sends
/// `SET sql_mode = (SELECT CONCAT(@@sql_mode, …))` when it connects.
fn is_setting(tokens: &[&Token], words: &[String]) -> bool {
    let is_harmless = |at: usize| at > 0 && (*tokens[at - 1] == Token::Eq || words[at - 1] == "CONCAT");
    let reads = |word: &String| {
        SOURCES.contains(&word.as_str()) || (ROWS.contains(&word.as_str()) && word != "SELECT")
    };
    !words.iter().any(reads)
        && tokens.iter().enumerate().all(|(at, token)| **token != Token::LParen || is_harmless(at))
}

#[cfg(test)]
mod tests {
    use super::{Administration, administration};
    use crate::engine::Engine;

    #[test]
    fn what_may_reach_rows_is_no_administration() {
        for sql in [
            "TRUNCATE project",
            "COPY project TO STDOUT",
            "LOCK TABLE project",
            "CALL clean()",
            "DO $$ BEGIN DELETE FROM project; END $$",
            "PREPARE x AS DELETE FROM project",
            "EXECUTE x",
            "DECLARE c CURSOR FOR SELECT * FROM project",
            "NOTIFY everyone",
            "SET x = (SELECT max(id) FROM project)",
            "SET x = f()",
            "SET x = (TABLE project)",
            "SET x = (SELECT f())",
            "SET x = 1, y = (SELECT CONCAT(a, b) FROM project)",
            "SHOW TABLES WHERE f()",
            "ANALYZE DELETE FROM project",
            "ANALYZE FORMAT=JSON SELECT * FROM project",
            "EXPLAIN ANALYZE DELETE FROM project",
            "CREATE TABLE t AS SELECT * FROM project",
            "CREATE TABLE t AS VALUES (1)",
            "CREATE TABLE t SELECT * FROM project",
            "BEGIN; DELETE FROM project",
            "COMMIT; DELETE FROM project",
            "/*!50000 DELETE FROM project */",
            "SET x = 1 /*!50000 , y = f() */",
            "\"CREATE\" TABLE t",
            "'unclosed",
            "",
            ";",
        ] {
            for engine in [Engine::Sqlite, Engine::Postgres, Engine::MySql] {
                assert_eq!(administration(engine, sql), None, "{engine:?}: {sql}");
            }
        }
    }

    #[test]
    fn administration_is_told_by_its_first_word() {
        for (sql, kind) in [
            ("CREATE TABLE t (id INTEGER REFERENCES u (id) ON DELETE CASCADE)", Administration::Schema),
            ("-- a comment\nalter table t add x int;", Administration::Schema),
            ("GRANT SELECT, DELETE ON t TO u", Administration::Schema),
            ("CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM u; END", Administration::Schema),
            ("START TRANSACTION", Administration::Transaction),
            ("ROLLBACK TO SAVEPOINT s1", Administration::Transaction),
            ("SET search_path TO a", Administration::Session),
            (
                "SET x=(SELECT CONCAT(@@sql_mode, ',y')),time_zone='+00:00',NAMES utf8mb4",
                Administration::Session,
            ),
            ("SHOW TABLES", Administration::Session),
            ("PRAGMA table_info(t)", Administration::Session),
            ("VACUUM", Administration::Maintenance),
        ] {
            for engine in [Engine::Sqlite, Engine::Postgres, Engine::MySql] {
                assert_eq!(administration(engine, sql), Some(kind), "{engine:?}: {sql}");
            }
        }
    }
}
