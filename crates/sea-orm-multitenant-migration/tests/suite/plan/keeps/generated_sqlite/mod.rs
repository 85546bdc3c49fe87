//! Converts randomly generated schemas, and compares the catalogue, the rows and the effects of statements before and
//! after.
//!
//! `SEA_ORM_MULTITENANT_SCHEMAS` sets their number, `SEA_ORM_MULTITENANT_SCHEMA_SEED` the first seed.

mod behaviour;
mod catalogue;
mod rows;
mod schema;

use super::chance::Chance;
use crate::harness::texts;
use schema::{Legacy, quote};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_migration::{Mode, PlanError, TenancyPlan};
use std::env;

async fn connect() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("SQLite needs no server")
}

async fn send(db: &DatabaseConnection, sql: &str) -> Result<(), String> {
    db.execute_unprepared(sql).await.map(drop).map_err(|error| format!("{sql}\n{error}"))
}

fn plan(db: &DatabaseConnection, legacy: &Legacy) -> TenancyPlan {
    let ty = if legacy.text_tenants { TenantType::Text } else { TenantType::BigInt };
    let root = Tenancy::builder().without_entities().root_table("account", "id", ty).shared_table("country");
    let owned = legacy.tables.iter().skip(2);
    let builder =
        owned.fold(root, |builder, table| builder.tenant_table(table.name.as_str(), "account_id", ty));
    let tenancy = builder.build(db.clone()).expect("the tables do not contradict each other");
    let links = legacy.tables.iter().flat_map(|table| table.links.iter().map(move |link| (table, link)));
    links.fold(TenancyPlan::new(&tenancy).ignore("log"), |plan, (table, link)| {
        let parent = legacy.tables.get(link.parent).unwrap_or(table);
        if link.sets { plan.allow_across_tenants(parent.name.as_str(), [link.to.as_str()]) } else { plan }
    })
}

/// The statements that create a schema.
fn shown(seed: u64) -> String {
    let chance = &mut Chance::new(seed);
    let legacy = Legacy::draw(chance);
    let texts: Vec<_> = legacy.tables.iter().map(|table| table.text(chance)).collect();
    let indexes = legacy.tables.iter().flat_map(|table| table.indexes.clone());
    texts.into_iter().chain(indexes).chain(legacy.programs.clone()).map(|sql| sql + ";\n").collect()
}

enum Ended {
    Same(usize),
    Refused(String),
}

/// Tests one schema.
async fn trial(seed: u64) -> Result<Ended, String> {
    let chance = &mut Chance::new(seed);
    let legacy = Legacy::draw(chance);
    let texts_of: Vec<_> = legacy.tables.iter().map(|table| table.text(chance)).collect();
    let indexes: Vec<_> = legacy.tables.iter().flat_map(|table| table.indexes.clone()).collect();
    let db = connect().await;
    for sql in texts_of.iter().chain(&indexes) {
        send(&db, sql).await?;
    }
    legacy.fill(&db, chance).await;
    if chance.one_in(4) {
        send(&db, "ANALYZE").await?;
    }
    for sql in &legacy.programs {
        send(&db, sql).await?;
    }
    let who = rows::TENANTS[chance.below(3)];
    let alone = connect().await;
    only(&db, &alone, &legacy, who, texts_of.iter().chain(&indexes).chain(&legacy.programs)).await?;
    let (facts, before) = (catalogue::facts(&db, &legacy).await, catalogue::rows(&db, &legacy, None).await);
    let conversion = match plan(&db, &legacy).convert(Mode::Offline).await {
        Ok(conversion) => conversion,
        Err(error @ PlanError::Unconvertible { .. }) => return Ok(Ended::Refused(error.to_string())),
        Err(error) => return Err(error.to_string()),
    };
    conversion.run(&mut ()).await.map_err(|error| {
        format!("{error}: {:?}", std::error::Error::source(&error).map(ToString::to_string))
    })?;
    let (facts_after, after) =
        (catalogue::facts(&db, &legacy).await, catalogue::rows(&db, &legacy, None).await);
    if facts != facts_after {
        let lost: Vec<_> = facts.difference(&facts_after).collect();
        let new: Vec<_> = facts_after.difference(&facts).collect();
        return Err(format!("lost: {lost:#?}\nnew: {new:#?}"));
    }
    if before != after {
        return Err(format!("rows were {before:#?}\nand are {after:#?}"));
    }
    for table in legacy.tables.iter().skip(2) {
        let id = if legacy.text_tenants { "'t' || who" } else { "who" };
        let astray =
            texts(&db, &format!("SELECT quote(who) FROM {} WHERE account_id <> {id}", quote(&table.name)))
                .await;
        if !astray.is_empty() {
            return Err(format!("{} rows of `{}` have another tenant", astray.len(), table.name));
        }
    }
    let rest = plan(&db, &legacy).convert(Mode::Offline).await.map_err(|error| error.to_string())?;
    if !rest.steps().is_empty() {
        return Err(format!("there is something left to do: {:#?}", rest.steps()));
    }
    behaviour::compare(&alone, &db, &legacy, who, chance).await.map(Ended::Same)
}

/// An expression for the literal of a value. `quote` truncates a string at its first NUL.
fn exact(column: &str) -> String {
    format!("iif(typeof({column}) = 'text', 'CAST(x''' || hex({column}) || ''' AS TEXT)', quote({column}))")
}

/// Creates the legacy schema again, with the rows of one tenant.
async fn only<'s>(
    from: &DatabaseConnection,
    to: &DatabaseConnection,
    legacy: &Legacy,
    who: usize,
    statements: impl Iterator<Item = &'s String>,
) -> Result<(), String> {
    let (programs, tables): (Vec<_>, Vec<_>) =
        statements.partition(|sql| sql.starts_with("CREATE TRIGGER") || sql.starts_with("CREATE VIEW"));
    for sql in tables {
        send(to, sql).await?;
    }
    send(to, "PRAGMA foreign_keys = OFF").await?;
    for table in &legacy.tables {
        let columns: Vec<_> = table.written().map(|column| quote(&column.name)).collect();
        // The rows already have their tenant: the values that a conversion fills are not a difference.
        let own = format!("'{}'", legacy.tenant(who).replace('\'', "''"));
        let value = |column: &schema::Column| match column.kind {
            schema::Kind::Tenant => own.clone(),
            _ => exact(&quote(&column.name)),
        };
        let values: Vec<_> = table.written().map(value).collect();
        let of = if table.name == "country" { String::new() } else { format!(" WHERE who = {who}") };
        let rows = format!("SELECT {} FROM {}{of}", values.join(" || ', ' || "), quote(&table.name));
        for row in texts(from, &rows).await {
            send(to, &format!("INSERT INTO {} ({}) VALUES ({row})", quote(&table.name), columns.join(", ")))
                .await?;
        }
    }
    send(to, "PRAGMA foreign_keys = ON").await?;
    for sql in programs {
        send(to, sql).await?;
    }
    Ok(())
}

#[tokio::test]
async fn random_schemas_are_kept() {
    let number = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let first = number("SEA_ORM_MULTITENANT_SCHEMA_SEED").unwrap_or(1);
    let count = number("SEA_ORM_MULTITENANT_SCHEMAS").unwrap_or(60);
    let (mut same, mut statements, mut refused, mut failed) = (0, 0, Vec::new(), Vec::new());
    for seed in first..first + count {
        match Box::pin(trial(seed)).await {
            Ok(Ended::Same(count)) => {
                same += 1;
                statements += count;
            }
            Ok(Ended::Refused(why)) => refused.push(why),
            Err(error) => {
                eprintln!("seed {seed} failed");
                failed.push(format!("seed {seed}: {error}\n{}", shown(seed)));
            }
        }
    }
    println!(
        "{same} schemas of {count} from seed {first} were converted, {statements} statements compared; refused: {}",
        refused.len()
    );
    if env::var_os("SEA_ORM_MULTITENANT_SCHEMA_SEED").is_some() {
        println!("{refused:#?}");
    }
    assert!(
        failed.is_empty(),
        "{} failed, among them:\n{}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n\n")
    );
    assert!(
        refused.len() < usize::try_from(count).expect("it fits") / 2 + 1,
        "too many schemas are refused: {refused:#?}"
    );
}
