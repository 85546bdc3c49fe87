//! Joins by hand.

use super::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait};

async fn an_inner_join_by_hand_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(String, String)> = task::Entity::find()
        .select_only()
        .column(task::Column::Note)
        .column_as(project::Column::Note, "project_note")
        .join(JoinType::InnerJoin, task::Relation::Project.def())
        .filter(project::Column::Name.is_in(["Apollo", "Draco"]))
        .order_by_asc(task::Column::Id)
        .into_tuple()
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [("A-design", "A-Apollo"), ("A-build", "A-Apollo")].map(owned));
    Ok(())
}

async fn a_left_join_with_an_alias_keeps_rows_without_a_match(db: &TestDb) -> Outcome {
    let boss = Alias::new("boss");
    let rows: Vec<(String, Option<String>)> = project::Entity::find()
        .select_only()
        .column(project::Column::Note)
        .column_as(Expr::col((boss.clone(), manager::Column::Note)), "boss_note")
        .join_as(JoinType::LeftJoin, project::Relation::Manager.def(), boss)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&db.scope(1))
        .await?;
    let expected = [("A-Apollo", Some("A-Ada")), ("A-Borealis", Some("A-Bob")), ("A-Cygnus", None)];
    assert_eq!(rows, expected.map(|(note, boss)| (note.to_owned(), boss.map(str::to_owned))));
    Ok(())
}

async fn a_table_joined_twice_is_the_tenants_both_times(db: &TestDb) -> Outcome {
    let other = Alias::new("other");
    let on = task::Column::Points.into_expr().lt(Expr::col((other.clone(), task::Column::Points)));
    let relation = RelationDef::from(
        task::Entity::belongs_to(task::Entity).from(task::Column::ProjectId).to(task::Column::ProjectId),
    );
    let rows: Vec<(String, String)> = task::Entity::find()
        .select_only()
        .column(task::Column::Note)
        .column_as(Expr::col((other.clone(), task::Column::Note)), "other_note")
        .join_as(JoinType::InnerJoin, relation, other)
        .filter(on)
        .into_tuple()
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [("A-design", "A-build")].map(owned));
    Ok(())
}

async fn a_reversed_join_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let rows = manager::Entity::find()
        .join_rev(JoinType::InnerJoin, project::Relation::Manager.def())
        .filter(project::Column::Name.ne("Apollo"))
        .all(&db.scope(1))
        .await?;
    assert_eq!(rows, [manager_row(1, 2)]);
    Ok(())
}

/// SQLite reads RIGHT JOIN in its own way, so a scope does not take it there.
async fn a_right_join_has_the_tenants_rows_on_the_kept_side(db: &TestDb) -> Outcome {
    let rows = task::Entity::find()
        .select_only()
        .column(project::Column::Note)
        .right_join(project::Entity)
        .filter(task::Column::Id.is_null())
        .into_tuple::<String>()
        .all(&db.scope(1))
        .await;
    if db.backend == crate::harness::Backend::Sqlite {
        let error = rows.expect_err("it is refused");
        assert!(sea_orm_multitenant::TenancyError::from_db_err(&error).is_some(), "{error}");
    } else {
        assert_eq!(rows?, ["A-Cygnus"]);
    }
    Ok(())
}

/// A pair of texts.
fn owned((left, right): (&str, &str)) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

on_every_backend!(
    an_inner_join_by_hand_has_the_tenants_rows,
    a_left_join_with_an_alias_keeps_rows_without_a_match,
    a_table_joined_twice_is_the_tenants_both_times,
    a_reversed_join_has_the_tenants_rows,
    a_right_join_has_the_tenants_rows_on_the_kept_side,
);
