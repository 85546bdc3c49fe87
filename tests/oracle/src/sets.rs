//! A statement in the scope of two tenants, and of all: the answer must be the rows of each, as for that tenant alone.

use crate::{
    engine::{Answer, ErrorClass, Outcome},
    generate::Statement,
    refusal,
    row_wise::{self, Kind},
    schema::Backend,
    trial::{Difference, Disagreement, Verdict, writes},
    world::{Broken, Dump, Peopled},
};
use sea_orm::Value;
use sea_orm_multitenant_sql::Whom;

/// The text that was sent, and its outcome.
struct Run {
    outcome: Outcome,
    dump: Option<Dump>,
}

/// Runs a statement for a set of two tenants and for each of them, and compares; its writes are undone. `None` where
/// the answer for the set does not consist of the rows of each.
///
/// # Errors
/// When a database fails.
pub async fn run(peopled: &mut Peopled<'_>, statement: Statement) -> Result<Option<Verdict>, Broken> {
    let Some(kind) = row_wise::kind(&peopled.setting.schema, &statement.sql) else { return Ok(None) };
    let set = match peopled.rewrite_for_both(&statement.sql, &statement.values) {
        Ok(set) => set,
        Err(error) => return Ok(Some(Verdict::Refused(refusal::reason(&error)))),
    };
    let Ok(alone) = peopled.rewrite_for_each(&statement.sql, &statement.values) else { return Ok(None) };
    let sent = |statement: sea_orm::Statement| {
        (statement.sql, statement.values.map(|values| values.0).unwrap_or_default())
    };
    // Inserted rows are for the tenant itself.
    let tenants = if kind == Kind::Insert { 1 } else { 2 };
    let alone: Vec<_> = alone.into_iter().take(tenants).map(sent).collect();
    let (scoped, values) = sent(set);
    if let Err(complaint) = peopled.judged(Whom::Set(2), &statement.sql, &scoped, &values).await {
        return Ok(Some(Verdict::Disagreed(Box::new(Disagreement {
            difference: Difference::Judge,
            statement,
            scoped,
            scoped_values: values,
            answers: None,
            complaint: Some(complaint),
            dumps: None,
        }))));
    }
    let for_both = compared(peopled, statement.clone(), (scoped, values), &alone).await?;
    let all = peopled.rewrite_for_all(&statement.sql, &statement.values);
    let third = peopled.rewrite_for_third(&statement.sql, &statement.values);
    match (&for_both, kind, all, third) {
        (Verdict::Agreed, Kind::Rows, Ok(all), Ok(third)) => {
            let each = [alone, vec![sent(third)]].concat();
            compared(peopled, statement, sent(all), &each).await.map(Some)
        }
        _ => Ok(Some(for_both)),
    }
}

/// Runs what was sent for several tenants, and what was sent for each of them, and compares the answers.
async fn compared(
    peopled: &mut Peopled<'_>,
    statement: Statement,
    (scoped, values): (String, Vec<Value>),
    alone: &[(String, Vec<Value>)],
) -> Result<Verdict, Broken> {
    let writes = writes(&statement.sql);
    let together = [(scoped.clone(), values.clone())];
    let runs = run_both(peopled, &together, alone, writes).await?;
    if runs.are_lost() {
        return Ok(Verdict::Lost);
    }
    let Some(difference) = runs.difference() else { return Ok(Verdict::Agreed) };
    let is_the_optimisers = peopled.setting.schema.backend == Backend::MariaDb && {
        peopled.world.optimise(false).await?;
        let again = run_both(peopled, &together, alone, writes).await?;
        peopled.world.optimise(true).await?;
        again.difference().is_none()
    };
    let Runs { together, one_by_one } = runs;
    let disagreement = Box::new(Disagreement {
        difference,
        statement,
        scoped,
        scoped_values: values,
        answers: Some((one_by_one.outcome, together.outcome)),
        complaint: None,
        dumps: one_by_one.dump.zip(together.dump),
    });
    Ok(if is_the_optimisers { Verdict::Engine(disagreement) } else { Verdict::Disagreed(disagreement) })
}

/// The same statement for a set of tenants, and for each of them.
struct Runs {
    together: Run,
    one_by_one: Run,
}

async fn run_both(
    peopled: &mut Peopled<'_>,
    together: &[(String, Vec<Value>)],
    alone: &[(String, Vec<Value>)],
    writes: bool,
) -> Result<Runs, Broken> {
    Ok(Runs {
        together: run_all(peopled, together, writes).await?,
        one_by_one: run_all(peopled, alone, writes).await?,
    })
}

/// Runs statements one after the other on B, combines their answers, and undoes their writes.
async fn run_all(
    peopled: &mut Peopled<'_>,
    statements: &[(String, Vec<Value>)],
    writes: bool,
) -> Result<Run, Broken> {
    let mut all: Outcome = Ok(Answer::default());
    for (sql, values) in statements {
        let outcome = peopled.world.b.run(sql, values).await;
        all = match (all, outcome) {
            (Ok(mut all), Ok(answer)) => {
                all.columns = answer.columns;
                all.rows.extend(answer.rows);
                all.affected += answer.affected;
                Ok(all)
            }
            (Err(failure), _) | (_, Err(failure)) => Err(failure),
        };
    }
    if let Ok(answer) = &mut all {
        answer.rows.sort_unstable();
        if peopled.setting.schema.backend == Backend::MariaDb {
            // Column types depend on the number of values of a statement, and without rows they may be missing.
            answer.columns.clear();
        }
    }
    if all.as_ref().is_err_and(|failure| failure.class == ErrorClass::Lost) {
        return Ok(Run { outcome: all, dump: None });
    }
    let readable = all.is_ok() || peopled.setting.schema.backend != Backend::Postgres;
    let dump = if writes && readable { Some(peopled.dump().await?.1) } else { None };
    peopled.end_transactions(false).await?;
    Ok(Run { outcome: all, dump })
}

impl Runs {
    fn are_lost(&self) -> bool {
        let is_lost =
            |run: &Run| run.outcome.as_ref().is_err_and(|failure| failure.class == ErrorClass::Lost);
        is_lost(&self.together) || is_lost(&self.one_by_one)
    }

    fn difference(&self) -> Option<Difference> {
        let Self { together, one_by_one } = self;
        match (&together.outcome, &one_by_one.outcome) {
            (Err(a), Err(b)) if a.class.is_like(&b.class) => None,
            (Err(_), _) | (_, Err(_)) => Some(Difference::Error),
            (Ok(a), Ok(b)) if a.columns != b.columns => Some(Difference::Columns),
            (Ok(a), Ok(b)) if a.rows != b.rows => Some(Difference::Rows),
            (Ok(_), Ok(_)) if together.dump != one_by_one.dump => Some(Difference::OwnRows),
            (Ok(a), Ok(b)) if together.dump.is_some() && a.affected != b.affected => {
                Some(Difference::Affected)
            }
            (Ok(_), Ok(_)) => None,
        }
    }
}
