//! The databases of one comparison: one with the tenant alone and one with two tenants; on PostgreSQL with a role that
//! row-level security applies to.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use sea_orm_multitenant_benches::connect;
use std::error::Error;

/// The databases of the tenant alone, and of two tenants.
const DATABASES: [&str; 2] = ["compare_alone", "compare_shared"];

/// A role that is not a superuser and owns nothing, and its password.
const ROLE: &str = "compare_secured";

/// The addresses of the databases.
pub(crate) struct Urls {
    pub(crate) alone: String,
    pub(crate) shared: String,
    /// The database of two tenants, with the role that row-level security applies to; `None` where the engine has no
    /// row-level security.
    pub(crate) secured: Option<String>,
}

/// Creates the databases on the server of `url`, replacing existing ones; SQLite's are in memory.
pub(crate) async fn create(url: &str) -> Result<Urls, Box<dyn Error>> {
    if url.starts_with("sqlite:") {
        return Ok(Urls { alone: url.to_owned(), shared: url.to_owned(), secured: None });
    }
    drop_all(url).await?;
    let connection = connect(url).await?;
    for name in DATABASES {
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    }
    let has_roles = connection.get_database_backend() == DbBackend::Postgres;
    if has_roles {
        let create = format!("CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}' NOSUPERUSER NOBYPASSRLS");
        connection.execute_unprepared(&create).await?;
    }
    connection.close().await?;
    let [alone, shared] = DATABASES.map(|name| with_database(url, name));
    let (alone, shared) = alone.zip(shared).ok_or("the url names no database")?;
    let secured = has_roles.then(|| as_role(&shared)).flatten();
    Ok(Urls { alone, shared, secured })
}

/// Drops the databases that [`create`] created.
pub(crate) async fn drop_all(url: &str) -> Result<(), DbErr> {
    if url.starts_with("sqlite:") {
        return Ok(());
    }
    let connection = connect(url).await?;
    for name in DATABASES {
        connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await?;
    }
    if connection.get_database_backend() == DbBackend::Postgres {
        connection.execute_unprepared(&format!("DROP ROLE IF EXISTS {ROLE}")).await?;
    }
    connection.close().await
}

/// Enables row-level security on the tables, with the policies that `RowLevelSecurity` of the migration crate writes,
/// and grants the role access to them.
/// use them.
pub(crate) async fn secure(db: &DatabaseConnection) -> Result<(), DbErr> {
    let own = "account_id = nullif(current_setting('app.tenant_id', true), '')::bigint";
    for table in ["project", "task", "event"] {
        for statement in [
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            format!("CREATE POLICY tenant_isolation ON {table} USING ({own}) WITH CHECK ({own})"),
            format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}"),
        ] {
            db.execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}

/// Brings tables and statistics into the state in which each operation is measured.
pub(crate) async fn settle(db: &DatabaseConnection) -> Result<(), DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => {
            db.execute_unprepared("VACUUM (ANALYZE) project, task, event").await?;
        }
        DbBackend::MySql => {
            db.execute_unprepared("ANALYZE TABLE project, task, event").await?;
        }
        _ => {}
    }
    Ok(())
}

/// Replaces the database in the path of the url; `None` if it has no path.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (place, parameters) = url.split_once('?').map_or((url, None), |(place, rest)| (place, Some(rest)));
    let (server, _) = place.rsplit_once('/')?;
    Some(parameters.map_or_else(|| format!("{server}/{name}"), |rest| format!("{server}/{name}?{rest}")))
}

/// Replaces the user of the url by the role.
fn as_role(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (_, place) = rest.split_once('@')?;
    Some(format!("{scheme}://{ROLE}:{ROLE}@{place}"))
}
