//! Runs one statement on both databases.

use crate::{
    engine::{ErrorClass, Failure, Outcome},
    generate::Statement,
    known, refusal,
    schema::{Backend, KeyStyle},
    trespass,
    world::{Broken, Dump, Peopled, World},
};
use futures_util::future::join;
use sea_orm::Value;
use sea_orm_multitenant_sql::Whom;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The outcome of a statement.
#[derive(Debug)]
pub enum Verdict {
    /// The same on both, in every respect.
    Agreed,
    /// The scope refused it, for this reason.
    Refused(String),
    /// The engine itself refuses it.
    Invalid,
    /// It exceeded the time limit on either.
    TimedOut,
    /// The engine crashed, or would never have ended the statement.
    Lost,
    /// They differ because of a known defect of the engine, or on MariaDB because of its optimisations: not if these
    /// are off.
    Engine(Box<Disagreement>),
    /// They differ.
    Disagreed(Box<Disagreement>),
}

/// An aspect in which two answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The rewrite panicked.
    Panic,
    /// The engine's own grammar reads something else in what is sent.
    Judge,
    /// Other tenants' rows changed.
    OtherRows,
    /// The tenant's rows after the statement.
    OwnRows,
    /// One is an error, or both are different errors.
    Error,
    /// Names or types of columns.
    Columns,
    /// The rows.
    Rows,
    /// The number of written rows.
    Affected,
}

/// Two answers that differ.
#[derive(Debug)]
pub struct Disagreement {
    /// The aspect.
    pub difference: Difference,
    /// The statement as the program sent it.
    pub statement: Statement,
    /// The scoped text.
    pub scoped: String,
    /// The values that were sent with it.
    pub scoped_values: Vec<Value>,
    /// The answers of A and B.
    pub answers: Option<(Outcome, Outcome)>,
    /// The complaint of a judge.
    pub complaint: Option<String>,
    /// The rows of A and B afterwards, if the statement writes.
    pub dumps: Option<(Dump, Dump)>,
}

/// Runs a statement on both databases and compares. Its writes are kept if `keep` and both agree.
///
/// # Errors
/// When a database fails.
pub async fn run(peopled: &mut Peopled<'_>, statement: Statement, keep: bool) -> Result<Verdict, Broken> {
    let sent = catch_unwind(AssertUnwindSafe(|| peopled.rewrite(&statement.sql, &statement.values)));
    let (scoped, scoped_values) = match sent {
        Ok(Ok(sent)) => (sent.sql, sent.values.map(|values| values.0).unwrap_or_default()),
        Ok(Err(error)) => return Ok(Verdict::Refused(refusal::reason(&error))),
        Err(_) => (String::new(), Vec::new()),
    };
    let mut disagreement = Disagreement {
        difference: Difference::Panic,
        statement,
        scoped,
        scoped_values,
        answers: None,
        complaint: None,
        dumps: None,
    };
    if disagreement.scoped.is_empty() {
        return Ok(Verdict::Disagreed(Box::new(disagreement)));
    }
    let judged = peopled.judged(
        Whom::One,
        &disagreement.statement.sql,
        &disagreement.scoped,
        &disagreement.scoped_values,
    );
    if let Err(complaint) = judged.await {
        disagreement.difference = Difference::Judge;
        disagreement.complaint = Some(complaint);
        return Ok(Verdict::Disagreed(Box::new(disagreement)));
    }
    if let Some(found) = trespass(peopled, &disagreement.statement).await? {
        return Ok(Verdict::Disagreed(Box::new(found)));
    }
    match compare(peopled, &mut disagreement, keep).await? {
        Compared::Same => Ok(Verdict::Agreed),
        Compared::Invalid => Ok(Verdict::Invalid),
        Compared::TimedOut => Ok(Verdict::TimedOut),
        Compared::Lost => Ok(Verdict::Lost),
        Compared::Different(difference) => {
            disagreement.difference = difference;
            if is_the_engines(peopled, &disagreement).await? {
                return Ok(Verdict::Engine(Box::new(disagreement)));
            }
            Ok(Verdict::Disagreed(Box::new(disagreement)))
        }
    }
}

/// Runs a variant of a writing statement that uses keys of other tenants: their rows must not change.
async fn trespass(peopled: &mut Peopled<'_>, statement: &Statement) -> Result<Option<Disagreement>, Broken> {
    let schema = &peopled.setting.schema;
    let has_open_keys = schema.keys == KeyStyle::Single || schema.tables.iter().any(|table| table.global);
    if !has_open_keys || !writes(&statement.sql) {
        return Ok(None);
    }
    let statement = Statement {
        sql: trespass::sql(&statement.sql),
        values: trespass::values(&statement.values),
        ..statement.clone()
    };
    let Ok(sent) = peopled.rewrite(&statement.sql, &statement.values) else { return Ok(None) };
    let scoped_values = sent.values.map(|values| values.0).unwrap_or_default();
    let answer = peopled.world.b.run(&sent.sql, &scoped_values).await;
    if answer.as_ref().is_err_and(|failure| failure.class == ErrorClass::Lost) {
        // The statement itself will encounter the same.
        return Ok(None);
    }
    if answer.is_err() && peopled.setting.schema.backend == Backend::Postgres {
        peopled.world.b.end_transaction(false).await?;
        return Ok(None);
    }
    let after = peopled.dump().await?;
    peopled.world.b.end_transaction(false).await?;
    if after.1.others == peopled.others {
        return Ok(None);
    }
    Ok(Some(Disagreement {
        difference: Difference::OtherRows,
        statement,
        scoped: sent.sql,
        scoped_values,
        answers: None,
        complaint: None,
        dumps: Some(after),
    }))
}

enum Compared {
    Same,
    Invalid,
    TimedOut,
    Lost,
    Different(Difference),
}

/// Whether the answers are the same when MariaDB's optimisations are off, or when a known defect of the engine is
/// avoided.
async fn is_the_engines(peopled: &mut Peopled<'_>, found: &Disagreement) -> Result<bool, Broken> {
    let backend = peopled.setting.schema.backend;
    if backend == Backend::MariaDb && agrees_in_other_words(peopled, found, str::to_owned).await? {
        return Ok(true);
    }
    for known in known::that_may_meet(backend, &found.scoped) {
        if agrees_in_other_words(peopled, found, known.avoid).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn agrees_in_other_words(
    peopled: &mut Peopled<'_>,
    found: &Disagreement,
    reword: fn(&str) -> String,
) -> Result<bool, Broken> {
    let mut again = Disagreement {
        difference: found.difference,
        statement: Statement {
            sql: reword(&found.statement.sql),
            alone: reword(&found.statement.alone),
            ..found.statement.clone()
        },
        scoped: reword(&found.scoped),
        scoped_values: found.scoped_values.clone(),
        answers: None,
        complaint: None,
        dumps: None,
    };
    peopled.world.optimise(false).await?;
    let compared = compare(peopled, &mut again, false).await;
    peopled.world.optimise(true).await?;
    Ok(matches!(compared?, Compared::Same))
}

async fn compare(
    peopled: &mut Peopled<'_>,
    trial: &mut Disagreement,
    keep: bool,
) -> Result<Compared, Broken> {
    let backend = peopled.setting.schema.backend;
    let World { a, b, .. } = &mut *peopled.world;
    let (mut alone, mut shared) = join(
        a.run(&trial.statement.alone, &trial.statement.values),
        b.run(&trial.scoped, &trial.scoped_values),
    )
    .await;
    let writes = writes(&trial.statement.sql);
    let is_lost =
        |outcome: &Outcome| outcome.as_ref().is_err_and(|failure| failure.class == ErrorClass::Lost);
    if is_lost(&alone) || is_lost(&shared) {
        return Ok(Compared::Lost);
    }
    let failed = alone.is_err() || shared.is_err();
    let mut compared = compare_answers(backend, &mut alone, &mut shared, trial.statement.ordered, writes);
    trial.answers = Some((alone, shared));
    // On PostgreSQL, a failed statement leaves nothing, and no other statement runs before the transaction ends.
    let readable = !(failed && backend == Backend::Postgres);
    if writes && readable {
        let (in_a, in_b) = peopled.dump().await?;
        if in_b.others != peopled.others {
            compared = Compared::Different(Difference::OtherRows);
        } else if in_a.own != in_b.own && matches!(compared, Compared::Same | Compared::Invalid) {
            compared = Compared::Different(Difference::OwnRows);
        }
        trial.dumps = Some((in_a, in_b));
    }
    if writes || failed {
        peopled.end_transactions(keep && matches!(compared, Compared::Same)).await?;
    }
    Ok(compared)
}

fn compare_answers(
    backend: Backend,
    alone: &mut Outcome,
    shared: &mut Outcome,
    ordered: bool,
    writes: bool,
) -> Compared {
    match (alone, shared) {
        (Err(a), b) if a.class == ErrorClass::Invalid => {
            if b.is_err() || is_leniency(backend, a) {
                Compared::Invalid
            } else {
                Compared::Different(Difference::Error)
            }
        }
        (Err(Failure { class: ErrorClass::TimedOut, .. }), _)
        | (_, Err(Failure { class: ErrorClass::TimedOut, .. })) => Compared::TimedOut,
        (Err(a), Err(b)) if a.class.is_like(&b.class) => Compared::Same,
        (Err(_), _) | (_, Err(_)) => Compared::Different(Difference::Error),
        (Ok(a), Ok(b)) => {
            if !ordered {
                a.rows.sort_unstable();
                b.rows.sort_unstable();
            }
            if a.columns != b.columns {
                Compared::Different(Difference::Columns)
            } else if a.rows != b.rows {
                Compared::Different(Difference::Rows)
            } else if writes && a.affected != b.affected {
                Compared::Different(Difference::Affected)
            } else {
                Compared::Same
            }
        }
    }
}

/// Whether the scope deliberately accepts what the engine refuses: a key in GROUP BY, or as the target of ON CONFLICT,
/// from which the statement leaves out the tenant column. Or whether the engine lost a column that it had found:
/// MariaDB then names it with its database.
fn is_leniency(backend: Backend, failure: &Failure) -> bool {
    match backend {
        Backend::Postgres => matches!(failure.code.as_str(), "42803" | "42P10"),
        Backend::Sqlite => failure.message.starts_with("ON CONFLICT clause does not match"),
        Backend::MariaDb => failure.code == "1054" && failure.message.contains("column 'oracle_"),
    }
}

/// Whether a statement may write. FOR UPDATE does not, a common table expression may.
pub fn writes(sql: &str) -> bool {
    let words: Vec<String> = sql
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    match words.first().map(String::as_str) {
        None | Some("select" | "values") => false,
        Some(_) => (0..words.len()).any(|index| match words[index].as_str() {
            "insert" | "delete" => true,
            // The word is a function too.
            "replace" => words.get(index + 1).is_some_and(|next| next == "into"),
            "update" => index == 0 || !matches!(words[index - 1].as_str(), "for" | "key"),
            _ => false,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::writes;

    #[test]
    fn writing_statements_are_distinguished_from_locking_ones() {
        assert!(writes("/* x */ UPDATE t SET a = 1"));
        assert!(writes("WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d"));
        assert!(!writes("WITH d AS (SELECT 1) SELECT * FROM d, t FOR NO KEY UPDATE"));
        assert!(!writes("WITH d AS (SELECT replace(name, 'a', 'b') FROM t) SELECT * FROM d"));
        assert!(writes("REPLACE INTO t (a) VALUES (1)"));
        assert!(!writes("SELECT replace(name, 'a', 'b') FROM t FOR UPDATE"));
    }
}
