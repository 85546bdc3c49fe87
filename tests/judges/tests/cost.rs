//! The time of PostgreSQL's grammar compared with the scope's own work at first sight. Run by hand, with a release
//! build: `cargo test --release -p sea-orm-multitenant-judges --test cost -- --ignored --nocapture`.

use sea_orm_multitenant_judges::Court;
use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
use std::time::Instant;

const ROUNDS: u32 = 2_000;

fn microseconds(mut work: impl FnMut()) -> f64 {
    work();
    let started = Instant::now();
    (0..ROUNDS).for_each(|_| work());
    started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}

#[test]
#[ignore = "a measurement, of a release build"]
fn first_sight_compared_with_the_grammar() {
    let table = |name: &str| {
        Table::tenant(name, "account_id", TenantType::BigInt).with_columns([
            "account_id",
            "id",
            "project_id",
            "name",
            "note",
        ])
    };
    let catalogue = Catalogue::new([table("project"), table("task")]).expect("no conflicts");
    let text = r#"SELECT "project"."id" AS "A_id", "project"."account_id" AS "A_account_id", "project"."name" AS "A_name", "project"."note" AS "A_note", "task"."id" AS "B_id", "task"."account_id" AS "B_account_id", "task"."name" AS "B_name", "task"."note" AS "B_note" FROM "project" LEFT JOIN "task" ON "project"."id" = "task"."project_id" WHERE "project"."name" = $1"#;
    let court = Court::new(&catalogue);
    let scoped = scope_statement(&catalogue, Engine::Postgres, text).expect("a plan");
    let scope = microseconds(|| drop(scope_statement(&catalogue, Engine::Postgres, text)));
    let raw = microseconds(|| drop(pg_query::parse(scoped.sql(), 0)));
    let judge = microseconds(|| drop(court.postgres(text, &scoped)));
    println!(
        "the scope's first sight {scope:.0} µs, one reading by libpg_query {raw:.0} µs, the whole judge {judge:.0} µs"
    );
    assert!(scope > 0.0 && raw > 0.0 && judge > raw);
}
