//! Random statements.

use crate::{choices::Choices, schema::Schema};

/// What a statement is, for the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// SELECT from one level of tables.
    Select,
}

/// A statement as a program would send it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its values.
    pub values: Vec<sea_orm::Value>,
    /// What it is.
    pub class: Class,
    /// Whether its rows have one right order.
    pub ordered: bool,
}

/// A random statement about `schema`.
pub fn statement(choices: &mut Choices, schema: &Schema) -> Statement {
    let table = choices.pick(&schema.tables);
    let sql = format!("SELECT * FROM {}", table.name);
    Statement { sql, values: Vec::new(), class: Class::Select, ordered: false }
}
