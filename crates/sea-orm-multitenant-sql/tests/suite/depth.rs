//! Statements as deep and as wide as the bounds let them be, and beyond, on the stack of a tokio worker: a scoped
//! statement or a refusal, never an abort.

use super::{ENGINES, bounds::on_two_mebibytes, scope};
use sea_orm_multitenant_sql::{Engine, MAX_OPERATORS, Refusal};
use std::fmt::Write as _;

const POSTGRES: &[Engine] = &[Engine::Postgres];

/// A construct that stands in itself.
struct Nest {
    engines: &'static [Engine],
    /// What stands before all of them.
    before: &'static str,
    /// What opens one; `#` is its number.
    open: &'static str,
    /// What stands in the innermost.
    inner: &'static str,
    /// What closes one.
    close: &'static str,
    /// How deep it may be. The parser counts its own calls, of which there are several to a level.
    deepest: usize,
}

const fn nest(
    engines: &'static [Engine],
    (before, open, inner, close): (&'static str, &'static str, &'static str, &'static str),
    deepest: usize,
) -> Nest {
    Nest { engines, before, open, inner, close, deepest }
}

const NESTS: &[Nest] = &[
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "(", "1", ")"), 93),
    nest(&ENGINES, ("SELECT x FROM p WHERE ", "NOT (", "x", ")"), 47),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "- (", "1", ")"), 46),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "1 + (", "1", ")"), 46),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "CASE WHEN x = 1 THEN ", "1", " ELSE 2 END"), 92),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "CASE ", "1", " WHEN 1 THEN 2 END"), 93),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "abs(", "1", ")"), 93),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "coalesce(x, ", "1", ")"), 93),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "CAST(", "1", " AS CHAR)"), 93),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "(SELECT max(x) FROM p WHERE x = ", "1", ")"), 18),
    nest(&ENGINES, ("SELECT x FROM p WHERE ", "x IN (SELECT x FROM p WHERE ", "x = 1", ")"), 23),
    nest(&ENGINES, ("SELECT x FROM p WHERE ", "EXISTS (SELECT 1 FROM p WHERE ", "x = 1", ")"), 23),
    nest(&ENGINES, ("SELECT x FROM p WHERE ", "x IN (1, ", "2", ")"), 94),
    nest(&ENGINES, ("SELECT x FROM p WHERE x BETWEEN 1 AND ", "(2 BETWEEN 1 AND ", "2", ")"), 46),
    nest(&ENGINES, ("SELECT x FROM p WHERE x = ", "(1, ", "2", ")"), 93),
    nest(&ENGINES, ("SELECT x FROM ", "(SELECT x FROM ", "p", ") AS d#"), 47),
    nest(&ENGINES, ("SELECT p.x FROM ", "(ref_ AS a# JOIN ", "p", " ON 1 = 1)"), 95),
    nest(&ENGINES, ("SELECT 1 AS x FROM ", "(SELECT q#.x FROM q AS q# JOIN ", "p", " ON 1 = 1) AS d#"), 47),
    nest(&ENGINES, ("", "(SELECT x FROM p UNION ", "SELECT x FROM p", ")"), 95),
    nest(&ENGINES, ("", "WITH c# AS (", "SELECT x FROM p", ") SELECT x FROM c#"), 95),
    nest(&ENGINES, ("SELECT ", "sum(1) OVER (ORDER BY ", "1", ")"), 96),
    nest(&ENGINES, ("DELETE FROM p WHERE x = ", "(SELECT max(x) FROM q WHERE x = ", "1", ")"), 18),
    nest(&ENGINES, ("UPDATE p SET x = ", "(SELECT max(x) FROM q WHERE x = ", "1", ")"), 19),
    nest(&ENGINES, ("INSERT INTO p (x) VALUES (", "(SELECT max(x) FROM q WHERE x = ", "1", ")"), 19),
    nest(POSTGRES, ("SELECT x FROM p WHERE x = ", "ARRAY[", "1", "]"), 93),
    nest(POSTGRES, ("SELECT x FROM p WHERE x = ", "x[", "1", "]"), 93),
    nest(POSTGRES, ("SELECT 1 AS x FROM p, ", "LATERAL (SELECT r#.x FROM q AS r#, ", "ref_", ") AS l#"), 47),
    nest(POSTGRES, ("SELECT ", "count(*) FILTER (WHERE 1 = ", "1", ")"), 48),
    nest(POSTGRES, ("SELECT x FROM p GROUP BY GROUPING SETS (", "(", "x", ")"), 97),
];

/// The statement of a nest of this depth.
fn nested(nest: &Nest, depth: usize) -> String {
    let Nest { engines: _, before, open, inner, close, deepest: _ } = nest;
    let numbered = |text: &str, n: usize| text.replace('#', &n.to_string());
    let mut sql = (*before).to_owned();
    (0..depth).for_each(|n| sql.push_str(&numbered(open, n)));
    sql.push_str(inner);
    (0..depth).rev().for_each(|n| sql.push_str(&numbered(close, n)));
    sql.push_str(if before.ends_with('(') { ")" } else { "" });
    sql
}
/// Plans a statement, and does with the outcome what a caller may: show, copy, compare and drop it.
fn outcome(engine: Engine, sql: &str) -> Result<(), Refusal> {
    let outcome = scope(engine, sql);
    let copy = outcome.clone();
    assert!(outcome == copy && !format!("{copy:?}").is_empty());
    outcome.map(drop)
}

/// Demands that a statement is accepted.
#[track_caller]
fn assert_accepted(engine: Engine, sql: &str) {
    let outcome = outcome(engine, sql);
    assert_eq!(outcome, Ok(()), "{engine:?}: {sql:.200}");
}

/// Demands that a statement is refused.
#[track_caller]
fn assert_too_much(engine: Engine, sql: &str) {
    assert!(outcome(engine, sql).is_err(), "{engine:?} let through {sql:.200}");
}

#[test]
fn nests_are_planned_as_deep_as_the_parser_goes_and_refused_beyond() {
    on_two_mebibytes(|| {
        for nest in NESTS {
            for engine in nest.engines {
                assert_accepted(*engine, &nested(nest, nest.deepest));
                assert_too_much(*engine, &nested(nest, nest.deepest + 1));
            }
        }
    });
}

#[test]
fn nests_far_beyond_the_bounds_are_refused() {
    on_two_mebibytes(|| {
        for nest in NESTS {
            for depth in [1_000, 5_000] {
                assert_too_much(nest.engines[0], &nested(nest, depth));
            }
        }
    });
}

/// Nests that are not closed, which the parser leaves on its way down.
#[test]
fn nests_that_are_not_closed_are_refused() {
    on_two_mebibytes(|| {
        for nest in NESTS {
            for depth in [nest.deepest, 5_000] {
                let open = nest.open.replace('#', "0").repeat(depth);
                assert_too_much(nest.engines[0], &format!("{}{open}", nest.before));
            }
        }
    });
}

/// One nest in another, all kinds in turn: the budget of stack holds for mixtures.
#[test]
fn mixed_nests_are_planned_or_refused() {
    let kinds = [
        ("(SELECT max(x) FROM p WHERE x = ", ")"),
        ("(SELECT x FROM (ref_ AS a# JOIN q ON 1 = 1) WHERE x = ", ")"),
        ("CASE WHEN EXISTS (SELECT 1 FROM (SELECT x FROM r WHERE x = ", ") AS d#) THEN 1 ELSE 2 END"),
        ("abs(- (", "))"),
        ("(SELECT x FROM q UNION SELECT x FROM r WHERE x = ", ")"),
    ];
    let statement = move |depth: usize| {
        let mut sql = "SELECT x FROM p WHERE x = ".to_owned();
        (0..depth).for_each(|n| sql.push_str(&kinds[n % kinds.len()].0.replace('#', &n.to_string())));
        sql.push('1');
        (0..depth).rev().for_each(|n| sql.push_str(&kinds[n % kinds.len()].1.replace('#', &n.to_string())));
        sql
    };
    on_two_mebibytes(move || {
        for engine in ENGINES {
            let accepted = (1..60).take_while(|depth| outcome(engine, &statement(*depth)).is_ok()).count();
            assert!(accepted >= 10, "{engine:?}: {accepted}");
            assert_too_much(engine, &statement(1_000));
        }
    });
}

/// Operators one after another: the engine, what stands before, what is repeated, how many operators that is.
const CHAINS: &[(Engine, &str, &str, usize)] = &[
    (Engine::Postgres, "SELECT x FROM p WHERE x = 'a'", " || 'a'", 1),
    (Engine::Sqlite, "SELECT x FROM p WHERE x = 1", " AND x BETWEEN 1 AND 2", 3),
    (Engine::MySql, "SELECT x FROM p WHERE x = 1", " OR x BETWEEN 1 AND 2", 3),
    (Engine::Sqlite, "SELECT x FROM p WHERE x = 1", " OR x LIKE 'a'", 2),
    (Engine::MySql, "SELECT x FROM p WHERE x = 1", " OR x NOT LIKE 'a'", 3),
    (Engine::Postgres, "SELECT x FROM p WHERE x = 1", " OR x IS DISTINCT FROM 1", 4),
    (Engine::MySql, "SELECT x FROM p WHERE x = 1", " XOR x = 1", 2),
    (Engine::Postgres, "SELECT x FROM p WHERE x", " -> 'a'", 1),
    (Engine::Postgres, "SELECT x FROM p WHERE x", " ->> 'a'", 1),
    (Engine::Postgres, "SELECT x FROM p WHERE x", " IS NULL", 1),
    (Engine::Postgres, "SELECT x FROM p WHERE x", "::text", 2),
    (Engine::Postgres, "SELECT x FROM p WHERE x", " AT TIME ZONE 'x'", 3),
    (Engine::Sqlite, "SELECT x FROM p WHERE x = 1", " OR x COLLATE nocase = 1", 3),
    (Engine::Sqlite, "SELECT x FROM p WHERE x", " NOT IN (1)", 2),
    (Engine::Sqlite, "SELECT x FROM p WHERE x = CASE", " WHEN 1 THEN 2", 2),
    (Engine::Sqlite, "SELECT x FROM p", " UNION SELECT x FROM p", 3),
    (Engine::MySql, "SELECT x FROM p", " UNION ALL SELECT x FROM p", 4),
    (Engine::Postgres, "SELECT x FROM p", " EXCEPT SELECT x FROM p", 3),
];

#[test]
fn chains_are_planned_up_to_the_bound_and_refused_beyond() {
    on_two_mebibytes(|| {
        for (engine, before, link, operators) in CHAINS {
            let end = if before.ends_with("CASE") { " END" } else { "" };
            let chain = |links: usize| format!("{before}{}{end}", link.repeat(links));
            assert_accepted(*engine, &chain((MAX_OPERATORS - 10) / operators));
            for beyond in [MAX_OPERATORS / operators + 1, 20_000] {
                assert_too_much(*engine, &chain(beyond));
            }
        }
    });
}

#[test]
fn prefixes_are_planned_as_deep_as_the_parser_goes_and_refused_beyond() {
    on_two_mebibytes(|| {
        let statement = |times: usize| format!("SELECT x FROM p WHERE {}x", "NOT ".repeat(times));
        for engine in ENGINES {
            assert_accepted(engine, &statement(90));
            for beyond in [100, MAX_OPERATORS, 20_000] {
                assert_too_much(engine, &statement(beyond));
            }
        }
    });
}

/// Lists: what stands before, one item, with `#` for its number, and what stands behind.
const LISTS: &[(&str, &str, &str)] = &[
    ("SELECT x FROM p WHERE x IN (", "#", ")"),
    ("SELECT ", "x AS a#", " FROM p"),
    ("SELECT ", "p.x", " FROM p"),
    ("SELECT coalesce(", "x", ") AS c FROM p"),
    ("SELECT x FROM p ORDER BY ", "a#", ""),
    ("SELECT x FROM p WHERE (1, 2) IN (", "(#, 2)", ")"),
    ("INSERT INTO p (x) VALUES ", "(#)", ""),
    ("INSERT INTO p (", "a#", ") VALUES (1)"),
    ("INSERT INTO p (x) VALUES (1) RETURNING ", "a#", ""),
    ("VALUES ", "(#)", ""),
];

#[test]
fn long_lists_are_planned_or_refused() {
    on_two_mebibytes(|| {
        for (before, item, after) in LISTS {
            let mut sql = (*before).to_owned();
            for n in 0..20_000 {
                let separator = if n == 0 { "" } else { ", " };
                write!(sql, "{separator}{}", item.replace('#', &n.to_string())).expect("a text takes all");
            }
            sql.push_str(after);
            for engine in ENGINES {
                match outcome(engine, &sql) {
                    Ok(()) => {}
                    Err(refusal) => assert!(
                        matches!(refusal, Refusal::TooLarge { .. } | Refusal::Unsupported { .. }),
                        "{engine:?}: {refusal} {sql:.100}"
                    ),
                }
            }
        }
    });
}

#[test]
fn as_many_tables_and_common_tables_as_may_be_are_planned_and_one_more_is_refused() {
    let list = |count: usize, item: &str| {
        (0..count).map(|n| item.replace('#', &n.to_string())).collect::<Vec<_>>().join(", ")
    };
    on_two_mebibytes(move || {
        for engine in ENGINES {
            for (count, is_accepted) in [(250, true), (251, false)] {
                let tables = format!("SELECT 1 AS one FROM {}", list(count, "p AS a#"));
                // On MySQL an unread one with a tenant's table is refused.
                let query = if engine == Engine::MySql { "SELECT 1 AS x" } else { "SELECT x FROM p" };
                let common = format!("WITH {} SELECT 1 AS one", list(count, &format!("c# AS ({query})")));
                for sql in [tables, common] {
                    assert_eq!(outcome(engine, &sql).is_ok(), is_accepted, "{engine:?}: {sql:.100}");
                }
            }
        }
    });
}
