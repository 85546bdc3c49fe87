//! Tables that are declared by name, for what the entities of the suite do not have: tenants that are texts or UUIDs,
//! and tenant columns of other names.

use crate::harness::{Backend, TestDb};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};
use sea_orm_multitenant::{Tenancy, TenancyBuilder};

/// A table that nobody declared.
pub(crate) mod undeclared {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "peers_undeclared")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Notes whose tenant is a UUID. The entity says nothing of tenants: `Tenancy::new` would want every tenant to be both
/// an integer and a UUID.
pub(crate) mod uuid_note {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "peers_uuid_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub text: String,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// The statement that creates the table.
    pub(crate) fn schema(backend: crate::harness::Backend) -> String {
        let uuid = match backend {
            crate::harness::Backend::Postgres => "UUID",
            crate::harness::Backend::Sqlite | crate::harness::Backend::Mariadb => "BINARY(16)",
        };
        format!(
            "CREATE TABLE peers_uuid_note (
                tenant_id {uuid} NOT NULL,
                id BIGINT NOT NULL,
                text VARCHAR(100) NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )"
        )
    }
}

/// The statement that creates a table of notes whose tenant is a text. Ids differ, as engines that take two tenants' names
/// for equal would refuse the second.
pub(crate) const TEXT_NOTE: &str = "CREATE TABLE peers_text_note (id BIGINT NOT NULL, tenant VARCHAR(100) NOT NULL, text VARCHAR(100) NOT NULL, PRIMARY KEY (tenant, id))";

/// A tenancy of tables by name alone, after the statements that make and fill them.
pub(crate) async fn named_tenancy(
    db: &TestDb,
    statements: &[&str],
    builder: TenancyBuilder,
) -> Result<Tenancy, Box<dyn std::error::Error>> {
    for statement in statements {
        db.unscoped().execute_unprepared(statement).await?;
    }
    let tenancy = builder.without_entities().build(db.for_scopes())?;
    db.distribute(tenancy.catalogue()).await?;
    Ok(tenancy)
}

/// A statement without values.
pub(crate) fn statement(backend: Backend, sql: impl Into<String>) -> Statement {
    Statement::from_string(dialect(backend), sql)
}

/// A statement whose values stand as `?` in `sql`.
pub(crate) fn bound(
    backend: Backend,
    sql: &str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Statement {
    let mut parts = sql.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        match backend {
            Backend::Postgres => text.push_str(&format!("${}", index + 1)),
            Backend::Sqlite | Backend::Mariadb => text.push('?'),
        }
        text.push_str(part);
    }
    Statement::from_sql_and_values(dialect(backend), text, values)
}

/// The dialect that SeaORM speaks to a backend.
fn dialect(backend: Backend) -> sea_orm::DbBackend {
    match backend {
        Backend::Sqlite => sea_orm::DbBackend::Sqlite,
        Backend::Postgres => sea_orm::DbBackend::Postgres,
        Backend::Mariadb => sea_orm::DbBackend::MySql,
    }
}

/// A text, selected under this name.
#[derive(Debug, FromQueryResult)]
struct Text {
    text: String,
}

/// The column `text` of what a statement yields.
pub(crate) async fn texts(db: &impl ConnectionTrait, statement: Statement) -> Result<Vec<String>, DbErr> {
    Ok(Text::find_by_statement(statement).all(db).await?.into_iter().map(|row| row.text).collect())
}
