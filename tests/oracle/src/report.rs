//! Prints a disagreement.

use crate::{
    case::{Case, name},
    choices::Choices,
    engine::Outcome,
    generate,
    run::Options,
    summary::Found,
    trial::{Disagreement, Verdict},
    world::{Broken, World},
};
use sea_orm::Value;
use std::fmt::Write;

/// The number of attempts to shrink a case; each creates two databases.
const TRIES: u32 = 1_500;

/// Shrinks a disagreement and describes it.
///
/// # Errors
/// When a database fails.
pub async fn explain(options: &Options, found: &Found) -> Result<String, Broken> {
    let mut world =
        World::connect(options.backend, &options.url, &format!("{}_s", options.database(0))).await?;
    let mut out = String::new();
    let (backend, seed) = (name(options.backend), options.seed);
    let Found { round, index, sql, difference, case } = found;
    let _ = writeln!(out, "== {backend}, seed {seed}, round {round}, statement {index}");
    let _ = writeln!(out, "again: oracle --backend {backend} --seed {seed} --replay {round}:{index}");
    let _ = writeln!(out, "as generated: {sql}");
    let case = match difference {
        Some(difference) => match case.clone().shrink(&mut world, *difference, TRIES).await {
            Ok(smaller) => smaller,
            Err(Broken { message, is_lost: _ }) => {
                let _ = writeln!(out, "not made smaller: {message}");
                case.clone()
            }
        },
        None => case.clone(),
    };
    describe(&case, &mut world, &mut out).await?;
    world.a.remove().await?;
    world.b.remove().await?;
    Ok(out)
}

/// Writes the databases, the statement and both answers.
async fn describe(case: &Case, world: &mut World, out: &mut String) -> Result<(), Broken> {
    let peopled = case.people(world).await?;
    let setting = &peopled.setting;
    let _ = writeln!(out, "\n-- database A: the tenant {} alone", setting.schema.tenant().literal());
    setting.script(true).iter().for_each(|line| {
        let _ = writeln!(out, "{line};");
    });
    let _ = writeln!(out, "-- database B: beside the tenant's rows");
    setting.script(false).iter().filter(|line| line.starts_with("INSERT")).for_each(|line| {
        let _ = writeln!(out, "{line};");
    });
    for before in &case.before {
        let statement = generate::statement(&mut Choices::replay(before.clone()), &setting.schema);
        let _ = writeln!(out, "-- before: {}{}", statement.sql, with(&statement.values));
    }
    match case.run(world).await? {
        Verdict::Disagreed(found) | Verdict::Engine(found) => tell(&found, out),
        other => {
            let _ = writeln!(out, "-- tried again: {other:?}");
        }
    }
    Ok(())
}

fn tell(found: &Disagreement, out: &mut String) {
    let Disagreement { difference, statement, scoped, scoped_values, answers, complaint, dumps } = found;
    let _ = writeln!(out, "-- differs: {difference:?} ({}, ordered: {})", statement.class, statement.ordered);
    let _ = writeln!(out, "plain:  {}{}", statement.sql, with(&statement.values));
    let _ = writeln!(out, "scoped: {scoped}{}", with(scoped_values));
    if let Some(complaint) = complaint {
        let _ = writeln!(out, "the judge: {complaint}");
    }
    if let Some((a, b)) = answers {
        let _ = writeln!(out, "A: {}\nB: {}", answer(a), answer(b));
    }
    if let Some((a, b)) = dumps {
        let _ = writeln!(out, "rows afterwards\nA: {:?}\nB: {:?}\nothers in B: {:?}", a.own, b.own, b.others);
    }
}

fn with(values: &[Value]) -> String {
    if values.is_empty() { String::new() } else { format!("  -- {values:?}") }
}

fn answer(outcome: &Outcome) -> String {
    match outcome {
        Ok(answer) => {
            let mut out = format!("{:?}, {} affected", answer.columns, answer.affected);
            for row in answer.rows.iter().take(30) {
                let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                let _ = write!(out, "\n   ({})", cells.join(", "));
            }
            out
        }
        Err(failure) => format!("error {} ({:?}): {}", failure.code, failure.class, failure.message),
    }
}
