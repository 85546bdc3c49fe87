//! What drivers prepare once: all tenants send one text, with values of one kind each.

use crate::{
    composite::{
        entities::{project, task},
        families::Rows,
    },
    harness::{Backend, Outcome, TestDb},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryTrait,
    Statement, TransactionTrait, Values, sea_query::Expr,
};
use sea_orm_multitenant::TenantId;
use std::mem::{Discriminant, discriminant};

/// One statement of each kind, about ids from `first` on.
fn statements(db: &TestDb, first: i64) -> Vec<Statement> {
    let backend = db.unscoped().get_database_backend();
    let own = task::Column::Id.eq(first);
    vec![
        project::Entity::find().filter(project::Column::Id.is_in(first..first + 20)).build(backend),
        project::Entity::find().left_join(task::Entity).filter(own.clone()).build(backend),
        task::Entity::update_many()
            .col_expr(task::Column::Title, Expr::value(format!("t{first}")))
            .filter(own.clone())
            .build(backend),
        task::Entity::delete_many().filter(own).build(backend),
    ]
}

/// The text of a statement, and the kinds of its values.
fn prepared(statement: Statement) -> (String, Vec<Discriminant<sea_orm::Value>>) {
    let Values(values) = statement.values.unwrap_or(Values(Vec::new()));
    (statement.sql, values.iter().map(discriminant).collect())
}

async fn all_tenants_send_one_text_with_values_of_one_kind(db: &TestDb) -> Outcome {
    let rewritten = |tenant: TenantId, first: i64| -> Result<Vec<_>, DbErr> {
        let scope = db.tenancy.scope(tenant).map_err(DbErr::from)?;
        let all = statements(db, first).into_iter();
        all.map(|statement| Ok(prepared(scope.rewrite(statement).map_err(DbErr::from)?))).collect()
    };
    let one = rewritten(TenantId::from(1_i32), 1)?;
    assert_eq!(one.len(), 4);
    assert!(one.iter().all(|(sql, values)| sql.contains("account_id") && values.len() > 1), "{one:?}");
    assert_eq!(rewritten(TenantId::from(1_i64), 1)?, one);
    assert_eq!(rewritten(TenantId::from(i64::MAX), 7_000)?, one);
    Ok(())
}

/// How many statements the server has been asked to prepare in this session, beside the one that asks.
async fn prepared_by(db: &TestDb, session: &DatabaseTransaction) -> Result<i64, DbErr> {
    let sql = match db.backend {
        Backend::Mariadb => {
            "SELECT CAST(variable_value AS SIGNED) AS prepared FROM information_schema.session_status \
             WHERE variable_name = 'COM_STMT_PREPARE'"
        }
        _ => "SELECT count(*) AS prepared FROM pg_prepared_statements WHERE statement NOT LIKE '%prepared%'",
    };
    let row = session.query_one_raw(Statement::from_string(session.get_database_backend(), sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get("", "prepared")
}

async fn the_server_prepares_a_statement_once_for_all_tenants(db: &TestDb) -> Outcome {
    let session = db.unscoped().begin().await?;
    prepared_by(db, &session).await?;
    let before = prepared_by(db, &session).await?;
    // Nobody has rows with these ids.
    for (tenant, first) in [(1, 5_000), (2, 5_000), (1, 6_000), (3, 7_000)] {
        let scope = db.tenancy.scope_on(&session, tenant).map_err(DbErr::from)?;
        for statement in statements(db, first) {
            scope.execute_raw(statement).await?;
        }
    }
    assert_eq!(prepared_by(db, &session).await? - before, 4);
    session.rollback().await?;
    Ok(())
}

on_every_backend!(all_tenants_send_one_text_with_values_of_one_kind);
// SQLite has no server that counts.
mod servers {
    use super::{Rows, the_server_prepares_a_statement_once_for_all_tenants};
    on_every_backend!(@ postgres Postgres: the_server_prepares_a_statement_once_for_all_tenants);
    on_every_backend!(@ mariadb Mariadb: the_server_prepares_a_statement_once_for_all_tenants);
}
