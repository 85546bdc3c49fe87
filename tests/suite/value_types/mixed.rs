//! Two tenants, two tenancies, code with a scope and code without one, on one connection.

use super::{
    ACTING, Outcome, Rows, TestDb, as_unscoped_code_writes_it, ids_of, readings, statement, tenancy,
};
use crate::harness::Backend;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Value};
use sea_orm_multitenant::{Tenancy, TenantScope, TenantType};

const DELETE: &str = "DELETE FROM reading WHERE id > #";
const SELECT: &str = "SELECT id FROM reading WHERE id > #";

/// Deletes what is above a value, and says what is left.
async fn left(db: &TestDb, tenancy: &Tenancy, tenant: i64, value: Value) -> Result<usize, DbErr> {
    let scope = tenancy.scope(tenant).map_err(DbErr::from)?;
    scope.execute_raw(statement(db, DELETE, [value])).await?;
    // Of the pool, not of the one connection: it must not help.
    Ok(ids_of(connection(tenancy), tenant).await?.len())
}

fn connection(tenancy: &Tenancy) -> &DatabaseConnection {
    tenancy.unscoped("look up what is left")
}

async fn a_float_of_one_tenant_leaves_another_its_integer(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let [one, two] = ACTING;
    assert_eq!(left(db, &tenancy, one, 8.5_f64.into()).await?, 8);
    assert_eq!(left(db, &tenancy, two, 9_i64.into()).await?, 9);
    assert_eq!(left(db, &tenancy, one, 7_i64.into()).await?, 7);
    assert_eq!(left(db, &tenancy, two, 7.5_f64.into()).await?, 7);
    assert_eq!(left(db, &tenancy, two, 6_i32.into()).await?, 6);
    assert_eq!(left(db, &tenancy, one, Value::BigInt(None)).await?, 7);
    assert_eq!(left(db, &tenancy, one, Value::Double(None)).await?, 7);
    assert_eq!(left(db, &tenancy, one, 5_i64.into()).await?, 5);
    Ok(())
}

/// The values of a statement, with integers of 32 bits for those of 64.
fn narrowed(values: Vec<Value>) -> Vec<Value> {
    let narrow = |value| match value {
        Value::BigInt(Some(number)) => Value::Int(i32::try_from(number).ok()),
        other => other,
    };
    values.into_iter().map(narrow).collect()
}

async fn code_without_a_scope_shares_no_prepared_statement_with_a_scope(db: &TestDb) -> Outcome {
    for unscoped_first in [true, false] {
        let tenancy = tenancy(db).await?;
        let [one, _] = ACTING;
        let scope = tenancy.scope(one)?;
        let scoped = statement(db, SELECT, [9_i64.into()]);
        let mut literal = as_unscoped_code_writes_it(scope.rewrite(scoped.clone())?);
        let values = literal.values.take().expect("it has values").0;
        literal.values = Some(sea_orm::Values(narrowed(values)));
        let unscoped = tenancy.unscoped("the text of a scope, with an i32 for the tenant");
        for _ in 0..2 {
            if unscoped_first {
                assert_eq!(unscoped.query_all_raw(literal.clone()).await?.len(), 1);
            }
            assert_eq!(scope.query_all_raw(scoped.clone()).await?.len(), 1);
            assert_eq!(unscoped.query_all_raw(literal.clone()).await?.len(), 1);
        }
    }
    Ok(())
}

/// PostgreSQL prepares a text with more values than it has places for, and then wants as many each time.
async fn values_that_nobody_wants_do_not_break_a_scopes_statement(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let scope = tenancy.scope(ACTING[0])?;
    let shared = || statement(db, "SELECT id FROM unit", []);
    let mut surplus = as_unscoped_code_writes_it(scope.rewrite(shared())?);
    surplus.values = Some(sea_orm::Values(vec![7_i64.into()]));
    let unscoped = tenancy.unscoped("a value too many");
    assert_eq!(unscoped.query_all_raw(surplus).await?.len(), 2);
    assert_eq!(scope.query_all_raw(shared()).await?.len(), 2);
    Ok(())
}

async fn tenancies_whose_tenants_are_of_other_types_share_a_connection(db: &TestDb) -> Outcome {
    let connection = db.one_connection().await?;
    let scope = |ty| -> Result<TenantScope<DatabaseConnection>, Box<dyn std::error::Error>> {
        Ok(readings(ty).build(connection.clone())?.scope(ACTING[0])?)
    };
    let (wide, narrow) = (scope(TenantType::BigInt)?, scope(TenantType::Int)?);
    let sent = |scope: &TenantScope<_>| scope.rewrite(statement(db, SELECT, [9_i64.into()]));
    assert_eq!(sent(&wide)?.sql == sent(&narrow)?.sql, db.backend != Backend::Postgres);
    for _ in 0..2 {
        for scope in [&wide, &narrow] {
            assert_eq!(scope.query_all_raw(statement(db, SELECT, [9_i64.into()])).await?.len(), 1);
        }
    }
    Ok(())
}

on_every_backend!(
    a_float_of_one_tenant_leaves_another_its_integer,
    code_without_a_scope_shares_no_prepared_statement_with_a_scope,
    tenancies_whose_tenants_are_of_other_types_share_a_connection,
);
// Elsewhere a value too many is an error of its own.
mod surplus {
    use super::{Rows, values_that_nobody_wants_do_not_break_a_scopes_statement};
    on_every_backend!(@ postgres Postgres: values_that_nobody_wants_do_not_break_a_scopes_statement);
}
