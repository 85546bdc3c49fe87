//! A scope compared with the same SeaORM query with a tenant filter written by hand, on SQLite in memory.
//!
//! Run with `cargo bench -p sea-orm-multitenant-benches`. Compare within one run only: results of different runs vary
//! with the machine's load.

use divan::{Bencher, black_box};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait, Statement,
};
use sea_orm_multitenant::TenantScope;
use sea_orm_multitenant_benches::{PROJECTS, TENANT, database, project, project_row, task};
use std::future::Future;
use tokio::runtime::{Builder, Runtime};

fn main() {
    divan::main();
}

/// A single-threaded runtime, the database and a scope over it.
struct Arena {
    runtime: Runtime,
    db: DatabaseConnection,
    scope: TenantScope<DatabaseConnection>,
}

impl Arena {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (db, scope) = runtime.block_on(database()).expect("a database");
        Self { runtime, db, scope }
    }

    fn bench<T>(&self, bencher: Bencher<'_, '_>, run: impl AsyncFn(i64) -> T) {
        let mut id = 0;
        bencher.bench_local(move || {
            id = id % PROJECTS + 1;
            self.runtime.block_on(run(black_box(id)))
        });
    }
}

/// Runs and unwraps a query.
async fn done<T, E: std::fmt::Debug>(query: impl Future<Output = Result<T, E>>) -> T {
    query.await.expect("the query runs")
}

mod find_by_id {
    use super::*;

    #[divan::bench]
    fn filtered_by_hand(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| done(project::Entity::find_by_id((TENANT, id)).one(&arena.db)).await);
    }

    #[divan::bench]
    fn scoped(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| {
            done(project::Entity::find().filter(project::COLUMN.id.eq(id)).one(&arena.scope)).await
        });
    }
}

mod join_of_eight_columns {
    use super::*;

    #[divan::bench]
    fn filtered_by_hand(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| {
            let query = task::Entity::find()
                .find_also_related(project::Entity)
                .filter(task::COLUMN.account_id.eq(TENANT))
                .filter(task::COLUMN.project_id.eq(id));
            done(query.all(&arena.db)).await
        });
    }

    #[divan::bench]
    fn scoped(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| {
            let query = task::Entity::find()
                .find_also_related(project::Entity)
                .filter(task::COLUMN.project_id.eq(id));
            done(query.all(&arena.scope)).await
        });
    }
}

mod list_of_500_ids {
    use super::*;

    #[divan::bench]
    fn filtered_by_hand(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |_| {
            let query = task::Entity::find()
                .filter(task::COLUMN.account_id.eq(TENANT))
                .filter(Condition::all().add(task::COLUMN.id.is_in(1..=500)));
            done(query.all(&arena.db)).await
        });
    }

    #[divan::bench]
    fn scoped(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |_| {
            let query = task::Entity::find().filter(Condition::all().add(task::COLUMN.id.is_in(1..=500)));
            done(query.all(&arena.scope)).await
        });
    }
}

mod insert_and_delete {
    use super::*;

    #[divan::bench]
    fn filtered_by_hand(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| {
            let id = PROJECTS + id;
            done(project::Entity::insert(project_row(TENANT, id)).exec_without_returning(&arena.db)).await;
            done(project::Entity::delete_by_id((TENANT, id)).exec(&arena.db)).await
        });
    }

    #[divan::bench]
    fn scoped(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        arena.bench(bencher, async |id| {
            let id = PROJECTS + id;
            done(project::Entity::insert(project_row(TENANT, id)).exec_without_returning(&arena.scope)).await;
            done(project::Entity::delete_by_id((TENANT, id)).exec(&arena.scope)).await
        });
    }
}

/// The time that a scope adds to a statement before it is sent, with the scoped statement cached.
mod rewrite_of_a_cached_text {
    use super::*;

    fn statement(id: i64) -> Statement {
        task::Entity::find()
            .find_also_related(project::Entity)
            .filter(task::COLUMN.project_id.eq(id))
            .limit(10)
            .build(DbBackend::Sqlite)
    }

    #[divan::bench]
    fn scoped(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        let statement = statement(1);
        bencher.with_inputs(|| statement.clone()).bench_values(|statement| arena.scope.rewrite(statement));
    }

    #[divan::bench]
    fn built_by_sea_orm(bencher: Bencher<'_, '_>) {
        bencher.bench(|| statement(black_box(1)));
    }

    #[divan::bench]
    fn first_sight(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        let template = statement(1);
        let mut count = 0_u64;
        bencher
            .with_inputs(|| {
                count += 1;
                let mut fresh = template.clone();
                // A text that is not in the statement cache: comments are part of the text.
                fresh.sql.push_str(&format!(" -- {count}"));
                fresh
            })
            .bench_local_values(|statement| arena.scope.rewrite(statement));
    }

    #[divan::bench]
    fn unscoped_round_trip(bencher: Bencher<'_, '_>) {
        let arena = Arena::new();
        let statement = statement(1);
        bencher.with_inputs(|| statement.clone()).bench_local_values(|statement| {
            arena.runtime.block_on(arena.db.query_all_raw(statement)).map(|rows| rows.len())
        });
    }
}
