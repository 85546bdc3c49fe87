//! Executes statements about a table.

#[cfg(feature = "citus")]
use crate::citus::run::send_block;
use crate::{
    engine::Engine,
    error::MigrationError,
    names::QualifiedName,
    tables::foreign_key::action::{NAMES_COLUMNS, NAMES_COLUMNS_SINCE},
};
use sea_orm_migration::{
    DbErr, SchemaManager,
    sea_orm::{ConnectionTrait, Statement},
};

/// Executes the statements about a table, one per message: Citus accepts no more, and an error then names one
/// statement.
pub(crate) async fn all(
    manager: &SchemaManager<'_>,
    table: &QualifiedName,
    statements: &[String],
) -> Result<(), DbErr> {
    let engine = Engine::of(manager.get_database_backend())?;
    if engine.sets_named_columns()
        && statements.iter().any(|sql| NAMES_COLUMNS.iter().any(|form| sql.contains(form)))
    {
        check_version(manager).await?;
    }
    send_block(manager, table, statements).await
}

/// Executes statements, with the settings that Citus needs for them.
#[cfg(not(feature = "citus"))]
async fn send_block(
    manager: &SchemaManager<'_>,
    _table: &QualifiedName,
    statements: &[String],
) -> Result<(), DbErr> {
    for sql in statements {
        let statement = Statement::from_string(manager.get_database_backend(), sql);
        manager.get_connection().execute_raw(statement).await?;
    }
    Ok(())
}

/// Refuses an older PostgreSQL before the first statement instead of failing halfway with a syntax error.
async fn check_version(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "SELECT CAST(current_setting('server_version_num') AS integer) AS version";
    let statement = Statement::from_string(manager.get_database_backend(), sql);
    let row = manager.get_connection().query_one_raw(statement).await?;
    let version = row.map(|row| row.try_get("", "version")).transpose()?;
    Ok(version.map_or(Ok(()), names_columns)?)
}

fn names_columns(version: i32) -> Result<(), MigrationError> {
    if version < NAMES_COLUMNS_SINCE { Err(MigrationError::PostgresTooOld { version }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::names_columns;
    use crate::error::MigrationError;

    #[test]
    fn postgresql_names_columns_from_15_on() {
        assert_eq!(names_columns(140_012), Err(MigrationError::PostgresTooOld { version: 140_012 }));
        assert_eq!(names_columns(150_000), Ok(()));
    }
}
