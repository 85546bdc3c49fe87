//! Rows of the engine's catalogue.

use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable},
};

/// Rows with named columns, each of which must exist.
pub(crate) struct Rows(Vec<QueryResult>);

impl Rows {
    /// Executes the query.
    pub(crate) async fn of(db: &impl ConnectionTrait, sql: &str) -> Result<Self, DbErr> {
        Ok(Self(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?))
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Passes each row to `take`.
    pub(crate) fn each(&self, mut take: impl FnMut(Row<'_>) -> Result<(), DbErr>) -> Result<(), DbErr> {
        self.0.iter().try_for_each(|row| take(Row(row)))
    }
}

/// A row.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r>(&'r QueryResult);

impl Row<'_> {
    pub(crate) fn get<T: TryGetable>(&self, column: &str) -> Result<T, DbErr> {
        self.0.try_get("", column)
    }

    /// A string; empty for NULL.
    pub(crate) fn text(&self, column: &str) -> Result<String, DbErr> {
        Ok(self.get::<Option<String>>(column)?.unwrap_or_default())
    }

    /// Whether a number is not 0.
    pub(crate) fn flag(&self, column: &str) -> Result<bool, DbErr> {
        Ok(self.get::<i64>(column)? != 0)
    }
}

/// The single number, or string with a number, that a query returns.
pub(crate) async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await?;
    let number = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    number.ok_or_else(|| DbErr::RecordNotFound(format!("no row for {sql}")))
}
