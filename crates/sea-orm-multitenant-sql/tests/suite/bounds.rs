use super::{ENGINES, assert_refused, scope, tables};
use sea_orm_multitenant_sql::{Engine, MAX_OPERATORS, MAX_TEXT_BYTES, scope_statement};

/// Runs on a thread with the stack of a tokio worker.
pub(super) fn on_two_mebibytes(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no panic");
}

#[test]
fn the_longest_chains_of_operators_fit_a_small_stack() {
    on_two_mebibytes(|| {
        for engine in ENGINES {
            for operator in [" OR x = ", " AND x = ", " + "] {
                let per_link = if operator == " + " { 1 } else { 2 };
                let chain = format!("{operator}1").repeat((MAX_OPERATORS - 10) / per_link);
                let scoped = scope(engine, &format!("SELECT x FROM p WHERE x = 1{chain}")).expect("scoped");
                assert!(scoped.sql().replace(['"', '`'], "").contains("AND (x = 1"));
            }
        }
    });
}

#[test]
fn longer_chains_are_refused_and_do_not_abort() {
    on_two_mebibytes(|| {
        for length in [MAX_OPERATORS + 1, 50_000, 200_000] {
            let sql = format!("SELECT 1{}", "+1".repeat(length));
            assert_refused(&ENGINES, &sql, "operators, the limit is");
        }
        for nest in ["NOT ", "- ", "~ "] {
            assert_refused(
                &ENGINES,
                &format!("SELECT {}x FROM p", nest.repeat(100_000)),
                "operators, the limit is",
            );
        }
    });
}

#[test]
fn deep_parentheses_and_subqueries_are_refused_and_do_not_abort() {
    on_two_mebibytes(|| {
        for depth in [200, 20_000, 140_000] {
            let sql = format!("SELECT {}1{}", "(".repeat(depth), ")".repeat(depth));
            assert_refused(&ENGINES, &sql, "levels of nesting");
        }
        let depth = 1_500;
        let sql = format!("SELECT 1 FROM {}p{}", "(SELECT 1 FROM ".repeat(depth), ") AS d".repeat(depth));
        assert_refused(&ENGINES, &sql, "levels of nesting");
        let sql = format!("SELECT {}", "CASE WHEN 1 THEN ".repeat(20_000));
        assert_refused(&ENGINES, &sql, "");
    });
}

#[test]
fn the_deepest_subqueries_fit_a_very_small_stack() {
    let run = || {
        for depth in [1, 10, 20, 40] {
            let sql = format!("SELECT x FROM {}p{}", "(SELECT x FROM ".repeat(depth), ") AS d".repeat(depth));
            for engine in ENGINES {
                let scoped = scope(engine, &sql);
                assert!(scoped.is_ok(), "{depth}: {scoped:?}");
            }
        }
    };
    std::thread::Builder::new().stack_size(192 << 10).spawn(run).expect("a thread").join().expect("no panic");
}

#[test]
fn realistic_depth_is_not_refused() {
    let depth = 12;
    let sql = format!("SELECT x FROM p WHERE {}x = 1{}", "(".repeat(depth), ")".repeat(depth));
    for engine in ENGINES {
        assert!(scope(engine, &sql).is_ok());
    }
}

#[test]
fn a_text_beyond_the_bound_is_refused() {
    let sql = format!("SELECT '{}'", "a".repeat(MAX_TEXT_BYTES));
    assert_refused(&ENGINES, &sql, "bytes, the limit is");
}

#[test]
fn the_widest_inserts_and_lists_that_engines_take_are_planned() {
    let rows = vec!["(?, ?, ?, ?, ?)"; 6_553].join(", ");
    let sql = format!("INSERT INTO firm (id, x, name, a, b) VALUES {rows}");
    let scoped = scope_statement(&tables(), Engine::MySql, &sql).expect("scoped");
    assert_eq!(scoped.arguments().len(), 6_553 * 6);
    let list = (1..=20_000).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    let scoped =
        scope_statement(&tables(), Engine::Postgres, &format!("SELECT x FROM p WHERE id IN ({list})"))
            .expect("scoped");
    assert_eq!(scoped.arguments().len(), 20_001);
}

#[test]
fn every_operator_counts() {
    on_two_mebibytes(|| {
        for operator in
            [" MEMBER OF(x)", " IS NULL", " COLLATE a", " NOT IN (1)", "::text", " AT TIME ZONE x", " -> x"]
        {
            let sql = format!("SELECT x FROM p WHERE x{}", operator.repeat(30_000));
            assert_refused(&ENGINES, &sql, "the limit is");
        }
        let sql = format!("SELECT x FROM p WHERE x{}", "[1]".repeat(30_000));
        assert_refused(&[Engine::Postgres], &sql, "the limit is");
    });
}

#[test]
fn many_tables_expressions_and_queries_are_refused_at_once() {
    let many = |n: usize, item: &str| {
        (0..n).map(|i| item.replace('#', &i.to_string())).collect::<Vec<_>>().join(", ")
    };
    let begin = std::time::Instant::now();
    let sql = format!("SELECT 1 AS one FROM {}", many(20_000, "p a#"));
    assert_refused(&ENGINES, &sql, "tables in one FROM");
    let sql = format!("WITH {} SELECT 1 AS one", many(1_000, "c# AS (SELECT 1)"));
    assert_refused(&ENGINES, &sql, "common table expressions");
    let sql = format!("SELECT 1 AS one FROM p GROUP BY {}", many(20_000, "a#.id"));
    assert_refused(&ENGINES, &sql, "the limit is");
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
}
