//! The statements that the application sends, and the shards of Citus that each touches.

use sea_orm::{DatabaseConnection, Statement};
use sea_orm_multitenant_migration::citus::explain;
use std::{
    mem,
    sync::{Arc, Mutex},
};

/// The statements sent over a recorded connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Vec<Statement>>>);

impl Statements {
    /// Returns the connection, which records every statement from now on. Earlier clones do not record.
    pub(crate) fn record(&self, mut connection: DatabaseConnection) -> DatabaseConnection {
        let statements = Arc::clone(&self.0);
        connection.set_metric_callback(move |sent| statements.lock().unwrap().push(sent.statement.clone()));
        connection
    }

    /// Returns what was sent since the last call.
    pub(crate) fn take(&self) -> Vec<Statement> {
        mem::take(&mut self.0.lock().unwrap())
    }
}

/// Returns the statements that touch more than one shard, or that Citus refuses, with the verdict. Runs nothing.
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
