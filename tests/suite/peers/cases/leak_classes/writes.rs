//! 14 and 19: upserts, and writes of many rows.

use super::prelude::*;

/// A tag with this id and name.
fn tag(id: i64, name: &str) -> tag::ActiveModel {
    let note = Set("A-upserted".to_owned());
    tag::ActiveModel { account_id: NotSet, id: Set(id), name: Set(name.to_owned()), note }
}

/// The ids and notes of the tenant's own tags.
async fn tags(db: &TestDb) -> Result<Vec<(i64, String)>, DbErr> {
    let own = tag::Entity::find().filter(tag::Column::AccountId.eq(OWN)).order_by_asc(tag::Column::Id);
    Ok(own.all(db.unscoped()).await?.into_iter().map(|row| (row.id, row.note)).collect())
}

/// A row of [`tags`].
fn row(id: i64, note: &str) -> (i64, String) {
    (id, note.to_owned())
}

/// 14: the key that the other tenant's row has: with composite keys it is free, with single ones the row stays.
async fn class_14_an_upsert_over_another_tenants_key_changes_nothing_of_it(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let taken = tag_row(OTHER, 2).id;
    let columns =
        [vec![tag::Column::Name, tag::Column::Note], vec![tag::Column::AccountId, tag::Column::Name]];
    for columns in columns {
        let conflict = OnConflict::column(tag::Column::Id).update_columns(columns).to_owned();
        let upsert = tag::Entity::insert(tag(taken, "fresh")).on_conflict(conflict);
        let stored = upsert.exec_without_returning(&own).await;
        if STYLE == "composite" {
            stored?;
            assert_eq!(
                tag::Entity::find_by_id(key(OWN, 2)).one(&own).await?.map(|row| row.name),
                Some("fresh".into())
            );
        } else {
            assert_changes_nothing(db, stored);
            assert_eq!(tags(db).await?, [row(id(OWN, 1), "A-urgent"), row(id(OWN, 2), "A-later")]);
        }
    }
    Ok(())
}

/// 14: a unique key that holds the tenant is met by the tenant's own row alone, and the conflict target may leave the
/// tenant out.
async fn class_14_an_upsert_by_a_unique_key_meets_the_own_row(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let targets = [vec![tag::Column::Name], vec![tag::Column::AccountId, tag::Column::Name]];
    for target in targets {
        let conflict = OnConflict::columns(target).update_column(tag::Column::Note).to_owned();
        tag::Entity::insert(tag(501, "urgent")).on_conflict(conflict).exec_without_returning(&own).await?;
        assert_eq!(tags(db).await?, [row(id(OWN, 1), "A-upserted"), row(id(OWN, 2), "A-later")]);
    }
    Ok(())
}

/// 14: the guard names its table, so that it is not ambiguous beside the row that was to be inserted, nor beside the
/// caller's own condition or values of the same columns.
async fn class_14_the_guard_of_an_upsert_is_not_ambiguous(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let conflict = OnConflict::column(tag::Column::Name)
        .update_column(tag::Column::Note)
        .value(tag::Column::Name, Expr::col((tag::Entity, tag::Column::Name)))
        .action_and_where(Expr::col((tag::Entity, tag::Column::AccountId)).gt(0))
        .to_owned();
    tag::Entity::insert(tag(501, "later")).on_conflict(conflict).exec_without_returning(&own).await?;
    assert_eq!(tags(db).await?, [row(id(OWN, 1), "A-urgent"), row(id(OWN, 2), "A-upserted")]);
    Ok(())
}

/// 14: what replaces rows by their unique keys is refused.
async fn class_14_a_replace_is_refused(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let name = tag::Entity.table_name();
    let row =
        format!("INTO {name} (account_id, id, name, note) VALUES (1, {}, 'x', 'x')", tag_row(OTHER, 2).id);
    for verb in ["REPLACE", "INSERT OR REPLACE", "INSERT IGNORE"] {
        let done = own.execute_unprepared(&format!("{verb} {row}")).await;
        assert!(matches!(tenancy_error(done), TenancyError::Refused(_)), "{verb}");
    }
    assert_eq!(tags(db).await?.len(), 2);
    Ok(())
}

/// 19: an update of the first rows of a list keeps the tenant outside the list and within it.
async fn class_19_an_update_of_limited_rows_keeps_both_predicates(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let task = task::Entity.table_name();
    let run = async |sql: String| own.execute_unprepared(&sql).await.map(|done| done.rows_affected());
    // MariaDB takes no LIMIT in IN, and SQLite and PostgreSQL none in UPDATE.
    let listed = format!("(SELECT id FROM {task} ORDER BY points DESC LIMIT 2)");
    let of_list = format!("UPDATE {task} SET note = 'A-last' WHERE id IN (SELECT l.id FROM {listed} AS l)");
    assert_eq!(run(of_list).await?, 2);
    if db.is_mariadb() {
        let limited = format!("UPDATE {task} SET note = 'A-first' ORDER BY points LIMIT 1");
        assert_eq!(run(limited).await?, 1);
    } else {
        let limited = format!(
            "UPDATE {task} SET note = 'A-first' WHERE id IN (SELECT id FROM {task} ORDER BY points LIMIT 1)"
        );
        assert_eq!(run(limited).await?, 1);
    }
    let rows = task::Entity::find().order_by_asc(task::Column::Id).all(&own).await?;
    let notes: Vec<_> = rows.into_iter().map(|row| row.note).collect();
    assert_eq!(notes, ["A-first", "A-last", "A-last"]);
    Ok(())
}

/// 19: so do updates and deletes whose condition looks at other tables.
async fn class_19_writes_whose_condition_is_a_query_keep_both_predicates(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let of_apollo = || {
        Query::select()
            .column(project::Column::Id)
            .from(project::Entity)
            .and_where(project::Column::Name.is_in(["Apollo", "Draco"]))
            .to_owned()
    };
    let update = task::Entity::update_many()
        .col_expr(task::Column::Note, Expr::value("A-apollo"))
        .filter(task::Column::ProjectId.in_subquery(of_apollo()));
    assert_eq!(update.exec(&own).await?.rows_affected, 2);
    let tagged = Query::select().column(task_tag::Column::TaskId).from(task_tag::Entity).to_owned();
    let untagged = task::Entity::delete_many().filter(task::Column::Id.not_in_subquery(tagged));
    assert_eq!(untagged.exec(&own).await?.rows_affected, 1);
    assert_eq!(task::Entity::find().count(&own).await?, 2);
    Ok(())
}

/// 19: with the tables joined in the statement itself, in the form that the engine has; not in the other.
async fn class_19_an_update_from_another_table_keeps_both_predicates(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let (task, project) = (task::Entity.table_name(), project::Entity.table_name());
    let sql = format!(
        "UPDATE {task} SET note = 'A-joined' FROM {project} AS p WHERE p.id = {task}.project_id AND p.country_code = 'FR'"
    );
    let joined = format!(
        "UPDATE {task} JOIN {project} AS p ON p.id = {task}.project_id SET {task}.note = 'A-joined' WHERE p.country_code = 'FR'"
    );
    let (sql, of_another_engine) = if db.is_mariadb() { (joined, sql) } else { (sql, joined) };
    assert!(own.execute_unprepared(&of_another_engine).await.is_err());
    assert_eq!(own.execute_unprepared(&sql).await?.rows_affected(), 2);
    let rows = task::Entity::find().order_by_asc(task::Column::Id).all(&own).await?;
    let notes: Vec<_> = rows.into_iter().map(|row| row.note).collect();
    assert_eq!(notes, ["A-joined", "A-joined", "A-test"]);
    Ok(())
}

cases!(
    class_14_an_upsert_over_another_tenants_key_changes_nothing_of_it,
    class_14_an_upsert_by_a_unique_key_meets_the_own_row,
    class_14_the_guard_of_an_upsert_is_not_ambiguous,
    class_14_a_replace_is_refused,
    class_19_an_update_of_limited_rows_keeps_both_predicates,
    class_19_writes_whose_condition_is_a_query_keep_both_predicates,
    class_19_an_update_from_another_table_keeps_both_predicates,
);
