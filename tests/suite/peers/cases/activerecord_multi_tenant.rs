//! The behaviours of activerecord-multi-tenant.

use super::prelude::*;
use sea_orm::sea_query::Alias;

/// The notes of the tenant's own tasks, by id.
async fn task_notes(db: &TestDb) -> Result<Vec<String>, DbErr> {
    let rows = task::Entity::find().filter(task::Column::AccountId.eq(OWN)).order_by_asc(task::Column::Id);
    Ok(rows.all(db.unscoped()).await?.into_iter().map(|row| row.note).collect())
}

/// The ids of the tasks whose project is one of these, by way of a join.
fn tasks_of(names: [&str; 2]) -> sea_query::SelectStatement {
    Query::select()
        .column((task::Entity, task::Column::Id))
        .from(task::Entity)
        .inner_join(
            project::Entity,
            Expr::col((project::Entity, project::Column::Id)).equals((task::Entity, task::Column::ProjectId)),
        )
        .and_where(Expr::col((project::Entity, project::Column::Name)).is_in(names))
        .to_owned()
}

/// A list of a table that is written, which MariaDB takes as a derived table only.
fn derived(select: sea_query::SelectStatement) -> sea_query::SelectStatement {
    Query::select()
        .column((Alias::new("l"), task::Column::Id))
        .from_subquery(select, Alias::new("l"))
        .to_owned()
}

async fn an_update_of_joined_rows_carries_the_tenant_inside_and_outside(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let update = task::Entity::update_many()
        .col_expr(task::Column::Note, Expr::value("A-joined"))
        .filter(task::Column::Id.in_subquery(derived(tasks_of(["Apollo", "Draco"]))));
    assert_eq!(update.exec(&own).await?.rows_affected, 2);
    assert_eq!(task_notes(db).await?, ["A-joined", "A-joined", "A-test"]);
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "account_id"), 3, "{text}");
    Ok(())
}

async fn an_update_of_limited_rows_carries_the_tenant_inside_and_outside(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let limited = tasks_of(["Apollo", "Draco"])
        .order_by((task::Entity, task::Column::Id), Order::Desc)
        .limit(1)
        .to_owned();
    let update = task::Entity::update_many()
        .col_expr(task::Column::Note, Expr::value("A-limited"))
        .filter(task::Column::Id.in_subquery(derived(limited)));
    assert_eq!(update.exec(&own).await?.rows_affected, 1);
    assert_eq!(task_notes(db).await?, ["A-design", "A-limited", "A-test"]);
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "account_id"), 3, "{text}");
    Ok(())
}

async fn a_delete_of_joined_and_limited_rows_carries_the_tenant_inside_and_outside(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    task_tag::Entity::delete_many().exec(&own).await?;
    let limited = tasks_of(["Apollo", "Draco"])
        .order_by((task::Entity, task::Column::Id), Order::Asc)
        .limit(1)
        .to_owned();
    let delete = task::Entity::delete_many().filter(task::Column::Id.in_subquery(derived(limited)));
    assert_eq!(delete.exec(&own).await?.rows_affected, 1);
    let rest = task::Entity::delete_many()
        .filter(task::Column::Id.in_subquery(derived(tasks_of(["Apollo", "Draco"]))));
    assert_eq!(rest.exec(&own).await?.rows_affected, 1);
    assert_eq!(task_notes(db).await?, ["A-test"]);
    let texts = sent(&log);
    assert_eq!(texts.iter().map(|text| comparisons(text, "account_id")).collect::<Vec<_>>(), [1, 3, 3]);
    Ok(())
}

/// Where keys allow it, both tenants have the id; where they do not, the other tenant's id is nobody's here.
async fn of_two_rows_with_one_id_the_own_one_is_touched(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let renote = |id: i64| {
        project::Entity::update_many()
            .col_expr(project::Column::Note, Expr::value("A-touched"))
            .filter(project::Column::Id.eq(id))
    };
    assert_eq!(renote(id(OWN, 1)).exec(&own).await?.rows_affected, 1);
    let others = renote(id(OTHER, 4)).exec(&own).await?;
    assert_eq!(others.rows_affected, 0);
    task_tag::Entity::delete_many().exec(&own).await?;
    assert_eq!(
        task::Entity::delete_many().filter(task::Column::Id.eq(id(OWN, 3))).exec(&own).await?.rows_affected,
        1
    );
    assert_eq!(own_notes(db).await?, ["A-touched", "A-Borealis", "A-Cygnus"]);
    Ok(())
}

async fn nothing_is_cached_across_tenants(db: &TestDb) -> Outcome {
    let find = |tenant: i64| async move {
        project::Entity::find().filter(project::Column::Name.eq("Apollo")).one(&scope(db, tenant)).await
    };
    for tenant in [OWN, OTHER, OWN, OTHER] {
        assert_eq!(find(tenant).await?, Some(project_row(tenant, 1)));
    }
    assert_eq!(db.tenancy.cached_statements(), 1);
    Ok(())
}

async fn a_conditional_join_carries_the_tenant_beside_its_condition(db: &TestDb) -> Outcome {
    let rows: Vec<(String, Option<String>)> = project::Entity::find()
        .select_only()
        .column(project::Column::Note)
        .column_as(task::Column::Note, "task_note")
        .join(
            JoinType::LeftJoin,
            project::Relation::Task.def().on_condition(|_, task| {
                Condition::any()
                    .add(Expr::col((task.clone(), task::Column::Points)).gt(1))
                    .add(Expr::col((task, task::Column::Title)).eq("ship"))
            }),
        )
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, OWN))
        .await?;
    let expected = [("A-Apollo", Some("A-build")), ("A-Borealis", Some("A-test")), ("A-Cygnus", None)];
    assert_eq!(rows, expected.map(|(note, task)| (note.to_owned(), task.map(str::to_owned))));
    Ok(())
}

async fn an_alias_is_compared_by_its_own_name(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let boss = Alias::new("boss");
    let rows: Vec<(String, String)> = project::Entity::find()
        .select_only()
        .column(project::Column::Note)
        .column_as(Expr::col((boss.clone(), manager::Column::Note)), "boss_note")
        .join_as(JoinType::InnerJoin, project::Relation::Manager.def(), boss)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&own)
        .await?;
    assert_eq!(rows, [("A-Apollo", "A-Ada"), ("A-Borealis", "A-Bob")].map(pair));
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "boss.account_id"), 1, "{text}");
    Ok(())
}

async fn a_select_from_a_select_is_scoped_inside(db: &TestDb) -> Outcome {
    let inner = Query::select()
        .columns([task::Column::ProjectId, task::Column::Points])
        .from(task::Entity)
        .to_owned();
    let outer = Query::select()
        .expr(Expr::col((Alias::new("t"), task::Column::Points)).max())
        .from_subquery(inner, Alias::new("t"))
        .to_owned();
    let row = scope(db, OWN).query_one(&outer).await?.ok_or("one row")?;
    assert_eq!(row.try_get_by_index::<i32>(0)?, 3);
    Ok(())
}

async fn a_join_of_tenant_and_shared_tables_filters_the_tenants(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let rows = project::Entity::find()
        .find_also_related(country::Entity)
        .order_by_asc(project::Column::Id)
        .all(&own)
        .await?;
    let names: Vec<_> = rows.into_iter().map(|(row, country)| (row.note, country.map(|c| c.name))).collect();
    let expected = [("A-Apollo", "France"), ("A-Borealis", "Japan"), ("A-Cygnus", "France")];
    assert_eq!(names, expected.map(|(note, country)| (note.to_owned(), Some(country.to_owned()))));
    let [text] = sent(&log).try_into().expect("one statement");
    assert_eq!(comparisons(&text, "account_id"), 1, "{text}");
    Ok(())
}

cases!(
    an_update_of_joined_rows_carries_the_tenant_inside_and_outside,
    an_update_of_limited_rows_carries_the_tenant_inside_and_outside,
    a_delete_of_joined_and_limited_rows_carries_the_tenant_inside_and_outside,
    of_two_rows_with_one_id_the_own_one_is_touched,
    nothing_is_cached_across_tenants,
    a_conditional_join_carries_the_tenant_beside_its_condition,
    an_alias_is_compared_by_its_own_name,
    a_select_from_a_select_is_scoped_inside,
    a_join_of_tenant_and_shared_tables_filters_the_tenants,
);
