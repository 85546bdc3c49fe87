//! Random expressions without parentheses: where a scope takes one, the engine groups its operands as the parser does.
//!
//! The judge is the engine. Each expression is sent as it is, with parentheses around everything that the parser takes for one
//! operand, and as the scope writes it. All three must have one value, unless the scope refuses.

use super::rows::{Call, OWN, send};
use crate::{
    composite::families::Rows,
    harness::{Backend, Outcome, TestDb},
};
use sea_orm::{DbErr, Statement, TransactionTrait};
use sqlparser::{
    ast::{Expr, VisitMut, VisitorMut},
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::{Parser, ParserOptions},
};
use std::ops::ControlFlow;

/// How many expressions are tried on each engine.
const CASES: u64 = 1_500;

/// How many of them must have a value and be taken: the others say nothing.
const LEAST_TELLING: usize = 100;

/// What expressions of an engine are made of. Left out are operators that a scope reads with the engine's own precedence in place of
/// the parser's: XOR, and on SQLite and MariaDB bits, shifts and arrows.
struct Words {
    operands: &'static [&'static str],
    prefixes: &'static [&'static str],
    infixes: &'static [&'static str],
    suffixes: &'static [&'static str],
}

const SQLITE: Words = Words {
    operands: &["0", "1", "2", "3", "7", "'a'", "'A'", "'1'", "NULL", "CASE 1 WHEN 1 THEN 2 END"],
    prefixes: &["- ", "+ ", "~ ", "NOT "],
    infixes: &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "<>",
        "!=",
        "AND",
        "OR",
        "LIKE",
        "GLOB",
        "NOT LIKE",
        "BETWEEN 1 AND",
        "NOT BETWEEN 0 AND",
    ],
    suffixes: &[
        " IS NULL",
        " IS NOT NULL",
        " NOTNULL",
        " NOT NULL",
        " IN (1, 2)",
        " NOT IN (0, 7)",
        " COLLATE NOCASE",
        " IS TRUE",
    ],
};

const POSTGRES: Words = Words {
    operands: &["0", "1", "2", "3", "7", "true", "NULL", "(SELECT 4)"],
    prefixes: &["- ", "+ ", "~ ", "@ ", "|/ ", "NOT "],
    infixes: &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "&",
        "|",
        "#",
        "<<",
        ">>",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "<>",
        "AND",
        "OR",
        "BETWEEN 1 AND",
        "NOT BETWEEN 0 AND",
        "IS DISTINCT FROM",
    ],
    suffixes: &[
        " IS NULL",
        " IS NOT NULL",
        " IN (1, 2)",
        " NOT IN (0, 7)",
        "::int",
        " IS TRUE",
        " = ANY (ARRAY[1, 2])",
    ],
};

const MARIADB: Words = Words {
    operands: &["0", "1", "2", "3", "7", "'a'", "'1'", "NULL", "(SELECT 4)"],
    prefixes: &["- ", "+ ", "~ ", "NOT "],
    infixes: &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "DIV",
        "^",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "<>",
        "<=>",
        "AND",
        "OR",
        "||",
        "LIKE",
        "NOT LIKE",
        "REGEXP",
        "BETWEEN 1 AND",
        "NOT BETWEEN 0 AND",
    ],
    suffixes: &[
        " IS NULL",
        " IS NOT NULL",
        " IN (1, 2)",
        " NOT IN (0, 7)",
        " IS TRUE",
        " COLLATE utf8mb4_bin",
    ],
};

impl Words {
    /// An expression of two to four operands.
    fn expression(&self, chance: &mut Chance) -> String {
        let mut text = self.operand(chance);
        for _ in 0..=chance.below(3) {
            text.push_str(&format!(" {} {}", chance.one_of(self.infixes), self.operand(chance)));
        }
        text
    }

    fn operand(&self, chance: &mut Chance) -> String {
        let prefix = if chance.below(4) == 0 { chance.one_of(self.prefixes) } else { "" };
        let suffix = if chance.below(5) == 0 { chance.one_of(self.suffixes) } else { "" };
        format!("{prefix}{}{suffix}", chance.one_of(self.operands))
    }
}

/// Numbers that are the same for the same seed (Marsaglia's xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}

/// Puts parentheses around each operator and its operands.
struct Parentheses;

impl VisitorMut for Parentheses {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if !matches!(
            expr,
            Expr::Value(_) | Expr::Nested(_) | Expr::Subquery(_) | Expr::Array(_) | Expr::Case { .. }
        ) {
            let inner = std::mem::replace(expr, Expr::Tuple(Vec::new()));
            *expr = Expr::Nested(Box::new(inner));
        }
        ControlFlow::Continue(())
    }
}

/// The statement with parentheses as the parser groups it, if it can read it.
fn grouped(backend: Backend, sql: &str) -> Option<String> {
    let dialect: &dyn Dialect = match backend {
        Backend::Sqlite => &SQLiteDialect {},
        Backend::Postgres => &PostgreSqlDialect {},
        Backend::Mariadb => &MySqlDialect {},
    };
    let options = ParserOptions::new().with_unescape(false);
    let mut statement =
        Parser::new(dialect).with_options(options).try_with_sql(sql).ok()?.parse_statement().ok()?;
    match statement.visit(&mut Parentheses) {
        ControlFlow::Continue(()) => Some(statement.to_string()),
        ControlFlow::Break(()) => None,
    }
}

/// The value of a statement, without its name; none where the engine does not take it.
async fn value(db: &TestDb, sql: &str) -> Result<Option<Vec<String>>, DbErr> {
    let transaction = db.unscoped().begin().await?;
    let rows = send(&transaction, sql, &[], Call::Query).await.ok();
    transaction.rollback().await?;
    Ok(rows)
}

async fn random_expressions_have_the_value_that_the_engine_gives_them(db: &TestDb) -> Outcome {
    let words = match db.backend {
        Backend::Sqlite => &SQLITE,
        Backend::Postgres => &POSTGRES,
        Backend::Mariadb => &MARIADB,
    };
    let scope = db.tenancy.scope(OWN)?;
    let backend = db.unscoped().get_database_backend();
    let (mut telling, mut problems) = (0, Vec::new());
    for seed in 1..=CASES {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let sql = format!("SELECT {} AS v", words.expression(&mut chance));
        let Ok(scoped) = scope.rewrite(Statement::from_string(backend, sql.as_str())) else { continue };
        let Some(plain) = value(db, &sql).await? else { continue };
        telling += 1;
        let sent = value(db, &scoped.sql).await?;
        // `IS` of two values is read by the scope alone.
        let parenthesised = match grouped(db.backend, &sql) {
            Some(text) => value(db, &text).await?.map(|rows| (text, rows)),
            None => continue,
        };
        if sent.as_ref() != Some(&plain) || parenthesised.as_ref().map(|(_, rows)| rows) != Some(&plain) {
            problems.push(format!(
                "seed {seed}: {sql}\n  alone {plain:?}\n  sent {sent:?} by {}\n  grouped {parenthesised:?}",
                scoped.sql
            ));
        }
    }
    if telling < LEAST_TELLING {
        problems.push(format!("only {telling} of {CASES} expressions tell anything"));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n").into()) }
}

on_every_backend! { @ sqlite Sqlite: random_expressions_have_the_value_that_the_engine_gives_them }
on_every_backend! { @ postgres Postgres: random_expressions_have_the_value_that_the_engine_gives_them }
on_every_backend! { @ mariadb Mariadb: random_expressions_have_the_value_that_the_engine_gives_them }
