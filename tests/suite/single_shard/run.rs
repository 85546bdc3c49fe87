//! One test on Citus, and the shards of each statement that went out.

use super::{fixture::Distributed, known::KNOWN};
use crate::harness::{Outcome, TestDb, attempt};
use sea_orm_multitenant_migration::citus::{Verdict, explain};

/// Runs a test on distributed tables. Fails when it ends otherwise than elsewhere, when a statement that went out touches
/// more than one shard, and when what is known to be refused is not refused any more.
pub(crate) async fn run(test: &str, body: impl AsyncFnOnce(&TestDb) -> Outcome) {
    let known = KNOWN.iter().find(|known| test.ends_with(known.test));
    attempt::<Distributed>(body, async |db, ended| {
        let ends_the_test = known.is_some_and(|known| known.ends_the_test);
        match (ended, known) {
            (Ok(()), _) if !ends_the_test => {}
            (Err(error), Some(known)) if ends_the_test => {
                assert!(error.contains(known.words), "{error}\n{}", db.log);
            }
            (Ok(()), _) => panic!("it is not refused any more: {known:?}"),
            (Err(error), _) => panic!("{error}\n{}", db.log),
        }
        let (found, refused) = not_single(db, known.map(|known| known.words)).await;
        assert!(found.is_empty(), "more than one shard is touched:\n{}", found.join("\n"));
        assert!(ends_the_test || refused == known.is_some(), "it is not refused any more: {known:?}");
    })
    .await;
}

/// The statements that went out and are not of one shard, with what Citus says of them; and whether one was refused in these
/// words.
async fn not_single(db: &TestDb, words: Option<&str>) -> (Vec<String>, bool) {
    let (mut found, mut is_refused) = (Vec::new(), false);
    for (_, statement) in db.log.went_out() {
        // EXPLAIN takes no EXPLAIN. What is explained is of the same families.
        if statement.sql.trim_start().to_uppercase().starts_with("EXPLAIN") {
            continue;
        }
        let text = statement.sql.clone();
        match explain(db.unscoped(), statement).await {
            Ok(verdict) if verdict.is_single_shard() || is_copied_by_the_coordinator(&text, &verdict) => {}
            Ok(verdict) => found.push(format!("{verdict}: {text}")),
            Err(error) if words.is_some_and(|words| format!("{error:?}").contains(words)) => {
                is_refused = true
            }
            Err(error) => found.push(format!("{error}: {text}")),
        }
    }
    (found, is_refused)
}

/// INSERT … SELECT, whose tenant is a bound value and no column that Citus could follow: the coordinator reads the tenant's rows
/// from their shard, and writes them to it.
fn is_copied_by_the_coordinator(sql: &str, verdict: &Verdict) -> bool {
    sql.trim_start().starts_with("INSERT INTO") && *verdict == Verdict::PullPush { tasks: vec![1] }
}
