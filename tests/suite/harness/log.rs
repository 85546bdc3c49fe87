//! What was sent, in order.

use sea_orm::Statement;
use std::{
    fmt,
    sync::{Arc, Mutex},
};

/// Where a statement was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// On its way into a scope.
    Sent,
    /// On its way out of the scope of this tenant, to the database.
    WentOut(i64),
}

/// Something that was sent.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A statement.
    Statement(Statement),
    /// The beginning or end of a transaction.
    Transaction(&'static str),
}

/// What was sent, shared by all recorders of a test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<(Side, Event)>>>);

impl Log {
    /// Adds an event.
    pub(crate) fn push(&self, side: Side, event: Event) {
        self.0.lock().expect("no test panics while it writes the log").push((side, event));
    }

    /// All events so far.
    pub(crate) fn events(&self) -> Vec<(Side, Event)> {
        self.0.lock().expect("no test panics while it writes the log").clone()
    }

    /// How many statements went into a scope and out of it.
    pub(crate) fn answered(&self) -> usize {
        let events = self.events();
        let is_answered = |pair: &&[(Side, Event)]| {
            matches!(pair, [(Side::Sent, Event::Statement(_)), (Side::WentOut(_), Event::Statement(_))])
        };
        events.windows(2).filter(is_answered).count()
    }

    /// The statements that went out to the database, with their tenants.
    pub(crate) fn went_out(&self) -> Vec<(i64, Statement)> {
        let events = self.events().into_iter();
        events
            .filter_map(|event| match event {
                (Side::WentOut(tenant), Event::Statement(statement)) => Some((tenant, statement)),
                (Side::Sent, Event::Statement(_)) | (_, Event::Transaction(_)) => None,
            })
            .collect()
    }
}

impl fmt::Display for Log {
    /// Pairs of what SeaORM sent and what went out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.events();
        for (index, (side, event)) in events.iter().enumerate() {
            match (side, event) {
                (Side::Sent, Event::Statement(statement)) => {
                    write_statement(f, "\nSeaORM sent:", statement)?;
                    let answered =
                        matches!(events.get(index + 1), Some((Side::WentOut(_), Event::Statement(_))));
                    if !answered {
                        writeln!(f, "nothing went out")?;
                    }
                }
                (Side::WentOut(tenant), Event::Statement(statement)) => {
                    write_statement(f, &format!("went out for tenant {tenant}:"), statement)?;
                }
                (Side::Sent, Event::Transaction(_)) => {}
                (Side::WentOut(_), Event::Transaction(what)) => writeln!(f, "\n{what}")?,
            }
        }
        Ok(())
    }
}

/// Longest text of a statement that is shown whole.
const SHOWN: usize = 2_000;

/// Writes a statement and its values.
fn write_statement(f: &mut fmt::Formatter<'_>, title: &str, statement: &Statement) -> fmt::Result {
    let Statement { sql, values, db_backend: _ } = statement;
    writeln!(f, "{title}")?;
    if sql.len() > SHOWN {
        let shown: String = sql.chars().take(100).collect();
        return writeln!(f, "    {shown}… ({} bytes)", sql.len());
    }
    writeln!(f, "    {}", sql.trim_end())?;
    match values {
        Some(values) if !values.0.is_empty() => writeln!(f, "    -- {:?}", values.0),
        Some(_) | None => Ok(()),
    }
}
