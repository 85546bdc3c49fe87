//! The judges on what the scopes of a test have sent: PostgreSQL's grammar, SQLite's authorizer, MariaDB's EXPLAIN and rights.

use super::{
    TestDb,
    hearing::{Heard, Spoken},
    rights,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use sea_orm_multitenant_judges::{
    Court, Judged, Tally, mariadb, postgres,
    sqlite::{Authorizer, bare_schema},
    unsigned,
};
use sea_orm_multitenant_sql::Engine;

/// Longest text that PostgreSQL's grammar reads here, in bytes: it takes a second for a list of 20,000 rows.
const JUDGED: usize = 20_000;

/// Judges all statements, and says how many were.
///
/// # Errors
/// What is wrong with one of them.
pub(super) async fn judge(db: &TestDb, test: &str, heard: &Heard) -> Result<Tally, String> {
    let courts: Vec<_> = heard.catalogues.iter().map(Court::new).collect();
    let mut tally = Tally::default();
    let mut witness = Witness::of(db, heard, &courts).await.map_err(|error| error.to_string())?;
    for spoken in &heard.spoken {
        let judged =
            witness.judge(db.unscoped(), &courts[spoken.catalogue], spoken).await.map_err(|complaint| {
                format!("{complaint}\n  the caller's: {}\n  sent: {}", spoken.callers, spoken.sent.sql)
            })?;
        tally.add(&judged);
    }
    if rights::concern(db, test) {
        rights::check(db, heard).await?;
    }
    Ok(tally)
}

/// What an engine's judge needs.
enum Witness {
    /// Nothing.
    Grammar,
    /// An authorizer for each catalogue.
    Authorizers(Vec<Authorizer>),
    /// The tables of the database.
    Explain(Vec<String>),
}

impl Witness {
    async fn of(db: &TestDb, heard: &Heard, courts: &[Court]) -> Result<Self, DbErr> {
        let engine = heard.spoken.first().map(Spoken::backend);
        Ok(match engine {
            None | Some(DbBackend::Postgres) => Self::Grammar,
            Some(DbBackend::MySql) => Self::Explain(db.tables_of_mariadb().await?),
            Some(DbBackend::Sqlite) => {
                let schema = db.texts(
                    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid",
                );
                let schema = schema.await?;
                let made = db.texts("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").await?;
                let authorizer = |court: &Court| {
                    // A test may have dropped a table, or have it in another database.
                    let missing = |table: &&sea_orm_multitenant_judges::Table| !made.contains(&table.name);
                    let missing: Vec<_> = court.tables().iter().filter(missing).cloned().collect();
                    Authorizer::new(&[schema.clone(), bare_schema(&missing, &[])].concat())
                };
                let authorizers = courts.iter().map(authorizer).collect::<Result<_, _>>();
                Self::Authorizers(authorizers.map_err(DbErr::Custom)?)
            }
            Some(other) => return Err(DbErr::Custom(format!("no judge for {other:?}"))),
        })
    }

    async fn judge(
        &mut self,
        connection: &DatabaseConnection,
        court: &Court,
        spoken: &Spoken,
    ) -> Result<Judged, String> {
        let Spoken { callers, sent, scoped, catalogue } = spoken;
        let text = unsigned(&sent.sql);
        match self {
            Self::Grammar if text.len() > JUDGED => Ok(Judged::Alone("longer than is judged here")),
            Self::Grammar => court.hear(Engine::Postgres, callers, text, scoped, postgres::judge),
            Self::Authorizers(authorizers) => {
                let authorizer = &authorizers[*catalogue];
                court.hear(Engine::Sqlite, callers, text, scoped, |said, known| authorizer.judge(said, known))
            }
            Self::Explain(tables) => {
                let Some(explained) = explained(connection, sent).await else {
                    return Ok(Judged::Alone("MariaDB does not explain it"));
                };
                let existing: Vec<_> =
                    tables.iter().filter(|table| !scoped.tables().contains(table)).cloned().collect();
                court.hear(Engine::MySql, callers, text, scoped, |said, _| {
                    mariadb::check_explained(said, &explained, &existing)
                })?;
                Ok(Judged::Compared)
            }
        }
    }
}

/// What MariaDB says of how it would run a statement; nothing where it would not.
async fn explained(connection: &DatabaseConnection, sent: &Statement) -> Option<String> {
    let explain = Statement { sql: format!("EXPLAIN FORMAT=JSON {}", sent.sql), ..sent.clone() };
    let row = connection.query_one_raw(explain).await.ok()??;
    row.try_get_by_index(0).ok()
}
