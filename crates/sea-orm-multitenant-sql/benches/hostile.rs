//! Time and memory for each byte of texts that were made to be slow, the worst first.
//!
//! Run with `cargo bench -p sea-orm-multitenant-sql --bench hostile`. Memory is the peak that Linux reports of the
//! process.

#[path = "../tests/suite/hostile/families.rs"]
mod families;

use families::{FAMILIES, Family};
use sea_orm_multitenant_sql::{Catalogue, Engine, Table, TenantType, scope_statement};
use std::time::Instant;

/// What one text took.
struct Took {
    nanoseconds: u128,
    memory: u64,
    line: String,
}

fn main() {
    let table = |name: &str| {
        Table::tenant(name, "t", TenantType::BigInt)
            .with_columns_in_order(["t", "id", "x", "name"])
            .with_primary_key(["t", "id"])
    };
    let catalogue = Catalogue::new([table("p"), table("q")]).expect("no conflicts");
    let mut all: Vec<_> = FAMILIES
        .iter()
        .flat_map(|family| {
            [Engine::Sqlite, Engine::Postgres, Engine::MySql]
                .map(|engine| measure(&catalogue, engine, family))
        })
        .collect();
    all.sort_by_key(|took| std::cmp::Reverse(took.nanoseconds));
    println!("{:>12} {:>12} {:>9}  text", "ns/byte", "memory/byte", "bytes");
    for Took { nanoseconds: _, memory: _, line } in &all {
        println!("{line}");
    }
    let worst = all.iter().map(|took| took.memory).max().unwrap_or_default();
    println!("most memory for a byte: {worst} bytes");
}

fn measure(catalogue: &Catalogue, engine: Engine, Family { name, text }: &Family) -> Took {
    // As long as the limits let most of them be.
    let text = text(100_000);
    let before = peak_after_reset();
    let begin = Instant::now();
    let scoped = scope_statement(catalogue, engine, &text);
    let nanoseconds = begin.elapsed().as_nanos() / text.len() as u128;
    let memory = peak().saturating_sub(before) / text.len() as u64;
    let outcome = if scoped.is_ok() { "taken" } else { "refused" };
    let line = format!("{nanoseconds:>12} {memory:>12} {:>9}  {name}, {engine:?}, {outcome}", text.len());
    Took { nanoseconds, memory, line }
}

/// Lets the peak begin at what is used now, and says what that is.
fn peak_after_reset() -> u64 {
    // Where the system does not know this file, the peaks are those of all texts so far.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    peak()
}

/// The most bytes that the process has had in memory.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.unwrap_or(0_u64) * 1024
}
