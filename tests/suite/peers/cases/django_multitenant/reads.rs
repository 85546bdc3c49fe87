//! Reading: counts, relations, joins, subqueries.

use super::prelude::*;

/// Without a tenant there is no scope; what counts all rows says so.
async fn count_and_filter_with_a_tenant_are_its_own_and_without_one_everybodys(db: &TestDb) -> Outcome {
    let french = || project::Entity::find().filter(project::Column::CountryCode.eq("FR"));
    let own = scope(db, OWN);
    assert_eq!(project::Entity::find().count(&own).await?, 3);
    assert_eq!(french().count(&own).await?, 2);
    let everybody = db.tenancy.unscoped("a count over all tenants");
    assert_eq!(project::Entity::find().count(everybody).await?, 7);
    assert_eq!(french().count(everybody).await?, 5);
    Ok(())
}

async fn a_child_finds_its_root_in_one_query(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let root = project_row(OWN, 1).find_related(account::Entity).one(&own).await?;
    assert_eq!(root, Some(account_row(OWN)));
    assert_eq!(log.went_out().len(), 1, "{log}");
    Ok(())
}

/// The root's tenant column is its key, and a foreign key to it is compared with that one.
async fn a_foreign_key_adds_the_tenant_column_of_its_target(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    vec![project_row(OWN, 1)].load_one(account::Entity, &own).await?;
    vec![project_row(OWN, 1)].load_one(manager::Entity, &own).await?;
    let [root, manager] = sent(&log).try_into().expect("two statements");
    let column = format!("{}.account_id", manager::Entity.table_name());
    assert_eq!(comparisons(&root, "account.id"), 1, "{root}");
    assert_eq!(comparisons(&manager, &column), 1, "{manager}");
    Ok(())
}

/// On the side that an outer join may leave out, the tenant is in ON.
async fn a_join_carries_the_tenant_in_on(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let rows = project::Entity::find()
        .find_also_related(manager::Entity)
        .order_by_asc(project::Column::Id)
        .all(&own)
        .await?;
    assert_eq!(rows.len(), 3, "the project without a manager is there");
    assert_eq!(rows[2], (project_row(OWN, 3), None));
    let [text] = sent(&log).try_into().expect("one statement");
    let (before_where, condition) = text.split_once(" WHERE ").ok_or("it has a condition")?;
    let (_, on) = before_where.split_once(" LEFT JOIN ").ok_or("it has a join")?;
    let column = |table: &str| format!("{table}.account_id");
    let (project, manager) = (project::Entity.table_name(), manager::Entity.table_name());
    assert_eq!(comparisons(on, &column(manager)), 1, "{text}");
    assert_eq!(comparisons(condition, &column(project)), 1, "{text}");
    assert_eq!(comparisons(condition, &column(manager)), 0, "{text}");
    Ok(())
}

/// One for the rows, and one that joins the junction with what it leads to.
async fn a_prefetch_over_a_junction_takes_two_queries_that_name_every_tenant(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let tasks = task::Entity::find().order_by_asc(task::Column::Id).all(&own).await?;
    let tags = tasks.load_many(tag::Entity, &own).await?;
    assert_eq!(tags, [vec![tag_row(OWN, 1), tag_row(OWN, 2)], vec![tag_row(OWN, 1)], vec![]]);
    let [rows, related] = sent(&log).try_into().expect("two statements");
    let compared = |text: &str, table: &str| comparisons(text, &format!(" {table}.account_id"));
    assert_eq!(compared(&rows, task::Entity.table_name()), 1, "{rows}");
    assert_eq!(compared(&related, task_tag::Entity.table_name()), 1, "{related}");
    assert_eq!(compared(&related, tag::Entity.table_name()), 1, "{related}");
    Ok(())
}

async fn a_subquery_and_its_joins_carry_the_tenant(db: &TestDb) -> Outcome {
    let (own, log) = watched(db, OWN);
    let tagged = Query::select()
        .column((task::Entity, task::Column::ProjectId))
        .from(task::Entity)
        .join(
            JoinType::InnerJoin,
            task_tag::Entity,
            Expr::col((task_tag::Entity, task_tag::Column::TaskId)).equals((task::Entity, task::Column::Id)),
        )
        .to_owned();
    let rows = project::Entity::find().filter(project::Column::Id.in_subquery(tagged)).all(&own).await?;
    assert_eq!(rows, [project_row(OWN, 1)]);
    let [text] = sent(&log).try_into().expect("one statement");
    for table in [project::Entity.table_name(), task::Entity.table_name(), task_tag::Entity.table_name()] {
        assert_eq!(comparisons(&text, &format!(" {table}.account_id")), 1, "{table}: {text}");
    }
    Ok(())
}

/// A query method of a program's own.
trait InCountry: Sized {
    /// The projects of a country.
    fn in_country(self, code: &str) -> Self;
}

impl InCountry for Select<project::Entity> {
    fn in_country(self, code: &str) -> Self {
        self.filter(Condition::any().add(project::Column::CountryCode.eq(code)).add(Expr::val(1).eq(2)))
    }
}

async fn a_query_method_of_ones_own_stays_scoped(db: &TestDb) -> Outcome {
    let rows = project::Entity::find().in_country("FR").order_by_asc(project::Column::Id);
    assert_eq!(rows.all(&scope(db, OWN)).await?, [project_row(OWN, 1), project_row(OWN, 3)]);
    Ok(())
}

async fn rows_are_excluded_across_a_relation_by_own_rows_alone(db: &TestDb) -> Outcome {
    let own = scope(db, OWN);
    let with_task = |title: &str| {
        Query::select()
            .column(task::Column::ProjectId)
            .from(task::Entity)
            .and_where(task::Column::Title.eq(title))
            .to_owned()
    };
    let without = |title: &str| {
        project::Entity::find()
            .filter(project::Column::Id.not_in_subquery(with_task(title)))
            .order_by_asc(project::Column::Id)
    };
    assert_eq!(without("design").all(&own).await?, [project_row(OWN, 2), project_row(OWN, 3)]);
    assert_eq!(without("ship").all(&own).await?, projects_of(OWN));
    let elsewhere = project::Entity::find()
        .left_join(manager::Entity)
        .filter(manager::Column::Name.ne("Ada").or(manager::Column::Id.is_null()))
        .order_by_asc(project::Column::Id);
    assert_eq!(elsewhere.all(&own).await?, [project_row(OWN, 2), project_row(OWN, 3)]);
    Ok(())
}

async fn aggregates_over_a_relation_are_of_own_rows(db: &TestDb) -> Outcome {
    let found: Option<(i32, i64)> = task::Entity::find()
        .select_only()
        .column_as(task::Column::Points.max(), "most")
        .column_as(task::Column::Id.count(), "count")
        .join(JoinType::InnerJoin, task::Relation::Project.def())
        .into_tuple()
        .one(&scope(db, OWN))
        .await?;
    assert_eq!(found, Some((3, 3)));
    Ok(())
}

cases!(
    count_and_filter_with_a_tenant_are_its_own_and_without_one_everybodys,
    a_child_finds_its_root_in_one_query,
    a_foreign_key_adds_the_tenant_column_of_its_target,
    a_join_carries_the_tenant_in_on,
    a_prefetch_over_a_junction_takes_two_queries_that_name_every_tenant,
    a_subquery_and_its_joins_carry_the_tenant,
    a_query_method_of_ones_own_stays_scoped,
    rows_are_excluded_across_a_relation_by_own_rows_alone,
    aggregates_over_a_relation_are_of_own_rows,
);
