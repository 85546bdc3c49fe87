//! What a set of tenants touches: the shards of its tenants, and no others.

use super::{
    shapes::SHAPES,
    touched::{Shards, plan},
};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};
use sea_orm::{DbBackend, Statement};
use std::collections::BTreeSet;

/// For no tenants Citus makes no filter of `IN (NULL)` where a shared table is joined on the outside: it reads all shards, and
/// answers nothing of them.
const READS_ALL_FOR_NOBODY: &str =
    "SELECT * FROM country AS c LEFT JOIN project AS p ON p.country_code = c.code";

/// Of each statement that Citus takes, and of the whole of it: joins, subqueries, writes.
async fn no_shape_touches_a_shard_without_a_tenant_of_the_set(db: &TestDb) -> Outcome {
    let shards = Shards::of(db.unscoped()).await?;
    for (tenants, count) in [(vec![], 0), (vec![1], 1), (vec![1, 2], 2), ((1..=50).collect(), 4)] {
        let scope = db.scope_many(tenants.iter().copied())?;
        let theirs = shards.of_tenants(db.unscoped(), &tenants).await?;
        assert_eq!(theirs.len(), count, "{tenants:?}");
        let mut all = BTreeSet::new();
        for sql in SHAPES {
            let Ok(statement) = scope.rewrite(Statement::from_string(DbBackend::Postgres, *sql)) else {
                continue;
            };
            let Ok(plan) = plan(db.unscoped(), &statement).await else { continue };
            let touched = shards.touched(&plan);
            if tenants.is_empty() && *sql == READS_ALL_FOR_NOBODY {
                assert_eq!(touched.len(), 4, "it is not so any more:\n{plan}");
                continue;
            }
            assert!(touched.is_subset(&theirs), "{sql} touches {touched:?}, not {theirs:?}:\n{plan}");
            // What is read is read where the tenants are, and not only seen to touch nothing.
            let is_whole =
                sql.starts_with("SELECT") && sql.contains("FROM project") && !sql.contains("id = 1");
            assert!(!is_whole || touched == theirs, "{sql} touches {touched:?} of {theirs:?}:\n{plan}");
            all.extend(touched);
        }
        assert_eq!(all, theirs, "{tenants:?}");
    }
    Ok(())
}

tests_on! { citus: no_shape_touches_a_shard_without_a_tenant_of_the_set }
