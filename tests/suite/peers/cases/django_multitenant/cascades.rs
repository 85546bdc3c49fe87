//! The three shapes of cascades: within the tenant's tables, and from and to tables that all tenants share.

use super::prelude::*;

async fn a_cascade_within_tenant_tables_deletes_own_rows(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    assert_eq!(project_row(OWN, 1).cascade_delete(&own).await?.rows_affected, 6);
    assert_eq!(task::Entity::find().all(&own).await?, [task_row(OWN, 3)]);
    assert_eq!(task_tag::Entity::find().count(&own).await?, 0);
    assert_eq!(project_row(OTHER, 4).cascade_delete(&own).await?.rows_affected, 0);
    Ok(())
}

/// A scope deletes no shared row, so that nothing cascades from one.
async fn a_cascade_from_a_shared_table_does_not_begin(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let france = country::Entity::find_by_id("FR").one(&own).await?.ok_or("all tenants read it")?;
    assert_shared_write(france.clone().cascade_delete(&own).await, &country::Entity);
    assert_shared_write(france.delete(&own).await, &country::Entity);
    assert_eq!(projects(&own).await?, projects_of(OWN));
    Ok(())
}

async fn a_cascade_leaves_the_shared_rows_that_were_pointed_at(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    for row in projects_of(OWN) {
        row.cascade_delete(&own).await?;
    }
    assert!(projects(&own).await?.is_empty());
    assert_eq!(country::Entity::find().count(&own).await?, 2);
    assert_eq!(account::Entity::find().all(&own).await?, [account_row(OWN)]);
    Ok(())
}

cases!(
    a_cascade_within_tenant_tables_deletes_own_rows,
    a_cascade_from_a_shared_table_does_not_begin,
    a_cascade_leaves_the_shared_rows_that_were_pointed_at,
);
