//! From 10 to 10,000 tables in the catalogue: a text in the statement cache, and one that is seen for the first time.

use crate::{
    points::{Point, flat, interleave, nanos},
    statements::{rewrite, runtime},
};
use indicatif::ProgressBar;
use sea_orm_multitenant::{Tenancy, TenantType};
use sea_orm_multitenant_benches::{TENANT, connect, join};
use std::error::Error;

const TABLES: [usize; 4] = [10, 100, 1_000, 10_000];

/// The number of tables, a cached text, and a new text.
pub(crate) const STEPS: u64 = 3;

pub(crate) fn run(bar: &ProgressBar) -> Result<Vec<Point>, Box<dyn Error>> {
    let runtime = runtime()?;
    let db = runtime.block_on(connect("sqlite::memory:"))?;
    let mut scopes = Vec::new();
    for tables in TABLES {
        let entities = Tenancy::new(db.clone())?.catalogue().tables().len();
        let names = (entities..tables).map(|n| format!("table_{n}"));
        let builder = names.fold(Tenancy::builder(), |builder, name| {
            builder.tenant_table(name, "account_id", TenantType::BigInt)
        });
        scopes.push(builder.build(db.clone())?.scope(TENANT)?);
    }
    bar.inc(1);
    let statement = join();
    let cached =
        interleave(TABLES.len(), 200, |point| nanos(2_000, |_| rewrite(&scopes[point], statement.clone())))?;
    bar.inc(1);
    let mut seen = 0;
    let first = interleave(TABLES.len(), 60, |point| {
        nanos(20, |_| {
            seen += 1;
            let mut fresh = statement.clone();
            // A text that is not in the statement cache: comments are part of it.
            fresh.sql.push_str(&format!(" -- {seen}"));
            rewrite(&scopes[point], fresh)
        })
    })?;
    bar.inc(1);
    let mut points = flat("a cached statement, ns", &TABLES, &cached);
    points.extend(flat("the first sight of a statement, ns", &TABLES, &first));
    Ok(points)
}
