//! On MariaDB, what scopes sent once more, by a user who may reach the declared tables alone: what only rights keep it from shows.

use super::{TestDb, hearing::Heard};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, TransactionTrait};
use sea_orm_multitenant_judges::mariadb::{is_denied, make_user};
use std::collections::BTreeSet;

/// Whether a test's statements are run by such a user: those that try to escape are.
pub(super) fn concern(db: &TestDb, test: &str) -> bool {
    let tries = ["::escapes::", "::peers::", "::differentials::", "::itself"];
    db.is_mariadb() && tries.iter().any(|family| test.contains(family))
}

/// Runs everything by that user; nothing of it stays.
///
/// # Errors
/// The first statement that the user may not run.
pub(super) async fn check(db: &TestDb, heard: &Heard) -> Result<(), String> {
    let failed = |error: DbErr| error.to_string();
    let name = format!("court_{}", uuid::Uuid::new_v4().simple().to_string().split_at(16).0);
    let found = db.texts("SELECT database()").await.map_err(failed)?;
    let [database] = found.as_slice() else { return Err("no database".to_owned()) };
    let there = db.tables_of_mariadb().await.map_err(failed)?;
    let declared = heard.catalogues.iter().flat_map(|catalogue| catalogue.tables());
    let declared: BTreeSet<_> = declared.map(|table| table.name()).collect();
    let declared: Vec<_> =
        declared.into_iter().filter(|name| there.iter().any(|table| table == name)).collect();
    if declared.is_empty() {
        // A user without rights does not get to the database.
        return Ok(());
    }
    for statement in make_user(&name, &name, database, &declared) {
        db.unscoped().execute_unprepared(&statement).await.map_err(failed)?;
    }
    let checked = async {
        let user = Database::connect(db.options_of_user(&name)).await.map_err(failed)?;
        let run = run(&user, heard, &there).await;
        user.close().await.map_err(failed)?;
        run
    };
    let checked = checked.await;
    db.unscoped().execute_unprepared(&format!("DROP USER `{name}`@`%`")).await.map_err(failed)?;
    checked
}

async fn run(user: &DatabaseConnection, heard: &Heard, there: &[String]) -> Result<(), String> {
    let transaction = user.begin().await.map_err(|error| error.to_string())?;
    // Of a table that is missing MariaDB says to such a user that it is denied.
    let is_there = |table: &String| there.iter().any(|name| table.rsplit('.').next() == Some(name));
    for spoken in heard.spoken.iter().filter(|spoken| spoken.scoped.tables().iter().all(is_there)) {
        if let Err(error) = transaction.query_all_raw(spoken.sent.clone()).await
            && is_denied(&error.to_string())
        {
            return Err(format!("{error}: {}", spoken.sent.sql));
        }
    }
    transaction.rollback().await.map_err(|error| error.to_string())
}
