//! Row-level security where there is none: an event, or an error when it is required.

use crate::{
    entities::project,
    harness::{Outcome, TestDb},
};
use sea_orm_multitenant_migration::{MigrationError, disable_row_level_security, enable_row_level_security};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

/// What is logged on this thread, as text.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn it_does_nothing_and_says_so(db: &TestDb) -> Outcome {
    project().create(&db.manager()).await?;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let security = project().row_level_security()?;
    enable_row_level_security(&db.manager(), &security).await?;
    disable_row_level_security(&db.manager(), &security).await?;
    drop(guard);
    let log = String::from_utf8(log.0.lock().expect("no writer panicked").clone())?;
    let lines: Vec<_> = log.lines().filter(|line| line.contains("row-level security")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines.iter().all(|line| line.contains(" INFO ") && line.contains("project")), "{log}");
    db.run("INSERT INTO project VALUES (1, 7, 'Apollo')").await;
    Ok(())
}

async fn required_it_is_an_error(db: &TestDb) -> Outcome {
    let security = project().row_level_security()?.required();
    for refused in [
        enable_row_level_security(&db.manager(), &security).await,
        disable_row_level_security(&db.manager(), &security).await,
    ] {
        let error = refused.expect_err("it is required");
        let found = MigrationError::from_db_err(&error);
        assert!(matches!(found, Some(MigrationError::RowLevelSecurity { .. })), "{error}");
    }
    Ok(())
}

on_backend! { sqlite Sqlite: it_does_nothing_and_says_so, required_it_is_an_error }
on_backend! { mariadb Mariadb: it_does_nothing_and_says_so, required_it_is_an_error }
