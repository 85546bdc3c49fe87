//! Known defects of engines, which no scope can correct: each with its versions, its smallest statement, and a rewrite
//! of a statement that the engine answers correctly. Statements that agree when rewritten disagreed only because of the
//! engine.

use crate::schema::Backend;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A defect of an engine.
#[derive(Debug)]
pub struct Known {
    /// The engine.
    pub backend: Backend,
    /// The versions in which it was observed.
    pub versions: &'static str,
    /// The smallest statement that shows it, without a scope, in tables `t (a, b)`.
    pub statement: &'static str,
    /// The defect.
    pub defect: &'static str,
    /// Whether a statement may be affected; this only means that it is worth running it rewritten.
    pub may_meet: fn(&str) -> bool,
    /// Rewrites the statement so that the defect does not affect it.
    pub avoid: fn(&str) -> String,
}

/// All known defects, except those of MariaDB's optimiser, which are recognised by switching it off, and those that the
/// generator avoids.
pub const KNOWN: &[Known] = &[
    Known {
        backend: Backend::Postgres,
        versions: "15",
        statement: "SELECT DISTINCT a FROM t WHERE a = 2 GROUP BY ROLLUP (b, a)",
        defect: "ORDER BY, DISTINCT and UNION take a column that is equal to a constant for one of a single value, though \
                 grouping sets make it NULL in some rows",
        may_meet: has_grouping_sets,
        avoid: without_constant_columns,
    },
    Known {
        backend: Backend::Sqlite,
        versions: "3.51.3",
        statement: "SELECT 1 FROM t WHERE a = 2 AND EXISTS (SELECT 1 FROM t AS o WHERE o.a = 2) ORDER BY b LIMIT 1 OFFSET 3",
        defect: "EXISTS that is made a join counts a row again for each OFFSET",
        may_meet: has_exists_and_offset,
        avoid: without_exists_to_join,
    },
    Known {
        backend: Backend::Sqlite,
        versions: "3.51.3",
        statement: "SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM t AS o WHERE (o.a = 2 OR o.a IS NULL) AND o.b + 0 = 7)",
        defect: "EXISTS that is made a join, over an OR that an index on `a` serves, stops at the first row that the index \
                 finds, though another condition leaves that row out",
        may_meet: has_exists_and_or,
        avoid: without_exists_to_join,
    },
    Known {
        backend: Backend::Sqlite,
        versions: "3.40 and 3.51.3",
        statement: r#"SELECT "a" FROM (SELECT o.* FROM t JOIN (t AS m JOIN (t AS n JOIN t AS o)))"#,
        defect: "the columns of a wildcard over joins in two parentheses are called a:1, and the unknown name is a text in double \
                 quotes; a scope does not write these",
        may_meet: has_wildcard_of_table,
        avoid: in_double_quotes,
    },
    Known {
        backend: Backend::MariaDb,
        versions: "10.11",
        statement: "SELECT DISTINCT t.a FROM t, t AS o WHERE t.a = 2 ORDER BY 1 LIMIT 1 OFFSET 1",
        defect: "DISTINCT of columns of the one row of a key gives that row again after OFFSET",
        may_meet: has_limit,
        avoid: without_constant_columns,
    },
    Known {
        backend: Backend::MariaDb,
        versions: "10.11",
        statement: "SELECT o.b, (SELECT count(i.a) FROM t LEFT JOIN t AS i ON o.b = t.a WHERE t.a = 2) FROM t AS o",
        defect: "a comparison of a column of the query around with one that is equal to a constant is lost in a subquery",
        may_meet: any,
        avoid: without_constant_columns,
    },
    Known {
        backend: Backend::MariaDb,
        versions: "10.11",
        statement: "UPDATE t SET a = (WITH w (s) AS (VALUES ('a'), ('bb')) SELECT max(s) FROM w)",
        defect: "a write keeps the rows of VALUES, by its plan, in columns of a size and type that do not fit them all, and fails",
        may_meet: has_values,
        avoid: without_values,
    },
];

/// The known defects that may affect a statement.
pub fn that_may_meet(backend: Backend, sql: &str) -> impl Iterator<Item = &'static Known> {
    KNOWN.iter().filter(move |known| known.backend == backend && (known.may_meet)(sql))
}

fn has_grouping_sets(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    ["ROLLUP", "CUBE", "GROUPING SETS"].iter().any(|word| sql.contains(word))
}

/// A comparison that is an operand of IS TRUE does not make a column constant. A comparison with a collation never
/// does.
fn without_constant_columns(sql: &str) -> String {
    static EQUALITY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"(COLLATE )?(?:(?:"[^"]+"\.)?"[^"]+" = \$\d+\b|(?:`[^`]+`\.)?`[^`]+` = \?)"#)
    });
    let reworded = |found: &Captures<'_>| match found.get(1) {
        Some(_) => found[0].to_owned(),
        None => format!("(({}) IS TRUE)", &found[0]),
    };
    EQUALITY.replace_all(sql, reworded).into_owned()
}

fn has_wildcard_of_table(sql: &str) -> bool {
    sql.contains(".*")
}

/// The text that a scope sent, with double quotes around names, as in the caller's text: SQLite takes unknown names in
/// them for texts.
fn in_double_quotes(sql: &str) -> String {
    sql.replace('`', "\"")
}

fn has_values(sql: &str) -> bool {
    sql.contains("(VALUES (")
}

/// Combined rows have columns that fit them all.
fn without_values(sql: &str) -> String {
    static VALUES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\(VALUES (\([^()]*\)(?:, \([^()]*\))*)\)"));
    let selects = |found: &Captures<'_>| {
        let rows = found[1].trim_matches(['(', ')']).replace("), (", " UNION ALL SELECT ");
        format!("(SELECT {rows})")
    };
    VALUES.replace_all(sql, selects).into_owned()
}

fn any(_: &str) -> bool {
    true
}

fn has_limit(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    ["LIMIT", "FETCH", "OFFSET"].iter().any(|word| sql.contains(word))
}

fn has_exists_and_offset(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    sql.contains("EXISTS") && sql.contains("LIMIT")
}

fn has_exists_and_or(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    sql.contains("EXISTS") && sql.contains(" OR ")
}

/// The operand of an operator is not converted to a join.
fn without_exists_to_join(sql: &str) -> String {
    static EXISTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bEXISTS\s*\("));
    EXISTS.replace_all(sql, |found: &Captures<'_>| format!("+{}", &found[0])).into_owned()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is well formed")
}

#[cfg(test)]
mod tests {
    use super::{in_double_quotes, without_constant_columns, without_exists_to_join, without_values};

    #[test]
    fn affected_statements_are_rewritten() {
        assert_eq!(
            without_constant_columns(r#"SELECT 1 FROM "t" WHERE "t"."a" = $1 AND x = $10"#),
            r#"SELECT 1 FROM "t" WHERE (("t"."a" = $1) IS TRUE) AND x = $10"#
        );
        assert_eq!(
            without_constant_columns("SELECT 1 FROM `t` WHERE `t`.`a` = ? AND x = ?"),
            "SELECT 1 FROM `t` WHERE ((`t`.`a` = ?) IS TRUE) AND x = ?"
        );
        assert_eq!(
            without_constant_columns(r#"SELECT 1 FROM "t" WHERE CAST("a" AS TEXT) COLLATE "C" = $1"#),
            r#"SELECT 1 FROM "t" WHERE CAST("a" AS TEXT) COLLATE "C" = $1"#
        );
        assert_eq!(in_double_quotes("SELECT `a` FROM `t`"), r#"SELECT "a" FROM "t""#);
        assert_eq!(
            without_values("WITH w (n, s) AS (VALUES (?, 'a'), (1, ?)) SELECT 1"),
            "WITH w (n, s) AS (SELECT ?, 'a' UNION ALL SELECT 1, ?) SELECT 1"
        );
        assert_eq!(
            without_exists_to_join("SELECT 1 WHERE NOT exists (SELECT 1)"),
            "SELECT 1 WHERE NOT +exists (SELECT 1)"
        );
    }
}
