//! Statements of the example `projects` on Citus, through a scope and without one: routed to one shard, or sent to all
//! shards. Ids are unique across accounts here, so that both ways find the same rows.
//!
//! `router <url of a coordinator>`: works in its own schema, which it drops at the end. Prints one line for each
//! statement: its text, its microseconds in a scope and without one, and the ratio of the second to the first.

use indicatif::{ProgressBar, ProgressStyle};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement, Value,
};
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_benches::median;
use std::{env, error::Error, time::Instant};

/// The number of accounts; each has ten projects, and each project twenty tasks.
const ACCOUNTS: i64 = 100;

/// The number of rounds that are counted, and of those before them that are not.
const ROUNDS: (i64, i64) = (1_000, 100);

const SCHEMA: &str = "bench_router";

/// The example's tables, the columns that the statements name, and rows.
const TABLES: &[&str] = &[
    "CREATE TABLE app_user (account_id bigint, id bigint PRIMARY KEY, name text, email text UNIQUE)",
    "CREATE TABLE project (account_id bigint, id bigint, name text, description text, PRIMARY KEY (account_id, id))",
    "CREATE TABLE task (account_id bigint, id bigint, project_id bigint, name text, state text, PRIMARY KEY (account_id, id))",
    "CREATE INDEX ON project (id)",
    "CREATE INDEX ON task (id)",
    "CREATE INDEX ON task (project_id)",
    "SELECT create_reference_table('app_user')",
    "SELECT create_distributed_table('project', 'account_id', colocate_with => 'none', shard_count => 32)",
    "SELECT create_distributed_table('task', 'account_id', colocate_with => 'project')",
];

/// The statements; `$1` is the id of a project, or of a row that belongs to it.
const STATEMENTS: &[&str] = &[
    "SELECT * FROM app_user WHERE id = $1",
    "SELECT * FROM project WHERE id = $1",
    "SELECT * FROM task WHERE project_id = $1 ORDER BY id",
    "SELECT count(*) FROM task WHERE project_id = $1",
    "SELECT t.name, p.name FROM task AS t JOIN project AS p ON p.account_id = t.account_id AND p.id = t.project_id WHERE p.id = $1",
    "UPDATE task SET state = 'done' WHERE id = $1",
];

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false).set_schema_search_path(SCHEMA);
    Database::connect(options).await
}

async fn fill(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("CREATE SCHEMA {SCHEMA}")).await?;
    for sql in TABLES {
        db.execute_unprepared(sql).await?;
    }
    // The projects of account a have the ids a, a + 100, a + 200 and so on, and their rows do too.
    let (projects, tasks) = (ACCOUNTS * 10, ACCOUNTS * 200);
    for sql in [
        format!(
            "INSERT INTO app_user SELECT n % {ACCOUNTS}, n, 'user ' || n, n || '@example' FROM generate_series(0, {projects} - 1) n"
        ),
        format!(
            "INSERT INTO project SELECT n % {ACCOUNTS}, n, 'project ' || n, '' FROM generate_series(0, {projects} - 1) n"
        ),
        format!(
            "INSERT INTO task SELECT n % {ACCOUNTS}, n, n % {projects}, 'task ' || n, 'open' FROM generate_series(0, {tasks} - 1) n"
        ),
    ] {
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// The microseconds of a statement, and the number of its rows.
async fn run(db: &impl ConnectionTrait, sql: &str, id: i64) -> Result<(f64, usize), DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [Value::from(id)]);
    let begun = Instant::now();
    let met = if sql.starts_with("SELECT") {
        db.query_all_raw(statement).await?.len()
    } else {
        db.execute_raw(statement).await?.rows_affected() as usize
    };
    Ok((begun.elapsed().as_secs_f64() * 1e6, met))
}

/// Measures each statement and returns its line.
async fn measure(db: &DatabaseConnection) -> Result<Vec<String>, Box<dyn Error>> {
    fill(db).await?;
    let tenant = |table: &str| (table.to_owned(), "account_id", TenantType::BigInt);
    let tables = ["app_user", "project", "task"].map(tenant);
    let builder = Tenancy::builder().without_entities();
    let builder =
        tables.into_iter().fold(builder, |all, (table, column, ty)| all.tenant_table(table, column, ty));
    let tenancy = builder.build(db.clone())?;
    let style = ProgressStyle::with_template("{msg:48} {bar:30} {pos}/{len} {elapsed}")?;
    let bar = ProgressBar::new(STATEMENTS.len() as u64).with_style(style);
    bar.set_message("citus: router and fan-out");
    let mut lines = Vec::new();
    for sql in STATEMENTS {
        let (mut scoped, mut outside) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS.1 + ROUNDS.0 {
            let id = round % (ACCOUNTS * 10);
            let scope = tenancy.scope(id % ACCOUNTS)?;
            let ((in_scope, met), (bare, met_bare)) = if round % 2 == 0 {
                let first = run(&scope, sql, id).await?;
                (first, run(db, sql, id).await?)
            } else {
                let first = run(db, sql, id).await?;
                (run(&scope, sql, id).await?, first)
            };
            assert!(met == met_bare && met > 0, "{sql}: {met} rows in a scope, {met_bare} outside");
            if round >= ROUNDS.1 {
                scoped.push(in_scope);
                outside.push(bare);
            }
        }
        let (scoped, outside) = (median(scoped), median(outside));
        lines.push(format!("{sql}\t{scoped:.1}\t{outside:.1}\t{:.1}", outside / scoped));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::args().nth(1).ok_or("router <url of a coordinator>")?;
    let db = connect(&url).await?;
    let lines = measure(&db).await;
    let dropped = db.execute_unprepared(&format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")).await;
    println!("{}", lines?.join("\n"));
    dropped?;
    Ok(())
}
