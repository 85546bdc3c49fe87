//! Converts randomly generated legacy schemas, and compares the engine's dump, the rows, and the effects of
//! statements.
//!
//! Each run draws some. `SEA_ORM_MULTITENANT_SCHEMAS` sets their number, `SEA_ORM_MULTITENANT_SCHEMA_SEED` the first
//! seed.

mod behaviour;
mod dump;
mod of_mariadb;
mod of_postgres;

use super::chance::Chance;
use super::{convert_case, plan_of};
use crate::harness::{Backend, Outcome, TestDb};
use sea_orm::ConnectionTrait;
use sea_orm_multitenant_migration::{Mode, PlanError};

/// A table of a case.
#[derive(Debug, Clone)]
struct Table {
    name: String,
    /// All columns except the tenant column.
    columns: Vec<&'static str>,
    /// Whether the tenant column exists before.
    has_tenant: bool,
}

/// A legacy schema with its rows.
#[derive(Debug, Clone)]
struct Case {
    tables: Vec<Table>,
    /// Tables and rows.
    base: Vec<String>,
    /// Statements that each add an attribute; any of them can be omitted.
    attributes: Vec<String>,
    /// Statements that are executed before and after. `/*C*/` and `/*V*/` mark the places of the tenant column and its
    /// value.
    tried: Vec<String>,
}

/// The result of a case.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Converted,
    Refused(String),
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

async fn schemas(db: &TestDb, mode: Mode) -> Outcome {
    let first = number("SEA_ORM_MULTITENANT_SCHEMA_SEED", 1);
    let count = number("SEA_ORM_MULTITENANT_SCHEMAS", 4);
    let mut refused = Vec::new();
    for seed in first..first + count {
        let mut chance = Chance::apart(seed);
        let case = if db.backend == Backend::Postgres {
            of_postgres::draw(&mut chance)
        } else {
            of_mariadb::draw(&mut chance)
        };
        match check(db, &case, mode).await {
            Ok(Ended::Converted) => {}
            Ok(Ended::Refused(why)) => refused.push(format!("{seed}: {why}")),
            Err(why) => {
                println!("seed {seed}, {mode:?}: {why}; it is made smaller");
                let small = shrunk(db, case, mode, &why).await;
                let why = check(db, &small, mode).await.err().unwrap_or(why);
                panic!(
                    "seed {seed}, {mode:?}: {why}\n{}\n{}",
                    small.base.join(";\n"),
                    small.attributes.join(";\n")
                );
            }
        }
    }
    println!(
        "{count} schemas from seed {first}, {mode:?}: {} refused\n{}",
        refused.len(),
        refused.join("\n")
    );
    assert!(refused.len() * 2 <= usize::try_from(count)?, "most schemas are refused: {refused:#?}");
    Ok(())
}

/// Removes the attributes without which the case still fails.
async fn shrunk(db: &TestDb, mut case: Case, mode: Mode, why: &str) -> Case {
    let beginning = |text: &str| text.chars().take(25).collect::<String>();
    let mut at = 0;
    while at < case.attributes.len() {
        let mut fewer = case.clone();
        fewer.attributes.remove(at);
        if check(db, &fewer, mode).await.is_err_and(|other| beginning(&other) == beginning(why)) {
            case = fewer;
        } else {
            at += 1;
        }
    }
    case
}

/// Converts the case, and returns the differences.
async fn check(db: &TestDb, case: &Case, mode: Mode) -> Result<Ended, String> {
    dump::clear(db).await;
    for sql in &case.base {
        db.run(sql).await;
    }
    for sql in &case.attributes {
        // Attributes may contradict each other, or depend on an omitted one.
        let _ = db.connection.execute_unprepared(sql).await;
    }
    let before =
        (dump::of(db, case).await, behaviour::rows(db, case).await, behaviour::of(db, case, false).await);
    let names: Vec<_> = case.tables.iter().map(|table| table.name.as_str()).collect();
    let ended = match convert_case(&plan_of(db, &names), mode).await {
        Ok(()) => Ended::Converted,
        Err(error @ PlanError::Unconvertible { .. }) => {
            let now = (dump::of(db, case).await, behaviour::rows(db, case).await);
            return if (&now.0, &now.1) == (&before.0, &before.1) {
                Ok(Ended::Refused(error.to_string()))
            } else {
                Err(format!("it was changed, and then refused: {error}"))
            };
        }
        Err(error) => return Err(error.to_string()),
    };
    let after =
        (dump::of(db, case).await, behaviour::rows(db, case).await, behaviour::of(db, case, true).await);
    if before.1 != after.1 {
        return Err(format!("rows: {:?}\nand now {:?}", before.1, after.1));
    }
    let lost: Vec<_> = before.0.difference(&after.0).collect();
    let new: Vec<_> =
        after.0.difference(&before.0).filter(|line| !dump::is_planned(line, &after.0)).collect();
    if !lost.is_empty() || !new.is_empty() {
        return Err(format!("lost: {lost:#?}\nnew: {new:#?}"));
    }
    for ((sql, before), (_, after)) in before.2.iter().zip(&after.2) {
        if before != after {
            return Err(format!("{sql}\nbefore: {before}\nafter: {after}"));
        }
    }
    Ok(ended)
}

async fn random_schemas_are_kept(db: &TestDb) -> Outcome {
    schemas(db, Mode::Offline).await
}

async fn random_schemas_are_kept_online(db: &TestDb) -> Outcome {
    schemas(db, Mode::Online).await
}

on_backend! { postgres Postgres: random_schemas_are_kept, random_schemas_are_kept_online }
on_backend! { mariadb Mariadb: random_schemas_are_kept }
