//! One test on Citus, and the shards of each statement that went out.

use super::{
    fixture::Distributed,
    known::{REFUSED, SEVERAL_SHARDS},
};
use crate::harness::{Outcome, TestDb, attempt};
use sea_orm_multitenant_migration::citus::explain;

/// Runs a test on distributed tables. Fails when it ends otherwise than elsewhere, when a statement that went out touches
/// more than one shard, and when what is known to be refused is not refused any more.
pub(crate) async fn run(test: &str, body: impl AsyncFnOnce(&TestDb) -> Outcome) {
    let refused = REFUSED.iter().find(|(name, _, _)| test.ends_with(name));
    let several = SEVERAL_SHARDS.iter().find(|(name, _)| test.ends_with(name));
    attempt::<Distributed>(body, async |db, ended| {
        match (ended, refused) {
            (Ok(()), None) => {}
            (Err(error), Some((_, words, _))) => assert!(error.contains(words), "{error}\n{}", db.log),
            (Ok(()), Some((_, words, why))) => panic!("it is known to be refused, `{words}`: {why}"),
            (Err(error), None) => panic!("{error}\n{}", db.log),
        }
        let found = not_single(db, refused.map(|(_, words, _)| *words)).await;
        match several {
            None => assert!(found.is_empty(), "more than one shard is touched:\n{}", found.join("\n")),
            Some((_, why)) => assert!(!found.is_empty(), "one shard is touched after all: {why}"),
        }
    })
    .await;
}

/// The statements that went out and are not of one shard, with what Citus says of them; not those that it refuses in these words.
async fn not_single(db: &TestDb, refused: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for (_, statement) in db.log.went_out() {
        // EXPLAIN of a statement that is one already, or that PostgreSQL itself refuses, says nothing of shards.
        if statement.sql.trim_start().to_uppercase().starts_with("EXPLAIN") {
            continue;
        }
        let text = format!("{statement:?}");
        match explain(db.unscoped(), statement).await {
            Ok(verdict) if verdict.is_single_shard() => {}
            Ok(verdict) => found.push(format!("{verdict}: {text}")),
            Err(error) if refused.is_some_and(|words| format!("{error:?}").contains(words)) => {}
            Err(error) => found.push(format!("{error}: {text}")),
        }
    }
    found
}
