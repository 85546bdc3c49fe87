//! Copies of the fixture's database with the rows of some tenants only.

use crate::{
    tenant_id::TenantId,
    testing::{
        description::TableDescription,
        rows::{Which, literal_of},
    },
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};

/// What is needed to create the database: its tables, and its rows with their owners.
#[derive(Debug)]
pub(super) struct Replica {
    pub(super) tables: Vec<TableDescription>,
    pub(super) inserts: Vec<(Option<Which>, String)>,
}

impl Replica {
    /// Creates a database with the shared rows and those of these tenants.
    pub(super) async fn open(&self, of: &[Which]) -> Result<DatabaseConnection, DbErr> {
        let db = memory().await?;
        self.fill(&db, of).await?;
        Ok(db)
    }

    pub(super) async fn fill(&self, db: &DatabaseConnection, of: &[Which]) -> Result<(), DbErr> {
        for table in &self.tables {
            table.create(db).await?;
        }
        for (_, sql) in self.inserts.iter().filter(|(owner, _)| owner.is_none_or(|owner| of.contains(&owner)))
        {
            db.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    /// Returns every row that is not this tenant's, of every tenant table, sorted within each table.
    pub(super) async fn others_rows(
        &self,
        db: &DatabaseConnection,
        tenant: &TenantId,
    ) -> Result<Vec<String>, DbErr> {
        let mut dump = Vec::new();
        for table in &self.tables {
            let Some(column) = table.tenant_column() else { continue };
            let columns: Vec<_> =
                table.columns.iter().map(|column| format!("quote(\"{}\")", column.name)).collect();
            let sql = format!(
                "SELECT {} AS \"row\" FROM \"{}\" WHERE \"{column}\" IS NOT {} ORDER BY 1",
                columns.join(" || ', ' || "),
                table.name,
                literal_of(tenant),
            );
            for row in db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await? {
                dump.push(format!("{}: {}", table.name, row.try_get::<String>("", "row")?));
            }
        }
        Ok(dump)
    }
}

/// The result of a statement in a comparable form: rows of values, or that it fails.
pub(super) async fn answer(
    db: &DatabaseConnection,
    statement: &Statement,
) -> Result<Vec<Vec<String>>, String> {
    if !reads(&statement.sql) {
        let done = db.execute_raw(statement.clone()).await.map_err(|error| error.to_string())?;
        return Ok(vec![vec![format!("{} rows", done.rows_affected())]]);
    }
    let rows = db.query_all_raw(statement.clone()).await.map_err(|error| error.to_string())?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let names: Vec<_> = (0..first.column_names().len()).map(|index| format!("c{index}")).collect();
    let quoted: Vec<_> = names.iter().map(|name| format!("quote({name}) AS {name}")).collect();
    // The types of the columns do not matter: their literals are compared as texts.
    let sql = format!(
        "WITH answer({}) AS ({}) SELECT {} FROM answer",
        names.join(", "),
        statement.sql,
        quoted.join(", ")
    );
    let rows =
        db.query_all_raw(Statement { sql, ..statement.clone() }).await.map_err(|error| error.to_string())?;
    let texts = |row: &sea_orm::QueryResult| {
        names.iter().map(|name| row.try_get::<String>("", name)).collect::<Result<Vec<_>, _>>()
    };
    rows.iter().map(texts).collect::<Result<_, DbErr>>().map_err(|error| error.to_string())
}

/// Whether a statement neither reads nor writes data.
fn reads(sql: &str) -> bool {
    let word = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    matches!(word.as_str(), "SELECT" | "VALUES")
        || (word == "WITH" && !["INSERT ", "UPDATE ", "DELETE "].iter().any(|write| sql.contains(write)))
}

/// Creates an empty in-memory database with a single connection: a second one would have another database.
pub(super) async fn memory() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    Database::connect(options).await
}
