//! Counts the instructions of whole operations on SQLite with valgrind, by hand and through a scope, including engine
//! and driver.

use std::path::Path;

use anyhow::{Context, Result};

use super::{
    instructions::callgrind,
    profile::{WHOLE, functions, inclusive, of_file},
};

/// The operations, and how often each is done.
const OPERATIONS: [(&str, u64); 8] = [
    ("find by id", 1_900),
    ("filter and join of 8 columns", 1_900),
    ("IN of 100", 200),
    ("insert", 1_900),
    ("insert_many, 1,000 × 5", 20),
    ("update", 1_900),
    ("delete", 1_900),
    ("upsert", 1_900),
];

/// The number of operations of the short run, which is subtracted because of its start-up.
const FEW: u64 = 10;

/// The arm that rewrites statements.
const SCOPE: &str = "scope";

/// The file that SQLite is compiled from.
const ENGINE: &str = "sqlite3.c";

/// The instructions of a number of operations.
struct Counted {
    all: u64,
    engine: u64,
    scope: u64,
}

/// A line for each operation and arm: all instructions of one operation, those in SQLite's code, and those of the
/// rewrite.
pub(super) fn count() -> Result<String> {
    let program = super::build("compare")?;
    let directory = tempfile::tempdir()?;
    let out = directory.path().join("callgrind");
    let mut lines = String::new();
    for (operation, times) in OPERATIONS {
        for arm in ["by hand", SCOPE] {
            println!("counting {operation}, {arm}");
            let few = run(&program, operation, arm, FEW, &out)?;
            let many = run(&program, operation, arm, FEW + times, &out)?;
            let one = |few: u64, many: u64| {
                let more =
                    many.checked_sub(few).with_context(|| format!("{operation} took no instructions"))?;
                anyhow::Ok(more / times)
            };
            let (all, engine, scope) =
                (one(few.all, many.all)?, one(few.engine, many.engine)?, one(few.scope, many.scope)?);
            lines += &format!("{operation}\t{arm}\t{all}\t{engine}\t{scope}\n");
        }
    }
    Ok(lines)
}

fn run(program: &Path, operation: &str, arm: &str, times: u64, out: &Path) -> Result<Counted> {
    let all = callgrind(program, &["count", operation, arm, &times.to_string()], out)?;
    let engine = of_file(&functions(out, "no")?, ENGINE);
    let scope = if arm == SCOPE {
        inclusive(&functions(out, "yes")?, WHOLE).with_context(|| format!("there is no function {WHOLE}"))?
    } else {
        0
    };
    Ok(Counted { all, engine, scope })
}
