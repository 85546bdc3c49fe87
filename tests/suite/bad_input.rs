//! Input that a scope cannot take: a clear typed error, nothing sent or nothing kept, the scope usable afterwards.

use crate::{
    composite::{
        entities::{country, project, tag},
        families::{Rows, account_row, project_row, tag_row},
    },
    harness::{Outcome, TestDb},
    single,
};
use futures_util::{FutureExt, poll};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, SqlErr, Statement, StreamTrait, TransactionTrait, Value,
    sea_query::Expr,
};
use sea_orm_multitenant::{Refusal, TenancyError, TenantType, UnknownReason};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// The tenancy error inside an error, which tells nothing of the other tenant.
fn tenancy_error<T>(result: Result<T, DbErr>) -> TenancyError {
    let error = result.err().expect("it is an error");
    assert_tells_nothing(&error);
    TenancyError::from_db_err(&error)
        .cloned()
        .unwrap_or_else(|| panic!("{error:?} is no error of the tenancy"))
}

/// The refusal of a statement by itself.
async fn refusal(db: &TestDb, sql: &str) -> Refusal {
    match tenancy_error(db.scope(1).execute_unprepared(sql).await) {
        TenancyError::Refused(refusal) => refusal,
        other => panic!("{other:?} is no refusal of {sql}"),
    }
}

/// Asserts that an error holds no data of tenant 2.
fn assert_tells_nothing(error: &DbErr) {
    let text = format!("{error} {error:?}");
    assert!(!text.contains("B-") && !text.contains("Zeta"), "{text}");
}

/// Asserts that nothing was sent, and that a scope still works.
async fn assert_refused_before_sending(db: &TestDb) -> Outcome {
    assert!(db.log.went_out().is_empty(), "{}", db.log);
    assert_usable(db).await
}

/// Asserts that a scope still works.
async fn assert_usable(db: &TestDb) -> Outcome {
    assert_eq!(project::Entity::find().count(&db.scope(1)).await?, 3);
    Ok(())
}

/// A tag that does not collide with any.
fn new_tag() -> tag::ActiveModel {
    tag::ActiveModel {
        id: Set(9),
        name: Set("new".to_owned()),
        ..tag_row(1, 1).into_active_model().reset_all()
    }
}

async fn an_unknown_table_is_refused(db: &TestDb) -> Outcome {
    for sql in [
        "SELECT * FROM secret",
        "DELETE FROM secret",
        "SELECT name FROM project WHERE id IN (SELECT id FROM secret)",
    ] {
        assert_eq!(
            refusal(db, sql).await,
            Refusal::UnknownTable { table: "secret".to_owned(), reason: UnknownReason::NotDeclared }
        );
    }
    assert_refused_before_sending(db).await
}

async fn text_that_is_no_sql_is_refused_with_its_position(db: &TestDb) -> Outcome {
    for sql in ["SELECT name FORM project", "hello", "SELECT name FROM project WHERE name = 'open"] {
        let refusal = refusal(db, sql).await;
        assert!(matches!(refusal, Refusal::Parse { line: 1, .. }), "{sql}: {refusal:?}");
    }
    assert_refused_before_sending(db).await
}

async fn text_without_a_statement_is_refused(db: &TestDb) -> Outcome {
    for sql in ["", "  ", ";", "-- nothing"] {
        assert_eq!(refusal(db, sql).await, Refusal::Empty, "{sql:?}");
    }
    assert_refused_before_sending(db).await
}

async fn several_statements_in_one_text_are_refused(db: &TestDb) -> Outcome {
    for sql in ["DELETE FROM task_tag; DELETE FROM tag", "SELECT 1; DROP TABLE task_tag"] {
        assert_eq!(refusal(db, sql).await, Refusal::ManyStatements, "{sql}");
    }
    assert_refused_before_sending(db).await
}

async fn statements_that_are_no_query_or_write_are_refused(db: &TestDb) -> Outcome {
    let statements = [
        "CREATE TABLE mine (id BIGINT)",
        "CREATE INDEX mine ON tag (name)",
        "CREATE VIEW mine AS SELECT * FROM tag",
        "ALTER TABLE tag ADD COLUMN mine BIGINT",
        "DROP TABLE tag",
        "TRUNCATE TABLE tag",
        "BEGIN",
        "COMMIT",
        "SET search_path = x",
    ];
    for sql in statements {
        let refusal = refusal(db, sql).await;
        assert!(matches!(refusal, Refusal::Unsupported { .. }), "{sql}: {refusal:?}");
    }
    assert_refused_before_sending(db).await
}

async fn an_insert_for_another_tenant_is_refused(db: &TestDb) -> Outcome {
    let mismatch = TenancyError::TenantMismatch {
        table: "tag".to_owned(),
        expected: "1".to_owned(),
        found: "2".to_owned(),
    };
    let row = tag::ActiveModel { account_id: Set(2), ..new_tag() };
    assert_eq!(tenancy_error(row.clone().insert(&db.scope(1)).await), mismatch);
    let own = tag::ActiveModel { account_id: Set(1), ..new_tag() };
    let many = tag::Entity::insert_many([own, row]).exec_without_returning(&db.scope(1)).await;
    assert_eq!(tenancy_error(many), mismatch);
    let literal = "INSERT INTO tag (account_id, id, name, note) VALUES (2, 9, 'new', 'new')";
    assert_eq!(tenancy_error(db.scope(1).execute_unprepared(literal).await), mismatch);
    assert_refused_before_sending(db).await
}

async fn an_insert_of_another_account_is_refused(db: &TestDb) -> Outcome {
    let row = account_row(3).into_active_model();
    let inserted =
        crate::shared_entities::account::Entity::insert(row).exec_without_returning(&db.scope(1)).await;
    let error = tenancy_error(inserted);
    assert!(matches!(&error, TenancyError::TenantMismatch { table, .. } if table == "account"), "{error:?}");
    assert_refused_before_sending(db).await
}

async fn a_computed_tenant_in_an_insert_is_refused(db: &TestDb) -> Outcome {
    let sql = "INSERT INTO tag (account_id, id, name, note) VALUES (1 + 1, 9, 'new', 'new')";
    assert!(
        matches!(refusal(db, sql).await, Refusal::Unsupported { table: Some(table), .. } if table == "tag")
    );
    assert_refused_before_sending(db).await
}

async fn an_update_of_the_tenant_column_is_refused(db: &TestDb) -> Outcome {
    for sql in
        ["UPDATE tag SET account_id = account_id + 1", "UPDATE tag SET note = 'x', account_id = (SELECT 2)"]
    {
        assert_eq!(refusal(db, sql).await, Refusal::TenantColumnUpdate { table: "tag".to_owned() });
    }
    let literal = db.scope(1).execute_unprepared("UPDATE tag SET account_id = 2").await;
    assert!(matches!(tenancy_error(literal), TenancyError::TenantMismatch { .. }));
    let row = single::families::project_row(1, 1).into_active_model();
    let moved =
        single::entities::project::ActiveModel { account_id: Set(2), ..row }.update(&db.scope(1)).await;
    assert!(matches!(tenancy_error(moved), TenancyError::TenantMismatch { .. }));
    let all = tag::Entity::update_many()
        .col_expr(tag::Column::AccountId, Expr::value(2_i64))
        .exec(&db.scope(1))
        .await;
    assert!(matches!(tenancy_error(all), TenancyError::TenantMismatch { .. }));
    assert_refused_before_sending(db).await
}

async fn a_write_to_a_shared_table_is_refused(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let row = country::ActiveModel { code: Set("DE".to_owned()), name: Set("Germany".to_owned()) };
    let refused = TenancyError::Refused(Refusal::SharedTableWrite { table: "country".to_owned() });
    assert_eq!(tenancy_error(row.insert(&scope).await), refused);
    assert_eq!(tenancy_error(country::Entity::delete_many().exec(&scope).await), refused);
    assert_refused_before_sending(db).await
}

async fn an_id_that_cannot_be_a_tenants_makes_no_scope(db: &TestDb) -> Outcome {
    let text = db.tenancy.scope("acme").err();
    assert_eq!(text, Some(TenancyError::TenantType { tenant: "acme".to_owned(), ty: TenantType::BigInt }));
    let uuid = db.tenancy.scope(uuid::Uuid::nil()).err();
    assert!(matches!(uuid, Some(TenancyError::TenantType { .. })), "{uuid:?}");
    assert_eq!(db.tenancy.scope(Value::BigInt(None)).err(), Some(TenancyError::NoTenant));
    let truth = db.tenancy.scope(Value::Bool(Some(true))).err();
    assert!(matches!(truth, Some(TenancyError::UnsupportedTenantId { .. })), "{truth:?}");
    assert_refused_before_sending(db).await
}

async fn a_statement_beyond_the_size_bound_is_refused(db: &TestDb) -> Outcome {
    let long = format!("SELECT name FROM tag WHERE name = '{}'", "x".repeat(1 << 20));
    let wide = format!("SELECT name FROM tag WHERE id = 0{}", " OR id = 1".repeat(10_000));
    let deep = format!("SELECT name FROM tag WHERE {}id = 1{}", "(".repeat(500), ")".repeat(500));
    for sql in [long, wide, deep] {
        let refusal = refusal(db, &sql).await;
        assert!(matches!(refusal, Refusal::TooLarge { .. }), "{refusal:?}");
    }
    assert_refused_before_sending(db).await
}

async fn a_wrong_number_of_values_is_refused(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let place = if db.backend == crate::harness::Backend::Postgres { "$1" } else { "?" };
    let sql = format!("SELECT name FROM tag WHERE name = {place}");
    let backend = db.unscoped().get_database_backend();
    let none = scope.query_all_raw(Statement::from_string(backend, sql.clone())).await;
    assert_eq!(tenancy_error(none), TenancyError::ValueCount { expected: 1, found: 0 });
    let two = Statement::from_sql_and_values(backend, sql, ["a".into(), "b".into()]);
    assert_eq!(
        tenancy_error(scope.query_all_raw(two).await),
        TenancyError::ValueCount { expected: 1, found: 2 }
    );
    assert_refused_before_sending(db).await
}

/// At which SeaORM's own binding panics on two of the engines. It may be in a client's JSON.
async fn an_integer_beyond_the_engines_is_an_error_and_no_panic(db: &TestDb) -> Outcome {
    let has_it = db.backend == crate::harness::Backend::Mariadb;
    for number in [i64::MAX as u64 + 1, u64::MAX] {
        let found = project::Entity::find().filter(project::Column::Id.eq(number)).all(&db.scope(1)).await;
        if has_it {
            assert!(found?.is_empty());
        } else {
            let said = TenancyError::UnsupportedValue { position: 1, kind: "u64 beyond i64".to_owned() };
            assert_eq!(tenancy_error(found), said);
        }
    }
    assert_usable(db).await
}

async fn a_refused_stream_is_an_error_at_once(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let statement = Statement::from_string(db.unscoped().get_database_backend(), "SELECT * FROM secret");
    let refused = scope.stream_raw(statement).await;
    assert!(matches!(tenancy_error(refused), TenancyError::Refused(Refusal::UnknownTable { .. })));
    assert_refused_before_sending(db).await
}

async fn a_refused_statement_leaves_its_transaction_usable(db: &TestDb) -> Outcome {
    let transaction = db.scope(1).begin().await?;
    let changed = tag::Entity::update_many()
        .col_expr(tag::Column::Note, Expr::value("A-changed"))
        .exec(&transaction)
        .await?;
    assert_eq!(changed.rows_affected, 2);
    assert!(transaction.execute_unprepared("DELETE FROM secret").await.is_err());
    assert_eq!(tag::Entity::find().count(&transaction).await?, 2);
    sea_orm::TransactionSession::commit(transaction).await?;
    let notes = tag::Entity::find().all(&db.scope(1)).await?.into_iter().map(|row| row.note);
    assert_eq!(notes.collect::<Vec<_>>(), ["A-changed"; 2]);
    Ok(())
}

async fn an_error_of_the_database_is_the_databases(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let row = tag::ActiveModel { account_id: Set(1), name: Set("urgent".to_owned()), ..new_tag() };
    let error = row.insert(&scope).await.expect_err("the name is taken");
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
    assert_eq!(TenancyError::from_db_err(&error), None);
    assert_tells_nothing(&error);
    let orphan = project::ActiveModel { manager_id: Set(Some(77)), ..project_row(1, 1).into_active_model() };
    let error = orphan.update(&scope).await.expect_err("there is no such manager");
    assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error:?}");
    assert_eq!(TenancyError::from_db_err(&error), None);
    assert_usable(db).await
}

/// The database would say whose the id is not: it says that it is taken.
async fn a_collision_with_another_tenants_id_tells_nothing_of_its_row(db: &TestDb) -> Outcome {
    let row = single::entities::tag::ActiveModel {
        id: Set(2),
        account_id: Set(1),
        name: Set("new".to_owned()),
        note: Set("A-new".to_owned()),
    };
    let sql = "CREATE TABLE single_tag (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, name VARCHAR(9) NOT NULL, note VARCHAR(9) NOT NULL)";
    db.unscoped().execute_unprepared(sql).await?;
    db.unscoped().execute_unprepared("INSERT INTO single_tag VALUES (2, 2, 'B-name', 'B-note')").await?;
    let error = row.insert(&db.scope(1)).await.expect_err("the id is taken");
    assert_tells_nothing(&error);
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error:?}");
    assert_usable(db).await
}

async fn a_closed_pool_is_an_error_of_the_connection(db: &TestDb) -> Outcome {
    let connection = db.connect_again().await?;
    let scope = sea_orm_multitenant::Tenancy::new(connection.clone())?.scope(1)?;
    connection.close().await?;
    let error = project::Entity::find().all(&scope).await.expect_err("the pool is closed");
    assert!(matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)), "{error:?}");
    assert_eq!(TenancyError::from_db_err(&error), None);
    assert!(scope.begin().await.is_err());
    assert_usable(db).await
}

async fn a_cancelled_transaction_leaves_nothing(db: &TestDb) -> Outcome {
    let scope = db.scope(1);
    let written = Arc::new(AtomicBool::new(false));
    {
        let mut transaction = pin!(scope.transaction::<_, (), DbErr>(|scope| {
            let written = Arc::clone(&written);
            async move {
                tag::Entity::update_many()
                    .col_expr(tag::Column::Note, Expr::value("A-lost"))
                    .exec(scope)
                    .await?;
                written.store(true, Ordering::SeqCst);
                std::future::pending().await
            }
            .boxed()
        }));
        while !written.load(Ordering::SeqCst) {
            assert!(poll!(transaction.as_mut()).is_pending(), "it never ends by itself");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let tags = tag::Entity::find().order_by_asc(tag::Column::Id).all(&scope).await?;
    assert_eq!(tags, [tag_row(1, 1), tag_row(1, 2)]);
    assert_usable(db).await
}

on_citus_too!(
    an_unknown_table_is_refused,
    text_that_is_no_sql_is_refused_with_its_position,
    text_without_a_statement_is_refused,
    several_statements_in_one_text_are_refused,
    statements_that_are_no_query_or_write_are_refused,
    an_insert_for_another_tenant_is_refused,
    an_insert_of_another_account_is_refused,
    a_computed_tenant_in_an_insert_is_refused,
    an_update_of_the_tenant_column_is_refused,
    a_write_to_a_shared_table_is_refused,
    an_id_that_cannot_be_a_tenants_makes_no_scope,
    a_statement_beyond_the_size_bound_is_refused,
    a_wrong_number_of_values_is_refused,
    an_integer_beyond_the_engines_is_an_error_and_no_panic,
    a_refused_stream_is_an_error_at_once,
    a_refused_statement_leaves_its_transaction_usable,
    an_error_of_the_database_is_the_databases,
    a_collision_with_another_tenants_id_tells_nothing_of_its_row,
    a_closed_pool_is_an_error_of_the_connection,
    a_cancelled_transaction_leaves_nothing,
);
