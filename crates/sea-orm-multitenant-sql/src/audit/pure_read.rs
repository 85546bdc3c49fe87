//! Reads that may run a second time: they write nothing and take no lock.

use crate::{
    audit::words::{is_run, significant, word},
    engine::Engine,
    read::tokenize::tokenize,
};
use sqlparser::tokenizer::Token;

/// A read that writes nothing and takes no lock, and what its answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PureRead {
    /// It has an ORDER BY, so that the order of its rows means something.
    pub is_ordered: bool,
    /// Two executions may differ although no row has changed: the clock, random numbers, or a LIMIT without ORDER BY.
    pub may_vary: bool,
}

/// The words of statements that write, lock, call or copy.
const OTHERS: [&str; 13] = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "REPLACE",
    "TRUNCATE",
    "FOR",
    "LOCK",
    "INTO",
    "EXPLAIN",
    "PROCEDURE",
    "CALL",
    "EXECUTE",
];

/// The functions and clauses whose result is not the rows' alone.
const VARYING: [&str; 45] = [
    "RANDOM",
    "RAND",
    "RANDOMBLOB",
    "UUID",
    "UUIDV4",
    "UUIDV7",
    "UUID_SHORT",
    "GEN_RANDOM_UUID",
    "GEN_RANDOM_BYTES",
    "UUID_GENERATE_V1",
    "UUID_GENERATE_V4",
    "TABLESAMPLE",
    "NOW",
    "CURDATE",
    "CURTIME",
    "SYSDATE",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "UNIX_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "CLOCK_TIMESTAMP",
    "STATEMENT_TIMESTAMP",
    "TIMEOFDAY",
    "AGE",
    "DATE",
    "TIME",
    "DATETIME",
    "JULIANDAY",
    "UNIXEPOCH",
    "STRFTIME",
    "TIMEDIFF",
    "ROW_NUMBER",
    "FIRST_VALUE",
    "LAST_VALUE",
    "NTH_VALUE",
    "NTILE",
    "ARRAY_AGG",
    "STRING_AGG",
    "GROUP_CONCAT",
    "JSON_AGG",
];

/// Returns what the answer of a statement depends on, if the text shows that it is one query that writes nothing and
/// takes no lock. Every doubt is `None`: a word of another kind of statement anywhere outside of quotes, for example.
///
/// ```
/// use sea_orm_multitenant_sql::{Engine, pure_read};
///
/// let read = pure_read(Engine::Postgres, "SELECT name FROM project ORDER BY name").expect("a read");
/// assert!(read.is_ordered && !read.may_vary);
/// assert_eq!(pure_read(Engine::Postgres, "SELECT name FROM project FOR UPDATE"), None);
/// assert_eq!(pure_read(Engine::Postgres, "WITH gone AS (DELETE FROM project RETURNING id) SELECT id FROM gone"), None);
/// ```
pub fn pure_read(engine: Engine, sql: &str) -> Option<PureRead> {
    let tokens = tokenize(engine, sql).ok()?;
    if tokens.iter().any(|found| is_run(&found.token)) {
        return None;
    }
    let tokens: Vec<&Token> = significant(&tokens).collect();
    let words: Vec<String> = tokens.iter().map(|token| word(token)).collect();
    let is_call = |at: usize| tokens.get(at + 1) == Some(&&Token::LParen);
    // INSERT(…) and REPLACE(…) are functions of texts.
    let is_function = |at: usize| is_call(at) && ["INSERT", "REPLACE"].contains(&words[at].as_str());
    let is_other = |at: usize| OTHERS.contains(&words[at].as_str()) && !is_function(at);
    let begins = words.iter().find(|word| !word.is_empty())?;
    if !["SELECT", "WITH", "VALUES"].contains(&begins.as_str())
        || tokens.contains(&&Token::SemiColon)
        || (0..words.len()).any(is_other)
    {
        return None;
    }
    let is_ordered = is_ordered(&tokens, &words);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let may_vary = has(&VARYING) || (has(&["LIMIT", "FETCH", "OFFSET"]) && !is_ordered);
    Some(PureRead { is_ordered, may_vary })
}

/// Whether there is an ORDER BY outside of all parentheses.
fn is_ordered(tokens: &[&Token], words: &[String]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ if depth == 0 && words[at] == "ORDER" => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{PureRead, pure_read};
    use crate::engine::Engine;

    const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::MySql];

    #[test]
    fn what_may_write_lock_or_call_is_no_pure_read() {
        for sql in [
            "DELETE FROM p",
            "INSERT INTO p VALUES (1)",
            "WITH a AS (UPDATE p SET x = 1 RETURNING x) SELECT x FROM a",
            "WITH a AS (INSERT INTO p (x) VALUES (1) RETURNING x) SELECT x FROM a",
            "WITH a AS (SELECT 1) DELETE FROM p",
            "SELECT x FROM p FOR UPDATE",
            "SELECT x FROM p FOR NO KEY UPDATE",
            "SELECT x FROM p LOCK IN SHARE MODE",
            "SELECT x INTO q FROM p",
            "SELECT x FROM p; DELETE FROM p",
            "SELECT x FROM p;",
            "SELECT /*!50000 x INTO OUTFILE 'a' */ FROM p",
            "EXPLAIN ANALYZE SELECT x FROM p",
            "TABLE p",
            "CALL f()",
            "SELECT 'x",
            "",
        ] {
            for engine in ENGINES {
                assert_eq!(pure_read(engine, sql), None, "{engine:?}: {sql}");
            }
        }
    }

    #[test]
    fn what_an_answer_depends_on_is_told() {
        for (sql, is_ordered, may_vary) in [
            ("SELECT x FROM p", false, false),
            ("SELECT REPLACE(x, 'DELETE', 'FOR UPDATE') FROM p -- DELETE", false, false),
            ("SELECT x FROM p ORDER BY x LIMIT 3", true, false),
            ("SELECT x FROM (SELECT x FROM p ORDER BY x) AS q LIMIT 3", false, true),
            ("SELECT random() FROM p", false, true),
            ("SELECT x FROM p WHERE y > CURRENT_TIMESTAMP ORDER BY x", true, true),
        ] {
            for engine in ENGINES {
                assert_eq!(
                    pure_read(engine, sql),
                    Some(PureRead { is_ordered, may_vary }),
                    "{engine:?}: {sql}"
                );
            }
        }
    }
}
