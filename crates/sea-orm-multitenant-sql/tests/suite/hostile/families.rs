//! Texts that were made to be slow: each repeats what some part of the planner could look at more than once.

/// A kind of text, of any length.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    /// A text with about so many repetitions.
    pub(crate) text: fn(usize) -> String,
}

fn around(before: &str, open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("{before}{}{inside}{}", open.repeat(depth), close.repeat(depth))
}

fn list(before: &str, item: &str, n: usize, after: &str) -> String {
    format!("{before}{}{after}", vec![item; n].join(", "))
}

fn numbered(before: &str, item: &str, n: usize, after: &str) -> String {
    let items: Vec<_> = (0..n).map(|i| item.replace('#', &i.to_string())).collect();
    format!("{before}{}{after}", items.join(", "))
}

/// Common table expressions of which each has twice the columns of the one before.
fn doubled(n: usize) -> String {
    let each = |i| format!("c{} AS (SELECT * FROM c{i} AS a, c{i} AS b)", i + 1);
    let all: Vec<_> = (0..n).map(each).collect();
    format!("WITH c0 AS (SELECT * FROM p), {} SELECT y FROM c{n}", all.join(", "))
}

macro_rules! families {
    ($($name:literal: $text:expr;)+) => { &[$(Family { name: $name, text: $text }),+] };
}

pub(crate) const FAMILIES: &[Family] = families! {
    "SELECT without end and a long list": |n| format!("{}1{}", "SELECT ".repeat(n / 80), ",1".repeat(n));
    "a long list": |n| format!("SELECT 1{}", ",1".repeat(n));
    "a long list of columns": |n| list("SELECT ", "p.x", n, " FROM p");
    "a long list of names": |n| list("SELECT ", "x AS y", n, " FROM p");
    "a long list of sums": |n| list("SELECT ", "x  +  1", n.min(3_000), " FROM p");
    "a long list of calls": |n| list("SELECT ", "lower(name)", n, " FROM p");
    "a long list of windows": |n| list("SELECT ", "sum(x) OVER (PARTITION BY id)", n.min(900), " FROM p");
    "a list of long IN": |n| list("SELECT x FROM p WHERE x IN (", "1", n, ")");
    "many IN": |n| list("SELECT ", "x IN (?, ?)", n.min(1_000), " FROM p");
    "many queries": |n| list("SELECT ", "(SELECT max(x) FROM q) AS a", n.min(900), " FROM p");
    "queries in queries": |n| around("SELECT ", "(SELECT max(x) FROM q WHERE x IN (1, 2) AND x = ", "1", ")", n.min(12));
    "a long list in deep queries": |n| around("SELECT ", "(SELECT ", &list("", "1  +  1", n.min(1_800), ""), ")", 12);
    "rows": |n| list("INSERT INTO p (x, name) VALUES ", "(1, 'a')", n, "");
    "rows of placeholders": |n| list("INSERT INTO p (x, name) VALUES ", "(?, ?)", n.min(30_000), "");
    "assignments": |n| list("UPDATE p SET ", "name = 'a'", n.min(3_500), "");
    "common table expressions": |n| numbered("WITH ", "c# AS (SELECT 1 AS a)", n.min(250), " SELECT 1 AS a FROM c0");
    "reads of common table expressions": |n| format!(
        "{} SELECT 1 AS a{}",
        numbered("WITH ", "c# AS (SELECT 1 AS a)", 240, ""),
        ", (SELECT 1 AS b FROM c0) AS d".repeat(n.min(600)),
    );
    "common table expressions that join the one before twice": |n| doubled(n.min(240));
    "aliases of a wide common table expression": |n| format!(
        "WITH c AS ({}) SELECT 1 AS a FROM {}",
        numbered("SELECT ", "1 AS x#", n.min(4_000), ""),
        numbered("", "(SELECT 1 AS a FROM c AS b (x)) AS d#", n.min(240), ""),
    );
    "tables": |n| numbered("SELECT 1 AS a FROM ", "p a#", n, "");
    "columns of many tables": |n| format!(
        "SELECT a0.x{} FROM {}",
        ", a0.x".repeat(n),
        numbered("", "p a#", 200, ""),
    );
    "joins": |n| format!("SELECT 1 AS a FROM p{}", (0..n.min(240)).map(|i| format!(" JOIN q q{i} ON q{i}.x = p.x")).collect::<String>());
    "unions": |n| format!("SELECT 1 AS a{}", " UNION ALL SELECT 1".repeat(n.min(1_200)));
    "parentheses": |n| around("SELECT ", "(", "1", ")", n);
    "parentheses in FROM": |n| around("SELECT 1 FROM ", "(", "p", ")", n.min(80));
    "joins in parentheses": |n| around("SELECT 1 AS a FROM ", "((SELECT 1 AS a FROM ", "p", ") AS a JOIN p ON 1 = 1)", n.min(14));
    "queries in parentheses": |n| around("", "(", "SELECT 1", ")", n.min(80));
    "open parentheses": |n| format!("SELECT {}", "(".repeat(n));
    "POSITION": |n| around("SELECT ", "position(", "x", ")", n.min(45));
    "calls in calls": |n| around("SELECT ", "lower(", "x", ")", n.min(45));
    "IN in IN": |n| around("SELECT ", "x IN (1, ", "x", ")", n.min(40));
    "IN of queries without end": |n| format!("SELECT x FROM p WHERE {}", "x IN (SELECT x FROM p WHERE ".repeat(n.min(40)));
    "CASE": |n| format!("SELECT {}", "CASE ".repeat(n));
    "CASE WHEN": |n| around("SELECT ", "CASE WHEN x THEN ", "1", " END", n.min(45));
    "CASE in minus": |n| format!("SELECT {}c", "case-".repeat(n.min(90)));
    "INTERVAL": |n| format!("SELECT {}1", "INTERVAL ".repeat(n));
    "types": |n| format!("SELECT {}'a'", "DATE ".repeat(n));
    "types with a time zone": |n| format!("SELECT {}x", "TIMESTAMP WITH TIME ZONE ".repeat(n));
    "types in types": |n| around("SELECT CAST(x AS ", "ARRAY<", "int", ">)", n.min(45));
    "ODBC": |n| around("SELECT ", "{fn lower(", "x", ")}", n.min(45));
    "TRIM": |n| around("SELECT ", "TRIM(BOTH ", "x", " FROM x)", n.min(45));
    "NOT": |n| format!("SELECT {}x FROM p", "NOT ".repeat(n.min(90)));
    "minus": |n| format!("SELECT {}x FROM p", "- ".repeat(n));
    "a chain of plus": |n| format!("SELECT 1{} AS a", " + 1".repeat(n.min(3_900)));
    "a chain of AND": |n| format!("SELECT x FROM p WHERE x = 1{}", " AND x = 1".repeat(n.min(1_900)));
    "DIV": |n| format!("SELECT x{} FROM p", " DIV x".repeat(n));
    "GLOB": |n| format!("SELECT x{} FROM p", " GLOB x".repeat(n));
    "GLOB behind a long list": |n| format!("SELECT x IN ({}){} FROM p", list("", "1", n, ""), " GLOB x".repeat(45));
    "DIV behind a long list": |n| format!("SELECT coalesce({}){} FROM p", list("", "1", n, ""), " DIV x".repeat(45));
    "IS": |n| format!("SELECT x{} FROM p", " IS 1".repeat(n.min(1_900)));
    "COLLATE": |n| format!("SELECT x{} FROM p", " COLLATE a".repeat(n));
    "casts": |n| format!("SELECT x{} FROM p", "::text".repeat(n.min(3_900)));
    "subscripts": |n| format!("SELECT x{} FROM p", "[1]".repeat(n.min(1_900)));
    "a dotted name": |n| format!("SELECT a{} FROM p", ".a".repeat(n));
    "aliases": |n| format!("SELECT {} FROM p", "a ".repeat(n));
    "ON CONFLICT": |n| format!("INSERT INTO p (x) VALUES (1) {}", "ON CONFLICT (".repeat(n));
    "ON CONFLICT WHERE": |n| format!("INSERT INTO p (x) VALUES (1) {}", "ON CONFLICT (x) WHERE ".repeat(n));
    "a long condition after ON CONFLICT": |n| format!(
        "INSERT INTO p (x) VALUES (1) ON CONFLICT (lower(x)) WHERE x IN ({}) DO NOTHING",
        list("", "1", n, ""),
    );
    "locks": |n| numbered("SELECT x FROM p FOR NO KEY UPDATE OF ", "a#", n, "");
    "locks one by one": |n| format!("SELECT x FROM p{}", " FOR NO KEY UPDATE OF p".repeat(n.min(900)));
    "CYCLE": |n| format!("WITH RECURSIVE c AS (SELECT 1 AS a) {} SELECT 1", "CYCLE a, a ".repeat(n));
    "EXPLAIN": |n| format!("{}SELECT 1", "EXPLAIN ".repeat(n));
    "semicolons": |n| format!("SELECT 1{}", ";".repeat(n));
    "statements": |n| "SELECT 1;".repeat(n);
    "another statement": |n| format!("CREATE TABLE t ({})", list("", "a int", n, ""));
    "lines": |n| format!("SELECT 1{}", "\n,\n1".repeat(n));
    "characters beyond ASCII": |n| format!("SELECT 'é'{}", ",'é'".repeat(n));
    "comments": |n| format!("SELECT 1{}", "/*a*/,/*b*/1".repeat(n));
    "a long literal": |n| format!("SELECT '{}' AS a", "a''".repeat(n));
    "a long name": |n| format!("SELECT {}", "a".repeat(n));
    "an open literal": |n| format!("SELECT '{}", "a".repeat(n));
    "GROUP BY": |n| list("SELECT 1 AS a FROM p GROUP BY ", "x", n, "");
    "ORDER BY": |n| list("SELECT x FROM p ORDER BY ", "x DESC", n, "");
    "RETURNING": |n| list("DELETE FROM p RETURNING ", "x  +  1", n.min(3_000), "");
    "values": |n| list("VALUES ", "(1)", n, "");
};
