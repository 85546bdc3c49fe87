//! The statements that the application sends, and the shards of Citus that each touches.

use sea_orm::{DatabaseConnection, Statement};
use sea_orm_multitenant_migration::citus::explain;
use std::{
    mem,
    sync::{Arc, Mutex},
};

/// What was sent over a recorded connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Vec<Statement>>>);

impl Statements {
    /// The connection, on which every statement is written down from here on. Clones of it from before stay as they are.
    pub(crate) fn record(&self, mut connection: DatabaseConnection) -> DatabaseConnection {
        let statements = Arc::clone(&self.0);
        connection.set_metric_callback(move |sent| statements.lock().unwrap().push(sent.statement.clone()));
        connection
    }

    /// What was sent since the last time.
    pub(crate) fn take(&self) -> Vec<Statement> {
        mem::take(&mut self.0.lock().unwrap())
    }
}

/// Those that touch more than one shard, or that Citus refuses, with what it says of them. Nothing is run.
pub(crate) async fn not_single_shard(connection: &DatabaseConnection, sent: Vec<Statement>) -> Vec<String> {
    let (mut asked, mut found) = (Vec::new(), Vec::new());
    for statement in sent {
        if asked.contains(&statement) {
            continue;
        }
        match explain(connection, statement.clone()).await {
            Ok(verdict) if verdict.is_single_shard() => {}
            Ok(verdict) => found.push(format!("{verdict}: {statement}")),
            Err(error) => found.push(format!("{error}: {statement}")),
        }
        asked.push(statement);
    }
    found
}
