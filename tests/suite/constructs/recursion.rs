//! SEARCH and CYCLE of a recursive query.

use super::prelude::*;

async fn search_walks_the_tenants_rows(db: &TestDb) -> Outcome {
    // The other tenant's chain has a fourth task.
    let sql = "WITH RECURSIVE chain (id, title) AS ( \
                   SELECT id, title FROM task WHERE id = 1 \
                   UNION ALL SELECT task.id, task.title FROM task JOIN chain ON task.id = chain.id + 1 \
               ) SEARCH DEPTH FIRST BY id SET ord SELECT title FROM chain ORDER BY ord";
    assert_eq!(texts(&db.scope(1), sql).await?, ["design", "build", "test"]);
    Ok(())
}

async fn cycle_ends_at_the_tenants_rows(db: &TestDb) -> Outcome {
    let sql = "WITH RECURSIVE ring (id) AS ( \
                   SELECT id FROM task WHERE id = 1 \
                   UNION ALL SELECT task.id FROM task JOIN ring ON task.id = ring.id % 3 + 1 \
               ) CYCLE id SET is_cycle TO 'Y' DEFAULT 'N' USING path \
               SELECT id FROM ring WHERE is_cycle = 'N' OR is_cycle = 'Y' ORDER BY cardinality(path)";
    assert_eq!(numbers(&db.scope(1), sql).await?, [1, 2, 3, 1]);
    Ok(())
}

on_every_backend!(@ postgres Postgres: search_walks_the_tenants_rows, cycle_ends_at_the_tenants_rows);
