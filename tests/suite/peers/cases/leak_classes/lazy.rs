//! 9: what is built at one time and run at another.

use super::prelude::*;
use futures_util::TryStreamExt;
use std::sync::LazyLock;

/// A query that is built once a process, when nobody is known.
static FRENCH: LazyLock<Select<project::Entity>> = LazyLock::new(|| {
    project::Entity::find().filter(project::Column::CountryCode.eq("FR")).order_by_asc(project::Column::Id)
});

async fn class_09_a_query_built_before_any_scope_runs_in_the_one_it_is_given(db: &TestDb) -> Outcome {
    let french = |tenant| projects_of(tenant).into_iter().filter(|row| row.country_code == "FR");
    for tenant in [OTHER, OWN, OTHER, OWN] {
        let rows = FRENCH.clone().all(&scope(db, tenant)).await?;
        assert_eq!(rows, french(tenant).collect::<Vec<_>>());
    }
    let built = FRENCH.clone().build(db.unscoped().get_database_backend());
    let rows = project::Entity::find().from_raw_sql(built).all(&scope(db, OWN)).await?;
    assert_eq!(rows, french(OWN).collect::<Vec<_>>());
    Ok(())
}

/// On SQLite the stream holds the one connection, so that the other scope is made there, and used afterwards.
async fn class_09_a_stream_that_is_polled_later_keeps_its_tenant(db: &TestDb) -> Outcome {
    let (own, other) = (scope(db, OWN), scope(db, OTHER));
    let mut stream = project::Entity::find().order_by_asc(project::Column::Id).stream(&own).await?;
    for row in projects_of(OWN) {
        if db.backend != Backend::Sqlite {
            assert_eq!(projects(&other).await?, projects_of(OTHER));
        }
        assert_eq!(stream.try_next().await?, Some(row));
    }
    assert_eq!(stream.try_next().await?, None);
    drop(stream);
    assert_eq!(projects(&other).await?, projects_of(OTHER));
    Ok(())
}

async fn class_09_pages_that_are_fetched_later_keep_their_tenant(db: &TestDb) -> Outcome {
    let (own, other) = (scope(db, OWN), scope(db, OTHER));
    let select = project::Entity::find().order_by_asc(project::Column::Id);
    let mut of_own = select.clone().paginate(&own, 2).into_stream();
    let of_other = select.paginate(&other, 2);
    assert_eq!(of_own.try_next().await?, Some([1, 2].map(|n| project_row(OWN, n)).into()));
    assert_eq!(of_other.fetch_page(1).await?, [3, 4].map(|n| project_row(OTHER, n)));
    assert_eq!(of_own.try_next().await?, Some(vec![project_row(OWN, 3)]));
    assert_eq!(of_other.num_items().await?, 4);
    assert_eq!(of_own.try_next().await?, None);
    Ok(())
}

async fn class_09_a_future_that_is_awaited_elsewhere_keeps_its_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let later = async move { projects(&own).await };
    assert_eq!(projects(&scope(db, OTHER)).await?, projects_of(OTHER));
    assert_eq!(tokio::spawn(later).await??, projects_of(OWN));
    Ok(())
}

/// Rows that were read in one scope are loaded on in the scope that is named.
async fn class_09_relations_that_are_loaded_later_are_those_of_the_scope_named(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let rows = projects(&own).await?;
    assert_eq!(projects(&scope(db, OTHER)).await?, projects_of(OTHER));
    let managers = rows.load_one(manager::Entity, &own).await?;
    assert_eq!(managers, [Some(manager_row(OWN, 1)), Some(manager_row(OWN, 2)), None]);
    let elsewhere = rows.load_one(manager::Entity, &scope(db, OTHER)).await?;
    assert_eq!(elsewhere, [None, None, None]);
    Ok(())
}

cases!(
    class_09_a_query_built_before_any_scope_runs_in_the_one_it_is_given,
    class_09_a_stream_that_is_polled_later_keeps_its_tenant,
    class_09_pages_that_are_fetched_later_keep_their_tenant,
    class_09_a_future_that_is_awaited_elsewhere_keeps_its_tenant,
    class_09_relations_that_are_loaded_later_are_those_of_the_scope_named,
);
