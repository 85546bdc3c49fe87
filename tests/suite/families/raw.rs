//! SQL that a program writes itself.

use super::prelude::*;

#[derive(Debug, PartialEq, FromQueryResult)]
struct NameAndNote {
    name: String,
    note: String,
}

/// What a project is called, and its note.
fn named(tenant: i64, n: i64) -> NameAndNote {
    let project::Model { name, note, .. } = project_row(tenant, n);
    NameAndNote { name, note }
}

/// A statement with `{project}`, `{task}` and `{tag}` for the tables, and `?` for the values.
fn statement(db: &TestDb, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    let mut sql = tables(sql);
    if db.backend == crate::harness::Backend::Postgres {
        let places = 1 + sql.matches('?').count();
        sql = (1..places).fold(sql, |sql, n| sql.replacen('?', &format!("${n}"), 1));
    }
    Statement::from_sql_and_values(db.unscoped().get_database_backend(), sql, values)
}

/// A text with `{project}`, `{task}` and `{tag}` for the tables.
fn tables(sql: &str) -> String {
    sql.replace("{project}", project::Entity.table_name())
        .replace("{task}", task::Entity.table_name())
        .replace("{tag}", tag::Entity.table_name())
}

async fn a_statement_with_values_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let sql = "SELECT name, note FROM {project} WHERE name = ? OR name = ? ORDER BY id";
    let rows = db.scope(1).query_all_raw(statement(db, sql, ["Apollo".into(), "Draco".into()])).await?;
    let rows =
        rows.iter().map(|row| NameAndNote::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    assert_eq!(rows, [named(1, 1)]);
    Ok(())
}

async fn query_one_raw_has_the_tenants_row(db: &TestDb) -> Outcome {
    let sql = "SELECT COUNT(*) AS projects FROM {project} WHERE name <> ?";
    let row = db.scope(1).query_one_raw(statement(db, sql, ["Apollo".into()])).await?;
    let row = row.ok_or("a count is a row")?;
    assert_eq!(row.try_get::<i64>("", "projects")?, 2);
    Ok(())
}

async fn find_by_statement_has_the_tenants_rows(db: &TestDb) -> Outcome {
    let sql = "SELECT p.name, p.note FROM {project} AS p INNER JOIN {task} AS t ON t.project_id = p.id WHERE t.title = ?";
    let row = NameAndNote::find_by_statement(statement(db, sql, ["test".into()])).one(&db.scope(1)).await?;
    assert_eq!(row, Some(named(1, 2)));
    let row = NameAndNote::find_by_statement(statement(db, sql, ["ship".into()])).one(&db.scope(1)).await?;
    assert_eq!(row, None);
    Ok(())
}

async fn from_raw_sql_has_the_tenants_rows_and_pages(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let all = || statement(db, "SELECT * FROM {project} WHERE note <> ? ORDER BY id", ["A-Apollo".into()]);
    let rows = project::Entity::find().from_raw_sql(all()).all(&scope).await?;
    assert_eq!(rows, [project_row(1, 2), project_row(1, 3)]);
    let pages = project::Entity::find().from_raw_sql(all()).paginate(&scope, 1);
    assert_eq!(pages.num_items().await?, 2);
    assert_eq!(pages.fetch_page(1).await?, [project_row(1, 3)]);
    Ok(())
}

async fn a_common_table_expression_and_a_union_have_the_tenants_rows(db: &TestDb) -> Outcome {
    let sql = "WITH busy AS (SELECT project_id FROM {task} GROUP BY project_id) \
               SELECT name, note FROM {project} WHERE id IN (SELECT project_id FROM busy) \
               UNION ALL SELECT name, note FROM {tag} WHERE name <> ? ORDER BY name";
    let rows =
        NameAndNote::find_by_statement(statement(db, sql, ["urgent".into()])).all(&db.scope(1)).await?;
    let later = NameAndNote { name: "later".to_owned(), note: "A-later".to_owned() };
    // Engines differ in whether capitals come first.
    let mut rows = rows;
    rows.sort_by(|left, right| left.name.cmp(&right.name));
    assert_eq!(rows, [named(1, 1), named(1, 2), later]);
    Ok(())
}

async fn execute_raw_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let insert = "INSERT INTO {tag} (id, name, note) VALUES (?, ?, ?)";
    let values = [id(1, 7).into(), "raw".into(), "A-raw".into()];
    assert_eq!(scope.execute_raw(statement(db, insert, values)).await?.rows_affected(), 1);
    let update = "UPDATE {tag} SET note = ? WHERE name = ? OR 1 = 1";
    let values = ["A-changed".into(), "raw".into()];
    assert_eq!(scope.execute_raw(statement(db, update, values)).await?.rows_affected(), 3);
    let rows = tag::Entity::find().filter(tag::Column::AccountId.eq(1)).order_by_asc(tag::Column::Id);
    let rows: Vec<_> = rows.all(db.unscoped()).await?.into_iter().map(|row| (row.name, row.note)).collect();
    let changed = |name: &str| (name.to_owned(), "A-changed".to_owned());
    assert_eq!(rows, ["urgent", "later", "raw"].map(changed));
    let delete = "DELETE FROM {tag} WHERE name = ? OR note LIKE ?";
    let values = ["raw".into(), "B-%".into()];
    assert_eq!(scope.execute_raw(statement(db, delete, values)).await?.rows_affected(), 1);
    Ok(())
}

async fn execute_unprepared_writes_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let insert = format!("INSERT INTO {{tag}} (id, name, note) VALUES ({}, 'raw', 'A-raw')", id(1, 7));
    assert_eq!(scope.execute_unprepared(&tables(&insert)).await?.rows_affected(), 1);
    let update = "UPDATE {project} SET note = 'A-changed' WHERE name = 'Apollo' OR name = 'Draco'";
    assert_eq!(scope.execute_unprepared(&tables(update)).await?.rows_affected(), 1);
    let delete = "DELETE FROM {project} WHERE id NOT IN (SELECT project_id FROM {task})";
    assert_eq!(scope.execute_unprepared(&tables(delete)).await?.rows_affected(), 1);
    let rows =
        project::Entity::find().filter(project::Column::AccountId.eq(1)).order_by_asc(project::Column::Id);
    let rows = rows.all(db.unscoped()).await?;
    let changed = project::Model { note: "A-changed".to_owned(), ..project_row(1, 1) };
    assert_eq!(rows, [changed, project_row(1, 2)]);
    let tag = tag::Entity::find_by_id(key(1, 7)).one(db.unscoped()).await?;
    assert_eq!(tag.map(|tag| (tag.account_id, tag.note)), Some((1, "A-raw".to_owned())));
    Ok(())
}

async fn an_insert_from_a_select_copies_the_tenants_rows(db: &TestDb) -> Outcome {
    let insert = "INSERT INTO {tag} (id, name, note) SELECT id + 100, name, note FROM {project} WHERE name <> 'Apollo'";
    let inserted = db.scope(1).execute_unprepared(&tables(insert)).await?;
    assert_eq!(inserted.rows_affected(), 2);
    let rows = tag::Entity::find().filter(tag::Column::Id.gt(100)).order_by_asc(tag::Column::Id);
    let rows: Vec<_> =
        rows.all(db.unscoped()).await?.into_iter().map(|row| (row.account_id, row.note)).collect();
    assert_eq!(rows, [(1, "A-Borealis".to_owned()), (1, "A-Cygnus".to_owned())]);
    Ok(())
}

/// SeaORM writes RETURNING for PostgreSQL alone; a program may write it for the others.
async fn returning_returns_the_tenants_rows(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let insert = "INSERT INTO {tag} (id, name, note) VALUES (?, ?, ?) RETURNING name, note";
    let values = [id(1, 7).into(), "raw".into(), "A-raw".into()];
    let row = NameAndNote::find_by_statement(statement(db, insert, values)).one(&scope).await?;
    assert_eq!(row, Some(NameAndNote { name: "raw".to_owned(), note: "A-raw".to_owned() }));
    let delete = "DELETE FROM {project} WHERE name = ? OR name = ? RETURNING name, note";
    let values = ["Cygnus".into(), "Draco".into()];
    let rows = NameAndNote::find_by_statement(statement(db, delete, values)).all(&scope).await?;
    assert_eq!(rows, [named(1, 3)]);
    Ok(())
}

async fn rewrite_shows_what_would_be_sent(db: &TestDb) -> Outcome {
    let sql = "SELECT name FROM {project} WHERE name = ?";
    let shown = db.scope_inside(1).rewrite(statement(db, sql, ["Apollo".into()]))?;
    assert!(db.log.went_out().is_empty(), "nothing is sent");
    db.scope(1).query_all_raw(statement(db, sql, ["Apollo".into()])).await?;
    let sent: Vec<_> = db.log.went_out().into_iter().map(|(_, statement)| statement).collect();
    assert_eq!(sent, [shown]);
    Ok(())
}

on_every_backend!(
    a_statement_with_values_has_the_tenants_rows,
    query_one_raw_has_the_tenants_row,
    find_by_statement_has_the_tenants_rows,
    from_raw_sql_has_the_tenants_rows_and_pages,
    a_common_table_expression_and_a_union_have_the_tenants_rows,
    execute_raw_writes_the_tenants_rows,
    execute_unprepared_writes_the_tenants_rows,
    an_insert_from_a_select_copies_the_tenants_rows,
    returning_returns_the_tenants_rows,
    rewrite_shows_what_would_be_sent,
);
