//! Many rows at once, into the tenant's tables alone.

// What SeaORM derives is `pub`.
#![allow(unreachable_pub)]

mod dropped;
mod global;
mod parents;
mod rows;
mod values;

use crate::harness::Backend;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_multitenant::TenancyError;

/// The tenancy's error in a result.
#[track_caller]
fn tenancy_error<T: std::fmt::Debug>(result: Result<T, DbErr>) -> TenancyError {
    let error = result.expect_err("the rows are refused");
    TenancyError::from_db_err(&error).unwrap_or_else(|| panic!("not a tenancy error: {error:?}")).clone()
}

/// On PostgreSQL, makes INSERTs into the table write nothing, so that rows in it have come by COPY, which knows no rules.
async fn without_inserts(backend: Backend, db: &DatabaseConnection, table: &str) -> Result<(), DbErr> {
    if backend == Backend::Postgres {
        let rule = format!("CREATE RULE no_inserts AS ON INSERT TO {table} DO INSTEAD NOTHING");
        db.execute_unprepared(&rule).await?;
    }
    Ok(())
}
