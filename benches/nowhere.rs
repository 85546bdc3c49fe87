//! A connection without a server: measures what a scope does for PostgreSQL before a statement is sent.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_multitenant::{Tenancy, TenantScope};
use sea_orm_multitenant_benches::TENANT;

/// A connection that sends nothing.
#[derive(Debug)]
pub(crate) struct Nowhere;

fn nothing<T>() -> Result<T, DbErr> {
    Err(DbErr::Custom("nothing is sent".to_owned()))
}

#[async_trait]
impl ConnectionTrait for Nowhere {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        nothing()
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        nothing()
    }

    async fn query_one_raw(&self, _: Statement) -> Result<Option<QueryResult>, DbErr> {
        nothing()
    }

    async fn query_all_raw(&self, _: Statement) -> Result<Vec<QueryResult>, DbErr> {
        nothing()
    }
}

/// A scope of the benches' tables on PostgreSQL.
pub(crate) fn on_postgres() -> TenantScope<Nowhere> {
    let tenancy = Tenancy::new(DatabaseConnection::default()).expect("the entities agree");
    tenancy.scope_owned(Nowhere, TENANT).expect("it is a tenant")
}
