//! Writing: the tenant is filled in, kept, and in every statement.

use super::prelude::*;

/// A tag with this id, without a tenant.
fn new_tag(id: i64) -> tag::ActiveModel {
    let name = Set(format!("new {id}"));
    tag::ActiveModel { account_id: NotSet, id: Set(id), name, note: Set("A-new".to_owned()) }
}

/// The tenants of the tags with ids of 501 and more.
async fn owners(db: &TestDb) -> Result<Vec<i64>, DbErr> {
    let rows = tag::Entity::find().filter(tag::Column::Id.gt(500)).all(db.unscoped()).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

async fn create_and_bulk_create_fill_the_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    tag::Entity::insert(new_tag(501)).exec_without_returning(&own).await?;
    tag::Entity::insert_many([502, 503, 504].map(new_tag)).exec_without_returning(&own).await?;
    assert_eq!(owners(db).await?, [OWN; 4]);
    Ok(())
}

/// Without a scope nothing fills the tenant, and the database does not take the row.
async fn no_tenant_and_none_given_is_an_error(db: &TestDb) -> Outcome {
    let unscoped = db.tenancy.unscoped("rows of several tenants");
    assert!(tag::Entity::insert(new_tag(501)).exec_without_returning(unscoped).await.is_err());
    assert!(owners(db).await?.is_empty());
    Ok(())
}

async fn a_row_whose_tenant_was_changed_is_not_saved(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let changed = || project::ActiveModel {
        account_id: Set(OTHER),
        note: Set("A-moved".to_owned()),
        ..project_row(OWN, 3).into_active_model()
    };
    for stored in [changed().update(&own).await.map(|_| ()), changed().save(&own).await.map(|_| ())] {
        if STYLE == "composite" {
            assert_not_updated(stored);
        } else {
            assert_mismatch(stored, &project::Entity);
        }
    }
    assert_eq!(own_notes(db).await?, NOTES);
    Ok(())
}

async fn a_row_is_saved_again_with_the_same_tenant(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let row = project::Entity::find_by_id(key(OWN, 1)).one(&own).await?.ok_or("the project is there")?;
    let again = project::ActiveModel { note: Set("A-again".into()), ..row.into_active_model().reset_all() };
    assert_eq!(again.update(&own).await?.account_id, OWN);
    assert_eq!(own_notes(db).await?, ["A-again", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn a_write_of_many_rows_changes_own_rows(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let renote = project::Entity::update_many().col_expr(project::Column::Note, Expr::value("A-all"));
    assert_eq!(renote.exec(&own).await?.rows_affected, 3);
    assert_eq!(own_notes(db).await?, ["A-all"; 3]);
    Ok(())
}

/// The row with all that belongs to it: SeaORM reads and deletes what does before the row.
async fn a_delete_carries_the_tenant_in_every_statement(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let deleted = project_row(OWN, 1).cascade_delete(&own).await?;
    assert_eq!(deleted.rows_affected, 6, "the project, two tasks and their three links");
    let texts = sent(&log);
    assert!(texts.len() > 2, "{texts:?}");
    for text in &texts {
        let tables = text.matches(" FROM ").count() + text.matches(" JOIN ").count();
        assert!(comparisons(text, "account_id") >= tables, "{text}");
    }
    assert_eq!(own_notes(db).await?, ["A-Borealis", "A-Cygnus"]);
    Ok(())
}

cases!(
    create_and_bulk_create_fill_the_tenant,
    no_tenant_and_none_given_is_an_error,
    a_row_whose_tenant_was_changed_is_not_saved,
    a_row_is_saved_again_with_the_same_tenant,
    a_write_of_many_rows_changes_own_rows,
    a_delete_carries_the_tenant_in_every_statement,
);
