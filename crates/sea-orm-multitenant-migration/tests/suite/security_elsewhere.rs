//! Engines without row-level security: an event, or an error if it is required.

use crate::{
    entities::project,
    harness::{Outcome, TestDb, logged},
};
use sea_orm_multitenant_migration::{MigrationError, disable_row_level_security, enable_row_level_security};

async fn row_level_security_elsewhere_emits_an_event(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let security = project().row_level_security()?;
    let log = logged(async || {
        enable_row_level_security(&db.manager(), &security).await?;
        disable_row_level_security(&db.manager(), &security).await
    })
    .await?;
    let lines: Vec<_> = log.lines().filter(|line| line.contains("row-level security")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines.iter().all(|line| line.contains(" INFO ") && line.contains("project")), "{log}");
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo')").await;
    Ok(())
}

async fn required_row_level_security_fails_elsewhere(db: &TestDb) -> Outcome {
    let security = project().row_level_security()?.required();
    for refused in [
        enable_row_level_security(&db.manager(), &security).await,
        disable_row_level_security(&db.manager(), &security).await,
    ] {
        let error = refused.expect_err("Citus is required");
        let found = MigrationError::from_db_err(&error);
        assert!(matches!(found, Some(MigrationError::RowLevelSecurity { .. })), "{error}");
    }
    Ok(())
}

on_backend! { sqlite Sqlite: row_level_security_elsewhere_emits_an_event, required_row_level_security_fails_elsewhere }
on_backend! { mariadb Mariadb: row_level_security_elsewhere_emits_an_event, required_row_level_security_fails_elsewhere }
