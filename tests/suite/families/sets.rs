//! Scopes of several tenants: they see the rows of all of them, and rows meet only rows of their own tenant.
//!
//! The statements are sent past the recorder, which knows one tenant only; writes that touch the other tenant's rows are
//! rolled back.

use super::prelude::*;
use sea_orm::{ActiveValue::Set, sea_query::OnConflict};
use sea_orm_multitenant::{Refusal, TenancyError, TenantId, TenantScope, TenantSet};

/// The scope of several tenants over the pool.
fn many(db: &TestDb, tenants: &[i64]) -> TenantScope<DatabaseConnection, TenantSet> {
    db.scope_many(tenants.iter().copied()).expect("integers are tenants here")
}

/// A statement with the tables of this style of keys, and its names quoted as the engine does.
fn statement(db: &TestDb, sql: &str) -> Statement {
    let tables = [
        ("project", project::Entity.table_name()),
        ("task", task::Entity.table_name()),
        ("tag", tag::Entity.table_name()),
        ("task_tag", task_tag::Entity.table_name()),
    ];
    let own = |sql: String, (name, table): &(&str, &str)| {
        sql.replace(&format!("\"{name}\""), &format!("\"{table}\""))
    };
    let sql = tables.iter().fold(sql.to_owned(), own);
    let sql = if db.is_mariadb() { sql.replace('"', "`") } else { sql };
    Statement::from_string(db.unscoped().get_database_backend(), sql)
}

/// The first column of every row, sorted.
async fn texts_of(scope: &impl ConnectionTrait, statement: Statement) -> Result<Vec<String>, DbErr> {
    let rows = scope.query_all_raw(statement).await?;
    let mut texts = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<_>, _>>()?;
    texts.sort();
    Ok(texts)
}

/// The refusal that an error carries.
fn refusal(error: &DbErr) -> &Refusal {
    match TenancyError::from_db_err(error) {
        Some(TenancyError::Refused(refusal)) => refusal,
        other => panic!("{error} is no refusal but {other:?}"),
    }
}

async fn a_set_sees_the_rows_of_its_tenants_and_no_others(db: &TestDb) -> Outcome {
    let names = |tenants: &[i64]| {
        let scope = many(db, tenants);
        async move { project::Entity::find().order_by_asc(project::Column::Note).all(&scope).await }
    };
    assert_eq!(names(&[1]).await?, [project_row(1, 1), project_row(1, 2), project_row(1, 3)]);
    assert_eq!(names(&[1, 2, 1]).await?.len(), 7);
    assert_eq!(names(&[1, 99]).await?.len(), 3);
    assert_eq!(account::Entity::find().count(&many(db, &[1])).await?, 1);
    assert_eq!(account::Entity::find().count(&many(db, &[2, 1])).await?, 2);
    Ok(())
}

async fn an_empty_set_sees_and_changes_nothing(db: &TestDb) -> Outcome {
    let nobody = many(db, &[]);
    assert!(nobody.tenants().is_empty());
    assert!(project::Entity::find().all(&nobody).await?.is_empty());
    assert_eq!(account::Entity::find().count(&nobody).await?, 0);
    assert_eq!(country::Entity::find().count(&nobody).await?, 2);
    assert_eq!(task::Entity::delete_many().exec(&nobody).await?.rows_affected, 0);
    let update = project::Entity::update_many().col_expr(project::Column::Note, Expr::value("changed"));
    assert_eq!(update.exec(&nobody).await?.rows_affected, 0);
    let insert = tag::Entity::insert(fresh(1, 9)).exec_without_returning(&nobody).await;
    let error = insert.expect_err("no tenant is in the set");
    assert!(
        matches!(TenancyError::from_db_err(&error), Some(TenancyError::TenantNotInSet { .. })),
        "{error}"
    );
    Ok(())
}

/// With composite keys the tenants' ids are the same, so that a join by id alone would mix them.
async fn rows_meet_only_rows_of_their_own_tenant(db: &TestDb) -> Outcome {
    let both = many(db, &[1, 2]);
    for sql in [
        r#"SELECT a."note" FROM "project" AS a JOIN "task" AS b ON b."project_id" = a."id""#,
        r#"SELECT a."note" FROM "project" AS a JOIN "project" AS b ON 1 = 1"#,
        r#"SELECT a."note" FROM "project" AS a, "task" AS b, "tag" AS c WHERE b."project_id" = a."id""#,
        r#"SELECT a."note" FROM "project" AS a LEFT JOIN ("task" AS b JOIN "task_tag" AS c ON c."task_id" = b."id") ON b."project_id" = a."id""#,
        r#"SELECT "note" FROM "project" WHERE EXISTS (SELECT 1 FROM "task" WHERE "task"."project_id" = "project"."id")"#,
        r#"SELECT "note" FROM "project" WHERE "id" NOT IN (SELECT "task"."project_id" FROM "task")"#,
        r#"SELECT "note" FROM "task" WHERE "points" > (SELECT AVG(t."points") FROM "task" AS t)"#,
        r#"SELECT a."note" FROM "task" AS a WHERE EXISTS (SELECT 1 FROM "project" AS b WHERE b."id" = a."project_id" AND b."id" IN (SELECT c."project_id" FROM "task" AS c))"#,
        r#"SELECT a."note" FROM "project" AS a UNION ALL SELECT b."note" FROM "task" AS b"#,
        r#"SELECT d."note" FROM (SELECT a."note" FROM "project" AS a JOIN "task" AS b ON b."project_id" = a."id") AS d"#,
        r#"SELECT a."name" FROM "country" AS a LEFT JOIN "account" AS b ON b."name" = a."name" OR b."id" > 0 WHERE b."id" IS NOT NULL"#,
    ] {
        let mut each = texts_of(&db.tenancy.scope(1)?, statement(db, sql)).await?;
        each.extend(texts_of(&db.tenancy.scope(2)?, statement(db, sql)).await?);
        each.sort();
        assert!(
            each.iter().any(|note| note.starts_with('B'))
                || sql.contains("NOT IN")
                || sql.contains("country"),
            "{sql}: {each:?}"
        );
        assert_eq!(texts_of(&both, statement(db, sql)).await?, each, "{sql}");
        assert_eq!(
            texts_of(&many(db, &[1]), statement(db, sql)).await?,
            texts_of(&db.tenancy.scope(1)?, statement(db, sql)).await?,
            "{sql}"
        );
    }
    Ok(())
}

async fn related_rows_are_of_one_tenant(db: &TestDb) -> Outcome {
    let both = many(db, &[1, 2]);
    let found = project::Entity::find().find_with_related(task::Entity).all(&both).await?;
    assert_eq!(found.len(), 7);
    assert_eq!(found.iter().map(|(_, tasks)| tasks.len()).sum::<usize>(), 7);
    assert!(
        found.iter().all(|(project, tasks)| tasks.iter().all(|task| task.account_id == project.account_id))
    );
    let found = task::Entity::find().find_also_related(project::Entity).all(&both).await?;
    assert_eq!(found.len(), 7);
    assert!(
        found.iter().all(|(task, project)| project.as_ref().is_some_and(|p| p.account_id == task.account_id))
    );
    let with_tasks =
        project::Entity::find().has_related(task::Entity, Expr::value(true)).count(&both).await?;
    let each = |tenant| {
        let scope = db.tenancy.scope(tenant).expect("integers are tenants here");
        async move { project::Entity::find().has_related(task::Entity, Expr::value(true)).count(&scope).await }
    };
    assert_eq!(with_tasks, each(1).await? + each(2).await?);
    Ok(())
}

async fn pages_counts_and_streams_are_those_of_the_set(db: &TestDb) -> Outcome {
    use futures_util::TryStreamExt;
    let both = many(db, &[1, 2]);
    let pages = project::Entity::find().order_by_asc(project::Column::Note).paginate(&both, 4);
    assert_eq!(pages.num_items().await?, 7);
    assert_eq!(pages.fetch_page(1).await?.len(), 3);
    let streamed: Vec<_> = project::Entity::find().stream(&both).await?.try_collect().await?;
    assert_eq!(streamed.len(), 7);
    let points: Option<Option<i64>> = task::Entity::find()
        .select_only()
        .column_as(task::Column::Id.count(), "n")
        .into_tuple()
        .one(&both)
        .await?;
    assert_eq!(points, Some(Some(7)));
    Ok(())
}

async fn writes_change_the_rows_of_the_set(db: &TestDb) -> Outcome {
    let transaction = many(db, &[1, 2]).begin().await?;
    assert_eq!(transaction.tenants().ids(), [TenantId::from(1), TenantId::from(2)]);
    let update = project::Entity::update_many()
        .col_expr(project::Column::Note, Expr::value("changed"))
        .filter(project::Column::Name.eq("Apollo"));
    assert_eq!(update.exec(&transaction).await?.rows_affected, 2);
    assert_eq!(task_tag::Entity::delete_many().exec(&transaction).await?.rows_affected, 6);
    transaction.rollback().await?;

    let only_own = many(db, &[1]);
    let mut mine: project::ActiveModel = project_row(1, 1).into_active_model();
    mine.note = Set("changed".to_owned());
    assert_eq!(mine.update(&only_own).await?.note, "changed");
    let mut theirs: project::ActiveModel = project_row(2, 1).into_active_model();
    theirs.note = Set("changed".to_owned());
    assert!(matches!(theirs.update(&only_own).await, Err(DbErr::RecordNotUpdated)));
    let gone = task::Entity::delete_many()
        .filter(task::Column::Id.is_in([id(1, 3), id(2, 3)]))
        .exec(&only_own)
        .await?;
    assert!(gone.rows_affected <= 1, "{}", gone.rows_affected);
    Ok(())
}

/// A tag that no tenant has.
fn fresh(tenant: i64, n: i64) -> tag::ActiveModel {
    tag::Model { name: format!("fresh {n}"), ..tag_row(tenant, n) }.into_active_model()
}

async fn a_row_to_insert_names_a_tenant_of_the_set(db: &TestDb) -> Outcome {
    let set = many(db, &[1, 7]);
    let done = tag::Entity::insert(fresh(1, 9)).exec_without_returning(&set).await?;
    assert_eq!(done, 1);
    for foreign in [fresh(2, 9), fresh(3, 9)] {
        let error = tag::Entity::insert_many([fresh(1, 8), foreign])
            .exec_without_returning(&set)
            .await
            .expect_err("the tenant is not in the set");
        let inner = TenancyError::from_db_err(&error);
        assert!(matches!(inner, Some(TenancyError::TenantNotInSet { .. })), "{error}");
        assert!(error.to_string().contains("1, 7"), "{error}");
    }
    let unnamed = tag::ActiveModel {
        id: Set(id(1, 8)),
        name: Set("x".to_owned()),
        note: Set("A".to_owned()),
        ..Default::default()
    };
    let error =
        tag::Entity::insert(unnamed).exec_without_returning(&set).await.expect_err("no tenant is named");
    assert!(refusal(&error).to_string().contains("names no tenant"), "{error}");
    Ok(())
}

/// A row of tenant 1 whose key another tenant of the set has is a row of its own with composite keys; with single ones
/// it changes nothing of the other's.
async fn an_upsert_leaves_the_rows_of_the_sets_other_tenants(db: &TestDb) -> Outcome {
    let on = OnConflict::columns(tag::PrimaryKey::iter()).update_column(tag::Column::Note).to_owned();
    let taken =
        tag::Model { id: id(2, 2), name: "mine".to_owned(), note: "A-upserted".to_owned(), ..tag_row(1, 1) };
    let upsert = tag::Entity::insert(taken.into_active_model()).on_conflict(on);
    let done = upsert.exec_without_returning(&many(db, &[1, 2])).await;
    match (STYLE, db.is_mariadb()) {
        ("single", true) => assert!(done.is_err(), "{done:?}"),
        ("single", false) => assert_eq!(done?, 0),
        _ => assert!(done? >= 1),
    }
    let theirs = tag::Entity::find().filter(tag::Column::AccountId.eq(2)).order_by_asc(tag::Column::Id);
    assert_eq!(theirs.all(db.unscoped()).await?, [tag_row(2, 1), tag_row(2, 2)]);
    Ok(())
}

async fn what_cannot_be_kept_apart_by_tenant_is_refused(db: &TestDb) -> Outcome {
    let both = many(db, &[1, 2]);
    for sql in [
        r#"SELECT a."note" FROM "project" AS a JOIN (SELECT "project_id" FROM "task") AS d ON d."project_id" = a."id""#,
        r#"SELECT (SELECT COUNT(*) FROM "task") AS n FROM "project""#,
        r#"SELECT "name" FROM "project" EXCEPT SELECT "name" FROM "tag""#,
        r#"SELECT "note" FROM "project" WHERE EXISTS (SELECT 1 FROM "project" WHERE "project"."id" = 1)"#,
        r#"INSERT INTO "tag" ("account_id", "id", "name", "note") SELECT "account_id", 77, 'x', 'A' FROM "project""#,
    ] {
        let error = both.query_all_raw(statement(db, sql)).await.expect_err(sql);
        assert!(!refusal(&error).to_string().is_empty(), "{sql}");
    }
    Ok(())
}

async fn a_set_has_at_most_a_thousand_tenants(db: &TestDb) -> Outcome {
    let thousand: Vec<i64> = (1..=1_000).collect();
    assert_eq!(project::Entity::find().count(&many(db, &thousand)).await?, 7);
    let refused = db.tenancy.scope_many(1..=1_001_i64);
    assert!(matches!(refused, Err(TenancyError::Refused(Refusal::TooLarge { .. }))));
    assert!(matches!(db.tenancy.scope_many(["acme"]), Err(TenancyError::TenantType { .. })));
    Ok(())
}

on_every_backend!(
    a_set_sees_the_rows_of_its_tenants_and_no_others,
    an_empty_set_sees_and_changes_nothing,
    rows_meet_only_rows_of_their_own_tenant,
    related_rows_are_of_one_tenant,
    pages_counts_and_streams_are_those_of_the_set,
    writes_change_the_rows_of_the_set,
    a_row_to_insert_names_a_tenant_of_the_set,
    an_upsert_leaves_the_rows_of_the_sets_other_tenants,
    what_cannot_be_kept_apart_by_tenant_is_refused,
    a_set_has_at_most_a_thousand_tenants,
);
