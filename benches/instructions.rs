//! Does one operation a number of times: for tools that count instructions.
//!
//! `instructions <operation> <times>`; the difference between two runs with different `times` excludes the start-up.
//! Without an operation it lists the operations; `instructions time` prints the nanoseconds of each.

mod nowhere;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter,
    QueryTrait, Statement, Values,
};
use sea_orm_multitenant::{Tenancy, TenantScope, with_tenant_sync};
use sea_orm_multitenant_benches::{TENANT, database, join, join_for, project, project_row, task};
use sqlparser::{dialect::SQLiteDialect, parser::Parser};
use std::{
    env,
    hint::black_box,
    process::ExitCode,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// An operation that is counted.
struct Operation {
    name: &'static str,
    /// How often to do it, so that a start-up that varies by 100,000 instructions does not matter.
    times: u64,
    run: fn(&TenantScope<DatabaseConnection>, u64),
}

const OPERATIONS: &[Operation] = &[
    Operation { name: "cached-join", times: 50_000, run: |scope, times| repeat(scope, times, &join()) },
    Operation {
        name: "cached-join-on-postgres",
        times: 50_000,
        run: |_, times| {
            repeat(&nowhere::on_postgres(), times, &join_for(DbBackend::Postgres));
        },
    },
    Operation { name: "cached-insert", times: 50_000, run: |scope, times| repeat(scope, times, &insert(1)) },
    Operation { name: "cached-update", times: 50_000, run: |scope, times| repeat(scope, times, &update()) },
    Operation {
        name: "first-sight-of-a-join",
        times: 100,
        run: |scope, times| first_sights(scope, times, &join()),
    },
    Operation {
        name: "first-sight-of-a-join-on-postgres",
        times: 100,
        run: |_, times| {
            first_sights(&nowhere::on_postgres(), times, &join_for(DbBackend::Postgres));
        },
    },
    Operation { name: "one-parse-of-the-join", times: 100, run: |_, times| parses(times, &join()) },
    Operation {
        name: "list-of-1000-ids",
        times: 200,
        run: |scope, times| repeat(scope, times, &list(1_000)),
    },
    Operation { name: "list-of-10-ids", times: 20_000, run: |scope, times| repeat(scope, times, &list(10)) },
    Operation { name: "lists-of-new-lengths", times: 300, run: new_lengths },
    Operation {
        name: "insert-of-1000-rows",
        times: 50,
        run: |scope, times| repeat(scope, times, &insert(1_000)),
    },
    Operation { name: "the-current-scope", times: 50_000, run: |_, times| current_scopes(times) },
    Operation { name: "a-clone-of-the-join", times: 100_000, run: |_, times| clones(times, &join()) },
    Operation { name: "a-clone-of-1000-rows", times: 50, run: |_, times| clones(times, &insert(1_000)) },
];

fn list(ids: i64) -> Statement {
    task::Entity::find()
        .filter(Condition::all().add(task::Column::Id.is_in(1..=ids)))
        .build(DbBackend::Sqlite)
}

fn insert(rows: i64) -> Statement {
    project::Entity::insert_many((1..=rows).map(|id| project_row(1, id))).build(DbBackend::Sqlite)
}

fn update() -> Statement {
    use sea_orm::sea_query::Expr;
    project::Entity::update_many()
        .col_expr(project::Column::Name, Expr::value("name"))
        .filter(project::COLUMN.id.eq(1))
        .build(DbBackend::Sqlite)
}

fn rewrite<C: ConnectionTrait>(scope: &TenantScope<C>, statement: Statement) {
    black_box(scope.rewrite(black_box(statement)).expect("the statement is scoped"));
}

fn repeat<C: ConnectionTrait>(scope: &TenantScope<C>, times: u64, statement: &Statement) {
    for _ in 0..times {
        rewrite(scope, fresh(statement));
    }
}

/// A clone with the spare capacity that SeaORM leaves in a statement's text.
fn fresh(statement: &Statement) -> Statement {
    let mut sql = String::with_capacity(statement.sql.capacity());
    sql.push_str(&statement.sql);
    let values = statement.values.as_ref().map(|Values(values)| {
        let mut fresh = Vec::with_capacity(values.capacity());
        fresh.extend_from_slice(values);
        Values(fresh)
    });
    Statement { sql, values, db_backend: statement.db_backend }
}

fn clones(times: u64, statement: &Statement) {
    for _ in 0..times {
        black_box(fresh(black_box(statement)));
    }
}

/// A text that is not in the statement cache, each time: comments are part of a text.
fn first_sights<C: ConnectionTrait>(scope: &TenantScope<C>, times: u64, statement: &Statement) {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    for _ in 0..times {
        let mut fresh = fresh(statement);
        fresh.sql.push_str(&format!(" -- {}", SEEN.fetch_add(1, Ordering::Relaxed)));
        rewrite(scope, fresh);
    }
}

/// The parser alone reading a text: a first sight is compared with this.
fn parses(times: u64, statement: &Statement) {
    for _ in 0..times {
        black_box(Parser::parse_sql(&SQLiteDialect {}, black_box(&statement.sql)).expect("it is SQL"));
    }
}

/// Lists of 100 and more ids, each with one more.
fn new_lengths(scope: &TenantScope<DatabaseConnection>, times: u64) {
    for time in 0..times {
        rewrite(scope, list(100 + time as i64 % 900));
    }
}

/// Scopes of the task's current tenant, as in handlers behind the axum layer.
fn current_scopes(times: u64) {
    static TENANCY: LazyLock<Tenancy> =
        LazyLock::new(|| Tenancy::new(DatabaseConnection::default()).expect("the entities agree"));
    with_tenant_sync(TENANT, || {
        for _ in 0..times {
            black_box(TENANCY.current().expect("there is a tenant"));
        }
    });
}

/// The nanoseconds of each operation: the median of many samples, taken in rounds.
fn time(scope: &TenantScope<DatabaseConnection>) -> Vec<f64> {
    let mut samples = vec![Vec::new(); OPERATIONS.len()];
    for _ in 0..101 {
        for (operation, samples) in OPERATIONS.iter().zip(&mut samples) {
            let times = operation.times.div_ceil(20);
            let begun = Instant::now();
            (operation.run)(scope, times);
            samples.push(begun.elapsed().as_nanos() as f64 / times as f64);
        }
    }
    for samples in &mut samples {
        samples.sort_unstable_by(f64::total_cmp);
    }
    samples.iter().map(|samples| samples[samples.len() / 2]).collect()
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (name, times) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (_db, scope) = runtime.block_on(database()).expect("a database");
    if name == "time" {
        for (operation, nanos) in OPERATIONS.iter().zip(time(&scope)) {
            println!("{}\t{nanos:.1}", operation.name);
        }
        return ExitCode::SUCCESS;
    }
    let operation = OPERATIONS.iter().find(|operation| operation.name == name);
    let (Some(operation), Ok(times)) = (operation, times.parse()) else {
        for operation in OPERATIONS {
            println!("{} {}", operation.name, operation.times);
        }
        return ExitCode::from(u8::from(!name.is_empty()));
    };
    (operation.run)(&scope, times);
    ExitCode::SUCCESS
}
